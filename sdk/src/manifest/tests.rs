//! Texts to objects, and the errors of those that are none.

use super::*;

fn check(text: &str, expected: &[&str]) {
    let found = match Manifest::from_yaml(text) {
        Ok(it) => it
            .documents
            .iter()
            .map(|it| format!("{} {} {}/{}", it.number(), it.kind(), it.namespace(), it.name()))
            .collect(),
        Err(error) => vec![error.to_string()],
    };
    assert_eq!(found, expected, "{text}");
}

const MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\n";

#[test]
fn texts() {
    check("", &[]);
    check("---\n# nothing\n---\n", &[]);
    check(MAP, &["1 v1, Kind=ConfigMap b/a"]);
    check(&format!("---\n{MAP}---\n\n---\n{MAP}"), &["1 v1, Kind=ConfigMap b/a", "2 v1, Kind=ConfigMap b/a"]);
    check(
        r#"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"a"}}"#,
        &["1 apps/v1, Kind=Deployment /a"],
    );
    check("apiVersion: v1\nkind: Pod\nmetadata: {generateName: a-}\n", &["1 v1, Kind=Pod /"]);
    let list = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: a}}\n\
                - {apiVersion: v1, kind: Service, metadata: {name: b}}\n";
    check(
        &format!("{list}---\n{MAP}"),
        &["1 v1, Kind=Pod /a", "1 v1, Kind=Service /b", "2 v1, Kind=ConfigMap b/a"],
    );
}

#[test]
fn faults_have_a_document_and_what_there_is_of_the_object() {
    check("kind: Pod\nmetadata: {name: a}\n", &["document 1, Pod \"a\": apiVersion is not set"]);
    check("apiVersion: v1\nmetadata: {name: a}\n", &["document 1, v1 \"a\": kind is not set"]);
    check("apiVersion: v1\nkind: Pod\n", &["document 1, v1 Pod: metadata.name is not set"]);
    check(&format!("{MAP}---\nkind: Pod\n"), &["document 2, Pod: apiVersion is not set"]);
    let error = |text: &str| Manifest::from_yaml(text).unwrap_err();
    let not_an_object = error(&format!("{MAP}---\n- a\n"));
    assert!(
        not_an_object.to_string().starts_with("document 2: it is no Kubernetes object: "),
        "{not_an_object}"
    );
    for (text, number) in [
        ("a: [\n", 1),
        (&format!("{MAP}---\na: [\n"), 2),
        (&format!("# one\n---\n{MAP}---\n# none\n--- # none\n---\na: ]\n---\n{MAP}"), 2),
    ] {
        let error = error(text);
        assert_eq!((error.document(), error.error().kind()), (number, crate::ErrorKind::Request), "{error}");
    }
}

#[test]
fn a_secret_does_not_stand_in_an_error() {
    let text = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {password: hunter2, b: [}\n";
    let error = Manifest::from_yaml(text).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
}
