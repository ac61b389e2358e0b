//! Tables as Markdown.

use std::time::Duration;

/// Rows under a header; the first column is text, the others are figures.
pub(crate) struct Table(Vec<Vec<String>>);

impl Table {
    pub(crate) fn new(header: &[&str]) -> Self {
        Table(vec![header.iter().map(|cell| (*cell).to_owned()).collect()])
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let row: Vec<String> = cells.into_iter().collect();
        println!("  {}", row.join(" | "));
        self.0.push(row);
    }

    pub(crate) fn markdown(&self) -> String {
        let mut out = String::new();
        for (number, row) in self.0.iter().enumerate() {
            out += &format!("| {} |\n", row.join(" | "));
            if number == 0 {
                out += &format!("|---|{}\n", "---:|".repeat(row.len() - 1));
            }
        }
        out
    }
}

pub(crate) fn seconds(time: Duration) -> String {
    format!("{:.2}", time.as_secs_f64())
}

/// How many times `one` fits into `other`.
pub(crate) fn ratio(other: Duration, one: Duration) -> f64 {
    other.as_secs_f64() / one.as_secs_f64()
}

/// Seconds as milliseconds.
pub(crate) fn milliseconds(seconds: f64) -> String {
    let figure = seconds * 1e3;
    if figure < 10.0 { format!("{figure:.2}") } else { format!("{figure:.1}") }
}
