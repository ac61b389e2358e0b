//! How soon a command in a pod has begun and ended, and what that costs the client.

use anyhow::{Result, ensure};

use super::contenders::{Contenders, least, run as call};
use super::node::Node;
use crate::machine;
use crate::table::{Table, milliseconds};

/// How many commands, one after the other.
const TIMES: usize = 50;

pub(crate) fn run(rounds: usize) -> Result<String> {
    println!("exec: a command in a pod of a real node");
    let contenders = Contenders::build()?;
    let node = Node::start()?;
    let machine = machine::describe();
    let mut table = Table::new(&[
        "",
        "first byte, ms",
        "end, ms",
        "CPU of the client, ms",
        "of kube-rs",
        "RSS at most, MB",
    ]);
    let mut kube = f64::NAN;
    let times = TIMES.to_string();
    for (name, program) in [
        ("kube-rs", &contenders.kube),
        ("kubesdk", &contenders.kubesdk),
        ("client-go", &contenders.client_go),
    ] {
        let taken = least(rounds, || call(program, &node.kubeconfig(), &["exec", &times]))?;
        ensure!(taken.items == TIMES as u64, "{name} ran {} commands", taken.items);
        let cpu = taken.cpu / TIMES as f64;
        if name == "kube-rs" {
            kube = cpu;
        }
        table.row([
            name.to_owned(),
            milliseconds(taken.first),
            milliseconds(taken.exit),
            milliseconds(cpu),
            format!("{:.2}", cpu / kube),
            format!("{:.1}", taken.rss / 1e6),
        ]);
    }
    Ok(format!(
        "## Exec\n\n{machine}.\n`echo x` in a pod of a real kubelet, {TIMES} times one after the other, after three that do \
         not count: the median of the time from the call to the first byte of the output and to the exit code, each over \
         a connection of its own; the least of {rounds} fresh processes.\nThe server and the node share the machine and \
         are most of the time. CPU is the client's alone, TLS included.\n\n{}",
        table.markdown(),
    ))
}
