//! Loops: what each one waits for decides whether it is an entry point. Judges nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::{Eval, waits};
use crate::catalog::{Catalog, EntryKind, Habits, Kind};
use crate::facts::{Block, Expr, ExprKind, Pat, Span};
use crate::link::events::{BodyKind, Use, Value};
use crate::link::ids::FnId;
use crate::link::types::Ty;
use crate::link::walk;
use crate::link::words_of;

impl<'a> Eval<'a, '_, '_> {
    pub(super) fn while_loop(&mut self, span: Span, cond: &'a Expr, body: &'a Block) -> Value {
        let wait = self.wait_of(&[cond], body);
        self.note_end(span, body);
        self.note_named_message(span, Some(cond), body);
        let gets = waits_for_answer(&self.m.types.catalog.habits.stops, cond, body);
        if gets || matches!(&cond.kind, ExprKind::Binary { .. }) {
            // `while tries < 3 && !done`: it counts down. `while offer.is_none()`: it asks until it has one.
            self.m.events.ending.insert((self.file, span));
        }
        self.note_round(span);
        let since = self.m.events.calls.len();
        let value = self.looped(span, wait, |eval| {
            eval.env.push(BTreeMap::new());
            eval.expr(cond, Use::Compared);
            eval.block(body, Use::Dropped);
            eval.env.pop();
        });
        // What a loop asks for in each round is what drives it.
        if !matches!(cond.kind, ExprKind::Let { .. }) {
            self.note_paused_round(span, body, since);
        }
        value
    }

    pub(super) fn plain_loop(&mut self, span: Span, body: &'a Block) -> Value {
        let wait = self.wait_of(&[], body);
        self.note_end(span, body);
        self.note_named_message(span, None, body);
        self.note_round(span);
        let catalog = self.m.types.catalog;
        if walk::any_in_block(body, &is_choice, &|expr| is_wake(catalog, expr)) {
            self.woken.insert(span);
        }
        let since = self.m.events.calls.len();
        let value = self.looped(span, wait, |eval| {
            eval.note_rest_of_poll(span, body);
            eval.block(body, Use::Dropped);
        });
        self.note_paused_round(span, body, since);
        value
    }

    pub(super) fn for_loop(&mut self, span: Span, pat: &'a Pat, iter: &'a Expr, body: &'a Block) -> Value {
        let value = self.expr(iter, Use::Used);
        let mut element = value.with_ty(self.element(&value.ty));
        if is_numbered(iter) {
            element.ty = Ty::Tuple([Ty::Prim("usize"), element.ty].into());
        }
        // A `for` loop waits at its iterator.
        let wait = self
            .wait_of(&[iter], body)
            .or_else(|| self.wait_of_type(&value.ty, "next", 0));
        self.note_received(span, &value);
        self.lists.insert(span);
        self.note_named_message(span, None, body);
        if wait.is_some_and(|wait| self.m.types.catalog.waits[wait].kind == EntryKind::Timer) {
            self.m.events.ending.insert((self.file, span));
        }
        self.looped(span, wait, |eval| {
            eval.env.push(BTreeMap::new());
            eval.bind(pat, &element, false);
            eval.block(body, Use::Dropped);
            eval.env.pop();
        })
    }

    /// A loop that sleeps and ends by itself tries again: it is no periodic job. One that an interval drives is, also if
    /// a signal ends it.
    fn note_end(&mut self, span: Span, body: &Block) {
        let mut seen = Rounds::default();
        let habits = &self.m.types.catalog.habits;
        walk::in_block(body, &mut |expr| look_for_end(&habits.stops, expr, 0, &mut seen));
        let only_idles = seen.again && walk::any_in_block(body, &is_other_code, &|expr| looks(habits, expr));
        if (seen.ends || only_idles) && !seen.ticks {
            self.m.events.ending.insert((self.file, span));
        }
    }

    fn note_round(&mut self, span: Span) {
        if !self.m.events.ending.contains(&(self.file, span)) {
            self.m.events.rounds.insert(self.body);
        }
    }

    pub(super) fn looped(
        &mut self,
        span: Span,
        by_name: Option<usize>,
        inside: impl FnOnce(&mut Self),
    ) -> Value {
        let by_type = self.m.flows.waits.get(&(self.file, span)).copied();
        // A signal ends the loop that takes connections or messages, or tells it something now and then.
        let heard = self.m.flows.heard.contains(&(self.file, span));
        let by_type = by_type
            .filter(|wait| !heard || !self.is_signal(*wait))
            .filter(|wait| !heard && by_name.is_none() || !self.is_clock(*wait))
            .filter(|wait| !self.only_wakes(*wait) || !heard && by_name.is_none());
        if let Some(wait) = by_type.or(by_name) {
            self.in_body(span, BodyKind::Loop(wait), |eval| {
                eval.loops += 1;
                eval.round = Some(span);
                inside(eval);
                Value::default()
            });
        } else {
            self.loops += 1;
            let round = self.round.replace(span);
            inside(self);
            self.round = round;
            self.loops -= 1;
        }
        Value::of(Ty::Prim("()"))
    }

