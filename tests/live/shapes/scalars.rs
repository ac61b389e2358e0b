//! Values: what is null and what is a default, enums of every scalar, integers or strings, formats and bounds.

use kubesdk::core::Map;
use kubesdk::core::verbs::PatchBody;
use kubesdk::{Client, IntOrString, Time, json, map, some};
use serde_json::json as value;
use shapes::shapes::v1::*;

use super::calls::{Calls, calls, equal, named, sent_json};

fn time(text: &str) -> Time {
    text.parse().expect("it is a time")
}

/// What breaks a rule, and the place that the server names.
type Case = (fn(&mut Scalar), &'static str);

/// A scalar with something in every field, and in none its default.
fn scalar() -> Scalar {
    let nullable = ScalarNullable {
        must: some("here"),
        text: some("text"),
        number: some(-0.5),
        flag: some(false),
        list: some(vec![some("a"), None]),
        map: some(Map::from([("a", Some(0)), ("b", None)])),
        object: some(ScalarNullableObject { a: some("") }),
        choice: some("b"),
        either: some(-1),
        any: some(r#"{"a":[null,1.5]}"#.parse::<kubesdk::RawJson>().expect("it is JSON")),
        defaulted: some("set"),
    };
    let defaults = ScalarDefaults {
        text: some("text"),
        word: some("other"),
        integer: some(1),
        large: some(i64::MIN),
        number: some(1e-7),
        flag: some(false),
        off: some(true),
        list: some(vec!["c".into()]),
        none: vec!["d".into()],
        objects: some(vec![ScalarDefaultsObjects { a: some(3), b: some("y") }]),
        map: some(map([("c", "d")])),
        nothing: map([("e", "f")]),
        object: some(ScalarDefaultsObject { a: some("mine"), b: some("mine") }),
        empty: ScalarDefaultsEmpty { a: some("mine"), b: some(3) },
        either: some(25),
        other: some("7"),
        choice: some("b"),
        any: some(r#"[1,{"a":null}]"#.parse::<kubesdk::RawJson>().expect("it is JSON")),
        time: some(time("2026-02-03T04:05:06Z")),
    };
    let enums = ScalarEnums {
        text: some(ScalarEnumsText::AB2009),
        integer: some(-1),
        small: some(2),
        number: some(0.5),
        flag: some(true),
        list: vec![ScalarEnumsList::Y, ScalarEnumsList::X],
        map: map([("m", ScalarEnumsMap::Q)]),
    };
    let either = ScalarEither {
        plain: some(i32::MIN),
        any: some("text"),
        all: some(5),
        matched: some("25%"),
        list: vec![1.into(), "1".into(), "".into()],
        map: map([("a", IntOrString::from(0)), ("b", "b".into())]),
    };
    let formats = ScalarFormats {
        date_time: some(time("2026-01-02T03:04:05.123456789+02:00")),
        times: vec![time("1970-01-01T00:00:00Z")],
        date: some("2026-01-02"),
        duration: some("1h2m3.5s"),
        byte: some(vec![0, 255, 254]),
        bytes: map([("a", b"text".to_vec())]),
        password: some("secret"),
        uuid: some("6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
        ipv4: some("127.0.0.1"),
        cidr: some("10.0.0.0/8"),
        uri: some("https://example.com/a?b=c#d"),
        email: some("a@example.com"),
        odd: some("42½"),
        int32: some(i32::MIN),
        int64: some(i64::MAX),
        uint8: some(255),
        float: some(0.25),
        double: some(1.7976931348623157e308),
        decimal: some(0.1),
    };
    let bounds = ScalarBounds {
        text: some("ä日🦀"),
        pattern: some("a`\"\\]*<>|&"),
        integer: some(-5),
        inner: some(4),
        limits: some(-9_007_199_254_740_991_i64),
        number: some(0.5),
        list: vec!["é".into()],
        map: map([("a", 1)]),
    };
    Scalar { nullable, defaults, enums, either, formats, bounds, ..Default::default() }
}

pub(super) async fn used(client: &Client) {
    let scalars = Scalar::in_namespace(client, "shapes");
    let calls = calls!(client, "/apis/shapes.example.com/v1/namespaces/shapes/scalars", scalars);
    calls
        .lifecycle(&scalar(), |scalar| {
            scalar.nullable.list = some(Vec::new());
            scalar.nullable.text = None;
            scalar.defaults.list = some(Vec::new());
            scalar.defaults.map = some(map([("g", "h")]));
            scalar.defaults.either = some("26%");
            scalar.enums.text = some(ScalarEnumsText::V318e);
            scalar.enums.list.clear();
            scalar.formats.byte = some(vec![7]);
            scalar.either.map = map([("a", "b")]);
            scalar.bounds.limits = some(9_007_199_254_740_991_i64);
        })
        .await;
    every_value_of_an_enum(&calls).await;
    defaults(&calls).await;
    nulls(&calls).await;
    refused(&calls).await;
    assert!(!format!("{:?}", scalar().formats).contains("secret"), "a password is not shown");
}

/// Each value by its variant; and what the server learns later is kept as it is.
async fn every_value_of_an_enum(calls: &Calls<Scalar>) {
    use ScalarEnumsText as Text;
    let mut sent = named(&scalar(), "enums");
    (calls.create)(&sent).await.expect("it is created");
    let values = [
        (Text::A, "a"),
        (Text::B, "B"),
        (Text::Empty, ""),
        (Text::All, "*"),
        (Text::True, "true"),
        (Text::V1, "1"),
        (Text::V15, "1.5"),
        (Text::AB, "a-b"),
        (Text::AB2009, "a_b"),
        (Text::ABd93a, "a b"),
        (Text::VSelf, "Self"),
        (Text::Otherc354, "other"),
        (Text::Other36aa, "Other"),
        (Text::VSelff3f8, "self"),
        (Text::V318e, "日本"),
    ];
    for (variant, text) in values {
        sent.enums.text = Some(variant.clone());
        let patch = PatchBody::merge(&Scalar { enums: sent.enums.clone(), ..Default::default() });
        let live = (calls.patch)("enums", patch).await.unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(live.enums.text, Some(variant));
        assert_eq!(calls.raw("enums").await["enums"]["text"], text);
    }
    let unknown: Scalar = json::from_slice(br#"{"enums":{"text":"new"}}"#).expect("it is JSON");
    assert_eq!(unknown.enums.text, Some(Text::Other("new".into())));
}

/// What is not set has its default, and what is set to nothing has none.
async fn defaults(calls: &Calls<Scalar>) {
    let sent = Scalar { defaults: ScalarDefaults::default(), ..named(&scalar(), "defaults") };
    let live = (calls.create)(&sent).await.expect("it is created");
    let expected = value!({
        "text": "", "word": "word", "integer": 0, "large": 9_007_199_254_740_993_i64, "number": 0.5, "flag": true,
        "off": false, "list": ["a", "b"], "none": [], "objects": [{"a": 1, "b": "x"}], "map": {"a": "b"}, "nothing": {},
        "object": {"a": "outer", "b": "inner"}, "empty": {"b": 2}, "either": "25%", "other": 7, "choice": "a",
        "any": {"a": [1, "two"]}, "time": "2026-01-01T00:00:00Z",
    });
    assert_eq!(calls.raw("defaults").await["defaults"], expected);
    // Arrays and maps that are empty by default are not written: the server has them again.
    let mut typed = expected;
    typed.as_object_mut().expect("an object").retain(|name, _| name != "none" && name != "nothing");
    assert_eq!(sent_json(&live.defaults), typed);
    let mut nothing = live.clone();
    (nothing.defaults.list, nothing.defaults.map) = (some(Vec::new()), some(map::<&str, &str, _>([])));
    assert!(PatchBody::apply(&nothing).text().contains(r#""map":{}"#), "what is set to nothing is said");
    let live = (calls.replace)("defaults", &nothing).await.expect("it is replaced");
    assert_eq!((live.defaults.list, live.defaults.map), (some(Vec::new()), some(map::<&str, &str, _>([]))));
}

/// A required field that may be null is written as null; what others set to null reads as not set.
async fn nulls(calls: &Calls<Scalar>) {
    let mut sent = named(&scalar(), "nulls");
    sent.nullable = ScalarNullable { defaulted: some("set"), ..Default::default() };
    equal("with nulls", &sent, &(calls.create)(&sent).await.expect("it is created"));
    assert_eq!(calls.raw("nulls").await["nullable"], value!({"must": null, "defaulted": "set"}));
    // But for the choice: a server of 1.37 refuses null even where the values of an enum have it.
    let nulls = value!({"must": null, "text": null, "number": null, "flag": null, "list": null, "map": null,
        "object": null, "either": null, "any": null, "defaulted": null});
    let patch = value!([{"op": "replace", "path": "/nullable", "value": nulls}]).to_string();
    let patch = PatchBody::json_text(&patch).expect("it is JSON");
    let live = (calls.patch)("nulls", patch).await.expect("it is patched");
    assert_eq!(calls.raw("nulls").await["nullable"], nulls);
    assert_eq!(live.nullable, ScalarNullable::default());
    // `None` is left out, and what is left out has its default.
    let live = (calls.replace)("nulls", &live).await.expect("it is replaced");
    assert_eq!(live.nullable.defaulted, some("something"));
    nulls_inside(calls).await;
}

/// Nulls among the elements of an array and the values of a map stay where they are.
async fn nulls_inside(calls: &Calls<Scalar>) {
    let patch = r#"[{"op": "add", "path": "/nullable/list", "value": ["a", null]},
        {"op": "add", "path": "/nullable/map", "value": {"a": 1, "b": null}},
        {"op": "add", "path": "/nullable/any", "value": [null]}]"#;
    let patch = PatchBody::json_text(patch).expect("it is JSON");
    let live = (calls.patch)("nulls", patch).await.expect("it is patched");
    let stored = &calls.raw("nulls").await["nullable"];
    assert_eq!((&stored["list"], &stored["map"]), (&value!(["a", null]), &value!({"a": 1, "b": null})));
    assert_eq!(live.nullable.list, some(vec![some("a"), None]));
    assert_eq!(live.nullable.map, some(Map::from([("a", Some(1)), ("b", None)])));
    let replaced = (calls.replace)("nulls", &live).await.expect("it is replaced");
    assert_eq!(replaced.nullable, live.nullable);
    assert_eq!(&calls.raw("nulls").await["nullable"], stored);
}

/// What the documentation says that the server checks, it checks.
async fn refused(calls: &Calls<Scalar>) {
    let cases: [Case; 12] = [
        (|it| it.bounds.text = some("abcdef"), "bounds.text"),
        (|it| it.bounds.pattern = some("A"), "bounds.pattern"),
        (|it| it.bounds.integer = some(6), "bounds.integer"),
        (|it| it.bounds.inner = some(5), "bounds.inner"),
        (|it| it.bounds.number = some(0.75), "bounds.number"),
        (|it| it.bounds.list = vec!["a".into(); 4], "bounds.list"),
        (|it| it.bounds.map = map([("a", 0)]), "bounds.map.a"),
        (|it| it.enums.integer = some(2), "enums.integer"),
        (|it| it.enums.flag = some(false), "enums.flag"),
        (|it| it.either.matched = some("25"), "either.matched"),
        (|it| it.formats.uuid = some("x"), "formats.uuid"),
        (|it| it.formats.duration = some("x"), "formats.duration"),
    ];
    for (change, place) in cases {
        let mut sent = named(&scalar(), "refused");
        change(&mut sent);
        let error = (calls.create)(&sent).await.expect_err(place);
        assert!(error.is_invalid() && error.to_string().contains(place), "{place}: {error}");
    }
}
