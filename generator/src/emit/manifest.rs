//! The feature tables of the two manifests: everything below a marker is generated.

use std::collections::BTreeSet;

use super::modules::types_feature;
use crate::error::{Error, Place};
use crate::model::{Api, Module, ModulePath};

const MARKER: &str = "# generated features";

/// `sdk/api/Cargo.toml`.
pub(super) fn api(manifest: &str, api: &Api) -> Result<String, Error> {
    let mut out = String::new();
    for (path, module) in switched(api) {
        out.push_str(&line(&path.feature(), &features(api, path, module)));
    }
    for (path, module) in switched(api) {
        let needs = module.needs.iter().filter(|it| is_switched(api, it)).map(types_feature);
        out.push_str(&line(&types_feature(path), &needs.collect::<BTreeSet<String>>()));
    }
    splice("sdk/api/Cargo.toml", manifest, &(sets(api) + &out))
}

/// `sdk/Cargo.toml`: each feature of the api crate under the same name.
pub(super) fn facade(manifest: &str, api: &Api) -> Result<String, Error> {
    let mut out = sets(api);
    for (path, _) in switched(api) {
        out.push_str(&line(&path.feature(), &BTreeSet::from([format!("kubesdk-api/{}", path.feature())])));
    }
    splice("sdk/Cargo.toml", manifest, &out)
}

fn switched(api: &Api) -> impl Iterator<Item = (&ModulePath, &Module)> {
    api.modules.iter().filter(|(_, module)| !module.always)
}

fn is_switched(api: &Api, path: &ModulePath) -> bool {
    api.modules.get(path).is_some_and(|it| !it.always)
}

fn features(api: &Api, path: &ModulePath, module: &Module) -> BTreeSet<String> {
    let needs = module.endpoint_needs.iter().filter(|it| is_switched(api, it)).map(types_feature);
    needs.chain([types_feature(path)]).collect()
}

/// `stable` and `all`: lists of the features of group-versions.
fn sets(api: &Api) -> String {
    let mut out = String::new();
    for (set, has) in [("stable", ModulePath::is_stable as fn(&ModulePath) -> bool), ("all", |_| true)] {
        out.push_str(&format!("{set} = [\n"));
        for (path, _) in switched(api).filter(|(path, _)| has(path)) {
            out.push_str(&format!("    \"{}\",\n", path.feature()));
        }
        out.push_str("]\n");
    }
    out
}

fn line(name: &str, needs: &BTreeSet<String>) -> String {
    let needs: Vec<String> = needs.iter().map(|it| format!("\"{it}\"")).collect();
    format!("{name} = [{}]\n", needs.join(", "))
}

fn splice(file: &str, manifest: &str, features: &str) -> Result<String, Error> {
    match manifest.split_once(MARKER) {
        Some((kept, _)) => Ok(format!("{kept}{MARKER}\n{features}")),
        None => Err(Error::new(
            &Place::root(file),
            format!("the manifest has no line `{MARKER}`"),
            "put it at the end of [features], which must be the last table",
        )),
    }
}
