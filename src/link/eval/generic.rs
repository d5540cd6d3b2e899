//! What the type parameters of a function stand for at one call, and types of which only those who get a value tell the
//! rest: `Arc::new(Mutex::new(from_str(&text)?))`. Judges nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Eval, Tables};
use crate::catalog::{Catalog, Kind};
use crate::facts::{Expr, ExprKind, Path, TypeRef};
use crate::link::events::{Events, Flows, Origin, Src, Value};
use crate::link::ids::{AdtId, FnId, VarId};
use crate::link::index::Owner;
use crate::link::methods::Target;
use crate::link::same_package;
use crate::link::types::{Ty, Types};

/// Type parameters and what they stand for.
pub(super) type Known = BTreeMap<Arc<str>, Ty>;

impl Eval<'_, '_, '_> {
    /// `load::<Orders>(path)` says it; `shared(Orders::new())` tells it by what is handed over.
    pub(super) fn stands_for(&self, id: FnId, written: &[TypeRef], args: &[Value]) -> Known {
        let index = self.m.types.index;
        let item = &index.fns[id.index()].item;
        let mut known = Known::new();
        // `Timed::new(Orders::new())`: what makes a struct tells the struct's own.
        let around = match index.fns[id.index()].owner {
            Owner::Impl(block) if item.receiver.is_none() => {
                index.impls[block.index()].item.generics.params.as_slice()
            }
            _ => &[],
        };
        if item.generics.params.is_empty() && around.is_empty() || item.output.is_none() {
            return known;
        }
        let mut scope = self.m.types.fn_scope(id);
        for param in &item.generics.params {
            let name: Arc<str> = param.name.as_str().into();
            scope.params.insert(name.clone(), Ty::Param(name));
        }
        let own = |name: &Arc<str>| {
            let mut params = item.generics.params.iter().chain(around);
            params.any(|param| *param.name == **name)
        };
        for (param, arg) in item.params.iter().zip(args) {
            learn(&self.m.types.lower(&param.ty, &scope), &arg.ty, &own, &mut known);
        }
        for (param, ty) in item.generics.params.iter().zip(written) {
            let ty = self.m.types.lower(ty, &self.scope);
            if !is_hole(&ty) {
                known.insert(param.name.as_str().into(), ty);
            }
        }
        known
    }

    /// A variable whose type has something unknown in it is handed to a function that says what it takes.
    pub(super) fn note_told(&mut self, id: FnId, args: &[Value]) {
        let catalog = self.m.types.catalog;
        if !args.iter().any(|arg| cell_in(&arg.ty, catalog).is_some()) {
            return;
        }
        for (param, arg) in self.param_types(id).iter().zip(args) {
            if let (Some(var), Some(cell)) = (holder(arg), cell_in(param, catalog))
                && cell_in(&arg.ty, catalog).is_some_and(|own| own != cell && fits(own, cell))
                && !has_hole(cell)
            {
                self.m.next.told.insert(var, cell.clone());
            }
        }
    }

    /// `let mut last = None;` before a loop: what it is, only what it is given later tells.
    pub(super) fn note_given(&mut self, var: VarId, ty: &Ty) {
        let known = &self.m.tables.vars[var.index()];
        let vague = is_hole(ty) || matches!(ty, Ty::Fn(_) | Ty::Closure(_) | Ty::Prim("!" | "()"));
        if vague || known.param.is_some() || known.ty != Ty::Unknown {
            return;
        }
        self.m.next.told.entry(var).or_insert_with(|| ty.clone());
    }

    /// `routes(Shelf::default())`: nothing but the call holds what is shared, so its place is the argument.
    pub(super) fn handed_at_once(&mut self, arg: &Expr, mut value: Value, wanted: Option<&Ty>) -> Value {
        let catalog = self.m.types.catalog;
        if let (Some(Ty::Ext(wanted_ext, _)), Ty::Ext(ext, args)) = (wanted, &value.ty)
            && wanted_ext == ext
            && args.iter().all(|arg| *arg == Ty::Unknown)
        {
            // `routes(Arc::default())`.
            value.ty = wanted.cloned().unwrap_or_default();
        }
        let called = matches!(arg.kind, ExprKind::Call { .. } | ExprKind::Method { .. });
        let shared = value.ty.kind(catalog) == Kind::Wrapper && cell_in(&value.ty, catalog).is_some();
        if called && shared && !value.is_stored() {
            self.made_in_place(arg, &value)
        } else {
            value
        }
    }

    /// What a function gives, where some of its type parameters are known.
    pub(super) fn result_of(
        &self,
        target: &Target,
        receiver: Option<&Value>,
        args: &[Value],
        known: Known,
    ) -> Value {
        let index = self.m.types.index;
        let function = &index.fns[target.id.index()];
        let mut scope = self.m.types.fn_scope(target.id);
        scope.self_ty = scope.self_ty.map(|ty| ty.substituted(&known));
        scope.params.extend(known);
        let mut ty = match &function.item.output {
            Some(output) => self.m.types.lower(output, &scope),
            None => Ty::Prim("()"),
        };
        if let (Owner::Impl(_), Some(Ty::Adt(_, wanted)), Ty::Adt(_, given)) =
            (function.owner, &scope.self_ty, &target.receiver)
        {
            let env = wanted
                .iter()
                .zip(given.iter())
                .filter_map(|(wanted, given)| match wanted {
                    Ty::Param(name) => Some((name.clone(), given.clone())),
                    _ => None,
                })
                .collect();
            ty = ty.substituted(&env);
        }
        let returned = self.m.flows.returns.get(&target.id);
        if matches!(ty, Ty::Unknown | Ty::Param(_) | Ty::Bounds(_))
            && let Some(returned) = returned
            && !matches!(returned.ty, Ty::Unknown | Ty::Prim(_))
        {
            ty = returned.ty.clone();
        }
        let mut from = returned.map(|returned| returned.from.clone()).unwrap_or_default();
        self.hand_back(target.id, receiver, args, &mut from);
        for origin in &mut from {
            if matches!(origin.src, Src::Made(_)) {
                origin.src = Src::Made(self.body);
            }
        }
        if let (Some(receiver), Some(Ty::Adt(adt, _))) = (receiver, &scope.self_ty) {
            self.out_of_this_lock(*adt, target.id, receiver, &mut from);
        }
        from.sort_unstable();
        from.dedup();
        Value {
            ty,
            from,
            gathered: returned.is_some_and(|returned| returned.gathered),
            ..Value::default()
        }
    }

    /// `orders.write_in_time()`: what a kind of lock hands out is what lies in this one, not in all of its kind.
    fn out_of_this_lock(&self, adt: AdtId, method: FnId, receiver: &Value, from: &mut Vec<Origin>) {
        let Some(lock) = self.m.types.generic_lock(adt) else {
            return;
        };
        let own = Src::Field(adt, u32::try_from(lock).unwrap_or(u32::MAX));
        let Some(handed) = self.m.flows.params.get(&(method, 0)) else {
            return;
        };
        let of_all = |origin: &Origin| {
            let came_in = handed.from.iter().any(|known| known.src == origin.src);
            origin.inside && (origin.src == own || came_in)
        };
        if receiver.from.is_empty() || !from.iter().any(of_all) {
            return;
        }
        from.retain(|origin| !of_all(origin));
        let of_this = receiver.from.iter().map(|origin| Origin {
            inside: true,
            ..if self.is_holder(*origin) || matches!(origin.src, Src::Local(_)) {
                *origin
            } else {
                Origin::of(own)
            }
        });
        from.extend(of_this);
        from.sort_unstable();
    }
}

