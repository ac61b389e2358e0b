//! Manifests to the `CustomResourceDefinition`s in them.

mod placed;
mod plain;

use kubesdk_generator::{Document, Error};
use serde_json::Value;
use serde_saphyr::Spanned;

use self::placed::{Node, Reading};

/// The definitions in a text, each as JSON under the name of its file and the number of its document.
pub(crate) fn definitions(
    name: &str,
    text: &str,
    notes: &mut Vec<String>,
) -> Result<Vec<Document>, Vec<Error>> {
    let documents: Vec<Value> = serde_saphyr::from_multiple_with_options(text, options())
        .map_err(|it| vec![no_yaml(name, text, &it)])?;
    let (mut found, mut others, mut doubtful) = (Vec::new(), Vec::new(), Vec::new());
    let is_alone = documents.len() == 1;
    for (number, mut document) in documents.into_iter().enumerate() {
        let place = place(name, number, is_alone);
        let mut sort = |name: String, object: &mut Value, item: Option<usize>| match kind(object) {
            // What has no kind is meant as something else, or broken: the generator says what is wrong.
            "CustomResourceDefinition" | "" => {
                if placed::is_doubtful(object) {
                    doubtful.push((name.clone(), number, item));
                }
                found.push(Document { name, text: object.to_string() });
            }
            other => others.push(other.to_owned()),
        };
        match kind(&document) {
            "List" | "CustomResourceDefinitionList" => {
                let items = document["items"].as_array_mut().into_iter().flatten().enumerate();
                for (number, item) in items {
                    sort(format!("{place}, item {}", number + 1), item, Some(number));
                }
            }
            _ => sort(place, &mut document, None),
        }
    }
    let faults = read_otherwise(text, &doubtful);
    if !faults.is_empty() {
        return Err(faults);
    }
    if !others.is_empty() {
        notes.push(format!("{name}: passed over, as they define no kind: {}", others.join(", ")));
    }
    Ok(found)
}

/// What Kubernetes reads otherwise, in definitions given by their name, the number of the document and of the item.
fn read_otherwise(text: &str, doubtful: &[(String, usize, Option<usize>)]) -> Vec<Error> {
    if doubtful.is_empty() {
        return Vec::new();
    }
    // What was read once can be read again.
    let documents: Vec<Spanned<Node>> =
        serde_saphyr::from_multiple_with_options(text, options()).unwrap_or_default();
    let mut faults = Vec::new();
    for (document, number, item) in doubtful {
        let Some(read) = documents.get(*number).map(|it| &it.value) else { continue };
        let read = match item {
            Some(item) => read.get("items").and_then(|it| it.item(*item)),
            None => Some(read),
        };
        let mut reading = Reading { document, text, faults: Vec::new() };
        if let Some(read) = read {
            reading.check(read, "");
        }
        faults.append(&mut reading.faults);
    }
    faults
}

fn options() -> serde_saphyr::Options {
    serde_saphyr::options! {
        with_snippet: false,
        strict_booleans: true,
        // What grows with the text alone needs no limit: eighty definitions in one file have 250,000 nodes.
        budget: serde_saphyr::budget! {
            max_events: usize::MAX,
            max_nodes: usize::MAX,
            max_documents: usize::MAX,
            max_total_scalar_bytes: usize::MAX,
        },
    }
}

/// Documents are counted from one, as far as they hold anything; the only one of a file has no number.
fn place(name: &str, number: usize, is_alone: bool) -> String {
    if is_alone { name.to_owned() } else { format!("{name}, document {}", number + 1) }
}

fn no_yaml(name: &str, text: &str, error: &serde_saphyr::Error) -> Error {
    let mut bytes = text.as_bytes();
    let documents = serde_saphyr::read_with_options::<_, Value>(&mut bytes, options());
    let number = documents.take_while(Result::is_ok).count();
    let is_alone = number == 0 && !text.lines().skip(1).any(|it| it.starts_with("---"));
    let error = error.without_snippet().render_with_formatter(&serde_saphyr::UserMessageFormatter);
    Error {
        document: place(name, number, is_alone),
        pointer: String::new(),
        message: format!("this is no YAML: {error}"),
        help: "correct it; templates must be rendered first (`helm template`, `kustomize build`)".to_owned(),
    }
}

