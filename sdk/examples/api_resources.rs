//! Lists what a server serves, as `kubectl api-resources` does, byte for byte. Groups that the server could not tell
//! about, because the aggregated API server behind them is down, are named after the rest; kubectl leaves them out in
//! silence.
//!
//! ```text
//! cargo run --example api_resources -- --namespaced=true --verbs=list,get -o wide
//! ```

use std::fmt::Write as _;
use std::process::ExitCode;

use kubesdk::discovery::{Discovery, Resource};
use kubesdk::{Client, Error};

const USAGE: &str = "usage: api_resources [--api-group=GROUP] [--namespaced=true|false] [--verbs=VERB,...]
    [--categories=CATEGORY,...] [--sort-by=name|kind] [--no-headers] [-o wide|name] [--kubeconfig=PATH]";

/// What to list, and how.
#[derive(Debug, Default)]
struct Options {
    api_group: Option<String>,
    namespaced: Option<bool>,
    verbs: Vec<String>,
    categories: Vec<String>,
    sort_by: String,
    no_headers: bool,
    output: String,
    kubeconfig: Option<String>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Some(options) = Options::parse(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match list(&options).await {
        Ok((table, incomplete)) => {
            print!("{table}");
            let Some(incomplete) = incomplete else { return ExitCode::SUCCESS };
            eprintln!("error: {incomplete}");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// The table, and what is missing in it.
async fn list(options: &Options) -> Result<(String, Option<String>), Error> {
    let client = match &options.kubeconfig {
        Some(path) => Client::from_kubeconfig(path).await?,
        None => Client::infer().await?,
    };
    let server = Discovery::new(&client).resources().await?;
    let mut chosen: Vec<&Resource> =
        server.preferred().into_iter().map(|it| &**it).filter(|it| options.wants(it)).collect();
    chosen.sort_by_key(|it| options.place(it));
    let rows = chosen.into_iter().map(|it| options.row(it)).collect();
    Ok((options.print(rows), server.incomplete()))
}

impl Options {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Option<Self> {
        let mut options = Options::default();
        while let Some(argument) = arguments.next() {
            if argument == "--no-headers" {
                options.no_headers = true;
                continue;
            }
            let (name, value) = match argument.split_once('=') {
                Some((name, value)) => (name.to_owned(), value.to_owned()),
                None => (argument, arguments.next()?),
            };
            let list = || value.split(',').map(ToOwned::to_owned);
            match name.as_str() {
                "--api-group" => options.api_group = Some(value),
                "--namespaced" => options.namespaced = Some(value.parse().ok()?),
                "--verbs" => options.verbs.extend(list()),
                "--categories" => options.categories.extend(list()),
                "--sort-by" if matches!(value.as_str(), "" | "name" | "kind") => options.sort_by = value,
                "-o" | "--output" if matches!(value.as_str(), "" | "wide" | "name") => options.output = value,
                "--kubeconfig" => options.kubeconfig = Some(value),
                _ => return None,
            }
        }
        Some(options)
    }

    fn wants(&self, it: &Resource) -> bool {
        let all = |wanted: &[String], has: &[kubesdk::Str]| {
            wanted.iter().all(|wanted| has.iter().any(|it| it == wanted.as_str()))
        };
        !it.kind.kind.is_empty()
            && !it.verbs.is_empty()
            && self.api_group.as_ref().is_none_or(|group| it.group_version.group == group.as_str())
            && self.namespaced.is_none_or(|namespaced| it.namespaced == namespaced)
            && all(&self.verbs, &it.verbs)
            && all(&self.categories, &it.categories)
    }

    /// By what resources are sorted: the group unless something else is asked for, then the name.
    fn place(&self, it: &Resource) -> (String, String) {
        let first = match self.sort_by.as_str() {
            "name" => &it.name,
            "kind" => &it.kind.kind,
            _ => &it.group_version.group,
        };
        (first.to_string(), it.name.to_string())
    }

    fn row(&self, it: &Resource) -> Vec<String> {
        let joined = |list: &[kubesdk::Str]| list.iter().map(|it| it.as_str()).collect::<Vec<_>>().join(",");
        if self.output == "name" {
            return vec![it.qualified_name()];
        }
        let mut row = vec![
            it.name.to_string(),
            joined(&it.short_names),
            it.group_version.to_string(),
            it.namespaced.to_string(),
            it.kind.kind.to_string(),
        ];
        if self.output == "wide" {
            row.extend([joined(&it.verbs), joined(&it.categories)]);
        }
        row
    }

    fn print(&self, mut rows: Vec<Vec<String>>) -> String {
        if !self.no_headers && self.output != "name" {
            let mut columns = vec!["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND"];
            if self.output == "wide" {
                columns.extend(["VERBS", "CATEGORIES"]);
            }
            rows.insert(0, columns.into_iter().map(ToOwned::to_owned).collect());
        }
        table(&rows)
    }
}

/// Columns as wide as their widest cell and three blanks, at least six; the last as it is.
fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|it| it.chars().count());
        (cells.max().unwrap_or(0) + 3).max(6)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in rows {
        for (cell, width) in row.iter().zip(&widths).take(columns.saturating_sub(1)) {
            // Writing to a string does not fail.
            let _ = write!(text, "{cell:<width$}");
        }
        text.push_str(row.last().map_or("", String::as_str));
        text.push('\n');
    }
    text
}
