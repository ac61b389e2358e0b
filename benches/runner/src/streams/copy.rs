//! A large file into a pod and out of it.

use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::Path;

use anyhow::{Result, ensure};

use super::contenders::{Contenders, least, run as call};
use super::node::{BYTES, Node};
use crate::benches;
use crate::machine;
use crate::table::Table;

pub(crate) fn run(rounds: usize) -> Result<String> {
    println!("copy: a large file into a pod and out of it");
    let contenders = Contenders::build()?;
    let folder = tempfile::tempdir_in(benches().join("target"))?;
    let (source, back) = (folder.path().join("source"), folder.path().join("back"));
    write(&source)?;
    let node = Node::start()?;
    let machine = machine::describe();
    let mut table = Table::new(&["", "", "MB/s", "CPU of the client, ms per 100 MB", "RSS at most, MB"]);
    for (name, program, buffer) in [
        ("kube-rs", &contenders.kube, None),
        ("kube-rs, buffers of 64 KiB", &contenders.kube, Some("65536")),
        ("kubesdk", &contenders.kubesdk, None),
        ("client-go", &contenders.client_go, None),
    ] {
        for inwards in [true, false] {
            let (here, there) = (if inwards { &source } else { &back }.to_string_lossy(), "/tmp/there");
            let words = match inwards {
                true => ["copy-in", &here, there],
                false => ["copy-out", there, &here],
            };
            let words: Vec<&str> = words.into_iter().chain(buffer).collect();
            let taken = least(rounds, || {
                if inwards {
                    node.kubectl(&["exec", "busy", "--", "rm", "-f", "/tmp/there"])?;
                } else if back.exists() {
                    std::fs::remove_file(&back)?;
                }
                call(program, &node.kubeconfig(), &words)
            })?;
            ensure!(taken.items == BYTES, "{name} copied {} bytes", taken.items);
            // What came back is what went there, so both are whole.
            ensure!(inwards || same(&source, &back)?, "{name} made another file of it");
            table.row([
                name.to_owned(),
                if inwards { "into the pod" } else { "out of the pod" }.to_owned(),
                format!("{:.0}", BYTES as f64 / 1e6 / taken.wall),
                format!("{:.1}", taken.cpu / (BYTES as f64 / 1e8) * 1e3),
                format!("{:.1}", taken.rss / 1e6),
            ]);
        }
    }
    Ok(format!(
        "## Copy\n\n{machine}.\nA file of {} MB into a pod and out of it, by a real API server and kubelet on the same \
         machine; the least of {rounds} fresh processes each; what came back is compared with what went there.\nkube-rs \
         has no such call: that is exec and `tar` as its users write it, with its buffers of 1 KiB and with larger ones; \
         client-go is `remotecommand` and `archive/tar`, as `kubectl cp`.\nCPU is the client's alone, TLS included; the \
         server, the node and `tar` take more than it does and bound the speed.\n\n{}",
        BYTES / 1_000_000,
        table.markdown(),
    ))
}

/// A file without holes.
fn write(path: &Path) -> Result<()> {
    let block: Vec<u8> = (0..1_000_000_u32).map(|it| (it.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let mut file = BufWriter::new(File::create(path)?);
    for _ in 0..BYTES / 1_000_000 {
        file.write_all(&block)?;
    }
    Ok(file.flush()?)
}

fn same(one: &Path, other: &Path) -> Result<bool> {
    let (mut one, mut other) = (File::open(one)?, File::open(other)?);
    if one.metadata()?.len() != other.metadata()?.len() {
        return Ok(false);
    }
    let (mut here, mut there) = (vec![0; 1 << 20], Vec::new());
    loop {
        let count = one.read(&mut here)?;
        if count == 0 {
            return Ok(true);
        }
        there.resize(count, 0);
        other.read_exact(&mut there)?;
        if here[..count] != there[..] {
            return Ok(false);
        }
    }
}
