//! One text for both forms of a program: what they write differently stands between marks.

/// One of the two forms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Form {
    /// Under the attribute.
    Kernel,
    /// Plain Rust.
    Plain,
}

const OPEN: char = '\u{1}';
const MIDDLE: char = '\u{2}';
const CLOSE: char = '\u{3}';

/// Text that differs.
pub fn either(kernel: &str, plain: &str) -> String {
    format!("{OPEN}{kernel}{MIDDLE}{plain}{CLOSE}")
}

/// The text of one form.
pub fn read(text: &str, form: Form) -> String {
    let mut out = String::with_capacity(text.len());
    let mut wanted = true;
    for c in text.chars() {
        match c {
            OPEN => wanted = form == Form::Kernel,
            MIDDLE => wanted = form == Form::Plain,
            CLOSE => wanted = true,
            c if wanted => out.push(c),
            _ => {}
        }
    }
    out
}
