//! Integer expressions over loop variables, and their values.
//!
//! A loop variable is not a number but a list of them. A [`Term`] keeps the variables symbolic, so that
//! `x[[i, i]]` is a diagonal and not a square; [`enumerate`] runs through the loops it depends on.

use std::collections::{BTreeSet, HashMap};

/// More combinations than this are not worth the compile time: the halo has to be declared.
const LIMIT: usize = 1 << 16;

/// Terms with more nodes than this are not worth it either.
pub(crate) const MOST: usize = 1 << 12;

/// An expression that can be evaluated while compiling, given the loop variables.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Term {
    Int(i128),
    /// Something that is no integer, or not known: a cell of an array whose length counts.
    Unknown,
    /// The current item of a loop.
    Loop(usize),
    Negate(Box<Term>),
    Binary(Operator, Box<Term>, Box<Term>),
    Cast(Box<Term>, IntType),
    Call(Function, Vec<Term>),
    /// An array or a tuple.
    List(Vec<Term>),
    Element(Box<Term>, Box<Term>),
    Range {
        start: Box<Term>,
        end: Box<Term>,
        inclusive: bool,
    },
    Reversed(Box<Term>),
    Enumerated(Box<Term>),
    Stepped(Box<Term>, Box<Term>),
    Zipped(Box<Term>, Box<Term>),
    Length(Box<Term>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Function {
    Abs,
    Min,
    Max,
}

/// An integer type, as far as `as` needs it. `isize` and `usize` count 64 bits: offsets are far smaller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct IntType {
    pub(crate) bits: u32,
    pub(crate) signed: bool,
}

impl IntType {
    /// The type called `name`.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let (signed, digits) = match name.split_at_checked(1)? {
            ("i", digits) => (true, digits),
            ("u", digits) => (false, digits),
            _ => return None,
        };
        let bits = match digits {
            "8" => 8,
            "16" => 16,
            "32" => 32,
            "64" | "size" => 64,
            // 128 bits do not fit the arithmetic here, and nobody's offsets need them.
            _ => return None,
        };
        Some(Self { bits, signed })
    }

    /// The value of `value as type`.
    pub(crate) fn wrap(self, value: i128) -> i128 {
        let modulus = 1_i128 << self.bits;
        let wrapped = value.rem_euclid(modulus);
        if self.signed && wrapped >= modulus / 2 { wrapped - modulus } else { wrapped }
    }

    /// The largest value.
    pub(crate) fn max(self) -> i128 {
        (1_i128 << (self.bits - u32::from(self.signed))) - 1
    }
}

/// The value of a term.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Value {
    Int(i128),
    List(Vec<Value>),
    Unknown,
}

impl Value {
    pub(crate) fn int(&self) -> Option<i128> {
        match self {
            Self::Int(value) => Some(*value),
            Self::List(_) | Self::Unknown => None,
        }
    }

    pub(crate) fn list(&self) -> Option<&[Value]> {
        match self {
            Self::List(values) => Some(values),
            Self::Int(_) | Self::Unknown => None,
        }
    }
}

/// Values of loop variables by number.
type Assignment = HashMap<usize, Value>;

impl Term {
    /// Adds the loops this term mentions to `into`, with the loops that their domains mention.
    fn loops(&self, domains: &[Term], into: &mut BTreeSet<usize>) {
        let mut visit = |terms: &[&Term]| terms.iter().for_each(|term| term.loops(domains, into));
        match self {
            Self::Int(_) | Self::Unknown => {}
            Self::Loop(id) => {
                if into.insert(*id) {
                    domains[*id].loops(domains, into);
                }
            }
            Self::Negate(a) | Self::Cast(a, _) | Self::Reversed(a) | Self::Enumerated(a) | Self::Length(a) => {
                visit(&[a]);
            }
            Self::Binary(_, a, b) | Self::Element(a, b) | Self::Stepped(a, b) | Self::Zipped(a, b) => visit(&[a, b]),
            Self::Range { start, end, .. } => visit(&[start, end]),
            Self::Call(_, terms) | Self::List(terms) => {
                terms.iter().for_each(|term| term.loops(domains, into));
            }
        }
    }

