//! When an ID token expires. Its signature is the API server's to check.

use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

#[derive(Deserialize)]
struct Claims {
    /// Seconds since 1970, whole or not.
    #[serde(default)]
    exp: f64,
}

/// The `exp` claim; 1970 without one. An error is a reason that shows nothing of the token.
pub(super) fn expiry(token: &str) -> Result<SystemTime, &'static str> {
    let mut parts = token.split('.');
    let (Some(_), Some(claims), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err("it has not three parts");
    };
    let claims = URL_SAFE_NO_PAD.decode(claims).map_err(|_| "its second part is not base64url")?;
    let claims: Claims =
        serde_json::from_slice(&claims).map_err(|_| "its claims are not JSON with a number `exp`")?;
    let after = Duration::try_from_secs_f64(claims.exp.max(0.0)).map_err(|_| "its `exp` is out of range")?;
    SystemTime::UNIX_EPOCH.checked_add(after).ok_or("its `exp` is out of range")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expiries() {
        let check = |claims: &str, expected: Result<u64, &str>| {
            let token = format!("e30.{}.sig", URL_SAFE_NO_PAD.encode(claims));
            let expected = expected.map(|it| SystemTime::UNIX_EPOCH + Duration::from_secs(it));
            assert_eq!(expiry(&token), expected, "{claims}");
        };
        check(r#"{"exp": 1700000000, "sub": "a"}"#, Ok(1_700_000_000));
        check(r#"{"exp": 1.7e9}"#, Ok(1_700_000_000));
        check("{}", Ok(0));
        check(r#"{"exp": -5}"#, Ok(0));
        check(r#"{"exp": 1e300}"#, Err("its `exp` is out of range"));
        check(r#"{"exp": "soon"}"#, Err("its claims are not JSON with a number `exp`"));
        check("", Err("its claims are not JSON with a number `exp`"));
        assert!(expiry("a.b").is_err() && expiry("a.b.c.d").is_err() && expiry("a.!.c").is_err());
    }
}
