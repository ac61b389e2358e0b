//! What was made, in lines for people.

use crate::Made;

pub(crate) fn text(made: &Made) -> String {
    let extension = &made.extension;
    let mut lines = Vec::new();
    for group in &extension.group_versions {
        let of = group.api_version.as_deref().unwrap_or("no group-version");
        let kinds =
            if group.kinds.is_empty() { String::new() } else { format!(": {}", group.kinds.join(", ")) };
        let (types, methods) = (counted(group.types, "type"), counted(group.methods, "method"));
        lines.push(format!("{of} in {}{kinds}; {types}, {methods}", group.module));
    }
    let features: Vec<&str> = extension.features.iter().map(String::as_str).collect();
    let features = match features.is_empty() {
        true => "no feature of it is needed".to_owned(),
        false => format!("it needs {}", features.join(", ")),
    };
    let verb = if extension.taken.len() == 1 { "comes" } else { "come" };
    lines.push(format!("from kubesdk {verb} {}; {features}", counted(extension.taken.len(), "type")));
    for taken in &extension.taken {
        let more = match taken.written_out.as_slice() {
            [] => String::new(),
            [one] => format!(", written out at {one}"),
            [first, rest @ ..] => {
                format!(", written out at {first} and {}", counted(rest.len(), "other place"))
            }
        };
        lines.push(format!("  {}{more}", taken.path));
    }
    let changed = match made.changed {
        0 => "all of them as they were".to_owned(),
        changed => format!("{changed} changed"),
    };
    let files = counted(extension.files.len(), "file");
    lines.push(format!("{}: {files}, {changed}", made.folder.display()));
    lines.join("\n")
}

fn counted(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
