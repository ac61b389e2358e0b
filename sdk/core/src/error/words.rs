//! The words of an error from the server: what kubectl prints for the same answer (`kubectl/pkg/cmd/util`
//! `CheckErr`, and `NewGenericServerResponse` of apimachinery for answers that are no `Status`).

use std::fmt::Write;

use http::HeaderMap;

use crate::Status;

/// How much of a page that is no `Status` an error quotes, as client-go does.
const QUOTED: usize = 2048;

/// A `Status` in kubectl's words.
pub(super) fn of_status(status: &Status) -> String {
    let reason = status.reason.as_deref().unwrap_or("");
    let message = status.message.as_deref().unwrap_or("");
    if reason == "Invalid" {
        return invalid(status, message);
    }
    of_reason(reason, if message.is_empty() { "no reason given" } else { message })
}

/// A reason and a message in kubectl's words.
pub(super) fn of_reason(reason: &str, message: &str) -> String {
    match reason {
        "" => format!("Error from server: {message}"),
        "Unauthorized" => format!("error: You must be logged in to the server ({message})"),
        _ => format!("Error from server ({reason}): {message}"),
    }
}

/// An object that is not valid: what, and each cause once.
fn invalid(status: &Status, message: &str) -> String {
    let mut words = "The request is invalid".to_owned();
    let Some(details) = &status.details else {
        return if message.is_empty() { words } else { format!("{words}: {message}") };
    };
    let (kind, name) = (details.kind.as_deref().unwrap_or(""), details.name.as_deref().unwrap_or(""));
    if !kind.is_empty() || !name.is_empty() {
        words = format!("The {kind} {name:?} is invalid");
    } else if !message.is_empty() && details.causes.is_empty() {
        return format!("{words}: {message}");
    }
    let mut causes: Vec<String> = Vec::new();
    for cause in &details.causes {
        let (field, message) = (cause.field.as_deref().unwrap_or(""), cause.message.as_deref().unwrap_or(""));
        let cause = format!("{field}: {message}");
        if !causes.contains(&cause) {
            causes.push(cause);
        }
    }
    match causes.as_slice() {
        [] => words,
        [cause] => format!("{words}: {cause}"),
        causes => {
            words.push_str(": ");
            for cause in causes {
                // A String takes everything.
                let _ = write!(words, "\n* {cause}");
            }
            words
        }
    }
}

/// Reason and message for an answer that is no `Status`.
pub(super) fn generic(
    method: &str,
    path: &str,
    code: u16,
    headers: &HeaderMap,
    body: &[u8],
) -> (Option<&'static str>, String) {
    let said = said(headers, body);
    let (reason, message) = match code {
        409 if method == "POST" => (Some("AlreadyExists"), "the server reported a conflict".to_owned()),
        409 => (Some("Conflict"), "the server reported a conflict".to_owned()),
        403 => (Some("Forbidden"), said),
        415 => (Some("UnsupportedMediaType"), said),
        406 if !said.is_empty() && said != "unknown" => (Some("NotAcceptable"), said),
        _ => match fixed(code) {
            Some((reason, message)) => (Some(reason), message.to_owned()),
            None if code >= 500 => {
                let message =
                    format!("an error on the server ({said:?}) has prevented the request from succeeding");
                (Some("InternalError"), message)
            }
            None => {
                let message = format!(
                    "the server responded with the status code {code} but did not return more information"
                );
                (None, message)
            }
        },
    };
    (reason, format!("{message}{}", place(method, path)))
}

/// Codes that have words of their own, whatever the body says.
fn fixed(code: u16) -> Option<(&'static str, &'static str)> {
    Some(match code {
        400 => ("BadRequest", "the server rejected our request for an unknown reason"),
        401 => ("Unauthorized", "the server has asked for the client to provide credentials"),
        404 => ("NotFound", "the server could not find the requested resource"),
        405 => ("MethodNotAllowed", "the server does not allow this method on the requested resource"),
        406 => {
            ("NotAcceptable", "the server was unable to respond with a content type that the client supports")
        }
        422 => ("Invalid", "the server rejected our request due to an error in our request"),
        429 => (
            "TooManyRequests",
            "the server has received too many requests and has asked us to try again later",
        ),
        503 => ("ServiceUnavailable", "the server is currently unable to handle the request"),
        504 => (
            "Timeout",
            "the server was unable to return a response in the time allotted, but may still be processing the \
             request",
        ),
        _ => return None,
    })
}

/// What the server wrote, if it is text.
fn said(headers: &HeaderMap, body: &[u8]) -> String {
    let media = headers.get(http::header::CONTENT_TYPE).map(|it| it.to_str().unwrap_or("unknown"));
    match media {
        Some(media) if !media.starts_with("text/") => "unknown".to_owned(),
        _ => String::from_utf8_lossy(body.get(..QUOTED).unwrap_or(body)).trim().to_owned(),
    }
}

/// ` (get deployments.apps web)` for a resource, as kubectl has it; ` (get /healthz)` for any other path.
fn place(method: &str, path: &str) -> String {
    let method = method.to_ascii_lowercase();
    match resource(path) {
        Some(resource) => format!(" ({method} {resource})"),
        None => format!(" ({method} {path})"),
    }
}

/// Resource and name of a path: `deployments.apps web`.
fn resource(path: &str) -> Option<String> {
    let mut parts = path.trim_matches('/').split('/').skip_while(|it| !matches!(*it, "api" | "apis"));
    let group = match parts.next()? {
        "api" => "",
        _ => parts.next()?,
    };
    let mut rest = parts.skip(1);
    let mut resource = rest.next()?;
    let mut name = rest.next();
    // Below a namespace there is another resource, unless it is the namespace's own subresource.
    if resource == "namespaces"
        && let Some(inner) = rest.next()
        && !matches!(inner, "finalize" | "status")
    {
        (resource, name) = (inner, rest.next());
    }
    let dot = if group.is_empty() { "" } else { "." };
    let name = name.map(|it| format!(" {it}")).unwrap_or_default();
    Some(format!("{resource}{dot}{group}{name}"))
}
