//! Properties whose names are no names in Rust, or clash: each is there, and stands on the wire as it is called.

use kubesdk::core::Object;
use kubesdk::{Client, Map, RawJson, json, map, some};
use serde_json::{Value, json as value};
use shapes::shapes::v1::*;
use shapes::type_::v2alpha10::{Option_, OptionSpec, OptionSpecNone, Self_, SelfSpec};

use super::calls::{calls, named, sent_json};
use super::definitions_in;

/// An object of which every property that the definition has is a text that says its name.
fn every_text<T: Object + Default>(object: &str) -> T {
    let definition = definitions_in("names.yaml").remove(0);
    let schema = &definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"];
    let properties = schema["properties"][object]["properties"].as_object().expect("properties");
    let texts = properties.iter().filter(|(_, schema)| schema["type"] == "string");
    let texts: serde_json::Map<String, Value> =
        texts.map(|(name, _)| (name.clone(), value!(format!("is {name}")))).collect();
    assert!(texts.len() > 20, "{object}");
    let text = Value::Object(texts);
    let typed: T = json::from_slice(text.to_string().as_bytes()).expect("it is JSON");
    assert_eq!(sent_json(&typed), text, "nothing is left out");
    typed
}

fn name() -> Name {
    let keywords: NameSpecKeywords = every_text("keywords");
    let said = |field: &Option<kubesdk::Str>| field.as_deref().unwrap_or_default().to_owned();
    assert_eq!([said(&keywords.self_), said(&keywords.self_c45f)], ["is self", "is Self"]);
    assert_eq!([said(&keywords.type_), said(&keywords.union)], ["is type", "is union"]);
    let marks: NameSpecMarks = every_text("marks");
    assert_eq!([said(&marks._1st), said(&marks._42), said(&marks.ref_)], ["is 1st", "is 42", "is $ref"]);
    let prelude = NameSpecPrelude {
        metadata: some(NameSpecPreludeMetadata { name: some("inner") }),
        items: vec!["a".into()],
        ..every_text("prelude")
    };
    assert_eq!([said(&prelude.option), said(&prelude.kind)], ["is Option", "is kind"]);
    let objects = NameSpecObjects {
        type_: some(NameSpecObjectsType { x: some(1) }),
        type_6268: some(NameSpecObjectsType6268 { y: some(2) }),
        type_ad56: some(NameSpecObjectsTypead56 { z: some(3) }),
        _1st: some(NameSpecObjects1st4bf6 { x: some(4) }),
        a_b_4dd7: some(NameSpecObjectsAB4dd7 { x: some(5) }),
        a_b_770d: some(NameSpecObjectsAB770d { y: some(6) }),
        a_b: some(NameSpecObjectsAB { z: some(7) }),
        t: some(NameSpecObjectsT1e57 { x: some(8) }),
        field_318e: some(NameSpecObjects318e { x: some(9) }),
        self_: some(NameSpecObjectsSelf { x: some(10) }),
        list: some(NameSpecObjectsList { items: vec![NameSpecObjectsListItems9469 { x: some(11) }] }),
        list_items: some(NameSpecObjectsListItems { y: some(12) }),
        a_b_e29b: some(NameSpecObjectsABe29b::X),
        field_d87b: some("日"),
        mode: some(NameSpecObjectsMode::Y),
        mode_3c78: some(NameSpecObjectsMode3c78::Q),
    };
    let more: Map<RawJson> = map([("more", "1".parse::<RawJson>().expect("it is JSON"))]);
    let spec = NameSpec {
        keywords: some(keywords),
        marks: some(marks),
        prelude: some(prelude),
        objects: some(objects),
        open: some(NameSpecOpen {
            other_members_be39: some("mine"),
            others: some("mine"),
            other_members: more,
        }),
        union: some(NameSpecUnion::VSelf(1)),
    };
    Name { spec: some(spec), ..Default::default() }
}

pub(super) async fn used(client: &Client) {
    let names = Name::in_namespace(client, "shapes");
    let calls = calls!(client, "/apis/shapes.example.com/v1/namespaces/shapes/names", names);
    calls
        .lifecycle(&name(), |name| {
            let spec = name.spec.as_mut().expect("a spec");
            spec.marks.as_mut().expect("it is set").a_b_770d = some("changed");
            spec.keywords.as_mut().expect("it is set").self_c45f = None;
            spec.objects.as_mut().expect("it is set").type_6268 = None;
            spec.union = some(NameSpecUnion::V318e("changed".into()));
        })
        .await;
    let branches = [
        (NameSpecUnion::VSelff3f8("x".into()), value!({"self": "x"})),
        (NameSpecUnion::VSelf(2), value!({"Self": 2})),
        (NameSpecUnion::Other36aa(true), value!({"Other": true})),
        (NameSpecUnion::T("x".into()), value!({"été": "x"})),
        (NameSpecUnion::V318e("x".into()), value!({"日本": "x"})),
        (NameSpecUnion::AB("x".into()), value!({"a-b": "x"})),
        (NameSpecUnion::ABbe87(3), value!({"aB": 3})),
    ];
    for (number, (branch, expected)) in branches.into_iter().enumerate() {
        let sent = Name {
            spec: some(NameSpec { union: some(branch), ..Default::default() }),
            ..named(&Name::default(), &format!("branch-{number}"))
        };
        (calls.create)(&sent).await.unwrap_or_else(|error| panic!("{expected}: {error}"));
        assert_eq!(calls.raw(&format!("branch-{number}")).await["spec"]["union"], expected);
    }
    a_group_of_words(client).await;
}

/// A group that is a word of Rust, and kinds that are called as std's types.
async fn a_group_of_words(client: &Client) {
    let path = "/apis/type.shapes.example.com/v2alpha10/options";
    let spec = OptionSpec { some: some("text"), none: vec![OptionSpecNone { vec: some("x") }] };
    let option = Option_ { spec: some(spec), ..Default::default() };
    let calls = calls!(client, path, Option_::cluster(client));
    calls.lifecycle(&option, |it| it.spec.as_mut().expect("a spec").some = None).await;

    let path = "/apis/type.shapes.example.com/v2alpha10/namespaces/shapes/selves";
    let itself = Self_ { spec: some(SelfSpec { self_: some("text") }), ..Default::default() };
    let calls = calls!(client, path, Self_::in_namespace(client, "shapes"));
    calls.lifecycle(&itself, |it| it.spec.as_mut().expect("a spec").self_ = some("other")).await;
    assert!(Self_::everywhere(client).list().await.expect("a list").items.is_empty());
}
