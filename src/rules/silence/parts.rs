//! Locks inside of what another lock holds: each is told by itself. Decides no role.

use crate::catalog::Effect;
use crate::link::{Cell, Program, Touch, When};

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
