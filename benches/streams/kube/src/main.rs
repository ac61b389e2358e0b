//! Watches, runs commands, forwards ports and copies files, and says what that took: a process for each measurement.

mod copy;
mod exec;
mod forward;
mod watch;

use anyhow::{Result, bail};
use kube::Client;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let client = Client::try_default().await?;
    let taken = match words.as_slice() {
        ["watch"] => watch::watch(client).await?,
        ["exec", times] => exec::exec(client, times.parse()?).await?,
        ["down", port, bytes] => forward::down(client, port.parse()?, bytes.parse()?).await?,
        ["up", port, bytes] => forward::up(client, port.parse()?, bytes.parse()?).await?,
        ["listen", port] => forward::listen(client, port.parse()?).await?,
        ["copy-in", file, path, buffer @ ..] => copy::into(client, file, path, buffered(buffer)?).await?,
        ["copy-out", path, file, buffer @ ..] => copy::out(client, path, file, buffered(buffer)?).await?,
        _ => bail!(
            "watch, exec TIMES, down|up PORT BYTES, listen PORT, copy-in FILE PATH [BUFFER] or copy-out PATH FILE [BUFFER]"
        ),
    };
    println!("{taken}");
    Ok(())
}

/// How long the buffers of a process are; without a word as by default.
fn buffered(words: &[&str]) -> Result<Option<usize>> {
    Ok(words.first().map(|it| it.parse()).transpose()?)
}
