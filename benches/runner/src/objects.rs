//! What else is done with lists in memory: copies, comparison, freeing.

use anyhow::Result;

use crate::contender::{ALL, CLIENT_GO_CBOR, CLIENT_GO_PROTOBUF, K8S_OPENAPI, KUBE, KUBESDK_CBOR, PODS};
use crate::machine;
use crate::programs::Programs;
use crate::table::{Table, milliseconds};

pub(crate) fn run(programs: &Programs, rounds: usize) -> Result<String> {
    let machine = machine::describe();
    println!("objects: lists of pods copied, compared, freed");
    let mut table = Table::new(&["", "clone, ms", "`==`, ms", "drop, ms"]);
    for contender in ALL {
        // The others hold the structs of one of these.
        let is_typed = contender.name.contains("k8s-openapi") && *contender != K8S_OPENAPI;
        if is_typed || [KUBE, KUBESDK_CBOR, CLIENT_GO_CBOR, CLIENT_GO_PROTOBUF].contains(contender) {
            continue;
        }
        let mut row = vec![contender.name.replace(", serde_json", "").replace(" JSON", "")];
        for operation in ["clone", "compare", "drop"] {
            row.push(if operation == "drop" && contender.collects_garbage() {
                "collected".to_owned()
            } else {
                milliseconds(contender.measure(programs, operation, PODS, rounds)?.best)
            });
        }
        table.row(row);
    }
    Ok(format!(
        "## Clone, compare, drop\n\n{machine}.\nThe list of pods; the least of {rounds} processes with three rounds \
         each, after a first. Two lists that are compared were decoded apart. A copy of sonic-rs shares everything.\n\n{}",
        table.markdown(),
    ))
}
