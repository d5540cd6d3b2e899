//! The report for people: each finding with its places, its way out, and a summary of what was understood.
//! Nothing of the checked source reaches the terminal unless it is harmless there.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::excerpt::{Excerpt, Label};
use super::paint::hanging;
use super::source::{Lines, seen_from, visible, visible_line};
use super::{Paint, View};
use crate::finding::{Confidence, Evidence, Finding, Level, Remedy};
use crate::run::{Run, Understanding};

/// A longer way is shown by its first and last steps.
const LONGEST_WAY: usize = 6;
const FIRST_STEPS: usize = 3;
const LAST_STEPS: usize = 2;
/// More skipped parts than this are only counted.
const SKIPPED_SHOWN: usize = 10;

/// All findings and the summary.
#[must_use]
pub fn render(run: &Run, view: &View<'_>) -> String {
    let mut out = String::new();
    for finding in run.shown(view.pedantic) {
        out.push_str(&finding_text(run, finding, view));
        out.push('\n');
    }
    out.push_str(&summary(run, view));
    out
}

/// One finding.
#[must_use]
pub fn finding_text(run: &Run, finding: &Finding, view: &View<'_>) -> String {
    let paint = Paint::new(view.color);
    let code = format!("{}[{}]", finding.level, finding.rule);
    let lead = paint.level(finding.level, &code) + ":";
    // Continuation lines of the headline stay near the margin: the code is too wide to hang below.
    let headline = format!("{code}: {}", visible_line(&finding.message));
    let headline = hanging("  ", "", &headline, view.width);
    let mut out = headline.replacen(&format!("{code}:"), &lead, 1);
    out.push_str(&excerpts(run, finding, view));
    out.push_str(&footer(finding, view, paint));
    out
}

fn excerpts(run: &Run, finding: &Finding, view: &View<'_>) -> String {
    let mut all: Vec<Excerpt<'_>> = Vec::new();
    let state = format!("the state: {} `{}`", finding.cell.kind, finding.cell.name);
    let cell = Evidence {
        place: finding.place.clone(),
        message: state,
    };
    place_label(run, view, &cell, ("state", &cell.message), &mut all);
    let steps = &finding.evidence;
    let cut = steps.len() > LONGEST_WAY;
    let hidden = if cut {
        FIRST_STEPS..steps.len() - LAST_STEPS
    } else {
        0..0
    };
    let mut more_after = None;
    for (at, step) in steps.iter().enumerate() {
        if hidden.contains(&at) {
            more_after.get_or_insert(all.len());
            continue;
        }
        let number = (at + 1).to_string();
        let text = format!("{number}. {}", step.message);
        place_label(run, view, step, (&number, &text), &mut all);
    }
    let mut out = String::new();
    for (at, excerpt) in all.iter().enumerate() {
        if more_after == Some(at) {
            out.push_str(&left_out(&steps[hidden.clone()], hidden.start, view));
        }
        out.push_str(&excerpt.draw(view));
    }
    if more_after.is_some_and(|at| at >= all.len()) {
        out.push_str(&left_out(&steps[hidden.clone()], hidden.start, view));
    }
    out
}

/// The steps in the middle of a long way, each in a few words.
fn left_out(steps: &[Evidence], before: usize, view: &View<'_>) -> String {
    let names: Vec<String> = steps
        .iter()
        .enumerate()
        .map(|(at, step)| format!("{}. {}", before + at + 1, step.message))
        .collect();
    hanging("  … ", "  … ", &visible_line(&names.join(", ")), view.width)
}

/// Puts the label into an excerpt nearby, or opens a new one.
fn place_label<'a>(
    run: &'a Run,
    view: &View<'_>,
    step: &Evidence,
    (sign, text): (&str, &str),
    all: &mut Vec<Excerpt<'a>>,
) {
    let Some((path, source)) = run.sources.get_key_value(&step.place.path) else {
        return;
    };
    let label = Label {
        span: step.place.span,
        sign: sign.to_owned(),
        text: visible_line(text),
    };
    let line = Lines::new(source).position(step.place.span).line;
    match all.iter_mut().find(|excerpt| excerpt.is_near(path, line)) {
        Some(near) => near.labels.push(label),
        None => all.push(Excerpt {
            path,
            shown: seen_from(view.here, &run.root, path),
            text: source,
            labels: vec![label],
        }),
    }
}

fn footer(finding: &Finding, view: &View<'_>, paint: Paint) -> String {
    let mut out = String::new();
    let mut line = |lead: &str, painted: String, text: &str| {
        out.push_str(&hanging(lead, &painted, &visible_line(text), view.width));
    };
    if !finding.because.is_empty() {
        line(
            "  why: ",
            format!("  {} ", paint.bold("why:")),
            &finding.because.join("; "),
        );
    }
    if !finding.services.is_empty() {
        line(
            "  in: ",
            format!("  {} ", paint.bold("in:")),
            &finding.services.join(", "),
        );
    }
    if finding.confidence == Confidence::Low {
        let text = "low confidence; the way or the role is guessed, so this never fails a run";
        line("  note: ", format!("  {} ", paint.bold("note:")), text);
    }
    for (at, remedy) in finding.remedies.iter().enumerate() {
        out.push_str(&remedy_text(remedy, at == 0, view, paint));
    }
    let _ = writeln!(
        out,
        "  {}",
        paint.dim(&format!("more: statelint explain {}", finding.rule))
    );
    out
}

