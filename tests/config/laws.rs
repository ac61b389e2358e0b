//! What holds of every kubeconfig: what is written is what was read, unknown keys included, and how files merge.

use kubesdk::kubeconfig::Kubeconfig;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Text that YAML would take for something else is among it.
fn text() -> impl Strategy<Value = String> {
    let awkward = [
        "yes", "null", "~", "1", "0x1f", "1e3", "- a", "a: b", "# c", "'", "\"", " a ", "a\nb\n", "{", "ü",
        "on",
    ];
    prop_oneof![
        3 => "[a-z][a-z0-9-]{0,8}",
        1 => proptest::sample::select(awkward.to_vec()).prop_map(ToOwned::to_owned),
        1 => "\\PC{1,12}",
    ]
}

fn name() -> impl Strategy<Value = String> {
    proptest::sample::select(vec!["a", "b", "c", "yes", "d e"]).prop_map(ToOwned::to_owned)
}

/// Any JSON that a program of tomorrow may put in.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1e9..1e9f64).prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::from),
            btree_map(text(), inner, 0..3).prop_map(|it| Value::Object(it.into_iter().collect())),
        ]
    })
}

/// Keys that this library does not know: they begin with `x-`.
fn unknown() -> impl Strategy<Value = Map<String, Value>> {
    btree_map("x-[a-z]{1,5}", anything(), 0..3).prop_map(|it| it.into_iter().collect())
}

/// A map of known keys, of which some are left out, and unknown ones.
fn entry(known: Vec<(&'static str, BoxedStrategy<Value>)>) -> BoxedStrategy<Value> {
    let known: Vec<_> = known
        .into_iter()
        .map(|(key, value)| proptest::option::of(value).prop_map(move |it| it.map(|it| (key.to_owned(), it))))
        .collect();
    let merged = (known, unknown())
        .prop_map(|(known, unknown)| Value::Object(known.into_iter().flatten().chain(unknown).collect()));
    merged.boxed()
}

fn some_text() -> BoxedStrategy<Value> {
    text().prop_map(Value::from).boxed()
}

/// A list of entries, each name once.
fn named(key: &'static str, value: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    let entries = btree_map(name(), (value, unknown()), 0..4);
    let listed = entries.prop_map(move |entries| {
        let listed = entries.into_iter().map(|(name, (value, mut unknown))| {
            unknown.insert("name".to_owned(), name.into());
            unknown.insert(key.to_owned(), value);
            Value::Object(unknown)
        });
        Value::from(listed.collect::<Vec<_>>())
    });
    listed.boxed()
}

fn extensions() -> BoxedStrategy<Value> {
    named("extension", anything().boxed())
}

fn kubeconfig() -> impl Strategy<Value = Value> {
    let flag = || Just(Value::from(true)).boxed();
    let data = || Just(Value::from("aHVudGVyMg==")).boxed();
    let texts = || vec(text(), 1..3).prop_map(Value::from).boxed();
    let cluster = entry(vec![
        ("server", some_text()),
        ("certificate-authority-data", data()),
        ("insecure-skip-tls-verify", flag()),
        ("proxy-url", some_text()),
        ("extensions", extensions()),
    ]);
    let variable = entry(vec![("name", some_text()), ("value", some_text())]);
    let exec = entry(vec![
        ("command", some_text()),
        ("args", texts()),
        ("env", vec(variable, 1..3).prop_map(Value::from).boxed()),
        ("provideClusterInfo", flag()),
    ]);
    let provider = entry(vec![("name", some_text()), ("config", Just(json!({"a": "b"})).boxed())]);
    let user = entry(vec![
        ("token", some_text()),
        ("client-key-data", data()),
        ("as-groups", texts()),
        ("as-user-extra", Just(json!({"k": ["v", "yes"]})).boxed()),
        ("exec", exec),
        ("auth-provider", provider),
        ("extensions", extensions()),
    ]);
    let context = entry(vec![("cluster", some_text()), ("user", some_text()), ("namespace", some_text())]);
    entry(vec![
        ("clusters", named("cluster", cluster)),
        ("users", named("user", user)),
        ("contexts", named("context", context)),
        ("extensions", extensions()),
        ("current-context", some_text()),
        ("preferences", Just(json!({"colors": true})).boxed()),
    ])
}

fn parsed(value: &Value) -> Kubeconfig {
    value.to_string().parse().expect("a kubeconfig")
}

/// The members of a value that are unknown, wherever they stand, with their places.
fn unknown_members(value: &Value, path: &str, found: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                let path = format!("{path}/{key}");
                match key.starts_with("x-") {
                    true => found.push((path, value.clone())),
                    false => unknown_members(value, &path, found),
                }
            }
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, it)| unknown_members(it, &format!("{path}/{at}"), found));
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_is_written_is_what_was_read(value in kubeconfig()) {
        let document = parsed(&value);
        let yaml = document.to_yaml().unwrap();
        prop_assert_eq!(&yaml.parse::<Kubeconfig>().unwrap(), &document, "{}", yaml);
        let written: Value = serde_saphyr::from_str(&yaml).unwrap();
        let (mut before, mut after) = (Vec::new(), Vec::new());
        unknown_members(&value, "", &mut before);
        unknown_members(&written, "", &mut after);
        before.sort_by(|a, b| a.0.cmp(&b.0));
        after.sort_by(|a, b| a.0.cmp(&b.0));
        prop_assert_eq!(before, after, "{}", yaml);
    }

    #[test]
    fn files_merge_in_any_grouping_and_the_first_counts(a in kubeconfig(), b in kubeconfig(), c in kubeconfig()) {
        let merged = |first: &Kubeconfig, second: &Kubeconfig| {
            let mut all = first.clone();
            all.merge(second.clone());
            all
        };
        let (a, b, c) = (parsed(&a), parsed(&b), parsed(&c));
        prop_assert_eq!(merged(&merged(&a, &b), &c), merged(&a, &merged(&b, &c)));
        let nothing = Kubeconfig::default();
        prop_assert_eq!(&merged(&a, &nothing), &a);
        prop_assert_eq!(&merged(&nothing, &a), &a);
        prop_assert_eq!(&merged(&a, &a), &a);
        let both = merged(&a, &b);
        for entry in &a.users {
            prop_assert_eq!(both.user(&entry.name), Some(&entry.value));
        }
        for entry in &b.users {
            prop_assert_eq!(both.user(&entry.name), a.user(&entry.name).or(Some(&entry.value)));
        }
        prop_assert_eq!(&both.current_context, a.current_context.as_ref().map_or(&b.current_context, |_| &a.current_context));
    }
}
