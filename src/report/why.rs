//! Why a place is reported, or why not: what it is, who touches it, what decided. Judges nothing.

use std::fmt::Write as _;

use super::source::visible_line;
use crate::asked::{Asked, Held};

/// The answer to `why`, one paragraph a cell.
#[must_use]
pub fn text(answers: &[Asked]) -> String {
    let mut out = String::new();
    for answer in answers {
        if !out.is_empty() {
            out.push('\n');
        }
        write_answer(&mut out, answer);
    }
    out
}

fn write_answer(out: &mut String, answer: &Asked) {
    let held = &answer.held;
    let stored = if held.stored.is_empty() {
        String::new()
    } else {
        format!(": {}", held.stored)
    };
    let _ = writeln!(
        out,
        "{}",
        visible_line(&format!(
            "{} {}{stored} ({}:{})",
            held.kind, held.item, held.path, answer.line
        ))
    );
    let _ = writeln!(out, "  {}", visible_line(&verdict(held)));
    for touch in &answer.touches {
        let _ = writeln!(out, "    {}", visible_line(touch));
    }
    if answer.touches.is_empty() {
        let _ = writeln!(out, "    nothing is seen to touch it");
    }
    let _ = writeln!(out, "  {}", visible_line(&answer.change));
}

fn verdict(held: &Held) -> String {
    match (held.rule, held.level) {
        (Some(rule), Some(level)) => format!("reported as {}[{rule}]: {}", level.name(), held.reason),
        (Some(rule), None) => format!("not reported as [{rule}]: {}", held.reason),
        _ => format!("not reported: {}", held.reason),
    }
}
