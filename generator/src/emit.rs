//! The third pass: the model as text, one emitter for each kind of file.

mod endpoints;
mod enums;
mod manifest;
mod modules;
mod requests;
mod structs;
mod table;
mod text;
mod types;

use std::collections::BTreeMap;

use crate::error::{Error, Place};
use crate::model::{Api, ModulePath};
use crate::{Manifests, emit::text::Items};

/// Everything that the model becomes, by path.
pub(crate) fn emit(api: &Api, manifests: &Manifests) -> Result<BTreeMap<String, String>, Error> {
    let mut files = BTreeMap::new();
    for (path, module) in &api.modules {
        let folder = folder(path);
        let mut rooms = Vec::new();
        for (room, about, items) in [
            ("types", "the types", structs::emit(path, module)),
            ("enums", "the enums", enums::emit(path, module)),
            ("endpoints", "the endpoints", endpoints::emit(path, module)),
        ] {
            if !items.is_empty() {
                rooms.push(room);
                let file = format!("{folder}/{room}.rs");
                files.insert(file.clone(), text::file(&file, &format!("{path}: {about}."), items)?);
            }
        }
        if path.version.is_some() {
            let file = format!("{folder}.rs");
            files.insert(file.clone(), modules::version(&file, path, module, &rooms)?);
        }
    }
    for (file, text) in modules::groups(api)? {
        files.insert(file, text);
    }
    files.insert("sdk/api/src/lib.rs".to_owned(), modules::root(api)?);
    files.insert("sdk/api/operations.tsv".to_owned(), operations_table(api));
    files.insert("sdk/api/model.json".to_owned(), model(api)?);
    files.insert("tests/requests/operations.rs".to_owned(), requests::emit(api)?);
    files.insert("sdk/api/Cargo.toml".to_owned(), manifest::api(&manifests.api, api)?);
    files.insert("sdk/Cargo.toml".to_owned(), manifest::facade(&manifests.facade, api)?);
    Ok(files)
}

/// `sdk/api/src/core/v1`.
fn folder(path: &ModulePath) -> String {
    format!("sdk/api/src/{path}")
}

fn operations_table(api: &Api) -> String {
    let mut out = String::from("operationId\tmethod\tpath\tserved by\trule\n");
    for (id, served) in &api.operations {
        let method = served.http.to_uppercase();
        let rule = served.rule.unwrap_or("");
        let line = format!("{id}\t{method}\t{}\t{}\t{rule}", served.path, served.by);
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

fn model(api: &Api) -> Result<String, Error> {
    #[derive(serde::Serialize)]
    struct Modules<'a>(BTreeMap<String, &'a crate::model::Module>);
    let modules = Modules(api.modules.iter().map(|(path, module)| (path.to_string(), module)).collect());
    serde_json::to_string_pretty(&modules).map(|text| text + "\n").map_err(|error| {
        Error::new(&Place::root("model.json"), format!("the model cannot be written: {error}"), "report this")
    })
}

/// What emitters hand to [`text::file`].
type Emitted = Items;