    /// The number of nodes of the term.
    pub(crate) fn size(&self) -> usize {
        1 + match self {
            Self::Int(_) | Self::Unknown | Self::Loop(_) => 0,
            Self::Negate(a) | Self::Cast(a, _) | Self::Reversed(a) | Self::Enumerated(a) | Self::Length(a) => a.size(),
            Self::Binary(_, a, b) | Self::Element(a, b) | Self::Stepped(a, b) | Self::Zipped(a, b) => {
                a.size() + b.size()
            }
            Self::Range { start, end, .. } => start.size() + end.size(),
            Self::Call(_, terms) | Self::List(terms) => terms.iter().map(Self::size).sum(),
        }
    }

    /// Returns true when an entry of the list is not known.
    pub(crate) fn has_unknown(&self) -> bool {
        matches!(self, Self::List(terms) if terms.contains(&Self::Unknown))
    }

    /// The term as it is bound to a name: small, since each use of the name copies it.
    pub(crate) fn folded(self) -> Option<Self> {
        match self.constant() {
            Some(Value::Int(value)) => Some(Self::Int(value)),
            _ => (self.size() <= MOST).then_some(self),
        }
    }

    /// The value if it depends on no loop.
    pub(crate) fn constant(&self) -> Option<Value> {
        self.evaluate(&Assignment::new())
    }

    fn int(&self, at: &Assignment) -> Option<i128> {
        self.evaluate(at)?.int()
    }

    fn evaluate(&self, at: &Assignment) -> Option<Value> {
        Some(match self {
            Self::Int(value) => Value::Int(*value),
            Self::Unknown => Value::Unknown,
            Self::Loop(id) => at.get(id)?.clone(),
            Self::Negate(term) => Value::Int(term.int(at)?.checked_neg()?),
            Self::Binary(operator, a, b) => Value::Int(operator.apply(a.int(at)?, b.int(at)?)?),
            Self::Cast(term, ty) => Value::Int(ty.wrap(term.int(at)?)),
            Self::Call(function, terms) => {
                let values: Option<Vec<_>> = terms.iter().map(|term| term.int(at)).collect();
                Value::Int(function.apply(&values?)?)
            }
            Self::List(terms) => Value::List(terms.iter().map(|term| term.evaluate(at)).collect::<Option<_>>()?),
            Self::Element(list, index) => {
                let index = usize::try_from(index.int(at)?).ok()?;
                list.evaluate(at)?.list()?.get(index)?.clone()
            }
            Self::Range { start, end, inclusive } => {
                range(start.int(at)?, end.int(at)?.checked_add(i128::from(*inclusive))?)?
            }
            Self::Reversed(list) => Value::List(list.evaluate(at)?.list()?.iter().rev().cloned().collect()),
            Self::Enumerated(list) => Value::List(enumerated(list.evaluate(at)?.list()?)),
            Self::Stepped(list, step) => {
                let step = usize::try_from(step.int(at)?).ok().filter(|step| *step > 0)?;
                Value::List(list.evaluate(at)?.list()?.iter().step_by(step).cloned().collect())
            }
            Self::Zipped(a, b) => {
                let (a, b) = (a.evaluate(at)?, b.evaluate(at)?);
                let pair = |(a, b): (&Value, &Value)| Value::List(vec![a.clone(), b.clone()]);
                Value::List(a.list()?.iter().zip(b.list()?).map(pair).collect())
            }
            Self::Length(list) => Value::Int(list.evaluate(at)?.list()?.len() as i128),
        })
    }
}

fn range(start: i128, end: i128) -> Option<Value> {
    if end.saturating_sub(start) > LIMIT as i128 {
        return None;
    }
    Some(Value::List((start..end).map(Value::Int).collect()))
}