/// The type arguments that a path ends with.
pub(super) fn written_in(path: &Path) -> &[TypeRef] {
    path.segments.last().map_or(&[], |last| &last.args)
}

/// What a parameter's type says of the type parameters in it, where this is handed over.
fn learn(param: &Ty, given: &Ty, own: &impl Fn(&Arc<str>) -> bool, known: &mut Known) {
    match (param, given) {
        (Ty::Param(_), Ty::Fn(_) | Ty::Closure(_)) => {}
        (Ty::Param(name), _) if own(name) && !is_hole(given) => {
            known.entry(name.clone()).or_insert_with(|| given.clone());
        }
        (Ty::Ext(one, x), Ty::Ext(other, y)) if one == other && x.len() == y.len() => {
            x.iter().zip(y.iter()).for_each(|(x, y)| learn(x, y, own, known));
        }
        (Ty::Adt(one, x), Ty::Adt(other, y)) if one == other && x.len() == y.len() => {
            x.iter().zip(y.iter()).for_each(|(x, y)| learn(x, y, own, known));
        }
        _ => {}
    }
}

/// Handlers tell the rest of the type of what start-up code hands to the framework.
pub(in crate::link) fn note_told_by_handlers(
    types: Types<'_>,
    tables: &Tables,
    events: &Events,
    next: &mut Flows,
) {
    let catalog = types.catalog;
    let given: BTreeSet<&Ty> = events
        .carried
        .iter()
        .filter_map(|(_, value)| cell_in(&value.ty, catalog))
        .collect();
    for (body, value) in &events.carried {
        let (Some(var), Some(own)) = (holder(value), cell_in(&value.ty, catalog)) else {
            continue;
        };
        let params = tables.vars.iter().filter(|var| var.param.is_some() && var.fresh);
        let wanted: BTreeSet<&Ty> = params
            .filter(|param| same_package(types.index, tables, param.body, *body))
            .filter_map(|param| cell_in(&param.ty, catalog))
            .filter(|wanted| fits(own, wanted) && !has_hole(wanted) && !given.contains(wanted))
            .collect();
        if let (Some(only), 1) = (wanted.first(), wanted.len())
            && *only != own
        {
            next.told.insert(var, (*only).clone());
        }
    }
}

