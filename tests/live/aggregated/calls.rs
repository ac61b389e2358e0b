//! The generated endpoints of `wardle.example.com`, through the aggregation layer; what was sent comes back equal.

use kubesdk::api::meta::v1::ObjectMeta;
use kubesdk::core::Object;
use kubesdk::core::verbs::PatchBody;
use kubesdk::walk::{self, FieldManager};
use kubesdk::{Client, WatchEvent, map, some};
use wardle::wardle::v1alpha1::{Fischer, Flunder, FlunderSpec};
use wardle::wardle::{self as group, v1alpha1, v1beta1};

fn metadata(name: &str) -> ObjectMeta {
    ObjectMeta { name: some(name), labels: map([("made", "by-kubesdk")]), ..Default::default() }
}

fn flunder(name: &str) -> Flunder {
    let spec = FlunderSpec { reference: some("other"), reference_type: some("Flunder") };
    Flunder { metadata: metadata(name), spec, ..Default::default() }
}

/// Fails with what differs, but for what the server adds.
fn equal<T: Object + Default + Clone>(what: &str, sent: &T, found: &T) {
    let mut found = found.clone();
    for field in ["managedFields", "resourceVersion", "generation", "creationTimestamp", "uid", "namespace"] {
        walk::remove(&mut found, format!("metadata.{field}").as_str()).expect("the path fits");
    }
    let difference = walk::diff(sent, &found);
    assert!(difference.is_empty(), "{what}: {difference}");
}

/// Objects in a namespace: created, read, listed, replaced, patched in every way, applied, watched and deleted.
pub(super) async fn flunders(client: &Client) {
    let flunders = Flunder::in_namespace(client, "default");
    let everywhere = Flunder::everywhere(client);
    let version = everywhere.list().await.expect("a list").metadata.resource_version.expect("a version");
    let mut events = flunders.watch().resource_version(version).await.expect("a watch");

    let mut sent = flunder("one");
    equal("created", &sent, &flunders.create(&sent).await.expect("it is created"));
    equal("read", &sent, &flunders.get("one").await.expect("it is there"));
    let listed = everywhere.list().labels("made=by-kubesdk").all().await.expect("a list");
    assert_eq!(listed.items.len(), 1, "{listed:?}");
    equal("listed", &sent, &listed.items[0]);

    let mut live = flunders.get("one").await.expect("it is there");
    (live.spec.reference, sent.spec.reference) = (some("replaced"), some("replaced"));
    equal("replaced", &sent, &flunders.replace("one", &live).await.expect("it is replaced"));
    let before = flunders.get("one").await.expect("it is there");
    for what in ["merged", "strategic"] {
        let mut after = before.clone();
        after.spec.reference = some(what);
        sent.spec.reference = some(what);
        let patch = match what {
            "merged" => PatchBody::merge_between(&before, &after),
            _ => PatchBody::strategic_between(&before, &after),
        };
        let patched = flunders.patch("one", patch).await;
        equal(what, &sent, &patched.unwrap_or_else(|error| panic!("{what}: {error}")));
    }
    let json = r#"[{"op": "replace", "path": "/spec/reference", "value": "json"}]"#;
    sent.spec.reference = some("json");
    let patched = flunders.patch("one", PatchBody::json_text(json).expect("it is JSON")).await;
    equal("json", &sent, &patched.expect("it is patched"));

    applied(client).await;
    for name in ["one", "two"] {
        flunders.delete(name).await.expect("it is deleted");
    }
    assert!(flunders.get("one").await.expect_err("it is gone").is_not_found());
    let mut seen = Vec::new();
    while seen.len() < 9 {
        seen.push(match events.next().await.expect("an event").expect("a sound event") {
            WatchEvent::Added(it) => format!("+{}", it.metadata.name.unwrap_or_default()),
            WatchEvent::Modified(it) => it.spec.reference.unwrap_or_default().to_string(),
            WatchEvent::Deleted(it) => format!("-{}", it.metadata.name.unwrap_or_default()),
            other => panic!("{other:?}"),
        });
    }
    assert_eq!(seen, ["+one", "replaced", "merged", "strategic", "json", "+two", "theirs", "-one", "-two"]);
}

