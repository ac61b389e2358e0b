//! What decoded lists hold.

use anyhow::Result;

use crate::aims::Aims;
use crate::chart::Chart;
use crate::contender::{
    ALL, CLIENT_GO_JSON, Contender, KUBE, KUBESDK, KUBESDK_PART, List, MIXED, PODS, PODS_BARE,
};
use crate::machine;
use crate::programs::Programs;
use crate::table::Table;

/// Bytes that a contender holds of each data set.
struct Held {
    pods: f64,
    bare: f64,
    mixed: f64,
}

pub(crate) fn run(programs: &Programs) -> Result<String> {
    let machine = machine::describe();
    println!("memory: what lists hold, counted and resident");
    let header = [
        "",
        "heap of a pod, KB",
        "of kube-rs",
        "without managedFields, KB",
        "mixed cluster, MB",
        "of client-go",
        "peak of decoding, MB",
        "RSS of a pod, KB",
        "RSS at most, MB",
    ];
    let mut table = Table::new(&header);
    let mut chart = Chart::new("Heap that a decoded pod of 16 KB holds", "KB");
    let (kube, client_go) = (held(programs, KUBE)?, held(programs, CLIENT_GO_JSON)?);
    let mut aims = Aims::new();
    for contender in ALL {
        let it = held(programs, *contender)?;
        let decoded = contender.measure(programs, "memory", PODS, 1)?;
        let resident = contender.measure(programs, "resident", PODS, 1)?;
        chart.bar(contender.name.replace('`', ""), it.pods / 1e3);
        let peak = if contender.collects_garbage() { "-".to_owned() } else { megabytes(decoded.peak) };
        table.row([
            contender.name.to_owned(),
            format!("{:.1}", it.pods / 1e3),
            format!("{:.2}", it.pods / kube.pods),
            format!("{:.1}", it.bare / 1e3),
            megabytes(it.mixed),
            format!("{:.2}", it.mixed / client_go.mixed),
            peak,
            format!("{:.1}", resident.held / resident.items / 1e3),
            megabytes(resident.peak),
        ]);
        if *contender == KUBESDK {
            aims.at_most("heap of a pod with managedFields", 16.0, it.pods / 1e3, "KB");
            aims.at_most("heap of a pod without", 11.0, it.bare / 1e3, "KB");
            aims.at_most("a mixed cluster, of client-go", 2.0 / 3.0, it.mixed / client_go.mixed, "");
        }
    }
    let stream = KUBESDK.measure(programs, "stream-memory", PODS, 1)?;
    aims.at_most("peak of reading the list item by item from a file", 2.0, stream.peak / 1e6, "MB");
    let part = KUBESDK_PART.measure(programs, "memory", PODS, 1)?;
    chart.aim(16.0);
    Ok(format!(
        "## Memory\n\n{machine}.\nHeap: the bytes that were asked for, counted by the allocator; in Go those of the \
         live objects after a collection.\nPeak: what decoding needs at most at once beside the body, the list \
         included. RSS: what a fresh process grows by after the body is freed (in Go after garbage is given back), \
         and at most, with the body.\nBodies are freed before: what a list keeps of its body is in its heap.\nOf names, \
         namespaces and labels alone (`Projection::of`) kubesdk holds {:.2} KB a pod.\n\n{}\n{}\n{}",
        part.held / part.items / 1e3,
        table.markdown(),
        aims.markdown(),
        chart.write("memory")?,
    ))
}

fn held(programs: &Programs, contender: Contender) -> Result<Held> {
    let of = |lists: &[List]| contender.measure(programs, "memory", lists, 1);
    let (pods, bare) = (of(PODS)?, of(PODS_BARE)?);
    Ok(Held { pods: pods.held / pods.items, bare: bare.held / bare.items, mixed: of(MIXED)?.held })
}

fn megabytes(bytes: f64) -> String {
    format!("{:.1}", bytes / 1e6)
}
