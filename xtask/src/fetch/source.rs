//! The record beside a folder's documents: which server they come from, how it was started, what was served.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::flags::Flags;

/// The name of the record's file.
pub(crate) const FILE: &str = "source.json";

/// Where a folder's documents come from. Fields stand in the order of their names, as all keys in `specs` do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Source {
    /// The documents by the names of their files.
    pub(crate) documents: BTreeMap<String, Document>,
    /// The server's flags that change the documents; nothing when they are not known.
    pub(crate) flags: Option<Flags>,
    pub(crate) server: Version,
}

/// A document as it was served and as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Document {
    /// The server's hash of what it served, if it gave one.
    pub(crate) hash: Option<String>,
    /// What the server's index calls it.
    pub(crate) path: String,
    /// The SHA-256 of the file, by which is known whether the file still is what was fetched.
    pub(crate) sha256: String,
}

/// What `/version` says, as far as documents depend on it. Other fields are passed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Version {
    pub(crate) git_version: String,
    pub(crate) major: String,
    pub(crate) minor: String,
}

impl Source {
    /// The text of the record's file.
    pub(crate) fn text(&self) -> Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}

/// The SHA-256 of a file, in the lower-case hexadecimal of `sha256sum`.
pub(crate) fn sha256(content: &[u8]) -> String {
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_written_as_all_of_specs_is() {
        let server = Version { git_version: "v1.37.2".into(), major: "1".into(), minor: "37".into() };
        let document = Document { hash: None, path: "api/v1".into(), sha256: sha256(b"abc") };
        let documents = BTreeMap::from([("api__v1.json".to_owned(), document)]);
        for flags in [None, Some(Flags::parse("--enable-logs-handler").unwrap())] {
            let source = Source { documents: documents.clone(), flags, server: server.clone() };
            let text = source.text().unwrap();
            let mut sorted: serde_json::Value = serde_json::from_str(&text).unwrap();
            sorted.sort_all_objects();
            assert_eq!(serde_json::to_string_pretty(&sorted).unwrap() + "\n", text);
            assert_eq!(serde_json::from_str::<Source>(&text).unwrap(), source);
        }
    }

    #[test]
    fn files_are_hashed_as_sha256sum_does() {
        // FIPS 180-4, example B.1.
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256(b"abc"), expected);
    }
}
