//! Locks inside of what another lock holds: each is told by itself. Decides no role.

use crate::catalog::{Effect, Kind};
use crate::link::{Cell, Program, Shape, Touch, When};

/// All that requests change in it are parts that have locks of their own, and each of these is told, or is left alone for a
/// reason: a map that only start-up code fills is not changed with them.
pub(in crate::rules) fn parts_tell_it(program: &Program, cell: &Cell) -> bool {
    let changes: Vec<&Touch> = cell.accesses.iter().filter(|touch| is_change(touch)).collect();
    let of_parts = !changes.is_empty() && changes.iter().all(|touch| touch.of_a_part);
    of_parts
        && changes
            .iter()
            .all(|change| program.cells.iter().any(|part| is_told(cell, part, change)))
}

/// When an entry was last used: all of its changes are told with the collection that keeps the entries.
pub(in crate::rules) fn whole_tells_it(program: &Program, cell: &Cell) -> bool {
    let time = cell.stored.head == Shape::Known(Kind::Time);
    let mut changes = cell.accesses.iter().filter(|touch| is_change(touch)).peekable();
    cell.of_an_entry
        && time
        && changes.peek().is_some()
        && changes.all(|change| program.cells.iter().any(|whole| tells_of(program, whole, change)))
}

fn tells_of(program: &Program, whole: &Cell, change: &Touch) -> bool {
    let same = |touch: &Touch| touch.place == change.place && touch.op == change.op;
    !whole.of_an_entry
        && whole.accesses.iter().any(same)
        && !parts_tell_it(program, whole)
        && crate::rules::judge_cell(whole).is_some()
}

fn is_told(whole: &Cell, part: &Cell, change: &Touch) -> bool {
    let same = |touch: &Touch| touch.place == change.place && touch.op == change.op && !touch.of_a_part;
    part.place != whole.place
        && part.accesses.iter().any(same)
        && (super::reason(part).is_some() || crate::rules::judge_cell(part).is_some())
}

fn is_change(touch: &Touch) -> bool {
    let moves = matches!(touch.effect, Effect::Send | Effect::Receive);
    touch.when <= When::Timer && (touch.is_write() || moves && touch.when == When::Request)
}
