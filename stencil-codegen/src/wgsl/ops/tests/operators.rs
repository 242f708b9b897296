//! Operators, casts and literals with Rust's own.

use half::f16;
use num_traits::AsPrimitive;
use syn::{BinOp, UnOp, parse_quote};

use super::super::super::scalar::Scalar;
use super::super::{
    Right, binary, binary_result, literal, literal_float, literal_int, print_binary, print_cast, print_neg, unary,
};
use super::case::Cases;
use super::value::{Value, special};

/// `left op right`, with the meaning of a release build.
fn operator<A: Value, B: Value, R: Value>(cases: &mut Cases, op: BinOp, oracle: impl Fn(A, B) -> R + 'static) {
    use quote::ToTokens;
    assert_eq!(binary_result(&op, A::SCALAR), Some(R::SCALAR));
    let name = format!("{} {} {}", A::SCALAR.rust(), op.to_token_stream(), B::SCALAR.rust());
    let oracle = move |v: &[u64]| oracle(A::load(v[0]), B::load(v[1])).store();
    let print = move |texts: &[String], helpers: &mut _| {
        let right = Right { text: &texts[1], scalar: B::SCALAR, literal: None };
        match A::SCALAR.is_index() {
            true => print_binary(&op, A::SCALAR, false, &texts[0], right, helpers),
            false => binary(&op, A::SCALAR, &texts[0], right, helpers),
        }
    };
    cases.add(name, vec![A::SCALAR, B::SCALAR], R::SCALAR, Box::new(print), Box::new(oracle));
}

fn prefix<A: Value>(cases: &mut Cases, op: UnOp, oracle: impl Fn(A) -> A + 'static) {
    let name = format!("{op:?} {}", A::SCALAR.rust());
    let print = move |texts: &[String], helpers: &mut _| unary(&op, A::SCALAR, &texts[0], helpers).unwrap();
    cases.add(name, vec![A::SCALAR], A::SCALAR, Box::new(print), Box::new(move |v| oracle(A::load(v[0])).store()));
}

fn conversion<A: Value, R: Value>(cases: &mut Cases, oracle: impl Fn(A) -> R + 'static) {
    let name = format!("{} as {}", A::SCALAR.rust(), R::SCALAR.rust());
    let print = |texts: &[String], helpers: &mut _| print_cast(A::SCALAR, R::SCALAR, &texts[0], false, helpers);
    let oracle = move |v: &[u64]| oracle(A::load(v[0])).store();
    cases.add(name, vec![A::SCALAR], R::SCALAR, Box::new(print), Box::new(oracle));
}

macro_rules! comparisons {
    ($c:ident: $($t:ident)+) => { $(
        operator($c, parse_quote!(==), |a: $t, b: $t| a == b);
        operator($c, parse_quote!(!=), |a: $t, b: $t| a != b);
        operator($c, parse_quote!(<), |a: $t, b: $t| a < b);
        operator($c, parse_quote!(<=), |a: $t, b: $t| a <= b);
        operator($c, parse_quote!(>), |a: $t, b: $t| a > b);
        operator($c, parse_quote!(>=), |a: $t, b: $t| a >= b);
    )+ };
}

macro_rules! ints {
    ($c:ident: $($t:ident)+) => { $(
        operator($c, parse_quote!(+), $t::wrapping_add);
        operator($c, parse_quote!(-), $t::wrapping_sub);
        operator($c, parse_quote!(*), $t::wrapping_mul);
        operator($c, parse_quote!(/), |a: $t, b: $t| a / b);
        operator($c, parse_quote!(%), |a: $t, b: $t| a % b);
        operator($c, parse_quote!(&), |a: $t, b: $t| a & b);
        operator($c, parse_quote!(|), |a: $t, b: $t| a | b);
        operator($c, parse_quote!(^), |a: $t, b: $t| a ^ b);
        operator($c, parse_quote!(<<), |a: $t, b: u32| a.wrapping_shl(b));
        operator($c, parse_quote!(>>), |a: $t, b: u32| a.wrapping_shr(b));
        operator($c, parse_quote!(<<), |a: $t, b: i8| a.wrapping_shl(b as u32));
        operator($c, parse_quote!(>>), |a: $t, b: i64| a.wrapping_shr(b as u32));
        prefix($c, parse_quote!(!), |a: $t| !a);
    )+ };
}

