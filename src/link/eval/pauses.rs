//! Functions that wait for the clock each time they are called: a loop around a call of one goes round as if it slept itself.
//! Judges nothing.

use super::Eval;
use crate::catalog::EntryKind;
use crate::facts::{Block, Expr, ExprKind, Span, Stmt};
use crate::link::events::Callee;
use crate::link::ids::FnId;
use crate::link::walk;

impl Eval<'_, '_, '_> {
    /// `async fn round() { work().await; sleep(MINUTE).await }`. `since`: the first of the calls that this function makes.
    pub(super) fn note_pause(&mut self, id: FnId, body: &Block, since: usize) {
        if let Some(clock) = self.pause_in(body, since) {
            self.m.next.pausing.insert(id, clock);
        }
    }

    /// A loop around a function that pauses. Where it only pauses in some rounds, something else may drive it.
    pub(super) fn note_paused_round(&mut self, round: Span, body: &Block, since: usize) {
        if let Some(clock) = self.pause_in(body, since) {
            self.m.next.waits.entry((self.file, round)).or_insert(clock);
        }
    }

    fn pause_in(&self, body: &Block, since: usize) -> Option<usize> {
        let pause = |expr: &Expr| self.sleeps(expr).or_else(|| self.calls_pausing(expr, since));
        in_each_way(body, &pause)
    }

    /// `tokio::time::sleep(MINUTE)`.
    fn sleeps(&self, expr: &Expr) -> Option<usize> {
        let ExprKind::Call { callee, args } = &expr.kind else {
            return None;
        };
        let ExprKind::Path(path) = &callee.kind else {
            return None;
        };
        let catalog = self.m.types.catalog;
        let wait = catalog.wait_by_name(&path.segments.last()?.name, args.len())?;
        (catalog.waits[wait].kind == EntryKind::Timer).then_some(wait)
    }

    fn calls_pausing(&self, expr: &Expr, since: usize) -> Option<usize> {
        let span = match &expr.kind {
            ExprKind::Call { .. } => expr.span,
            ExprKind::Method { name, .. } => name.span,
            _ => return None,
        };
        let own = self.m.events.calls.iter().skip(since);
        let callees = own
            .filter(|call| call.span == span)
            .filter_map(|call| match call.callee {
                Callee::Fn(id) => Some(id),
                Callee::Body(_) => None,
            });
        callees
            .filter_map(|id| self.m.flows.pausing.get(&id))
            .min()
            .copied()
    }
}

/// What is met in a block whichever way the code takes, but for leaving early.
fn in_each_way(block: &Block, find: &dyn Fn(&Expr) -> Option<usize>) -> Option<usize> {
    block.stmts.iter().find_map(|stmt| match stmt {
        Stmt::Let(local) => local.init.as_ref().and_then(|init| in_each(init, find)),
        Stmt::Expr { expr, .. } => in_each(expr, find),
        Stmt::Item(_) => None,
    })
}

fn in_each(expr: &Expr, find: &dyn Fn(&Expr) -> Option<usize>) -> Option<usize> {
    if let Some(found) = find(expr) {
        return Some(found);
    }
    match &expr.kind {
        // Another time, or as often as the loop goes round; of the arms of a macro, whichever comes first.
        ExprKind::Closure(_)
        | ExprKind::Async { .. }
        | ExprKind::Loop(_)
        | ExprKind::While { .. }
        | ExprKind::For { .. }
        | ExprKind::Macro(_) => None,
        ExprKind::Block(block) => in_each_way(block, find),
        ExprKind::If {
            cond,
            then,
            otherwise,
        } => in_each(cond, find).or_else(|| {
            let otherwise = in_each(otherwise.as_deref()?, find)?;
            in_each_way(then, find).map(|found| found.min(otherwise))
        }),
        ExprKind::Match { expr, arms } => in_each(expr, find).or_else(|| {
            let of_arms: Option<Vec<usize>> = arms.iter().map(|arm| in_each(&arm.body, find)).collect();
            of_arms?.into_iter().min()
        }),
        _ => {
            let mut found = None;
            walk::children(expr, &mut |part| found = found.or_else(|| in_each(part, find)));
            found
        }
    }
}
