//! `cargo xtask regenerate --from`: code beside kubesdk, as `kubesdk-gen` makes it, by the model that stands in this
//! repository just now.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use kubesdk_gen::command::{self, Arguments};
use kubesdk_gen::{Builtin, Generator};

use crate::root;

/// Generates from `sources`, which say themselves what they are, and from those of the arguments; `check` compares instead.
pub(crate) fn run(sources: &[PathBuf], arguments: &Arguments, check: bool) -> Result<String> {
    let path = root().join("sdk/api/model.json");
    let model = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let builtin = Builtin::read(&model)?;
    let more = |generator| sources.iter().fold(generator, Generator::source);
    Ok(command::run(arguments, &builtin, check, more)?.report())
}
