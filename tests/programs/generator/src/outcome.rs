//! The results of a body: outputs that depend on every variable in scope.

use crate::body::Body;
use crate::types::{Scalar, Ty};

impl Body<'_> {
    /// A number as a wide integer.
    fn wide(&self, leaf: &str, scalar: Scalar) -> String {
        if self.gpu {
            return format!("({leaf} as i32)");
        }
        if scalar.is_float() {
            return format!("(if {leaf}.is_nan() {{ 77 }} else {{ {leaf}.to_bits() as i64 }})");
        }
        format!("({leaf} as i64)")
    }

    /// Statements that leave a number in `h` which depends on variables: on all, or on some of them.
    pub fn gather(&mut self, all: bool) -> String {
        let mut leaves = self.leaves(false);
        while !all && leaves.len() > 5 {
            leaves.remove(self.rng.below(leaves.len()));
        }
        let wide = if self.gpu { "i32" } else { "i64" };
        let mut text = format!("let mut h = {}{wide};\n", self.rng.range(1, 1000));
        for (leaf, scalar) in leaves {
            let number = self.wide(&leaf, scalar);
            let odd = 2 * self.rng.range(100, 1_000_000) + 1;
            text += &format!("h = h.rotate_left({}) ^ {number}.wrapping_mul({odd});\n", self.rng.range(3, 19));
        }
        text
    }

    /// An output made of `h`.
    fn output(&mut self, ty: &Ty, number: usize) -> String {
        let h = if number == 0 { "h".to_string() } else { format!("h.rotate_left({})", 7 * number) };
        match ty {
            Ty::One(Scalar::Bool) => format!("({h} ^ (h >> 7) ^ (h >> 18)) & 1 == 1"),
            Ty::One(scalar) if scalar.is_float() => {
                let hashed = format!("(({h} ^ (h >> 23)) as i32 as {} / 64.0)", scalar.name());
                if self.rng.chance(30) { format!("{hashed} + {}", self.expr(*scalar, 1)) } else { hashed }
            }
            Ty::One(scalar) => format!("({h} ^ (h >> 13) ^ (h >> 21)) as {}", scalar.name()),
            Ty::Pixel => format!("Pixel {{ max: {h} as i32, len: (h >> 33) as u8, abs: (h >> 21) as i16 as f32 }}"),
            _ => format!("[{h} as i32, (h >> 21) as i32, (h >> 40) as i32]"),
        }
    }

    /// The returned value.
    pub fn outputs(&mut self) -> String {
        let outs = self.outs.clone();
        let outs: Vec<String> = outs.iter().enumerate().map(|(number, ty)| self.output(ty, number)).collect();
        if outs.len() == 1 { outs.concat() } else { format!("({})", outs.join(", ")) }
    }

    /// An early return.
    pub fn early_return(&mut self) -> String {
        if self.outs.is_empty() {
            return "return;\n".to_string();
        }
        self.quiet += 1;
        let gathered = self.gather(false);
        let outputs = self.outputs();
        self.quiet -= 1;
        format!("{gathered}return {outputs};\n")
    }

    /// Statements at the end of a body, and what it returns.
    pub fn ending(&mut self) -> String {
        self.quiet += 1;
        let gathered = self.gather(true);
        let outputs = self.outputs();
        self.quiet -= 1;
        let mut text = gathered;
        for core in self.cores.clone() {
            if core.output && core.dims.is_empty() {
                let cast = if core.element.is_float() { " as i32" } else { "" };
                let value = if core.element == Scalar::Bool {
                    "h & 1 == 1".to_string()
                } else {
                    format!("(h ^ (h >> 15)){cast} as {}", core.element.name())
                };
                text += &format!("{}[()] = {value};\n", core.name);
            }
        }
        let returned = if self.outs.is_empty() { String::new() } else { outputs + "\n" };
        text + &returned
    }
}
