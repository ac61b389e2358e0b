//! Differences as lines for a terminal, and as JSON for programs.

use std::fmt::Write as _;

use serde::Serialize;

use super::{ApiDiff, Change, Effect, Subject, What};

pub(super) fn text(diff: &ApiDiff, before: &str, after: &str) -> String {
    let mut out = format!("{before} -> {after}\n");
    let mut module = None;
    for change in &diff.changes {
        if module != Some(&change.module) {
            module = Some(&change.module);
            let _ = write!(out, "\n{}\n", change.module);
        }
        let _ = writeln!(out, "  {:<10}  {}: {}", effect(change.effect), headline(change), change.meaning);
    }
    let _ = write!(out, "\n{}\n", totals(diff));
    out
}

/// `field added  DeploymentSpec.replicas`, with both sides of what became another.
pub(super) fn headline(change: &Change) -> String {
    let (subject, name) = (subject(change.subject), &change.name);
    match &change.what {
        What::Retyped { before, after } => format!("{subject} changed, {name} ({before} -> {after})"),
        What::Merged { before, after } => format!("{subject} merged otherwise, {name} ({before} -> {after})"),
        what => format!("{subject} {}, {name}", self::what(what)),
    }
}

pub(super) fn totals(diff: &ApiDiff) -> String {
    if diff.changes.is_empty() {
        return "no differences".to_owned();
    }
    format!(
        "{} differences: {} breaking, {} that would be but are exempt (alpha and beta), {} compatible",
        diff.changes.len(),
        diff.count(Effect::Breaking),
        diff.count(Effect::Exempt),
        diff.count(Effect::Compatible)
    )
}

pub(super) fn subject(subject: Subject) -> &'static str {
    match subject {
        Subject::GroupVersion => "group-version",
        Subject::Kind => "kind",
        Subject::Type => "type",
        Subject::Field => "field",
        Subject::Value => "value",
        Subject::Operation => "operation",
    }
}

pub(super) fn what(what: &What) -> &'static str {
    match what {
        What::Added => "added",
        What::Removed => "removed",
        What::Deprecated => "deprecated",
        What::Retyped { .. } => "changed",
        What::Required => "required now",
        What::Optional => "optional now",
        What::Merged { .. } => "merged otherwise",
    }
}

pub(super) fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Breaking => "breaking",
        Effect::Exempt => "exempt",
        Effect::Compatible => "compatible",
    }
}

#[derive(Serialize)]
struct Report<'a> {
    before: &'a str,
    after: &'a str,
    totals: Totals,
    changes: &'a [Change],
}

#[derive(Serialize)]
struct Totals {
    breaking: usize,
    exempt: usize,
    compatible: usize,
}

pub(super) fn json(diff: &ApiDiff, before: &str, after: &str) -> Result<String, serde_json::Error> {
    let totals = Totals {
        breaking: diff.count(Effect::Breaking),
        exempt: diff.count(Effect::Exempt),
        compatible: diff.count(Effect::Compatible),
    };
    let mut text = serde_json::to_string_pretty(&Report { before, after, totals, changes: &diff.changes })?;
    text.push('\n');
    Ok(text)
}
