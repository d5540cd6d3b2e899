//! Reads a body in order and notes what it does. Types and stores are followed as far as the facts allow; what is
//! not known stays unknown. Never decides whether something is a problem.

mod calls;
mod conversions;
mod exprs;
mod failures;
mod forms;
mod frameworks;
mod generic;
mod kept;
mod keyed;
mod lent;
mod loops;
mod noted;
mod outside;
mod parts;
mod patterns;
mod pauses;
mod results;
mod routers;
mod said;
mod stores;
mod waits;

pub(super) use frameworks::join_route;
pub(super) use generic::note_told_by_handlers;
pub(super) use results::settle_returned;
pub(super) use said::{ext_name, is_value};

use std::collections::{BTreeMap, BTreeSet};

use self::results::Held;
use self::routers::Router;
use super::events::{
    Body, BodyKind, Call, Callee, Events, Flows, Fork, Origin, Passed, Src, Use, Value, Var,
};
use super::ids::{BodyId, FileId, FnId, StaticId, VarId};
use super::index::Owner;
use super::methods::Methods;
use super::program::Said;
use super::types::{Scope, Ty, Types};
use crate::catalog::Kind;
use crate::facts::{Block, Expr, ExprKind, Span, Stmt};
use crate::finding::Confidence;

/// Expressions nested deeper than this are not looked into.
const MAX_DEPTH: usize = 300;

/// Bodies and variables keep their ids from round to round.
#[derive(Debug, Default)]
pub(super) struct Tables {
    /// Code.
    pub bodies: Vec<Body>,
    /// Variables.
    pub vars: Vec<Var>,
    body_ids: BTreeMap<(Unit, Span, Shape), BodyId>,
    /// All that a macro writes stands at its call: the name tells one variable from the next.
    var_ids: BTreeMap<(Unit, Span, String), VarId>,
}

/// What tells bodies at one place apart. What a loop waits for may come to light later and changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Shape {
    Fn,
    Static,
    Closure,
    Async,
    Loop,
}

impl BodyKind {
    fn shape(self) -> Shape {
        match self {
            BodyKind::Fn => Shape::Fn,
            BodyKind::Static => Shape::Static,
            BodyKind::Closure => Shape::Closure,
            BodyKind::Async => Shape::Async,
            BodyKind::Loop(_) => Shape::Loop,
        }
    }
}

/// What is evaluated as one: a function or a static.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unit {
    /// A function.
    Fn(FnId),
    /// A static's initial value.
    Static(StaticId),
}

/// What evaluation needs to know and where it writes.
#[derive(Debug)]
pub(super) struct Machine<'a, 'm> {
    /// Items, names and types.
    pub types: Types<'a>,
    /// Methods.
    pub methods: &'m Methods<'a>,
    /// What the round before learnt.
    pub flows: &'m Flows,
    /// What this round learns.
    pub next: &'m mut Flows,
    /// Bodies and variables.
    pub tables: &'m mut Tables,
    /// What happens.
    pub events: &'m mut Events,
}

/// The evaluation of one function or static.
pub(super) struct Eval<'a, 'm, 'x> {
    m: &'x mut Machine<'a, 'm>,
    unit: Unit,
    file: FileId,
    scope: Scope,
    /// Names in sight, innermost last.
    env: Vec<BTreeMap<String, VarId>>,
    /// What the variables hold.
    values: BTreeMap<VarId, Value>,
    body: BodyId,
    loops: u32,
    /// The innermost loop, within the body.
    round: Option<Span>,
    /// The `for` loops.
    lists: BTreeSet<Span>,
    /// Loops that take a message where there is one.
    takers: BTreeSet<Span>,
    /// Loops that wait in each round until somebody wakes them.
    woken: BTreeSet<Span>,
    /// Loops that show something on a screen.
    screens: Vec<Span>,
    returned: Value,
    depth: usize,
    /// Variables that hold the result of an access or a call.
    results: BTreeMap<VarId, Vec<Held>>,
    /// Texts that variables were given.
    texts: BTreeMap<VarId, Vec<Said>>,
    /// Branches we are in that a setting chooses, innermost last.
    forks: Vec<Fork>,
    /// This code runs only because something failed.
    failed: bool,
    /// The most that is done with a variable.
    uses: BTreeMap<VarId, Use>,
    /// Variables that hold routers.
    routers: BTreeMap<VarId, Router>,
    /// The types that conversions are to give.
    wanted: BTreeMap<Span, Ty>,
    /// What the tasks will give that are begun by these calls.
    tasks: BTreeMap<Span, Ty>,
}

