//! How long the SDK takes to generate, read to written, and how that grows with the documents.

mod copies;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use kubesdk_generator::{Document, Manifests, Options, Summary, generate};

use crate::table::{Table, seconds};
use crate::{benches, clock, machine};

/// The documents of record and three and fifteen copies of them under other names.
pub(crate) fn run(rounds: usize) -> Result<String> {
    let machine = machine::describe();
    println!("regenerate: documents read, generated, and all files written");
    let root = benches().join("..");
    let record = read(&root.join("specs/v1.37"))?;
    let manifests = Manifests {
        api: fs::read_to_string(root.join("sdk/api/Cargo.toml"))?,
        facade: fs::read_to_string(root.join("sdk/Cargo.toml"))?,
    };
    let mut table = Table::new(&[
        "",
        "documents",
        "MB read",
        "operations",
        "files",
        "s",
        "s of CPU",
        "CPU growth per MB",
    ]);
    let mut first = None;
    for times in [1, 4, 16] {
        let folder = tempfile::tempdir()?;
        let specs = folder.path().join("specs");
        let size = write_specs(&specs, &record, times)?;
        let out = folder.path().join("out");
        let mut summary = Summary::default();
        let time = clock::least(
            rounds,
            || remove(&out),
            || {
                summary = regenerate(&specs, &out, &manifests)?;
                Ok(())
            },
        )?;
        let per_mb = time.cpu.as_secs_f64() / size;
        let growth = per_mb / *first.get_or_insert(per_mb);
        table.row([
            format!("{times}x"),
            summary.documents.to_string(),
            format!("{size:.1}"),
            summary.operations.to_string(),
            summary.files.to_string(),
            seconds(time.wall),
            seconds(time.cpu),
            format!("{growth:.2}"),
        ]);
    }
    Ok(format!(
        "## Regenerate\n\n{machine}.\nDocuments read from disk, generated in release, every file written to an \
         empty folder; the least of {rounds} runs.\n4x and 16x add copies of the group-versions under other \
         names (all but three groups, `regenerate/copies.rs` says why).\nGrowth of 1.00 is linear.\n\n{}",
        table.markdown()
    ))
}

fn read(specs: &Path) -> Result<Vec<Document>> {
    let mut documents = Vec::new();
    for entry in fs::read_dir(specs).with_context(|| format!("cannot read {}", specs.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".json") && name != "source.json" {
            documents.push(Document { name, text: fs::read_to_string(&path)? });
        }
    }
    Ok(documents)
}

/// Gives the size of all in MB.
fn write_specs(specs: &Path, record: &[Document], times: usize) -> Result<f64> {
    fs::create_dir_all(specs)?;
    let mut documents = record.to_vec();
    for number in 2..=times {
        documents.extend(copies::copies(record, number)?);
    }
    let mut size = 0;
    for document in documents {
        size += document.text.len();
        fs::write(specs.join(document.name), document.text)?;
    }
    Ok(size as f64 / 1e6)
}

fn remove(out: &Path) -> Result<()> {
    if out.exists() {
        fs::remove_dir_all(out)?;
    }
    Ok(())
}

fn regenerate(specs: &Path, out: &Path, manifests: &Manifests) -> Result<Summary> {
    let documents = read(specs)?;
    let options = Options { deny_unknown: true, record: false };
    let output = match generate(&documents, manifests, &options) {
        Ok(output) => output,
        Err(errors) => bail!("{} faults, the first: {}", errors.len(), errors.first().context("none")?),
    };
    write_files(out, &output.files)?;
    Ok(output.summary)
}

fn write_files(out: &Path, files: &BTreeMap<String, String>) -> Result<()> {
    for (name, text) in files {
        let path = out.join(name);
        fs::create_dir_all(path.parent().unwrap_or(out))?;
        fs::write(path, text)?;
    }
    Ok(())
}
