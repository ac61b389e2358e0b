//! OpenAPI v2 documents, which old servers and saved dumps are, as OpenAPI v3: the same pipeline then makes code of
//! either.
//!
//! An API server writes v2 from what it writes v3 from and leaves something out: the defaults, from which v3 says that a
//! struct stands inline, and what OpenAPI v2 cannot say (`nullable`, `oneOf`, `anyOf`, `not`; of custom resources also
//! what stands beside `x-kubernetes-preserve-unknown-fields`). So structs that are inline by v3 are optional by v2, but
//! for the metadata of kinds.

mod operations;
mod places;
mod schemas;

use serde_json::{Map, Value, json};

pub(crate) use self::places::{place, words};

use crate::error::Place;
use crate::{Document, Error, Origins, Published, sorted};

/// Reads an OpenAPI v2 document (`swagger: "2.0"`), what `/openapi/v2` serves, and gives what it says as a v3 document.
///
/// # Errors
///
/// Every fault that was found, at least one: what is no such document, a reference that leads nowhere, a parameter that
/// Kubernetes has not, with a JSON pointer into the document and the remedy.
///
/// # Example
///
/// ```
/// use kubesdk_generator::{Document, document_of_swagger};
///
/// let text = r##"{"swagger": "2.0", "paths": {}, "definitions": {"com.example.v1.Widget": {"type": "object",
///     "properties": {"part": {"$ref": "#/definitions/com.example.v1.Part", "description": "Its part."}}}}}"##;
/// let document = document_of_swagger(&Document { name: "dump.json".into(), text: text.into() })?;
/// assert!(document.text.contains(r##"{"allOf":[{"$ref":"#/components/schemas/com.example.v1.Part"}]"##));
/// # Ok::<(), Vec<kubesdk_generator::Error>>(())
/// ```
pub fn document_of_swagger(swagger: &Document) -> Result<Document, Vec<Error>> {
    let (text, _) = convert(swagger)?;
    Ok(Document { name: format!("{} (as OpenAPI v3)", swagger.name), text })
}

/// As [`document_of_swagger`] for any number of them, with where everything comes from, so that what is wrong with a v3
/// document can be told of the v2 document. The v3 documents are named by their number, because names of types may depend
/// on those of documents, and files of the same content stand in many places.
///
/// # Errors
///
/// As those of [`document_of_swagger`].
pub fn read_swagger(swagger: &[Document]) -> Result<Published, Vec<Error>> {
    let (mut documents, mut origins, mut errors) = (Vec::new(), Origins::default(), Vec::new());
    for (number, given) in swagger.iter().enumerate() {
        match convert(given) {
            Ok((text, root)) => {
                let name = format!("openapi__v2__{number}.json");
                origins.add_swagger(&name, &given.name, root);
                documents.push(Document { name, text });
            }
            Err(faults) => errors.extend(faults),
        }
    }
    if errors.is_empty() { Ok(Published { documents, origins }) } else { Err(sorted(errors)) }
}

/// The text of the v3 document, and the v2 document as it was read.
fn convert(swagger: &Document) -> Result<(String, Value), Vec<Error>> {
    let root = Place::root(&swagger.name);
    let value: Value = serde_json::from_str(&swagger.text).map_err(|cause| {
        vec![Error::new(&root, format!("this is not JSON: {cause}"), "give what /openapi/v2 serves as JSON")]
    })?;
    let mut errors = Vec::new();
    if value["swagger"] != "2.0" {
        let help = match value.get("openapi") {
            Some(_) => "this is OpenAPI v3 already: give it as such",
            None => "give what /openapi/v2 serves as JSON",
        };
        errors.push(Error::new(
            &root.at("swagger"),
            "expected an OpenAPI v2 document, `\"swagger\": \"2.0\"`",
            help,
        ));
    }
    for key in ["paths", "definitions"] {
        if !value[key].is_object() {
            let help = "give what /openapi/v2 serves as JSON";
            errors.push(Error::new(&root.at(key), format!("`{key}` is missing or no object"), help));
        }
    }
    if !errors.is_empty() {
        return Err(sorted(errors));
    }
    let mut conversion = Conversion { root: &value, errors };
    let schemas = members(&value["definitions"], |(name, schema)| (name.clone(), schemas::convert(schema)));
    let paths = members(&value["paths"], |(path, item)| {
        (path.clone(), conversion.path(item, &root.at("paths").at(path)))
    });
    if !conversion.errors.is_empty() {
        return Err(sorted(conversion.errors));
    }
    let text = json!({
        "openapi": "3.0.0",
        "info": value["info"],
        "paths": paths,
        "components": {"schemas": schemas},
    });
    let text = text.to_string();
    Ok((text, value))
}

/// A document on its way to v3.
struct Conversion<'a> {
    root: &'a Value,
    errors: Vec<Error>,
}

/// The members of an object, each changed.
fn members(value: &Value, change: impl FnMut((&String, &Value)) -> (String, Value)) -> Map<String, Value> {
    value.as_object().into_iter().flatten().map(change).collect()
}