impl Machine<'_, '_> {
    /// Evaluates one function.
    pub(super) fn run_fn(&mut self, id: FnId) {
        let function = &self.types.index.fns[id.index()];
        let Some(body) = &function.item.body else { return };
        let scope = self.types.fn_scope(id);
        let file = function.home.file;
        let body_id = self.body_of(Unit::Fn(id), file, function.span);
        let mut eval = Eval::new(self, Unit::Fn(id), file, scope, body_id);
        eval.bind_params(id);
        if let Some(output) = eval.output() {
            eval.expect_of_block(body, &output);
        }
        let since = eval.m.events.calls.len();
        let tail = eval.block(body, Use::Returned);
        eval.note_pause(id, body, since);
        eval.settle_results();
        let mut returned = std::mem::take(&mut eval.returned);
        returned.merge(&tail);
        self.note_return(id, returned);
    }

    /// Evaluates the initial value of a static.
    pub(super) fn run_static(&mut self, id: StaticId) {
        let definition = &self.types.index.statics[id.index()];
        let Some(init) = &definition.item.init else { return };
        let file = definition.home.file;
        let scope = Types::scope(definition.home.module);
        let body = self
            .tables
            .body(Unit::Static(id), init.span, BodyKind::Static, None, file);
        let mut eval = Eval::new(self, Unit::Static(id), file, scope, body);
        eval.list_functions(id, init);
        if definition.constant {
            return;
        }
        eval.expr(init, Use::Used);
        eval.settle_results();
    }

    /// The body of a whole function.
    pub(super) fn body_of(&mut self, unit: Unit, file: FileId, span: Span) -> BodyId {
        self.tables.body(unit, span, BodyKind::Fn, None, file)
    }

    fn note_return(&mut self, id: FnId, mut returned: Value) {
        // A parameter that is handed back is the caller's; a local that is handed back is a store of its own.
        let vars = &self.tables.vars;
        let is_struct = matches!(returned.ty.peeled(self.types.catalog), Ty::Adt(..));
        returned
            .from
            .retain(|origin| !matches!(origin.src, Src::Local(var) if vars[var.index()].param.is_some()));
        for origin in &mut returned.from {
            // A struct that was made here is the caller's now.
            if let Src::Local(var) = origin.src
                && is_struct
                && !origin.inside
                && vars[var.index()].made
            {
                *origin = Origin::of(Src::Made(vars[var.index()].body));
            }
        }
        returned.route = super::events::Route::default();
        self.next.returns.entry(id).or_default().merge(&returned);
    }
}

impl Tables {
    fn body(
        &mut self,
        unit: Unit,
        span: Span,
        kind: BodyKind,
        parent: Option<BodyId>,
        file: FileId,
    ) -> BodyId {
        if let Some(id) = self.body_ids.get(&(unit, span, kind.shape())) {
            self.bodies[id.index()].kind = kind;
            return *id;
        }
        let id = BodyId::next(self.bodies.len());
        let (function, value) = match unit {
            Unit::Fn(id) => (Some(id), None),
            Unit::Static(id) => (None, Some(id)),
        };
        self.bodies.push(Body {
            kind,
            function,
            value,
            parent,
            file,
            span,
        });
        self.body_ids.insert((unit, span, kind.shape()), id);
        id
    }

    /// The body of a function, if it was evaluated.
    #[must_use]
    pub(super) fn fn_body(&self, id: FnId, span: Span) -> Option<BodyId> {
        self.body_ids.get(&(Unit::Fn(id), span, Shape::Fn)).copied()
    }
}