/// The local that a value is, itself.
fn holder(value: &Value) -> Option<VarId> {
    match value.from.as_slice() {
        [origin] if !origin.inside => match origin.src {
            Src::Local(var) => Some(var),
            _ => None,
        },
        _ => None,
    }
}

/// The lock, or the map that is one itself, behind pointers.
fn cell_in<'t>(ty: &'t Ty, catalog: &Catalog) -> Option<&'t Ty> {
    let peeled = ty.peeled(catalog);
    let kind = peeled.kind(catalog);
    (kind.is_cell() || kind.is_channel()).then_some(peeled)
}

fn is_hole(ty: &Ty) -> bool {
    matches!(ty, Ty::Unknown | Ty::From(_) | Ty::Bounds(_) | Ty::Param(_))
}

/// Something in it is not known, though it is known itself.
fn has_hole(ty: &Ty) -> bool {
    ty.args().iter().any(|arg| is_hole(arg) || has_hole(arg))
}

/// The same type, but for what is not known of the first.
fn fits(own: &Ty, wanted: &Ty) -> bool {
    let all =
        |x: &[Ty], y: &[Ty]| x.len() == y.len() && x.iter().zip(y).all(|(x, y)| is_hole(x) || fits(x, y));
    match (own, wanted) {
        (Ty::Ext(one, x), Ty::Ext(other, y)) => one == other && all(x, y),
        (Ty::Adt(one, x), Ty::Adt(other, y)) => one == other && all(x, y),
        // `rows.map(..).collect()`: we know the type of an item, not what they are collected in.
        (Ty::Tuple(x), Ty::Tuple(y) | Ty::Ext(_, y)) => all(x, y),
        (Ty::Adt(..), Ty::Ext(_, y)) => matches!(&**y, [item] if item == own),
        _ => own == wanted,
    }
}

/// A type with what others told of the lock in it.
pub(super) fn completed(ty: &Ty, told: &Ty, catalog: &Catalog) -> Ty {
    match ty {
        Ty::Ext(ext, args) if ty.kind(catalog).is_transparent() && args.len() == 1 => {
            Ty::Ext(ext.clone(), [completed(&args[0], told, catalog)].into())
        }
        _ if *ty == Ty::Unknown || fits(ty, told) => told.clone(),
        _ => ty.clone(),
    }
}
