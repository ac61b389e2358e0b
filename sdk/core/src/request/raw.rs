//! A request to a path that the caller wrote.

use http::Method;
use http::uri::PathAndQuery;
use percent_encoding::percent_decode_str;

use super::Request;
use super::segment::quoted;
use crate::{Error, ErrorKind};

impl Request {
    /// A request to any path, which may have a query; both are sent as they are.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Request`] when the path does not begin with `/`, holds what a URL cannot hold, or a segment that
    /// is `.` or `..`, encoded or not: it would reach another path than it says.
    pub fn raw(method: Method, path: &str) -> Result<Self, Error> {
        let refused =
            |why: &str| Error::new(ErrorKind::Request, format!("invalid path {}: {why}", quoted(path)));
        if !path.starts_with('/') {
            return Err(refused("it must begin with /"));
        }
        // A backslash is a slash to URL parsers, and a fragment is never sent.
        if path.contains(['\\', '#']) || path.parse::<PathAndQuery>().is_err() {
            return Err(refused("it holds a character that a URL cannot hold; write it as %XX"));
        }
        let (path, query) = match path.split_once('?') {
            Some((path, query)) => (path, Some(query.to_owned())),
            None => (path, None),
        };
        let dots = |it: &str| matches!(percent_decode_str(it).collect::<Vec<u8>>().as_slice(), b"." | b"..");
        if path.split('/').any(dots) {
            return Err(refused("a segment must not be . or .."));
        }
        Ok(Request::to_path(method, path.to_owned(), query))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_sent_as_they_are_or_refused() {
        let check = |path: &str, expected: Option<&str>| {
            let uri = Request::raw(Method::GET, path).ok().map(|it| it.query("a", "b c").uri());
            assert_eq!(uri.as_deref(), expected, "{path:?}");
        };
        check("/healthz", Some("/healthz?a=b%20c"));
        check("/", Some("/?a=b%20c"));
        check("/readyz?verbose", Some("/readyz?verbose&a=b%20c"));
        check("/x%2Fy/a+b?q=%20+&q", Some("/x%2Fy/a+b?q=%20+&q&a=b%20c"));
        check("/a/...", Some("/a/...?a=b%20c"));
        check("/x?p=../..", Some("/x?p=../..&a=b%20c"));
        check("", None);
        check("healthz", None);
        check("https://elsewhere/x", None);
        check("/a/../b", None);
        check("/a/..", None);
        check("/a/%2e%2E/b", None);
        check("/a/./b", None);
        check("/a\\..\\b", None);
        check("/a b", None);
        check("/a#b", None);
        check("/a\nb", None);
    }

    #[test]
    fn watches_and_followed_logs_have_no_end() {
        let check = |path: &str, expected: bool| {
            assert_eq!(Request::raw(Method::GET, path).unwrap().is_open_ended(), expected, "{path}");
        };
        check("/api/v1/pods?watch=true", true);
        check("/api/v1/pods?limit=1&watch=1", true);
        check("/api/v1/pods?watch=false", false);
        check("/log?follow=true", true);
        check("/api/v1/pods", false);
        let request = Request::new(Method::GET, &["/api/v1/pods"]).unwrap();
        assert!(request.query("watch", "true").is_open_ended());
    }
}
