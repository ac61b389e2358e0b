//! The first pass: documents to parsed operations and one set of schemas, through `openapiv3`.

pub(crate) mod extensions;
mod implied;
mod malformed;
mod paths;
mod schemas;
mod servers;
mod unknown;

use std::collections::BTreeMap;

use openapiv3::{Operation, Schema};
use serde::Deserialize;
use serde_json::value::RawValue;

use servers::Clash;

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
    let (mut spec, mut reports, mut clashes) = read_once(documents, rules)?;
    let mut all: Vec<Clash> = Vec::new();
    // What refers to a schema that got another name is another schema itself: each time one more of a chain.
    let mut renamed = documents.to_vec();
    for _ in 0..LONGEST_CHAIN {
        if clashes.is_empty() {
            break;
        }
        renamed = servers::told_apart(&renamed, &clashes);
        all.append(&mut clashes);
        (spec, reports, clashes) = read_once(&renamed, rules)?;
    }
    if !clashes.is_empty() {
        return Err(clashes.iter().map(servers::error).collect());
    }
    for Clash { document, name } in all {
        let place = Place::root(&document).at("components").at("schemas").at(&name);
        let message = format!(
            "{name} is another schema in other documents: here it is {}",
            servers::other_name(&name, &document)
        );
        reports.push(Error::new(&place, message, "nothing is to be done: both are there"));
    }
    implied::imply(&mut spec, &mut reports);
    Ok((spec, reports))
}

/// How many schemas may refer to one another, each otherwise in two documents.
const LONGEST_CHAIN: usize = 20;

/// What the documents say, what was not understood, and names that are two schemas.
type Once = (Spec, Vec<Error>, Vec<Clash>);

fn read_once(documents: &[Document], rules: &Rules) -> Result<Once, Vec<Error>> {
    let mut ordered: Vec<&Document> = documents.iter().collect();
    ordered.sort_by(|a, b| a.name.cmp(&b.name));
    let mut merged = schemas::Merged::default();
    let (mut operations, mut errors, mut reports) = (Vec::new(), Vec::new(), Vec::new());
    for (document, parsed) in ordered.iter().zip(parallel::map(&ordered, |it| parse(it))) {
        merged.add(&Place::root(&document.name), parsed.schemas, rules, &mut reports, &mut errors);
        operations.extend(parsed.operations);
        errors.extend(parsed.errors);
        reports.extend(parsed.reports);
    }
    let clashes = merged.take_clashes();
    let schemas = merged.read(&mut errors, &mut reports);
    operations.sort_by(|a, b| (&a.path, a.method).cmp(&(&b.path, b.method)));
    if errors.is_empty() {
        Ok((Spec { schemas, operations, ..Spec::default() }, reports, clashes))
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
