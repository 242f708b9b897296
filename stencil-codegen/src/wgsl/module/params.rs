//! The uniform block as text.

pub(crate) use stencil_abi::Field;

use crate::wgsl::scalar::Scalar;

/// Those of the fields that the text reads, in the order of the block: what takes eight bytes comes first.
pub(crate) fn used(mut fields: Vec<Field>, scalars: &[Scalar], is_read: impl Fn(&str) -> bool) -> Vec<Field> {
    fields.retain(|field| is_read(&field.name()));
    fields.sort_by_key(|field| !field.is_wide(scalars));
    fields
}

/// The block as WGSL.
pub(crate) fn block(fields: &[Field], scalars: &[Scalar]) -> String {
    let line = |field: &Field| format!("    {}: {},\n", field.name(), field.ty(scalars));
    format!("struct Params {{\n{}}}\n", fields.iter().map(line).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_variants() {
        assert_eq!(Field::Width.name(), "width");
        assert_eq!(Field::LoopStride(0, 2).read(), "p.loop_stride_0_2");
    }

    #[test]
    fn wide_scalars_come_first() {
        let scalars = [Scalar::F32, Scalar::F64];
        let fields = used(vec![Field::Rim, Field::Scalar(0), Field::Scalar(1)], &scalars, |name| name != "rim");
        assert_eq!(fields, [Field::Scalar(1), Field::Scalar(0)]);
        assert_eq!(block(&fields, &scalars), "struct Params {\n    scalar_1: f64,\n    scalar_0: f32,\n}\n");
    }
}
