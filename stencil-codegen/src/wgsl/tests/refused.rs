//! Bodies without a form: each error names the construct and what to write instead, on the user's tokens.

use super::harness::errors_of;

fn stencil(body: &str) -> Vec<String> {
    errors_of(&format!("fn f(x: Window2<f32>, k: i32, w: ArrayView2<f32>) -> f32 {{ {body} }}"), None)
}

#[test]
fn constructs() {
    insta::assert_debug_snapshot!([
        stencil("let v = vec![1.0, 2.0]; x[[0, 0]]"),
        stencil("if let Some(v) = None { v } else { 0.0 }"),
        stencil("let v: Option<f32> = None; x[[0, 0]]"),
        stencil("let v = Some(1.0); v.unwrap()"),
        stencil("struct S; enum E { A } 0.0"),
        stencil("static K: f32 = 1.0; K"),
        stencil("let mut v = 1.0; let r = &mut v; *r = 2.0; v"),
        stencil("println!(\"{}\", k); x[[0, 0]]"),
        stencil("let s = \"text\"; 0.0"),
        stencil("let v = 1_u128; 0.0"),
        stencil("let v: [f32; 0] = []; 0.0"),
        stencil("let n = k as usize; let v = [0.0; n]; v[0]"),
        stencil("let f = [|v: f32| v]; 0.0"),
        stencil("'a: { break 'a; } 0.0"),
        stencil("let v = x; let u = [v]; 0.0"),
        stencil("w.sum() + w.mean().unwrap()"),
        stencil("unsafe { 1.0 }"),
        stencil("let r = 0..3; 0.0"),
        stencil("for v in k { } 0.0"),
        stencil("for v in [1.0].iter().filter(|v| **v > 0.0).enumerate() { } 0.0"),
        stencil("let a = [1.0, 2.0]; if a < [1.0, 2.0] { 1.0 } else { 0.0 }"),
        stencil("let s = |v: f32| { return v; }; s(1.0)"),
        stencil("let Ok(v) = k else { return 0.0; }; 0.0"),
        stencil("match k { 1 | n => 0.0, _ => 1.0 }"),
    ]);
}

#[test]
fn methods_and_names() {
    insta::assert_debug_snapshot!([
        stencil("x[[0, 0]].checked_add(1.0)"),
        stencil("k.to_string()"),
        stencil("unknown(k)"),
        stencil("LIMIT * x[[0, 0]]"),
        stencil("fn down(v: f32) -> f32 { if v > 0.0 { down(v - 1.0) } else { v } } down(x[[0, 0]])"),
        stencil("fn a(v: f32) -> f32 { b(v) } fn b(v: f32) -> f32 { a(v) } a(1.0)"),
        stencil("let v = 2.0_f64; v.sin() as f32"),
        stencil("let v = Default::default(); 0.0"),
        stencil("x.halo(); 0.0"),
        stencil("let mut v = [3.0, 1.0]; v.sort_by(|a, b| a.total_cmp(b)); v[0]"),
        stencil("(2.0).sqrt()"),
    ]);
}

#[test]
fn several_errors_at_once() {
    let errors = stencil("let a = vec![1.0]; let b = a[0]; let c = foo(k); for v in a { bar!(v); } k.pop() + b");
    let shown: Vec<&str> = errors.iter().filter_map(|error| error.split(':').next()).collect();
    assert_eq!(shown, ["vec", "foo", "bar", "pop"]);
}

#[test]
fn what_rustc_reports_is_left_to_it() {
    for body in [
        "1",
        "x[[0, 0]] + 1",
        "let v: i32 = 1.0; 0.0",
        "if k { 1.0 } else { 2.0 }",
        "if k > 0 { 1.0 } else { 2 }",
        "x[[0, 0, 0]]",
        "return 1;",
        "break; 0.0",
        "k.pow(1.0); 0.0",
        "let (a, b) = (1, 2, 3); 0.0",
        "w[0]",
        "x = 3.0; 0.0",
        "fn g(v: f32) -> f32 { v } g(k)",
        "fn g(v: f32) -> f32 { v } g()",
        "k.0 as f32",
    ] {
        assert_eq!(stencil(body), Vec::<String>::new(), "{body}");
    }
}
