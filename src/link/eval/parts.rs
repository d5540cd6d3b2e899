//! Parts of loops that the time drives, though the loop waits for something else. Judges nothing.

use super::Eval;
use super::loops::is_other_code;
use crate::catalog::{Catalog, EntryKind};
use crate::facts::{Block, Expr, ExprKind, Pat, Span, Stmt};
use crate::link::events::{BodyKind, Part, Use};
use crate::link::types::Ty;
use crate::link::walk;

impl Eval<'_, '_, '_> {
    /// `if last.elapsed() > DAY { .. }` in a loop. What ends the loop is no job.
    pub(super) fn note_part_by_time(&mut self, cond: &Expr, then: &Block) {
        if !asks_time(self.m.types.catalog, cond) {
            return;
        }
        let mut ends = false;
        walk::in_block(then, &mut |expr| ends |= leaves(expr));
        if !ends {
            let shown = self.round;
            then.stmts
                .iter()
                .filter_map(region)
                .for_each(|region| self.note_part(shown, region));
        }
    }

    /// `_ = interval.tick() => ..` in a `select!`: the interval is what starts the job.
    pub(super) fn note_part_by_tick(&mut self, asked: &Expr, arm: &Expr) {
        let ExprKind::Await(awaited) = &asked.kind else {
            return;
        };
        let ExprKind::Method {
            receiver, name, args, ..
        } = &awaited.kind
        else {
            return;
        };
        let catalog = self.m.types.catalog;
        let wait = catalog.wait_by_name(&name.text, args.len());
        if wait.is_none_or(|wait| catalog.waits[wait].kind != EntryKind::Timer) {
            return;
        }
        let interval = match &receiver.kind {
            ExprKind::Path(path) if path.segments.len() == 1 => self.variable(&path.segments[0].name),
            _ => None,
        };
        let declared = interval.map(|var| &self.m.tables.vars[var.index()]);
        let declared = declared.filter(|var| var.file == self.file).map(|var| var.span);
        self.note_part(self.round.and(declared).or(self.round), arm.span);
    }

    /// `FullEvent::Ready { .. } =>`: the framework is connected, and what it starts then it starts once in each process.
    pub(super) fn says_ready(&self, pat: &Pat) -> bool {
        let (Pat::TupleStruct { path, .. } | Pat::Struct { path, .. }) = pat else {
            return false;
        };
        let [.., owner, name] = path.segments.as_slice() else {
            return false;
        };
        let ready = &self.m.types.catalog.habits.ready;
        ready.contains(&format!("{}::{}", owner.name, name.name))
    }

    /// `_ = hangup.recv() => ..` in a `select!` of a loop: the operating system starts it, no request.
    pub(super) fn is_by_signal(&self, asked: &Expr) -> bool {
        let ExprKind::Await(awaited) = &asked.kind else {
            return false;
        };
        let ExprKind::Method {
            receiver, name, args, ..
        } = &awaited.kind
        else {
            return false;
        };
        let ExprKind::Path(path) = &receiver.kind else {
            return false;
        };
        let [only] = path.segments.as_slice() else {
            return false;
        };
        let signal = self
            .variable(&only.name)
            .map(|var| &self.m.tables.vars[var.index()].ty);
        let wait = signal.and_then(|ty| self.wait_of_type(ty, &name.text, args.len()));
        self.round.is_some() && wait.is_some_and(|wait| self.is_signal(wait))
    }

    /// A loop that waits for a message only so long does the rest of its work each time round.
    pub(super) fn note_rest_of_poll(&mut self, span: Span, body: &Block) {
        let catalog = self.m.types.catalog;
        // Where nothing came it may only rest.
        let rests = self.m.events.ending.contains(&(self.file, span));
        let polls =
            |stmt: &&Stmt| matches!(stmt, Stmt::Expr { expr, .. } if takes_for_a_while(catalog, expr, rests));
        let last = body.stmts.iter().rposition(|stmt| polls(&stmt));
        if last.is_none() {
            return;
        }
        for stmt in body.stmts.iter().filter(|stmt| !polls(stmt)) {
            if let Some(region) = region(stmt) {
                self.note_part(Some(span), region);
            }
        }
    }

    /// `spawn_blocking(..).await`: whoever starts the task waits for it.
    pub(super) fn note_awaited(&mut self, kind: &ExprKind, since: usize) {
        if let ExprKind::Await(inner) = kind {
            let started = self.m.events.spawned[since..].iter_mut();
            started
                .filter(|spawned| spawned.span == inner.span)
                .for_each(|spawned| spawned.usage = Use::Used);
        }
    }

    /// `set.spawn(..)`: what the task is started through waits for it. Of a variable of unknown type, as the scope that a
    /// closure is given, nobody knows.
    pub(super) fn gathers(&self, receiver: &Expr, ty: &Ty) -> bool {
        let catalog = self.m.types.catalog;
        match ty.peeled(catalog) {
            Ty::Ext(ext, _) | Ty::From(ext) => catalog.habits.gatherers.contains(&*ext.name),
            Ty::Unknown => matches!(&receiver.kind, ExprKind::Path(path) if path.segments.len() == 1),
            _ => false,
        }
    }

    fn note_part(&mut self, shown: Option<Span>, region: Span) {
        let Some(shown) = shown else { return };
        let catalog = self.m.types.catalog;
        let by_timer =
            |kind| matches!(kind, BodyKind::Loop(wait) if catalog.waits[wait].kind == EntryKind::Timer);
        if !by_timer(self.m.tables.bodies[self.body.index()].kind) {
            self.m.events.parts.push(Part {
                body: self.body,
                shown,
                region,
            });
        }
    }
}

fn region(stmt: &Stmt) -> Option<Span> {
    match stmt {
        Stmt::Expr { expr, .. } => Some(expr.span),
        Stmt::Let(local) => local.init.as_ref().map(|init| init.span),
        Stmt::Item(_) => None,
    }
}

fn asks_time(catalog: &Catalog, expr: &Expr) -> bool {
    let mut found = match &expr.kind {
        ExprKind::Closure(_) | ExprKind::Async { .. } => return false,
        ExprKind::Method { name, .. } => catalog.habits.elapses.contains(&name.text),
        _ => false,
    };
    walk::children(expr, &mut |part| found |= asks_time(catalog, part));
    found
}

fn takes_for_a_while(catalog: &Catalog, expr: &Expr, rests: bool) -> bool {
    let asked = match &expr.kind {
        ExprKind::If { cond, .. } => cond,
        ExprKind::Match { expr, .. } => expr,
        _ => return false,
    };
    polls(catalog, asked, rests)
}

/// `break`, `return` or `continue` that is not of another loop or closure.
fn leaves(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Closure(_)
        | ExprKind::Async { .. }
        | ExprKind::Loop(_)
        | ExprKind::While { .. }
        | ExprKind::For { .. } => return false,
        ExprKind::Return(_) | ExprKind::Break(_) | ExprKind::Continue => return true,
        _ => {}
    }
    let mut found = false;
    walk::children(expr, &mut |part| found |= leaves(part));
    found
}

fn polls(catalog: &Catalog, expr: &Expr, rests: bool) -> bool {
    let habits = &catalog.habits;
    walk::any(expr, &is_other_code, &|part| match &part.kind {
        ExprKind::Method { name, .. } => {
            habits.polls.contains(&name.text) || !rests && habits.looks.contains(&name.text)
        }
        _ => false,
    })
}
