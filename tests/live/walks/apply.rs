//! What a field manager owns after typed apply, by `managedFields`; and that extraction gives back what was applied.

use kubesdk::Client;
use kubesdk::api::apps::v1::{DaemonSet, Deployment, StatefulSet};
use kubesdk::api::autoscaling::v1::Scale;
use kubesdk::api::core::v1::{ConfigMap, Secret, Service};
use kubesdk::api::meta::v1::ManagedFieldsEntry;
use kubesdk::core::verbs::{Patch, PatchBody};
use kubesdk::core::{Object, RawJson};
use kubesdk::walk::{self, Apply, FieldManager};
use serde_json::{Value, json};

use super::object;

/// What a manager owns.
fn owned(entries: &[ManagedFieldsEntry], manager: &str, operation: &str) -> Value {
    let entry = entries
        .iter()
        .find(|it| it.manager.as_deref() == Some(manager) && it.operation.as_deref() == Some(operation))
        .unwrap_or_else(|| panic!("{manager} owns nothing by {operation}: {entries:?}"));
    let fields = entry.fields_v1.as_ref().expect("fields");
    serde_json::from_str(fields.as_str()).expect("JSON")
}

pub(super) async fn owns_what_is_sent(client: &Client) {
    what_is_set_and_no_more(client).await;
    what_is_named_too(client).await;
    both_modes(client).await;
}

const SET: &str = r#"{"metadata": {"name": "owned"}, "spec": {"serviceName": "s", "selector": {"matchLabels": {"app": "a"}},
    "template": {"metadata": {"labels": {"app": "a"}}, "spec": {"containers": [{"name": "one", "image": "one"}]}}}}"#;

/// A manager of one field owns that field; in the mode of create and update it would own what it never set.
async fn what_is_set_and_no_more(client: &Client) {
    let sets = StatefulSet::in_namespace(client, "default");
    sets.create(&object(SET)).field_manager("creator").await.expect("the set is created");
    let mut scaled = StatefulSet::default();
    walk::set(&mut scaled, "spec.replicas", "0").expect("the path fits");
    let live =
        sets.patch("owned", PatchBody::apply(&scaled)).field_manager("typed").force().await.expect("applied");
    assert_eq!(owned(&live.metadata.managed_fields, "typed", "Apply"), json!({"f:spec": {"f:replicas": {}}}));
    assert_eq!(live.spec.service_name.as_deref(), Some("s"), "{live:?}");

    let everything = PatchBody::Apply(RawJson::from_object(&scaled));
    let error = sets.patch("owned", everything).field_manager("whole").force().dry_run().await;
    let error = error.expect_err("the selector is immutable, and the other mode sends an empty one");
    assert!(error.is_invalid(), "{error}");
}

