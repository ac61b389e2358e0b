//! `cargo xtask regenerate --from`: code beside kubesdk, by the model that stands in this repository just now.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use kubesdk_gen::{Builtin, Generator};

use crate::root;

/// Generates a module from definitions and documents; `check` compares instead.
pub(crate) fn run(sources: &[PathBuf], out: &Path, check: bool) -> Result<String> {
    let path = root().join("sdk/api/model.json");
    let model = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut generator = Generator::new().builtin(Builtin::read(&model)?);
    for source in sources {
        generator = match is_documents(source) {
            true => generator.openapi(source),
            false => generator.crds(source),
        };
    }
    let made = if check { generator.check(out) } else { generator.write(out) }?;
    for note in &made.notes {
        eprintln!("note: {note}");
    }
    for note in &made.extension.notes {
        eprintln!("note: {note}");
    }
    Ok(made.report())
}

/// True for a folder of documents, whose names are those of paths of an API server.
fn is_documents(source: &Path) -> bool {
    let entries = fs::read_dir(source).into_iter().flatten().flatten();
    let names = entries.map(|it| it.file_name().to_string_lossy().into_owned());
    names.into_iter().any(|it| it.starts_with("api") && it.contains("__") && it.ends_with(".json"))
}
