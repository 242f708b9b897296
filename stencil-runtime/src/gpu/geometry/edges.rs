//! The tables that say what lies outside of the arrays: maps of indices, constants, and what the rim gets.

use stencil_abi::edges as layout;

use super::StencilGeometry;
use super::part::Part;
use crate::block::OutputInit;
use crate::boundary::RawRim;
use crate::gpu::rules::RuleBits;
use stencil_abi::ElementType;

/// The words of `edges`, and where its parts start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Edges {
    pub(crate) words: Vec<u32>,
    /// For each input and axis.
    pub(crate) maps: Vec<Vec<u32>>,
    /// For each input.
    pub(crate) constants: Vec<u32>,
    pub(crate) rim: u32,
}

impl Edges {
    /// `init` is what outputs hold.
    pub(crate) fn new(
        outline: &StencilGeometry<'_>,
        part: &Part,
        bits: &RuleBits,
        inputs: &[ElementType],
        outputs: &[ElementType],
        init: OutputInit,
    ) -> Edges {
        let mut edges = Edges::default();
        for input in 0..outline.reads.inputs {
            let maps = (0..outline.domain.rank).map(|axis| edges.map(outline, part, input, axis)).collect();
            edges.maps.push(maps);
            edges.constants.push(edges.words.len() as u32);
            for value in bits.constants[input].iter().flatten() {
                edges.value(*value, inputs[input]);
            }
        }
        edges.rim = edges.words.len() as u32;
        for axis in 0..outline.domain.rank {
            for side in 0..2 {
                let kind = match outline.reads.rim(axis, side) {
                    Some(RawRim::Fill(_)) => layout::VALUE,
                    Some(RawRim::Keep) if init == OutputInit::Uninit => layout::INPUT,
                    Some(RawRim::Keep | RawRim::Shrink) | None => layout::KEEP,
                };
                edges.words.push(kind);
                for (output, scalar) in outputs.iter().enumerate() {
                    let fill = bits.fills(axis, side);
                    edges.value(fill.map_or(0, |values| values[output]), *scalar);
                }
            }
        }
        edges
    }

    fn value(&mut self, bits: u64, scalar: ElementType) {
        self.words.push(bits as u32);
        if scalar.word_bytes() == 8 {
            self.words.push((bits >> 32) as u32);
        }
    }

    /// One map: what is read at the indices in front of and behind an axis.
    fn map(&mut self, outline: &StencilGeometry<'_>, part: &Part, input: usize, axis: usize) -> u32 {
        let start = self.words.len() as u32;
        let [before, after] = outline.reads.halo(input).axis(axis);
        let (first, end) = (part.frame.start[axis] as isize, part.frame.end[axis] as isize);
        for index in (first - before as isize..first).chain(end..end + after as isize) {
            let entry = match outline.reads.source(input, axis, index, outline.domain.shape[axis]) {
                None => layout::code(axis, usize::from(index >= 0)),
                // What the part does not have, none of its points reads.
                Some(cell) => part.place(input, axis, cell).unwrap_or(0) as i32,
            };
            self.words.push(entry.cast_unsigned());
        }
        start
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpu::geometry::area::tests::{outline, rules};
    use crate::gpu::rules::GpuRules;
    use crate::{Boundary, IntoRules, Rim, Rules};

    #[test]
    fn maps_lead_inside_or_to_constants() {
        let typed: Rules<u8, u8, 2> = (Boundary::Wrap, (Boundary::Constant(7), Boundary::Mirror)).into_rules();
        let raw = rules::<2>(typed);
        let outline = outline(&raw, &[4, 3], &[[1, 2], [1, 1]]);
        let part = Part::new(&outline, outline.domain.written);
        let edges =
            Edges::new(&outline, &part, &typed.bits(), &[ElementType::U8], &[ElementType::U8], OutputInit::Uninit);
        let words: Vec<i32> = edges.words.iter().map(|word| word.cast_signed()).collect();
        assert_eq!(edges.maps, [[0, 3]]);
        assert_eq!(words[..5], [3, 0, 1, -3, 1]);
        assert_eq!(words[edges.constants[0] as usize..][..4], [0, 0, 7, 0]);
        assert_eq!(edges.rim, 9);
    }

    #[test]
    fn the_rim_table_has_kinds_and_values() {
        let typed: Rules<f64, f64, 1> = (Rim::Fill(1.0), Rim::Keep).into_rules();
        let raw = crate::boundary::RuleSet::erase(&typed);
        let outline = outline(&raw, &[9], &[[1, 1]]);
        let part = Part::new(&outline, outline.domain.written);
        let table = |init| {
            let edges = Edges::new(&outline, &part, &typed.bits(), &[ElementType::F64], &[ElementType::F64], init);
            edges.words[edges.rim as usize..].to_vec()
        };
        assert_eq!(table(OutputInit::Uninit), [layout::VALUE, 0, 0x3ff0_0000, layout::INPUT, 0, 0]);
        assert_eq!(table(OutputInit::Keep), [layout::VALUE, 0, 0x3ff0_0000, layout::KEEP, 0, 0]);
    }
}
