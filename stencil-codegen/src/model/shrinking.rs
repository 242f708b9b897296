//! The axes along which the outputs of a stencil are smaller than its inputs.

use super::Model;
use crate::parse::boundary::{Axis, Family, Rule, Spec};

impl Model {
    /// The axes along which the outputs are smaller than the inputs.
    pub(crate) fn smaller_axes(&self) -> Vec<usize> {
        let shrinking = self.shrinking_axes();
        let strided = |axis: usize| self.stride.as_ref().is_some_and(|strides| !strides[axis].is_one());
        (0..self.rank).filter(|axis| shrinking.contains(axis) || strided(*axis)).collect()
    }

    /// The axes that lose points at their ends.
    fn shrinking_axes(&self) -> Vec<usize> {
        let shrinks = |rule: &Rule| matches!(rule, Rule::Named { name: "Shrink", family: Family::Rim, .. });
        match &self.boundary {
            Some(Ok(Spec::All(rule))) if shrinks(rule) => (0..self.rank).collect(),
            Some(Ok(Spec::Axes(axes))) => {
                let axis = |axis: &Axis| match axis {
                    Axis::Both(rule) => shrinks(rule),
                    Axis::Sides(before, after) => shrinks(before) || shrinks(after),
                };
                (0..axes.len()).filter(|number| axis(&axes[*number])).collect()
            }
            Some(Ok(Spec::All(_)) | Err(())) | None => Vec::new(),
        }
    }
}
