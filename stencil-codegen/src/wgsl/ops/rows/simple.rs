//! The rows that integers, floats and booleans share.

use super::super::super::scalar::Scalar::*;
use super::{Row, SAME, Type, row};

const ALL: &[super::Scalar] = &super::Scalar::ALL;
const BOOL: &[super::Scalar] = &[Bool];

pub(super) const ROWS: &[Row] = &[
    row("clone", ALL, &[], SAME, "$0"),
    row("to_owned", ALL, &[], SAME, "$0"),
    row("min", BOOL, &[SAME], SAME, "$0 & $1"),
    row("max", BOOL, &[SAME], SAME, "$0 | $1"),
    row("not", BOOL, &[], SAME, "!$0"),
    row("from_bits", &[U16], &[], Type::Given(F16), "rs_f16_from_bits($0)"),
    row("from_bits", &[U32], &[], Type::Given(F32), "bitcast<f32>($0)"),
    row("from_bits", &[U64], &[], Type::Given(F64), "bitcast<f64>($0)"),
    row("to_bits", &[F16], &[], Type::Given(U16), "rs_f16_to_bits($0)"),
    row("to_bits", &[F32], &[], Type::Given(U32), "bitcast<u32>($0)"),
    row("to_bits", &[F64], &[], Type::Given(U64), "bitcast<u64>($0)"),
    row("to_f32", &[F16], &[], Type::Given(F32), "$0"),
    row("to_f64", &[F16], &[], Type::Given(F64), "f64($0)"),
];
