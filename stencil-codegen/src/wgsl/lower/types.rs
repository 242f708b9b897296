//! Types of the body, and the inference of those that the user did not write.
//!
//! Rust's own rules in small: literals are variables that only integers or only floats can fill, which become `i32` and
//! `f64` where nothing else is known.

use crate::wgsl::scalar::Scalar;

/// A type, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Ty {
    Scalar(Scalar),
    Array(Box<Ty>, usize),
    /// `()` is the empty one.
    Tuple(Vec<Ty>),
    /// Of what does not come back: `return`, `break`.
    Never,
    Variable(usize),
}

impl Ty {
    pub(crate) const BOOL: Ty = Ty::Scalar(Scalar::Bool);
    pub(crate) const USIZE: Ty = Ty::Scalar(Scalar::Usize);
    pub(crate) const ISIZE: Ty = Ty::Scalar(Scalar::Isize);

    pub(crate) fn unit() -> Ty {
        Ty::Tuple(Vec::new())
    }

    pub(crate) fn array(element: Ty, length: usize) -> Ty {
        Ty::Array(Box::new(element), length)
    }

    pub(crate) fn is_unit(&self) -> bool {
        matches!(self, Ty::Tuple(items) if items.is_empty())
    }

    pub(crate) fn scalar(&self) -> Option<Scalar> {
        match self {
            Ty::Scalar(scalar) => Some(*scalar),
            _ => None,
        }
    }

    /// The name in Rust, for messages.
    pub(crate) fn rust(&self) -> String {
        match self {
            Ty::Scalar(scalar) => scalar.rust().to_owned(),
            Ty::Array(element, length) => format!("[{}; {length}]", element.rust()),
            Ty::Tuple(items) => format!("({})", items.iter().map(Ty::rust).collect::<Vec<_>>().join(", ")),
            Ty::Never => "!".to_owned(),
            Ty::Variable(_) => "_".to_owned(),
        }
    }

    /// Calls `visit` with every scalar in the type.
    pub(crate) fn scalars(&self, visit: &mut impl FnMut(Scalar)) {
        match self {
            Ty::Scalar(scalar) => visit(*scalar),
            Ty::Array(element, _) => element.scalars(visit),
            Ty::Tuple(items) => items.iter().for_each(|item| item.scalars(visit)),
            Ty::Never | Ty::Variable(_) => {}
        }
    }
}

/// The types that can fill a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fits {
    Anything,
    Int,
    Float,
}

#[derive(Clone, Debug)]
enum Variable {
    Free(Fits),
    Is(Ty),
}

/// Two types that cannot be the same: rustc says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mismatch;

/// The variables of one function.
#[derive(Default)]
pub(crate) struct Types {
    variables: Vec<Variable>,
}

impl Types {
    fn variable(&mut self, fits: Fits) -> Ty {
        self.variables.push(Variable::Free(fits));
        Ty::Variable(self.variables.len() - 1)
    }

    /// Something not known yet.
    pub(crate) fn unknown(&mut self) -> Ty {
        self.variable(Fits::Anything)
    }

    /// The type of `1`.
    pub(crate) fn int(&mut self) -> Ty {
        self.variable(Fits::Int)
    }

    /// The type of `1.0`.
    pub(crate) fn float(&mut self) -> Ty {
        self.variable(Fits::Float)
    }

    /// The type as far as it is known on the outside.
    pub(crate) fn shallow(&self, ty: &Ty) -> Ty {
        match ty {
            Ty::Variable(number) => match &self.variables[*number] {
                Variable::Is(ty) => self.shallow(ty),
                Variable::Free(_) => ty.clone(),
            },
            other => other.clone(),
        }
    }

    /// The scalar, where it is known to be this one.
    pub(crate) fn scalar(&self, ty: &Ty) -> Option<Scalar> {
        self.shallow(ty).scalar()
    }

    /// Returns true when the type is that of an integer literal or an integer.
    pub(crate) fn is_int(&self, ty: &Ty) -> bool {
        match self.shallow(ty) {
            Ty::Scalar(scalar) => scalar.is_int(),
            Ty::Variable(number) => matches!(self.variables[number], Variable::Free(Fits::Int)),
            _ => false,
        }
    }

