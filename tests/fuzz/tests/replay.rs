//! Every kept input is checked again.

use std::fs;
use std::path::Path;

fn replay(target: &str, check: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    let mut count = 0;
    for entry in fs::read_dir(&folder).expect("a folder of inputs") {
        let path = entry.expect("an entry").path();
        println!("{}", path.display());
        check(&fs::read(&path).expect("a readable file"));
        count += 1;
    }
    assert!(count > 0, "{} is empty", folder.display());
}

#[test]
fn json() {
    replay("json", kubesdk_fuzz_checks::json::check);
}

#[test]
fn cbor() {
    replay("cbor", kubesdk_fuzz_checks::cbor::check);
}

#[test]
fn kubeconfig() {
    replay("kubeconfig", kubesdk_fuzz_checks::kubeconfig::check);
}

#[test]
fn channel() {
    replay("channel", kubesdk_fuzz_checks::channel::check);
}

#[test]
fn list() {
    replay("list", kubesdk_fuzz_checks::list::check);
}

#[test]
fn discovery() {
    replay("discovery", kubesdk_fuzz_checks::discovery::check);
}

#[test]
fn status() {
    replay("status", kubesdk_fuzz_checks::status::check);
}

#[test]
fn exec() {
    replay("exec", kubesdk_fuzz_checks::exec::check);
}

#[test]
fn tar() {
    replay("tar", kubesdk_fuzz_checks::tar::check);
}

#[test]
fn watch() {
    replay("watch", kubesdk_fuzz_checks::watch::check);
}

#[test]
fn proxy_path() {
    replay("proxy_path", kubesdk_fuzz_checks::proxy_path::check);
}
