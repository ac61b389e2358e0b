//! A token that stays: the Secret is applied, the controller manager writes the token into it.

use std::path::PathBuf;
use std::time::Duration;

use kubesdk::api::core::v1::Secret;
use kubesdk::discovery::RestMapper;
use kubesdk::manifest::Manifest;
use kubesdk::{Client, Map, Str, wait};

use crate::Outcome;

/// As `kubectl apply --server-side -f FILE`.
pub(crate) async fn apply(client: &Client, file: PathBuf) -> Outcome {
    let manifest = Manifest::from_yaml(&std::fs::read_to_string(file)?)?;
    for made in manifest.apply(client, &RestMapper::new(client), "kubectl").await {
        println!("{}", made?);
    }
    Ok(0)
}

/// Waits for the token; then as `kubectl describe secret`.
pub(crate) async fn describe(client: &Client, name: &str) -> Outcome {
    let secret = Secret::in_namespace(client, client.default_namespace()).get(name);
    let minute = Duration::from_secs(60);
    let secret = wait::on(secret).timeout(minute).until(|it| it.data.get("token").is_some()).await?;
    let mut head = vec![
        ("Name:".to_owned(), name.to_owned()),
        ("Namespace:".to_owned(), secret.metadata.namespace.as_deref().unwrap_or_default().to_owned()),
    ];
    head.extend(lines("Labels:", &secret.metadata.labels, "="));
    head.extend(lines("Annotations:", &secret.metadata.annotations, ": "));
    print(&head);
    println!("\nType:  {}\n\nData\n====", secret.type_.as_deref().unwrap_or_default());
    let mut data: Vec<(String, String)> = Vec::new();
    for (key, value) in &secret.data {
        let shown = match key.as_str() {
            "token" => String::from_utf8_lossy(value).into_owned(),
            _ => format!("{} bytes", value.len()),
        };
        data.push((format!("{key}:"), shown));
    }
    data.sort();
    print(&data);
    Ok(0)
}

/// A line for each pair, the first with the title.
fn lines(title: &str, pairs: &Map<Str>, between: &str) -> Vec<(String, String)> {
    let mut shown: Vec<String> =
        pairs.into_iter().map(|(key, value)| format!("{key}{between}{value}")).collect();
    shown.sort();
    if shown.is_empty() {
        shown.push("<none>".to_owned());
    }
    let titles = std::iter::once(title).chain(std::iter::repeat(""));
    titles.zip(shown).map(|(title, line)| (title.to_owned(), line)).collect()
}

fn print(lines: &[(String, String)]) {
    let width = lines.iter().map(|(title, _)| title.len() + 2).max().unwrap_or(0);
    for (title, value) in lines {
        println!("{title:<width$}{value}");
    }
}
