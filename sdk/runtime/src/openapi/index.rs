//! The index of OpenAPI v3 documents: which there are, where each is served, and its hash.

use std::collections::BTreeMap;

use kubesdk_core::{Error, ErrorKind, Map, Str, json, plain_object};

/// Which v3 documents a server has, by what they describe: `api/v1`, `apis/apps/v1`, `version` ...
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Index {
    entries: BTreeMap<String, Entry>,
}

/// A document as the index lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it is, path and query, always on the same server: `/openapi/v3/apis/apps/v1?hash=...`.
    pub url: String,
    /// The hash of the document. A server may leave it out; then nobody knows what is there already.
    pub hash: Option<String>,
}

/// The form of `k8s.io/kube-openapi/pkg/handler3`, `OpenAPIV3Discovery`.
#[derive(Clone, Default)]
struct Discovery {
    paths: Map<GroupVersion>,
}

plain_object! { Discovery, None, [0 "paths" paths] }

#[derive(Clone, Default)]
struct GroupVersion {
    server_relative_url: Str,
}

plain_object! { GroupVersion, None, [0 "serverRelativeURL" server_relative_url] }

impl Index {
    /// Reads an index.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`] when it is none, lists no documents, or a URL leads off the server.
    pub fn from_slice(body: &[u8]) -> Result<Self, Error> {
        let discovery: Discovery = json::from_slice(body).map_err(|cause| {
            refused(format!(
                "this is no index of OpenAPI v3 documents, {{\"paths\": {{\"api/v1\": {{\"serverRelativeURL\": \
                 ...}}}}}}, as a Kubernetes API server 1.24 or newer has it: {cause}"
            ))
            .with_source(cause)
        })?;
        if discovery.paths.is_empty() {
            return Err(refused("the index lists no documents; wait until the server is ready".to_owned()));
        }
        let mut entries = BTreeMap::new();
        for (path, GroupVersion { server_relative_url: url }) in &discovery.paths {
            let hash = hash(url).map_err(|why| {
                refused(format!("the URL of {path} in the index is refused: {url:?}: {why}"))
            })?;
            entries.insert(path.to_string(), Entry { url: url.to_string(), hash });
        }
        Ok(Index { entries })
    }

    /// The document that describes a path, `apis/apps/v1`.
    pub fn get(&self, path: &str) -> Option<&Entry> {
        self.entries.get(path)
    }

    /// All documents with what they describe, in the order of that.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.entries.iter().map(|(path, entry)| (path.as_str(), entry))
    }
}

fn refused(message: String) -> Error {
    Error::new(ErrorKind::Decode, message)
}

/// The hash in a URL, which must be one of the same server: credentials go with the request.
fn hash(url: &str) -> Result<Option<String>, &'static str> {
    if !url.starts_with('/') || url.starts_with("//") {
        return Err("it must be a path on the same server, beginning with one slash");
    }
    if !url.chars().all(|it| it.is_ascii_graphic() && !matches!(it, '\\' | '#' | '"' | '<' | '>')) {
        return Err("it holds a character that no path or query may hold");
    }
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    // URL libraries take the encoded forms for dots too.
    if path.split('/').any(|it| matches!(it.to_lowercase().replace("%2e", ".").as_str(), "." | "..")) {
        return Err("it leads to another path by `.` or `..`");
    }
    let mut values = query.split('&').filter_map(|it| it.strip_prefix("hash="));
    Ok(values.next().filter(|it| !it.is_empty()).map(ToOwned::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(path: &str, url: &str) -> Result<Entry, Error> {
        let body = format!(r#"{{"paths":{{"{path}":{{"serverRelativeURL":"{url}","later":[1]}}}}}}"#);
        Ok(Index::from_slice(body.as_bytes())?.get(path).expect("the entry").clone())
    }

    #[test]
    fn urls_stay_on_the_server() {
        for (url, hash) in [
            ("/openapi/v3/api", None),
            ("/openapi/v3/api?hash=", None),
            ("/openapi/v3/api?hash=0F", Some("0F")),
            ("/elsewhere/api?a=b&hash=0F&hash=1", Some("0F")),
        ] {
            assert_eq!(one("api", url).unwrap(), Entry { url: url.into(), hash: hash.map(Into::into) });
        }
        let check = |url: &str, expected: &str| {
            let error = one("api", url).unwrap_err().to_string();
            assert!(error.contains("the URL of api in the index is refused"), "{url}: {error}");
            assert!(error.contains(expected), "{url}: {error}");
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
            let error = Index::from_slice(body.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(expected), "{body}: {error}");
        };
        check("", "no index of OpenAPI v3 documents");
        check("[]", "no index of OpenAPI v3 documents");
        check(r#"{"paths":["api/v1"]}"#, "no index of OpenAPI v3 documents");
        check(r#"{"paths":{"api":{"serverRelativeURL":"/a"}"#, "no index of OpenAPI v3 documents");
        check("{}", "lists no documents");
        check(r#"{"paths":{}}"#, "lists no documents");
        check(r#"{"Paths":{"api":{}}}"#, "lists no documents");
        check(r#"{"paths":{"api":{}}}"#, "the URL of api in the index is refused");
    }
}
