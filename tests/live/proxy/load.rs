//! Large bodies both ways, in memory that does not grow.

use std::fs;

use futures_util::{StreamExt, stream};
use kubesdk::Client;
use kubesdk::core::http::Method;
use kubesdk::core::{BodyStream, Bytes};

use super::{services, text};

const MIB: usize = 1 << 20;

/// What the process has in memory, in MiB.
fn memory() -> usize {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|it| it.strip_prefix("VmRSS:")).expect("a line");
    let kib: usize = line.trim().trim_end_matches(" kB").parse().expect("a number");
    kib / 1024
}

/// 100 MiB, piece by piece.
fn much() -> BodyStream {
    Box::pin(stream::iter((0..100).map(|_| Ok(Bytes::from(vec![b'x'; MIB])))))
}

async fn length(mut body: BodyStream, most: &mut usize) -> usize {
    let mut length = 0;
    while let Some(piece) = body.next().await {
        length += piece.expect("a piece").len();
        *most = memory().max(*most);
    }
    length
}

pub(super) async fn bodies(client: &Client) {
    let call = |path: &str| services(client).proxy(Method::POST, "plain").path(path);
    let before = memory();
    let mut most = before;
    let counted = call("/count").send_stream(much()).await.expect("an answer");
    assert_eq!(text(counted.into_body()).await, format!("{}\n", 100 * MIB));
    most = memory().max(most);
    let zeros = services(client).proxy(Method::GET, "plain").path(format!("/zeros/{}", 100 * MIB));
    let zeros = zeros.send().await.expect("an answer");
    assert_eq!(length(zeros.into_body(), &mut most).await, 100 * MIB);
    let mirrored = call("/mirror").send_stream(much()).await.expect("an answer");
    assert_eq!(length(mirrored.into_body(), &mut most).await, 100 * MIB);
    println!("{} MiB more for 100 MiB each way", most - before);
    assert!(most - before < 24, "{} MiB more", most - before);
}
