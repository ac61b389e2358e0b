//! From lists to bytes.

use anyhow::Result;

use crate::aims::Aims;
use crate::chart::Chart;
use crate::contender::{ALL, Figures, KUBE, KUBESDK, PODS};
use crate::machine;
use crate::programs::Programs;
use crate::table::{Table, milliseconds};

/// What is to be reached, in milliseconds, and what kube-rs took on the machine on which that was set.
const AIM: f64 = 85.0;
const KUBE_THEN: f64 = 253.0;

pub(crate) fn run(programs: &Programs, rounds: usize) -> Result<String> {
    let machine = machine::describe();
    println!("encode: the list of pods");
    let mut table = Table::new(&["", "new buffer, ms", "used buffer, ms", "CPU, ms", "of kube-rs"]);
    let mut chart = Chart::new("Encode a list of 5,000 pods into a new buffer", "ms");
    let kube = KUBE.measure(programs, "encode", PODS, rounds)?;
    let mut ours = Figures::default();
    for contender in ALL {
        let new =
            if *contender == KUBE { kube } else { contender.measure(programs, "encode", PODS, rounds)? };
        let used = contender.measure(programs, "encode-used", PODS, rounds)?;
        if *contender == KUBESDK {
            ours = new;
        }
        chart.bar(contender.name.replace('`', ""), new.best * 1e3);
        table.row([
            contender.name.to_owned(),
            milliseconds(new.best),
            milliseconds(used.best),
            milliseconds(new.cpu),
            format!("{:.2}", new.best / kube.best),
        ]);
    }
    let written = KUBESDK.measure(programs, "write", PODS, rounds)?;
    chart.bar("kubesdk, to a writer", written.best * 1e3);
    table.row([
        "kubesdk, to a writer".to_owned(),
        "-".to_owned(),
        milliseconds(written.best),
        milliseconds(written.cpu),
        format!("{:.2}", written.best / kube.best),
    ]);
    chart.aim(AIM);
    let mut aims = Aims::new();
    aims.at_most("encode into a new buffer", AIM, ours.best * 1e3, "ms");
    let here = ours.best / kube.best;
    aims.at_most("the same, of kube-rs, which took 253 ms when the aim was set", AIM / KUBE_THEN, here, "");
    Ok(format!(
        "## Encode\n\n{machine}.\nThe least of {rounds} processes with five encodings each, after a first.\nA new \
         buffer grows; a used one is large enough and its pages are there.\nA writer takes the list in pieces of 64 KiB, which here go \
         nowhere; no buffer holds it.\n\n{}\n{}\n{}",
        table.markdown(),
        aims.markdown(),
        chart.write("encode")?,
    ))
}
