//! Which kind each resource is of: the operations on the resource itself say it for its subresources.

use std::collections::BTreeMap;

use super::path::{self, ResourcePath};
use crate::error::{Error, Place};
use crate::read::{Spec, extensions};

/// The kinds of resources by group, version and resource.
#[derive(Default)]
pub(crate) struct Kinds<'a>(BTreeMap<(&'a str, &'a str, &'a str), ResourceKind<'a>>);

/// What all operations say of one resource.
pub(crate) struct ResourceKind<'a> {
    pub(crate) kind: String,
    /// True when the resource lives in namespaces: some path of it has one.
    pub(crate) in_namespaces: bool,
    place: &'a Place,
}

impl Kinds<'_> {
    /// What is known of the resource of a path.
    pub(crate) fn get<'p>(&'p self, path: &ResourcePath<'p>) -> Option<&'p ResourceKind<'p>> {
        self.0.get(&(path.group, path.version, path.resource))
    }
}

/// The kind of every resource; one that is said to be of two is an error.
pub(crate) fn find<'a>(spec: &'a Spec, errors: &mut Vec<Error>) -> Kinds<'a> {
    let mut kinds = Kinds::default();
    for read in &spec.operations {
        let Some(path) = path::resource(&read.path) else { continue };
        if path.subresource.is_some() || path.is_watch {
            continue;
        }
        let kind = match extensions::operation_kind(&read.place, &read.operation) {
            Ok(Some(kind)) => kind.kind,
            Ok(None) => continue,
            Err(error) => {
                errors.push(error);
                continue;
            }
        };
        let known = kinds
            .0
            .entry((path.group, path.version, path.resource))
            .or_insert_with(|| ResourceKind { kind: kind.clone(), in_namespaces: false, place: &read.place });
        known.in_namespaces |= path.is_namespaced;
        if known.kind != kind {
            let at = format!("{}#{}", known.place.document, known.place.pointer);
            errors.push(Error::new(
                &read.place.at(extensions::KINDS),
                format!(
                    "the resource {} is of the kind {kind} here and of {} at {at}",
                    path.resource, known.kind
                ),
                "all operations on one resource must name one kind; report it to who serves the document",
            ));
        }
    }
    kinds
}
