//! Cases as they stand in `cases/*.txt`.
//!
//! ```text
//! ## the name of the case
//! > file PATH            the lines that follow, up to the next `>` or `##`, are a file
//! > script PATH          the same, and it may be run
//! > config CLUSTER || USER   the file `config`: one cluster, user and context, given as flow mappings
//! > copy PATH FROM       a file of `certificates.rs`: ca.crt, jane.crt, jane.key, ...
//! > link PATH TO         a symbolic link
//! > env NAME=VALUE       for both; KUBECONFIG is `config` where it is not given
//! > args ARGUMENTS       flags for both
//! > pod NAMESPACE TOKEN  a service account's folder where the kubelet puts it
//! > sent                 both send the same
//! > refused WORDS | WORDS [| REASON]   both refuse; words that kubectl says, and words that we say
//! > differs WORDS | WORDS | REASON   what kubectl says or sends, what we do, and why that is better
//! ```
//!
//! `{http}`, `{https}`, `{proxy}` and others stand for the servers of a run: see `servers.rs`.

use std::path::Path;

/// What both programs are run with, and what is expected.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) steps: Vec<Step>,
    pub(crate) env: Vec<(String, String)>,
    pub(crate) args: Vec<String>,
    pub(crate) pod: Option<(String, String)>,
    pub(crate) outcome: Outcome,
}

/// One thing in the case's folder.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    File { path: String, text: String, may_run: bool },
    Copy { path: String, from: String },
    Link { path: String, to: String },
}

#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    Sent,
    Refused(String, String),
    Differs { kubectl: String, ours: String },
}

/// The cases of all files, each name once.
pub(crate) fn all() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/cases");
    let entries = std::fs::read_dir(folder).expect("the folder of cases");
    let mut paths: Vec<_> = entries.map(|it| it.expect("an entry").path()).collect();
    paths.sort();
    let mut cases: Vec<Case> = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("a file of cases");
        let file = path.file_stem().expect("a name").to_string_lossy().into_owned();
        for block in text.split("\n## ").skip(1) {
            let case = parse(&file, block);
            assert!(cases.iter().all(|it| it.name != case.name), "{} is there twice", case.name);
            cases.push(case);
        }
    }
    cases
}

fn parse(file: &str, block: &str) -> Case {
    let (name, rest) = block.split_once('\n').unwrap_or((block, ""));
    let name = format!("{file}: {name}");
    let mut case = Case {
        steps: Vec::new(),
        env: Vec::new(),
        args: Vec::new(),
        pod: None,
        outcome: Outcome::Sent,
        name: name.clone(),
    };
    let mut has_outcome = false;
    for line in rest.lines() {
        let Some(directive) = line.strip_prefix("> ") else {
            match case.steps.last_mut() {
                Some(Step::File { text, .. }) => text.push_str(&format!("{line}\n")),
                _ => assert!(line.trim().is_empty(), "{name}: `{line}` belongs to nothing"),
            }
            continue;
        };
        let (word, rest) = directive.split_once(' ').unwrap_or((directive, ""));
        let pair = || rest.split_once(' ').unwrap_or((rest, ""));
        let owned = |(a, b): (&str, &str)| (a.to_owned(), b.to_owned());
        match word {
            "file" | "script" => {
                let (path, text) = (rest.to_owned(), String::new());
                case.steps.push(Step::File { path, text, may_run: word == "script" });
            }
            "config" => case.steps.push(config(rest)),
            "copy" => {
                let (path, from) = owned(pair());
                case.steps.push(Step::Copy { path, from });
            }
            "link" => {
                let (path, to) = owned(pair());
                case.steps.push(Step::Link { path, to });
            }
            "env" => case.env.push(owned(rest.split_once('=').expect("NAME=VALUE"))),
            "args" => case.args.extend(rest.split_whitespace().map(ToOwned::to_owned)),
            "pod" => case.pod = Some(owned(pair())),
            "sent" | "refused" | "differs" => {
                assert!(!has_outcome, "{name} has two outcomes");
                has_outcome = true;
                case.outcome = outcome(word, rest, &name);
            }
            other => panic!("{name}: what is `{other}`?"),
        }
    }
    assert!(has_outcome, "{name} has no outcome");
    case
}

fn outcome(word: &str, rest: &str, name: &str) -> Outcome {
    let parts: Vec<String> = rest.split(" | ").map(ToOwned::to_owned).collect();
    match (word, parts.as_slice()) {
        ("sent", _) => Outcome::Sent,
        ("refused", [kubectl, ours] | [kubectl, ours, _]) => Outcome::Refused(kubectl.clone(), ours.clone()),
        ("differs", [kubectl, ours, _reason]) => {
            Outcome::Differs { kubectl: kubectl.clone(), ours: ours.clone() }
        }
        _ => panic!("{name}: `{word}` needs its words"),
    }
}

/// A kubeconfig of one cluster, user and context.
fn config(rest: &str) -> Step {
    let (cluster, user) = rest.split_once("||").expect("CLUSTER || USER");
    let (cluster, user) = (cluster.trim(), user.trim());
    let text = format!(
        "apiVersion: v1\nkind: Config\nclusters:\n- name: c\n  cluster: {{{cluster}}}\nusers:\n- name: u\n  user: {{{user}}}\n\
         contexts:\n- name: x\n  context: {{cluster: c, user: u, namespace: shop}}\ncurrent-context: x\n"
    );
    Step::File { path: "config".to_owned(), text, may_run: false }
}
