//! The OpenAPI v3 documents of a server by the files that they become.

use std::collections::{BTreeMap, BTreeSet};

use kubesdk_runtime::openapi;

/// The name that a record of where documents come from has beside them.
const RECORD: &str = "source.json";

/// The documents of a server by the names of the files that they become.
pub type Index = BTreeMap<String, Entry>;

/// A document as the index lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it describes: `apis/apps/v1`.
    pub path: String,
    /// Where it is, path and query: `/openapi/v3/apis/apps/v1?hash=...`.
    pub url: String,
    /// The hash of the document as served. A server may leave it out; then nobody knows what is there already.
    pub hash: Option<String>,
}

/// The files that the documents of an index become.
pub(super) fn files(documents: &openapi::Index) -> Result<Index, String> {
    let (mut index, mut folded) = (Index::new(), BTreeSet::new());
    for (path, openapi::Entry { url, hash }) in documents.iter() {
        let file = file_name(path)?;
        // Some file systems do not tell upper from lower case.
        if !folded.insert(file.to_lowercase()) {
            return Err(format!("two documents of the index would both become {file}"));
        }
        index.insert(file, Entry { path: path.to_owned(), url: url.clone(), hash: hash.clone() });
    }
    Ok(index)
}

/// `apis/apps/v1` becomes `apis__apps__v1.json`. The path comes from outside and must not lead out of the folder.
fn file_name(path: &str) -> Result<String, String> {
    let plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.');
    for segment in path.split('/') {
        if matches!(segment, "" | "." | "..") || !segment.chars().all(plain) {
            return Err(format!(
                "the index lists {path:?}, which cannot name a file: expected segments of letters, digits, `-`, `_` and `.`"
            ));
        }
    }
    let file = format!("{}.json", path.replace('/', "__"));
    match file == RECORD {
        true => Err(format!("the index lists {path:?}, whose file would be that of the record")),
        false => Ok(file),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(paths: &str) -> Result<Index, String> {
        files(&openapi::Index::from_slice(format!(r#"{{"paths":{{{paths}}}}}"#).as_bytes()).unwrap())
    }

    #[test]
    fn documents_are_named_after_their_paths() {
        for (path, file) in [
            ("api", "api.json"),
            ("apis/apps/v1", "apis__apps__v1.json"),
            (".well-known/openid-configuration", ".well-known__openid-configuration.json"),
            ("apis/x_y.example.com/v1", "apis__x_y.example.com__v1.json"),
        ] {
            let index = of(&format!(r#""{path}":{{"serverRelativeURL":"/openapi/v3/x?hash=1A"}}"#)).unwrap();
            let expected =
                Entry { path: path.into(), url: "/openapi/v3/x?hash=1A".into(), hash: Some("1A".into()) };
            assert_eq!(index, Index::from([(file.to_owned(), expected)]));
        }
        for path in ["", "/", "a//b", "../a", "a/..", "a/./b", "a b", "a\\b", "ä", "source", "c:d"] {
            assert!(file_name(path).is_err(), "{path:?}");
        }
    }

    #[test]
    fn two_documents_of_one_file_are_refused() {
        let twice = r#""apis/a":{"serverRelativeURL":"/openapi/v3/a"},"apis__A":{"serverRelativeURL":"/openapi/v3/b"}"#;
        let error = of(twice).unwrap_err();
        assert!(error.contains("would both become apis__A.json"), "{error}");
    }
}
