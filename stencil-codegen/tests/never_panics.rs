//! Whatever the tokens, the compiler answers with tokens: it never panics, and what it answers parses.

use proc_macro2::TokenStream;
use proptest::prelude::*;

/// Tokens that mean something to the compiler, and some that do not.
const WORDS: &[&str] = &[
    "boundary",
    "halo",
    "type",
    "crate",
    "gpu",
    "=",
    ",",
    "Nearest",
    "Wrap",
    "Constant",
    "Shrink",
    "dynamic",
    "Fill",
    "0",
    "1",
    "2",
    "3",
    "9999999999999999999999999",
    "0.5",
    "'a'",
    "\"x\"",
    "x",
    "y",
    "i",
    "j",
    "k",
    "-",
    "+",
    "*",
    "/",
    "%",
    "..",
    "..=",
    ".",
    ";",
    ":",
    "::",
    "&",
    "&mut",
    "|",
    "=>",
    "->",
    "#",
    "!",
    "if",
    "else",
    "for",
    "in",
    "match",
    "let",
    "mut",
    "const",
    "return",
    "continue",
    "break",
    "while",
    "loop",
    "fn",
    "as",
    "isize",
    "u8",
    "values",
    "position",
    "rev",
    "iter",
    "enumerate",
    "map",
    "Window2",
    "f32",
    "<",
    ">",
    "self",
    "async",
    "unsafe",
    "_",
    "x[[0, 1]]",
    "x[[-1, 0]]",
    "x.values()",
    "for i in -1..=1",
    "if x[[0, 0]] > 0.0",
    "let k = 2;",
    "for j in [1, -1]",
    "continue;",
    "x[[i, j]]",
    "assert!",
    "-170141183460469231731687303715884105728",
    "const K: isize = 1;",
    "9223372036854775807",
    "'l:",
    "i8",
    "i64::MAX",
    "\"(n),()->(),(n)\"",
    "ArrayView1<f32>",
    "ArrayViewMut1<f32>",
    "require",
    "identity",
    "n",
    "#[stencil(boundary = Nearest)]",
    "#[gufunc(\"(n)->(n)\")]",
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

fn expand(args: &str, item: &str) -> Result<(), TestCaseError> {
    let (Ok(args), Ok(item)) = (args.parse::<TokenStream>(), item.parse::<TokenStream>()) else { return Ok(()) };
    stencil_codegen::stencil(args, item);
    Ok(())
}

fn expand_gufunc(args: &str, item: &str) -> Result<(), TestCaseError> {
    let (Ok(args), Ok(item)) = (args.parse::<TokenStream>(), item.parse::<TokenStream>()) else { return Ok(()) };
    let expansion = stencil_codegen::gufunc(args, item.clone());
    // What does not parse went in.
    if syn::parse2::<syn::ItemFn>(item).is_ok() {
        prop_assert!(syn::parse2::<syn::File>(expansion.clone()).is_ok(), "{expansion}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn any_attribute(args in tokens(3)) {
        expand(&args, "fn f(x: Window2<f32>, #[boundary(Wrap)] y: Window2<u8>) -> f32 { x[[0, 1]] }")?;
        expand("", &format!("fn f(#[boundary({args})] y: Window1<u8>) -> u8 {{ y[1] }}"))?;
        expand(&format!("boundary = {args}"), "fn f(x: Window1<f32>) -> f32 { x[1] }")?;
        expand(&format!("boundary = Wrap, halo = {args}"), "fn f(x: Window2<f32>) -> f32 { x.values()[1] }")?;
    }

    #[test]
    fn any_gufunc_attribute(args in tokens(3)) {
        expand_gufunc(&args, "fn f(x: ArrayView1<f32>, n: f32, y: ArrayViewMut1<f32>) -> f32 { x[0] }")?;
        expand_gufunc(&format!("\"(n),()->(m),()\", {args}"), "fn f(x: ArrayView1<f32>, k: f32, y: ArrayViewMut1<f32>) -> f32 { x[0] }")?;
        expand_gufunc(&args, "#[stencil(boundary = Wrap)] fn f(x: Window1<f32>) -> f32 { x[1] }")?;
    }

    #[test]
    fn any_gufunc_item(item in tokens(4), parameters in tokens(3), output in tokens(2)) {
        expand_gufunc("\"(n),()->(n)\"", &item)?;
        expand_gufunc("\"(n),()->(n),()\"", &format!("fn f<T>({parameters}) -> {output} {{ x[0] }}"))?;
        expand_gufunc("\"(n),()->(n),()\"", &format!("fn f(x: {output}, y: f32, {parameters}) {{ x[0] }}"))?;
    }

    /// The literal: any text, and text of the grammar's own letters.
    #[test]
    fn any_grammar(text in prop_oneof![any::<String>(), "[(),n?3 ]{0,6}-?>?[(),nm0 ]{0,8}", "\\([nm3]\\)->\\PC{0,6}"]) {
        let literal = proc_macro2::Literal::string(&text).to_string();
        expand_gufunc(&literal, "fn f(x: ArrayView1<f32>) -> f32 { x[0] }")?;
        expand_gufunc(&literal, "#[stencil(boundary = Shrink)] fn f(x: Window2<f32>) -> f32 { x[[0, 1]] }")?;
    }

    #[test]
    fn any_item(item in tokens(4)) {
        expand("boundary = Nearest", &item)?;
    }

    #[test]
    fn any_signature(parameters in tokens(3), output in tokens(2)) {
        expand("", &format!("fn f<T>({parameters}) -> {output} {{ x[[0, 0]] }}"))?;
        expand("", &format!("fn f(x: {output}, y: Window2<f32>) -> f32 {{ y[[0, 0]] }}"))?;
    }

    #[test]
    fn any_body(body in tokens(5)) {
        expand("boundary = Nearest", &format!("fn f(x: Window2<f32>, y: Window1<u8>) -> f32 {{ {body} }}"))?;
        expand("boundary = Nearest", &format!("fn f(x: Window2<f32>, y: Window2<u8>) -> f32 {{ {body} }}"))?;
        expand("boundary = Nearest, halo = 1", &format!("fn f(x: Window1<f32>) -> f32 {{ {body} }}"))?;
    }

    #[test]
    fn any_offset(offset in tokens(2)) {
        let body = format!("for i in {offset} {{ if x[{offset}] > 0.0 {{ return x[[i, {offset}]]; }} }} 0.0");
        expand("boundary = Nearest", &format!("fn f(x: Window2<f32>) -> f32 {{ {body} }}"))?;
    }

    /// Bodies that parse more often than tokens at random: what comes out parses, too.
    #[test]
    fn expansions_parse(stmts in proptest::collection::vec(0..STATEMENTS.len(), 0..8), nest in 0..4_usize) {
        let mut body: String = stmts.iter().map(|index| STATEMENTS[*index]).collect();
        for _ in 0..nest {
            body = format!("for i in -1..=1 {{ let j = -i; {body} }} if limit > 0.0 {{ {body} }}");
        }
        let item = format!("fn f(x: Window2<f32>, limit: f32) -> f32 {{ let i = 1; let j = 0; let mut s = x[[0, 0]]; {body} s }}");
        let tokens = stencil_codegen::stencil("boundary = Nearest".parse().unwrap(), item.parse().unwrap());
        prop_assert!(syn::parse2::<syn::File>(tokens.clone()).is_ok(), "{tokens}");
        prop_assert!(!tokens.to_string().contains("compile_error"), "{tokens}");
        prop_assert!(!tokens.to_string().contains("__stencil_"), "{tokens}");
    }
}

const STATEMENTS: &[&str] = &[
    "s += x[[i, j]];",
    "if x[[0, 0]] > limit { s += x[[i, 1]]; }",
    "if x[[i, j]] > limit { return x[[0, -1]]; }",
    "let k = i * 2; if limit > 1.0 && x[[k, 0]] > 2.0 { s -= x[[k, j]]; }",
    "for d in [[-1, 0], [0, 1]] { if x[d] > limit { continue; } s += x[d]; }",
    "s += match s as i32 { 0 if x[[1, 1]] > 0.0 => x[[2, 0]], _ => 1.0 };",
    "let f = |x: f32| x * 2.0; s = f(s);",
    "{ let x = [s]; s += x[0]; }",
    "s += x.values()[0];",
    "assert!(x[[0, 1]] < 1e9);",
    "s += { x[[j, i]] } - -x[[0, 0]];",
];
