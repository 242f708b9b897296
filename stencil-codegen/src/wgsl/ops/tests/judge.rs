//! Compares what a shader gave with what Rust gives.

use half::f16;

use super::super::super::scalar::Scalar;
use super::super::rows::Accuracy;
use super::case::{Case, Expected};
use super::value::{BEYOND, Value, float};

/// Value number `i` of a narrow scalar.
pub(super) fn every(scalar: Scalar, i: u64) -> u64 {
    match scalar {
        Scalar::I8 => (i as i8).store(),
        Scalar::I16 => (i as i16).store(),
        Scalar::F16 => f16::from_bits(i as u16).store(),
        _ => i,
    }
}

/// The tie above an `f16`, and its neighbours, with either sign.
pub(super) fn around_tie(bits: u16, from: Scalar) -> Vec<u64> {
    let next = if bits == 0x7bff { 65536.0 } else { f16::from_bits(bits + 1).to_f64() };
    let tie = (f16::from_bits(bits).to_f64() + next) / 2.0;
    let of = |value: f64| match from {
        Scalar::F32 => {
            let bits = (value as f32).to_bits();
            [bits, bits.wrapping_sub(1), bits + 1].map(u64::from)
        }
        _ => [value.to_bits(), value.to_bits() - 1, value.to_bits() + 1],
    };
    [of(tie), of(-tie)].concat()
}

/// The outcome of one case.
pub(super) struct Verdict<'a> {
    case: &'a Case,
    /// True when the device takes subnormal numbers for zero.
    flushes: bool,
    wrong: usize,
    first: Vec<String>,
    worst: f64,
    worst_at: String,
}

impl<'a> Verdict<'a> {
    pub(super) fn new(case: &'a Case, flushes: bool) -> Self {
        Self { case, flushes, wrong: 0, first: Vec::new(), worst: 0.0, worst_at: String::new() }
    }

    pub(super) fn judge(&mut self, arguments: &[u64], (bits, raised): (u64, u32), checks: &[String]) {
        let flushed = |(scalar, bits): (&Scalar, &u64)| is_subnormal(*scalar, *bits);
        if self.flushes && self.case.arguments.iter().zip(arguments).any(flushed) {
            return;
        }
        let agrees = match self.case.expected(arguments) {
            Expected::Overflow => true,
            Expected::Panic(_) if self.may_be_beyond(arguments) => raised > 0,
            _ if self.may_be_beyond(arguments) && raised > 0 => {
                checks[raised as usize - 1].contains("beyond the 32 bits")
            }
            Expected::Bits(BEYOND) if self.case.result.is_index() => {
                raised > 0 && checks[raised as usize - 1].contains("beyond the 32 bits")
            }
            Expected::Panic(message) => {
                let code = raised as usize;
                code > 0 && (message.starts_with(&checks[code - 1]) || self.case.arguments[0] == Scalar::F16)
            }
            Expected::Bits(expected) => raised == 0 && self.agrees(bits, expected, arguments),
        };
        if !agrees {
            self.wrong += 1;
            if self.first.len() < 4 {
                let expected = self.case.expected(arguments);
                let got = show(self.case.result, bits);
                let expected = match expected {
                    Expected::Bits(bits) => show(self.case.result, bits),
                    other => format!("{other:?}"),
                };
                self.first.push(format!("{}: {got}, not {expected}, check {raised}", self.show(arguments)));
            }
        }
    }

    /// Returns true when a check of `usize` and `isize` may be raised also where the result could be held: large sizes
    /// and the least value have no form in some operations, and what wraps in 64 bits is not followed.
    fn may_be_beyond(&self, arguments: &[u64]) -> bool {
        let extreme = |(scalar, bits): (&Scalar, &u64)| match scalar {
            Scalar::Usize => *bits > i32::MAX as u64,
            Scalar::Isize => *bits == i32::MIN as u32 as u64,
            _ => false,
        };
        let wraps = ["pow", "shl", "<<"].iter().any(|name| self.case.name.contains(name));
        self.case.arguments[0].is_index() && (wraps || self.case.arguments.iter().zip(arguments).any(extreme))
    }

