//! The second pass: what was read becomes the model.

mod docs;
mod enums;
mod features;
mod names;
mod operations;
mod places;
mod recursion;
mod schemas;

use std::collections::BTreeMap;

use crate::error::Error;
use crate::model::{Api, Module, ModulePath};
use crate::read::Spec;

/// Makes the model of everything in `spec`.
pub(crate) fn lower(spec: &Spec, reports: &mut Vec<Error>) -> Result<Api, Vec<Error>> {
    let mut errors = Vec::new();
    let mut modules: BTreeMap<ModulePath, Module> = BTreeMap::new();
    schemas::lower(spec, &mut modules, &mut errors);
    recursion::box_recursive_fields(&mut modules);
    let operations = operations::lower(spec, &mut modules, reports, &mut errors);
    features::find_needs(&mut modules, &mut errors);
    names::check_clashes(&modules, &mut errors);
    if errors.is_empty() { Ok(Api { modules, operations }) } else { Err(errors) }
}
