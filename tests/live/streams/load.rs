//! Much at once: many commands, much input, and output that is read slowly in memory that does not grow.

use std::fs;
use std::time::Duration;

use kubesdk::Client;
use tokio::task::JoinSet;

use super::{pods, shell};

const MIB: usize = 1 << 20;

/// What the process has in memory, in MiB.
pub(super) fn memory() -> usize {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|it| it.strip_prefix("VmRSS:")).expect("a line");
    let kib: usize = line.trim().trim_end_matches(" kB").parse().expect("a number");
    kib / 1024
}

/// How many tasks there are.
pub(super) fn tasks() -> usize {
    tokio::runtime::Handle::current().metrics().num_alive_tasks()
}

/// How many sockets the process has open.
pub(super) fn sockets() -> usize {
    let open = fs::read_dir("/proc/self/fd").expect("Linux");
    open.flatten()
        .filter(|it| fs::read_link(it.path()).is_ok_and(|it| it.to_string_lossy().starts_with("socket:")))
        .count()
}

/// A number, once it is no more than `expected` or has had time to be.
pub(super) async fn settled(number: impl Fn() -> usize, expected: usize) -> usize {
    for _ in 0..100 {
        if number() <= expected {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    number()
}

/// Streams that are dropped while they are busy leave no task and no socket.
pub(super) async fn nothing_is_left(client: &Client) {
    shell(client, "true").output().await.expect("an output");
    let before = (settled(tasks, 0).await, sockets());
    for _ in 0..3 {
        let mut open = Vec::new();
        let mut ports = Vec::new();
        for _ in 0..5 {
            let exec = shell(client, "yes").stdin(true).stdout(true).stderr(true);
            let mut process = exec.open().await.expect("a process");
            process.stdout.as_mut().expect("output").next().await.expect("more").expect("a piece");
            open.push(process);
            ports.push(pods(client).port_forward("ports").open(9000).await.expect("a connection"));
        }
        assert!(sockets() >= before.1 + 10, "each has a connection of its own");
        // In parts, and the rest together.
        let parts: Vec<_> = open.iter_mut().map(|it| (it.stdin.take(), it.stdout.take())).collect();
        drop((open, parts, ports));
    }
    assert!(settled(tasks, before.0).await <= before.0, "tasks are left");
    assert!(settled(sockets, before.1).await <= before.1, "sockets are left");
}

pub(super) async fn many_commands_at_once(client: &Client) {
    let mut all = JoinSet::new();
    for number in 0..200 {
        let exec = pods(client).exec("busy").command("echo").command(number.to_string());
        all.spawn(async move {
            let output = exec.output().await.expect("an output");
            assert_eq!(String::from_utf8_lossy(&output.stdout), format!("{number}\n"));
            assert!(output.exit.success());
        });
    }
    all.join_all().await;
}

pub(super) async fn much_input(client: &Client) {
    let exec = shell(client, "wc -c").stdin(true).stdout(true);
    let mut process = exec.open().await.expect("a process");
    let mut stdin = process.stdin.take().expect("standard input");
    let before = memory();
    let piece = vec![b'i'; MIB];
    for _ in 0..100 {
        stdin.write_all(&piece).await.expect("it is written");
    }
    stdin.close().await.expect("it ends");
    let output = process.output().await.expect("an output");
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), (100 * MIB).to_string());
    let grown = memory().saturating_sub(before);
    assert!(grown < 16, "{grown} MiB more");
}

pub(super) async fn much_output_read_slowly(client: &Client) {
    let exec = shell(client, "head -c 1G /dev/zero").stdout(true);
    let mut process = exec.open().await.expect("a process");
    let mut stdout = process.stdout.take().expect("standard output");
    let before = memory();
    let (mut read, mut most) = (0, 0);
    while let Some(piece) = stdout.next().await {
        let earlier = read / (16 * MIB);
        read += piece.expect("a piece").len();
        if read / (16 * MIB) > earlier {
            // Everything before us fills up meanwhile.
            tokio::time::sleep(Duration::from_millis(200)).await;
            most = most.max(memory().saturating_sub(before));
        }
    }
    assert_eq!(read, 1024 * MIB);
    assert!(process.wait().await.expect("an exit").success());
    assert!(most < 16, "{most} MiB more");
}
