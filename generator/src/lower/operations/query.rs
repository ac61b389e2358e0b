//! Query parameters: which verb of core has those of an operation.

use std::collections::BTreeMap;

use super::Pass;
use crate::error::{Error, Place};
use crate::read::ReadOperation;
use crate::rules::Query;

/// What the documents of custom resources name beside the parameters of Kubernetes' own resources, which take it as
/// well: `.query(name, value)` gives it.
const OF_CUSTOM_RESOURCES: &[(Query, &str)] = &[(Query::Get, "resourceVersion")];

impl Pass<'_> {
    /// The one of `candidates` that the operation has; unknown parameters are reported, each with its place.
    pub(super) fn query(&mut self, read: &ReadOperation, candidates: &[Query]) -> Result<Query, Error> {
        let found = in_query(read)?;
        let (query, names) = self.rules.query(&found.keys().copied().collect(), candidates);
        let is_known = |name: &&str| {
            names.contains(name)
                || OF_CUSTOM_RESOURCES.contains(&(query, *name))
                || self.rules.is_common_parameter(name)
        };
        for (name, place) in found.iter().filter(|(name, _)| !is_known(name)) {
            self.reports.push(Error::new(
                place,
                format!("the query parameter {name} is unknown"),
                format!(
                    "it can be given as .query({name:?}, value); core's verb must learn it to offer more"
                ),
            ));
        }
        for name in names.iter().filter(|it| !found.contains_key(**it) && !self.rules.is_common_parameter(it))
        {
            self.reports.push(Error::new(
                &read.place.at("parameters"),
                format!("the query parameter {name} is missing, which the other operations of its kind have"),
                "this server does not know it: the method offers it all the same",
            ));
        }
        Ok(query)
    }
}

fn in_query(read: &ReadOperation) -> Result<BTreeMap<&str, &Place>, Error> {
    let mut found = BTreeMap::new();
    for parameter in &read.parameters {
        match parameter.location {
            "query" => {
                found.insert(parameter.name.as_str(), &parameter.place);
            }
            "path" => {}
            other => {
                return Err(Error::new(
                    &parameter.place,
                    format!("the parameter {} is in the {other}, expected path or query", parameter.name),
                    "Kubernetes has no others; teach the generator if this is right \
                     (generator/src/lower/operations/query.rs)",
                ));
            }
        }
    }
    Ok(found)
}
