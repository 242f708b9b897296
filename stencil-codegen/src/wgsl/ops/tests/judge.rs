//! Compares what a shader gave with what Rust gives.

use half::f16;

use super::super::super::scalar::Scalar;
use super::super::rows::Accuracy;
use super::case::{Case, Expected};
use super::value::{Value, float};

/// Value number `i` of a narrow scalar.
pub(super) fn every(scalar: Scalar, i: u64) -> u64 {
    match scalar {
        Scalar::I8 => (i as i8).store(),
        Scalar::I16 => (i as i16).store(),
        Scalar::F16 => f16::from_bits(i as u16).store(),
        _ => i,
    }
}

/// The outcome of one case.
pub(super) struct Verdict<'a> {
    case: &'a Case,
    /// Whether the device takes subnormal numbers for zero.
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

    fn agrees(&mut self, got: u64, expected: u64, arguments: &[u64]) -> bool {
        let scalar = self.case.result;
        let mask = if scalar.bits() == 64 { u64::MAX } else { u32::MAX.into() };
        let (got, expected) = (got & mask, expected & mask);
        if got == expected {
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
        if self.flushes && a == 0.0 && is_subnormal(scalar, expected) {
            return true;
        }
        let ulps = distance(scalar, got, expected);
        if ulps > self.worst {
            self.worst = ulps;
            self.worst_at = format!("{}: {a:e}, not {b:e}", self.show(arguments));
        }
        match self.case.accuracy {
            Accuracy::Exact => false,
            Accuracy::Ulp(allowed) => ulps <= f64::from(allowed),
            Accuracy::Fused => true,
        }
    }

    fn show(&self, arguments: &[u64]) -> String {
        let shown = arguments.iter().zip(&self.case.arguments).map(|(bits, scalar)| show(*scalar, *bits));
        shown.collect::<Vec<_>>().join(", ")
    }

    /// What went wrong.
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
