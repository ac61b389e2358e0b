//! What custom resources cost: how long `kubesdk-gen` takes for definitions of some 2,000 lines, how that grows with
//! their number, and how long crates of what it makes take to build.

mod definition;

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use kubesdk_gen::{Form, Generator};

use crate::table::{Table, seconds};
use crate::{benches, clock, machine};

/// How many definitions are generated from.
const DEFINITIONS: [usize; 3] = [125, 250, 500];

/// How many kinds the crates that are built have.
const KINDS: [usize; 3] = [25, 50, 100];

/// The command on more and more definitions.
pub(crate) fn run(rounds: usize) -> Result<String> {
    let machine = machine::describe();
    println!("generate: definitions read, generated, and all files written");
    let header =
        ["definitions", "lines", "MB read", "types", "lines made", "s", "s of CPU", "CPU growth per MB"];
    let mut table = Table::new(&header);
    let mut first = None;
    for count in DEFINITIONS {
        let folder = tempfile::tempdir()?;
        let (crds, out) = (folder.path().join("crds"), folder.path().join("api"));
        let size = write_definitions(&crds, count)?;
        let time = clock::least(rounds, || remove(&out), || generate(&crds, &out, Form::Module))?;
        let made = Made::count(&out)?;
        let per_mb = time.cpu.as_secs_f64() / size.megabytes;
        let growth = per_mb / *first.get_or_insert(per_mb);
        table.row([
            count.to_string(),
            size.lines.to_string(),
            format!("{:.1}", size.megabytes),
            made.types.to_string(),
            made.lines.to_string(),
            seconds(time.wall),
            seconds(time.cpu),
            format!("{growth:.2}"),
        ]);
    }
    Ok(format!(
        "## Generate from definitions\n\n{machine}.\nWhat `kubesdk-gen --crd DIR --out DIR` does, in release, into an \
         empty folder; the least of {rounds}.\nThe definitions come from a seed, ten kinds to a group \
         (`runner/src/generate/definition.rs`): what operators have, half of it descriptions. Growth of 1.00 is \
         linear.\n\n{}",
        table.markdown()
    ))
}

/// Builds of crates that the command made.
pub(crate) fn compile(rounds: usize) -> Result<String> {
    let machine = machine::describe();
    println!("generated: crates of generated code");
    let header = ["kinds", "types", "lines", "check", "per 100 kinds", "debug build", "per 100 kinds"];
    let mut table = Table::new(&header);
    // Outside of every workspace, as a user's crate is.
    let folder = tempfile::tempdir()?;
    let sdk = benches().join("../sdk").canonicalize()?;
    for count in KINDS {
        let (crds, out) =
            (folder.path().join(format!("crds-{count}")), folder.path().join(format!("api-{count}")));
        write_definitions(&crds, count)?;
        let kubesdk = format!("path = {:?}", sdk.display().to_string());
        let name = format!("generated-{count}");
        generate(&crds, &out, Form::Crate { name: name.clone(), kubesdk })?;
        fs::copy(benches().join("../Cargo.lock"), out.join("Cargo.lock"))?;
        let made = Made::count(&out)?;
        let mut row = vec![count.to_string(), made.types.to_string(), made.lines.to_string()];
        for mode in ["check", "build"] {
            let build = || cargo(&out, &[mode]);
            build()?;
            let clean = || cargo(&out, &["clean", "-p", &name]);
            let time = clock::least(rounds, clean, build)?;
            row.push(format!("{} ({})", seconds(time.wall), seconds(time.cpu)));
            row.push(format!("{:.1}", time.wall.as_secs_f64() * 100.0 / count as f64));
        }
        table.row(row);
    }
    Ok(format!(
        "## Compile time of generated crates\n\n{machine}.\nCrates that `kubesdk-gen --crate` makes of such \
         definitions, all other crates built before. Seconds on the clock (of CPU), the least of {rounds}.\n\n{}",
        table.markdown()
    ))
}

fn generate(crds: &Path, out: &Path, form: Form) -> Result<()> {
    Generator::new().crds(crds).form(form).write(out)?;
    Ok(())
}

fn cargo(folder: &Path, arguments: &[&str]) -> Result<()> {
    let mut command = Command::new("cargo");
    command.args(arguments).current_dir(folder);
    command.env("CARGO_TARGET_DIR", benches().join("target/generated")).env("CARGO_INCREMENTAL", "0");
    let output = command.output().context("cannot run cargo")?;
    if !output.status.success() {
        bail!("{command:?} failed:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

fn remove(out: &Path) -> Result<()> {
    if out.exists() {
        fs::remove_dir_all(out)?;
    }
    Ok(())
}

/// How much there is to read.
#[derive(Default)]
struct Size {
    lines: usize,
    megabytes: f64,
}

fn write_definitions(folder: &Path, count: usize) -> Result<Size> {
    fs::create_dir_all(folder)?;
    let mut size = Size::default();
    for number in 0..count {
        let (file, text) = definition::definition(number)?;
        size.lines += text.lines().count();
        size.megabytes += text.len() as f64 / 1e6;
        fs::write(folder.join(file), text)?;
    }
    Ok(size)
}

/// How much was made.
#[derive(Default)]
struct Made {
    types: usize,
    lines: usize,
}

impl Made {
    fn count(folder: &Path) -> Result<Self> {
        let mut made = Made::default();
        let mut open = vec![folder.to_owned()];
        while let Some(next) = open.pop() {
            for entry in fs::read_dir(next)? {
                let path = entry?.path();
                if path.is_dir() {
                    open.push(path);
                } else if path.extension().is_some_and(|it| it == "rs") {
                    let text = fs::read_to_string(path)?;
                    made.lines += text.lines().count();
                    let is_type = |it: &&str| it.starts_with("pub struct ") || it.starts_with("pub enum ");
                    made.types += text.lines().map(str::trim_start).filter(is_type).count();
                }
            }
        }
        Ok(made)
    }
}
