//! What else is done with lists in memory: copies, comparison, freeing.

use anyhow::Result;

use crate::contender::{ALL, PODS};
use crate::machine;
use crate::programs::Programs;
use crate::table::{Table, milliseconds};

pub(crate) fn run(programs: &Programs, rounds: usize) -> Result<String> {
    let machine = machine::describe();
    println!("objects: lists of pods copied, compared, freed");
    let mut table = Table::new(&["", "clone, ms", "`==`, ms", "drop, ms"]);
    for contender in ALL {
        // The formats of client-go decode into the same structs.
        if contender.collects_garbage() && *contender != crate::contender::CLIENT_GO_JSON {
            continue;
        }
        let mut row = vec![contender.name.replace(" JSON", "")];
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
        "## Clone, compare, drop\n\n{machine}.\nThe list of pods; the least of {rounds} processes with five rounds \
         each, after a first. Two lists that are compared were decoded apart.\n\n{}",
        table.markdown(),
    ))
}
