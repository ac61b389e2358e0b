//! An object on its way to the server: where it goes, and what came back.

use std::fmt;
use std::sync::Arc;

use kubesdk_core::Client;
use kubesdk_core::http::Method;

use super::Document;
use crate::discovery::{Resource, RestMapper};
use crate::{Error, ErrorKind, RawJson, Request, Str};

/// What is done with each object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Create,
    Apply,
}

pub(super) struct Options {
    pub(super) action: Action,
    pub(super) namespace: Option<Str>,
    pub(super) dry_run: bool,
    pub(super) force: bool,
    pub(super) field_manager: Option<Str>,
    pub(super) field_validation: Str,
}

impl Options {
    pub(super) fn new(action: Action) -> Self {
        let field_validation = "Strict".into();
        Options {
            action,
            namespace: None,
            dry_run: false,
            force: false,
            field_manager: None,
            field_validation,
        }
    }
}

/// An object that was created or applied. `Display` says what kubectl says: `deployment.apps/web created`.
#[derive(Clone, Debug)]
pub struct Made {
    /// Where it is served.
    pub resource: Arc<Resource>,
    /// Its name.
    pub name: Str,
    /// Its namespace; empty when its kind has none.
    pub namespace: Str,
    /// The object as the server has it now.
    pub object: RawJson,
    action: Action,
    dry_run: bool,
}

impl fmt::Display for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.resource.kind.kind.to_lowercase();
        f.write_str(&kind)?;
        let group = &self.resource.group_version.group;
        if !group.is_empty() {
            write!(f, ".{group}")?;
        }
        let done = match self.action {
            Action::Create => "created",
            Action::Apply => "serverside-applied",
        };
        let dry = if self.dry_run { " (server dry run)" } else { "" };
        write!(f, "/{} {done}{dry}", self.name)
    }
}

pub(super) async fn send(
    client: &Client,
    mapper: &RestMapper,
    document: &Document,
    options: &Options,
) -> Result<Made, Error> {
    let resource = mapper.of_object(document.kind()).await?;
    let namespace = match (resource.namespaced, document.namespace(), &options.namespace) {
        (false, ..) => Str::new(),
        (true, "", Some(namespace)) => namespace.clone(),
        (true, "", None) => client.default_namespace().into(),
        (true, own, _) => own.into(),
    };
    let answer = client.bytes(request(&resource, &namespace, document, options)?).await?;
    let text = std::str::from_utf8(&answer)
        .map_err(|error| Error::new(ErrorKind::Decode, "the answer is not UTF-8 text").with_source(error))?;
    let object = RawJson::from_text(text)?;
    let name = object.decode::<Named>()?.metadata.name;
    Ok(Made { resource, name, namespace, object, action: options.action, dry_run: options.dry_run })
}

fn request(
    resource: &Resource,
    namespace: &str,
    document: &Document,
    options: &Options,
) -> Result<Request, Error> {
    let (group, version) = (&resource.group_version.group, &resource.group_version.version);
    let mut parts: Vec<&str> = match group.as_str() {
        "" => vec!["/api/", version],
        group => vec!["/apis/", group, "/", version],
    };
    if resource.namespaced {
        parts.extend(["/namespaces/", namespace]);
    }
    parts.extend(["/", &resource.name]);
    let text = document.json().as_str().to_owned();
    let mut request = match options.action {
        Action::Create => Request::new(Method::POST, &parts)?.body("application/json", text),
        Action::Apply if document.name().is_empty() => {
            return Err(Error::new(
                ErrorKind::Request,
                "apply needs a metadata.name: generateName is for create",
            ));
        }
        Action::Apply => {
            parts.extend(["/", document.name()]);
            Request::new(Method::PATCH, &parts)?.body("application/apply-patch+yaml", text)
        }
    };
    if options.dry_run {
        request = request.query("dryRun", "All");
    }
    if let Some(manager) = &options.field_manager {
        request = request.query("fieldManager", manager.as_str());
    }
    if options.force {
        request = request.query("force", "true");
    }
    Ok(request.query("fieldValidation", options.field_validation.as_str()))
}

#[derive(Clone, Default)]
struct Named {
    metadata: Name,
}
#[derive(Clone, Default)]
struct Name {
    name: Str,
}
kubesdk_core::plain_object! { Named, None, [0 "metadata" metadata] }
kubesdk_core::plain_object! { Name, None, [0 "name" name] }
