//! What was made, in lines for people.

use crate::Made;

pub(crate) fn text(made: &Made) -> String {
    let extension = &made.extension;
    let mut lines = Vec::new();
    for group in &extension.group_versions {
        let of = group.api_version.as_deref().unwrap_or("no group-version");
        let kinds =
            if group.kinds.is_empty() { String::new() } else { format!(": {}", group.kinds.join(", ")) };
        lines.push(format!(
            "{of} in {}{kinds}; {} types, {} methods",
            group.module, group.types, group.methods
        ));
    }
    let features: Vec<&str> = extension.features.iter().map(String::as_str).collect();
    let features = match features.is_empty() {
        true => "no feature of it is needed".to_owned(),
        false => format!("it needs {}", features.join(", ")),
    };
    lines.push(format!("from kubesdk come {} types; {features}", extension.taken.len()));
    for taken in &extension.taken {
        let more = match taken.written_out.as_slice() {
            [] => String::new(),
            [one] => format!(", written out at {one}"),
            [first, rest @ ..] => format!(", written out at {first} and {} other places", rest.len()),
        };
        lines.push(format!("  {}{more}", taken.path));
    }
    let changed = match made.changed {
        0 => "all of them as they were".to_owned(),
        changed => format!("{changed} changed"),
    };
    lines.push(format!("{}: {} files, {changed}", made.folder.display(), extension.files.len()));
    lines.join("\n")
}
