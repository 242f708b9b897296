//! An operation with Rust's own as its oracle.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::super::super::scalar::Scalar;
use super::super::rows::Accuracy;
use super::super::{Helpers, method, print_method};
use super::value::Value;

type Print = Box<dyn Fn(&[String], &mut Helpers) -> String>;
type Oracle = Box<dyn Fn(&[u64]) -> u64>;

pub(super) struct Case {
    pub(super) name: String,
    pub(super) arguments: Vec<Scalar>,
    pub(super) result: Scalar,
    pub(super) print: Print,
    oracle: Oracle,
    pub(super) accuracy: Accuracy,
}

/// The result of Rust for some arguments.
#[derive(Debug, PartialEq)]
pub(super) enum Expected {
    Bits(u64),
    Panic(String),
    /// Overflow, which panics in debug builds only: the shader wraps.
    Overflow,
}

impl Case {
    pub(super) fn expected(&self, arguments: &[u64]) -> Expected {
        match catch_unwind(AssertUnwindSafe(|| (self.oracle)(arguments))) {
            Ok(bits) => Expected::Bits(bits),
            Err(payload) => {
                let message = message(&*payload);
                let always = ["divi", "remainder", "min", "argument"].iter().any(|word| message.contains(word));
                if always { Expected::Panic(message) } else { Expected::Overflow }
            }
        }
    }

    /// `fn case_3(a0: i32, ..) -> f32 { return ..; }`
    pub(super) fn function(&self, name: &str, helpers: &mut Helpers) -> String {
        let names: Vec<String> = (0..self.arguments.len()).map(|i| format!("a{i}")).collect();
        let parameters: Vec<String> =
            names.iter().zip(&self.arguments).map(|(name, scalar)| format!("{name}: {}", scalar.register())).collect();
        let value = (self.print)(&names, helpers);
        format!("fn {name}({}) -> {} {{ return {value}; }}\n", parameters.join(", "), self.result.register())
    }

    /// Returns true when a device needs a feature for it.
    pub(super) fn is_wide(&self) -> bool {
        self.arguments.iter().chain([&self.result]).any(|scalar| scalar.bits() == 64)
    }
}

fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| text.to_string());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_default()
}

/// Collects cases; the number says how many arguments an operation has.
#[derive(Default)]
pub(super) struct Cases(pub(super) Vec<Case>);

impl Cases {
    pub(super) fn add(&mut self, name: String, arguments: Vec<Scalar>, result: Scalar, print: Print, oracle: Oracle) {
        self.0.push(Case { name, arguments, result, print, oracle, accuracy: Accuracy::Exact });
    }

    fn method(&mut self, name: &'static str, arguments: Vec<Scalar>, result: Scalar, oracle: Oracle) {
        let receiver = arguments[0];
        let known = method(name, receiver).unwrap_or_else(|_| panic!("no method {name} of {receiver:?}"));
        assert_eq!((&known.arguments[..], known.result), (&arguments[1..], result), "{name} of {receiver:?}");
        let accuracy = super::super::rows::find(name, receiver).expect("just asked").accuracy;
        let print: Print = Box::new(move |texts, helpers| print_method(name, receiver, texts, false, helpers));
        self.0.push(Case { name: format!("{}::{name}", receiver.rust()), arguments, result, print, oracle, accuracy });
    }

    pub(super) fn one<A: Value, R: Value>(&mut self, name: &'static str, oracle: impl Fn(A) -> R + 'static) {
        self.method(name, vec![A::SCALAR], R::SCALAR, Box::new(move |v| oracle(A::load(v[0])).store()));
    }

    pub(super) fn two<A: Value, B: Value, R: Value>(
        &mut self,
        name: &'static str,
        oracle: impl Fn(A, B) -> R + 'static,
    ) {
        let oracle = move |v: &[u64]| oracle(A::load(v[0]), B::load(v[1])).store();
        self.method(name, vec![A::SCALAR, B::SCALAR], R::SCALAR, Box::new(oracle));
    }

    pub(super) fn three<A: Value, R: Value>(&mut self, name: &'static str, oracle: impl Fn(A, A, A) -> R + 'static) {
        let oracle = move |v: &[u64]| oracle(A::load(v[0]), A::load(v[1]), A::load(v[2])).store();
        self.method(name, vec![A::SCALAR; 3], R::SCALAR, Box::new(oracle));
    }
}