impl<'a, 'm, 'x> Eval<'a, 'm, 'x> {
    fn new(m: &'x mut Machine<'a, 'm>, unit: Unit, file: FileId, scope: Scope, body: BodyId) -> Self {
        Eval {
            m,
            unit,
            file,
            scope,
            env: vec![BTreeMap::new()],
            values: BTreeMap::new(),
            body,
            loops: 0,
            round: None,
            lists: BTreeSet::new(),
            takers: BTreeSet::new(),
            woken: BTreeSet::new(),
            screens: Vec::new(),
            returned: Value::default(),
            depth: 0,
            results: BTreeMap::new(),
            texts: BTreeMap::new(),
            forks: Vec::new(),
            failed: false,
            uses: BTreeMap::new(),
            routers: BTreeMap::new(),
            wanted: BTreeMap::new(),
            tasks: BTreeMap::new(),
        }
    }

    fn bind_params(&mut self, id: FnId) {
        let function = &self.m.types.index.fns[id.index()];
        let mut position = 0;
        if let Some(receiver) = &function.item.receiver {
            let ty = self.scope.self_ty.clone().unwrap_or_default();
            let mut value = Value::of(ty);
            if let Some(flow) = self.m.flows.params.get(&(id, 0)) {
                if !matches!(function.owner, Owner::Impl(_)) && flow.ty != Ty::Unknown {
                    value.ty = flow.ty.clone();
                }
                value.from.clone_from(&flow.from);
            }
            let own = self.declare("self", receiver.span, value, true);
            if !receiver.by_ref && receiver.ty.is_none() {
                self.m.tables.vars[own.index()].param = Some(Passed::Value);
            }
            position = 1;
        }
        for (offset, param) in function.item.params.iter().enumerate() {
            let mut value = Value::of(self.m.types.lower(&param.ty, &self.scope));
            if let Some(flow) = self.m.flows.params.get(&(id, position + offset)) {
                value.from.clone_from(&flow.from);
                value.gathered = flow.gathered;
                if value.ty != Ty::Unknown {
                    // A closure's parameter of unknown type tells nothing; our own declared type does.
                    let vars = &self.m.tables.vars;
                    value.from.retain(|origin| match origin.src {
                        Src::Local(var) => {
                            vars[var.index()].param.is_none() || vars[var.index()].ty != Ty::Unknown
                        }
                        _ => true,
                    });
                }
                let any = flow.several && patterns::is_ours(value.ty.peeled(self.m.types.catalog));
                if matches!(value.ty, Ty::Unknown | Ty::Param(_) | Ty::Bounds(_))
                    && flow.ty != Ty::Unknown
                    && !any
                {
                    value.ty = flow.ty.clone();
                }
            }
            let before = self.env.last().cloned().unwrap_or_default();
            self.bind(&param.pat, &value, true);
            // What a framework hands out of its state is shared, whatever the pattern takes out of it.
            let handed_out = matches!(&value.ty, Ty::Ext(ext, _) if self.m.types.catalog.is_extractor(&ext.krate, &ext.name));
            if matches!(param.ty, crate::facts::TypeRef::Path(_)) && !handed_out {
                self.note_taken(&before);
            }
        }
    }

    /// The parameters bound since then take the value itself: `Json(order): Json<Order>`.
    fn note_taken(&mut self, before: &BTreeMap<String, VarId>) {
        let bound = self.env.last().into_iter().flatten();
        let new: Vec<VarId> = bound
            .filter(|(name, var)| before.get(*name) != Some(*var))
            .map(|(_, var)| *var)
            .collect();
        for var in new {
            self.m.tables.vars[var.index()].param = Some(Passed::Value);
        }
    }

