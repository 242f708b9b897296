//! Forms of the language, small.

use super::harness::{Function, module_of, printed};

/// The lines of the element function's body.
fn lines(text: &str) -> Vec<String> {
    let function = Function::new(text, Some(1), "");
    let text = printed(&module_of(&function, text));
    let body = &text[text.find("_element(").unwrap()..];
    body.lines().skip(1).map(|line| line.trim().to_owned()).filter(|line| line != "}").collect()
}

fn stencil(body: &str) -> Vec<String> {
    lines(&format!("fn f(x: Window2<f32>) -> f32 {{ {body} }}"))
}

#[test]
fn offsets_are_literals() {
    assert_eq!(
        stencil("0.25 * (x[[-1, 0]] + x[[1, 0]])"),
        ["return (0.25f * (near_0(at, -1, 0) + near_0(at, 1, 0)));"]
    );
    assert_eq!(
        stencil("let mut s = 0.0; for k in [-1, 1] { if k > 0 { s += x[[k, -k]]; } } s"),
        ["var u_s: f32 = 0.0f;", "u_s = (u_s + near_0(at, 1, -1));", "return u_s;"]
    );
}

#[test]
fn cheap_branches_are_selects() {
    assert_eq!(
        stencil("let v = x[[0, 0]]; if v < 0.0 { -v } else { v }"),
        ["let u_v: f32 = near_0(at, 0, 0);", "return select(u_v, (-u_v), (u_v < 0.0f));"]
    );
    assert_eq!(
        stencil("let v = x[[0, 0]]; let u = if v < 0.0 { x[[0, 1]] } else { v }; u"),
        [
            "let u_v: f32 = near_0(at, 0, 0);",
            "var u_u: f32;",
            "if (u_v < 0.0f) {",
            "u_u = near_0(at, 0, 1);",
            "} else {",
            "u_u = u_v;",
            "return u_u;"
        ]
    );
}

#[test]
fn operands_are_computed_from_left_to_right() {
    assert_eq!(
        stencil("let mut s = x[[0, 0]]; s + { s *= 2.0; s }"),
        ["var u_s: f32 = near_0(at, 0, 0);", "let t_1: f32 = u_s;", "u_s = (u_s * 2.0f);", "return (t_1 + u_s);"]
    );
}

#[test]
fn the_right_side_is_computed_only_if_needed() {
    assert_eq!(
        stencil("let mut n = 0; if x[[0, 0]] > 0.0 && { n += 1; n > 0 } { 1.0 } else { 0.0 }"),
        [
            "var u_n: i32 = 0i;",
            "var t_1: bool = (near_0(at, 0, 0) > 0.0f);",
            "if (t_1) {",
            "u_n = (u_n + 1i);",
            "t_1 = (u_n > 0i);",
            "return select(0.0f, 1.0f, t_1);"
        ]
    );
}

#[test]
fn boxes_that_are_not_known_are_checked() {
    let function = Function::new("fn f(x: Window1<f32>, k: isize) -> f32 { x[0] + x[k] + x[1] }", None, "");
    let text = printed(&module_of(&function, ""));
    assert!(text.contains("return ((near_0(at, 0) + checked_near_0(at, u_k)) + checked_near_0(at, 1));"), "{text}");
    assert!(text.contains("let inside = ((o0 >= (-halo_before_0_0())) & (o0 <= halo_after_0_0()));"), "{text}");
}

#[test]
fn known_ranges_need_no_checks() {
    let known = stencil("let v = [x[[0, 0]]; 3]; let [i, j] = x.position(); v[(i + j + 1) % 3]");
    assert!(known.contains(&"return u_v[(((u_i + u_j) + 1u) % 3u)];".to_owned()), "{known:?}");
    // Of a size that has a variable, the register may not hold all bits.
    let open = stencil("let v = [x[[0, 0]]; 3]; let mut k = 9; while k > 0 { k -= 1; } v[k % 3]");
    assert!(open.contains(&"return u_v[(rs_index_small_u32(u_k, 2u) % 3u)];".to_owned()), "{open:?}");
    let unknown = stencil("let v = [x[[0, 0]]; 3]; let mut k = 9; k /= 2; v[k]");
    assert!(unknown.contains(&"return u_v[checked_index(u_k, 3u, 2u)];".to_owned()), "{unknown:?}");
}

#[test]
fn inference_is_rusts() {
    let types = |body: &str| -> Vec<String> {
        let lines = stencil(&format!("{body} 0.0"));
        let declared = lines.iter().filter_map(|line| line.strip_prefix("var u_")?.split(" =").next());
        declared.map(str::to_owned).collect()
    };
    assert_eq!(types("let mut a = 1; let mut b = 1.0;"), ["a: i32", "b: f64"]);
    assert_eq!(types("let mut a = 1; let b: u8 = a;"), ["a: u32"]);
    assert_eq!(types("let mut a = 0.0; a += x[[0, 0]];"), ["a: f32"]);
    assert_eq!(types("let mut a = [0; 2]; a[0] = 3_i64; let mut b = a[1] << 2_u8;"), ["a: array<i64, 2>", "b: i64"]);
    assert_eq!(types("let mut a = 1 as usize; let mut b = (a, true);"), ["a: u32", "b: T2_u32_bool"]);
    assert_eq!(types("let mut a = if x[[0, 0]] > 0.0 { 1 } else { 2 }; let b = [0.0; 3]; let c = b[a];"), ["a: u32"]);
}
