//! A list as the server writes it, item by item, so that no list is held in memory.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

/// A file that grows by items.
pub(crate) struct ListFile {
    name: String,
    out: BufWriter<File>,
    items: usize,
    size: usize,
}

impl ListFile {
    /// Begins `NAME.json`.
    pub(crate) fn create(folder: &Path, name: &str, version: &str, kind: &str) -> Result<Self> {
        let path = folder.join(name).with_extension("json");
        let file = File::create(&path).with_context(|| format!("cannot create {}", path.display()))?;
        let mut list = ListFile { name: name.to_owned(), out: BufWriter::new(file), items: 0, size: 0 };
        list.write(&format!(
            r#"{{"kind":"{kind}","apiVersion":"{version}","metadata":{{"resourceVersion":"48151623"}},"items":["#
        ))?;
        Ok(list)
    }

    pub(crate) fn push(&mut self, item: &Value) -> Result<()> {
        if self.items > 0 {
            self.write(",")?;
        }
        self.items += 1;
        self.write(&item.to_string())
    }

    /// Ends the list and says how large it is.
    pub(crate) fn finish(mut self) -> Result<()> {
        self.write("]}\n")?;
        self.out.flush()?;
        let (size, items) = (self.size as f64, self.items as f64);
        println!("{}: {} items, {:.1} MB, {:.1} KB each", self.name, items, size / 1e6, size / items / 1e3);
        Ok(())
    }

    fn write(&mut self, text: &str) -> Result<()> {
        self.size += text.len();
        self.out.write_all(text.as_bytes()).context("cannot write a list")
    }
}
