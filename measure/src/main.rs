//! Shows which findings appeared and which went between two builds of statelint. Never stores code.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, ExitCode};

use serde_json::{Map, Value, json};

const USAGE: &str = "usage: measure record --bin PATH --out FILE CHECKOUT...\n       measure diff OLD NEW";
/// What is kept of a finding, besides its path and line.
const KEPT: [&str; 4] = ["rule", "level", "confidence", "message"];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match words.as_slice() {
        ["record", "--bin", program, "--out", file, checkouts @ ..] if !checkouts.is_empty() => {
            record(program, file, checkouts)
        }
        ["diff", old, new] => diff_files(old, new),
        _ => Err(USAGE.to_owned()),
    };
    match result {
        Ok(code) => ExitCode::from(code),
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::from(2)
        }
    }
}

fn record(program: &str, file: &str, checkouts: &[&str]) -> Result<u8, String> {
    let mut all = Map::new();
    for checkout in checkouts {
        let name = Path::new(checkout)
            .file_name()
            .unwrap_or(checkout.as_ref())
            .to_string_lossy()
            .into_owned();
        let stored = match check(program, checkout) {
            Ok(document) => findings(&document),
            Err(problem) => {
                eprintln!("{checkout}: {problem}");
                json!("failed")
            }
        };
        println!(
            "{name}: {}",
            stored
                .as_array()
                .map_or("failed".to_owned(), |found| found.len().to_string())
        );
        if all.insert(name.clone(), stored).is_some() {
            return Err(format!("two checkouts are called `{name}`"));
        }
    }
    let text = serde_json::to_string_pretty(&Value::Object(all)).map_err(|error| error.to_string())?;
    std::fs::write(file, text + "\n").map_err(|error| format!("{file}: {error}"))?;
    Ok(0)
}

fn check(program: &str, checkout: &str) -> Result<Value, String> {
    let mut command = Command::new(program);
    command.args(["check", "--format", "json", "--pedantic", "--", checkout]);
    let output = command.output().map_err(|error| format!("{program}: {error}"))?;
    if !matches!(output.status.code(), Some(0 | 1)) {
        return Err(format!(
            "{}: {}",
            output.status,
            String::from_utf8_lossy(&output.stderr).trim()
        ));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())
}

/// The findings of a report, without anything of the source.
fn findings(document: &Value) -> Value {
    let found = document["findings"].as_array().into_iter().flatten();
    let kept = found.map(|finding| {
        let mut entry = Map::new();
        entry.insert("path".to_owned(), finding["place"]["path"].clone());
        entry.insert("line".to_owned(), finding["place"]["line"].clone());
        entry.extend(KEPT.map(|key| (key.to_owned(), finding[key].clone())));
        Value::Object(entry)
    });
    Value::Array(kept.collect())
}

fn diff_files(old: &str, new: &str) -> Result<u8, String> {
    let read = |file: &str| {
        let text = std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
        serde_json::from_str::<Map<String, Value>>(&text).map_err(|error| format!("{file}: {error}"))
    };
    let changes = diff(&read(old)?, &read(new)?);
    for change in &changes {
        println!("{change}");
    }
    let of = |sign: char| changes.iter().filter(|change| change.starts_with(sign)).count();
    println!("{} appeared, {} went, {} changed", of('+'), of('-'), of('~'));
    Ok(u8::from(!changes.is_empty()))
}

/// One line a change: `+` appeared, `-` went, `~` changed.
fn diff(old: &Map<String, Value>, new: &Map<String, Value>) -> Vec<String> {
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let mut changes = Vec::new();
    for name in names {
        match (old.get(name), new.get(name)) {
            (Some(Value::Array(old)), Some(Value::Array(new))) => compare(name, old, new, &mut changes),
            (old, new) if state(old) != state(new) => {
                changes.push(format!("~ {name}: {} -> {}", state(old), state(new)));
            }
            _ => {}
        }
    }
    changes
}

fn compare(name: &str, old: &[Value], new: &[Value], changes: &mut Vec<String>) {
    let (old, new) = (by_key(old), by_key(new));
    let keys: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    for key in keys {
        let none = Vec::new();
        let (before, after) = (old.get(key).unwrap_or(&none), new.get(key).unwrap_or(&none));
        for (at, finding) in after.iter().enumerate() {
            match before.get(at) {
                None => changes.push(format!("+ {name} {}", show(finding))),
                Some(known) if weight(known) != weight(finding) => {
                    changes.push(format!("~ {name} {} (was {})", show(finding), weight(known)));
                }
                Some(_) => {}
            }
        }
        changes.extend(
            before
                .iter()
                .skip(after.len())
                .map(|gone| format!("- {name} {}", show(gone))),
        );
    }
}

/// Findings that say the same of the same file, in the order of their lines.
fn by_key(findings: &[Value]) -> BTreeMap<(&str, &str, &str), Vec<&Value>> {
    let mut all: BTreeMap<_, Vec<&Value>> = BTreeMap::new();
    for finding in findings {
        all.entry((
            word(finding, "path"),
            word(finding, "rule"),
            word(finding, "message"),
        ))
        .or_default()
        .push(finding);
    }
    all
}

fn show(finding: &Value) -> String {
    let [path, rule, message] = ["path", "rule", "message"].map(|key| word(finding, key));
    format!(
        "{path}:{} {rule} [{}] {message}",
        finding["line"],
        weight(finding)
    )
}

fn weight(finding: &Value) -> String {
    format!("{}, {}", word(finding, "level"), word(finding, "confidence"))
}

fn word<'a>(finding: &'a Value, key: &str) -> &'a str {
    finding[key].as_str().unwrap_or_default()
}

fn state(checkout: Option<&Value>) -> &'static str {
    match checkout {
        None => "absent",
        Some(Value::Array(_)) => "checked",
        Some(_) => "failed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(findings: &[(&str, u32, &str)]) -> Map<String, Value> {
        let entry = |(message, line, level): &(&str, u32, &str)| json!({ "path": "a.rs", "line": line, "rule": "r", "level": level, "confidence": "high", "message": message });
        let all: Vec<_> = findings.iter().map(entry).collect();
        Map::from_iter([("shop".to_owned(), Value::Array(all))])
    }

    #[test]
    fn a_moved_line_is_no_change() {
        assert!(diff(&stored(&[("m", 1, "error")]), &stored(&[("m", 9, "error")])).is_empty());
    }

    #[test]
    fn what_appeared_went_or_changed_is_told() {
        let old = stored(&[("kept", 1, "error"), ("gone", 2, "error")]);
        let new = stored(&[("kept", 1, "warning"), ("new", 3, "error")]);
        let signs: Vec<_> = diff(&old, &new)
            .iter()
            .map(|change| change[..1].to_owned())
            .collect();
        assert_eq!(signs, ["-", "~", "+"]);
    }

    #[test]
    fn a_checkout_that_fails_now_is_told() {
        let failed = Map::from_iter([("shop".to_owned(), json!("failed"))]);
        assert_eq!(diff(&stored(&[]), &failed), ["~ shop: checked -> failed"]);
    }

    #[test]
    fn no_code_is_stored() {
        let document = json!({ "findings": [{ "rule": "r", "level": "error", "confidence": "high", "message": "m",
            "place": { "path": "a.rs", "line": 1, "column": 2 }, "remedies": [{ "title": "t", "code": "secret" }],
            "evidence": [{ "message": "secret" }] }] });
        assert!(!findings(&document).to_string().contains("secret"));
    }
}
