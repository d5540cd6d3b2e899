//! What becomes of the result of an access or a call: also where a variable holds it first, or a function hands it on.

use std::collections::{BTreeMap, BTreeSet};

use super::calls::plain;
use super::{Eval, Tables};
use crate::catalog::Effect;
use crate::facts::{Block, Expr, ExprKind, Pat, Path, Span, Stmt};
use crate::link::events::{Events, Origin, Use, Value};
use crate::link::ids::{FnId, VarId};
use crate::link::types::Ty;

/// A function that hands on a result of a function that hands on a result: followed this deep.
const MAX_HANDS: usize = 4;

/// A result that a variable holds: a position among the accesses or the results of calls.
#[derive(Debug, Clone, Copy)]
pub(super) enum Held {
    Access(usize),
    Call(usize),
}

/// Where results were before an expression was read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    accesses: usize,
    calls: usize,
}

impl Eval<'_, '_, '_> {
    pub(super) fn mark(&self) -> Mark {
        Mark {
            accesses: self.m.events.accesses.len(),
            calls: self.m.events.results.len(),
        }
    }

    /// `let turn = NEXT.fetch_add(1, ..);`, `let turn = next_turn();`: the variable holds the result.
    pub(super) fn note_held(&mut self, name: &str, init: &Expr, since: Mark) {
        let (Some(var), Some(call)) = (self.variable(name), outermost_call(init)) else {
            return;
        };
        let mut held = Vec::new();
        for (position, access) in self.m.events.accesses.iter_mut().enumerate().skip(since.accesses) {
            if access.span == call && access.effect == Effect::Write && access.usage == Use::Used {
                access.held = Some(var);
                held.push(Held::Access(position));
            }
        }
        let results = self.m.events.results.iter().enumerate().skip(since.calls);
        held.extend(
            results
                .filter(|(_, result)| result.span == call)
                .map(|(position, _)| Held::Call(position)),
        );
        if !held.is_empty() {
            self.results.insert(var, held);
        }
    }

    /// What becomes of a result is what becomes of the variable that holds it.
    pub(super) fn settle_results(&mut self) {
        for (var, held) in &self.results {
            let usage = self.uses.get(var).copied().unwrap_or(Use::Dropped);
            for held in held {
                match *held {
                    Held::Access(position) => self.m.events.accesses[position].usage = usage,
                    Held::Call(position) => self.m.events.results[position].usage = usage,
                }
            }
        }
    }

    /// The most that is done with a variable.
    pub(super) fn note_use(&mut self, var: VarId, usage: Use) {
        let known = self.uses.entry(var).or_insert(usage);
        *known = usage.max(*known);
    }
}

/// What a function hands on becomes what its callers make of it. Afterwards no access is [`Use::Returned`].
pub(in crate::link) fn settle_returned(tables: &Tables, events: &mut Events) {
    let mut of: BTreeMap<FnId, Vec<(Use, Option<FnId>)>> = BTreeMap::new();
    for result in &events.results {
        let caller = tables.bodies[result.body.index()].function;
        of.entry(result.callee).or_default().push((result.usage, caller));
    }
    for access in events
        .accesses
        .iter_mut()
        .filter(|access| access.usage == Use::Returned)
    {
        let function = tables.bodies[access.body.index()].function;
        access.usage = function.map_or(Use::Used, |id| most(&of, id, 0));
    }
}

fn most(of: &BTreeMap<FnId, Vec<(Use, Option<FnId>)>>, id: FnId, depth: usize) -> Use {
    let Some(uses) = of.get(&id) else { return Use::Used };
    let each = uses.iter().map(|(usage, caller)| match (usage, caller) {
        (Use::Returned, Some(caller)) if depth < MAX_HANDS => most(of, *caller, depth + 1),
        (Use::Returned, _) => Use::Used,
        (usage, _) => *usage,
    });
    each.max().unwrap_or(Use::Used)
}

/// The call whose result an expression is, but for arithmetic and conversions: the method's name, or the whole call.
fn outermost_call(expr: &Expr) -> Option<Span> {
    match &expr.kind {
        ExprKind::Method { name, .. } => Some(name.span),
        ExprKind::Call { .. } => Some(expr.span),
        ExprKind::Await(inner) | ExprKind::Try(inner) | ExprKind::Cast { expr: inner, .. } => {
            outermost_call(inner)
        }
        ExprKind::Binary { left, .. } => outermost_call(left),
        _ => None,
    }
}

/// `turn.fetch_update(.., |turn| Some((turn + 1) % n))`: a number that wraps where it is stored only chooses one of several,
/// whatever becomes of the old one.
pub(super) fn usage_of_change(name: &str, args: &[Expr], usage: Use) -> Use {
    let wraps =
        |arg: &Expr| matches!(&arg.kind, ExprKind::Closure(closure) if is_remainder(&closure.body, None));
    let stores_what_a_closure_gives = matches!(name, "fetch_update" | "try_update" | "update");
    if stores_what_a_closure_gives && args.last().is_some_and(wraps) {
        Use::Modulo
    } else {
        usage
    }
}

