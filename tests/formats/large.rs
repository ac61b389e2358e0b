//! Deep and large objects of real types.

use kubesdk::api::apiextensions::v1::JSONSchemaProps;
use kubesdk::api::core::v1::{ConfigMap, ConfigMapList, Container, EnvVar, Pod, PodList};
use kubesdk::api::meta::v1::ObjectMeta;
use kubesdk::core::{ListObject, Object, Str, map, some};
use kubesdk::{cbor, json, walk, yaml};
use serde::Serialize;
use serde::de::DeserializeOwned;

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

/// Every way in and out gives the object back, and every walk from nothing to it and back says so.
fn comes_back<T>(what: &str, object: &T)
where
    T: Object + Default + Clone + PartialEq + Serialize + DeserializeOwned,
{
    let text = json::to_vec(object);
    assert!(json::from_slice::<T>(&text).unwrap() == *object, "{what}: JSON");
    assert!(cbor::from_slice::<T>(&cbor::to_vec(object)).unwrap() == *object, "{what}: CBOR");
    assert!(yaml::from_str::<T>(&yaml::to_string(object).unwrap()).unwrap() == *object, "{what}: YAML");
    let value = serde_json::from_slice::<serde_json::Value>(&text).unwrap();
    assert!(serde_json::from_value::<T>(value).unwrap() == *object, "{what}: serde");

    let nothing = T::default();
    assert!(walk::diff(object, &object.clone()).is_empty(), "{what}: equal");
    assert!(!walk::diff(&nothing, object).is_empty(), "{what}: different");
    for (before, after) in [(&nothing, object), (object, &nothing), (object, object)] {
        let patch = walk::merge_patch(before, after);
        assert!(walk::apply_merge_patch(before, &patch).unwrap() == *after, "{what}: merge patch");
    }
    let mut texts = 0;
    walk::visit_strings(object, &mut |_, _| texts += 1);
    assert!(texts > 0, "{what}: texts");
}

/// Lists come back in pieces too, whole and one by one, in both formats.
fn list_comes_back<L: ListObject + Clone + PartialEq>(what: &str, list: &L)
where
    L::Item: PartialEq,
{
    for whole in [json::to_vec(list), cbor::to_vec(list)] {
        assert!(json::from_reader::<L>(&*whole).unwrap() == *list, "{what}: read");
        let mut decoder = json::ListDecoder::<L>::new();
        let mut items = list.items().iter();
        for mut piece in whole.chunks(10_007) {
            while let Some(item) = decoder.next(&mut piece) {
                assert!(items.next() == Some(&item.unwrap()), "{what}: an item");
            }
        }
        assert!(items.next().is_none() && decoder.finish().unwrap().items().is_empty(), "{what}: the end");
    }
}

fn config_map(entries: impl IntoIterator<Item = (String, String)>) -> ConfigMap {
    let metadata = ObjectMeta { name: some("large"), ..Default::default() };
    ConfigMap {
        metadata,
        data: map(entries.into_iter().map(|(key, text)| (key, Str::from(text)))),
        ..Default::default()
    }
}

#[test]
fn a_text_of_ten_megabytes_in_every_format() {
    let text = "é \"quoted\" \\ \n\t and plain, ".repeat(400_000);
    let map = config_map([("text".to_owned(), text)]);
    comes_back("a long text", &map);
    list_comes_back("a long text", &ConfigMapList { items: vec![map.clone(), map], ..Default::default() });
}

#[test]
fn a_hundred_thousand_keys_in_every_format() {
    let map = config_map((0..100_000).map(|n| (format!("key-{n:06}"), format!("value {n}"))));
    comes_back("many keys", &map);
    list_comes_back("many keys", &ConfigMapList { items: vec![map], ..Default::default() });
}

#[test]
fn three_thousand_containers_in_every_format() {
    let container = |n: usize| Container {
        name: format!("c{n}").as_str().into(),
        image: some("i"),
        env: vec![EnvVar { name: "A".into(), value: some("1"), ..Default::default() }],
        ..Default::default()
    };
    let mut pod = Pod::default();
    pod.spec.containers = (0..3_000).map(container).collect();
    comes_back("many containers", &pod);
    list_comes_back("many containers", &PodList { items: vec![pod.clone(); 3], ..Default::default() });

    // Every second one is another, some are gone, the order is turned around.
    let mut other = pod.clone();
    other.spec.containers.iter_mut().step_by(2).for_each(|it| it.image = some("j"));
    other.spec.containers.truncate(2_900);
    other.spec.containers.reverse();
    let diff = walk::diff(&pod, &other);
    assert_eq!(diff.changes().len(), 1_450 + 100 + 1, "images, containers, their order");
    let patch = walk::strategic_patch(&pod, &other);
    assert!(walk::apply_strategic_patch(&pod, &patch).unwrap() == other);
    let mut many = PodList { items: vec![Pod::default(); 3_000], ..Default::default() };
    many.items.iter_mut().enumerate().for_each(|(n, pod)| pod.metadata.name = some(&*format!("p{n}")));
    list_comes_back("many items", &many);
    assert!(yaml::from_str::<PodList>(&yaml::to_string(&many).unwrap()).unwrap() == many);
}

#[test]
fn yaml_of_as_many_documents_and_nodes_as_there_are() {
    // More than 1,024 documents and 250,000 nodes, at which the parser stops if nothing else is said.
    let annotations: String = (0..100).map(|n| format!("    a{n}: b\n")).collect();
    let text = format!("metadata:\n  name: p\n  annotations:\n{annotations}---\n").repeat(1_300);
    let pods: Vec<Pod> = yaml::documents(&text).unwrap();
    assert_eq!(pods.len(), 1_300);
    assert!(pods.iter().all(|it| it.metadata.annotations.len() == 100));
}

#[test]
fn deep_schemas_in_every_format() {
    // YAML is read to 64 levels, JSON and CBOR to 128.
    comes_back("a deep schema", &json::from_slice::<JSONSchemaProps>(schema(31).as_bytes()).unwrap());
    let deep: JSONSchemaProps = json::from_slice(schema(63).as_bytes()).unwrap();
    assert!(cbor::from_slice::<JSONSchemaProps>(&cbor::to_vec(&deep)).unwrap() == deep);
    let nothing = JSONSchemaProps::default();
    for (before, after) in [(&nothing, &deep), (&deep, &nothing), (&deep, &deep)] {
        let patch = walk::merge_patch(before, after);
        assert!(walk::apply_merge_patch(before, &patch).unwrap() == *after);
        assert_eq!(walk::diff(before, after).is_empty(), before == after);
    }
    let text = yaml::to_string(&deep).unwrap();
    assert!(yaml::from_str::<JSONSchemaProps>(&text).unwrap_err().to_string().contains("Depth"));
}
