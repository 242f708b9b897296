//! The grammar of signatures, NumPy's to the letter: `(m?,n),(n,p?)->(m?,p?)`.
//!
//! ```text
//! signature = [ operand { "," operand } ] "->" operand { "," operand }
//! operand   = "(" [ dim { "," dim } ] ")"
//! dim       = ( name | size ) [ "?" ]
//! ```
//!
//! Blanks and tabs may stand between tokens, but not in front of `?`. What NumPy refuses is refused here.

use std::fmt;

/// A signature: the dimensions of each operand, by number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Signature {
    /// Each distinct dimension once, in order of appearance.
    pub(crate) dims: Vec<Dim>,
    pub(crate) inputs: Vec<Vec<usize>>,
    pub(crate) outputs: Vec<Vec<usize>>,
}

/// One core dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dim {
    /// The name; of a frozen one, its size.
    pub(crate) name: String,
    /// The size that it must have, 0 where any is fine.
    pub(crate) frozen: usize,
    /// `n?`: operands may lack it.
    pub(crate) optional: bool,
}

/// A mistake in a signature, and its place.
#[derive(Debug)]
pub(crate) struct Slip {
    /// The byte that was reached.
    pub(crate) at: usize,
    pub(crate) found: String,
    pub(crate) help: String,
}

/// Parses a signature.
pub(crate) fn parse(text: &str) -> Result<Signature, Slip> {
    let mut parser = Parser { text, at: 0, signature: Signature::default() };
    parser.blanks();
    let inputs = if parser.next() == Some('(') { parser.operands()? } else { Vec::new() };
    if !parser.rest().starts_with("->") {
        return Err(parser.no_arrow(inputs.is_empty()));
    }
    parser.at += 2;
    parser.blanks();
    let outputs = parser.operands()?;
    if parser.next().is_some() {
        return Err(parser.slip("the end, or `,` and another output", "outputs have commas between them: `->(n),()`"));
    }
    Ok(Signature { inputs, outputs, ..parser.signature })
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    /// The dimensions met so far.
    signature: Signature,
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn next(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn blanks(&mut self) {
        self.at = self.text.len() - self.rest().trim_start_matches([' ', '\t']).len();
    }

    /// Passes `token`, an ASCII character, and the blanks behind it.
    fn eat(&mut self, token: char) -> bool {
        let found = self.next() == Some(token);
        if found {
            self.at += 1;
            self.blanks();
        }
        found
    }

    fn slip(&self, expected: &str, help: &str) -> Slip {
        let found = match self.next() {
            None => "the end".to_owned(),
            Some(character) => format!("`{}`", character.escape_debug()),
        };
        Slip { at: self.at, found: format!("expected {expected}, found {found}"), help: help.to_owned() }
    }

    fn no_arrow(&self, no_inputs: bool) -> Slip {
        match self.next() {
            Some('(') => self.slip("`,` or `->`", "operands have commas between them: `(n),(n)->()`"),
            Some(_) if no_inputs => self.slip("`(` or `->`", "each operand is a list of dimensions: `(n)->()`"),
            _ => self.slip("`->`", "an arrow stands between inputs and outputs: `(n)->()`"),
        }
    }

    /// One operand or more.
    fn operands(&mut self) -> Result<Vec<Vec<usize>>, Slip> {
        let mut operands = vec![self.operand()?];
        while self.eat(',') {
            if self.rest().is_empty() || self.rest().starts_with("->") {
                return Err(self.slip("`(`", "remove the comma behind the last operand"));
            }
            operands.push(self.operand()?);
        }
        Ok(operands)
    }

    fn operand(&mut self) -> Result<Vec<usize>, Slip> {
        if !self.eat('(') {
            return Err(self.slip("`(`", "each operand is a list of dimensions, `()` for single elements: `(n)->()`"));
        }
        let mut dims = Vec::new();
        while !self.eat(')') {
            dims.push(self.dim()?);
            if self.eat(',') {
                if self.next() == Some(')') {
                    return Err(self.slip("a dimension", "remove the comma in front of `)`"));
                }
            } else if self.next() != Some(')') {
                return Err(self.behind_dim());
            }
        }
        Ok(dims)
    }

    fn behind_dim(&self) -> Slip {
        let help = match self.next() {
            Some('?') => "`?` follows its dimension closely and once: `(n?)`",
            Some('+' | '-' | '*' | '/') => {
                "a size that is computed has a name of its own, and its value beside the signature: \
                 `\"(n)->(p)\", p = n - 1`"
            }
            _ => "dimensions have commas between them: `(m,n)`",
        };
        self.slip("`,` or `)`", help)
    }

    /// The number of the dimension that stands here.
    fn dim(&mut self) -> Result<usize, Slip> {
        let start = self.at;
        let word = self.rest();
        let end = word.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').unwrap_or(word.len());
        let word = &word[..end];
        let (name, frozen) = if word.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_') {
            (word.to_owned(), 0)
        } else {
            let size = size(word).ok_or_else(|| self.no_dim(word))?;
            (size.to_string(), size)
        };
        self.at += end;
        let optional = self.next() == Some('?');
        let number = match self.signature.dims.iter().position(|dim| dim.name == name) {
            Some(number) if self.signature.dims[number].optional == optional => number,
            Some(_) => return Err(mixed(&name, optional, start)),
            None => {
                self.signature.dims.push(Dim { name, frozen, optional });
                self.signature.dims.len() - 1
            }
        };
        self.at += usize::from(optional);
        self.blanks();
        Ok(number)
    }

    fn no_dim(&self, word: &str) -> Slip {
        let help = if word.is_empty() {
            "a dimension is a name, such as `n`, or a size, such as `3`"
        } else if word.bytes().all(|byte| byte == b'0') {
            "a fixed size is 1 at least"
        } else if word.bytes().all(|byte| byte.is_ascii_digit()) {
            "no array has as many elements"
        } else {
            "a name does not begin with a digit"
        };
        let mut slip = self.slip("a dimension", help);
        if !word.is_empty() {
            slip.found = format!("`{word}` is not a dimension");
        }
        slip
    }
}

