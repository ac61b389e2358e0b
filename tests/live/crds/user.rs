//! A user's crates (`tests/user`): what stands there is what the definitions give, and what a server that has them
//! publishes; and the program that uses it does on that server what it should.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use kubesdk_gen::{Document, Form, Generator};
use kubesdk_test_cluster::Cluster;

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
    let (out, program) = (place.path().join("api"), program("kubesdk-gen"));
    let command = |out: &Path, arguments: &[&str]| {
        let mut command = Command::new(&program);
        run(command.arg("--out").arg(out).args(arguments).env("KUBECONFIG", cluster.kubeconfig()))
    };
    let mut same = false;
    for _ in 0..600 {
        let said = command(&out, &["--server"]);
        same = said.code == Some(0) && files(&out) == files(&user().join("widgets/src/api"));
        if same {
            break;
        }
        sleep(Duration::from_millis(100));
    }
    assert!(same, "{:?}", files(&out).iter().map(|it| &it.name).collect::<Vec<_>>());
    // What is there is left as it is, and what it has not is told.
    let again = command(&out, &["--server", "--check"]);
    assert_eq!(again.code, Some(0), "{}", again.stderr);
    let stale = command(&out, &["--server", "--check", "--kind", "Depot"]);
    assert_eq!(stale.code, Some(3), "{}", stale.stderr);
    let none = command(&out, &["--server", "--group", "nobody"]);
    assert_eq!(none.code, Some(1));
    assert!(none.stderr.contains("choose from shop.example.com/v1 (Depot, Widget); "), "{}", none.stderr);

    let said = run(Command::new(self::program("widgets")).env("KUBECONFIG", cluster.kubeconfig()));
    assert_eq!(
        (said.code, said.stdout.as_str()),
        (Some(0), "all came back as it was sent\n"),
        "{}",
        said.stderr
    );
}

/// A program of the workspace, built as it stands now.
fn program(package: &str) -> PathBuf {
    let mut command = Command::new(env!("CARGO"));
    let said = run(command.args(["build", "--quiet", "--locked", "--package", package]).current_dir(root()));
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    root().join("target/debug").join(package)
}

/// The files of a folder, by name.
fn files(folder: &Path) -> Vec<Document> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(inside) = open.pop() {
        for entry in fs::read_dir(&inside).into_iter().flatten() {
            let path = entry.expect("it is readable").path();
            match path.is_dir() {
                true => open.push(path),
                false => {
                    let name = path.strip_prefix(folder).expect("it is inside").display().to_string();
                    files.push(Document { name, text: fs::read_to_string(&path).expect("it is text") });
                }
            }
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    files
}