    /// The type of a finished body: literals of which nothing is known are `i32` and `f64`.
    pub(crate) fn finished(&self, ty: &Ty) -> Option<Ty> {
        Some(match self.shallow(ty) {
            Ty::Variable(number) => match self.variables[number] {
                Variable::Free(Fits::Int) => Ty::Scalar(Scalar::I32),
                Variable::Free(Fits::Float) => Ty::Scalar(Scalar::F64),
                _ => return None,
            },
            Ty::Array(element, length) => Ty::array(self.finished(&element)?, length),
            Ty::Tuple(items) => Ty::Tuple(items.iter().map(|item| self.finished(item)).collect::<Option<_>>()?),
            other => other,
        })
    }

    /// Makes two types the same. What does not come back fits everywhere.
    pub(crate) fn unify(&mut self, a: &Ty, b: &Ty) -> Result<(), Mismatch> {
        let (a, b) = (self.shallow(a), self.shallow(b));
        match (&a, &b) {
            (Ty::Never, _) | (_, Ty::Never) => Ok(()),
            (Ty::Variable(one), Ty::Variable(other)) if one == other => Ok(()),
            (Ty::Variable(one), Ty::Variable(other)) => self.join(*one, *other),
            (Ty::Variable(number), ty) | (ty, Ty::Variable(number)) => self.fill(*number, ty),
            (Ty::Scalar(one), Ty::Scalar(other)) if one == other => Ok(()),
            (Ty::Array(one, n), Ty::Array(other, m)) if n == m => self.unify(one, other),
            (Ty::Tuple(ones), Ty::Tuple(others)) if ones.len() == others.len() => {
                ones.iter().zip(others).try_for_each(|(one, other)| self.unify(one, other))
            }
            _ => Err(Mismatch),
        }
    }

    fn fits(&self, number: usize) -> Fits {
        match self.variables[number] {
            Variable::Free(fits) => fits,
            Variable::Is(_) => Fits::Anything,
        }
    }

    fn join(&mut self, one: usize, other: usize) -> Result<(), Mismatch> {
        let fits = match (self.fits(one), self.fits(other)) {
            (Fits::Anything, fits) | (fits, Fits::Anything) => fits,
            (a, b) if a == b => a,
            _ => return Err(Mismatch),
        };
        self.variables[other] = Variable::Free(fits);
        self.variables[one] = Variable::Is(Ty::Variable(other));
        Ok(())
    }

    fn fill(&mut self, number: usize, ty: &Ty) -> Result<(), Mismatch> {
        let fits = match (self.fits(number), ty) {
            (Fits::Anything, _) => !self.mentions(ty, number),
            (Fits::Int, Ty::Scalar(scalar)) => scalar.is_int(),
            // The half crate's type has no literals.
            (Fits::Float, Ty::Scalar(scalar)) => scalar.is_float() && *scalar != Scalar::F16,
            _ => false,
        };
        if !fits {
            return Err(Mismatch);
        }
        self.variables[number] = Variable::Is(ty.clone());
        Ok(())
    }

    fn mentions(&self, ty: &Ty, number: usize) -> bool {
        match self.shallow(ty) {
            Ty::Variable(other) => other == number,
            Ty::Array(element, _) => self.mentions(&element, number),
            Ty::Tuple(items) => items.iter().any(|item| self.mentions(item, number)),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const F32: Ty = Ty::Scalar(Scalar::F32);
    const U8: Ty = Ty::Scalar(Scalar::U8);

    #[test]
    fn literals_take_the_type_of_what_they_meet() {
        let mut types = Types::default();
        let (one, two) = (types.int(), types.int());
        types.unify(&one, &two).unwrap();
        types.unify(&two, &U8).unwrap();
        assert_eq!(types.finished(&one), Some(U8));
        assert_eq!(types.unify(&one, &F32), Err(Mismatch));
    }

    #[test]
    fn literals_alone_are_i32_and_f64() {
        let mut types = Types::default();
        let (int, float, unknown) = (types.int(), types.float(), types.unknown());
        assert_eq!(types.unify(&int, &float), Err(Mismatch));
        let pair = Ty::Tuple(vec![int, float]);
        assert_eq!(types.finished(&pair).unwrap().rust(), "(i32, f64)");
        assert_eq!(types.finished(&unknown), None);
        types.unify(&unknown, &Ty::array(F32, 3)).unwrap();
        assert_eq!(types.finished(&unknown), Some(Ty::array(F32, 3)));
    }

    #[test]
    fn a_type_is_no_part_of_itself() {
        let mut types = Types::default();
        let unknown = types.unknown();
        let array = Ty::array(unknown.clone(), 2);
        assert_eq!(types.unify(&unknown, &array), Err(Mismatch));
    }
}
