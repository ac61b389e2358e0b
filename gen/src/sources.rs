//! Documents and definitions in files, folders and standard input.

use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use kubesdk_generator::{Builtin, Document, Origins, Published};
use serde_json::Value;

use crate::{Error, manifests};

/// What a file or a folder holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    /// `/openapi/v3` documents.
    OpenApi,
    /// `CustomResourceDefinition`s.
    Crds,
    /// An OpenAPI v2 document.
    Swagger,
}

/// What is there by its looks. What cannot be read is told by who reads it.
pub(crate) fn holds(path: &Path) -> Holds {
    let is_document = |it: &PathBuf| {
        let name = it.file_name().map(|it| it.to_string_lossy()).unwrap_or_default();
        // Named after a path of an API server.
        name.starts_with("api") && name.contains("__")
    };
    if path.is_dir() {
        let files = files(path, &["json"]).unwrap_or_default();
        return if files.iter().any(is_document) { Holds::OpenApi } else { Holds::Crds };
    }
    let text = if is_standard_input(path) { None } else { fs::read(path).ok() };
    let value = text.and_then(|it| serde_json::from_slice::<Value>(&it).ok());
    match value.is_some_and(|it| it.get("swagger").is_some()) {
        true => Holds::Swagger,
        false => Holds::Crds,
    }
}

/// The documents in a folder, but for those of groups that kubesdk has.
pub(crate) fn openapi(folder: &Path, builtin: &Builtin) -> Result<Published, Error> {
    let (mut documents, mut origins, mut any) = (Vec::new(), Origins::default(), false);
    for path in files(folder, &["json"])? {
        let name = path.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
        // The record of `cargo xtask fetch`.
        if name == "source.json" {
            continue;
        }
        any = true;
        if is_beyond(&name.trim_end_matches(".json").replace("__", "/"), builtin) {
            origins.call(&name, path.display().to_string());
            documents.push(Document { name, text: read(&path)? });
        }
    }
    match any {
        true => Ok(Published { documents, origins }),
        false => Err(Error::message(format!(
            "{} holds no documents (*.json); `cargo xtask fetch` brings those of a server",
            folder.display()
        ))),
    }
}

/// The first segments of what every server has: no group stands behind them.
const OF_SERVERS: [&str; 6] = [".well-known", "api", "apis", "logs", "openid", "version"];

/// False for a document of what kubesdk has, `apis/apps/v1`, `apis/apps` or `version`. Others may be anything.
pub(crate) fn is_beyond(path: &str, builtin: &Builtin) -> bool {
    match path.strip_prefix("apis/") {
        Some(group_version) if group_version.contains('/') => !builtin.has(group_version),
        Some(group) => !builtin.has_group(group),
        None => !OF_SERVERS.contains(&path.split('/').next().unwrap_or_default()),
    }
}

/// What several sources say. Two may have the same document, as two servers have one and the same operator; other ones of
/// one name exclude each other.
pub(crate) fn together(sources: Vec<Published>) -> Result<Published, Error> {
    let (mut texts, mut origins) = (BTreeMap::new(), Origins::default());
    for Published { documents, origins: others } in sources {
        for Document { name, text } in documents {
            match texts.get(&name) {
                None => drop(texts.insert(name, text)),
                Some(there) if *there == text => {}
                Some(_) => {
                    return Err(Error::message(format!(
                        "{} and {} are about the same group-version, and differ: give one of them, or make two folders",
                        origins.name(&name),
                        others.name(&name)
                    )));
                }
            }
        }
        origins.extend(others);
    }
    let documents = texts.into_iter().map(|(name, text)| Document { name, text }).collect();
    Ok(Published { documents, origins })
}

/// The definitions of a file, a folder or standard input.
pub(crate) fn definitions(path: &Path, notes: &mut Vec<String>) -> Result<Vec<Document>, Error> {
    let paths = match path.is_dir() {
        true => files(path, &["yaml", "yml", "json"])?,
        false => vec![path.to_owned()],
    };
    let (mut found, mut faults) = (Vec::new(), Vec::new());
    for path in paths {
        let text = if is_standard_input(&path) { standard_input() } else { read(&path) }?;
        match manifests::definitions(&shown(&path), &text, notes) {
            Ok(definitions) => found.extend(definitions),
            Err(more) => faults.extend(more),
        }
    }
    if !faults.is_empty() {
        return Err(faults.into());
    }
    match found.is_empty() {
        true => Err(Error::message(format!(
            "{} holds no CustomResourceDefinition; `kubectl get crds -o yaml` prints those of a server",
            shown(path)
        ))),
        false => Ok(found),
    }
}

/// The files of a folder that end so, in the order of their names.
fn files(folder: &Path, ends: &[&str]) -> Result<Vec<PathBuf>, Error> {
    let cannot = |cause: std::io::Error| {
        Error::message(format!("cannot read {}: {cause}; check the path", folder.display()))
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(cannot)? {
        let path = entry.map_err(cannot)?.path();
        if path.extension().and_then(|it| it.to_str()).is_some_and(|it| ends.contains(&it)) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// A file under its own name.
pub(crate) fn document(path: &Path) -> Result<Document, Error> {
    Ok(Document { name: path.display().to_string(), text: read(path)? })
}

fn read(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(|cause| {
        let remedy = match cause.kind() {
            ErrorKind::InvalidData => "give it as UTF-8 text",
            _ => "check the path",
        };
        Error::message(format!("cannot read {}: {cause}; {remedy}", path.display()))
    })
}

fn is_standard_input(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// A source as messages name it.
fn shown(path: &Path) -> String {
    if is_standard_input(path) { "standard input".to_owned() } else { path.display().to_string() }
}

fn standard_input() -> Result<String, Error> {
    let mut text = String::new();
    let cannot = |cause| Error::message(format!("cannot read standard input: {cause}"));
    std::io::stdin().read_to_string(&mut text).map_err(cannot)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_folders_say_what_they_hold() {
        let place = tempfile::tempdir().unwrap();
        for (name, text, expected) in [
            ("dump.json", "{\"swagger\": \"2.0\"}", Holds::Swagger),
            ("dump", " {\"swagger\": \"1.2\"}", Holds::Swagger),
            ("crd.json", "{\"kind\": \"CustomResourceDefinition\"}", Holds::Crds),
            ("crds.yaml", "swagger: none\n---\n", Holds::Crds),
        ] {
            fs::write(place.path().join(name), text).unwrap();
            assert_eq!(holds(&place.path().join(name)), expected, "{name}");
        }
        assert_eq!(holds(place.path()), Holds::Crds);
        assert_eq!(holds(&place.path().join("none")), Holds::Crds);
        assert_eq!(holds(Path::new("-")), Holds::Crds);
        fs::write(place.path().join("apis__apps__v1.json"), "").unwrap();
        assert_eq!(holds(place.path()), Holds::OpenApi);
    }
}
