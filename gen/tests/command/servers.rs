//! Servers as sources: what is asked for, groups that are down, and servers that have no OpenAPI v3.

use std::cell::RefCell;
use std::fs;

use kubesdk_gen::server::{self, Server as Source};
use serde_json::json;

use super::bench::Bench;
use super::files::DUMP;
use super::server::{Answers, Server, failure};

const WARDLE: [&str; 3] =
    ["apis/wardle.example.com", "apis/wardle.example.com/v1alpha1", "apis/wardle.example.com/v1beta1"];

/// What `/apis` says of a server with these group-versions.
fn groups(group_versions: &[&str]) -> (u16, String) {
    let groups = group_versions.iter().map(|it| {
        let (group, _) = it.split_once('/').unwrap();
        json!({"name": group, "versions": [{"groupVersion": it}]})
    });
    (200, json!({"kind": "APIGroupList", "groups": groups.collect::<Vec<_>>()}).to_string())
}

/// A server with the sample API server behind it, and groups that kubesdk has.
fn wardle() -> Answers {
    let builtin = ["api/v1", "apis/apps", "apis/apps/v1", "version"];
    let url = |path: &str| json!({"serverRelativeURL": format!("/openapi/v3/{path}?hash=1A")});
    let paths: serde_json::Map<_, _> =
        WARDLE.iter().chain(&builtin).map(|path| ((*path).to_owned(), url(path))).collect();
    let mut answers = Answers::from([
        ("/openapi/v3".to_owned(), (200, json!({"paths": paths}).to_string())),
        ("/apis".to_owned(), groups(&["apps/v1", "wardle.example.com/v1alpha1", "lost.example.com/v1"])),
    ]);
    for path in WARDLE {
        let file = format!("{}.json", path.replace('/', "__"));
        let folder = format!("{}/../tests/user/documents", env!("CARGO_MANIFEST_DIR"));
        let text = fs::read_to_string(format!("{folder}/{file}")).unwrap();
        answers.insert(format!("/openapi/v3/{path}"), (200, text));
    }
    answers
}

/// A server that publishes OpenAPI v2 alone.
fn old() -> Answers {
    let mut dump: serde_json::Value = serde_json::from_str(DUMP).unwrap();
    // As every server it has what kubesdk has, too.
    dump["paths"]["/api/v1/"] = json!({"get": {"operationId": "getCoreV1APIResources", "responses": {}}});
    Answers::from([
        ("/openapi/v2".to_owned(), (200, dump.to_string())),
        ("/apis".to_owned(), groups(&["apps/v1", "old.example.com/v1", "lost.example.com/v1"])),
    ])
}

/// A folder with a kubeconfig of a server.
fn bench(answers: Answers) -> (Bench, Server) {
    let (bench, server) = (Bench::new(), Server::start(answers));
    bench.write("config", &server.kubeconfig());
    (bench, server)
}

const V1ALPHA1: &str =
    "wardle.example.com/v1alpha1 in wardle::v1alpha1: Fischer, Flunder; 6 types, 19 methods\n";
const LOST: &str =
    "note: lost.example.com/v1 has no document: what serves it may be down; what it has is not made\n";

#[test]
fn what_kubesdk_does_not_have_is_asked_for_and_made() {
    let (bench, server) = bench(wardle());
    let v1beta1 = "wardle.example.com/v1beta1 in wardle::v1beta1: Flunder; 4 types, 11 methods\n";
    let said = bench.check("--kubeconfig config --out api", 0, &[V1ALPHA1, v1beta1], &[LOST]);
    assert_eq!(said.err, LOST, "nothing but the note: progress is for terminals");
    let documents = WARDLE.map(|it| format!("/openapi/v3/{it}"));
    assert_eq!(server.asked(), [&["/apis".to_owned(), "/openapi/v3".to_owned()][..], &documents].concat());
    // The same by name of the context, beside other sources, and compared.
    bench.check("--kubeconfig config --context here --out api --check", 0, &[V1ALPHA1], &[LOST]);
    let line = "--kubeconfig config --crd crds --out api --check --kind Flunder --kind Hammer";
    bench.check(line, 3, &[], &[LOST, "error: api is not what would be generated"]);
    let error = "error: 1 fault; nothing was written\ngroups#/lost.example.com: the pattern";
    bench.check("--kubeconfig config --out none --group lost.example.com", 1, &[], &[LOST, error]);
}

#[test]
fn a_group_whose_server_is_down_is_told_and_the_rest_is_made() {
    let mut answers = wardle();
    answers.insert(format!("/openapi/v3/{}", WARDLE[2]), failure(503, "service unavailable"));
    let (bench, server) = bench(answers);
    let note = format!("note: {}/openapi/v3/{}?hash=1A: ", server.url(), WARDLE[2]);
    let notes = [LOST, &note, "service unavailable", "; what it has is not made\n"];
    let said = bench.check("--kubeconfig config --out api", 0, &[V1ALPHA1], &notes);
    assert!(!said.out.contains("v1beta1"), "{said:?}");
    assert!(!bench.path().join("api/wardle/v1beta1.rs").exists());
}

