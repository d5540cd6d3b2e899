//! State that nobody declared in the service: memory stores of libraries, keys drawn at random. Asks the catalogue.

use super::{Verdict, ask, by_id};
use crate::catalog::{Backend, Catalog, EntryKind};
use crate::finding::{CellName, Confidence, Evidence, Finding, Level, fingerprint};
use crate::link::{OutsideCall, Program, When};

/// A finding for each call that makes such a thing in code that runs.
pub(super) fn judge(program: &Program, catalog: &Catalog) -> Vec<Finding> {
    let enters = program.entries.iter().any(|entry| entry.kind != EntryKind::Timer);
    if !enters && program.counts.used_frameworks.is_empty() {
        return Vec::new();
    }
    let mut findings: Vec<Finding> = Vec::new();
    for call in &program.calls {
        if let Some(finding) = catalog
            .backends
            .iter()
            .find(|backend| makes(backend, call))
            .and_then(|backend| finding(backend, call))
            && !findings.iter().any(|known| {
                known.place == finding.place
                    || known.cell.item == finding.cell.item
                        && known.place.path == finding.place.path
                        && overlaps(known, &finding)
            })
        {
            findings.push(finding);
        }
    }
    findings
}

fn overlaps(one: &Finding, other: &Finding) -> bool {
    one.place.span.start <= other.place.span.end && other.place.span.start <= one.place.span.end
}

/// Is this call one of the entry's constructors?
fn makes(backend: &Backend, call: &OutsideCall) -> bool {
    if call.method {
        return false;
    }
    let (owner, function) = match call.name.rsplit_once("::") {
        Some((owner, function)) => (owner.rsplit("::").next().unwrap_or(owner), function),
        None => ("", call.name.as_str()),
    };
    let fits = backend.paths.iter().any(|path| {
        let parts: Vec<&str> = path.split("::").collect();
        match parts.as_slice() {
            [krate, ty, name] => *krate == call.krate && *ty == owner && *name == function,
            [krate, ty] if ty.starts_with(char::is_uppercase) => {
                *krate == call.krate && *ty == owner && is_constructor(function)
            }
            [krate, name] => *krate == call.krate && owner.is_empty() && *name == function,
            _ => false,
        }
    });
    fits && backend
        .argument
        .as_ref()
        .is_none_or(|wanted| call.literals.iter().any(|literal| literal.contains(wanted)))
}

fn is_constructor(function: &str) -> bool {
    [
        "new",
        "default",
        "from",
        "with_",
        "builder",
        "keyed",
        "direct",
        "per_",
        "create",
        "open",
        "connect",
        "serve",
        "in_memory",
    ]
    .iter()
    .any(|start| function.starts_with(start))
}

fn finding(backend: &Backend, call: &OutsideCall) -> Option<Finding> {
    let rule = by_id(&backend.rule)?;
    // A handler that makes one for itself drops it again.
    if call.when == When::Request
        && call
            .into
            .as_ref()
            .is_none_or(|(_, place)| place.path == call.place.path)
        && backend.rule != "per-process-key"
    {
        return None;
    }
    let verdict = verdict(backend, call, rule.id);
    // A static is the state's name; otherwise the construction is its place.
    let (name, place) = match &call.into {
        Some((name, place)) if call.in_static => (name.clone(), place.clone()),
        Some((name, _)) => (name.clone(), call.place.clone()),
        None => (call.name.clone(), call.place.clone()),
    };
    Some(Finding {
        rule: rule.id,
        level: verdict.level,
        confidence: if call.when == When::Never {
            Confidence::Medium
        } else {
            Confidence::High
        },
        message: verdict.message,
        cell: CellName {
            name: name.clone(),
            kind: "call".to_owned(),
            item: format!("{}::{name}", call.item),
        },
        place,
        evidence: vec![Evidence {
            place: call.place.clone(),
            message: format!("`{}` is made here", call.name),
        }],
        services: call.services.clone(),
        remedies: verdict.remedies,
        because: verdict.because,
        fingerprint: fingerprint(&call.package, &format!("{}::{name}", call.item), rule.id),
    })
}

fn verdict(backend: &Backend, call: &OutsideCall, rule: &str) -> Verdict {
    let subject = match &call.into {
        Some((name, _)) if *name != call.name => format!("`{name}` (`{}`)", call.name),
        _ => format!("`{}`", call.name),
    };
    let message = if rule == "per-process-key" {
        format!(
            "{subject} draws a new key each time the process starts; with two replicas, {} signed or sealed by one are refused by the other, and a restart voids them all",
            backend.keeps
        )
    } else if rule == "local-rate-limit" {
        format!(
            "{subject} counts in this process; with two replicas each client gets the limit twice, and a restart resets it"
        )
    } else {
        format!(
            "{subject} keeps {} in this process; with two replicas, what one stores is missing on the other, and a restart loses it",
            backend.keeps
        )
    };
    Verdict {
        level: if backend.note { Level::Note } else { Level::Error },
        message,
        remedies: vec![ask::remedy(&backend.instead)],
        because: vec![format!("the catalogue: {}", backend.source)],
    }
}
