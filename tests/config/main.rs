//! What kubectl reads out of a kubeconfig and its surroundings is what we read (fault F18).
//!
//! Each case is a small folder of files, an environment and flags. `kubectl create token` and the example
//! `create_token`, which does the same, run in it; what arrives at servers and proxies of ours must be equal: path
//! (base path and namespace), `Authorization`, `Impersonate-*`, client certificate, TLS server name, proxy. Where
//! both refuse, the words of both stand in the case; where they differ on purpose, the reason does.
//!
//! `cases/*.txt` hold the cases; `case.rs` says how they are written.

mod case;
mod certificates;
mod identity;
mod laws;
mod proxies;
mod run;
mod servers;
mod view;

use case::{Case, Outcome};
use run::{Programs, Said};
use servers::World;

/// As many as the issue asks for, and no fewer when somebody tidies up.
const AT_LEAST: usize = 80;

/// Runs of cases at the same time, each with servers of its own.
const AT_ONCE: usize = 4;

/// `KUBESDK_CONFIG_CASE=WORDS` runs the cases that have these words in their names.
#[test]
fn f18_kubectl_and_the_sdk_agree() {
    let cases = case::all();
    assert!(cases.len() >= AT_LEAST, "there are {} cases", cases.len());
    let programs = Programs::build();
    let only = std::env::var("KUBESDK_CONFIG_CASE").ok();
    let chosen: Vec<&Case> =
        cases.iter().filter(|it| only.as_deref().is_none_or(|only| it.name.contains(only))).collect();
    let shares = chosen.chunks(chosen.len().div_ceil(AT_ONCE).max(1));
    let failures: Vec<String> = std::thread::scope(|scope| {
        let check_all = |share: &[&Case]| {
            let world = World::start();
            share.iter().filter_map(|case| check(case, &programs, &world).err()).collect::<Vec<_>>()
        };
        let running: Vec<_> = shares.map(|share| scope.spawn(move || check_all(share))).collect();
        running.into_iter().flat_map(|it| it.join().expect("no case panics")).collect()
    });
    assert!(failures.is_empty(), "{} of {} cases\n{}", failures.len(), cases.len(), failures.join("\n"));
}

fn check(case: &Case, programs: &Programs, world: &World) -> Result<(), String> {
    let kubectl = run::run(case, world, &programs.kubectl, &["create", "token"]);
    let ours = run::run(case, world, &programs.ours, &[]);
    let failed = |why: &str| Err(format!("--- {}: {why}\nkubectl: {kubectl}\nours: {ours}", case.name));
    if ours.stderr.contains("hunter2") {
        return failed("a secret is shown");
    }
    let has = |said: &Said, words: &str| {
        let words = world.put_in(words);
        said.stderr.contains(&words) || said.log.iter().any(|it| it.contains(&words))
    };
    match &case.outcome {
        Outcome::Sent if !(kubectl.success && ours.success) => failed("one of them refused"),
        Outcome::Sent if kubectl.log.is_empty() => failed("nothing was sent"),
        Outcome::Sent if kubectl.log != ours.log => failed("what was sent differs"),
        Outcome::Refused(..) if kubectl.success || ours.success => failed("one of them did not refuse"),
        Outcome::Refused(..) if kubectl.log != ours.log => failed("what was sent differs"),
        Outcome::Refused(words, _) if !kubectl.stderr.contains(words.as_str()) => {
            failed(&format!("kubectl does not say \"{words}\""))
        }
        Outcome::Refused(_, words) if !ours.stderr.contains(&world.put_in(words)) => {
            failed(&format!("we do not say \"{words}\""))
        }
        Outcome::Differs { .. } if kubectl.success == ours.success && kubectl.log == ours.log => {
            failed("they do not differ")
        }
        Outcome::Differs { kubectl: words, .. } if !has(&kubectl, words) => {
            failed(&format!("kubectl does not say \"{words}\""))
        }
        Outcome::Differs { ours: words, .. } if !has(&ours, words) => {
            failed(&format!("we do not say \"{words}\""))
        }
        _ => Ok(()),
    }
}
