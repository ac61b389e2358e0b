//! What events of a watch cost the client, from a server that only sends.

use std::process::Command;
use std::sync::Arc;

use anyhow::{Result, ensure};

use super::contenders::{Contenders, least, run as call};
use super::source::Events;
use crate::aims::Aims;
use crate::chart::Chart;
use crate::machine;
use crate::programs::{Size, data, finish_with_output};
use crate::table::Table;

/// 2,000 pods, 25 times each.
const REPEATS: usize = 25;

pub(crate) fn run(size: Size, rounds: usize) -> Result<String> {
    println!("watch: events from a server that only sends");
    let contenders = Contenders::build()?;
    let data = data(&contenders.client_go, size)?;
    let (list, frames) = (data.join("mixed-pods.json"), data.join("mixed-pods.events"));
    finish_with_output(Command::new(&contenders.client_go).arg("events").arg(&list).arg(&frames))?;
    let events = Events::of(&std::fs::read_to_string(&list)?, &std::fs::read(&frames)?, REPEATS)?;
    let events = Arc::new(events);
    let address = Arc::clone(&events).serve()?;
    let folder = tempfile::tempdir()?;
    let kubeconfig = folder.path().join("kubeconfig");
    std::fs::write(&kubeconfig, kubeconfig_of(&format!("http://{address}")))?;

    let machine = machine::describe();
    let mut table =
        Table::new(&["", "events per second", "CPU per event, us", "of kube-rs", "RSS at most, MB"]);
    let mut chart = Chart::new("CPU of an event of a watch, a pod", "us");
    let mut aims = Aims::new();
    let mut kube = f64::NAN;
    for (name, program, words) in [
        ("kube-rs", &contenders.kube, ["watch"].as_slice()),
        ("kubesdk", &contenders.kubesdk, &["watch"]),
        ("client-go JSON", &contenders.client_go, &["watch", "json"]),
        ("client-go protobuf", &contenders.client_go, &["watch", "protobuf"]),
    ] {
        let taken = least(rounds, || call(program, &kubeconfig, words))?;
        ensure!(taken.items == events.count as u64, "{name} saw {} events", taken.items);
        let per_event = taken.cpu / events.count as f64 * 1e6;
        if name == "kube-rs" {
            kube = per_event;
        }
        if name == "kubesdk" {
            aims.at_most("CPU per event, of kube-rs", 0.5, per_event / kube, "");
        }
        table.row([
            name.to_owned(),
            format!("{:.0}", events.count as f64 / taken.wall),
            format!("{per_event:.1}"),
            format!("{:.2}", per_event / kube),
            format!("{:.1}", taken.rss / 1e6),
        ]);
        chart.bar(name, per_event);
    }
    Ok(format!(
        "## Watch\n\n{machine}.\n{} events of {:.1} KB, each a pod of a cluster in which little is alike, over plain \
         HTTP from a server that only sends; each is decoded and dropped; the least of {rounds} fresh processes.\nCPU is \
         the client's alone, user and kernel. The two of Rust run on one thread. kube-rs is its `Api::watch`.\n\n\
         {}\n{}\n{}",
        events.count,
        events.size() / 1e3,
        table.markdown(),
        aims.markdown(),
        chart.write("watch")?,
    ))
}

fn kubeconfig_of(server: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: a\nclusters: [{{name: a, cluster: {{server: \"{server}\"}}}}]\n\
         users: [{{name: a, user: {{}}}}]\ncontexts: [{{name: a, context: {{cluster: a, user: a}}}}]\n"
    )
}
