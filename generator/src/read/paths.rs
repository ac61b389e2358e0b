//! The operations of one path.

use openapiv3::{Parameter, PathItem, ReferenceOr};
use serde_json::value::RawValue;

use super::{ReadOperation, ReadParameter, malformed, unknown};
use crate::error::{Error, Place};

/// The HTTP methods that OpenAPI has.
pub(super) const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// Every operation of the path item that `raw` is.
pub(super) fn read(
    place: &Place,
    path: &str,
    raw: &RawValue,
    reports: &mut Vec<Error>,
) -> Result<Vec<ReadOperation>, Error> {
    let item = match serde_json::from_str::<ReferenceOr<PathItem>>(raw.get()) {
        Ok(ReferenceOr::Item(item)) => item,
        Ok(ReferenceOr::Reference { reference }) => return Err(is_reference(place, "path", &reference)),
        Err(_) => return Err(malformed::path(place, raw.get())),
    };
    unknown::in_path(place, &item, reports);
    let shared = parameters(&place.at("parameters"), item.parameters, reports)?;
    let mut operations = Vec::new();
    let all = [item.get, item.put, item.post, item.delete, item.options, item.head, item.patch, item.trace];
    for (method, operation) in METHODS.into_iter().zip(all) {
        let Some(mut operation) = operation else { continue };
        let place = place.at(method);
        unknown::in_operation(&place, &operation, reports);
        let own = std::mem::take(&mut operation.parameters);
        let own = parameters(&place.at("parameters"), own, reports)?;
        let parameters = joined(&shared, own);
        operations.push(ReadOperation { place, path: path.to_owned(), method, operation, parameters });
    }
    Ok(operations)
}

/// An operation's own parameter stands for the path's of the same name and location.
fn joined(shared: &[ReadParameter], own: Vec<ReadParameter>) -> Vec<ReadParameter> {
    let is_own =
        |it: &&ReadParameter| !own.iter().any(|own| (&own.name, own.location) == (&it.name, it.location));
    let mut joined: Vec<ReadParameter> = shared.iter().filter(is_own).cloned().collect();
    joined.extend(own);
    joined
}

fn parameters(
    place: &Place,
    parameters: Vec<ReferenceOr<Parameter>>,
    reports: &mut Vec<Error>,
) -> Result<Vec<ReadParameter>, Error> {
    let mut read = Vec::new();
    for (number, parameter) in parameters.into_iter().enumerate() {
        let place = place.at(&number.to_string());
        let parameter = match parameter {
            ReferenceOr::Item(parameter) => parameter,
            ReferenceOr::Reference { reference } => {
                return Err(is_reference(&place, "parameter", &reference));
            }
        };
        let location = match &parameter {
            Parameter::Query { .. } => "query",
            Parameter::Path { .. } => "path",
            Parameter::Header { .. } => "header",
            Parameter::Cookie { .. } => "cookie",
        };
        let data = parameter.parameter_data();
        unknown::in_parameter(&place, &data, reports);
        read.push(ReadParameter { place, name: data.name, location });
    }
    Ok(read)
}

fn is_reference(place: &Place, what: &str, reference: &str) -> Error {
    Error::new(
        place,
        format!("the {what} is a reference to {reference}"),
        format!("a {what} must be written out in place, as Kubernetes does"),
    )
}