/// Lists and zeros that are named are owned, and take the place of what others set.
async fn what_is_named_too(client: &Client) {
    let maps = ConfigMap::in_namespace(client, "default");
    let map = |text: &str| object::<ConfigMap>(text);
    let first = map(r#"{"metadata": {"name": "named"}, "data": {"a": "1"}}"#);
    maps.patch("named", PatchBody::apply(&first)).field_manager("typed").await.expect("applied");
    let nothing = map(r#"{"metadata": {"name": "named"}}"#);
    let named = Apply::new(&nothing).owning("data").expect("the path fits");
    let live = maps.patch("named", named.into()).field_manager("typed").await.expect("applied");
    assert_eq!(owned(&live.metadata.managed_fields, "typed", "Apply"), json!({"f:data": {}}));
    assert!(live.data.is_empty(), "{live:?}");

    let deployments = Deployment::in_namespace(client, "default");
    let text = SET.replace(r#""serviceName": "s", "#, "").replace("\"owned\"", "\"named\"");
    let mut deployment: Deployment = object(&text);
    let one = "spec.template.spec.containers[name=one]";
    let mut others = deployment.clone();
    walk::set(&mut others, format!("{one}.args").as_str(), r#"["a"]"#).expect("the path fits");
    deployments.create(&others).field_manager("creator").await.expect("the deployment is created");
    let named = Apply::new(&deployment).owning(format!("{one}.args").as_str()).expect("the path fits");
    let live =
        deployments.patch("named", named.into()).field_manager("typed").force().await.expect("applied");
    assert!(live.spec.template.spec.containers[0].args.is_empty(), "{live:?}");
    let one = r#"k:{"name":"one"}"#;
    let container = json!({".": {}, "f:args": {}, "f:image": {}, "f:name": {}});
    let spec = json!({"f:containers": {one: container}});
    let template = json!({"f:metadata": {"f:labels": {"f:app": {}}}, "f:spec": spec});
    let expected = json!({"f:spec": {"f:selector": {}, "f:template": template}});
    assert_eq!(owned(&live.metadata.managed_fields, "typed", "Apply"), expected);

    // A zero that was set is sent without being named; the container's name is its key.
    walk::set(&mut deployment, "spec.minReadySeconds", "0").expect("the path fits");
    let live = deployments
        .patch("named", PatchBody::apply(&deployment))
        .field_manager("typed")
        .await
        .expect("applied");
    let fields = owned(&live.metadata.managed_fields, "typed", "Apply");
    assert_eq!(fields.pointer("/f:spec/f:minReadySeconds"), Some(&json!({})));
    assert_eq!(fields["f:spec"]["f:template"]["f:spec"]["f:containers"][one].get("f:args"), None);
}

/// What the two modes send of one object, by what is owned when each is applied: required zeros are written on create
/// and update, and by typed apply if they were named.
async fn both_modes(client: &Client) {
    let sets = DaemonSet::in_namespace(client, "default");
    let set = SET.replace(r#""serviceName": "s", "#, "").replace("\"owned\"", "\"modes\"");
    sets.create(&object(&set)).await.expect("created");
    let text = r#"{"metadata": {"name": "modes"}, "status": {"observedGeneration": 1}}"#;
    let set: DaemonSet = object(text);
    let named = Apply::new(&set).owning("status.numberReady").expect("the path fits");
    let fields = |names: &[&str]| {
        let owned: serde_json::Map<_, _> =
            names.iter().map(|name| (format!("f:{name}"), json!({}))).collect();
        json!({"f:status": owned})
    };
    let required = [
        "currentNumberScheduled",
        "desiredNumberScheduled",
        "numberMisscheduled",
        "numberReady",
        "observedGeneration",
    ];
    for (manager, patch, expected) in [
        ("create-and-update", PatchBody::Apply(RawJson::from_object(&set)), fields(&required)),
        ("apply", PatchBody::apply(&set), fields(&["observedGeneration"])),
        ("named", PatchBody::from(named), fields(&["numberReady", "observedGeneration"])),
    ] {
        let live = sets.patch_status("modes", patch).field_manager(manager).await.expect("applied");
        assert_eq!(owned(&live.metadata.managed_fields, manager, "Apply"), expected, "{manager}");
    }
}

/// Applies an object and takes out what the manager owns.
async fn check<T>(applied: &str, patch: impl Fn(&str, PatchBody) -> Patch<T>, subresource: &str) -> T
where
    T: Object + Default + PartialEq + std::fmt::Debug + Send + 'static,
{
    let applied: T = object(applied);
    let name = walk::get(&applied, "metadata.name").expect("a name").as_str().unwrap_or_default();
    let live = patch(name, PatchBody::apply(&applied)).field_manager("extract").force().await;
    let live = live.unwrap_or_else(|error| panic!("{name}: {error}"));
    let manager = FieldManager::new("extract").subresource(subresource);
    let extracted = manager.extract(&live).expect("the fields are read").expect("the manager owns some");
    assert_eq!(walk::diff(&applied, &extracted).to_string(), "");
    assert_ne!(applied, live, "{name}: the server adds nothing");
    // What was extracted can be applied again and changes nothing.
    let again =
        patch(name, PatchBody::apply(&extracted)).field_manager("extract").await.expect("applied again");
    assert_eq!(walk::diff(&live, &again).to_string(), "");
    live
}

pub(super) async fn is_undone_by_extraction(client: &Client) {
    let deployments = Deployment::in_namespace(client, "default");
    let deployment = r#"{"metadata": {"name": "extracted", "namespace": "default", "labels": {"a.b/c": "1"}, "finalizers": ["x.y/z"]},
        "spec": {"selector": {"matchLabels": {"app": "a"}}, "strategy": {"rollingUpdate": {"maxSurge": "10%"}},
        "template": {"metadata": {"labels": {"app": "a"}}, "spec": {
            "containers": [{"name": "two", "image": "2", "ports": [{"containerPort": 53, "protocol": "TCP"}, {"containerPort": 53, "protocol": "UDP", "name": "dns"}]},
                           {"name": "one", "image": "1", "args": ["a", ""], "env": [{"name": "A", "value": "x"}, {"name": "B", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.name"}}}],
                            "resources": {"limits": {"cpu": "1"}}}],
            "volumes": [{"name": "v", "emptyDir": {}}],
            "tolerations": [{"operator": "Exists"}],
            "topologySpreadConstraints": [{"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule"}]}}}}"#;
    check(deployment, |name, patch| deployments.patch(name, patch), "").await;
    let status = r#"{"metadata": {"name": "extracted", "namespace": "default"}, "status": {"observedGeneration": 1, "replicas": 2,
        "conditions": [{"type": "Available", "status": "True", "reason": "r", "message": "m"}]}}"#;
    let live = check(status, |name, patch| deployments.patch_status(name, patch), "status").await;
    let of_the_object = FieldManager::new("extract").extract(&live).expect("fields").expect("some");
    assert_eq!(of_the_object.status, Default::default());
    assert!(FieldManager::new("other").extract(&live).expect("fields").is_none());
    scale_owns_the_replicas(client).await;

    let services = Service::in_namespace(client, "default");
    let service = r#"{"metadata": {"name": "extracted", "namespace": "default"}, "spec": {"selector": {"a": "b"}, "ports": [
        {"name": "b", "port": 80, "protocol": "TCP", "targetPort": "http"}, {"name": "a", "port": 80, "protocol": "UDP", "targetPort": 8080}]}}"#;
    check(service, |name, patch| services.patch(name, patch), "").await;
    let maps = ConfigMap::in_namespace(client, "default");
    let map = r#"{"metadata": {"name": "extracted", "namespace": "default"}, "data": {"a.b": "", "c": "d"}, "immutable": false}"#;
    check(map, |name, patch| maps.patch(name, patch), "").await;
    let secrets = Secret::in_namespace(client, "default");
    let secret = r#"{"metadata": {"name": "extracted", "namespace": "default"}, "data": {"a": "YWI="}}"#;
    check(secret, |name, patch| secrets.patch(name, patch), "").await;
}

/// What is applied to the scale is owned in the object, under the subresource.
async fn scale_owns_the_replicas(client: &Client) {
    let deployments = Deployment::in_namespace(client, "default");
    let scale: Scale =
        object(r#"{"metadata": {"name": "extracted", "namespace": "default"}, "spec": {"replicas": 4}}"#);
    deployments
        .patch_scale("extracted", PatchBody::apply(&scale))
        .field_manager("scaler")
        .force()
        .await
        .expect("scaled");
    let live = deployments.get("extracted").await.expect("the deployment");
    let extracted =
        FieldManager::new("scaler").subresource("scale").extract(&live).expect("fields").expect("some");
    let expected: Deployment =
        object(r#"{"metadata": {"name": "extracted", "namespace": "default"}, "spec": {"replicas": 4}}"#);
    assert_eq!(walk::diff(&expected, &extracted).to_string(), "");
}
