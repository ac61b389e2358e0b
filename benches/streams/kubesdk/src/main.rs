//! Watches, runs commands, forwards ports and copies files, and says what that took: a process for each measurement.

mod copy;
mod exec;
mod forward;
mod watch;

use anyhow::{Result, bail};
use kubesdk::Client;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let client = Client::infer().await?;
    let taken = match words.as_slice() {
        ["watch"] => watch::watch(&client).await?,
        ["exec", times] => exec::exec(&client, times.parse()?).await?,
        ["down", port, bytes] => forward::down(&client, port.parse()?, bytes.parse()?).await?,
        ["up", port, bytes] => forward::up(&client, port.parse()?, bytes.parse()?).await?,
        ["listen", port] => forward::listen(&client, port.parse()?).await?,
        ["copy-in", file, path] => copy::into(&client, file, path).await?,
        ["copy-out", path, file] => copy::out(&client, path, file).await?,
        _ => bail!(
            "watch, exec TIMES, down|up PORT BYTES, listen PORT, copy-in FILE PATH or copy-out PATH FILE"
        ),
    };
    println!("{taken}");
    Ok(())
}