    /// Brings a variable into sight.
    fn declare(&mut self, name: &str, span: Span, mut value: Value, param: bool) -> VarId {
        let key = (self.unit, span, name.to_owned());
        let id = if let Some(id) = self.m.tables.var_ids.get(&key) {
            *id
        } else {
            let id = VarId::next(self.m.tables.vars.len());
            self.m.tables.vars.push(Var {
                name: name.to_owned(),
                span,
                file: self.file,
                body: self.body,
                ty: Ty::Unknown,
                param: param.then_some(Passed::Reference),
                loops: self.loops,
                fresh: false,
                made: false,
            });
            self.m.tables.var_ids.insert(key, id);
            id
        };
        if let (Some(told), false) = (self.m.flows.told.get(&id), param) {
            value.ty = generic::completed(&value.ty, told, self.m.types.catalog);
        }
        let fresh = !value.is_stored();
        let by_this_code = |origin: &Origin| origin.copied || matches!(origin.src, Src::Made(_));
        let made = fresh && !param && value.from.iter().any(by_this_code);
        let only_made = value.from.iter().all(|origin| origin.src != Src::Elsewhere);
        if fresh && param && !value.from.is_empty() && only_made {
            // The callers make it, each for itself; what is done to it here is done to theirs.
        } else if fresh {
            value.from.retain(|origin| origin.copied);
            value.from.push(Origin::of(Src::Local(id)));
        }
        let var = &mut self.m.tables.vars[id.index()];
        // A loop around it may have turned out to be a body of its own.
        var.body = self.body;
        var.loops = self.loops;
        var.ty = value.ty.clone();
        var.fresh = fresh;
        var.made = made;
        self.values.insert(id, value);
        if let Some(names) = self.env.last_mut() {
            names.insert(name.to_owned(), id);
        }
        id
    }

    fn variable(&self, name: &str) -> Option<VarId> {
        self.env.iter().rev().find_map(|names| names.get(name)).copied()
    }

    fn block(&mut self, block: &'a Block, usage: Use) -> Value {
        self.env.push(BTreeMap::new());
        let forks = self.forks.len();
        let mut last = Value::of(Ty::Prim("()"));
        for (position, stmt) in block.stmts.iter().enumerate() {
            last = Value::of(Ty::Prim("()"));
            match stmt {
                Stmt::Let(local) => self.let_statement(local),
                Stmt::Expr { expr, semi } => {
                    let tail = position + 1 == block.stmts.len() && !semi;
                    let value = self.expr(expr, if tail { usage } else { Use::Dropped });
                    if tail {
                        last = value;
                    }
                }
                Stmt::Item(_) => {}
            }
            if self.gives_value() {
                self.forks.extend(said::fork_after(stmt));
            }
        }
        self.forks.truncate(forks);
        self.env.pop();
        last
    }

    /// The function is there for its result: an early `return` chooses another one, it does not end the program.
    fn gives_value(&self) -> bool {
        let Unit::Fn(id) = self.unit else { return false };
        let output = self.m.types.index.fns[id.index()].item.output.as_ref();
        output.is_some_and(said::is_value)
    }

    fn let_statement(&mut self, local: &'a crate::facts::Local) {
        let written = local.ty.as_ref().map(|ty| self.m.types.lower(ty, &self.scope));
        let usage = if matches!(local.pat, crate::facts::Pat::Wild) {
            Use::Dropped
        } else {
            Use::Used
        };
        let calls = self.m.events.ext_calls.len();
        let registered = self.m.events.registrations.len();
        let before = self.mark();
        if let (Some(written), Some(init)) = (&written, &local.init) {
            self.expect(init, written);
        }
        let mut value = match &local.init {
            Some(init) => self.expr(init, usage),
            None => Value::default(),
        };
        if let Some(written) = written
            && written != Ty::Unknown
        {
            // `let store: Arc<dyn Store> = match kind { .. }`: of several that it may be, none stands for the others.
            let any = value.several && patterns::is_ours(written.peeled(self.m.types.catalog));
            value.ty = if any { written } else { fill(&written, &value.ty) };
        }
        if let Some(otherwise) = &local.otherwise {
            let fork = local.init.as_ref().and_then(said::fork_of_else);
            self.in_branch(fork, |eval| eval.expr(otherwise, Use::Dropped));
        }
        if local
            .init
            .as_ref()
            .is_some_and(|init| self.copies(&local.pat, init, &value.ty))
        {
            value = Value::made(value.ty, self.body);
        }
        let router = local.init.as_ref().map(|init| self.router_of(init, registered));
        self.bind(&local.pat, &value, false);
        self.note_channel(&local.pat);
        self.note_result(&local.pat, calls);
        if let (crate::facts::Pat::Bind { name, .. }, Some(init)) = (&local.pat, &local.init) {
            self.note_held(&name.text, init, before);
            if let Some(var) = self.variable(&name.text) {
                self.hold_router(var, router.unwrap_or_default());
                let texts = self.texts(std::slice::from_ref(init));
                if !texts.is_empty() {
                    self.texts.insert(var, texts);
                }
            }
        }
    }