    fn agrees(&mut self, got: u64, expected: u64, arguments: &[u64]) -> bool {
        let scalar = self.case.result;
        let mask = if scalar.bits() == 64 { u64::MAX } else { u32::MAX.into() };
        let (got, expected) = (got & mask, expected & mask);
        if got == expected {
            return true;
        }
        // The sign of NaN is not seen where there are no 64-bit integers.
        let sign_of_nan = self.case.arguments.last() == Some(&Scalar::F64) && self.case.name.contains("sign");
        if sign_of_nan && f64::load(*arguments.last().expect("there are arguments")).is_nan() {
            return true;
        }
        if !scalar.is_float() {
            return false;
        }
        let (a, b) = (float(scalar, got), float(scalar, expected));
        if a.is_nan() || b.is_nan() {
            return a.is_nan() == b.is_nan();
        }
        // Which zero is the less one is open.
        if a == b && ["min", "max"].iter().any(|name| self.case.name.ends_with(&format!("::{name}"))) {
            return true;
        }
        if self.flushes && (a == 0.0 && is_subnormal(scalar, expected) || self.passes_subnormal(arguments, b)) {
            return true;
        }
        let ulps = distance(scalar, got, expected);
        if ulps > self.worst {
            self.worst = ulps;
            self.worst_at = format!("{}: {a:e}, not {b:e}", self.show(arguments));
        }
        match self.case.accuracy {
            // SwiftShader's own conversion.
            Accuracy::Exact => self.flushes && self.case.name == "u32 as f32" && ulps <= 1.0,
            Accuracy::Ulp(allowed) => ulps <= if scalar == Scalar::F16 { 1.0 } else { allowed.into() },
            Accuracy::Fused => got == unfused(scalar, arguments),
        }
    }

    /// Returns true when something on the way to the result may be subnormal.
    fn passes_subnormal(&self, arguments: &[u64], expected: f64) -> bool {
        let value = |i: usize| float(self.case.arguments[i], arguments[i]);
        match self.case.name.as_str() {
            name if name.starts_with("f32::powi") => expected.abs() > 2f64.powi(126),
            "f32::mul_add" => (value(0) * value(1)).abs() < f32::MIN_POSITIVE.into(),
            "f32::rem_euclid" | "f32::div_euclid" => value(1).abs() < 2f64.powi(-100),
            _ => false,
        }
    }

    fn show(&self, arguments: &[u64]) -> String {
        let shown = arguments.iter().zip(&self.case.arguments).map(|(bits, scalar)| show(*scalar, *bits));
        shown.collect::<Vec<_>>().join(", ")
    }

    /// The report of the failures, if there are any.
    pub(super) fn finish(self) -> Option<String> {
        if self.worst > 0.0 && std::env::var_os("NDSTENCIL_SHOW_ACCURACY").is_some() {
            eprintln!("{:24} {:8} ulp at {}", self.case.name, self.worst, self.worst_at);
        }
        (self.wrong > 0).then(|| {
            let worst =
                if self.worst > 0.0 { format!("worst {} ulp at {}", self.worst, self.worst_at) } else { String::new() };
            format!("{}: {} wrong; {worst}\n    {}", self.case.name, self.wrong, self.first.join("\n    "))
        })
    }
}

fn is_subnormal(scalar: Scalar, bits: u64) -> bool {
    match scalar {
        Scalar::F32 => f32::load(bits).is_subnormal(),
        Scalar::F64 => f64::load(bits).is_subnormal(),
        _ => false,
    }
}

/// `a * b + c` rounded twice.
fn unfused(scalar: Scalar, v: &[u64]) -> u64 {
    let single = |i: usize| f32::load(v[i]);
    match scalar {
        Scalar::F64 => (f64::load(v[0]) * f64::load(v[1]) + f64::load(v[2])).store(),
        Scalar::F32 => (single(0) * single(1) + single(2)).store(),
        _ => f16::from_f32(single(0) * single(1) + single(2)).store(),
    }
}

/// Units in the last place between two numbers of the same type.
fn distance(scalar: Scalar, a: u64, b: u64) -> f64 {
    let ordered = |bits: i128, width: u32| if bits >> (width - 1) != 0 { (1 << (width - 1)) - bits } else { bits };
    let of = |bits: u64| match scalar {
        Scalar::F64 => ordered(bits.into(), 64),
        Scalar::F32 => ordered((bits as u32).into(), 32),
        _ => ordered(f16::load(bits).to_bits().into(), 16),
    };
    (of(a) - of(b)).unsigned_abs() as f64
}

fn show(scalar: Scalar, bits: u64) -> String {
    match scalar {
        _ if scalar.is_float() => format!("{:e}", float(scalar, bits)),
        Scalar::I64 => format!("{}", bits as i64),
        _ if scalar.is_signed() => format!("{}", bits as i32),
        _ => format!("{bits}"),
    }
}
