//! `RESULTS.md`: a section for each benchmark between comments, so that one can be replaced alone.

use std::fs;

use anyhow::{Context, Result};

/// Replaces the section of this name, or appends it.
pub(crate) fn write(name: &str, text: &str) -> Result<()> {
    let path = crate::benches().join("RESULTS.md");
    let old = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::from(HEADER),
        Err(error) => return Err(error).context("cannot read RESULTS.md"),
    };
    fs::write(&path, replaced(&old, name, text)).context("cannot write RESULTS.md")?;
    println!("wrote the section {name} of {}", path.display());
    Ok(())
}

const HEADER: &str = "# Results

Written by `cargo run --release --manifest-path benches/Cargo.toml`; nothing here is edited by hand.
";

fn replaced(old: &str, name: &str, text: &str) -> String {
    let (start, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->\n"));
    let section = format!("{start}{}\n{end}", text.trim_end());
    match (old.find(&start), old.find(&end)) {
        (Some(from), Some(to)) if from < to => {
            format!("{}{section}{}", &old[..from], &old[to + end.len()..])
        }
        _ => format!("{}\n\n{section}", old.trim_end()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_replaced_alone() {
        let both = replaced(&replaced(HEADER, "a", "one"), "b", "two");
        let changed = replaced(&both, "a", "three");
        assert_eq!(changed, both.replace("one", "three"));
    }
}