#[test]
fn what_is_wrong_with_other_groups_stops_nobody_who_chooses() {
    let index = r#"{"paths": {"apis/wardle.example.com/v1alpha1": {"serverRelativeURL": "/openapi/v3/a"},
        "apis/bad.example.com/v1": {"serverRelativeURL": "/openapi/v3/b"}}}"#;
    let check = |answer: (u16, &str), fault: &str, note: Option<&str>| {
        let mut answers = wardle();
        let document = answers[&format!("/openapi/v3/{}", WARDLE[1])].clone();
        answers.insert("/openapi/v3/a".to_owned(), document);
        answers.insert("/openapi/v3/b".to_owned(), (answer.0, answer.1.to_owned()));
        answers.insert("/openapi/v3".to_owned(), (200, index.to_owned()));
        answers.insert("/apis".to_owned(), groups(&[]));
        let (bench, _server) = bench(answers);
        bench.check("--kubeconfig config --out api", 1, &[], &["error: ", fault]);
        bench.check("--kubeconfig config --out api --group bad.example.com", 1, &[], &["error: ", fault]);
        let notes: Vec<&str> = note.into_iter().chain(note.map(|_| "; what it has is not made\n")).collect();
        bench.check("--kubeconfig config --out api --group wardle.*", 0, &[V1ALPHA1], &notes);
    };
    check((500, ""), "InternalError", Some("InternalError"));
    check((403, ""), "system:discovery", Some("system:discovery"));
    check((200, "<html>"), "the answer is HTML", Some("the answer is HTML"));
    check((200, "{"), "/openapi/v3/apis/bad.example.com/v1#: ", None);
    check((200, "{\"paths\": []}"), "/openapi/v3/apis/bad.example.com/v1#/paths: ", None);
}

#[test]
fn a_server_that_does_not_answer_as_it_should_is_an_error() {
    let check = |path: &str, answer: (u16, String), words: &[&str]| {
        let mut answers = wardle();
        answers.insert(path.to_owned(), answer);
        let (bench, server) = bench(answers);
        let place = format!("error: {}{path}", server.url());
        bench.check("--kubeconfig config --out api", 1, &[], &[&[place.as_str()], words].concat());
        assert!(!bench.path().join("api").exists());
    };
    let down = || failure(503, "service unavailable");
    check("/openapi/v3", down(), &["service unavailable"]);
    check("/apis", down(), &["service unavailable"]);
    check("/openapi/v3", failure(401, "Unauthorized"), &["renew the user's credentials"]);
    check("/openapi/v3", failure(403, "no"), &["system:discovery"]);
    check("/openapi/v3", (200, "{}".into()), &["lists no documents"]);
    check("/openapi/v3/apis/wardle.example.com", (404, String::new()), &["changed while it was fetched"]);
    check("/openapi/v3/apis/wardle.example.com", (500, String::new()), &["InternalError"]);

    let bench = Bench::new();
    bench.write("config", &Server::start(Answers::new()).kubeconfig().replace("127.0.0.1:", "127.0.0.1:1/"));
    let words = ["error: http://127.0.0.1:1/", "check that the server runs"];
    bench.check("--kubeconfig config --out api", 1, &[], &words);
}

#[test]
fn a_server_without_v3_is_asked_for_v2() {
    let (bench, server) = bench(old());
    let said = bench.check(
        "--kubeconfig config --out api",
        0,
        &["old.example.com/v1 in old::v1: Thing; 2 types, 1 method\n"],
        &[&format!("note: {} has no OpenAPI v3, and v2 says less: ", server.url()), LOST],
    );
    assert_eq!(said.err.lines().count(), 2, "{said:?}");
    assert_eq!(server.asked(), ["/apis", "/openapi/v2", "/openapi/v3"]);
    // As from the document alone.
    bench.write("dump.json", &old()["/openapi/v2"].1);
    bench.check("--swagger dump.json --out api --check", 0, &["all of them as they were"], &[]);
}

#[test]
fn a_server_without_either_is_told() {
    let check = |answer: Option<(u16, String)>, words: &[&str]| {
        let mut answers = old();
        match answer {
            Some(answer) => answers.insert("/openapi/v2".to_owned(), answer),
            None => answers.remove("/openapi/v2"),
        };
        let (bench, server) = bench(answers);
        let place = format!("{}/openapi/v2", server.url());
        bench.check("--kubeconfig config --out api", 1, &[], &[&[place.as_str()], words].concat());
    };
    check(None, &["neither is /openapi/v3; is it a Kubernetes API server?", "`server` of the cluster"]);
    check(Some((200, "<html>".into())), &["the answer is HTML"]);
    check(Some((200, "{\"swagger\": ".into())), &["EOF"]);
    check(Some((200, "{\"swagger\": \"1.2\"}".into())), &["#/swagger: expected an OpenAPI v2 document"]);
}

#[tokio::test]
async fn progress_says_what_is_done() {
    let builtin = kubesdk_gen::builtin().unwrap();
    let check = async |answers: Answers, expected: &[&str]| {
        let (bench, server) = bench(answers);
        let config = server::config(Some(&bench.path().join("config")), None).unwrap();
        let said = RefCell::new(Vec::new());
        let found = Source::new(config).unwrap().beyond(&builtin, &[], |it| said.borrow_mut().push(it)).await;
        let found = found.unwrap();
        let said: Vec<String> = said.into_inner().iter().map(|it| it.replace(&server.url(), "URL")).collect();
        assert_eq!(said, expected);
        (found.published.documents.len(), found.swagger.is_some())
    };
    let progress =
        ["asking URL", "0 of 3 documents", "1 of 3 documents", "2 of 3 documents", "3 of 3 documents"];
    assert_eq!(check(wardle(), &progress).await, (3, false));
    let progress = ["asking URL", "asking URL for OpenAPI v2, as it has no v3"];
    assert_eq!(check(old(), &progress).await, (0, true));
}