/// The value is the rest of a division, also where `Some` or a variable of the block around holds it.
fn is_remainder(expr: &Expr, around: Option<&Block>) -> bool {
    match &expr.kind {
        ExprKind::Binary { op, .. } => op == "%",
        ExprKind::Method { name, .. } => {
            matches!(name.text.as_str(), "rem_euclid" | "wrapping_rem" | "checked_rem")
        }
        ExprKind::Cast { expr: inner, .. } => is_remainder(inner, around),
        ExprKind::Call { callee, args } => match (&callee.kind, args.as_slice()) {
            (ExprKind::Path(path), [inner]) => is_name(path, "Some") && is_remainder(inner, around),
            _ => false,
        },
        ExprKind::Block(block) => match block.stmts.last() {
            Some(Stmt::Expr { expr, semi: false }) => is_remainder(expr, Some(block)),
            _ => false,
        },
        ExprKind::Path(path) => around
            .and_then(|block| value_of(path, block))
            .is_some_and(|init| is_remainder(init, None)),
        _ => false,
    }
}

/// What the block's last `let` of this name puts into the variable.
fn value_of<'b>(path: &Path, block: &'b Block) -> Option<&'b Expr> {
    block.stmts.iter().rev().find_map(|stmt| match stmt {
        Stmt::Let(local) if matches!(&local.pat, Pat::Bind { name, .. } if is_name(path, &name.text)) => {
            local.init.as_ref()
        }
        _ => None,
    })
}

fn is_name(path: &Path, name: &str) -> bool {
    matches!(path.segments.as_slice(), [only] if only.name == name)
}

impl<'a> Eval<'a, '_, '_> {
    /// What a function hands back of what came in by its parameters is, at this call, what is handed over here: not what all
    /// other callers hand over.
    pub(super) fn hand_back(
        &self,
        id: FnId,
        receiver: Option<&Value>,
        args: &[Value],
        from: &mut Vec<Origin>,
    ) {
        let has_receiver = self.m.types.index.fns[id.index()].item.receiver.is_some();
        let own = receiver.filter(|_| has_receiver).map(|receiver| (0, receiver));
        let others = args
            .iter()
            .enumerate()
            .map(|(offset, arg)| (usize::from(has_receiver) + offset, arg));
        let came_in = |position: usize| {
            let param = self.m.flows.params.get(&(id, position));
            param.map_or(&[][..], |param| param.from.as_slice())
        };
        let mut back = Vec::new();
        let mut replaced = BTreeSet::new();
        for (position, value) in own
            .into_iter()
            .chain(others)
            .filter(|(_, value)| !value.from.is_empty())
        {
            let known = came_in(position);
            for origin in from.iter() {
                let same = |inside: bool| {
                    let is_it = |known: &&Origin| known.src == origin.src && known.inside == inside;
                    known.iter().any(|known| is_it(&known))
                };
                let (whole, part) = (same(false), origin.inside && same(true));
                if !whole && !part {
                    continue;
                }
                replaced.insert(*origin);
                // What lies behind a lock stays there whatever is taken out of it; what does not, the function itself took
                // out of its lock.
                let alike = |given: &&Origin| if given.inside { part } else { whole };
                back.extend(value.from.iter().filter(alike).map(|given| Origin {
                    inside: origin.inside,
                    copied: origin.copied || given.copied && given.inside == origin.inside,
                    ..*given
                }));
            }
        }
        from.retain(|origin| !replaced.contains(origin));
        from.extend(back);
    }

    /// The arguments of a method of another crate, and what the functions among them give.
    pub(super) fn method_args(
        &mut self,
        receiver: &'a Expr,
        name: &str,
        args: &'a [Expr],
        handed: &[Value],
    ) -> (Vec<Value>, Value) {
        let mut given = Value::default();
        let mut values = Vec::new();
        for (position, arg) in args.iter().enumerate() {
            let fork = self.fallback_fork(receiver, name, position);
            values.push(self.in_branch(fork, |eval| {
                let ExprKind::Closure(closure) = &arg.kind else {
                    return eval.expr(arg, Use::Used);
                };
                let (closure, result, _) = eval.closure(arg.span, closure, handed);
                given.merge(&result);
                closure
            }));
            if let (true, Some(same)) = (hands_on(arg), handed.first()) {
                given.merge(same);
            }
        }
        for passed in &values {
            if let Ty::Fn(id) = passed.ty {
                given.merge(&self.result_of(&plain(id), None, &[], BTreeMap::new()));
            }
        }
        (values, given)
    }
}

/// `map(Arc::clone)`, `and_then(Weak::upgrade)`: it gives another handle of what it gets.
fn hands_on(arg: &Expr) -> bool {
    let ExprKind::Path(path) = &arg.kind else {
        return false;
    };
    let [.., owner, last] = path.segments.as_slice() else {
        return false;
    };
    let handle = matches!(owner.name.as_str(), "Arc" | "Rc" | "Weak");
    handle && matches!(last.name.as_str(), "clone" | "upgrade" | "downgrade")
}
