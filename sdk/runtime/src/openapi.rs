//! The OpenAPI documents that an API server publishes, transferred only when they have changed.
//!
//! `/openapi/v3` is an index of documents with their hashes; a document of a known hash never changes, so it is asked for
//! once. `/openapi/v2` is one document with an `ETag`. What is in the documents is none of its business: it hands out
//! JSON text.

mod documents;
mod index;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use http::header::ETAG;
use http::{HeaderMap, Method};
use kubesdk_core::{Client, Error, ErrorKind, Request};

pub use self::index::{Entry, Index};

use self::documents::Documents;
use crate::revalidated::{Revalidated, collect};

/// Where every API server since Kubernetes 1.24 has the index of its v3 documents.
pub const V3_PATH: &str = "/openapi/v3";

/// Where an API server has its v2 document.
pub const V2_PATH: &str = "/openapi/v2";

/// Asks one API server for its OpenAPI documents and keeps them by their hashes. Clones share what is kept.
///
/// # Example
///
/// ```no_run
/// # async fn example() -> Result<(), kubesdk_runtime::Error> {
/// use kubesdk_runtime::{Client, OpenApi};
///
/// let client = Client::infer().await?;
/// let openapi = OpenApi::new(&client);
/// let apps = openapi.document("apis/apps/v1").await?;
/// println!("{} bytes, {:?}", apps.body.len(), apps.hash);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct OpenApi {
    client: Client,
    index: Arc<Revalidated<Index>>,
    v2: Arc<Revalidated<Bytes>>,
    documents: Arc<Documents>,
}

/// One v3 document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its hash, as the server gave it with the document; nothing when the server gives none.
    pub hash: Option<String>,
    /// The JSON text, never empty.
    pub body: Bytes,
}

impl OpenApi {
    /// Documents of this client's server, kept in memory.
    pub fn new(client: &Client) -> Self {
        OpenApi {
            client: client.clone(),
            index: Arc::default(),
            v2: Arc::default(),
            documents: Arc::default(),
        }
    }

    /// The same with a folder that outlives the program: what was fetched stands in `FOLDER/HASH.json`, and is not asked
    /// for again. Documents are the same for everybody, so that servers and users can share a folder. One that cannot be
    /// read or written costs transfers and is no error.
    #[must_use]
    pub fn with_folder(self, folder: impl Into<PathBuf>) -> Self {
        OpenApi { documents: Arc::new(Documents::in_folder(folder.into())), ..self }
    }

    /// Which v3 documents there are now. Each call asks the server, which says no more than that nothing has changed
    /// when it has not.
    ///
    /// # Errors
    ///
    /// As [`Client::bytes`]; [`ErrorKind::Decode`] when the answer is empty or no index.
    pub async fn index(&self) -> Result<Arc<Index>, Error> {
        let read = |_: &HeaderMap, body: Bytes| Index::from_slice(check(V3_PATH, &body)?);
        let index = self.index.get(&self.client, get(V3_PATH)?, read).await?;
        self.documents.retain(&index);
        Ok(index)
    }

    /// The v3 document of a path of the index, `api/v1` or `apis/apps/v1`: the one that the server has now.
    ///
    /// # Errors
    ///
    /// As [`OpenApi::index`] and [`OpenApi::fetch`]; [`ErrorKind::Request`] when the index does not list the path.
    pub async fn document(&self, path: &str) -> Result<Document, Error> {
        let index = self.index().await?;
        let Some(entry) = index.get(path) else {
            let message = format!(
                "the server has no OpenAPI document {path:?}; it has {} others, `api/v1` and `apis/GROUP/VERSION`",
                index.iter().count()
            );
            return Err(Error::new(ErrorKind::Request, message));
        };
        self.fetch(entry).await
    }

    /// The v3 document of an entry of the index; from what is kept if its hash is there. When the server has another one
    /// by now, that one comes, with its own hash.
    ///
    /// # Errors
    ///
    /// As [`Client::bytes`]; [`ErrorKind::Decode`] when the answer is empty or no JSON object.
    pub async fn fetch(&self, entry: &Entry) -> Result<Document, Error> {
        if let Some(hash) = &entry.hash
            && let Some(body) = self.documents.get(hash)
        {
            return Ok(Document { hash: Some(hash.clone()), body });
        }
        let answer = match self.client.send(get(&entry.url)?).await {
            // So a server says that the hash is an old one. It names the new one, but only the path that is known already
            // is sure to be on this server, and credentials go with the request.
            Err(error) if matches!(error.code(), Some(301 | 302 | 307 | 308)) => {
                let path = entry.url.split_once('?').map_or(entry.url.as_str(), |it| it.0);
                self.client.send(get(path)?).await?
            }
            answer => answer?,
        };
        let (head, body) = answer.into_parts();
        let body = collect(body).await?;
        check(&entry.url, &body)?;
        let hash = etag(&head.headers).or_else(|| entry.hash.clone());
        if let Some(hash) = &hash {
            self.documents.keep(hash, &body);
        }
        Ok(Document { hash, body })
    }

    /// The v2 document (Swagger 2.0), as JSON; transferred only when it has changed. It is some megabytes large and says
    /// less than the v3 documents, for servers and tools that have nothing else.
    ///
    /// # Errors
    ///
    /// As [`Client::bytes`]; [`ErrorKind::Decode`] when the answer is empty or no JSON object.
    pub async fn v2(&self) -> Result<Bytes, Error> {
        let read = |_: &HeaderMap, body: Bytes| check(V2_PATH, &body).map(|_| body.clone());
        Ok(Bytes::clone(&*self.v2.get(&self.client, get(V2_PATH)?, read).await?))
    }
}

/// A request for a path with its query, as the server itself wrote it.
fn get(url: &str) -> Result<Request, Error> {
    Request::new(Method::GET, &[url])
}

/// The hash of an answer, without the quotes of its `ETag`.
fn etag(headers: &HeaderMap) -> Option<String> {
    let etag = headers.get(ETAG)?.to_str().ok()?;
    let hash = etag.trim_start_matches("W/").trim_matches('"');
    (!hash.is_empty()).then(|| hash.to_owned())
}

/// Refuses what stands in the place of a JSON object often enough. kube-apiserver answers 200 and nothing for a group that
/// it does not know (`kube-openapi/pkg/handler3`).
fn check<'a>(url: &str, body: &'a [u8]) -> Result<&'a [u8], Error> {
    let fault = match body.trim_ascii_start().first() {
        Some(b'{') => return Ok(body),
        None => "the answer is empty; the server may not know the document any more: try again".to_owned(),
        Some(b'<') => {
            "the answer is HTML or XML, not JSON; a proxy or a login page may stand in the server's place: \
                       check `server` of the cluster in the kubeconfig"
                .to_owned()
        }
        Some(_) => "the answer is no JSON object".to_owned(),
    };
    Err(Error::new(ErrorKind::Decode, format!("GET {url}: {fault}")))
}