    /// What a loop waits for itself, not in code it spawns, told by names: the first of the catalogue.
    pub(super) fn wait_of(&self, conditions: &[&Expr], body: &Block) -> Option<usize> {
        waits::told_by_names(self.m.types.catalog, conditions, body)
    }

    /// A loop that calls this on a receiver of a known type waits for it.
    pub(super) fn note_wait(&mut self, value: &Value, name: &str, args: usize) {
        let Some(round) = self.round else { return };
        match self.wait_of_type(&value.ty, name, args) {
            Some(_) if self.only_looks(round, &value.ty, name) => {}
            Some(wait) if self.is_signal(wait) || self.only_wakes(wait) => {
                let each_round = self.woken.contains(&round);
                let at = value.from.iter().filter(|origin| each_round && origin.is_store());
                let known = self.m.events.woken_at.entry((self.file, round)).or_default();
                known.extend(at.map(|origin| origin.src));
                self.m.next.waits.entry((self.file, round)).or_insert(wait);
            }
            Some(wait) => {
                self.m.next.waits.insert((self.file, round), wait);
            }
            None => {
                let waits = &self.m.types.catalog.waits;
                let by_name = self.m.types.catalog.wait_by_name(name, args);
                if by_name.is_some_and(|wait| waits[wait].kind != EntryKind::Timer) {
                    self.m.next.heard.insert((self.file, round));
                }
            }
        }
        if self.m.types.catalog.own_method(Kind::Receiver, name).is_some() {
            self.note_received(round, value);
        }
        let kind = value.ty.peeled(self.m.types.catalog).kind(self.m.types.catalog);
        if kind != Kind::Receiver && self.m.types.catalog.wait_by_name(name, args).is_some() {
            // It comes from we do not know where, whatever else the loop waits for.
            let from = self.m.events.received.entry((self.file, round)).or_default();
            from.insert(crate::link::events::Src::Elsewhere);
        }
    }

    /// `orders.notify_one()`: the loop that waits there goes round.
    pub(super) fn note_woken(&mut self, value: &Value, name: &str) {
        let catalog = self.m.types.catalog;
        if !catalog.waits.iter().any(|wait| wait.woken_by.contains(name)) {
            return;
        }
        let at = value.from.iter().filter(|origin| origin.is_store());
        let body = self.body;
        self.m.events.woken.extend(at.map(|origin| (origin.src, body)));
    }

    /// A loop that takes a message where there is one, and names it to do something with it.
    fn note_named_message(&mut self, span: Span, cond: Option<&Expr>, body: &Block) {
        let habits = &self.m.types.catalog.habits;
        if walk::any_in_block(body, &|_| false, &|expr| draws(habits, expr)) {
            self.screens.push(span);
        }
        let names = |expr: &Expr| names_what_it_takes(habits, expr);
        if cond.is_some_and(|cond| walk::any(cond, &is_other_round, &names))
            || walk::any_in_block(body, &is_other_round, &names)
        {
            self.takers.insert(span);
        }
    }

    /// `stop.try_recv().is_ok()`: a message that carries nothing, or that nobody names, only tells the loop something; what
    /// goes on a screen is of the one who looks at it.
    fn only_looks(&self, round: Span, ty: &Ty, name: &str) -> bool {
        let catalog = self.m.types.catalog;
        let message = ty.peeled(catalog).args().first();
        let empty = matches!(message, Some(Ty::Tuple(parts)) if parts.is_empty());
        let shown = |screen: &Span| screen.start <= round.start && round.end <= screen.end;
        let keeps = self.takers.contains(&round) && !self.screens.iter().any(shown);
        catalog.habits.looks.contains(name) && (empty || !keeps)
    }

