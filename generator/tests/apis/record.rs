//! The documents of record are those of one server: what is held of others is an error there.

use kubesdk_generator::{Document, Manifests, Options, generate};
use serde_json::json;

fn document(name: &str, ty: &str) -> Document {
    let schema = json!({"type": "object", "properties": {"size": {"type": ty}}});
    let text =
        json!({"openapi": "3.0.0", "paths": {}, "components": {"schemas": {"com.example.v1.Part": schema}}});
    Document { name: name.to_owned(), text: text.to_string() }
}

#[test]
fn one_name_is_one_schema() {
    let documents = [document("a.json", "string"), document("b.json", "integer")];
    let manifest = "[features]\n# generated features\n".to_owned();
    let manifests = Manifests { api: manifest.clone(), facade: manifest };
    let run = |record| generate(&documents, &manifests, &Options { deny_unknown: false, record });
    let errors = run(true).unwrap_err();
    let expected = "b.json#/components/schemas/com.example.v1.Part/properties/size/type: the schema com.example.v1.Part \
                    differs here from the one in a.json#/components/schemas/com.example.v1.Part";
    assert_eq!(errors[0].to_string().lines().next(), Some(expected));
    let types = &run(false).unwrap().files["sdk/api/src/example/v1/types.rs"];
    assert_eq!(types.matches("pub struct Part").count(), 2, "{types}");

    let twice = [document("a.json", "string"), document("a.json", "integer")];
    let errors = generate(&twice, &manifests, &Options { deny_unknown: false, record: false }).unwrap_err();
    assert!(errors[0].message.ends_with("is two schemas"), "{errors:?}");
}
