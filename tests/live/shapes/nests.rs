//! Objects in objects; lists and maps as they are merged; rules in CEL; versions, status, scale and selectable fields.

use kubesdk::api::meta::v1::ObjectMeta;
use kubesdk::core::verbs::PatchBody;
use kubesdk::{Client, Map, map, some};
use kubesdk_test_cluster::Cluster;
use shapes::shapes::v1::*;
use shapes::shapes::v1beta1;

use super::calls::{calls, equal, named, plain};

/// A nest with something in every field.
fn nest() -> Nest {
    let leaf = NestSpecTwigsLeaves { color: some("green"), holes: vec![1, 2] };
    let egg = NestSpecBirdsEggs { spots: some(7) };
    let bird = NestSpecBirds { weight: 0.25, eggs: map([("first", egg)]) };
    let six = NestSpecOneTwoThreeFourFive { six: "deep".into() };
    let four = NestSpecOneTwoThreeFour { five: some(six) };
    let two = NestSpecOneTwo { three: some(NestSpecOneTwoThree { four: some(four) }) };
    let deep: Map<bool> = map([("c", true)]);
    let deep: Map<Map<bool>> = map([("b", deep)]);
    let port =
        |number, protocol: &str, note| NestSpecPorts { number, protocol: some(protocol), note: some(note) };
    let spec = NestSpec {
        tree: "oak".into(),
        size: some(NestSpecSize { wanted: some(3) }),
        one: some(NestSpecOne { two: some(two) }),
        twigs: vec![NestSpecTwigs { length: 9, leaves: vec![leaf] }],
        grid: vec![vec![NestSpecGrid { x: some(0.5) }, NestSpecGrid { x: some(-1.5) }]],
        boxes: vec![map([("blue", NestSpecBoxes { lid: some(false) })])],
        labels: map([("a", "b"), ("c/d", "")]),
        counts: map([("max", i64::MAX), ("min", i64::MIN)]),
        birds: map([("robin", bird)]),
        rows: map([("top", vec![NestSpecRows { at: some("x") }])]),
        deep: map([("a", deep)]),
        tags: vec!["x".into(), "y".into()],
        ports: vec![port(80, "TCP", "web"), port(80, "UDP", "quic")],
        whole: some(NestSpecWhole { a: some("1"), b: some("2") }),
        parts: map([("p", "q")]),
    };
    let metadata = ObjectMeta { labels: map([("shape", "nest")]), ..Default::default() };
    Nest { metadata, spec, status: None }
}

pub(super) async fn used(client: &Client, cluster: &Cluster) {
    let nests = Nest::in_namespace(client, "shapes");
    let calls = calls!(client, "/apis/shapes.example.com/v1/namespaces/shapes/nests", nests);
    calls
        .lifecycle(&nest(), |nest| {
            nest.spec.birds = map([("wren", NestSpecBirds { weight: 0.125, ..Default::default() })]);
            nest.spec.ports.remove(1);
            nest.spec.tags.push("z".into());
            nest.spec.twigs[0].leaves[0].holes.clear();
            nest.spec.whole = some(NestSpecWhole { a: some("3"), b: None });
            nest.spec.one = None;
        })
        .await;
    merged(client).await;
    checked(client).await;
    status_and_scale(client).await;
    selected(client, cluster).await;
    the_other_version(client).await;
    Nest::in_namespace(client, "shapes").delete_collection().await.expect("all are deleted");
}

/// What two managers apply: a list of keys and a set are joined, an atomic object belongs to one.
async fn merged(client: &Client) {
    let nests = Nest::in_namespace(client, "shapes");
    let mut mine = Nest { metadata: ObjectMeta { name: some("merged"), ..Default::default() }, ..nest() };
    nests.patch("merged", PatchBody::apply(&mine)).field_manager("mine").await.expect("applied");
    let port = NestSpecPorts { number: 443, note: some("theirs"), ..Default::default() };
    let mut theirs = Nest {
        metadata: mine.metadata.clone(),
        spec: NestSpec {
            tree: "oak".into(),
            tags: vec!["w".into()],
            ports: vec![port],
            parts: map([("r", "s")]),
            ..Default::default()
        },
        ..Default::default()
    };
    let live = nests.patch("merged", PatchBody::apply(&theirs)).field_manager("theirs").await;
    let live = live.expect("nothing is in conflict");
    let tags: Vec<&str> = live.spec.tags.iter().map(|it| it.as_str()).collect();
    assert_eq!(tags, ["x", "y", "w"]);
    let numbers: Vec<i32> = live.spec.ports.iter().map(|it| it.number).collect();
    assert_eq!(numbers, [80, 80, 443]);
    assert_eq!(live.spec.ports[2].protocol, some("TCP"), "a key has a default");
    assert_eq!(live.spec.parts.len(), 2);
    theirs.spec.whole = some(NestSpecWhole { a: None, b: some("4") });
    let refused = nests.patch("merged", PatchBody::apply(&theirs)).field_manager("theirs").await;
    assert!(refused.expect_err("the object is another's").is_conflict());
    (mine.spec.tags, mine.spec.ports) = (Vec::new(), Vec::new());
    let live = nests.patch("merged", PatchBody::apply(&mine)).field_manager("mine").await.expect("applied");
    assert_eq!((live.spec.tags.len(), live.spec.ports.len()), (1, 1), "what is applied no more is gone");
}

