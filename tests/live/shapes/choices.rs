//! Branches: those of which one is taken are enums, the others are structs with the fields of all.

use kubesdk::{Client, json, map, some};
use shapes::shapes::v1::*;

use super::calls::{calls, named};

/// What breaks a rule, and the place that the server names.
type Case = (fn(&mut ChoiceSpec), &'static str);

fn choice() -> Choice {
    let spec = ChoiceSpec {
        shape: some(ChoiceSpecShape::Circle(ChoiceSpecShapeCircle { radius: some(1) }.into())),
        shapes: vec![
            ChoiceSpecShapes::Dot(false),
            ChoiceSpecShapes::Word(ChoiceSpecShapesWord::No),
            ChoiceSpecShapes::List(vec!["a".into()]),
        ],
        by_name: map([
            ("in", ChoiceSpecByName::In("".into())),
            ("map", ChoiceSpecByName::Map(map([("a", 1)]))),
            ("out", ChoiceSpecByName::Out("80".into())),
        ]),
        merged: some(ChoiceSpecMerged { name: some("n"), a: None, b: some(0) }),
        any: some(ChoiceSpecAny { a: some("a"), b: some("b") }),
        all: some(ChoiceSpecAll { a: some("a"), b: some(1) }),
        none: some(ChoiceSpecNone { a: some("a"), b: None }),
        text: some("b"),
        number: some(-10),
        word: some("good"),
        list: vec!["a".into(), "b".into()],
        nested: some(ChoiceSpecNested { mode: some("fast"), level: some(1) }),
    };
    Choice { spec: some(spec), ..Default::default() }
}

pub(super) async fn used(client: &Client) {
    let calls = calls!(client, "/apis/shapes.example.com/v1/choices", Choice::cluster(client));
    calls
        .lifecycle(&choice(), |choice| {
            let spec = choice.spec.as_mut().expect("a spec");
            spec.shape = some(ChoiceSpecShape::Square(ChoiceSpecShapeSquare { side: some(2) }.into()));
            spec.shapes.swap(0, 2);
            spec.by_name.insert("in", ChoiceSpecByName::Out(7.into()));
            spec.merged = some(ChoiceSpecMerged { a: some(""), ..Default::default() });
        })
        .await;
    let cases: [Case; 11] = [
        (
            |it| it.shape = some(ChoiceSpecShape::Circle(ChoiceSpecShapeCircle::default().into())),
            "spec.shape",
        ),
        (|it| it.shape = some(ChoiceSpecShape::default()), "spec.shape"),
        (|it| it.merged = some(ChoiceSpecMerged { a: some("a"), b: some(1), name: None }), "spec.merged"),
        (|it| it.any = some(ChoiceSpecAny::default()), "spec.any"),
        (|it| it.all = some(ChoiceSpecAll { a: some("a"), b: some(0) }), "spec.all.b"),
        (|it| it.none = some(ChoiceSpecNone { a: some("a"), b: some("b") }), "spec.none"),
        (|it| it.text = some("c"), "spec.text"),
        (|it| it.number = some(0), "spec.number"),
        (|it| it.word = some("bad"), "spec.word"),
        (|it| it.list.truncate(1), "spec.list"),
        (|it| it.nested = some(ChoiceSpecNested { mode: some("fast"), level: some(0) }), "spec.nested"),
    ];
    for (change, place) in cases {
        let mut sent = named(&choice(), "refused");
        change(sent.spec.as_mut().expect("a spec"));
        let error = (calls.create)(&sent).await.expect_err(place);
        assert!(error.is_invalid() && error.to_string().contains(place), "{place}: {error}");
    }
    // A branch that comes later is kept, and written back.
    let text = r#"{"apiVersion":"shapes.example.com/v1","kind":"Choice","metadata":{},"spec":{"shape":{"oval":{"a":1}}}}"#;
    let later: Choice = json::from_slice(text.as_bytes()).expect("it is JSON");
    assert!(matches!(
        later.spec.as_ref().and_then(|it| it.shape.as_deref()),
        Some(ChoiceSpecShape::Other(_))
    ));
    assert_eq!(json::to_vec(&later), text.as_bytes());
}
