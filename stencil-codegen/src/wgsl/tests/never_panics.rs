//! Whatever the body is: nothing panics, and what Rust accepts naga accepts.

use proptest::prelude::*;

use super::harness::{Function, module_of};
use crate::diagnostics::Errors;

const WORDS: &[&str] = &[
    "x",
    "y",
    "k",
    "w",
    "i",
    "v",
    "s",
    "0",
    "1",
    "2.0",
    "-1",
    "1e3",
    "3_u8",
    "x[[0, 1]]",
    "x[[i, 0]]",
    "w[[0, 1]]",
    "y[0]",
    "x.values()",
    "x.position()",
    "x.contains([0, 1])",
    "+",
    "-",
    "*",
    "/",
    "%",
    "<<",
    "&&",
    "||",
    "==",
    "<",
    "=",
    "+=",
    "..",
    "..=",
    ".",
    ",",
    ";",
    ":",
    "::",
    "&",
    "*",
    "|",
    "=>",
    "->",
    "!",
    "if",
    "else",
    "for",
    "in",
    "match",
    "let",
    "mut",
    "const N: usize = 3;",
    "const N: [f32; N] = N;",
    "return",
    "continue",
    "break",
    "while",
    "loop",
    "'a:",
    "'a",
    "fn",
    "fn f(v: f32) -> f32 { f(v) }",
    "fn g<T>(v: T) -> T { g((v, v)) }",
    "g(1)",
    "f(s)",
    "as",
    "as u8",
    "as bool",
    "true",
    "u8",
    "f32",
    "T",
    "N",
    "median",
    "sort",
    "min",
    "f32::max",
    "T::zero()",
    "u32::from",
    "iter()",
    ".iter().sum()",
    ".map(|v| v)",
    ".fold(0.0, |a, b| a + b)",
    ".rev()",
    ".step_by(2)",
    ".enumerate()",
    ".zip(y)",
    ".abs()",
    ".max(1)",
    ".len()",
    ".shape()[0]",
    "|v| v",
    "|v| f(v)",
    "let f = |v| v;",
    "f(f)",
    "(i, j)",
    "[s; 3]",
    "[1, 2]",
    "[0; 4096]",
    "s += 1.0;",
    "let mut s = 0.0;",
    "for i in -1..=1",
    "for v in x.values()",
    "for (i, v) in y.iter().enumerate()",
    "for i in 0..9223372036854775807",
    "_",
    "assert!",
    "panic!()",
    "unreachable!()",
    "(s, v) = (v, s);",
    "type A = A;",
    "s as A",
    "i64::MIN",
    "x[[9223372036854775807, 0]]",
    "-170141183460469231731687303715884105728",
    "1 / 0",
    "1 << 40",
    "[1.0][3]",
    "y.fill(0.0)",
    "y[0] += 1.0;",
];

fn tokens(depth: u32) -> impl Strategy<Value = String> {
    let word = proptest::sample::select(WORDS).prop_map(str::to_owned);
    word.prop_recursive(depth, 96, 12, |inner| {
        (0..4_usize, proptest::collection::vec(inner, 0..12)).prop_map(|(delimiter, parts)| {
            let (open, close) = [("(", ")"), ("[", "]"), ("{", "}"), ("", "")][delimiter];
            format!("{open} {} {close}", parts.join(" "))
        })
    })
}

fn lower(text: &str) {
    if syn::parse_str::<syn::ItemFn>(text).is_ok() {
        Function::new(text, Some(1), "").lower(&mut Errors::default());
    }
}

