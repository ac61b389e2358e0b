//! Bodies and answers of operations: which type each is.

use openapiv3::{MediaType, ReferenceOr, SchemaKind, StatusCode, Type as OpenApiType};

use super::Pass;
use super::path::ResourcePath;
use crate::error::{Error, Place};
use crate::lower::types;
use crate::model::{CoreType, Struct, Type, TypeName, Verb};
use crate::read::ReadOperation;

const JSON: &str = "application/json";

impl Pass<'_> {
    /// The type of what is sent.
    pub(super) fn body(&self, read: &ReadOperation) -> Result<Type, Error> {
        let place = read.place.at("requestBody");
        let Some(ReferenceOr::Item(body)) = &read.operation.request_body else {
            return Err(Error::new(
                &place,
                "the operation has no body",
                "a write must say what it takes, in place",
            ));
        };
        let place = place.at("content");
        let media = [JSON, "*/*"].into_iter().find_map(|it| Some((it, body.content.get(it)?)));
        let Some((name, media)) = media else {
            return Err(Error::new(
                &place,
                format!("the operation takes no {JSON}"),
                "a write must take JSON, by that name or as */*",
            ));
        };
        match &media.schema {
            Some(ReferenceOr::Reference { reference }) => {
                let place = place.at(name).at("schema");
                types::reference(self.spec, self.rules, &place, reference)
            }
            _ => Err(Error::new(
                &place.at(name).at("schema"),
                "the body has no $ref",
                "a write must name the schema that it takes",
            )),
        }
    }

    /// The schema of the first success, nothing for an answer that is text or has no body.
    pub(super) fn answer(&self, read: &ReadOperation) -> Result<Option<Type>, Error> {
        let at = read.place.at("responses");
        for code in [200, 201, 202] {
            let place = at.at(&code.to_string());
            match read.operation.responses.responses.get(&StatusCode::Code(code)) {
                Some(ReferenceOr::Item(response)) => {
                    if let Some(media) = response.content.get(JSON) {
                        return self.media(&place.at("content").at(JSON).at("schema"), media);
                    }
                }
                Some(ReferenceOr::Reference { reference }) => {
                    return Err(Error::new(
                        &place,
                        format!("the response is a reference to {reference}"),
                        "a response must be written out in place, as Kubernetes does",
                    ));
                }
                None => {}
            }
        }
        Ok(None)
    }

    fn media(&self, place: &Place, media: &MediaType) -> Result<Option<Type>, Error> {
        match &media.schema {
            Some(ReferenceOr::Reference { reference }) => {
                types::reference(self.spec, self.rules, place, reference).map(Some)
            }
            // Text that is JSON, of which the documents say no more.
            Some(ReferenceOr::Item(schema))
                if matches!(schema.schema_kind, SchemaKind::Type(OpenApiType::String(_))) =>
            {
                Ok(None)
            }
            None => Ok(None),
            Some(ReferenceOr::Item(_)) => Err(Error::new(
                place,
                "the answer is a schema without a name, expected a $ref or a string",
                "an answer must name its schema, as Kubernetes does",
            )),
        }
    }

    /// The schema of what is answered, where there must be one.
    pub(super) fn typed_answer(&self, read: &ReadOperation) -> Result<Type, Error> {
        self.answer(read)?.ok_or_else(|| {
            Error::new(
                &read.place.at("responses"),
                "no success answers JSON of a named schema",
                "the operation must say what it answers, at 200, 201 or 202",
            )
        })
    }

    /// The object, or its list, that DELETE answers when it does not answer a `Status`.
    pub(super) fn deleted(
        &self,
        read: &ReadOperation,
        path: &ResourcePath<'_>,
        is_list: bool,
    ) -> Result<Type, Error> {
        let answer = self.answer(read)?;
        // The documents name the object itself for some kinds; then that is the type.
        if let (Some(Type::Struct(name)), false) = (&answer, is_list) {
            return Ok(Type::Struct(name.clone()));
        }
        let kind = self.kinds.get(path).map(|of| self.kind(path, &of.kind));
        let name = kind.and_then(|kind| {
            // The list of a custom resource may be called otherwise than `<Kind>List`.
            let is_it = |it: &&Struct| match is_list {
                true => it.list_of.as_ref() == Some(&kind),
                false => it.name == kind.name,
            };
            let found = self.modules.get(&kind.module)?.structs.iter().find(is_it)?;
            Some(TypeName { name: found.name.clone(), module: kind.module })
        });
        match (name, answer) {
            (Some(name), Some(Type::Core(CoreType::Status) | Type::Struct(_))) => Ok(Type::Struct(name)),
            _ => Err(Error::new(
                &read.place.at("responses"),
                "it is not known what the deletion answers when it answers no Status",
                "expected an answer of Status or of the kind's own schema, and a schema for the kind and, where a \
                 collection is deleted, for its list",
            )),
        }
    }

    /// The item type of what `list` answers; nothing for other verbs.
    pub(super) fn item_of(&self, read: &ReadOperation, verb: &Verb) -> Result<Option<Type>, Error> {
        let Verb::List(list) = verb else { return Ok(None) };
        let item = match list {
            Type::Struct(name) => self.modules.get(&name.module).and_then(|module| {
                let list = module.structs.iter().find(|it| it.name == name.name)?;
                list.list_of.clone()
            }),
            _ => None,
        };
        item.map(|item| Some(Type::Struct(item))).ok_or_else(|| {
            Error::new(
                &read.place.at("responses"),
                "a list operation does not answer a list",
                "its schema must have a kind ending in List, metadata, and items of one schema",
            )
        })
    }
}
