//! Lists as the server itself puts them into tables: columns and cells, for kinds that this program knows nothing of.

use kubesdk::Client;
use kubesdk::core::http::HeaderValue;
use kubesdk::core::http::header::ACCEPT;
use kubesdk::discovery::RestMapper;
use serde_json::Value;

use crate::Outcome;

/// As `kubectl get RESOURCE -o wide`.
pub(crate) async fn print(client: &Client, name: &str) -> Outcome {
    let resource = RestMapper::new(client).resource(name).await?;
    let root = match resource.group_version.group.as_str() {
        "" => "/api".to_owned(),
        group => format!("/apis/{group}"),
    };
    let namespace = match resource.namespaced {
        true => format!("/namespaces/{}", client.default_namespace()),
        false => String::new(),
    };
    let path = format!("{root}/{}{namespace}/{}?limit=500", resource.group_version.version, resource.name);
    let table = HeaderValue::from_static("application/json;as=Table;v=v1;g=meta.k8s.io");
    let table: Value = serde_json::from_slice(&client.get(&path).header(ACCEPT, table).await?)?;
    let mut rows = vec![texts(&table["columnDefinitions"], |it| it["name"].as_str().map(str::to_uppercase))];
    rows.extend(items(&table["rows"]).iter().map(|row| texts(&row["cells"], |cell| Some(shown(cell)))));
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        (cells.map(|it| it.chars().count()).max().unwrap_or(0) + 3).max(6)
    };
    let widths: Vec<usize> = (0..rows[0].len()).map(width).collect();
    for row in &rows {
        let last = row.len().saturating_sub(1);
        let padded = row.iter().zip(&widths).take(last).map(|(cell, width)| format!("{cell:<width$}"));
        println!("{}{}", padded.collect::<String>(), row[last]);
    }
    Ok(0)
}

fn items(list: &Value) -> &[Value] {
    list.as_array().map_or(&[], Vec::as_slice)
}

fn texts(list: &Value, text: impl Fn(&Value) -> Option<String>) -> Vec<String> {
    items(list).iter().map(|it| text(it).unwrap_or_default()).collect()
}

fn shown(cell: &Value) -> String {
    match cell {
        Value::Null => "<none>".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
