//! A document as it is written: pretty-printed, keys sorted, so that a change is a diff that a person can read.

use anyhow::{Result, ensure};
use serde_json::Value;

use super::json;

/// The text of a document's file.
pub(crate) fn text(body: &[u8]) -> Result<String> {
    let mut document: Value = json::read(body)?;
    let version = document.get("openapi").and_then(Value::as_str);
    ensure!(
        version.is_some_and(|it| it.starts_with("3.")),
        "this is no OpenAPI v3 document: `openapi` must be a version 3"
    );
    ensure!(
        document.get("paths").is_some_and(Value::is_object),
        "this is no OpenAPI v3 document: `paths` must be an object"
    );
    document.sort_all_objects();
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn documents_are_sorted_and_indented() {
        let body = r#"{"paths":{"/b":{"x":["\u003ca\u003e","ä",1.5,9223372036854775807]},"/a":{}},"openapi":"3.0.0"}"#;
        let expected = concat!(
            "{\n  \"openapi\": \"3.0.0\",\n  \"paths\": {\n    \"/a\": {},\n    \"/b\": {\n      \"x\": [\n",
            "        \"<a>\",\n        \"ä\",\n        1.5,\n        9223372036854775807\n",
            "      ]\n    }\n  }\n}\n"
        );
        assert_eq!(text(body.as_bytes()).unwrap(), expected);
        assert_eq!(text(expected.as_bytes()).unwrap(), expected);
    }

    #[test]
    fn the_documents_of_record_are_written_so() {
        let mut seen = 0;
        for entry in fs::read_dir(crate::root().join(crate::regenerate::RECORD)).unwrap() {
            let path = entry.unwrap().path();
            if path.file_name().is_some_and(|it| it != "source.json") {
                let written = fs::read_to_string(&path).unwrap();
                assert!(text(written.as_bytes()).unwrap() == written, "{}", path.display());
                seen += 1;
            }
        }
        assert_eq!(seen, 65);
    }

    #[test]
    fn what_is_no_document_is_refused() {
        let check = |body: &str, expected: &str| {
            let error = format!("{:#}", text(body.as_bytes()).unwrap_err());
            assert!(error.contains(expected), "{body}: {error}");
        };
        check("<html>", "the answer is HTML");
        check("{\"openapi\":\"3.0.0\",", "EOF while parsing");
        check("{}", "`openapi` must be a version 3");
        check("[]", "`openapi` must be a version 3");
        check(r#"{"swagger":"2.0","paths":{}}"#, "`openapi` must be a version 3");
        check(r#"{"openapi":"3.0.0"}"#, "`paths` must be an object");
        check(r#"{"openapi":"3.0.0","paths":[]}"#, "`paths` must be an object");
    }
}