fn kind(object: &Value) -> &str {
    object["kind"].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_are_found_with_their_place() {
        let check = |text: &str, expected: &[&str], expected_notes: &[&str]| {
            let mut notes = Vec::new();
            let found = definitions("f", text, &mut notes).unwrap();
            assert_eq!(found.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), expected, "{text}");
            assert_eq!(notes, expected_notes, "{text}");
        };
        let crd = "kind: CustomResourceDefinition\n";
        check(crd, &["f"], &[]);
        check(&format!("{crd}---\n{crd}"), &["f, document 1", "f, document 2"], &[]);
        check("{\"kind\": \"CustomResourceDefinition\"}", &["f"], &[]);
        check(
            "kind: List\nitems:\n- kind: Pod\n- kind: CustomResourceDefinition\n",
            &["f, item 2"],
            &["f: passed over, as they define no kind: Pod"],
        );
        check(
            &format!("kind: Service\n---\n{crd}"),
            &["f, document 2"],
            &["f: passed over, as they define no kind: Service"],
        );
        check("a: b", &["f"], &[]);
        check("", &[], &[]);
    }

    #[test]
    fn a_file_may_be_long() {
        // More than 1,024 documents and 250,000 nodes, at which the parser stops if nothing else is said.
        let properties: String = (0..100).map(|n| format!("  a{n}: b\n")).collect();
        let text = format!("kind: CustomResourceDefinition\nspec:\n{properties}---\n").repeat(1_300);
        let found = definitions("f", &text, &mut Vec::new()).unwrap();
        assert_eq!(found.len(), 1_300);
        assert_eq!(found[1_299].name, "f, document 1300");
    }

    #[test]
    fn what_is_no_yaml_is_told_with_its_place() {
        for (text, place) in [
            ("a: [\n", "f"),
            ("a: b\n---\nc: {\n", "f, document 2"),
            ("---\n# nothing\n---\na: b\n---\nc: }\n---\nd: e\n", "f, document 2"),
            ("a: {{ .Values.a }}\n---\na: b\n", "f, document 1"),
            ("a: &a [*a]\n", "f"),
            ("a: 1\na: 2\n", "f"),
        ] {
            let errors = definitions("f", text, &mut Vec::new()).unwrap_err();
            let [error] = errors.as_slice() else { panic!("{errors:?}") };
            assert_eq!((error.document.as_str(), error.pointer.as_str()), (place, ""), "{text} {error}");
            assert!(error.message.starts_with("this is no YAML: "), "{error}");
            assert!(error.message.contains("line") && error.help.contains("templates"), "{error}");
        }
    }

    #[test]
    fn what_kubernetes_reads_otherwise_is_told_with_its_place() {
        let check = |text: &str, expected: &[(&str, &str, &str)]| {
            let errors = definitions("f", text, &mut Vec::new()).err().unwrap_or_default();
            let found: Vec<(&str, &str)> =
                errors.iter().map(|it| (it.document.as_str(), it.pointer.as_str())).collect();
            let places: Vec<(&str, &str)> = expected.iter().map(|it| (it.0, it.1)).collect();
            assert_eq!(found, places, "{text}");
            for (error, (_, _, words)) in errors.iter().zip(expected) {
                assert!(error.to_string().contains(words), "{error}");
            }
        };
        check("a: y", &[("f", "/a", "without quotes Kubernetes takes `y` for true")]);
        check("a: y", &[("f", "/a", "help: write `true`, or quote it if it is text: `\"y\"`")]);
        check("y: 1", &[("f", "/y", "takes the name `y` for `true`\n  help: quote it: `\"y\":`")]);
        check("1.10: 1", &[("f", "/1.10", "for `1.1`")]);
        check("18446744073709551615: 1", &[("f", "/18446744073709551615", "for no name at all")]);
        check("a: [010, 08, 1_0, 1__0, 0x1f, 1.0]", &[("f", "/a/0", "`010` for 8"), ("f", "/a/3", "for 10")]);
        check("a: &x off\nb: *x", &[("f", "/a", "for false"), ("f", "/b", "for false")]);
        check("a: {n: [{/: No}]}", &[("f", "/a/n", "for `false`"), ("f", "/a/n/0/~1", "for false")]);
        check("# a |\na: on # b", &[("f", "/a", "for true")]);
        check("a:\n  on\n", &[("f", "/a", "for true")]);
        check("kind: List\nitems:\n- kind: Pod\n  a: y\n- a: y", &[("f, item 2", "/a", "for true")]);
        check("ä: 1\n---\n---\nä: y\n", &[("f, document 2", "/ä", "for true")]);
        // Others that are no definitions may say what they like, and whatever has quotes or a tag is text.
        check("kind: ConfigMap\ndata: {a: yes}", &[]);
        check("a: 'y'\n\"y\": \"010\"\nb: !!str y\nc: !!str &a n\nd: yEs\ne: null\nf: 1.5", &[]);
        check("a: |-\n  y\nb: >-\n\n  n\nc:\n- |2- # on\n    on\nd: 2026-01-02\n'1.10': 1:30", &[]);
    }

    #[test]
    fn numbers_are_those_that_kubernetes_has() {
        let found = definitions("f", "a: [1.0, 1e3, 1.5, 5., 1e300, -0.0]", &mut Vec::new()).unwrap();
        assert_eq!(found[0].text, r#"{"a":[1,1000,1.5,5,1e+300,0]}"#);
    }
}
