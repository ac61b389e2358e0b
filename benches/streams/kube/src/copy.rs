//! A file into a container and out of it: kube-rs has no such call, so this is exec and tar, as its users write it.

use anyhow::{Context, Result, ensure};
use benches_gauge::Work;
use k8s_openapi::api::core::v1::Pod;
use kube::Client;
use kube::api::{Api, AttachParams, AttachedProcess};
use serde_json::Value;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader, copy_buf, sink};

const PIECE: usize = 64 << 10;
const BLOCK: usize = 512;
/// `tar` waits until it has a whole record.
const RECORD: u64 = 10 << 10;

fn parameters(buffer: Option<usize>) -> AttachParams {
    let parameters = AttachParams::default();
    match buffer {
        Some(size) => parameters.max_stdin_buf_size(size).max_stdout_buf_size(size),
        None => parameters,
    }
}

pub(crate) async fn into(client: Client, file: &str, path: &str, buffer: Option<usize>) -> Result<Value> {
    let work = Work::begin()?;
    let (folder, name) = path.rsplit_once('/').context("the path is absolute")?;
    let file = File::open(file).await?;
    let size = file.metadata().await?.len();
    let mut header = tar::Header::new_gnu();
    header.set_path(name)?;
    header.set_size(size);
    header.set_mode(0o644);
    header.set_cksum();
    let pods = Api::<Pod>::namespaced(client, "default");
    let command = ["tar", "-xmf", "-", "-C", folder];
    let mut process = pods.exec("busy", command, &parameters(buffer).stdin(true).stdout(false)).await?;
    let mut stdin = process.stdin().context("no input")?;
    stdin.write_all(header.as_bytes()).await?;
    copy_buf(&mut BufReader::with_capacity(PIECE, file), &mut stdin).await?;
    let written = BLOCK as u64 + size;
    let padding = (written + 2 * BLOCK as u64).next_multiple_of(RECORD) - written;
    stdin.write_all(&vec![0; usize::try_from(padding)?]).await?;
    stdin.shutdown().await?;
    ended(process).await?;
    work.end(usize::try_from(size)?)
}

pub(crate) async fn out(client: Client, path: &str, file: &str, buffer: Option<usize>) -> Result<Value> {
    let work = Work::begin()?;
    let pods = Api::<Pod>::namespaced(client, "default");
    let mut process = pods.exec("busy", ["tar", "cf", "-", path], &parameters(buffer)).await?;
    let mut stdout = process.stdout().context("no output")?;
    let mut block = [0; BLOCK];
    stdout.read_exact(&mut block).await?;
    let size = tar::Header::from_byte_slice(&block).size()?;
    let mut reader = BufReader::with_capacity(PIECE, stdout);
    let mut target = File::create(file).await?;
    let copied = copy_buf(&mut (&mut reader).take(size), &mut target).await?;
    ensure!(copied == size, "{copied} bytes of {size} came");
    target.flush().await?;
    copy_buf(&mut reader, &mut sink()).await?;
    ended(process).await?;
    work.end(usize::try_from(size)?)
}

async fn ended(mut process: AttachedProcess) -> Result<()> {
    let status = process.take_status().context("no status")?.await.context("no end")?;
    ensure!(status.status.as_deref() == Some("Success"), "it failed: {status:?}");
    Ok(())
}