fn remedy_text(remedy: &Remedy, first: bool, view: &View<'_>, paint: Paint) -> String {
    let (lead, word) = if first {
        ("  help: ", "  help:")
    } else {
        ("    or: ", "    or:")
    };
    let painted = format!("{} ", paint.good(word));
    let mut out = hanging(lead, &painted, &visible_line(&remedy.title), view.width);
    for line in remedy.code.iter().flat_map(|code| code.lines()) {
        let shown = visible(line.trim_end()).replace('\t', "    ");
        // No trailing blanks in an empty line.
        let _ = writeln!(
            out,
            "{}",
            format!("            {}", paint.name(&shown)).trim_end()
        );
    }
    out
}

fn summary(run: &Run, view: &View<'_>) -> String {
    let paint = Paint::new(view.color);
    let known = &run.understanding;
    let mut out = skipped(run, view, paint);
    for part in &run.idle_allows {
        let path = seen_from(view.here, &run.root, &part.path);
        let text = visible_line(&format!(
            "{path}:{}: {}",
            part.line.unwrap_or_default(),
            part.reason
        ));
        out.push_str(&hanging("allow ", &paint.bold("allow "), &text, view.width));
    }
    let shown: Vec<_> = run.shown(view.pedantic).collect();
    if known.entry_points == 0 {
        out.push_str(&nothing_understood(known, view, paint));
    } else if !known.frameworks_without_entry.is_empty() {
        let names = known.frameworks_without_entry.join(", ");
        let text = format!(
            "no entry point of {} was found, although the code depends on it; what its handlers do was not judged",
            visible_line(&names)
        );
        out.push_str(&hanging(
            "warning: ",
            &paint.level(Level::Warning, "warning: "),
            &text,
            view.width,
        ));
    }
    let (verdict, painted) = verdict(&shown, known, paint);
    let mut parts = vec![verdict.clone()];
    let files = if known.judged_files < known.files {
        format!("{} of {} files judged", known.judged_files, known.files)
    } else {
        count(known.files, "file")
    };
    parts.push(format!(
        "{files}, {} understood",
        count(known.entry_points, "entry point")
    ));
    if known.percent() < 100 && known.entry_points > 0 {
        parts.push(format!("{} % of the calls behind them followed", known.percent()));
    }
    if run.allowed > 0 {
        parts.push(format!("{} allowed by a comment", run.allowed));
    }
    parts.extend(switched_off(run));
    let hidden = run.hidden_notes(view.pedantic);
    if hidden > 0 {
        parts.push(format!("{} hidden (--pedantic)", count(hidden, "note")));
    }
    out.push_str(&hanging("  ", "", &parts.join(" · "), view.width).replacen(&verdict, &painted, 1));
    out
}

/// Findings of rules that the project does not want to hear of, for each place where it says so.
fn switched_off(run: &Run) -> Vec<String> {
    let mut by: BTreeMap<String, (usize, Vec<&str>)> = BTreeMap::new();
    for off in run.switched_off.iter().filter(|off| off.findings > 0) {
        let (findings, rules) = by.entry(off.by.to_string()).or_default();
        *findings += off.findings;
        rules.push(off.rule);
    }
    by.into_iter()
        .map(|(by, (findings, rules))| {
            let rules = rules.join(", ");
            visible_line(&format!("{findings} switched off {by} ({rules})"))
        })
        .collect()
}

/// The outcome in a few words, plain and painted.
fn verdict(shown: &[&Finding], known: &Understanding, paint: Paint) -> (String, String) {
    if shown.is_empty() && known.entry_points == 0 {
        let text = "nothing judged";
        return (text.to_owned(), paint.level(Level::Warning, text));
    }
    if shown.is_empty() {
        let text = "no accidental state found";
        return (text.to_owned(), paint.good(text));
    }
    let of = |level: Level| shown.iter().filter(|finding| finding.level == level).count();
    let levels: Vec<_> = [Level::Error, Level::Warning, Level::Note]
        .into_iter()
        .filter(|level| of(*level) > 0)
        .map(|level| count(of(level), level.name()))
        .collect();
    let services: BTreeSet<_> = shown.iter().flat_map(|finding| &finding.services).collect();
    let place = if services.is_empty() {
        String::new()
    } else {
        format!(" in {}", count(services.len(), "service"))
    };
    let text = format!("{} ({}){place}", count(shown.len(), "finding"), levels.join(", "));
    let painted = paint.bold(&text);
    (text, painted)
}

fn nothing_understood(known: &Understanding, view: &View<'_>, paint: Paint) -> String {
    let mut text =
        "no entry point was understood, so what requests do could not be judged; this is not a clean result"
            .to_owned();
    if !known.frameworks_without_entry.is_empty() {
        let _ = write!(
            text,
            " (depends on {})",
            visible_line(&known.frameworks_without_entry.join(", "))
        );
    }
    hanging(
        "warning: ",
        &paint.level(Level::Warning, "warning: "),
        &text,
        view.width,
    )
}

fn skipped(run: &Run, view: &View<'_>, paint: Paint) -> String {
    let known = &run.understanding;
    let mut out = String::new();
    for part in known.skipped.iter().take(SKIPPED_SHOWN) {
        let path = seen_from(view.here, &run.root, &part.path);
        let place = match part.line {
            Some(line) => format!("{path}:{line}"),
            None => path,
        };
        let text = visible_line(&format!("{place}: {}", part.reason));
        out.push_str(&hanging("skipped ", &paint.bold("skipped "), &text, view.width));
    }
    let rest = known.skipped.len().saturating_sub(SKIPPED_SHOWN);
    if rest > 0 {
        let _ = writeln!(out, "skipped {rest} more (--format json lists them)");
    }
    out
}

fn count(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

#[cfg(test)]
#[path = "text_tests.rs"]
mod tests;
