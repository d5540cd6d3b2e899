//! Routers that a variable holds until they are put below a path. Names no framework.

use std::collections::BTreeSet;

use super::Eval;
use super::frameworks::join_route;
use crate::facts::{Expr, ExprKind};
use crate::link::ids::{FnId, VarId};
use crate::link::index::Def;
use crate::link::names::Want;

/// What a variable with a router will serve.
#[derive(Debug, Clone, Default)]
pub(super) struct Router {
    /// Positions among the registrations.
    registered: BTreeSet<usize>,
    /// Functions that build parts of it.
    built_by: BTreeSet<FnId>,
    /// It lies below a path already; a second one tells nothing new.
    nested: bool,
}

impl Eval<'_, '_, '_> {
    /// `let api = Router::new().route(..)`, `Router::new().nest(..)`: what was registered meanwhile, and what the routers
    /// in it hold.
    pub(super) fn router_of(&self, init: &Expr, since: usize) -> Router {
        let mut router = Router {
            registered: (since..self.m.events.registrations.len()).collect(),
            ..Router::default()
        };
        self.add_parts(init, &mut router);
        router
    }

    pub(super) fn hold_router(&mut self, var: VarId, router: Router) {
        let ty = self.m.tables.vars[var.index()].ty.peeled(self.m.types.catalog);
        let is_router = ty
            .krate()
            .is_some_and(|krate| self.m.types.catalog.framework_of(krate).is_some());
        if is_router || !router.registered.is_empty() {
            let held = self.routers.entry(var).or_default();
            held.registered.extend(router.registered);
            held.built_by.extend(router.built_by);
        }
    }

    /// `.nest("/api", api)`: what the variable holds lies below.
    pub(super) fn put_below(&mut self, arg: &Expr, prefix: &str) {
        let mut vars = Vec::new();
        self.routers_in(arg, &mut vars);
        let caller = self.m.tables.bodies[self.body.index()].function;
        for var in vars {
            let Some(router) = self.routers.get_mut(&var).filter(|router| !router.nested) else {
                continue;
            };
            router.nested = true;
            for position in &router.registered {
                let route = &mut self.m.events.registrations[*position].route;
                route.path = join_route(prefix, &route.path);
            }
            for id in &router.built_by {
                let known = self.m.events.prefixes.entry(*id);
                let known = known.or_insert_with(|| (String::new(), caller));
                known.0 = join_route(prefix, &known.0);
            }
        }
    }

    fn add_parts(&self, expr: &Expr, router: &mut Router) {
        let mut vars = Vec::new();
        self.routers_in(expr, &mut vars);
        for held in vars.iter().filter_map(|var| self.routers.get(var)) {
            router.registered.extend(&held.registered);
            router.built_by.extend(&held.built_by);
        }
        self.builders_in(expr, &mut router.built_by);
    }

    /// The variables that are part of a chain of calls, with what it is given.
    fn routers_in(&self, expr: &Expr, vars: &mut Vec<VarId>) {
        if let ExprKind::Path(path) = &expr.kind
            && let [only] = path.segments.as_slice()
        {
            vars.extend(
                self.variable(&only.name)
                    .filter(|var| self.routers.contains_key(var)),
            );
        }
        links(expr).for_each(|part| self.routers_in(part, vars));
    }

    /// `users::router()`: the functions of the workspace that are called in such a chain.
    fn builders_in(&self, expr: &Expr, found: &mut BTreeSet<FnId>) {
        if let ExprKind::Call { callee, .. } = &expr.kind
            && let ExprKind::Path(path) = &callee.kind
            && let Some(resolved) = self.m.types.names.resolve(self.scope.module, path, Want::Value)
            && let Def::Fn(id) = resolved.def
            && resolved.used == path.segments.len()
        {
            found.insert(id);
        }
        links(expr).for_each(|part| self.builders_in(part, found));
    }
}

/// The next links of a chain: the receiver and the arguments.
fn links(expr: &Expr) -> impl Iterator<Item = &Expr> {
    let (first, args): (Option<&Expr>, &[Expr]) = match &expr.kind {
        ExprKind::Method { receiver, args, .. } => (Some(receiver), args),
        ExprKind::Call { args, .. } => (None, args),
        ExprKind::Ref { expr: inner, .. } | ExprKind::Try(inner) | ExprKind::Await(inner) => {
            (Some(inner), &[])
        }
        _ => (None, &[]),
    };
    first.into_iter().chain(args)
}