/// A fixed size: NumPy keeps the highest number for itself.
fn size(word: &str) -> Option<usize> {
    let digits = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    let size: usize = digits.then(|| word.parse().ok()).flatten()?;
    (0 < size && size < isize::MAX.unsigned_abs()).then_some(size)
}

/// A dimension is optional in all its places or in none.
fn mixed(name: &str, optional: bool, at: usize) -> Slip {
    let (before, now, instead) =
        if optional { ("without", "with", name.to_owned()) } else { ("with", "without", format!("{name}?")) };
    Slip {
        at,
        found: format!("`{name}` was {before} `?` before and is {now} it here"),
        help: format!("a dimension is optional everywhere or nowhere: write `{instead}` here, or change the other"),
    }
}

impl Signature {
    /// Adds dimensions of these names, and returns their numbers.
    pub(crate) fn add(&mut self, names: &[impl AsRef<str>]) -> Vec<usize> {
        let first = self.dims.len();
        let dim = |name: &_| Dim { name: AsRef::<str>::as_ref(name).to_owned(), frozen: 0, optional: false };
        self.dims.extend(names.iter().map(dim));
        (first..self.dims.len()).collect()
    }

    /// The dimensions of one operand as they are written: `(m?,n)`.
    pub(crate) fn operand(&self, dims: &[usize]) -> String {
        let names: Vec<String> = dims.iter().map(|dim| self.dims[*dim].to_string()).collect();
        format!("({})", names.join(","))
    }

    /// Returns true when operands of these dimensions may lack some.
    pub(crate) fn may_lack(&self, dims: &[usize]) -> bool {
        dims.iter().any(|dim| self.dims[*dim].optional)
    }

    /// Returns true when some input has the dimension.
    pub(crate) fn in_inputs(&self, dim: usize) -> bool {
        self.inputs.iter().flatten().any(|other| *other == dim)
    }
}

impl fmt::Display for Dim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.name, if self.optional { "?" } else { "" })
    }
}

/// Without blanks: `(m,n),(n)->(m)`.
impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list =
            |operands: &[Vec<usize>]| operands.iter().map(|dims| self.operand(dims)).collect::<Vec<_>>().join(",");
        write!(f, "{}->{}", list(&self.inputs), list(&self.outputs))
    }
}

impl Signature {
    /// The signature of a stencil whose outputs are smaller along some axes.
    pub(crate) fn of_stencil(inputs: usize, outputs: usize, rank: usize, shrinking: &[usize]) -> Self {
        let mut signature = Self::default();
        let input = signature.add(&["n", "m", "k", "l", "i", "j"][..rank]);
        let own = signature.add(&["p", "q", "r", "s", "t", "u"][..shrinking.len()]);
        let mut output = input.clone();
        for (axis, dim) in shrinking.iter().zip(own) {
            output[*axis] = dim;
        }
        signature.inputs = vec![input; inputs];
        signature.outputs = vec![output; outputs];
        signature
    }
}
