//! One object of a manifest: what it says that it is, and its text.

use kubesdk_core::plain_object;

use super::DocumentError;
use crate::discovery::{GroupVersion, GroupVersionKind};
use crate::{Error, ErrorKind, RawJson, Str};

/// An object of a manifest.
#[derive(Clone, Debug)]
pub struct Document {
    number: usize,
    kind: GroupVersionKind,
    name: Str,
    namespace: Str,
    text: RawJson,
}

impl Document {
    /// The number of its document in the text, from 1; those that are empty do not count.
    pub fn number(&self) -> usize {
        self.number
    }

    /// What it says that it is.
    pub fn kind(&self) -> &GroupVersionKind {
        &self.kind
    }

    /// Its name; empty when the server shall make one (`generateName`).
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its namespace; empty when it names none.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The object as JSON.
    pub fn json(&self) -> &RawJson {
        &self.text
    }

    pub(super) fn error(&self, error: Error) -> DocumentError {
        let kind = &self.kind;
        let object = described(&kind.group_version().to_string(), &kind.kind, &self.name);
        DocumentError::new(self.number, object, error)
    }
}

#[derive(Clone, Default)]
struct Head {
    api_version: Str,
    items: Vec<RawJson>,
    kind: Str,
    metadata: Names,
}

#[derive(Clone, Default)]
struct Names {
    generate_name: Str,
    name: Str,
    namespace: Str,
}

plain_object! { Head, None, [0 "apiVersion" api_version, 1 "items" items, 2 "kind" kind, 3 "metadata" metadata] }
plain_object! { Names, None, [0 "generateName" generate_name, 1 "name" name, 2 "namespace" namespace] }

/// Reads the object of a document, or those of a list.
pub(super) fn read(number: usize, text: RawJson, into: &mut Vec<Document>) -> Result<(), DocumentError> {
    let refused =
        |object: String, why: &str| DocumentError::new(number, object, Error::new(ErrorKind::Request, why));
    let head = text
        .decode::<Head>()
        .map_err(|error| refused(String::new(), &format!("it is no Kubernetes object: {error}")))?;
    if head.kind == "List" && head.api_version == "v1" {
        return head.items.into_iter().try_for_each(|item| read(number, item, into));
    }
    let Names { generate_name, name, namespace } = head.metadata;
    let missing = match (head.api_version.is_empty(), head.kind.is_empty()) {
        (true, _) => Some("apiVersion is not set"),
        (_, true) => Some("kind is not set"),
        _ if name.is_empty() && generate_name.is_empty() => Some("metadata.name is not set"),
        _ => None,
    };
    match missing {
        Some(why) => Err(refused(described(&head.api_version, &head.kind, &name), why)),
        None => {
            let kind = GroupVersion::of(&head.api_version).kind(head.kind);
            into.push(Document { number, kind, name, namespace, text });
            Ok(())
        }
    }
}

/// `apps/v1 Deployment "web"`, of what is there.
fn described(api_version: &str, kind: &str, name: &str) -> String {
    let mut text = [api_version, kind].join(" ").trim().to_owned();
    if !name.is_empty() {
        text.push_str(&format!(" {name:?}"));
    }
    text.trim().to_owned()
}

/// The number of the document that a line, from 1, belongs to; documents without anything do not count.
pub(super) fn number_at(text: &str, line: usize) -> usize {
    let (mut number, mut filled) = (1, false);
    for text in text.lines().take(line) {
        if let Some(rest) = text.strip_prefix("---").filter(|it| it.is_empty() || it.starts_with([' ', '\t']))
        {
            number += usize::from(filled);
            filled = is_content(rest);
        } else {
            filled |= is_content(text);
        }
    }
    number
}

fn is_content(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with(['#', '%'])
}
