//! What a job is: all that its results depend on. A job that was stopped goes on only where this is the same.

use std::fmt::Write as _;

/// Named facts in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    facts: Vec<(String, String)>,
}

impl Identity {
    /// Adds a fact.
    pub(crate) fn add(&mut self, name: impl Into<String>, fact: impl Into<String>) {
        self.facts.push((name.into(), fact.into()));
    }

    /// One line for each fact.
    pub(crate) fn text(&self) -> String {
        self.facts.iter().fold(String::new(), |mut text, (name, fact)| {
            let fact = fact.replace('\n', " ");
            let _ = writeln!(text, "# {name}: {fact}");
            text
        })
    }

    /// The first difference from a text of the same kind, in words.
    pub(crate) fn difference(&self, other: &str) -> Option<String> {
        let (own, other): (String, Vec<&str>) = (self.text(), other.lines().collect());
        let mut lines = own.lines();
        for (number, line) in lines.by_ref().enumerate() {
            match other.get(number) {
                Some(other) if *other == line => {}
                Some(other) => {
                    let (was, is) = (other.trim_start_matches("# "), line.trim_start_matches("# "));
                    return Some(format!("it has \"{was}\", this job \"{is}\""));
                }
                None => return Some(format!("it lacks \"{}\"", line.trim_start_matches("# "))),
            }
        }
        other.get(own.lines().count()).map(|more| format!("it has \"{}\" beside", more.trim_start_matches("# ")))
    }
}