macro_rules! floats {
    ($c:ident: $($t:ident)+) => { $(
        operator($c, parse_quote!(+), |a: $t, b: $t| a + b);
        operator($c, parse_quote!(-), |a: $t, b: $t| a - b);
        operator($c, parse_quote!(*), |a: $t, b: $t| a * b);
        operator($c, parse_quote!(/), |a: $t, b: $t| a / b);
        operator($c, parse_quote!(%), |a: $t, b: $t| a % b);
        prefix($c, parse_quote!(-), |a: $t| -a);
    )+ };
}

macro_rules! casts {
    (to f16: $c:ident, f64) => {
        // half rounds twice, or ignores the last bits, depending on the processor.
        conversion($c, |a: f64| f16::from_f32(literal::round_f16(a)));
    };
    (to f16: $c:ident, $from:ident) => {
        conversion($c, |a: $from| -> f16 { a.as_() });
    };
    ($c:ident: $($from:ident)+) => { $(casts!($c, $from: bool i8 i16 i32 i64 isize usize u8 u16 u32 u64 f32 f64);)+ };
    ($c:ident, bool: bool $($to:ident)+) => {
        $(conversion($c, |a: bool| a as u8 as $to);)+
    };
    ($c:ident, $from:ident: bool $($to:ident)+) => {
        $(conversion($c, |a: $from| a as $to);)+
        conversion($c, |a: f16| -> $from { a.as_() });
        casts!(to f16: $c, $from);
    };
}

pub(super) fn all(cases: &mut Cases) {
    comparisons!(cases: bool i8 i16 i32 i64 isize usize u8 u16 u32 u64 f16 f32 f64);
    ints!(cases: i8 i16 i32 i64 isize usize u8 u16 u32 u64);
    floats!(cases: f16 f32 f64);
    casts!(cases: bool i8 i16 i32 i64 isize usize u8 u16 u32 u64 f32 f64);
    prefix(cases, parse_quote!(-), i8::wrapping_neg);
    prefix(cases, parse_quote!(-), i16::wrapping_neg);
    prefix(cases, parse_quote!(-), i32::wrapping_neg);
    prefix(cases, parse_quote!(-), i64::wrapping_neg);
    let print = |texts: &[String], helpers: &mut _| print_neg(Scalar::Isize, &texts[0], helpers);
    let oracle = |v: &[u64]| isize::load(v[0]).wrapping_neg().store();
    cases.add("- isize".into(), vec![Scalar::Isize], Scalar::Isize, Box::new(print), Box::new(oracle));
    prefix(cases, parse_quote!(!), |a: bool| !a);
    operator(cases, parse_quote!(&), |a: bool, b: bool| a & b);
    operator(cases, parse_quote!(|), |a: bool, b: bool| a | b);
    operator(cases, parse_quote!(^), |a: bool, b: bool| a ^ b);
    operator(cases, parse_quote!(&&), |a: bool, b: bool| a && b);
    operator(cases, parse_quote!(||), |a: bool, b: bool| a || b);
}

/// Literals: each special value on its own, as a function that ignores its argument.
pub(super) fn literals(cases: &mut Cases) {
    use Scalar::*;
    for scalar in [I8, U8, I32, U32, I64, U64, F16, F32, F64] {
        for bits in special(scalar) {
            let text = match scalar {
                F16 | F32 => literal_float(f32::load(bits).into(), scalar),
                F64 => literal_float(f64::load(bits), scalar),
                I64 => literal_int((bits as i64).into(), scalar),
                I8 | I32 => literal_int((bits as i32).into(), scalar),
                _ => literal_int(bits.into(), scalar),
            };
            let name = format!("literal {text}");
            let print = move |_: &[String], _: &mut _| text.clone();
            cases.add(name, vec![U8], scalar, Box::new(print), Box::new(move |_| bits));
        }
    }
}
