//! Operations with a literal argument, which have shorter forms.

use num_traits::Float;
use syn::parse_quote;

use super::super::super::scalar::Scalar;
use super::super::{Right, binary, literal_float, literal_int, print_binary, print_method};
use super::case::Cases;
use super::value::Value;

fn literal<T: Value>(value: T) -> String {
    let bits = value.store();
    match T::SCALAR {
        Scalar::F64 => literal_float(f64::load(bits), Scalar::F64),
        scalar if scalar.is_float() => literal_float(f32::load(bits).into(), scalar),
        Scalar::I64 => literal_int((bits as i64).into(), Scalar::I64),
        scalar if scalar.is_signed() => literal_int((bits as i32).into(), scalar),
        scalar => literal_int(bits.into(), scalar),
    }
}

fn method<A: Value, B: Value, R: Value>(
    cases: &mut Cases,
    name: &'static str,
    fixed: &[B],
    oracle: impl Fn(A) -> R + 'static,
) {
    let fixed: Vec<String> = fixed.iter().copied().map(literal).collect();
    let title = format!("{}::{name} with {}", A::SCALAR.rust(), fixed.join(", "));
    let print = move |texts: &[String], helpers: &mut _| {
        print_method(name, A::SCALAR, &[texts, &fixed[..]].concat(), false, helpers)
    };
    cases.add(title, vec![A::SCALAR], R::SCALAR, Box::new(print), Box::new(move |v| oracle(A::load(v[0])).store()));
}

fn division<A: Value>(
    cases: &mut Cases,
    op: syn::BinOp,
    divisor: i128,
    text: String,
    oracle: impl Fn(A) -> A + 'static,
) {
    let title = format!("{} by {text}, {op:?}", A::SCALAR.rust());
    let print = move |texts: &[String], helpers: &mut _| {
        let right = Right { text: &text, scalar: A::SCALAR, literal: Some(divisor) };
        match A::SCALAR.is_index() {
            true => print_binary(&op, A::SCALAR, false, &texts[0], right, helpers),
            false => binary(&op, A::SCALAR, &texts[0], right, helpers),
        }
    };
    cases.add(title, vec![A::SCALAR], A::SCALAR, Box::new(print), Box::new(move |v| oracle(A::load(v[0])).store()));
}

macro_rules! ints {
    ($c:ident, $by:expr => $($t:ident)+) => { $(
        method::<$t, $t, $t>($c, "rem_euclid", &[$by], |a| a.rem_euclid($by));
        method::<$t, $t, $t>($c, "div_euclid", &[$by], |a| a.div_euclid($by));
        method::<$t, $t, $t>($c, "wrapping_div", &[$by], |a| a.wrapping_div($by));
        method::<$t, $t, $t>($c, "wrapping_rem", &[$by], |a| a.wrapping_rem($by));
        method::<$t, $t, $t>($c, "saturating_div", &[$by], |a| a.saturating_div($by));
        division::<$t>($c, parse_quote!(/), $by as i128, literal::<$t>($by), |a| a / $by);
        division::<$t>($c, parse_quote!(%), $by as i128, literal::<$t>($by), |a| a % $by);
        method::<$t, $t, $t>($c, "clamp", &[3, 100], |a| a.clamp(3, 100));
        method::<$t, u32, $t>($c, "pow", &[0], |a| a.wrapping_pow(0));
        method::<$t, u32, $t>($c, "pow", &[2], |a| a.wrapping_pow(2));
        method::<$t, u32, $t>($c, "wrapping_pow", &[11], |a| a.wrapping_pow(11));
    )+ };
}

macro_rules! unsigned {
    ($c:ident: $($t:ident)+) => { $(
        method::<$t, $t, $t>($c, "div_ceil", &[7], |a| a.div_ceil(7));
        method::<$t, $t, $t>($c, "next_multiple_of", &[7], |a| a.next_multiple_of(7));
    )+ };
}

macro_rules! floats {
    ($c:ident: $($t:ident)+) => { $(
        method::<$t, i32, $t>($c, "powi", &[0], |a| Float::powi(a, 0));
        method::<$t, i32, $t>($c, "powi", &[2], |a| Float::powi(a, 2));
        method::<$t, i32, $t>($c, "powi", &[7], |a| Float::powi(a, 7));
        method::<$t, i32, $t>($c, "powi", &[-3], |a| Float::powi(a, -3));
        method::<$t, $t, $t>($c, "clamp", &[$t::load(0), $t::MAX], |a| $t::clamp(a, $t::load(0), $t::MAX));
    )+ };
}

// The divisor -1 is among those that have no short form.
#[allow(clippy::modulo_one)]
pub(super) fn all(cases: &mut Cases) {
    use half::f16;
    ints!(cases, 7 => i8 i16 i32 i64 isize u8 u16 u32 u64 usize);
    ints!(cases, -5 => i8 i16 i32 i64 isize);
    ints!(cases, -1 => i8 i16 i32 i64 isize);
    unsigned!(cases: u8 u16 u32 u64 usize);
    floats!(cases: f16 f32 f64);
}
