//! Bytes through a forwarded port: as a stream in the client's process, and through its local port.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Stdio;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::contenders::{Contenders, Taken, command, least, run as call};
use super::node::{BYTES, DOWN, Node, UP};
use crate::chart::Chart;
use crate::machine;
use crate::table::Table;

/// How the bytes get into the client and out of it.
#[derive(Clone, Copy)]
enum Way {
    /// The client reads or writes them itself.
    Stream,
    /// Somebody else does, through a local port.
    Port,
}

pub(crate) fn run(rounds: usize) -> Result<String> {
    println!("forward: bytes through a port of a pod");
    let contenders = Contenders::build()?;
    let node = Node::start()?;
    let machine = machine::describe();
    let mut table = Table::new(&["", "", "MB/s", "CPU of the client, ms per 100 MB", "RSS at most, MB"]);
    let mut chart = Chart::new("CPU of a client that takes 100 MB through a local port of its", "ms");
    for (name, program, way) in [
        ("kube-rs, stream", &contenders.kube, Way::Stream),
        ("kubesdk, stream", &contenders.kubesdk, Way::Stream),
        ("kube-rs, local port", &contenders.kube, Way::Port),
        ("kubesdk, local port", &contenders.kubesdk, Way::Port),
        ("client-go, local port", &contenders.client_go, Way::Port),
    ] {
        for (direction, port) in [("down", DOWN), ("up", UP)] {
            let taken = least(rounds, || match way {
                Way::Stream => {
                    let words = [direction, &port.to_string(), &BYTES.to_string()];
                    call(program, &node.kubeconfig(), &words)
                }
                Way::Port => through_a_port(program, &node.kubeconfig(), direction, port),
            })?;
            let cpu = taken.cpu / (BYTES as f64 / 1e8) * 1e3;
            let towards = if direction == "down" { "from the pod" } else { "to the pod" };
            table.row([
                name.to_owned(),
                towards.to_owned(),
                format!("{:.0}", BYTES as f64 / 1e6 / taken.wall),
                format!("{cpu:.1}"),
                format!("{:.1}", taken.rss / 1e6),
            ]);
            if let (Way::Port, "down") = (way, direction) {
                chart.bar(name, cpu);
            }
        }
    }
    Ok(format!(
        "## Port-forward\n\n{machine}.\n{} MB one way through a port of a pod, by a real API server and kubelet on the same \
         machine; the least of {rounds} fresh processes each.\nStream: the client reads or writes them itself. Local \
         port: another process does, through a port that the client listens at; kube-rs has none, so that is its \
         example `pod_portforward_bind`.\nCPU is the client's alone, TLS included; the server, the node and the pod take \
         more than it does and bound the speed. The two of Rust run on one thread and speak WebSocket, client-go SPDY in \
         WebSocket, as kubectl.\n\n{}\n{}",
        BYTES / 1_000_000,
        table.markdown(),
        chart.write("forward")?,
    ))
}

/// Moves all bytes through the local port of a client, which then says what it took.
fn through_a_port(program: &Path, kubeconfig: &Path, direction: &str, port: u16) -> Result<Taken> {
    let mut command = command(program, kubeconfig, &["listen", &port.to_string()]);
    let mut client = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let end = client.stdin.take();
    let mut said = BufReader::new(client.stdout.take().context("no output")?);
    let mut line = String::new();
    said.read_line(&mut line)?;
    let said_first: Value = serde_json::from_str(&line).with_context(|| format!("printed {line:?}"))?;
    let start = Instant::now();
    let mut stream = TcpStream::connect(said_first["address"].as_str().context("no address")?)?;
    move_bytes(&mut stream, direction)?;
    let wall = start.elapsed().as_secs_f64();
    drop((stream, end));
    line.clear();
    said.read_line(&mut line)?;
    ensure!(client.wait()?.success(), "the client failed");
    Ok(Taken { wall, ..Taken::read(&line)? })
}

fn move_bytes(stream: &mut TcpStream, direction: &str) -> Result<()> {
    let mut buffer = vec![7; 64 << 10];
    let mut left = usize::try_from(BYTES)?;
    while left > 0 {
        let most = left.min(buffer.len());
        let piece = &mut buffer[..most];
        let count = match direction {
            "down" => stream.read(piece)?,
            _ => stream.write(piece)?,
        };
        ensure!(count > 0, "{left} bytes are missing");
        left -= count;
    }
    if direction == "up" {
        stream.read_exact(&mut [0]).context("no answer of the pod")?;
    }
    Ok(())
}
