//! Manifests to the `CustomResourceDefinition`s in them.

use kubesdk_generator::{Document, Error};
use serde_json::Value;

/// The definitions in a text, each as JSON under the name of its file and the number of its document.
pub(crate) fn definitions(name: &str, text: &str, notes: &mut Vec<String>) -> Result<Vec<Document>, Error> {
    let documents: Vec<Value> =
        serde_saphyr::from_multiple_with_options(text, options()).map_err(|it| no_yaml(name, text, &it))?;
    let (mut found, mut others) = (Vec::new(), Vec::new());
    let is_alone = documents.len() == 1;
    for (number, document) in documents.into_iter().enumerate() {
        let place = place(name, number, is_alone);
        match kind(&document) {
            "List" | "CustomResourceDefinitionList" => {
                let items = document["items"].as_array().into_iter().flatten().enumerate();
                for (number, item) in items {
                    sort(format!("{place}, item {}", number + 1), item, &mut found, &mut others);
                }
            }
            _ => sort(place, &document, &mut found, &mut others),
        }
    }
    if !others.is_empty() {
        notes.push(format!("{name}: passed over, as they define no kind: {}", others.join(", ")));
    }
    Ok(found)
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

fn sort(name: String, object: &Value, found: &mut Vec<Document>, others: &mut Vec<String>) {
    match kind(object) {
        "CustomResourceDefinition" => found.push(Document { name, text: object.to_string() }),
        // What has no kind is meant as something else, or broken: the generator says what is wrong.
        "" => found.push(Document { name, text: object.to_string() }),
        other => others.push(other.to_owned()),
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
            let error = definitions("f", text, &mut Vec::new()).unwrap_err();
            assert_eq!((error.document.as_str(), error.pointer.as_str()), (place, ""), "{text} {error}");
            assert!(error.message.starts_with("this is no YAML: "), "{error}");
            assert!(error.message.contains("line") && error.help.contains("templates"), "{error}");
        }
    }
}
