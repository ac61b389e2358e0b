//! Names as people type them, to what the tables beside the documents say.

use kubesdk::discovery::{MappingError, ResourceIndex};

use super::server::{Server, fixture};

async fn index(name: &str) -> ResourceIndex {
    ResourceIndex::new(Server::of_fixture(name).discovery().resources().await.expect("documents"))
}

/// `! text` is an error in these words, `!2 text` one that begins with them, `? text` one of several candidates.
fn check(index: &ResourceIndex, name: &str, expected: &str) {
    let found = index.resource(name);
    match (&found, expected.split_once(' ')) {
        (Err(error), Some(("!", words))) if error.is_no_match() => {
            assert_eq!(error.to_string(), words, "{name:?}")
        }
        (Err(error), Some(("!2", words))) if error.is_no_match() => {
            assert!(
                error.to_string().starts_with(&format!("{words} (these could not be read: ")),
                "{name:?}: {error}"
            );
            assert!(error.candidates().is_empty());
        }
        (Err(error), Some(("?", words))) if !error.candidates().is_empty() => {
            assert_eq!(error.to_string(), words, "{name:?}");
        }
        (Ok(it), _) => {
            let scope = if it.namespaced { "namespaced" } else { "cluster" };
            let said = format!("{}\t{}\t{scope}", it.group_version_resource(), it.kind.kind);
            assert_eq!(said, expected, "{name:?}");
            assert_eq!(index.candidates(name).first(), Some(it), "{name:?}");
        }
        _ => panic!("{name:?}: expected {expected}, found {found:?}"),
    }
}

async fn check_table(name: &str) {
    let index = index(&format!("{name}.json")).await;
    let table = fixture(&format!("{name}.tsv"));
    for line in table.lines() {
        let (name, expected) = line.split_once('\t').expect("a name and what it leads to");
        check(&index, name, expected);
    }
}

#[tokio::test]
async fn names_lead_to_resources_as_for_kubectl() {
    check_table("aggregated").await;
    check_table("legacy").await;
}

#[tokio::test]
async fn lists_of_names_and_categories_are_expanded() {
    let index = index("aggregated.json").await;
    let check = |names: &str, expected: &str| {
        let found = index.resources(names).unwrap_or_else(|error| panic!("{names}: {error}"));
        let found: Vec<String> =
            found.iter().map(|it| format!("{}/{}", it.qualified_name(), it.group_version.version)).collect();
        assert_eq!(found.join(" "), expected, "{names}");
    };
    let all =
        "pods/v1 deployments.apps/v1 horizontalpodautoscalers.autoscaling/v2 crontabs.stable.example.com/v1";
    check("all", all);
    check("all,po,cm,deploy.v1.apps", &format!("{all} configmaps/v1"));
    check("po,all", all);
    check("jobs", "crontabs.stable.example.com/v1");
    check("cm,cm,configmaps", "configmaps/v1");
    for (names, wrong) in [("po,nothing,cm", "nothing"), ("", ""), ("po,", "")] {
        let error = index.resources(names).expect_err(names);
        assert!(matches!(&error, MappingError::NoMatch { name, .. } if name == wrong), "{error:?}");
    }
    assert!(index.category("none").is_empty());
}

#[tokio::test]
async fn other_meanings_of_a_name_follow_by_priority() {
    let index = index("aggregated.json").await;
    let check = |name: &str, expected: &[&str]| {
        let found: Vec<String> =
            index.candidates(name).iter().map(|it| format!("{} {}", it.group_version, it.name)).collect();
        assert_eq!(found, expected, "{name}");
    };
    check("ev", &["v1 events", "events.k8s.io/v1 events"]);
    check("po", &["v1 pods", "stable.example.com/v1 crontabs"]);
    check("hpa", &["autoscaling/v2 horizontalpodautoscalers", "autoscaling/v1 horizontalpodautoscalers"]);
    check(
        "CronTab",
        &[
            "stable.example.com/v1 crontabs",
            "stable.example.com/v1beta1 crontabs",
            "stable.example.com.longer/v1 crontabs",
        ],
    );
    check("nothing", &[]);
}
