//! What a server has beyond kubesdk, in whichever version of OpenAPI it publishes that.

use kubesdk_core::Bytes;
use kubesdk_generator::Wanted;
use kubesdk_runtime::openapi::{V2_PATH, V3_PATH};
use serde_json::Value;

use super::{Index, Server, index};
use crate::sources::is_beyond;
use crate::{Builtin, Document, Error, Origins, Published};

/// What a server has beyond kubesdk.
#[derive(Clone, Debug)]
pub struct Beyond {
    /// The OpenAPI v3 documents of the groups and group-versions that kubesdk does not have.
    pub published: Published,
    /// The OpenAPI v2 document of everything, if the server has no v3.
    pub swagger: Option<Document>,
    /// What is missing and why, in words.
    pub notes: Vec<String>,
}

impl Server {
    /// Asks for what the server has beyond kubesdk: its OpenAPI v3 documents, or the v2 document of a server that has no
    /// others. `progress` is told what is done just now.
    ///
    /// A group whose server behind this one does not answer is a note, and so is one that is served and not documented, or
    /// whose document does not come and that is not chosen by `groups`, patterns as those of
    /// [`Generator::groups`](crate::Generator::groups).
    ///
    /// # Errors
    ///
    /// As those of [`Server::index`] and [`Server::documents`].
    pub async fn beyond(
        &self,
        builtin: &Builtin,
        groups: &[String],
        progress: impl Fn(String),
    ) -> Result<Beyond, Error> {
        progress(format!("asking {}", self.url()));
        match self.openapi.index().await {
            Ok(index) => {
                let index = index::files(&index).map_err(|why| self.fault(V3_PATH, why))?;
                self.beyond_by_v3(index, builtin, groups, progress).await
            }
            Err(error) if error.is_not_found() => self.beyond_by_v2(builtin, progress).await,
            Err(error) => Err(self.explain(V3_PATH, &error)),
        }
    }

    async fn beyond_by_v3(
        &self,
        index: Index,
        builtin: &Builtin,
        groups: &[String],
        progress: impl Fn(String),
    ) -> Result<Beyond, Error> {
        let mut notes = undocumented(self.without_document(&index).await?, builtin);
        let is_wanted = |path: &str| path.starts_with("apis/") && is_beyond(path, builtin);
        let wanted: Index = index.into_iter().filter(|(_, it)| is_wanted(&it.path)).collect();
        let mut origins = Origins::default();
        for (file, entry) in &wanted {
            origins.call(file, format!("{}{V3_PATH}/{}", self.url(), entry.path));
        }
        let all = wanted.len();
        let chosen = Wanted { groups: groups.to_vec(), ..Wanted::default() };
        let is_needed = |path: &str| path.strip_prefix("apis/").is_none_or(|it| chosen.has_group(it));
        let progress = |come| progress(format!("{come} of {all} documents"));
        let fetched = self.documents(wanted, is_needed, progress).await?;
        notes.extend(fetched.missing.iter().map(|it| format!("{it}; what it has is not made")));
        let documents = fetched.documents.iter().map(|(name, body)| self.document_of(name.clone(), body));
        let documents = documents.collect::<Result<_, _>>()?;
        Ok(Beyond { published: Published { documents, origins }, swagger: None, notes })
    }

    async fn beyond_by_v2(&self, builtin: &Builtin, progress: impl Fn(String)) -> Result<Beyond, Error> {
        progress(format!("asking {} for OpenAPI v2, as it has no v3", self.url()));
        let body = self.openapi.v2().await.map_err(|error| self.explain(V2_PATH, &error))?;
        let swagger = self.document_of(format!("{}{V2_PATH}", self.url()), &body)?;
        let value: Value = serde_json::from_slice(&body).map_err(|why| self.fault(V2_PATH, why))?;
        let paths: Vec<&String> = value["paths"].as_object().into_iter().flatten().map(|it| it.0).collect();
        let is_there = |group_version: &str| {
            let start = format!("/apis/{group_version}/");
            paths.iter().any(|it| it.starts_with(&start))
        };
        let mut served = self.group_versions().await?;
        served.retain(|it| !is_there(it));
        let mut notes = vec![format!(
            "{} has no OpenAPI v3, and v2 says less: structs that are always there by v3 are optional, and what v2 has no \
             words for is missing (nullable, oneOf, anyOf, not, properties beside x-kubernetes-preserve-unknown-fields)",
            self.url()
        )];
        notes.extend(undocumented(served, builtin));
        let published = Published { documents: Vec::new(), origins: Origins::default() };
        Ok(Beyond { published, swagger: Some(swagger), notes })
    }

    fn document_of(&self, name: String, body: &Bytes) -> Result<Document, Error> {
        let no_text = |_| Error::message(format!("{}: {name} is no UTF-8 text", self.url()));
        let text = String::from_utf8(body.to_vec()).map_err(no_text)?;
        Ok(Document { name, text })
    }
}

/// Notes on group-versions that are served and not documented, but for those that kubesdk has.
fn undocumented(group_versions: Vec<String>, builtin: &Builtin) -> Vec<String> {
    let missing = group_versions.into_iter().filter(|it| !builtin.has(it));
    let note = |it| format!("{it} has no document: what serves it may be down; what it has is not made");
    missing.map(note).collect()
}