    /// `let (sender, receiver) = channel();`
    fn note_channel(&mut self, pat: &crate::facts::Pat) {
        let crate::facts::Pat::Tuple(parts) = pat else {
            return;
        };
        let catalog = self.m.types.catalog;
        let bound: Vec<(VarId, Kind)> = parts
            .iter()
            .filter_map(|part| {
                let crate::facts::Pat::Bind { name, .. } = part else {
                    return None;
                };
                let var = self.variable(&name.text)?;
                Some((
                    var,
                    self.m.tables.vars[var.index()].ty.peeled(catalog).kind(catalog),
                ))
            })
            .collect();
        if let [
            (sender, Kind::Sender | Kind::Broadcast),
            (receiver, Kind::Receiver),
        ] = bound[..]
        {
            self.m.events.channels.push((sender, receiver));
        }
    }

    /// `let mut left = self.limit;`, `let place = *guard;`: the variable is a store of its own.
    fn copies(&self, pat: &crate::facts::Pat, init: &Expr, ty: &Ty) -> bool {
        let changes = matches!(pat, crate::facts::Pat::Bind { mutable: true, .. });
        match init.kind {
            ExprKind::Field { .. } | ExprKind::Index { .. } => matches!(ty, Ty::Prim(_)),
            // What is moved out from behind a reference to be changed is a value of its own.
            ExprKind::Deref(_) => changes && !matches!(ty, Ty::Unknown) || self.m.types.is_plain(ty),
            _ => false,
        }
    }

    /// `let store = MemoryStore::default();`: the call's result is that variable.
    fn note_result(&mut self, pat: &crate::facts::Pat, calls: usize) {
        let crate::facts::Pat::Bind { name, .. } = pat else {
            return;
        };
        let Some(var) = self.variable(&name.text) else {
            return;
        };
        for call in &mut self.m.events.ext_calls[calls..] {
            call.into.get_or_insert(Src::Local(var));
        }
    }

    /// Runs `inside` as a body of its own.
    fn in_body(
        &mut self,
        span: Span,
        kind: BodyKind,
        inside: impl FnOnce(&mut Self) -> Value,
    ) -> (BodyId, Value) {
        let id = self
            .m
            .tables
            .body(self.unit, span, kind, Some(self.body), self.file);
        let outer = std::mem::replace(&mut self.body, id);
        let loops = std::mem::replace(&mut self.loops, 0);
        let round = self.round.take();
        let value = inside(self);
        self.body = outer;
        self.loops = loops;
        self.round = round;
        self.m.events.calls.push(Call {
            body: outer,
            callee: Callee::Body(id),
            span,
            confidence: Confidence::High,
        });
        (id, value)
    }

    fn expr(&mut self, expr: &'a Expr, usage: Use) -> Value {
        if self.depth > MAX_DEPTH {
            return Value::default();
        }
        self.depth += 1;
        let value = self.expr_kind(expr, usage);
        self.depth -= 1;
        value
    }
}

/// A written type with `_` in it, filled from what the value is.
fn fill(written: &Ty, found: &Ty) -> Ty {
    match (written, found) {
        (Ty::Unknown, found) => found.clone(),
        (Ty::Ext(ext, args), Ty::Ext(other, others)) if ext == other && args.len() == others.len() => {
            Ty::Ext(
                ext.clone(),
                args.iter().zip(others.iter()).map(|(a, b)| fill(a, b)).collect(),
            )
        }
        (Ty::Bounds(_), found) if *found != Ty::Unknown => found.clone(),
        _ => written.clone(),
    }
}
