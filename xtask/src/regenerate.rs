//! `cargo xtask regenerate`: the disk around the generator, which is a pure function.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use kubesdk_generator::{Document, Manifests, Options, Output, generate};

use crate::{progress, root};

/// The documents of record.
pub(crate) const RECORD: &str = "specs/v1.37";

/// Folders in which every file is generated: what is not made any more goes.
const OWNED: &[&str] = &["sdk/api/src"];

/// Reads the documents, generates, and writes all files or none; `check` compares instead.
pub(crate) fn run(specs: &Path, check: bool, deny_unknown: bool) -> Result<String> {
    let start = Instant::now();
    let root = root();
    let folder = root.join(specs);
    println!("regenerating from {}", specs.display());
    let bar = progress::spinner("generating");
    let documents = documents(&folder)?;
    let manifests = Manifests {
        api: read(&root.join("sdk/api/Cargo.toml"))?,
        facade: read(&root.join("sdk/Cargo.toml"))?,
    };
    // However the folder is written: the rules were made for these documents.
    let record = fs::canonicalize(&folder).ok() == fs::canonicalize(root.join(RECORD)).ok();
    let options = Options { deny_unknown: deny_unknown || record, record };
    let output = generate(&documents, &manifests, &options).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        anyhow::anyhow!(
            "{} faults in {}; no file was changed\n{}",
            lines.len(),
            specs.display(),
            lines.join("\n")
        )
    })?;
    bar.finish_and_clear();
    for report in &output.reports {
        eprintln!("note: {report}");
    }
    let changes = changes(&root, &output)?;
    if check {
        changes.refuse()?;
    } else {
        changes.write(&root)?;
    }
    let summary = output.summary;
    Ok(format!(
        "{} documents, {} schemas, {} operations: {} files, {} changed, in {:.1} s",
        summary.documents,
        summary.schemas,
        summary.operations,
        summary.files,
        changes.written.len() + changes.removed.len(),
        start.elapsed().as_secs_f64()
    ))
}

/// The documents in a folder.
pub(crate) fn documents(folder: &Path) -> Result<Vec<Document>> {
    let entries = fs::read_dir(folder).with_context(|| {
        format!("cannot read the specs folder {}; name one with --specs", folder.display())
    })?;
    let mut documents = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|it| it.to_str()) else { continue };
        if name.ends_with(".json") && name != "source.json" {
            documents.push(Document { name: name.to_owned(), text: read(&path)? });
        }
    }
    if documents.is_empty() {
        bail!("{} holds no documents (*.json)", folder.display());
    }
    Ok(documents)
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// What is on the disk and is not what was generated.
struct Changes {
    written: BTreeMap<String, String>,
    removed: Vec<PathBuf>,
}

fn changes(root: &Path, output: &Output) -> Result<Changes> {
    let mut written = BTreeMap::new();
    for (path, text) in &output.files {
        if fs::read(root.join(path)).ok().as_deref() != Some(text.as_bytes()) {
            written.insert(path.clone(), text.clone());
        }
    }
    let mut removed = Vec::new();
    for folder in OWNED {
        stale(&root.join(folder), root, output, &mut removed)?;
    }
    Ok(Changes { written, removed })
}

fn stale(folder: &Path, root: &Path, output: &Output, removed: &mut Vec<PathBuf>) -> Result<()> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            stale(&path, root, output, removed)?;
            continue;
        }
        let relative = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        if !output.files.contains_key(&relative) {
            removed.push(path);
        }
    }
    Ok(())
}

impl Changes {
    fn refuse(&self) -> Result<()> {
        let removed = self.removed.iter().map(|it| it.display().to_string());
        let names: Vec<String> = self.written.keys().cloned().chain(removed).collect();
        if names.is_empty() {
            return Ok(());
        }
        let shown = names.iter().take(10).map(|it| format!("  {it}")).collect::<Vec<_>>().join("\n");
        bail!("{} generated files are not up to date:\n{shown}\nrun `cargo xtask regenerate`", names.len());
    }

    /// Everything is written beside its place first: when the disk is full, nothing has changed yet.
    fn write(&self, root: &Path) -> Result<()> {
        let mut ready = Vec::new();
        for (path, text) in &self.written {
            let path = root.join(path);
            let folder = path.parent().unwrap_or(root);
            fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
            let file = tempfile::NamedTempFile::new_in(folder)
                .with_context(|| format!("cannot write in {}; nothing was changed", folder.display()))?;
            fs::write(file.path(), text)
                .with_context(|| format!("cannot write {}", file.path().display()))?;
            ready.push((file, path));
        }
        for (file, path) in ready {
            let mode = fs::metadata(&path).map(|it| it.permissions()).ok();
            file.persist(&path).with_context(|| format!("cannot replace {}", path.display()))?;
            set_mode(&path, mode)?;
        }
        for path in &self.removed {
            fs::remove_file(path).with_context(|| format!("cannot remove {}", path.display()))?;
        }
        Ok(())
    }
}

/// Temporary files are private; sources are for everyone.
pub(crate) fn set_mode(path: &Path, known: Option<fs::Permissions>) -> Result<()> {
    #[cfg(unix)]
    let public = {
        use std::os::unix::fs::PermissionsExt;
        Some(fs::Permissions::from_mode(0o644))
    };
    #[cfg(not(unix))]
    let public = None;
    if let Some(mode) = known.or(public) {
        fs::set_permissions(path, mode)
            .with_context(|| format!("cannot set the mode of {}", path.display()))?;
    }
    Ok(())
}
