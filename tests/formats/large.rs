//! Deep and large objects of real types.

use kubesdk::api::apiextensions::v1::JSONSchemaProps;
use kubesdk::api::core::v1::{ConfigMap, Pod};
use kubesdk::json;

/// A schema with so many levels of properties, each two levels of JSON.
fn schema(levels: usize) -> String {
    r#"{"type":"object","properties":{"a":"#.repeat(levels) + "{}" + &"}}".repeat(levels)
}

#[test]
fn schemas_nest_until_the_limit_and_then_it_is_an_error() {
    let text = schema(63);
    let read: JSONSchemaProps = json::from_slice(text.as_bytes()).unwrap();
    assert_eq!(json::from_slice::<JSONSchemaProps>(&json::to_vec(&read)).unwrap(), read);
    assert_eq!(read.clone(), read);
    for levels in [64, 100_000] {
        let error = json::from_slice::<JSONSchemaProps>(schema(levels).as_bytes()).unwrap_err();
        let expected = r#"expected at most 128 levels, found more at $.properties["a"].properties["a"]"#;
        assert!(error.to_string().starts_with(expected), "{error}");
    }
}

#[test]
fn many_keys_and_many_containers() {
    let entries: Vec<String> = (0..100_000).rev().map(|n| format!(r#""key-{n:06}":"value {n}""#)).collect();
    let text = format!(r#"{{"data":{{{}}}}}"#, entries.join(","));
    let map: ConfigMap = json::from_slice(text.as_bytes()).unwrap();
    assert_eq!((map.data.len(), &*map.data["key-000007"]), (100_000, "value 7"));
    assert!(json::from_slice::<ConfigMap>(&json::to_vec(&map)).unwrap() == map);

    let container =
        r#"{"name":"c","image":"i","env":[{"name":"A","value":"1"}],"ports":[{"containerPort":80}]}"#;
    let text = format!(r#"{{"spec":{{"containers":[{}]}}}}"#, vec![container; 3_000].join(","));
    let pod: Pod = json::from_slice(text.as_bytes()).unwrap();
    assert_eq!(pod.spec.containers.len(), 3_000);
    assert!(pod.spec.containers.iter().all(|it| it == &pod.spec.containers[0] && it.env.capacity() == 1));
    assert!(json::from_slice::<Pod>(&json::to_vec(&pod)).unwrap() == pod);
}