/// Rules in CEL say no with their own words.
async fn checked(client: &Client) {
    let nests = Nest::in_namespace(client, "shapes");
    let mut twig = named(&nest(), "short");
    twig.spec.twigs[0].length = 0;
    for (nest, expected) in [
        (named(&nest(), "forbidden"), "this name is taken"),
        (twig, "spec.twigs: Invalid value: each twig of oak needs a length"),
    ] {
        let error = nests.create(&nest).await.expect_err("a rule is broken");
        assert!(error.is_invalid() && error.to_string().contains(expected), "{error}");
    }
    let patch = PatchBody::merge_text(r#"{"spec":{"tree":"elm"}}"#).expect("it is JSON");
    let error = nests.patch("merged", patch).await.expect_err("a rule is broken");
    assert!(error.to_string().contains("the tree stays"), "{error}");
}

async fn status_and_scale(client: &Client) {
    let nests = Nest::in_namespace(client, "shapes");
    let mut live = nests.get("merged").await.expect("it is there");
    let status = NestStatus { size: some(NestStatusSize { there: some(2) }), selector: some("shape=nest") };
    (live.status, live.spec.tree) = (some(status.clone()), "ignored".into());
    let stored = nests.replace_status("merged", &live).await.expect("it is replaced");
    assert_eq!(stored.status, some(status));
    assert_eq!(stored.spec.tree, "oak", "the rest belongs to the object");
    assert_eq!(plain(&nests.get_status("merged").await.expect("it is there")), plain(&stored));

    let mut scale = nests.get_scale("merged").await.expect("it is there");
    assert_eq!(scale.spec.replicas, some(3));
    let status = scale.status.clone();
    assert_eq!((status.replicas, status.selector), (2, some("shape=nest")));
    scale.spec.replicas = some(5);
    nests.replace_scale("merged", &scale).await.expect("it is scaled");
    let patch = PatchBody::merge_text(r#"{"spec":{"replicas":6}}"#).expect("it is JSON");
    nests.patch_scale("merged", patch).await.expect("it is scaled");
    let scaled = nests.get("merged").await.expect("it is there");
    assert_eq!(scaled.spec.size.and_then(|it| it.wanted), some(6));
}

/// Field selectors of the definition, and the columns that kubectl prints by it.
async fn selected(client: &Client, cluster: &Cluster) {
    let nests = Nest::in_namespace(client, "shapes");
    nests.create(&named(&nest(), "another")).await.expect("it is created");
    let by_size = nests.list().fields("spec.size.wanted=6").await.expect("a list");
    let names: Vec<_> = by_size.items.iter().map(|it| it.metadata.name.as_deref()).collect();
    assert_eq!(names, [Some("merged")]);
    let by_tree = Nest::everywhere(client).list().fields("spec.tree=oak").all().await.expect("a list");
    assert_eq!(by_tree.items.len(), 2);
    assert!(nests.list().fields("spec.tags=x").await.expect_err("it is not selectable").is_bad_request());
    let printed = cluster.kubectl(&["get", "nst", "-n", "shapes", "-o", "wide"]).expect("kubectl runs");
    let columns: Vec<&str> = printed.stdout.split_whitespace().take(6).collect();
    assert_eq!(columns, ["NAME", "TREE", "WANTED", "another", "oak", "3"], "{}", printed.stderr);
}

/// The same object by another version, in which the rest is free.
async fn the_other_version(client: &Client) {
    let older = v1beta1::Nest::in_namespace(client, "shapes");
    let read = older.get("another").await.expect("it is there");
    let spec = read.spec.as_ref().expect("a spec");
    assert_eq!(spec.tree.as_deref(), Some("oak"));
    assert_eq!(spec.other_members["tags"].as_str(), r#"["x","y"]"#);
    older.replace("another", &read).await.expect("it is replaced");
    let newer = Nest::in_namespace(client, "shapes").get("another").await.expect("it is there");
    equal("through the other version", &named(&nest(), "another"), &newer);
}
