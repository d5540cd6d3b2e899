//! `global-mutable`: any other state that requests change. Decides by what the cell stores and what requests do to it; never prints.

use super::{Verdict, ask};
use crate::catalog::Kind;
use crate::link::{Cell, CellKind, Shape, WAKE_UP};

declare_rule! {
    /// # global-mutable
    ///
    /// Any other state that requests change.
    ///
    /// ## Why
    ///
    /// State that requests change and that outlives them, of no more special kind. With two replicas each has its own.
    ///
    /// ## Fires
    ///
    /// ```rust
    /// struct Position {
    ///     x: f64,
    ///     y: f64,
    /// }
    ///
    /// static BALL: Mutex<Position> = Mutex::new(Position { x: 0.0, y: 0.0 });
    ///
    /// fn handle_kick(dx: f64, dy: f64) {
    ///     let mut ball = BALL.lock().unwrap();
    ///     ball.x += dx;
    ///     ball.y += dy;
    /// }
    ///
    /// fn handle_where() -> f64 {
    ///     BALL.lock().unwrap().x
    /// }
    /// ```
    ///
    /// ## Stays silent
    ///
    /// ```rust
    /// struct Position {
    ///     x: f64,
    ///     y: f64,
    /// }
    ///
    /// fn handle_kick(dx: f64, dy: f64) -> f64 {
    ///     let mut ball = Position { x: 0.0, y: 0.0 };
    ///     ball.x += dx;
    ///     ball.y += dy;
    ///     ball.x
    /// }
    /// ```
    ///
    /// ## How to fix
    ///
    /// Move it to where all replicas look: the database, Redis; or make it part of the request.
    ///
    /// ## Known limits
    ///
    /// What the state is for is not known.
    GLOBAL_MUTABLE { id: "global-mutable", level: Error, summary: "any other state that requests change" }
}

fn judge(cell: &Cell) -> Option<Verdict> {
    if matches!(cell.stored.head, Shape::Known(Kind::Sender | Kind::Receiver | Kind::Broadcast)) || cell.stored.once {
        return None;
    }
    // When a loop did something last is its own affair.
    if cell.kind == CellKind::Local && cell.stored.head == Shape::Known(Kind::Time) {
        return None;
    }
    if cell.named(&["shutdown", "shutting", "stop", "ready", "health", "cancel", "exit", "terminat"]) || cell.request_writes().next().is_none() {
        return None;
    }
    // What a loop that requests wake notes for its own next round.
    if cell.request_reads().next().is_none() && cell.request_writes().all(|touch| touch.entry == WAKE_UP) {
        return None;
    }
    Some(Verdict {
        level: ask::level_by_reads(cell),
        message: format!("`{}` is changed by {} in this process; with two replicas each has its own, and a restart forgets it", cell.name, ask::route(cell)),
        remedies: vec![ask::remedy("move it to where all replicas look: the database or Redis"), ask::remedy("make it part of the request")],
        because: vec![format!("`{}` outlives the request and is changed by one", cell.stored.text)],
    })
}
