//! A small object of a real API server: what a call costs the client, and how soon a fresh process has its first answer.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use kubesdk_test_cluster::{Cluster, Options};
use serde_json::Value;

use crate::aims::Aims;
use crate::benches;
use crate::clock;
use crate::machine;
use crate::programs::{cargo, finish_with_output, go};
use crate::table::{Table, milliseconds};

/// How many calls a figure is of.
const CALLS: usize = 20_000;

struct Client {
    name: &'static str,
    program: PathBuf,
    before: &'static [&'static str],
    after: Vec<PathBuf>,
}

pub(crate) fn run(rounds: usize) -> Result<String> {
    println!("get: a small object of a real API server");
    let options = Options { without_controller_manager: true, without_scheduler: true, ..Options::default() };
    let cluster = Cluster::start(options)?;
    let clients = clients(&cluster)?;
    let machine = machine::describe();
    let mut table =
        Table::new(&["", "CPU per call, us", "calls per second", "first answer, ms", "CPU until then, ms"]);
    let mut aims = Aims::new();
    for client in &clients {
        let (mut cpu, mut wall) = (f64::INFINITY, f64::INFINITY);
        for _ in 0..rounds {
            let printed = call(client, &cluster, CALLS)?;
            cpu = cpu.min(printed["cpu"].as_f64().context("no cpu")?);
            wall = wall.min(printed["wall"].as_f64().context("no wall")?);
        }
        // A process is short: more of them cost little.
        let first = clock::least(10 * rounds, || Ok(()), || call(client, &cluster, 1).map(drop))?;
        let per_call = cpu / CALLS as f64 * 1e6;
        table.row([
            client.name.to_owned(),
            format!("{per_call:.1}"),
            format!("{:.0}", CALLS as f64 / wall),
            milliseconds(first.wall.as_secs_f64()),
            milliseconds(first.cpu.as_secs_f64()),
        ]);
        if client.name == "kubesdk" {
            aims.at_most("CPU per call", 60.0, per_call, "us");
        }
    }
    Ok(format!(
        "## Small calls\n\n{machine}.\nA namespace is read {CALLS} times, 32 at once, from a kube-apiserver on the same \
         machine; the least of {rounds} fresh processes.\nCPU is the client's alone, user and kernel, TLS included; the \
         two of Rust run on one thread. First answer: a process from its start to its end, which reads a kubeconfig, \
         connects and reads the namespace once; the least of {}.\n\n{}\n{}",
        10 * rounds,
        table.markdown(),
        aims.markdown(),
    ))
}

fn clients(cluster: &Cluster) -> Result<Vec<Client>> {
    let release = benches().join("target/release");
    let rust = |name, package: &str| -> Result<Client> {
        cargo(["build", "--release", "-p", package])?;
        Ok(Client { name, program: release.join(package), before: &[], after: vec![] })
    };
    Ok(vec![
        rust("kube-rs", "get-kube")?,
        rust("kubesdk", "get-kubesdk")?,
        Client { name: "client-go", program: go()?, before: &["get"], after: vec![cluster.kubeconfig()] },
    ])
}

fn call(client: &Client, cluster: &Cluster, calls: usize) -> Result<Value> {
    let mut command = Command::new(&client.program);
    command.args(client.before).arg(calls.to_string()).args(&client.after);
    command.env("KUBECONFIG", cluster.kubeconfig());
    let printed: Value = serde_json::from_str(&finish_with_output(&mut command)?)?;
    ensure!(printed["items"] == calls, "{} made {} calls", client.name, printed["items"]);
    Ok(printed)
}