fn enumerated(items: &[Value]) -> Vec<Value> {
    let pair = |(index, item): (usize, &Value)| Value::List(vec![Value::Int(index as i128), item.clone()]);
    items.iter().enumerate().map(pair).collect()
}

impl Operator {
    fn apply(self, a: i128, b: i128) -> Option<i128> {
        match self {
            Self::Add => a.checked_add(b),
            Self::Sub => a.checked_sub(b),
            Self::Mul => a.checked_mul(b),
            Self::Div => a.checked_div(b),
            Self::Rem => a.checked_rem(b),
        }
    }
}

impl Function {
    fn apply(self, values: &[i128]) -> Option<i128> {
        match (self, values) {
            (Self::Abs, [a]) => a.checked_abs(),
            (Self::Min, [a, b]) => Some(*a.min(b)),
            (Self::Max, [a, b]) => Some(*a.max(b)),
            _ => None,
        }
    }
}

/// Every value `term` takes while the loops run, or `None` where that cannot be said.
pub(crate) fn enumerate(term: &Term, domains: &[Term]) -> Option<BTreeSet<Value>> {
    let mut loops = BTreeSet::new();
    term.loops(domains, &mut loops);
    // A loop is numbered before the loops inside it, so that ascending order assigns outer variables first.
    let loops: Vec<usize> = loops.into_iter().collect();
    let mut found = BTreeSet::new();
    let mut budget = LIMIT;
    run(term, domains, &loops, &mut Assignment::new(), &mut found, &mut budget)?;
    Some(found)
}

fn run(
    term: &Term,
    domains: &[Term],
    loops: &[usize],
    at: &mut Assignment,
    found: &mut BTreeSet<Value>,
    budget: &mut usize,
) -> Option<()> {
    let Some((first, rest)) = loops.split_first() else {
        *budget = budget.checked_sub(1)?;
        found.insert(term.evaluate(at)?);
        return Some(());
    };
    let domain = domains[*first].evaluate(at)?;
    for item in domain.list()? {
        *budget = budget.checked_sub(1)?;
        at.insert(*first, item.clone());
        run(term, domains, rest, at, found, budget)?;
    }
    at.remove(first);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(start: i128, end: i128) -> Term {
        Term::Range { start: Term::Int(start).into(), end: Term::Int(end).into(), inclusive: true }
    }

    fn ints(values: &[i128]) -> BTreeSet<Value> {
        values.iter().map(|value| Value::Int(*value)).collect()
    }

    #[test]
    fn a_variable_is_the_same_number_wherever_it_stands() {
        let square = Term::Binary(Operator::Mul, Term::Loop(0).into(), Term::Loop(0).into());
        assert_eq!(enumerate(&square, &[range(-2, 2)]), Some(ints(&[0, 1, 4])));
    }

    #[test]
    fn inner_domains_follow_outer_variables() {
        let inner = Term::Range { start: Term::Int(0).into(), end: Term::Loop(0).into(), inclusive: false };
        let pair = Term::List(vec![Term::Loop(0), Term::Loop(1)]);
        let found = enumerate(&pair, &[range(0, 3), inner]).unwrap();
        assert_eq!(found.len(), 6);
    }

    #[test]
    fn an_empty_loop_reads_nothing() {
        assert_eq!(enumerate(&Term::Loop(0), &[range(1, 0)]), Some(BTreeSet::new()));
    }

    #[test]
    fn huge_ranges_are_refused() {
        assert_eq!(enumerate(&Term::Loop(0), &[range(0, 1 << 40)]), None);
    }

    #[test]
    fn casts_wrap() {
        let byte = IntType::named("u8").unwrap();
        assert_eq!((byte.wrap(-1), byte.max()), (255, 255));
        let short = IntType::named("i16").unwrap();
        assert_eq!((short.wrap(40000), short.max()), (-25536, 32767));
    }
}
