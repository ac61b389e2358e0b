//! The third pass: the model as text, one emitter for each kind of file.

mod choices;
mod compiled;
mod endpoints;
mod enums;
mod extension;
mod lists;
mod manifest;
mod may_be_set;
mod methods;
mod modules;
mod requests;
mod structs;
mod table;
mod target;
mod text;
mod types;
mod wrap;

use std::collections::BTreeMap;

pub(crate) use extension::emit as extension;
use modules::Room;
use target::Target;

use crate::error::{Error, Place};
use crate::model::{Api, Module, ModulePath};
use crate::{Manifests, parallel};

/// Everything that the model becomes, by path.
pub(crate) fn emit(api: &Api, manifests: &Manifests) -> Result<BTreeMap<String, String>, Error> {
    let mut files = rooms(api)?;
    for (path, module) in api.modules.iter().filter(|(path, _)| path.version.is_some()) {
        let file = format!("{}.rs", folder(path));
        files.insert(file.clone(), modules::version(&file, path, module)?);
    }
    for (file, text) in modules::groups(api)? {
        files.insert(file, text);
    }
    files.insert("sdk/api/src/lib.rs".to_owned(), modules::root(api)?);
    files.insert("sdk/api/operations.tsv".to_owned(), operations_table(api));
    files.insert("sdk/api/model.json".to_owned(), model(api)?);
    files.insert("sdk/api/Cargo.toml".to_owned(), manifest::api(&manifests.api, api)?);
    files.insert("sdk/Cargo.toml".to_owned(), manifest::facade(&manifests.facade, api)?);
    Ok(files)
}

/// The files that take the time, each formatted by itself: those of every module, and the test's list of requests.
fn rooms(api: &Api) -> Result<BTreeMap<String, String>, Error> {
    let mut work = vec![Work::Requests];
    for (path, module) in &api.modules {
        work.extend(modules::rooms_of(module).into_iter().map(|room| Work::Room(path, module, room)));
    }
    parallel::map(&work, |work| match work {
        Work::Requests => requests::emit(api),
        Work::Room(path, module, room) => self::room(Target::Sdk, "sdk/api/src/", path, module, *room),
    })
    .into_iter()
    .collect()
}

/// What one thread writes at a time.
enum Work<'a> {
    Requests,
    Room(&'a ModulePath, &'a Module, Room),
}

/// One file of a module, below the folder that holds the groups.
fn room(
    target: Target,
    folder: &str,
    path: &ModulePath,
    module: &Module,
    room: Room,
) -> Result<(String, String), Error> {
    let items = match room {
        Room::Types => structs::emit(target, path, module),
        Room::Enums => enums::emit(target, path, module),
        Room::Endpoints => endpoints::emit(target, path, module),
    };
    let file = format!("{folder}{path}/{}.rs", room.name());
    let text = text::file(target, &file, &format!("{path}: the {}.", room.name()), items)?;
    Ok((file, text))
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
    struct Modules<'a>(BTreeMap<String, &'a Module>);
    let modules = Modules(api.modules.iter().map(|(path, module)| (path.to_string(), module)).collect());
    serde_json::to_string_pretty(&modules).map(|text| text + "\n").map_err(|error| {
        Error::new(&Place::root("model.json"), format!("the model cannot be written: {error}"), "report this")
    })
}
