//! The second pass: what was read becomes the model.

mod docs;
mod enums;
mod features;
mod fields;
pub(crate) mod given;
pub(crate) mod names;
pub(crate) mod operations;
pub(crate) mod places;
mod recursion;
mod schemas;
mod taken;
mod type_names;
mod types;

pub(crate) use type_names::TypeNames;

use crate::error::Error;
use crate::model::Api;
use crate::read::Spec;
use crate::rules::Rules;

pub(crate) use features::{find_needs, report_edges};

/// Makes the model of everything in `spec`.
pub(crate) fn lower(spec: &mut Spec, rules: &Rules, reports: &mut Vec<Error>) -> Result<Api, Vec<Error>> {
    spec.names = TypeNames::of(spec, rules, reports);
    let spec = &*spec;
    let mut errors = Vec::new();
    let mut taken = taken::Taken::default();
    let mut modules = schemas::lower(spec, rules, &mut taken, &mut errors);
    reports.extend(spec.names.told_apart());
    recursion::box_recursive_fields(&mut modules);
    let served = operations::lower(spec, rules, &mut modules, &mut taken, reports, &mut errors);
    if errors.is_empty() { Ok(Api { modules, operations: served }) } else { Err(errors) }
}
