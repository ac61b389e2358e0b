//! Custom resources of every shape that a schema may have (`tests/user/crds/shapes`, a file for each subject): a server
//! takes the definitions, what it publishes gives the code that stands in `tests/user/shapes`, to the last letter what
//! the YAML alone gives, and each kind is used through it.
//!
//! What the YAML says and the server does not publish is in neither: short names, categories and printer columns, which
//! a client asks discovery for, and the paths of the scale, which is a type of its own.

mod calls;
mod choices;
mod names;
mod nests;
mod opens;
mod refused;
mod scalars;

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use kubesdk::Client;
use kubesdk::discovery::Discovery;
use kubesdk_gen::{Form, Generator};
use kubesdk_test_cluster::Cluster;
use serde_json::Value;

use crate::made::{differences, program};
use crate::{root, run, small};

const PACKAGE: [&str; 4] = ["--crate", "shapes", "--kubesdk", "path = \"../../../sdk\""];

fn definitions() -> PathBuf {
    root().join("tests/user/crds/shapes")
}

fn package() -> PathBuf {
    root().join("tests/user/shapes")
}

/// The definitions of one file.
fn definitions_in(file: &str) -> Vec<Value> {
    let text = fs::read_to_string(definitions().join(file)).expect("it is readable");
    serde_saphyr::from_multiple(&text).expect("it is YAML")
}

#[test]
fn what_stands_in_the_crate_is_what_the_definitions_give() {
    let form = Form::Crate { name: PACKAGE[1].into(), kubesdk: PACKAGE[3].into() };
    let again = "run `cargo run -p kubesdk-gen -- --crd tests/user/crds/shapes --crate shapes \
                 --kubesdk 'path = \"../../../sdk\"' --out tests/user/shapes`";
    let made = Generator::new().crds(definitions()).form(form).check(package());
    let made = made.unwrap_or_else(|error| panic!("{error}\n{again}"));
    // Each branch is told with what became of it, each name with what it is instead.
    let notes: Vec<&str> = made.extension.notes.iter().map(|it| it.message.as_str()).collect();
    let count = |words: &str| notes.iter().filter(|it| it.contains(words)).count();
    let (unions, merged) = (count("the type is an enum"), count("the type holds whatever any branch allows"));
    assert_eq!((unions, merged, count(" is called "), notes.len()), (4, 9, 3, 17), "{notes:#?}");
}

#[tokio::test]
async fn every_shape_is_made_of_what_a_server_publishes_and_used() {
    let cluster = Cluster::start(small()).expect("the cluster starts");
    let path = definitions().display().to_string();
    for arguments in [&["apply", "-f", path.as_str()][..], &["create", "namespace", "shapes"]] {
        let said = cluster.kubectl(arguments).expect("kubectl runs");
        assert!(said.status.success(), "{}", said.stderr);
    }
    refused::by_both(&cluster);
    the_server_gives_the_same_code(&cluster);

    let client = Client::from_kubeconfig(cluster.kubeconfig()).await.expect("a client");
    found_by_every_name(&client).await;
    nests::used(&client, &cluster).await;
    scalars::used(&client).await;
    opens::used(&client).await;
    choices::used(&client).await;
    names::used(&client).await;
}

/// By the command, as a user would; once the server publishes all of it, which it does a little later.
fn the_server_gives_the_same_code(cluster: &Cluster) {
    let place = tempfile::tempdir().expect("a folder");
    let out = place.path().join("shapes");
    let mut different = Default::default();
    for _ in 0..600 {
        let mut command = Command::new(program("kubesdk-gen"));
        command.args(["--server", "--group", "*shapes.example.com"]).args(PACKAGE).arg("--out").arg(&out);
        let said = run(command.env("KUBECONFIG", cluster.kubeconfig()));
        different = differences(&out, &package());
        if said.code == Some(0) && different.is_empty() {
            return;
        }
        sleep(Duration::from_millis(100));
    }
    panic!("{different:?}");
}

/// Short names, categories and scopes are discovery's.
async fn found_by_every_name(client: &Client) {
    let index = Discovery::new(client).resources().await.expect("what the server serves");
    let nest = index.resources().find(|it| it.name == "nests").expect("it is served");
    assert_eq!((nest.kind.kind.as_str(), nest.namespaced), ("Nest", true));
    assert_eq!(nest.short_names, ["ns1", "nst"]);
    assert_eq!(nest.categories, ["all", "shapes"]);
    let choice = index.resources().find(|it| it.name == "choices").expect("it is served");
    assert!(!choice.namespaced);
}
