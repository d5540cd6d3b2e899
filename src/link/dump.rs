//! The program as stable, readable text, for `--dump program`. Decides nothing.

use std::fmt::Write as _;

use super::program::{Cell, Link, Program, Touch};
use crate::finding::{Confidence, Place};

/// Entry points, timers, cells with all that touches them, and calls. `line` gives the line a place starts in.
pub fn dump(program: &Program, line: impl Fn(&Place) -> usize) -> String {
    let at = |place: &Place| format!("{}:{}", place.path, line(place));
    let mut out = String::from("entry points\n");
    for entry in &program.entries {
        let _ = writeln!(
            out,
            "  {:?} {} ({}) {}",
            entry.kind,
            entry.label,
            entry.framework,
            at(&entry.place)
        );
    }
    out.push_str("timers\n");
    for timer in &program.timers {
        let when = if timer.at_startup {
            "from start-up"
        } else {
            "elsewhere"
        };
        let _ = writeln!(out, "  in {} {when} {}", timer.function, at(&timer.place));
    }
    out.push_str("cells\n");
    for cell in &program.cells {
        write_cell(&mut out, cell, &at);
    }
    out.push_str("calls\n");
    for link in &program.links {
        write_link(&mut out, link, &at);
    }
    out
}

fn write_cell(out: &mut String, cell: &Cell, at: &impl Fn(&Place) -> String) {
    let (kind, place) = (cell.kind.name(), at(&cell.place));
    let _ = writeln!(out, "  {kind} {}: {} {place}", cell.item, cell.stored.text);
    for touch in &cell.accesses {
        write_touch(out, touch, at);
    }
}

fn write_touch(out: &mut String, touch: &Touch, at: &impl Fn(&Place) -> String) {
    let (when, effect, usage) = (touch.when, touch.effect, touch.usage);
    let entry = if touch.entry.is_empty() {
        String::new()
    } else {
        format!(" from {}", touch.entry)
    };
    let _ = writeln!(
        out,
        "    {when:?} {effect:?} `{}`, result {usage:?}, in {}{entry}, {} {}",
        touch.op,
        touch.function,
        touch.confidence,
        at(&touch.place)
    );
}

fn write_link(out: &mut String, link: &Link, at: &impl Fn(&Place) -> String) {
    let sure = link.resolved.map_or("unresolved", Confidence::name);
    let _ = writeln!(
        out,
        "  {:?} {} -> {}, {sure} {}",
        link.when,
        link.from,
        link.to,
        at(&link.place)
    );
}
