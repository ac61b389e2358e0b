//! What was to be reached, beside what was.

use crate::table::Table;

/// A table of aims, each met or not.
pub(crate) struct Aims(Table);

impl Aims {
    pub(crate) fn new() -> Self {
        Aims(Table::new(&["aim of kubesdk", "at most", "here", ""]))
    }

    /// An aim in some unit.
    pub(crate) fn at_most(&mut self, what: &str, limit: f64, here: f64, unit: &str) {
        let met = if here <= limit { "met" } else { "**not met**" };
        let row = [what.to_owned(), figure(limit, unit), figure(here, unit), met.to_owned()];
        self.0.row(row);
    }

    pub(crate) fn markdown(&self) -> String {
        self.0.markdown()
    }
}

fn figure(value: f64, unit: &str) -> String {
    let digits = if value < 10.0 { 2 } else { 1 };
    if unit.is_empty() { format!("{value:.digits$}") } else { format!("{value:.digits$} {unit}") }
}
