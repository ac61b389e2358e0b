//! Differences as one HTML page: a table, a field to search it, a box for each effect. Nothing is loaded from elsewhere.

use std::fmt::Write as _;

use super::text::{effect, subject, totals, what};
use super::{ApiDiff, Change, Effect, What};

const STYLE: &str = "body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;color:#1b1f24}\
h1{font-size:1.4rem}form{position:sticky;top:0;background:#fff;padding:.6rem 0;display:flex;gap:1rem;align-items:center;flex-wrap:wrap}\
input[type=search]{font:inherit;padding:.35rem .6rem;flex:1;min-width:16rem}\
table{border-collapse:collapse;width:100%}th{text-align:left}td,th{padding:.35rem .6rem;border-top:1px solid #d8dee4;vertical-align:top}\
code{font:13px ui-monospace,monospace;overflow-wrap:anywhere}\
.breaking{color:#b3261e;font-weight:600}.exempt{color:#8a5a00}.compatible{color:#1a6b35}";

/// Shows the rows that hold every word of the search and whose effect is ticked.
const SCRIPT: &str = "const form=document.forms[0],rows=[...document.querySelectorAll('tbody tr')],shown=document.getElementById('shown');\
function filter(){const words=form.words.value.toLowerCase().split(/\\s+/).filter(Boolean);let count=0;\
for(const row of rows){const text=row.textContent.toLowerCase();\
const on=form[row.dataset.effect].checked&&words.every(word=>text.includes(word));row.hidden=!on;if(on)count++}\
shown.textContent=count+' of '+rows.length+' shown'}\
form.addEventListener('input',filter);form.addEventListener('submit',event=>event.preventDefault());filter();";

pub(super) fn page(diff: &ApiDiff, before: &str, after: &str) -> String {
    let title = format!("{} to {}", escape(before), escape(after));
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>API: {title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<p>{}.</p>\n",
        escape(&totals(diff))
    );
    out.push_str("<form>\n<input type=\"search\" name=\"words\" placeholder=\"Search\" aria-label=\"Search\" autofocus>\n");
    for it in [Effect::Breaking, Effect::Exempt, Effect::Compatible] {
        let (name, count) = (effect(it), diff.count(it));
        let _ = writeln!(
            out,
            "<label class=\"{name}\"><input type=\"checkbox\" name=\"{name}\" checked> {name} ({count})</label>"
        );
    }
    out.push_str(
        "<span id=\"shown\"></span>\n</form>\n<table>\n<thead><tr><th>Group-version</th><th>What</th>",
    );
    out.push_str("<th>Name</th><th>Effect</th><th>What it means</th></tr></thead>\n<tbody>\n");
    for change in &diff.changes {
        row(change, &mut out);
    }
    let _ = write!(out, "</tbody>\n</table>\n<script>{SCRIPT}</script>\n</body>\n</html>\n");
    out
}

fn row(change: &Change, out: &mut String) {
    let effect = effect(change.effect);
    let sides = match &change.what {
        What::Retyped { before, after } | What::Merged { before, after } => {
            format!("<br><code>{}</code> → <code>{}</code>", escape(before), escape(after))
        }
        _ => String::new(),
    };
    let _ = writeln!(
        out,
        "<tr data-effect=\"{effect}\"><td>{}</td><td>{} {}</td><td><code>{}</code>{sides}</td>\
         <td class=\"{effect}\">{effect}</td><td>{}</td></tr>",
        escape(&change.module),
        subject(change.subject),
        what(&change.what),
        escape(&change.name),
        escape(&change.meaning)
    );
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
