//! All pods of a real API server in one answer: what that costs the client.

mod cluster;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::aims::Aims;
use crate::benches;
use crate::chart::Chart;
use crate::machine;
use crate::programs::{Programs, cargo, finish_with_output};
use crate::table::{Table, milliseconds};

/// A client, compressed or not.
struct Client {
    name: &'static str,
    gzip: bool,
    program: PathBuf,
    arguments: Vec<&'static str>,
}

/// What listing took, seconds and bytes.
#[derive(Clone, Copy)]
struct Taken {
    cpu: f64,
    wall: f64,
    held: f64,
    peak: f64,
}

pub(crate) fn run(programs: &Programs, rounds: usize) -> Result<String> {
    println!("list: pods of a real API server");
    let clients = clients(programs)?;
    let cluster = cluster::Filled::start(&programs.data.join("pods.json"))?;
    let machine = machine::describe();
    let mut table = Table::new(&[
        "",
        "",
        "CPU, ms",
        "of kube-rs",
        "on the clock, ms",
        "RSS after, MB",
        "RSS at most, MB",
    ]);
    let mut chart = Chart::new("CPU of a client that lists 5,000 pods from a real server", "ms");
    let mut aims = Aims::new();
    let mut kube = [f64::NAN; 2];
    for client in &clients {
        let taken = least(client, &cluster, rounds)?;
        let compression = if client.gzip { "gzip" } else { "plain" };
        let peer = kube.get_mut(usize::from(client.gzip)).context("two ways")?;
        if client.name.starts_with("kube-rs") {
            *peer = taken.cpu;
        }
        table.row([
            client.name.to_owned(),
            compression.to_owned(),
            milliseconds(taken.cpu),
            format!("{:.2}", taken.cpu / *peer),
            milliseconds(taken.wall),
            format!("+{:.0}", taken.held / 1e6),
            format!("+{:.0}", taken.peak / 1e6),
        ]);
        chart.bar(format!("{}, {compression}", client.name), taken.cpu * 1e3);
        if client.name == "kubesdk" && !client.gzip {
            aims.at_most("CPU, plain", 400.0, taken.cpu * 1e3, "ms");
            aims.at_most("RSS at most, plain", 100.0, taken.peak / 1e6, "MB");
        }
    }
    chart.aim(400.0);
    Ok(format!(
        "## List from a server\n\n{machine}.\n{} pods of {:.1} KB in one answer of a kube-apiserver on the same machine; \
         the least of {rounds} fresh processes.\nCPU is the client's alone, user and kernel, TLS, decompression and \
         collection of garbage included; the clock also waits for the server.\n\n{}\n{}\n{}",
        cluster.pods(),
        cluster.size_of_a_pod()? / 1e3,
        table.markdown(),
        aims.markdown(),
        chart.write("list")?,
    ))
}

/// kube-rs first: the others are compared with it. Each is built by itself and put aside.
fn clients(programs: &Programs) -> Result<Vec<Client>> {
    let release = benches().join("target/release");
    let aside = benches().join("target/list");
    std::fs::create_dir_all(&aside)?;
    let build = |package: &str, features: &str| -> Result<PathBuf> {
        cargo(["build", "--release", "-p", package, "--features", features])?;
        let program = aside.join(format!("{package}-{features}"));
        std::fs::copy(release.join(package), &program)?;
        Ok(program)
    };
    let (plain, gzip) = (build("list-kube", "")?, build("list-kube", "gzip")?);
    let ours = build("list-kubesdk", "")?;
    let rust = |name, gzip, program: &Path| Client {
        name,
        gzip,
        program: program.to_owned(),
        arguments: Vec::new(),
    };
    let go = |name, format, gzip| {
        let compression = if gzip { "gzip" } else { "plain" };
        Client { name, gzip, program: programs.peer.clone(), arguments: vec!["list", format, compression] }
    };
    Ok(vec![
        rust("kube-rs", false, &plain),
        rust("kube-rs", true, &gzip),
        Client { arguments: vec!["plain"], ..rust("kubesdk", false, &ours) },
        Client { arguments: vec!["gzip"], ..rust("kubesdk", true, &ours) },
        go("client-go JSON", "json", false),
        go("client-go JSON", "json", true),
        go("client-go protobuf", "protobuf", false),
        go("client-go protobuf", "protobuf", true),
    ])
}

fn least(client: &Client, cluster: &cluster::Filled, rounds: usize) -> Result<Taken> {
    let mut least: Option<Taken> = None;
    for _ in 0..rounds {
        let mut command = Command::new(&client.program);
        command.args(&client.arguments).env("KUBECONFIG", cluster.kubeconfig());
        if !client.arguments.is_empty() {
            command.arg(cluster.kubeconfig());
        }
        let printed: Value = serde_json::from_str(&finish_with_output(&mut command)?)?;
        ensure!(printed["items"] == cluster.pods(), "{} listed {} pods", client.name, printed["items"]);
        let figure = |key: &str| printed[key].as_f64().with_context(|| format!("no {key}"));
        let taken = Taken {
            cpu: figure("cpu")?,
            wall: figure("wall")?,
            held: figure("held")?,
            peak: figure("peak")?,
        };
        least = Some(least.map_or(taken, |least| Taken {
            cpu: least.cpu.min(taken.cpu),
            wall: least.wall.min(taken.wall),
            held: least.held.min(taken.held),
            peak: least.peak.min(taken.peak),
        }));
    }
    least.context("no rounds")
}
