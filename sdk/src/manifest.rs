//! Manifests: YAML of one or many documents, of any kind that the server has, created or applied in their order.
//!
//! ```no_run
//! use kubesdk::discovery::RestMapper;
//! use kubesdk::manifest::{DocumentError, Manifest};
//! use kubesdk::{Client, Error};
//!
//! async fn example(client: &Client, text: &str) -> Result<(), Error> {
//!     let manifest = Manifest::from_yaml(text)?; // nothing is sent if something is wrong with the text
//!     let mapper = RestMapper::new(client);
//!     for outcome in manifest.create(client, &mapper).await {
//!         match outcome {
//!             Ok(made) => println!("{made}"), // deployment.apps/web created
//!             Err(error) => eprintln!("{error}"), // document 2, v1 Service "web": Error from server ...
//!         }
//!     }
//!     let apply = manifest.apply(client, &mapper, "my-controller").force().dry_run();
//!     let applied = apply.await.into_iter().collect::<Result<Vec<_>, DocumentError>>()?;
//!     Ok(())
//! }
//! ```
//!
//! What the documents hold is sent as it is: no defaults, and unknown fields are the server's business. Words are read by
//! YAML 1.2, as everywhere in [`yaml`]: `yes` and `n` are text and `010` is ten, where kubectl, which reads YAML 1.1, takes
//! them for booleans and eight unless they are quoted. It is not for objects that the program itself makes: those have types.

mod document;
mod send;

use std::fmt;
use std::future::IntoFuture;

use kubesdk_core::{BoxFuture, Client};

use crate::discovery::RestMapper;
use crate::{Error, RawJson, Str, yaml};

pub use document::Document;
pub use send::Made;

use send::{Action, Options};

/// The objects of a text, in their order. Items of a `v1` `List` count as objects of their own.
#[derive(Clone, Debug)]
pub struct Manifest {
    documents: Vec<Document>,
}

impl Manifest {
    /// Reads YAML, or JSON, which is YAML too. Documents that are empty or null are left out.
    ///
    /// # Errors
    ///
    /// [`DocumentError`] when a document is no YAML, no object, or does not say its `apiVersion`, `kind` and a
    /// `metadata.name` or `metadata.generateName`.
    ///
    /// # Example
    ///
    /// ```
    /// use kubesdk::manifest::Manifest;
    ///
    /// let text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\nkind: Secret\nmetadata: {name: b}\n";
    /// let error = Manifest::from_yaml(text).unwrap_err();
    /// assert_eq!(error.to_string(), "document 2, Secret \"b\": apiVersion is not set");
    /// assert_eq!(Manifest::from_yaml(&text[..51])?.documents()[0].kind().to_string(), "v1, Kind=ConfigMap");
    /// # Ok::<(), kubesdk::manifest::DocumentError>(())
    /// ```
    pub fn from_yaml(text: &str) -> Result<Self, DocumentError> {
        let values: Vec<RawJson> =
            yaml::documents(text).map_err(|error| DocumentError::of_yaml(text, error))?;
        let mut documents = Vec::with_capacity(values.len());
        for (index, value) in values.into_iter().enumerate() {
            document::read(index + 1, value, &mut documents)?;
        }
        Ok(Manifest { documents })
    }

    /// The objects.
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// Creates the objects one after the other; awaited it gives what became of each. One that fails does not stop
    /// those after it, as with `kubectl create -f`. Kinds are looked up one by one, so that a definition may stand before
    /// its objects.
    pub fn create<'a>(&'a self, client: &'a Client, mapper: &'a RestMapper) -> Sending<'a> {
        Sending { manifest: self, client, mapper, options: Options::new(Action::Create) }
    }

    /// Applies the objects at the server under the name of a field manager; otherwise as
    /// [`create`](Self::create). As `kubectl apply --server-side -f`.
    pub fn apply<'a>(
        &'a self,
        client: &'a Client,
        mapper: &'a RestMapper,
        field_manager: impl Into<Str>,
    ) -> Sending<'a> {
        let mut options = Options::new(Action::Apply);
        options.field_manager = Some(field_manager.into());
        Sending { manifest: self, client, mapper, options }
    }
}

/// How the objects of a manifest are sent; sent when awaited.
#[must_use = "nothing is sent before it is awaited"]
pub struct Sending<'a> {
    manifest: &'a Manifest,
    client: &'a Client,
    mapper: &'a RestMapper,
    options: Options,
}

impl<'a> Sending<'a> {
    /// The namespace of objects that name none; [`Client::default_namespace`] by default.
    pub fn namespace(mut self, namespace: impl Into<Str>) -> Self {
        self.options.namespace = Some(namespace.into());
        self
    }

    /// Checks everything and stores nothing.
    pub fn dry_run(mut self) -> Self {
        self.options.dry_run = true;
        self
    }

    /// Who owns the fields that are set. Apply has one; of what is created it is the first part of the User-Agent by
    /// default.
    pub fn field_manager(mut self, name: impl Into<Str>) -> Self {
        self.options.field_manager = Some(name.into());
        self
    }

    /// Takes fields over from other managers; for apply alone.
    pub fn force(mut self) -> Self {
        self.options.force = true;
        self
    }

    /// `Strict`, `Warn` or `Ignore` about unknown and duplicate fields. `Strict` by default, as kubectl has it.
    pub fn field_validation(mut self, validation: impl Into<Str>) -> Self {
        self.options.field_validation = validation.into();
        self
    }
}

impl<'a> IntoFuture for Sending<'a> {
    type Output = Vec<Result<Made, DocumentError>>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let mut outcomes = Vec::with_capacity(self.manifest.documents.len());
            for document in &self.manifest.documents {
                let made = send::send(self.client, self.mapper, document, &self.options).await;
                outcomes.push(made.map_err(|error| document.error(error)));
            }
            outcomes
        })
    }
}

/// Why a document of a manifest was not read, or its object not sent.
pub struct DocumentError {
    number: usize,
    object: String,
    error: Error,
}

impl DocumentError {
    fn new(number: usize, object: String, error: Error) -> Self {
        DocumentError { number, object, error }
    }

    fn of_yaml(text: &str, error: yaml::Error) -> Self {
        let lines = usize::try_from(error.line()).unwrap_or(usize::MAX);
        let number = document::number_at(text, lines);
        let error = Error::new(crate::ErrorKind::Request, error.to_string()).with_source(error);
        DocumentError::new(number, String::new(), error)
    }

    /// The number of the document in the text, from 1; those that are empty do not count.
    pub fn document(&self) -> usize {
        self.number
    }

    /// What is wrong: the server's error, with its predicates, or what the document lacks.
    pub fn error(&self) -> &Error {
        &self.error
    }
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "document {}", self.number)?;
        if !self.object.is_empty() {
            write!(f, ", {}", self.object)?;
        }
        write!(f, ": {}", self.error)
    }
}

impl fmt::Debug for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DocumentError").field("document", &self.number).field("error", &self.error).finish()
    }
}

impl std::error::Error for DocumentError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&self.error)
    }
}

/// The error of one document, which knows what was wrong, without its number.
impl From<DocumentError> for Error {
    fn from(error: DocumentError) -> Self {
        let kind = error.error.kind();
        Error::new(kind, error.to_string()).with_source(error.error)
    }
}

#[cfg(test)]
mod tests;
