//! A request as a value: it can be shown, compared and sent. Path segments and query values are encoded here and
//! nowhere else.

mod one;
mod raw;
mod segment;
mod target;

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{Error, ErrorKind};
pub(crate) use target::Target;

/// What stays as it is in a path segment: unreserved characters and what Kubernetes names hold (RFC 3986, 3.3).
const SEGMENT: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b':').remove(b'@');
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A call to an API server, not sent yet.
///
/// # Example
///
/// ```
/// use kubesdk_core::{Request, http::Method};
///
/// let request = Request::new(Method::GET, &["/api/v1/namespaces/", "default", "/pods"])?
///     .query("labelSelector", "app=web");
/// assert_eq!(request.uri(), "/api/v1/namespaces/default/pods?labelSelector=app%3Dweb");
/// # Ok::<(), kubesdk_core::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct Request {
    method: Method,
    path: String,
    query: Vec<(Cow<'static, str>, String)>,
    headers: HeaderMap,
    body: Option<Bytes>,
    seldom: Option<Box<Seldom>>,
}

/// What few requests have: in a box, because requests are moved often.
#[derive(Clone, Default, PartialEq)]
struct Seldom {
    /// A query that is sent as it is, before the parameters.
    literal_query: Option<String>,
    timeout: Option<Duration>,
    idle_timeout: Option<Duration>,
    /// Whether an answer that is no success is an answer like others.
    any_status: bool,
}

impl Request {
    /// A request to the path that `parts` make: literal text and parameters in turn, literals first.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Request`] for a parameter that is empty, `.` or `..`, or holds `/` or `%`: no object has such a
    /// name, and it would reach another path (client-go `IsValidPathSegmentName`).
    pub fn new(method: Method, parts: &[&str]) -> Result<Self, Error> {
        let mut path = String::new();
        for (number, part) in parts.iter().enumerate() {
            if number % 2 == 0 {
                path.push_str(part);
            } else {
                segment::push(&mut path, part)?;
            }
        }
        Ok(Request::to_path(method, path, None))
    }

    fn to_path(method: Method, path: String, literal_query: Option<String>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(http::header::ACCEPT, HeaderValue::from_static("application/json"));
        let seldom =
            literal_query.map(|it| Box::new(Seldom { literal_query: Some(it), ..Seldom::default() }));
        Request { method, path, query: Vec::new(), headers, body: None, seldom }
    }

    /// Appends a path of several segments, each encoded; a leading slash does not matter.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Request`] for a segment that is `.` or `..`.
    pub fn append_path(mut self, path: &str) -> Result<Self, Error> {
        let path = path.trim_start_matches('/');
        for (number, segment) in path.split('/').enumerate() {
            if number > 0 || !self.path.ends_with('/') {
                self.path.push('/');
            }
            if matches!(segment, "." | "..") {
                return Err(segment::refused(segment, "must not be . or .."));
            }
            self.path.extend(utf8_percent_encode(segment, SEGMENT));
        }
        Ok(self)
    }

    /// Sets a query parameter; one of the same name is replaced.
    #[must_use]
    pub fn query(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        let name = name.into();
        self.query.retain(|(known, _)| *known != name);
        self.query.push((name, value.into()));
        self
    }

    /// Removes a query parameter.
    #[must_use]
    pub fn without_query(mut self, name: &str) -> Self {
        self.query.retain(|(known, _)| known != name);
        self
    }

    /// Adds a query parameter beside others of the same name.
    #[must_use]
    pub fn add_query(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Sets a header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Sets the body and its media type.
    #[must_use]
    pub fn body(mut self, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        self.headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        self.body = Some(body.into());
        self
    }

    /// Sets how long the call may take; see [`Client::with_timeout`](crate::Client::with_timeout), which it overrides.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.seldom.get_or_insert_default().timeout = Some(timeout);
        self
    }

    /// Sets how long nothing may come of the answer; see
    /// [`Client::with_idle_timeout`](crate::Client::with_idle_timeout), which it overrides.
    #[must_use]
    pub fn idle_timeout(mut self, longest: Duration) -> Self {
        self.seldom.get_or_insert_default().idle_timeout = Some(longest);
        self
    }

