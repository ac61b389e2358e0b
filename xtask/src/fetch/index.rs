//! The index of OpenAPI v3 documents: which there are, where each is served, and its hash.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use super::{json, source};

/// Where every API server since Kubernetes 1.24 serves it.
pub(crate) const PATH: &str = "/openapi/v3";

/// The documents of a server by the names of the files that they become.
pub(crate) type Index = BTreeMap<String, Entry>;

/// A document as the index lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// What it describes: `apis/apps/v1`.
    pub(crate) path: String,
    /// Where it is, path and query: `/openapi/v3/apis/apps/v1?hash=...`.
    pub(crate) url: String,
    /// The hash of the document as served. A server may leave it out; then nobody knows what is there already.
    pub(crate) hash: Option<String>,
}

/// The form of `k8s.io/kube-openapi/pkg/handler3`, `OpenAPIV3Discovery`.
#[derive(Deserialize)]
struct Discovery {
    paths: BTreeMap<String, GroupVersion>,
}

#[derive(Deserialize)]
struct GroupVersion {
    #[serde(rename = "serverRelativeURL")]
    server_relative_url: String,
}

/// Reads an index.
pub(crate) fn parse(body: &[u8]) -> Result<Index> {
    let discovery: Discovery = json::read(body).context(
        "this is no index of OpenAPI v3 documents, {\"paths\": {\"api/v1\": {\"serverRelativeURL\": ...}}}, as a \
         Kubernetes API server 1.24 or newer has it",
    )?;
    ensure!(!discovery.paths.is_empty(), "the index lists no documents; wait until the server is ready");
    let (mut index, mut folded) = (Index::new(), BTreeSet::new());
    for (path, GroupVersion { server_relative_url: url }) in discovery.paths {
        let file = file_name(&path)?;
        let hash = hash(&url).with_context(|| format!("the URL of {path} is refused: {url:?}"))?;
        // Some file systems do not tell upper from lower case.
        ensure!(folded.insert(file.to_lowercase()), "two documents of the index would both become {file}");
        index.insert(file, Entry { path, url, hash });
    }
    Ok(index)
}

/// `apis/apps/v1` becomes `apis__apps__v1.json`. The path comes from outside and must not lead out of the folder.
fn file_name(path: &str) -> Result<String> {
    let plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.');
    for segment in path.split('/') {
        ensure!(
            !matches!(segment, "" | "." | "..") && segment.chars().all(plain),
            "the index lists {path:?}, which cannot name a file: expected segments of letters, digits, `-`, `_` and `.`"
        );
    }
    let file = format!("{}.json", path.replace('/', "__"));
    ensure!(file != source::FILE, "the index lists {path:?}, whose file would be that of the record");
    Ok(file)
}

/// The hash in a URL, which must be one of the same server: credentials go with the request.
fn hash(url: &str) -> Result<Option<String>> {
    ensure!(
        url.starts_with('/') && !url.starts_with("//"),
        "it must be a path on the same server, beginning with one slash"
    );
    ensure!(
        url.chars().all(|it| it.is_ascii_graphic() && !matches!(it, '\\' | '#' | '"' | '<' | '>')),
        "it holds a character that no path or query may hold"
    );
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    for segment in path.split('/') {
        // URL libraries take the encoded forms for dots too.
        if matches!(segment.to_lowercase().replace("%2e", ".").as_str(), "." | "..") {
            bail!("it leads to another path by `.` or `..`");
        }
    }
    let mut values = query.split('&').filter_map(|it| it.strip_prefix("hash="));
    Ok(values.next().filter(|it| !it.is_empty()).map(ToOwned::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(paths: &str) -> Result<Index> {
        parse(format!(r#"{{"paths":{{{paths}}}}}"#).as_bytes())
    }

    fn one(path: &str, url: &str) -> Result<Entry> {
        let index = of(&format!(r#""{path}":{{"serverRelativeURL":"{url}","later":[1]}}"#))?;
        Ok(index.into_values().next().unwrap())
    }

    #[test]
    fn documents_are_named_after_their_paths() {
        for (path, file) in [
            ("api", "api.json"),
            ("apis/apps/v1", "apis__apps__v1.json"),
            (".well-known/openid-configuration", ".well-known__openid-configuration.json"),
            ("apis/x_y.example.com/v1", "apis__x_y.example.com__v1.json"),
        ] {
            assert_eq!(file_name(path).unwrap(), file);
            let entry = one(path, "/openapi/v3/x?hash=1A").unwrap();
            assert_eq!((entry.path.as_str(), entry.hash.as_deref()), (path, Some("1A")));
        }
        for path in ["", "/", "a//b", "../a", "a/..", "a/./b", "a b", "a\\b", "ä", "source", "c:d"] {
            assert!(file_name(path).is_err(), "{path:?}");
        }
    }

    #[test]
    fn urls_stay_on_the_server() {
        for (url, hash) in [
            ("/openapi/v3/api", None),
            ("/openapi/v3/api?hash=", None),
            ("/openapi/v3/api?hash=0F", Some("0F")),
            ("/elsewhere/api?a=b&hash=0F&hash=1", Some("0F")),
        ] {
            assert_eq!(one("api", url).unwrap().hash.as_deref(), hash, "{url}");
            assert_eq!(one("api", url).unwrap().url, url);
        }
        let check = |url: &str, expected: &str| {
            let error = format!("{:#}", one("api", url).unwrap_err());
            assert!(
                error.contains("the URL of api is refused") && error.contains(expected),
                "{url}: {error}"
            );
        };
        check("", "beginning with one slash");
        check("openapi/v3/api", "beginning with one slash");
        check("https://elsewhere/openapi/v3/api", "beginning with one slash");
        check("//elsewhere/openapi/v3/api", "beginning with one slash");
        check("/\\\\elsewhere/api", "character");
        check("/openapi/v3/api#x", "character");
        check("/openapi/v3/a pi", "character");
        check("/openapi/../api", "`.` or `..`");
        check("/openapi/%2E%2e/api", "`.` or `..`");
        check("/openapi/.%2e?hash=1", "`.` or `..`");
    }

    #[test]
    fn what_is_no_index_is_refused() {
        let check = |body: &str, expected: &str| {
            let error = format!("{:#}", parse(body.as_bytes()).unwrap_err());
            assert!(error.contains(expected), "{body}: {error}");
        };
        check("", "the answer is empty");
        check("<html>", "the answer is HTML");
        check("{}", "missing field `paths`");
        check("[]", "no index of OpenAPI v3 documents");
        check(r#"{"Paths":["api/v1"]}"#, "missing field `paths`");
        check(r#"{"paths":["api/v1"]}"#, "expected a map");
        check(r#"{"paths":{"api":{}}}"#, "serverRelativeURL");
        check(r#"{"paths":{}}"#, "lists no documents");
        let twice = r#""apis/a":{"serverRelativeURL":"/openapi/v3/a"},"apis__A":{"serverRelativeURL":"/openapi/v3/b"}"#;
        let error = of(twice).unwrap_err().to_string();
        assert!(error.contains("would both become apis__A.json"), "{error}");
    }
}
