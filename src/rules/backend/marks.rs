//! Attributes that make a function, a parameter or a struct keep state: `#[cached]` and its like. Asks the catalogue.

use super::{confidence, is_name, verdict};
use crate::catalog::{Backend, Catalog};
use crate::finding::{CellName, Evidence, Finding, Level, fingerprint};
use crate::link::{Mark, Program, When, Work, words_of};
use crate::rules::by_id;

/// Copies that are forgotten after ten minutes are stale for as long at most.
const SHORT: u64 = 600;

/// A finding for each attribute that makes state.
pub(super) fn judge<'a>(program: &'a Program, catalog: &'a Catalog) -> impl Iterator<Item = Finding> + 'a {
    program.marks.iter().filter_map(|mark| {
        let backend = catalog
            .backends
            .iter()
            .find(|backend| makes(program, backend, mark))?;
        finding(catalog, backend, mark)
    })
}

fn makes(program: &Program, backend: &Backend, mark: &Mark) -> bool {
    let Some(maker) = backend.attribute_maker(&mark.krate, &mark.name) else {
        return false;
    };
    if mark.krate.is_empty() && program.required(&mark.package, &maker.krate).is_none() {
        return false;
    }
    let says = |wanted: &String| {
        mark.texts.iter().any(|text| text.contains(wanted.as_str()))
            || mark.types.iter().any(|ty| is_name(ty, wanted))
    };
    backend.holds_for(program.required(&mark.package, &maker.krate))
        && backend.argument.as_ref().is_none_or(says)
        && !backend
            .handles
            .iter()
            .any(|word| words_of(&mark.on).contains(word))
        && !backend
            .unless
            .iter()
            .any(|excuse| mark.options.contains(excuse.as_str()))
}

fn finding(catalog: &Catalog, backend: &Backend, mark: &Mark) -> Option<Finding> {
    let rule = by_id(&backend.rule)?;
    // What only start-up calls does not change after it.
    if mark.work.is_some() && mark.when == When::Startup {
        return None;
    }
    let mut verdict = match &mark.set_in {
        Some((file, url)) if backend.on_disk => {
            let mut in_memory = backend.clone();
            (in_memory.note, in_memory.on_disk) = (false, false);
            let subject = format!("`{}` (`#[{}]`, `{url}` in {file})", mark.on, mark.name);
            verdict(&in_memory, &subject, None)
        }
        _ => verdict(backend, &format!("`{}` (`#[{}]`)", mark.on, mark.name), None),
    };
    if let Some(why) = why_harmless(catalog, backend, mark) {
        verdict.level = Level::Note;
        verdict.because.push(why);
    }
    let hops = mark.way.iter().map(|hop| Evidence {
        place: hop.place.clone(),
        message: hop.text.clone(),
    });
    let last = Evidence {
        place: mark.place.clone(),
        message: format!("`#[{}]` keeps what it gives", mark.name),
    };
    Some(Finding {
        rule: rule.id,
        level: verdict.level,
        confidence: confidence(mark.when).min(mark.confidence),
        message: verdict.message,
        cell: CellName {
            name: mark.on.clone(),
            kind: "attribute".to_owned(),
            item: mark.item.clone(),
        },
        place: mark.place.clone(),
        evidence: hops.chain([last]).collect(),
        services: mark.services.clone(),
        remedies: verdict.remedies,
        because: verdict.because,
        fingerprint: fingerprint(&mark.package, &mark.item, rule.id),
    })
}

/// Why reasonable people may leave the copies where they are.
fn why_harmless(catalog: &Catalog, backend: &Backend, mark: &Mark) -> Option<String> {
    if let Some(seconds) = lifetime(backend, mark).filter(|seconds| *seconds <= SHORT) {
        return Some(format!("a copy is forgotten after {seconds} seconds"));
    }
    let pure = mark.work.as_ref().is_some_and(|work| is_pure(catalog, work));
    pure.then(|| "all that we see it use is its arguments".to_owned())
}

fn is_pure(catalog: &Catalog, work: &Work) -> bool {
    !work.waits && !work.reads_state && !work.calls.iter().any(|call| catalog.asks_outside(call))
}

/// `time = 60` among the attribute's options.
fn lifetime(backend: &Backend, mark: &Mark) -> Option<u64> {
    let options = mark
        .options
        .split(['(', ',', ')'])
        .filter_map(|option| option.split_once('='));
    options
        .filter(|(name, _)| backend.lifetime.iter().any(|known| known == name.trim()))
        .find_map(|(_, value)| value.trim().trim_matches('"').parse().ok())
}
