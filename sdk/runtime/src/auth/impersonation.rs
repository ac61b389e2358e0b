//! Acting as somebody else: the `Impersonate-*` headers.

use http::header::HeaderName;
use http::{HeaderMap, HeaderValue};
use kubesdk_core::{Error, ErrorKind};

/// Whom requests act as.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Impersonation {
    pub(crate) user: String,
    pub(crate) uid: String,
    pub(crate) groups: Vec<String>,
    /// Keys with their values; keys are told from each other without regard to case.
    pub(crate) extra: Vec<(String, Vec<String>)>,
}

const USER: HeaderName = HeaderName::from_static("impersonate-user");
const UID: HeaderName = HeaderName::from_static("impersonate-uid");
const GROUP: HeaderName = HeaderName::from_static("impersonate-group");

impl Impersonation {
    /// Whether requests act as nobody else.
    pub(crate) fn is_empty(&self) -> bool {
        self.user.is_empty() && self.uid.is_empty() && self.groups.is_empty() && self.extra.is_empty()
    }

    /// The headers, in client-go's order.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Credentials`] when there is a uid, a group or an extra without a user, or a value is none of a header.
    pub(super) fn headers(&self) -> Result<Vec<(HeaderName, HeaderValue)>, Error> {
        if self.is_empty() {
            return Ok(Vec::new());
        }
        if self.user.is_empty() {
            let message =
                "a uid, groups or extra are to be impersonated without a user; name the user too (`as`)";
            return Err(Error::new(ErrorKind::Credentials, message));
        }
        let mut headers = vec![(USER, value("as", &self.user)?)];
        if !self.uid.is_empty() {
            headers.push((UID, value("as-uid", &self.uid)?));
        }
        for group in &self.groups {
            headers.push((GROUP, value("as-groups", group)?));
        }
        for (key, values) in &self.extra {
            let name = HeaderName::from_bytes(format!("impersonate-extra-{}", escaped(key)).as_bytes())
                .map_err(|cause| {
                    let message = format!("the key \"{key}\" of as-user-extra is too long for a header");
                    Error::new(ErrorKind::Credentials, message).with_source(cause)
                })?;
            for text in values {
                headers.push((name.clone(), value("as-user-extra", text)?));
            }
        }
        Ok(headers)
    }
}

/// Puts the headers in, unless the caller acts as somebody already: the user's header stands for the others.
pub(super) fn impersonate(headers: &mut HeaderMap, with: &[(HeaderName, HeaderValue)]) {
    if !headers.contains_key(USER) {
        for (name, value) in with {
            headers.append(name.clone(), value.clone());
        }
    }
}

fn value(key: &str, text: &str) -> Result<HeaderValue, Error> {
    HeaderValue::from_bytes(text.as_bytes()).map_err(|cause| {
        let message =
            format!("{key} holds a control character: a header cannot carry it; write it on one line");
        Error::new(ErrorKind::Credentials, message).with_source(cause)
    })
}

/// The key of an extra as part of a header's name: what is no character of a token (RFC 9110 section 5.6.2), and `%`,
/// becomes `%XX`, as in client-go's `headerKeyEscape`.
fn escaped(key: &str) -> String {
    let mut out = String::with_capacity(key.len());
    for byte in key.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&'*+-.^_`|~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_escaped_as_go_escapes_them() {
        let check = |key: &str, expected: &str| assert_eq!(escaped(key), expected);
        check("scopes", "scopes");
        check("example.org/Role", "example.org%2FRole");
        check("100%", "100%25");
        check("a b\"c(d)", "a%20b%22c%28d%29");
        check("ключ", "%D0%BA%D0%BB%D1%8E%D1%87");
        check("!#$&'*+-.^_`|~", "!#$&'*+-.^_`|~");
    }

    #[test]
    fn headers_are_made_and_the_callers_own_win() {
        let text = |it: &str| it.to_owned();
        let who = Impersonation {
            user: text("jane"),
            uid: text("7"),
            groups: vec![text("dev"), text("ops")],
            extra: vec![(text("a/b"), vec![text("1"), text("2")])],
        };
        let made = who.headers().unwrap();
        let shown: Vec<_> =
            made.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect();
        let expected = [
            "impersonate-user: jane",
            "impersonate-uid: 7",
            "impersonate-group: dev",
            "impersonate-group: ops",
            "impersonate-extra-a%2fb: 1",
            "impersonate-extra-a%2fb: 2",
        ];
        assert_eq!(shown, expected);
        let mut headers = HeaderMap::new();
        impersonate(&mut headers, &made);
        assert_eq!(headers.len(), expected.len());
        let mut own = HeaderMap::from_iter([(USER, HeaderValue::from_static("joe"))]);
        impersonate(&mut own, &made);
        assert_eq!(own.len(), 1);
        assert!(Impersonation::default().headers().unwrap().is_empty());
    }

    #[test]
    fn what_cannot_be_is_told() {
        let check = |who: Impersonation, expected: &str| {
            let error = who.headers().unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        };
        check(Impersonation { groups: vec!["a".into()], ..Default::default() }, "without a user");
        check(Impersonation { user: "a\nb".into(), ..Default::default() }, "as holds a control character");
    }
}
