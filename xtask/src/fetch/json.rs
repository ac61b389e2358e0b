//! An answer that should be JSON, and words for what stands in its place often enough.

use anyhow::{Context, Result, bail, ensure};
use serde::de::DeserializeOwned;

/// Reads an answer.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    let start = body.trim_ascii_start();
    ensure!(!start.is_empty(), "the answer is empty; expected JSON");
    if start.starts_with(b"<") {
        bail!(
            "the answer is HTML or XML, not JSON; a proxy or a login page may stand in the server's place: check \
             `server` of the cluster in the kubeconfig"
        );
    }
    serde_json::from_slice(body).context("the answer is not the JSON that it should be")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_json_is_told() {
        let check = |body: &str, expected: &str| {
            let error = format!("{:#}", read::<Vec<u8>>(body.as_bytes()).unwrap_err());
            assert!(error.contains(expected), "{body}: {error}");
        };
        check("", "the answer is empty");
        check(" \r\n", "the answer is empty");
        check("\n<!doctype html><html>", "the answer is HTML");
        check("[1,", "EOF while parsing");
        check("[1] x", "trailing characters");
        check("{}", "expected a sequence");
        assert_eq!(read::<Vec<u8>>(b"[1]").unwrap(), [1]);
    }
}
