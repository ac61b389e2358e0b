//! From a body in memory to typed lists.

use anyhow::Result;

use crate::aims::Aims;
use crate::chart::Chart;
use crate::contender::{ALL, Figures, K8S_OPENAPI, KUBE, KUBESDK, KUBESDK_PART, PODS};
use crate::machine;
use crate::programs::Programs;
use crate::table::{Table, milliseconds};

pub(crate) fn run(programs: &Programs, rounds: usize) -> Result<String> {
    let machine = machine::describe();
    println!("decode: the list of pods from memory");
    let header = ["", "MB", "first, ms", "later, ms", "CPU, ms", "MB/s", "of kube-rs"];
    let mut table = Table::new(&header);
    let mut chart = Chart::new("Decode a list of 5,000 pods, 80 MB as JSON", "ms");
    let kube = KUBE.measure(programs, "decode", PODS, rounds)?;
    let mut ours = Figures::default();
    let mut peer = kube.best;
    for contender in ALL {
        let figures =
            if *contender == KUBE { kube } else { contender.measure(programs, "decode", PODS, rounds)? };
        if *contender == KUBESDK {
            ours = figures;
        }
        if *contender == K8S_OPENAPI {
            peer = peer.min(figures.best);
        }
        chart.bar(contender.name.replace('`', ""), figures.best * 1e3);
        table.row(row(contender.name, contender.bytes(programs, PODS)?, figures, kube));
    }
    let stream = KUBESDK.measure(programs, "stream", PODS, rounds)?;
    table.row(row("kubesdk, item by item", KUBESDK.bytes(programs, PODS)?, stream, kube));
    chart.bar("kubesdk, item by item", stream.best * 1e3);
    let part = KUBESDK_PART.measure(programs, "decode", PODS, rounds)?;
    table.row(row(KUBESDK_PART.name, KUBESDK_PART.bytes(programs, PODS)?, part, kube));
    chart.aim(peer * 1e3 / 4.0);
    let mut aims = Aims::new();
    aims.at_most("decode: of the faster of kube-rs' types by serde_json", 0.25, ours.best / peer, "");
    aims.at_most("the same, the first time in a process", 0.25, ours.first / kube.first, "");
    aims.at_most(
        "item by item, each item dropped: of the whole list, not dropped",
        1.3,
        stream.best / ours.best,
        "",
    );
    Ok(format!(
        "## Decode\n\n{machine}.\n{}.\n{:.0} pods; each figure is the least of {rounds} processes, `later` of five \
         further decodes in each.\nThe body is in memory before; what is decoded is dropped after.\nWhere glibc gives \
         memory back to the kernel between rounds, `later` is hardly less than `first`.\n\n{}\n{}\n{}",
        machine::versions()?,
        ours.items,
        table.markdown(),
        aims.markdown(),
        chart.write("decode")?,
    ))
}

fn row(name: &str, size: u64, figures: Figures, kube: Figures) -> [String; 7] {
    let megabytes = size as f64 / 1e6;
    [
        name.to_owned(),
        format!("{megabytes:.1}"),
        milliseconds(figures.first),
        milliseconds(figures.best),
        milliseconds(figures.cpu),
        format!("{:.0}", megabytes / figures.best),
        format!("{:.2}", figures.best / kube.best),
    ]
}