/// Statements that can stand in any order.
const STATEMENTS: &[&str] = &[
    "s += x[[i, j]];",
    "if x[[0, 0]] > limit { s += x[[i, 1]]; } else if limit > 2.0 { n += 1; } else { s = -s; }",
    "if x[[i, j]] > limit { return x[[0, -1]]; }",
    "let k = i * 2; if limit > 1.0 && x[[k / 2, 0]] > 2.0 { s -= x[[k / 2, j]]; }",
    "for d in [[-1, 0], [0, 1]] { if x[d] > limit { continue; } s += x[d]; n += 1; }",
    "s += match n { 0 if x[[1, 1]] > 0.0 => x[[1, 0]], 1 | 2 => 2.0, 3..=9 => limit, m => m as f32 };",
    "let f = |x: f32| x * 2.0; s = f(s);",
    "{ let x = [s]; s += x[0]; }",
    "s += x.values()[0];",
    "assert!(x[[0, 1]] < 1e9);",
    "s += { n += 1; x[[j, i]] } - -x[[0, 0]] * { n *= 2; n as f32 };",
    "let pair = (n, s); let (m, mut u) = pair; u += 1.0; s = u; n = m;",
    "while n > 10 { n /= 2; if n % 3 == 0 { break; } }",
    "'a: loop { for k in 0..n { if k > 3 { break 'a; } if k == 2 { continue 'a; } s += k as f32; } break; }",
    "let v = x.values(); s += v.iter().copied().fold(0.0, f32::max) + v[(n & 7) as usize];",
    "let m = loop { n += 1; if n > 3 { break n * 2; } }; s += m as f32;",
    "s = if { n += 1; n > 4 } || { n -= 2; n < 0 } { let t = s; t * t } else { s };",
    "let c; if n > 0 { c = 1.0; } else { c = s; } s += c;",
    "fn g(x: Window2<f32>, d: isize) -> f32 { if d > 1 { return 0.0; } x[[d, 0]] } s += g(x, i) + g(x, -1);",
    "(s, limit) = (limit, s); let mut a = [s; 4]; a[1] += 1.0; a.swap(0, n as usize & 3); s = a[2];",
    "for (k, v) in x.values().iter().enumerate().rev() { if k % 2 == 0 { s += v; } else { continue; } n += 1; }",
    "for k in (i..=n as isize).rev().step_by(2) { s += k as f32; } for k in 0..=n { if k > 5 { continue; } s += 1.0; }",
    "s += x.values().iter().zip(0..9).filter(|(v, _)| **v > 0.0).map(|(v, k)| v * k as f32).sum::<f32>();",
    "n = n.pow(2).wrapping_add(7).min(100) << 1; n ^= !3; s = s.clamp(0.0, 9.0).powi(2) + u8::MAX as f32;",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics(body in tokens(5)) {
        lower(&format!("fn f(x: Window2<f32>, k: i32, w: ArrayView2<f32>) -> f32 {{ {body} }}"));
        lower(&format!("fn f(x: Window2<f32>, k: i32, w: ArrayView2<f32>) -> f32 {{ let mut s = 0.0; {body} s }}"));
        lower(&format!("fn f<T>(x: ArrayView1<T>, mut y: ArrayViewMut1<T>, k: u8) {{ let mut s = 0.0; {body} }}"));
        lower(&format!("fn f(x: Window1<u8>) -> (u8, bool) {{ let i = {body}; for i in {body} {{ {body} }} {body} }}"));
    }

    #[test]
    fn what_rust_accepts_is_valid(stmts in proptest::collection::vec(0..STATEMENTS.len(), 0..7), nest in 0..3_usize) {
        let mut body: String = stmts.iter().map(|index| format!("{{ {} }}", STATEMENTS[*index])).collect();
        for _ in 0..nest {
            body = format!("for i in -1..=1 {{ let j: isize = -i; {body} }} if limit > 0.0 {{ {body} }}");
        }
        let text = format!(
            "fn f(x: Window2<f32>, mut limit: f32) -> f32 {{ let i = 1; let j = 0; let mut n = 3_i32; \
             let mut s = x[[0, 0]]; {body} s + n as f32 }}"
        );
        let function = Function::new(&text, Some(1), "");
        module_of(&function, &text);
    }
}
