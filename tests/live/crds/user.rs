//! A user's crates (`tests/user`): what stands there is what the definitions give, and what a server that has them
//! publishes; and the program that uses it does on that server what it should.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use kubesdk_gen::{Form, Generator};
use kubesdk_test_cluster::Cluster;

use crate::made::{differences, program};
use crate::{root, run, small};

fn user() -> PathBuf {
    root().join("tests/user")
}

#[test]
fn what_stands_in_users_crates_is_what_definitions_give() {
    let crds = user().join("crds");
    let module = Generator::new().crds(&crds).check(user().join("widgets/src/api"));
    let again = "run `cargo run -p kubesdk-gen -- --crd tests/user/crds --out tests/user/widgets/src/api`";
    let made = module.unwrap_or_else(|error| panic!("{error}\n{again}"));
    assert!(made.extension.notes.is_empty(), "{:?}", made.extension.notes);
    assert_eq!(made.notes.len(), 1, "{:?}", made.notes);
    let form = Form::Crate { name: "widgets-made".into(), kubesdk: "path = \"../../../sdk\"".into() };
    let package = Generator::new().crds(&crds).form(form).check(user().join("made"));
    let again = "run `cargo run -p kubesdk-gen -- --crd tests/user/crds --crate widgets-made --kubesdk \
                 'path = \"../../../sdk\"' --out tests/user/made`";
    package.unwrap_or_else(|error| panic!("{error}\n{again}"));
}

#[test]
fn a_server_gives_the_same_code_and_serves_the_program() {
    let cluster = Cluster::start(small()).expect("the cluster starts");
    for file in ["widgets.yaml", "depots.yaml"] {
        let path = user().join("crds").join(file).display().to_string();
        let applied = cluster.kubectl(&["apply", "-f", &path]).expect("kubectl runs");
        assert!(applied.status.success(), "{}", applied.stderr);
    }
    let definitions = ["crd/widgets.shop.example.com", "crd/depots.shop.example.com"];
    let waited = cluster.kubectl(&["wait", "--for=condition=Established", definitions[0], definitions[1]]);
    assert!(waited.expect("kubectl runs").status.success());

    // By the command, as a user would; once the server publishes all of it, which it does a little later.
    let place = tempfile::tempdir().expect("a folder");
    let (out, generator) = (place.path().join("api"), program("kubesdk-gen"));
    let command = |out: &Path, arguments: &[&str]| {
        let mut command = Command::new(&generator);
        run(command.arg("--out").arg(out).args(arguments).env("KUBECONFIG", cluster.kubeconfig()))
    };
    let committed = user().join("widgets/src/api");
    let mut same = false;
    for _ in 0..600 {
        let said = command(&out, &["--server"]);
        same = said.code == Some(0) && differences(&out, &committed).is_empty();
        if same {
            break;
        }
        sleep(Duration::from_millis(100));
    }
    assert!(same, "{:?}", differences(&out, &committed));
    // What is there is left as it is, and what it has not is told.
    let again = command(&out, &["--server", "--check"]);
    assert_eq!(again.code, Some(0), "{}", again.stderr);
    let stale = command(&out, &["--server", "--check", "--kind", "Depot"]);
    assert_eq!(stale.code, Some(3), "{}", stale.stderr);
    let none = command(&out, &["--server", "--group", "nobody"]);
    assert_eq!(none.code, Some(1));
    assert!(none.stderr.contains("choose from shop.example.com/v1 (Depot, Widget); "), "{}", none.stderr);

    let said = run(Command::new(program("widgets")).env("KUBECONFIG", cluster.kubeconfig()));
    assert_eq!(
        (said.code, said.stdout.as_str()),
        (Some(0), "all came back as it was sent\n"),
        "{}",
        said.stderr
    );
}
