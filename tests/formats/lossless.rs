//! What a server says and the SDK knows comes back equal, by the rules that `kubesdk::json` documents: one line of
//! `lossless.tsv` for each case.

use kubesdk::api::apiextensions::v1::CustomResourceDefinition;
use kubesdk::api::core::v1::{ConfigMap, Event, Pod, Secret, Service};
use kubesdk::core::Object;
use kubesdk::json;

/// The encoded text, or the error.
fn through<T: Object + Default>(text: &str) -> Result<String, String> {
    let object: T = json::from_slice(text.as_bytes()).map_err(|error| error.to_string())?;
    let out = json::to_vec(&object);
    let again: T = json::from_slice(&out).map_err(|error| error.to_string())?;
    assert_eq!(json::to_vec(&again), out, "{text}");
    Ok(String::from_utf8(out).unwrap())
}

#[test]
fn every_line_comes_back() {
    let (mut cases, mut wrong) = (0, Vec::new());
    for line in include_str!("lossless.tsv").lines().filter(|line| !line.starts_with('#')) {
        let [kind, text, expected] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let outcome = match kind {
            "ConfigMap" => through::<ConfigMap>(text),
            "CustomResourceDefinition" => through::<CustomResourceDefinition>(text),
            "Event" => through::<Event>(text),
            "Pod" => through::<Pod>(text),
            "Secret" => through::<Secret>(text),
            "Service" => through::<Service>(text),
            other => panic!("{other} is not in this test"),
        };
        let holds = match (&outcome, expected.strip_prefix('!')) {
            (Ok(out), None) => out.contains(expected),
            (Err(error), Some(expected)) => error.contains(expected),
            _ => false,
        };
        if !holds {
            wrong.push(format!("{line}\n{outcome:?}"));
        }
        cases += 1;
    }
    assert!(wrong.is_empty() && cases > 30, "{cases}\n{}", wrong.join("\n"));
}