/// What a manager has applied is its own, until another takes it.
async fn applied(client: &Client) {
    let flunders = Flunder::in_namespace(client, "default");
    let mine = flunder("two");
    let made = flunders.patch("two", PatchBody::apply(&mine)).field_manager("mine").await.expect("applied");
    equal("applied", &mine, &made);
    let owned = FieldManager::new("mine").extract(&made).expect("it is readable").expect("it owns all of it");
    equal("owned", &mine, &owned);
    let theirs = Flunder {
        metadata: ObjectMeta { name: some("two"), ..Default::default() },
        spec: FlunderSpec { reference: some("theirs"), ..Default::default() },
        ..Default::default()
    };
    let theirs = || flunders.patch("two", PatchBody::apply(&theirs)).field_manager("theirs");
    assert!(theirs().await.expect_err("it is another's").is_conflict());
    let taken = theirs().force().await.expect("it is taken");
    assert_eq!(taken.spec.reference.as_deref(), Some("theirs"));
    assert_eq!(taken.spec.reference_type.as_deref(), Some("Flunder"), "{taken:?}");
}

/// Objects of the cluster; and what the server's own admission refuses comes as its error.
pub(super) async fn fischers(client: &Client) {
    let (fischers, flunders) = (Fischer::cluster(client), Flunder::in_namespace(client, "default"));
    let mut events = fischers.watch().initial_events().await.expect("a watch");
    let mut sent =
        Fischer { metadata: metadata("net"), disallowed_flunders: vec!["bad".into(), "worse".into()] };
    equal("created", &sent, &fischers.create(&sent).await.expect("it is created"));
    let listed = fischers.list().all().await.expect("a list");
    assert_eq!(listed.items.len(), 1, "{listed:?}");
    equal("listed", &sent, &listed.items[0]);

    // The server learns of it by a watch of its own.
    let mut refused = None;
    for _ in 0..600 {
        match flunders.create(&flunder("bad")).dry_run().await {
            Ok(_) => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
            Err(error) => {
                refused = Some(error);
                break;
            }
        }
    }
    let refused = refused.expect("the name is disallowed");
    assert!(refused.is_forbidden() && refused.to_string().contains("may not be used"), "{refused}");

    let before = fischers.get("net").await.expect("it is there");
    sent.disallowed_flunders.truncate(1);
    let after = Fischer { disallowed_flunders: sent.disallowed_flunders.clone(), ..before.clone() };
    let patched = fischers.patch("net", PatchBody::strategic_between(&before, &after)).await;
    equal("patched", &sent, &patched.expect("it is patched"));
    fischers.delete("net").await.expect("it is deleted");
    let mut seen = String::new();
    while !seen.contains('-') {
        match events.next().await.expect("an event").expect("a sound event") {
            WatchEvent::Added(_) => seen.push('+'),
            WatchEvent::Modified(it) => seen.push_str(&it.disallowed_flunders.len().to_string()),
            WatchEvent::Deleted(it) => {
                equal("deleted", &sent, &it);
                seen.push('-');
            }
            WatchEvent::InitialEventsEnd(_) | WatchEvent::Bookmark(_) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(seen, "+1-");
}

/// The server converts between its versions.
pub(super) async fn the_other_version(client: &Client) {
    let flunders = v1beta1::Flunder::in_namespace(client, "default");
    let spec = v1beta1::FlunderSpec {
        fischer_reference: some("net"),
        reference_type: some("Fischer"),
        ..Default::default()
    };
    let sent = v1beta1::Flunder { metadata: metadata("three"), spec, ..Default::default() };
    equal("created", &sent, &flunders.create(&sent).await.expect("it is created"));
    let older = Flunder::in_namespace(client, "default").get("three").await.expect("it is there");
    assert_eq!(older.spec.reference.as_deref(), Some("net"), "{older:?}");
    flunders.delete_collection().await.expect("all are deleted");
    assert!(flunders.list().await.expect("a list").items.is_empty());
}

/// What a group has beside its kinds.
pub(super) async fn functions(client: &Client) {
    let found = group::group(client).await.expect("the group");
    assert_eq!(found.name, "wardle.example.com");
    let found = v1alpha1::resources(client).await.expect("the resources");
    let names: Vec<&str> = found.resources.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["fischers", "flunders"]);
}
