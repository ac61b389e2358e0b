//! Documents: what the server publishes about itself, and any path.

use std::io::Write;

use kubesdk::{Client, OpenApi};

use crate::Outcome;

/// A line for each OpenAPI v3 document, and one for the v2 document.
pub(crate) async fn index(client: &Client) -> Outcome {
    let openapi = OpenApi::new(client);
    for (path, entry) in openapi.index().await?.iter() {
        println!("{path} {}", entry.url);
    }
    println!("v2: {} bytes", openapi.v2().await?.len());
    Ok(0)
}

/// As `kubectl get --raw`.
pub(crate) async fn raw(client: &Client, path: &str) -> Outcome {
    let answer = client.get(path).await?;
    std::io::stdout().write_all(&answer)?;
    Ok(0)
}
