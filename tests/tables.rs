//! Generated types do what the documentation of the generated crate promises, on plain JSON.

use kubesdk::api::apps::v1::{ControllerRevision, Deployment};
use kubesdk::api::authentication::v1::{TokenRequestStatus, TokenReviewSpec};
use kubesdk::api::core::v1::{Container, Pod, PodList, Secret, SecretList, Service};
use kubesdk::core::verbs::PatchBody;
use kubesdk::core::{Object, Status, StatusCause, StatusDetails};
use kubesdk::{RawJson, WatchEvent, json, walk};

/// A decode, an encode, and the JSON value that must come out.
fn check<T: Object + Default>(input: &str, expected: &str) {
    let value: T = json::from_slice(input.as_bytes()).unwrap_or_else(|error| panic!("{input}: {error}"));
    let output: serde_json::Value = serde_json::from_slice(&json::to_vec(&value)).unwrap();
    let expected: serde_json::Value = serde_json::from_str(expected).unwrap();
    assert_eq!(output, expected, "{input}");
}

#[test]
fn every_name_of_a_table_is_found_by_its_hash() {
    fn all(object: &dyn Object) {
        let fields = object.fields();
        for (number, name) in fields.names.iter().enumerate() {
            assert_eq!(fields.find(name), Some(number), "{}.{name}", fields.type_name);
        }
        assert!(fields.names.is_sorted(), "{}", fields.type_name);
    }
    all(&Pod::default());
    all(&Pod::default().spec);
    all(&Pod::default().metadata);
    all(&Container::default());
    all(&Deployment::default());
    all(&Service::default().spec);
}

#[test]
fn hand_written_types_have_every_property_of_their_schemas() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let text = std::fs::read(root.join("specs/v1.37/apis__apps__v1.json")).unwrap();
    let document: serde_json::Value = serde_json::from_slice(&text).unwrap();
    let schemas = &document["components"]["schemas"];
    let types: [&dyn Object; 3] = [&Status::default(), &StatusDetails::default(), &StatusCause::default()];
    for object in types {
        let fields = object.fields();
        let schema = &schemas[format!("io.k8s.apimachinery.pkg.apis.meta.v1.{}", fields.type_name)];
        let mut expected: Vec<&str> =
            schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        expected.retain(|name| fields.kind.is_none() || !matches!(*name, "apiVersion" | "kind"));
        assert_eq!(fields.names, expected, "{}", fields.type_name);
    }
}

#[test]
fn unset_null_and_unknown_mean_the_default() {
    check::<Service>(
        "{}",
        r#"{"apiVersion":"v1","kind":"Service","metadata":{},"spec":{},"status":{"loadBalancer":{}}}"#,
    );
    check::<Service>(
        r#"{"spec":null,"metadata":{"labels":null,"neverHeardOf":{"a":[1]}},"status":null}"#,
        r#"{"apiVersion":"v1","kind":"Service","metadata":{},"spec":{},"status":{"loadBalancer":{}}}"#,
    );
}

#[test]
fn an_unknown_enum_value_is_kept() {
    let text = r#"{"spec":{"containers":[{"name":"a","imagePullPolicy":"Tomorrow"}]}}"#;
    let pod: Pod = json::from_slice(text.as_bytes()).unwrap();
    assert_eq!(pod.spec.containers[0].image_pull_policy, Some("Tomorrow".into()));
    assert!(String::from_utf8(json::to_vec(&pod)).unwrap().contains(r#""imagePullPolicy":"Tomorrow""#));
}

#[test]
fn another_kind_is_refused() {
    let error = json::from_slice::<Pod>(br#"{"apiVersion":"apps/v1","kind":"Deployment"}"#).unwrap_err();
    assert!(error.is_wrong_kind(), "{error}");
    assert!(error.to_string().contains("expected v1 Pod, found apps/v1 Deployment"), "{error}");
}

#[test]
fn items_of_a_list_carry_no_kind() {
    let text = r#"{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"7"},"items":[{"metadata":{"name":"a"}}]}"#;
    let list: PodList = json::from_slice(text.as_bytes()).unwrap();
    let output: serde_json::Value = serde_json::from_slice(&json::to_vec(&list)).unwrap();
    assert_eq!(output["kind"], "PodList");
    assert_eq!(output["items"][0].get("kind"), None);
    assert_eq!(list.into_iter().next().and_then(|pod| pod.metadata.name).as_deref(), Some("a"));
}

/// A Secret as `kubectl apply` leaves it.
fn secret() -> Secret {
    let text = r#"{"metadata":{"name":"db","annotations":{"kubectl.kubernetes.io/last-applied-configuration":
        "{\"kind\":\"Secret\",\"stringData\":{\"token\":\"hunter2\"}}"}},
        "data":{"password":"aHVudGVyMg=="},"stringData":{"token":"hunter2"}}"#;
    json::from_slice(text.as_bytes()).unwrap()
}

#[test]
fn secrets_never_show() {
    let secret = secret();
    let list = SecretList { items: vec![secret.clone()], ..SecretList::default() };
    let mut changed = secret.clone();
    changed.data.insert("password", "hunter3".into());
    changed.string_data.clear();
    changed.metadata.annotations.clear();
    let diff = walk::diff(&secret, &changed);
    assert_eq!(diff.changes().len(), 3);
    let revision =
        ControllerRevision { data: RawJson::from_object(&secret), ..ControllerRevision::default() };
    let patch = PatchBody::merge_between(&changed, &secret);
    let token = TokenRequestStatus { token: Some("hunter2".into()), ..TokenRequestStatus::default() };
    let review = TokenReviewSpec { token: "hunter2".into(), ..TokenReviewSpec::default() };
    let event = WatchEvent::Added(secret.clone());
    let mut redacted = secret.clone();
    walk::redact(&mut redacted);
    let redacted = json::to_vec(&redacted);
    for shown in [
        format!("{secret:?} {secret:#?} {list:?} {event:?}"),
        format!("{diff} {diff:?}"),
        format!("{revision:?} {patch:?} {token:?} {review:?}"),
        String::from_utf8(redacted).unwrap(),
    ] {
        assert!(
            !shown.contains("hunter") && !shown.contains("aHVudGVy") && !shown.contains("104"),
            "{shown}"
        );
    }
    assert_eq!(secret.data.get("password").map(|it| it.as_slice()), Some(&b"hunter2"[..]));
}
