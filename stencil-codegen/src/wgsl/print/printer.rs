//! The state of printing one function.

use std::collections::{HashMap, HashSet};

use proc_macro2::TokenStream;

use super::Mode;
use super::ranges::Range;
use super::shared::Shared;
use crate::wgsl::lower::constant::{self, Value};
use crate::wgsl::lower::program::Program;
use crate::wgsl::lower::tree::{Expr, ExprKind, Function, LocalId};
use crate::wgsl::lower::types::Ty;
use crate::wgsl::text::Text;

/// One loop of the tree around the current place.
pub(crate) struct Frame {
    /// Spelled out, one copy of the body for each item; at how many branches the copy stands.
    pub(crate) unrolled: Option<usize>,
    /// It cannot be spelled out after all.
    pub(crate) failed: bool,
    /// The items that follow are left out.
    pub(crate) broken: bool,
    /// The variable that says where a jump from an inner loop leads.
    pub(crate) jump: Option<String>,
    pub(crate) jumps: Jumps,
    /// Jumps through this loop to outer ones, by the loop's place.
    pub(crate) passing: Vec<usize>,
}

/// The jumps from inner loops that lead to a loop.
#[derive(Clone, Copy, Default)]
pub(crate) struct Jumps {
    pub(crate) breaks: bool,
    pub(crate) continues: bool,
}

/// The place that a value goes to.
#[derive(Clone)]
pub(crate) enum Sink {
    Nowhere,
    Variable(String),
    Return,
}

/// Prints one function.
pub(crate) struct Printer<'p> {
    pub(crate) program: &'p Program<'p>,
    pub(crate) function: &'p Function,
    pub(crate) mode: Option<Mode>,
    /// The element function returns the module's struct of outputs.
    pub(crate) is_element: bool,
    pub(crate) shared: &'p mut Shared,
    pub(crate) text: Text,
    pub(crate) indent: usize,
    /// The statement that is being printed.
    pub(crate) at: TokenStream,
    /// Values of locals that are known here.
    pub(crate) known: HashMap<LocalId, Value>,
    /// The expressions that immutable locals were made of.
    pub(crate) inits: HashMap<LocalId, Expr>,
    pub(crate) ranges: HashMap<LocalId, Range>,
    /// Variables that registers hold whatever is added to them.
    pub(crate) counters: HashSet<LocalId>,
    pub(crate) frames: Vec<Frame>,
    /// Branches around the current place.
    pub(crate) depth: usize,
    /// Nothing of the loop's body follows.
    pub(crate) tail: bool,
    /// The current place is not reached.
    pub(crate) dead: bool,
    pub(crate) temporaries: usize,
    /// Variables for the whole function.
    pub(crate) declared: Vec<String>,
}

impl<'p> Printer<'p> {
    pub(crate) fn new(
        program: &'p Program<'p>,
        function: &'p Function,
        mode: Option<Mode>,
        shared: &'p mut Shared,
    ) -> Self {
        Self {
            program,
            function,
            mode,
            is_element: false,
            shared,
            text: Text::default(),
            indent: 1,
            at: TokenStream::new(),
            known: HashMap::new(),
            inits: HashMap::new(),
            ranges: HashMap::new(),
            counters: HashSet::new(),
            frames: Vec::new(),
            depth: 0,
            tail: false,
            dead: false,
            temporaries: 0,
            declared: Vec::new(),
        }
    }

    /// Writes a line, unless it would not be reached.
    pub(crate) fn line(&mut self, line: &str) {
        if !self.dead {
            self.brace(line);
        }
    }

    /// Writes a line that belongs to the structure.
    pub(crate) fn brace(&mut self, line: &str) {
        let line = format!("{}{line}\n", "    ".repeat(self.indent));
        self.text.mark(&self.at, |text| text.push(&line));
    }

    /// Prints aside: gives what was written.
    pub(crate) fn aside<T>(&mut self, print: impl FnOnce(&mut Self) -> T) -> (T, Text) {
        let outer = std::mem::take(&mut self.text);
        let value = print(self);
        (value, std::mem::replace(&mut self.text, outer))
    }

    /// Prints one level deeper, in a branch or a loop, and comes back alive.
    pub(crate) fn nested<T>(&mut self, print: impl FnOnce(&mut Self) -> T) -> T {
        let dead = self.dead;
        self.indent += 1;
        self.depth += 1;
        let value = print(self);
        self.depth -= 1;
        self.indent -= 1;
        self.dead = dead;
        value
    }

    /// A name for something that the user did not name.
    pub(crate) fn temporary(&mut self) -> String {
        self.temporaries += 1;
        format!("t_{}", self.temporaries)
    }

    /// The value if it is known while printing.
    pub(crate) fn value_of(&self, expr: &Expr) -> Option<Value> {
        constant::evaluate(expr, &|local| self.known.get(&local).cloned())
    }

    pub(crate) fn int_of(&self, expr: &Expr) -> Option<i128> {
        self.value_of(expr)?.int()
    }

    /// The text as a name, so that it can stand often.
    pub(crate) fn spill(&mut self, text: String, ty: &Ty) -> String {
        if is_name(&text) || self.dead { text } else { self.copied(text, ty) }
    }

    /// The value as it is now, whatever becomes of the variables in it.
    pub(crate) fn copied(&mut self, text: String, ty: &Ty) -> String {
        let (name, ty) = (self.temporary(), self.shared.ty(ty));
        self.line(&format!("let {name}: {ty} = {text};"));
        name
    }

    /// Prints operands from left to right. What stands in front of an operand that needs statements is computed first.
    pub(crate) fn operands<'e>(&mut self, operands: impl IntoIterator<Item = &'e Expr>) -> Vec<String> {
        let mut printed: Vec<(String, &Expr)> = Vec::new();
        for operand in operands {
            let (text, before) = self.aside(|this| this.value(operand));
            if !before.as_str().is_empty() {
                for (text, expr) in &mut printed {
                    if !self.is_stable(expr) {
                        *text = self.copied(std::mem::take(text), &expr.ty);
                    }
                }
                self.text.append(&before);
            }
            printed.push((text, operand));
        }
        printed.into_iter().map(|(text, _)| text).collect()
    }

    /// Returns true when statements cannot change the value.
    pub(crate) fn is_stable(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Local(local) => !self.function.locals[*local].mutable,
            ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::Bool(_) | ExprKind::Constant(_) => true,
            ExprKind::Parameter(_) | ExprKind::Length(..) => true,
            _ => self.value_of(expr).is_some(),
        }
    }

    /// The WGSL name of a function that depends on the mode.
    pub(crate) fn placed(&self, name: &str) -> String {
        match self.mode {
            Some(mode) => format!("{}_{name}", mode.prefix()),
            None => name.to_owned(),
        }
    }
}

/// Returns true when the text is a name or a literal.
pub(crate) fn is_name(text: &str) -> bool {
    text.chars().all(|letter| letter.is_alphanumeric() || letter == '_' || letter == '.')
}
