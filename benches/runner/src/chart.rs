//! Bar charts as SVG, written plainly: a bar for each contender and a line for the aim.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context, Result};

/// Bars under a title, the shortest first.
pub(crate) struct Chart {
    title: String,
    unit: &'static str,
    bars: Vec<(String, f64)>,
    aim: Option<f64>,
}

const WIDTH: f64 = 760.0;
const NAMES: f64 = 250.0;
const FIGURES: f64 = 90.0;
const ROW: f64 = 26.0;
const TOP: f64 = 44.0;

impl Chart {
    pub(crate) fn new(title: impl Into<String>, unit: &'static str) -> Self {
        Chart { title: title.into(), unit, bars: Vec::new(), aim: None }
    }

    pub(crate) fn bar(&mut self, name: impl Into<String>, value: f64) {
        self.bars.push((name.into(), value));
    }

    /// A line at the value that the SDK should stay below.
    pub(crate) fn aim(&mut self, value: f64) {
        self.aim = Some(value);
    }

    /// Writes `charts/NAME.svg` and gives the Markdown that shows it.
    pub(crate) fn write(mut self, name: &str) -> Result<String> {
        self.bars.sort_by(|one, other| one.1.total_cmp(&other.1));
        let folder = crate::benches().join("charts");
        fs::create_dir_all(&folder)?;
        let path = folder.join(name).with_extension("svg");
        fs::write(&path, self.svg()?).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(format!("![{}](charts/{name}.svg)\n", self.title))
    }

    fn svg(&self) -> Result<String> {
        let longest = self.bars.iter().map(|bar| bar.1).chain(self.aim).fold(f64::MIN_POSITIVE, f64::max);
        let scale = (WIDTH - NAMES - FIGURES) / longest;
        let height = TOP + ROW * self.bars.len() as f64 + 22.0;
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" \
             font-size=\"13\">\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n<text x=\"12\" y=\"24\" \
             font-size=\"15\" font-weight=\"bold\" fill=\"#1f2328\">{}</text>\n",
            self.title
        );
        for (row, (name, value)) in self.bars.iter().enumerate() {
            let (y, length) = (TOP + ROW * row as f64, value * scale);
            let fill = if name.starts_with("kubesdk") { "#326ce5" } else { "#b6bfc9" };
            writeln!(
                out,
                "<text x=\"{}\" y=\"{}\" text-anchor=\"end\" fill=\"#1f2328\">{name}</text>\n<rect x=\"{NAMES}\" \
                 y=\"{y}\" width=\"{length:.1}\" height=\"{}\" fill=\"{fill}\"/>\n<text x=\"{:.1}\" y=\"{}\" \
                 fill=\"#1f2328\">{}</text>",
                NAMES - 8.0,
                y + 14.0,
                ROW - 7.0,
                NAMES + length + 6.0,
                y + 14.0,
                shown(*value, self.unit),
            )?;
        }
        if let Some(aim) = self.aim {
            let (x, end) = (NAMES + aim * scale, height - 20.0);
            writeln!(
                out,
                "<line x1=\"{x:.1}\" y1=\"{}\" x2=\"{x:.1}\" y2=\"{end}\" stroke=\"#cf222e\" \
                 stroke-dasharray=\"4 3\"/>\n<text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\" fill=\"#cf222e\" \
                 font-size=\"11\">aim of kubesdk: {}</text>",
                TOP - 6.0,
                height - 6.0,
                shown(aim, self.unit),
            )?;
        }
        out.push_str("</svg>\n");
        Ok(out)
    }
}

fn shown(value: f64, unit: &str) -> String {
    if value < 10.0 { format!("{value:.1} {unit}") } else { format!("{value:.0} {unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_bar_fills_the_width_and_the_aim_stands_on_the_same_scale() {
        let mut chart = Chart::new("Decode", "ms");
        chart.bar("peer", 400.0);
        chart.aim(100.0);
        let svg = chart.svg().unwrap();
        assert!(svg.contains("width=\"420.0\"") && svg.contains("x1=\"355.0\""), "{svg}");
    }
}
