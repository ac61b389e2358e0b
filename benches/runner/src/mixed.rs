//! The same on a cluster in which little is alike.

use anyhow::Result;

use crate::contender::{ALL, KUBE, MIXED};
use crate::machine;
use crate::programs::Programs;
use crate::table::{Table, milliseconds};

pub(crate) fn run(programs: &Programs, rounds: usize) -> Result<String> {
    let machine = machine::describe();
    println!("mixed: lists of six kinds decoded and encoded");
    let header = [
        "",
        "MB",
        "decode first, ms",
        "decode later, ms",
        "of kube-rs",
        "encode, ms",
        "of kube-rs",
        "clone, ms",
    ];
    let mut table = Table::new(&header);
    let mut kinds =
        Table::new(&["decode later, ms", "pods", "secrets", "config maps", "events", "nodes", "CRDs"]);
    let decoded = KUBE.measure(programs, "decode", MIXED, rounds)?;
    let encoded = KUBE.measure(programs, "encode", MIXED, rounds)?;
    for contender in ALL {
        let (mut decode, mut by_kind) =
            (crate::contender::Figures::default(), vec![contender.name.to_owned()]);
        for list in MIXED {
            let figures = contender.measure(programs, "decode", &[*list], rounds)?;
            by_kind.push(milliseconds(figures.best));
            decode.first += figures.first;
            decode.best += figures.best;
        }
        let encode = contender.measure(programs, "encode", MIXED, rounds)?;
        let clone = contender.measure(programs, "clone", MIXED, rounds)?;
        table.row([
            contender.name.to_owned(),
            format!("{:.1}", contender.bytes(programs, MIXED)? as f64 / 1e6),
            milliseconds(decode.first),
            milliseconds(decode.best),
            format!("{:.2}", decode.best / decoded.best),
            milliseconds(encode.best),
            format!("{:.2}", encode.best / encoded.best),
            milliseconds(clone.best),
        ]);
        kinds.row(by_kind);
    }
    Ok(format!(
        "## A mixed cluster\n\n{machine}.\nPods of 200 workloads, secrets with values of 100 KB, config maps, events, \
         nodes with 50 images, custom resource definitions with free-form fields: a list of each, a process for each, \
         summed; the least of {rounds} processes.\n\n{}\n{}",
        table.markdown(),
        kinds.markdown(),
    ))
}
