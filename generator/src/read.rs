//! The first pass: documents to parsed operations and one set of schemas, through `openapiv3`.

pub(crate) mod extensions;
mod malformed;
mod paths;
mod schemas;
mod unknown;

use std::collections::BTreeMap;

use openapiv3::{Operation, Schema};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::error::{Error, Place};
use crate::lower::TypeNames;
use crate::rules::Rules;
use crate::{Document, parallel};

/// What all documents say together.
#[derive(Debug, Default)]
pub(crate) struct Spec {
    /// Schemas by definition name.
    pub(crate) schemas: BTreeMap<String, ReadSchema>,
    /// Operations in the order of path, then method.
    pub(crate) operations: Vec<ReadOperation>,
    /// What definitions are called; empty until the second pass begins.
    pub(crate) names: TypeNames,
}

/// One schema and where it was read first.
#[derive(Debug)]
pub(crate) struct ReadSchema {
    pub(crate) place: Place,
    pub(crate) schema: Schema,
}

/// One operation with its path.
#[derive(Debug)]
pub(crate) struct ReadOperation {
    pub(crate) place: Place,
    pub(crate) path: String,
    /// `get`, `put`, `post`, `delete`, `options`, `head`, `patch` or `trace`.
    pub(crate) method: &'static str,
    /// All but its parameters.
    pub(crate) operation: Operation,
    /// Parameters of the whole path, then the operation's own.
    pub(crate) parameters: Vec<ReadParameter>,
}

/// A parameter of an operation.
#[derive(Clone, Debug)]
pub(crate) struct ReadParameter {
    pub(crate) place: Place,
    pub(crate) name: String,
    /// `path`, `query`, `header` or `cookie`.
    pub(crate) location: &'static str,
}

/// The parts of a document that are read, each as the text that it is.
#[derive(Deserialize)]
struct Root<'a> {
    #[serde(borrow)]
    components: Option<&'a RawValue>,
    #[serde(borrow)]
    paths: BTreeMap<String, &'a RawValue>,
}

#[derive(Default, Deserialize)]
struct Components<'a> {
    #[serde(borrow, default)]
    schemas: BTreeMap<String, &'a RawValue>,
}

/// The members of an object: an array, which serde would take for one as well, is none.
fn object<'a, T: Deserialize<'a>>(text: &'a str) -> Option<T> {
    if text.trim_start().starts_with('{') { serde_json::from_str(text).ok() } else { None }
}

/// One document by itself.
#[derive(Default)]
struct Parsed<'a> {
    schemas: BTreeMap<String, &'a RawValue>,
    operations: Vec<ReadOperation>,
    errors: Vec<Error>,
    reports: Vec<Error>,
}

/// Reads all documents; the second part is what was not understood but can be left out.
pub(crate) fn read(documents: &[Document], rules: &Rules) -> Result<(Spec, Vec<Error>), Vec<Error>> {
    let mut ordered: Vec<&Document> = documents.iter().collect();
    ordered.sort_by(|a, b| a.name.cmp(&b.name));
    let mut merged = schemas::Merged::default();
    let (mut operations, mut errors, mut reports) = (Vec::new(), Vec::new(), Vec::new());
    for (document, parsed) in ordered.iter().zip(parallel::map(&ordered, |it| parse(it))) {
        merged.add(&Place::root(&document.name), parsed.schemas, rules, &mut errors);
        operations.extend(parsed.operations);
        errors.extend(parsed.errors);
        reports.extend(parsed.reports);
    }
    let schemas = merged.read(&mut errors, &mut reports);
    operations.sort_by(|a, b| (&a.path, a.method).cmp(&(&b.path, b.method)));
    if errors.is_empty() {
        Ok((Spec { schemas, operations, ..Spec::default() }, reports))
    } else {
        Err(errors)
    }
}

fn parse(document: &Document) -> Parsed<'_> {
    let mut parsed = Parsed::default();
    let root = object::<Root<'_>>(&document.text).and_then(|root| {
        let components = match root.components {
            Some(raw) => object::<Components<'_>>(raw.get())?,
            None => Components::default(),
        };
        Some((root.paths, components.schemas))
    });
    let Some((paths, schemas)) = root else {
        parsed.errors.push(malformed::document(document));
        return parsed;
    };
    parsed.schemas = schemas;
    let place = Place::root(&document.name).at("paths");
    for (path, item) in paths {
        match paths::read(&place.at(&path), &path, item, &mut parsed.reports) {
            Ok(operations) => parsed.operations.extend(operations),
            Err(error) => parsed.errors.push(error),
        }
    }
    parsed
}
