//! The uniform block of a dispatch.

use crate::gpu::device::checks::Check;
use crate::gpu::shader::{Field, Shader, Values};

/// The bytes of a block. `value` gives what is not about bound parameters and checks.
pub(crate) fn block(
    shader: &Shader,
    values: &Values,
    check: Option<&Check>,
    value: impl Fn(Field) -> usize,
) -> Vec<u8> {
    let mut bytes = Vec::new();
    for field in shader.params {
        let word = match *field {
            Field::Scalar(number) => {
                let (scalar, bits) = values.scalars[number];
                bytes.extend_from_slice(&bits.to_le_bytes()[..scalar.word_bytes()]);
                continue;
            }
            Field::Length(array, axis) => values.arrays[array].shape[axis],
            Field::Pitch(array, axis) => values.arrays[array].pitches[axis],
            Field::Status => check.map_or(0, |check| check.word),
            field => value(field),
        };
        // Signed fields are two's complement, addresses wrap.
        bytes.extend_from_slice(&(word as u32).to_le_bytes());
    }
    bytes.resize(bytes.len().next_multiple_of(16), 0);
    bytes
}

/// The place of the word of a block that takes check codes.
pub(crate) fn status_at(shader: &Shader, values: &Values) -> Option<usize> {
    let status = shader.params.iter().position(|field| *field == Field::Status)?;
    let size = |field: &Field| match *field {
        Field::Scalar(number) => values.scalars[number].0.word_bytes(),
        _ => 4,
    };
    Some(shader.params[..status].iter().map(size).sum())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpu::shader::{ElementType, HostTable, Wide};

    #[test]
    fn fields_take_their_order_and_size() {
        let shader = Shader {
            wgsl: "",
            native_f16: None,
            inputs: &[],
            arrays: &[ElementType::F32],
            outputs: &[],
            cells: 1,
            rows: 1,
            workgroup: [1; 3],
            contiguous: false,
            params: &[Field::Scalar(1), Field::Blocks(0), Field::Scalar(0), Field::Length(0, 1), Field::Pitch(0, 0)],
            checks: &[],
            wide: Wide { f64: true, int64: false },
        };
        let table = HostTable { shape: vec![2, 3], pitches: vec![3], bytes: Vec::new() };
        let scalars = vec![(ElementType::I8, (-1i32) as u32 as u64), (ElementType::F64, 1.0f64.to_bits())];
        let bytes = block(&shader, &Values { scalars, arrays: vec![table], too_large: false }, None, |_| 7);
        let words: Vec<u32> = bytes.chunks(4).map(|word| u32::from_le_bytes(word.try_into().unwrap())).collect();
        assert_eq!(words, [0, 0x3ff0_0000, 7, u32::MAX, 3, 3, 0, 0]);
    }
}
