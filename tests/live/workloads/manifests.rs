//! YAML of many documents beside `kubectl create -f` and `kubectl apply --server-side -f`.

use kubesdk::Client;
use kubesdk::discovery::RestMapper;
use kubesdk::manifest::{DocumentError, Made, Manifest};
use kubesdk_test_cluster::Cluster;

use super::said;

const MANY: &str = "
# several kinds, one of them of the manifest itself, in two scopes
apiVersion: v1
kind: ConfigMap
metadata: {name: one}
data:
  number: '08'
  word: 'no'
  text: |
    two
    lines
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: none}
spec:
  replicas: 0
  selector: {matchLabels: {app: none}}
  template: {metadata: {labels: {app: none}}, spec: {containers: [{name: a, image: b}]}}
---
---
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: ServiceAccount, metadata: {name: one}}
- {apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: one}, rules: []}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: one}
---
apiVersion: v1
kind: Secret
metadata: {name: one}
stringData: {a: b}
";

fn lines(outcomes: &[Result<Made, DocumentError>]) -> (String, Vec<&DocumentError>) {
    let (mut text, mut errors) = (String::new(), Vec::new());
    for outcome in outcomes {
        match outcome {
            Ok(made) => text.push_str(&format!("{made}\n")),
            Err(error) => errors.push(error),
        }
    }
    (text, errors)
}

pub async fn created_as_kubectl_creates(cluster: &Cluster, client: &Client) {
    for namespace in ["ours", "theirs"] {
        said(cluster, &["create", "namespace", namespace]);
    }
    let mapper = RestMapper::new(client);
    let manifest = Manifest::from_yaml(MANY).expect("a manifest");
    let dry = manifest.create(client, &mapper).namespace("ours").dry_run().await;
    let ours = manifest.create(client, &mapper).namespace("ours").await;
    let theirs =
        cluster.kubectl_with_input(&["create", "-n", "theirs", "-f", "-"], MANY).expect("kubectl runs");
    let (text, errors) = lines(&ours);
    assert_eq!(text, theirs.stdout);
    assert_eq!(text.lines().count(), 5);
    let [error] = errors.as_slice() else { panic!("{errors:?}") };
    assert!(error.error().is_already_exists() && error.document() == 4, "{error}");
    let expected = "document 4, v1 ConfigMap \"one\": Error from server (AlreadyExists): configmaps \"one\" already exists";
    assert_eq!(error.to_string(), expected);
    assert!(theirs.stderr.contains("configmaps \"one\" already exists"), "{}", theirs.stderr);
    // Nothing was stored of the trial, so that the second of one name is not refused.
    assert!(dry.iter().all(Result::is_ok), "{dry:?}");
    assert_eq!(dry[0].as_ref().expect("made").to_string(), "configmap/one created (server dry run)");
    let get = |namespace: &str| {
        let path = "{.data}{.metadata.labels}";
        said(cluster, &["get", "cm", "one", "-n", namespace, "-o", &format!("jsonpath={path}")])
    };
    assert_eq!(get("ours"), get("theirs"));
}

pub async fn applied_as_kubectl_applies(cluster: &Cluster, client: &Client) {
    let mapper = RestMapper::new(client);
    let manifest = Manifest::from_yaml(MANY).expect("a manifest");
    let apply = || manifest.apply(client, &mapper, "tester").namespace("ours");
    // The creator owns what it wrote: another manager is in conflict where it wants something else.
    let other =
        Manifest::from_yaml("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\ndata: {number: '9'}\n");
    let other = other.expect("a manifest");
    let conflict = other.apply(client, &mapper, "other").namespace("ours").await.remove(0);
    assert!(conflict.expect_err("a conflict").error().is_conflict());
    let forced = other.apply(client, &mapper, "other").namespace("ours").force().await.remove(0);
    assert_eq!(forced.expect("applied").to_string(), "configmap/one serverside-applied");
    let ours = apply().force().await;
    let flags = [
        "apply",
        "--server-side",
        "--force-conflicts",
        "--field-manager",
        "tester",
        "-n",
        "theirs",
        "-f",
        "-",
    ];
    let theirs = cluster.kubectl_with_input(&flags, MANY).expect("kubectl runs");
    let (text, errors) = lines(&ours);
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(text, theirs.stdout, "{}", theirs.stderr);
    let nameless = Manifest::from_yaml("apiVersion: v1\nkind: Pod\nmetadata: {generateName: a-}\n");
    let nameless = nameless.expect("a manifest");
    let error = nameless.apply(client, &mapper, "tester").await.remove(0).expect_err("it has no name");
    assert_eq!(error.error().kind(), kubesdk::ErrorKind::Request);
}

pub async fn what_is_wrong_has_a_number(client: &Client) {
    let mapper = RestMapper::new(client);
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: never}\n---\napiVersion: v1\nkind: [\n";
    assert_eq!(Manifest::from_yaml(text).expect_err("no YAML").document(), 2);
    let unknown = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: known}\n---\n\
                   apiVersion: shop.example.com/v1\nkind: Cart\nmetadata: {name: a}\n---\n\
                   apiVersion: v1\nkind: ConfigMap\nmetadata: {name: wrong}\ndatum: {}\n";
    let outcomes =
        Manifest::from_yaml(unknown).expect("a manifest").create(client, &mapper).namespace("ours").await;
    let (text, errors) = lines(&outcomes);
    assert_eq!(text, "configmap/known created\n");
    assert_eq!(errors.iter().map(|it| it.document()).collect::<Vec<_>>(), [2, 3]);
    assert!(
        errors[0].to_string().starts_with("document 2, shop.example.com/v1 Cart \"a\": "),
        "{}",
        errors[0]
    );
    assert!(errors[1].error().is_bad_request(), "unknown fields are refused: {}", errors[1]);
}