    /// The same, with every answer taken as one, whatever its status.
    #[must_use]
    pub fn any_status(mut self) -> Self {
        self.seldom.get_or_insert_default().any_status = true;
        self
    }

    pub(crate) fn takes_any_status(&self) -> bool {
        self.seldom.as_ref().is_some_and(|it| it.any_status)
    }

    /// The HTTP method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The encoded path.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The query parameters in the order they were given, not encoded.
    pub fn query_pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.query.iter().map(|(name, value)| (name.as_ref(), value.as_str()))
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body.
    pub fn body_bytes(&self) -> Option<&Bytes> {
        self.body.as_ref()
    }

    /// Path and encoded query.
    pub fn uri(&self) -> String {
        let mut uri = self.path.clone();
        let literal = self.literal_query();
        if let Some(query) = literal {
            uri.push('?');
            uri.push_str(query);
        }
        for (number, (name, value)) in self.query.iter().enumerate() {
            uri.push(if number == 0 && literal.is_none() { '?' } else { '&' });
            uri.extend(utf8_percent_encode(name, QUERY));
            uri.push('=');
            uri.extend(utf8_percent_encode(value, QUERY));
        }
        uri
    }

    /// How long the call may take, if it was said.
    pub fn deadline(&self) -> Option<Duration> {
        self.seldom.as_ref()?.timeout
    }

    /// How long nothing may come of the answer, if it was said.
    pub fn idle(&self) -> Option<Duration> {
        self.seldom.as_ref()?.idle_timeout
    }

    fn literal_query(&self) -> Option<&str> {
        self.seldom.as_ref()?.literal_query.as_deref()
    }

    /// Whether the answer ends when somebody wants it to: a watch, or a log that is followed.
    pub(crate) fn is_open_ended(&self) -> bool {
        let asks =
            |name: &str, value: &str| matches!(name, "watch" | "follow") && matches!(value, "true" | "1");
        let literal = self.literal_query().unwrap_or("").split('&');
        let mut literal = literal.filter_map(|it| it.split_once('='));
        self.query_pairs().any(|(name, value)| asks(name, value))
            || literal.any(|(name, value)| asks(name, value))
    }

    /// The request in origin form, as a [`Transport`](crate::Transport) takes it, without its body.
    pub(crate) fn to_http(&self) -> Result<http::Request<()>, Error> {
        let request = http::Request::builder().method(self.method.clone()).uri(self.uri());
        let mut request = request.body(()).map_err(|error| {
            Error::new(ErrorKind::Request, "the request has no valid URI").with_source(error)
        })?;
        *request.headers_mut() = self.headers.clone();
        Ok(request)
    }

    /// The request in origin form.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Request`] when the parts do not make a URI.
    pub fn into_http(self) -> Result<http::Request<Bytes>, Error> {
        Ok(self.to_http()?.map(|()| self.body.unwrap_or_default()))
    }
}

impl fmt::Debug for Request {
    /// Shows the length of the body, never the body: it may be a Secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.uri())?;
        match &self.body {
            Some(body) => write!(f, " ({} bytes)", body.len()),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_encoded() {
        let request =
            Request::new(Method::GET, &["/x"]).unwrap().query("labelSelector", "a in (b,c),d!=e +f");
        assert_eq!(request.uri(), "/x?labelSelector=a%20in%20%28b%2Cc%29%2Cd%21%3De%20%2Bf");
        let twice = request.query("labelSelector", "x").add_query("command", "ls").add_query("command", "-l");
        assert_eq!(twice.uri(), "/x?labelSelector=x&command=ls&command=-l");
    }

    #[test]
    fn appended_paths_stay_below() {
        let base = || Request::new(Method::GET, &["/proxy/"]).unwrap();
        assert_eq!(base().append_path("/a/b c").unwrap().path(), "/proxy/a/b%20c");
        assert!(base().append_path("a/../../b").is_err());
    }

    #[test]
    fn debug_never_shows_the_body() {
        let request = Request::new(Method::POST, &["/x"]).unwrap().body("application/json", "hunter2");
        assert_eq!(format!("{request:?}"), "POST /x (7 bytes)");
    }
}
