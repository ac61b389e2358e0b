//! Turns the `/openapi/v3` documents of a Kubernetes API server into the text of typed Rust structs and
//! endpoint methods.
//!
//! Three passes over one model: `read` parses the documents and merges their schemas, `lower` makes the
//! `model` of them, `emit` writes the model as text. The crate is a pure function: no disk, network, clock
//! or environment, the same input gives the same bytes. Whatever it does not understand is an [`Error`] that
//! names the document and the JSON pointer; what may differ from one server to the next stands in `rules`.
#![forbid(unsafe_code)]

mod builtin;
mod crd;
mod diff;
mod emit;
mod error;
mod extension;
mod inline;
mod lower;
mod markdown;
mod model;
mod origins;
mod parallel;
mod read;
mod rules;
mod swagger;

use std::collections::BTreeMap;

pub use builtin::Builtin;
pub use crd::{documents_of_crds, read_crds};
pub use diff::{ApiDiff, Change, Effect, Subject, Surface, What};
pub use error::Error;
pub use extension::{Extension, Form, GroupVersion, Taken, Wanted, generate_extension};
pub use origins::{Origins, Published};
use rules::Rules;
pub use swagger::{document_of_swagger, read_swagger};

/// One document as it stands in a specs folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its file name, `apis__apps__v1.json`: errors name it.
    pub name: String,
    /// Its JSON text.
    pub text: String,
}

/// How strict a run is.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// True: unknown `x-kubernetes-*` keys and query parameters are errors; false: they are reported.
    pub deny_unknown: bool,
    /// True: these are the documents of record, for which the rules were written; a rule that they give no reason
    /// for is an error. Another server's documents may well lack it.
    pub record: bool,
}

/// The present text of the manifests whose feature tables are generated.
#[derive(Clone, Debug, Default)]
pub struct Manifests {
    /// `sdk/api/Cargo.toml`.
    pub api: String,
    /// `sdk/Cargo.toml`.
    pub facade: String,
}

/// Everything that a run makes.
#[derive(Clone, Debug)]
pub struct Output {
    /// Text by path, relative to the root of the workspace.
    pub files: BTreeMap<String, String>,
    /// What was not understood but does not stop the run (only without [`Options::deny_unknown`]).
    pub reports: Vec<Error>,
    /// How much there was.
    pub summary: Summary,
}

/// How much a run read and made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Documents read.
    pub documents: usize,
    /// Distinct schemas in them.
    pub schemas: usize,
    /// Operations in them.
    pub operations: usize,
    /// Files made.
    pub files: usize,
}

/// Generates everything that the documents describe.
///
/// # Errors
///
/// Every fault that was found, at least one, in the order of their places; nothing is generated then.
pub fn generate(
    documents: &[Document],
    manifests: &Manifests,
    options: &Options,
) -> Result<Output, Vec<Error>> {
    let rules = Rules::new(options.record);
    let (spec, api, reports) = model(documents, &rules)?;
    let mut reports = sorted(reports);
    let mut errors = if options.deny_unknown { std::mem::take(&mut reports) } else { Vec::new() };
    if options.record {
        errors.extend(rules.stale());
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let files = emit::emit(&api, manifests).map_err(|error| vec![error])?;
    let summary = Summary {
        documents: documents.len(),
        schemas: spec.schemas.len(),
        operations: api.operations.len(),
        files: files.len(),
    };
    Ok(Output { files, reports, summary })
}

/// What was read and the model of it, with what was not understood on the way.
fn model(documents: &[Document], rules: &Rules) -> Result<(read::Spec, model::Api, Vec<Error>), Vec<Error>> {
    let (mut spec, mut reports) = read::read(documents, rules).map_err(sorted)?;
    inline::name_all(&mut spec, rules, &mut reports);
    let mut api = lower::lower(&mut spec, rules, &mut reports).map_err(sorted)?;
    lower::find_needs(&mut api.modules);
    lower::report_edges(&spec, rules, &api.modules, &mut reports);
    Ok((spec, api, reports))
}

/// In the order of documents and places.
fn sorted(mut errors: Vec<Error>) -> Vec<Error> {
    errors.sort();
    errors.dedup();
    errors
}