    /// A function that waits outside of any loop, or until it has something to give, waits for the loop that calls it:
    /// `async fn next_turn(&mut self)`.
    pub(super) fn note_waiting(&mut self, ty: &Ty, name: &str, args: usize) {
        let super::Unit::Fn(id) = self.unit else { return };
        let kind = self.m.tables.bodies[self.body.index()].kind;
        if !matches!(kind, BodyKind::Fn | BodyKind::Loop(_)) {
            return;
        }
        let by_name = || self.m.types.catalog.wait_by_name(name, args);
        let Some(wait) = self.wait_of_type(ty, name, args).or_else(by_name) else {
            return;
        };
        let goes_round = self.round.is_some() || self.loops > 0;
        if kind == BodyKind::Fn && !goes_round || self.gives_a_list(id) {
            self.m.next.waiting.entry(id).or_insert(wait);
        }
    }

    /// Its loops end with something to give: no service runs in them.
    fn gives_a_list(&self, id: FnId) -> bool {
        let Some(output) = &self.m.types.index.fns[id.index()].item.output else {
            return false;
        };
        let catalog = self.m.types.catalog;
        let given = self.m.types.lower(output, &self.m.types.fn_scope(id));
        let events = given.args().first().unwrap_or(&given);
        events.peeled(catalog).kind(catalog).is_collection()
    }

    /// The loop around a call of such a function.
    pub(super) fn note_waiting_callee(&mut self, id: FnId) {
        let Some(wait) = self.m.flows.waiting.get(&id) else {
            return;
        };
        // A loop through a list waits now and then; it does not go round for what it waits for.
        if let Some(round) = self.round.filter(|round| !self.lists.contains(round)) {
            self.m.next.waits.entry((self.file, round)).or_insert(*wait);
        }
    }

    pub(super) fn note_received(&mut self, round: Span, value: &Value) {
        let catalog = self.m.types.catalog;
        if matches!(
            value.ty.peeled(catalog).kind(catalog),
            Kind::Receiver | Kind::Broadcast
        ) {
            let from = self.m.events.received.entry((self.file, round)).or_default();
            from.extend(value.from.iter().map(|origin| origin.src));
        }
    }

    pub(super) fn is_signal(&self, wait: usize) -> bool {
        self.m.types.catalog.waits[wait].kind == EntryKind::Startup
    }

    /// Whatever else the loop waits for drives it.
    fn is_clock(&self, wait: usize) -> bool {
        self.m.types.catalog.waits[wait].kind == EntryKind::Timer
    }

    /// Any other call at which the loop waits says more.
    fn only_wakes(&self, wait: usize) -> bool {
        self.m.types.catalog.waits[wait].wakes
    }

    pub(super) fn wait_of_type(&self, ty: &Ty, name: &str, args: usize) -> Option<usize> {
        let catalog = self.m.types.catalog;
        let peeled = ty.peeled(catalog);
        let (Ty::Ext(ext, _) | Ty::From(ext)) = peeled else {
            return None;
        };
        catalog.wait_by_type(&ext.krate, &ext.name, peeled.kind(catalog), name, args)
    }
}

/// `list.iter().enumerate()`, also where that goes on with `.skip(1)`.
fn is_numbered(iter: &Expr) -> bool {
    match &iter.kind {
        ExprKind::Method { receiver, name, .. } => match name.text.as_str() {
            "enumerate" => true,
            "rev" | "skip" | "take" | "step_by" => is_numbered(receiver),
            _ => false,
        },
        _ => false,
    }
}

/// What makes a loop go round, or leave.
#[derive(Debug, Default)]
struct Rounds {
    /// `tick()` anywhere.
    ticks: bool,
    /// `break` or `return` that is not of another loop or closure, nor for the end of the process.
    ends: bool,
    /// `continue`: the rest of a round is left out.
    again: bool,
}

/// `deep`: how many conditions lead there. Behind several of them a round ends that mostly goes on.
fn look_for_end(stops: &BTreeSet<String>, expr: &Expr, deep: usize, seen: &mut Rounds) {
    let asked = match &expr.kind {
        ExprKind::Closure(_)
        | ExprKind::Async { .. }
        | ExprKind::Loop(_)
        | ExprKind::While { .. }
        | ExprKind::For { .. } => return,
        ExprKind::Return(value) | ExprKind::Break(value) => {
            seen.ends |= deep < 3 || value.as_deref().is_some_and(says_something);
            None
        }
        ExprKind::Continue => {
            seen.again = true;
            None
        }
        ExprKind::Method { name, args, .. } => {
            seen.ticks |= name.text == "tick" && args.is_empty();
            None
        }
        ExprKind::If { cond, .. } => Some(cond),
        ExprKind::Match { expr: asked, .. } => Some(asked),
        _ => None,
    };
    let stopped = asked.is_some_and(|asked| speaks_of(stops, asked));
    let before = seen.ends;
    let deep = deep + usize::from(asked.is_some());
    walk::children(expr, &mut |part| look_for_end(stops, part, deep, seen));
    seen.ends &= !stopped || before;
}

