//! The program as stable, readable text, for `--dump program`. Decides nothing.

use std::fmt;

use super::program::{Cell, Program, Touch};

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "entry points")?;
        for entry in &self.entries {
            writeln!(
                f,
                "  {} ({}, {:?}) {}",
                entry.label, entry.framework, entry.kind, entry.place.path
            )?;
        }
        writeln!(f, "timers")?;
        for timer in &self.timers {
            let when = if timer.at_startup {
                "from start-up"
            } else {
                "elsewhere"
            };
            writeln!(f, "  {} in {} {when}", timer.function, timer.place.path)?;
        }
        writeln!(f, "cells")?;
        self.cells.iter().try_for_each(|cell| write_cell(f, cell))
    }
}

fn write_cell(f: &mut fmt::Formatter<'_>, cell: &Cell) -> fmt::Result {
    let place = &cell.place;
    writeln!(
        f,
        "  {} {}: {} ({}:{})",
        cell.kind.name(),
        cell.item,
        cell.stored.text,
        place.path,
        place.span.start
    )?;
    cell.accesses.iter().try_for_each(|touch| write_touch(f, touch))
}

fn write_touch(f: &mut fmt::Formatter<'_>, touch: &Touch) -> fmt::Result {
    writeln!(
        f,
        "    {:?} {:?} `{}` {:?} in {} [{}] {}",
        touch.when, touch.effect, touch.op, touch.usage, touch.function, touch.entry, touch.confidence
    )
}
