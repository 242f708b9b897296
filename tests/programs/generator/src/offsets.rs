//! Offsets that are known while compiling: terms over loop variables, and the values that they take.

use crate::rng::Rng;

/// A term over columns of a [`Table`].
#[derive(Clone, Debug)]
pub enum Term {
    /// A literal.
    Literal(i64),
    /// A variable: its column, and its name.
    Column(usize, String),
    /// `a + b`.
    Add(Box<Term>, Box<Term>),
    /// `a - b`.
    Sub(Box<Term>, Box<Term>),
    /// `n * a`.
    Times(i64, Box<Term>),
    /// `-a`.
    Negated(Box<Term>),
    /// `a % n`.
    Rest(Box<Term>, i64),
    /// `a.abs()`.
    Abs(Box<Term>),
}

impl Term {
    /// The value in one row.
    pub fn value(&self, row: &[i64]) -> i64 {
        match self {
            Term::Literal(value) => *value,
            Term::Column(column, _) => row[*column],
            Term::Add(a, b) => a.value(row) + b.value(row),
            Term::Sub(a, b) => a.value(row) - b.value(row),
            Term::Times(n, a) => n * a.value(row),
            Term::Negated(a) => -a.value(row),
            Term::Rest(a, n) => a.value(row) % n,
            Term::Abs(a) => a.value(row).abs(),
        }
    }

    /// As Rust writes it.
    pub fn text(&self) -> String {
        let inner = |term: &Term| match term {
            Term::Literal(value) if *value >= 0 => value.to_string(),
            Term::Column(_, name) => name.clone(),
            term => format!("({})", term.text()),
        };
        match self {
            Term::Literal(value) => value.to_string(),
            Term::Column(_, name) => name.clone(),
            Term::Add(a, b) => format!("{} + {}", inner(a), inner(b)),
            Term::Sub(a, b) => format!("{} - {}", inner(a), inner(b)),
            Term::Times(n, a) => format!("{} * {}", inner(&Term::Literal(*n)), inner(a)),
            Term::Negated(a) => format!("-{}", inner(a)),
            Term::Rest(a, n) => format!("{} % {n}", inner(a)),
            Term::Abs(a) => format!("{}.abs()", inner(a)),
        }
    }
}

/// The values that the variables in scope take together: a row for each turn of the loops around.
#[derive(Clone, Debug)]
pub struct Table {
    /// The rows.
    pub rows: Vec<Vec<i64>>,
    /// The number of columns.
    pub columns: usize,
}

impl Table {
    /// No variables.
    pub fn new() -> Table {
        Table { rows: vec![Vec::new()], columns: 0 }
    }

    /// A variable that takes these values in each row; its column.
    pub fn push(&mut self, values: impl Fn(&[i64]) -> Vec<i64>) -> usize {
        let mut rows = Vec::new();
        for row in &self.rows {
            for value in values(row) {
                rows.push(row.iter().copied().chain([value]).collect());
            }
        }
        self.rows = rows;
        self.columns += 1;
        self.columns - 1
    }

    /// The least and the largest value of a term; nothing, if it is never evaluated.
    pub fn bounds(&self, term: &Term) -> Option<(i64, i64)> {
        let values = || self.rows.iter().map(|row| term.value(row));
        Some((values().min()?, values().max()?))
    }
}

impl Default for Table {
    fn default() -> Table {
        Table::new()
    }
}

/// A term over some variables, each a column, a name, and whether its type is written.
pub fn term(rng: &mut Rng, variables: &[(usize, String, bool)], depth: usize) -> Term {
    if variables.is_empty() || rng.chance(25) {
        return Term::Literal(rng.range(-2, 2));
    }
    let (column, name, typed) = variables[rng.below(variables.len())].clone();
    let variable = Term::Column(column, name);
    if depth == 0 || rng.chance(40) {
        return variable;
    }
    let other = Box::new(term(rng, variables, depth - 1));
    match rng.below(8) {
        0 | 1 => Term::Add(Box::new(variable), other),
        2 => Term::Sub(Box::new(variable), other),
        3 => Term::Times(rng.range(-1, 2), Box::new(variable)),
        4 => Term::Negated(Box::new(variable)),
        5 => Term::Rest(Box::new(variable), rng.range(2, 3)),
        6 if typed => Term::Abs(Box::new(variable)),
        _ => Term::Sub(other, Box::new(variable)),
    }
}