/// Anything but `()` and `Ok(())`.
fn says_something(value: &Expr) -> bool {
    match &value.kind {
        ExprKind::Tuple(parts) => !parts.is_empty(),
        ExprKind::Call { args, .. } => args.iter().any(says_something),
        _ => true,
    }
}

/// Code that runs at another time.
pub(super) fn is_other_code(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Closure(_) | ExprKind::Async { .. })
}

/// `asked.notified()`.
fn is_wake(catalog: &Catalog, expr: &Expr) -> bool {
    let ExprKind::Method { name, .. } = &expr.kind else {
        return false;
    };
    let mut waits = catalog.waits.iter();
    waits.any(|wait| wait.wakes && wait.names.contains(&name.text))
}

/// Code that runs at another time, or only in some rounds: whoever looks for work first, and waits where there is none, does
/// not go round for the one who wakes it.
fn is_choice(expr: &Expr) -> bool {
    is_other_round(expr) || matches!(expr.kind, ExprKind::If { .. } | ExprKind::Match { .. })
}

/// That, or another loop.
fn is_other_round(expr: &Expr) -> bool {
    is_loop(expr) || is_other_code(expr)
}

pub(super) fn is_loop(expr: &Expr) -> bool {
    matches!(
        expr.kind,
        ExprKind::Loop(_) | ExprKind::While { .. } | ExprKind::For { .. }
    )
}

/// It takes a message where there is one.
fn looks(habits: &Habits, expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Method { name, .. } if habits.looks.contains(&name.text))
}

/// `Ok(order) = orders.try_recv()`, also as an arm of a `match`.
fn names_what_it_takes(habits: &Habits, expr: &Expr) -> bool {
    let takes = |expr: &Expr| walk::any(expr, &is_other_code, &|part| looks(habits, part));
    match &expr.kind {
        ExprKind::Let { pat, expr } => names_it(pat) && takes(expr),
        ExprKind::Match { expr, arms } => arms.iter().any(|arm| names_it(&arm.pat)) && takes(expr),
        _ => false,
    }
}

/// `terminal.draw(|frame| ..)`.
fn draws(habits: &Habits, expr: &Expr) -> bool {
    let ExprKind::Method { name, args, .. } = &expr.kind else {
        return false;
    };
    let [only] = args.as_slice() else { return false };
    matches!(only.kind, ExprKind::Closure(_)) && habits.screens.contains(&name.text)
}

/// `Ok(order)`, `Some(Order { id, .. })`: something of the message gets a name.
fn names_it(pat: &Pat) -> bool {
    match pat {
        Pat::TupleStruct { path, fields } => {
            let last = path.segments.last().map(|last| last.name.as_str());
            matches!(last, Some("Ok" | "Some"))
                && fields.iter().any(|field| !matches!(field, Pat::Wild | Pat::Rest))
        }
        _ => false,
    }
}

/// `while offers.is_none() { offers = fetch()?; }`: it goes round until it has what it asks for.
fn waits_for_answer(stops: &BTreeSet<String>, cond: &Expr, body: &Block) -> bool {
    let ExprKind::Method {
        receiver, name, args, ..
    } = &cond.kind
    else {
        return false;
    };
    let lacks = matches!(name.text.as_str(), "is_none" | "is_err" | "is_empty") && args.is_empty();
    let Some(wanted) = root_of(receiver).filter(|_| lacks && !speaks_of(stops, receiver)) else {
        return false;
    };
    let assigns =
        |expr: &Expr| matches!(&expr.kind, ExprKind::Assign { left, .. } if root_of(left) == Some(wanted));
    walk::any_in_block(body, &is_other_code, &assigns)
}

/// The variable that this is, or is a part of.
pub(super) fn root_of(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Path(path) => match path.segments.as_slice() {
            [only] if only.name != "self" => Some(&only.name),
            _ => None,
        },
        ExprKind::Field { base, .. } => root_of(base),
        _ => None,
    }
}

/// A name in it has one of these words.
fn speaks_of(words: &BTreeSet<String>, expr: &Expr) -> bool {
    let says = |name: &str| words_of(name).iter().any(|word| words.contains(word));
    let mut found = match &expr.kind {
        ExprKind::Path(path) => path.segments.iter().any(|segment| says(&segment.name)),
        ExprKind::Method { name, .. } | ExprKind::Field { name, .. } => says(&name.text),
        _ => false,
    };
    walk::children(expr, &mut |part| found |= speaks_of(words, part));
    found
}
