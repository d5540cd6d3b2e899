//! Calls: into the workspace, into other crates, and into frameworks that keep what they are given.

use super::Eval;
use super::frameworks::is_verb;
use super::generic::written_in;
use super::outside::gathered;
use super::patterns::is_part_of_pair;
use super::results::usage_of_change;
use crate::catalog::{Effect, Framework, Gives, Kind};
use crate::facts::{Expr, ExprKind, Name, Path, Span, StaticForm, TypeRef};
use crate::finding::Confidence;
use crate::link::events::{BodyKind, Call, CallResult, Callee, Origin, Route, Src, Unresolved, Use, Value};
use crate::link::ids::FnId;
use crate::link::index::Def;
use crate::link::methods::Target;
use crate::link::names::Want;
use crate::link::types::{Bound, Ext, Ty};

impl<'a> Eval<'a, '_, '_> {
    /// A call, and what becomes of its result where a function of the workspace gives it.
    pub(super) fn call(&mut self, span: Span, callee: &'a Expr, args: &'a [Expr], usage: Use) -> Value {
        let since = self.m.events.calls.len();
        let value = self.call_path(span, callee, args, usage);
        self.note_results(span, since, usage);
        value
    }

    pub(super) fn note_results(&mut self, span: Span, since: usize, usage: Use) {
        let calls = self
            .m
            .events
            .calls
            .iter()
            .skip(since)
            .filter(|call| call.span == span);
        let results = calls.filter_map(|call| match call.callee {
            Callee::Fn(callee) => Some(CallResult {
                body: call.body,
                callee,
                span,
                usage,
            }),
            Callee::Body(_) => None,
        });
        self.m.events.results.extend(results);
    }

    fn call_path(&mut self, span: Span, callee: &'a Expr, args: &'a [Expr], usage: Use) -> Value {
        let ExprKind::Path(path) = &callee.kind else {
            let value = self.expr(callee, Use::Used);
            let args = self.args(args, &[]);
            return self.call_value(span, &value, &args);
        };
        self.note_promise(path, span);
        if let [only] = path.segments.as_slice() {
            if matches!(only.name.as_str(), "Some" | "Ok") {
                let values = self.args(args, &[]);
                // Whoever has the function chosen calls it.
                self.note_fn_values(span, &values);
                return values.into_iter().next().unwrap_or_default();
            }
            if let Some(var) = self.variable(&only.name) {
                let value = self.variable_value(var);
                let args = self.args(args, &[]);
                return self.call_value(span, &value, &args);
            }
        }
        if path.segments.first().is_some_and(|first| first.name == "Self") || path.qself.is_some() {
            return self.call_associated(span, path, args, usage);
        }
        let resolved = self.m.types.names.resolve(self.scope.module, path, Want::Value);
        let whole = resolved
            .as_ref()
            .is_some_and(|resolved| resolved.used == path.segments.len());
        match resolved.map(|resolved| resolved.def) {
            Some(Def::Fn(id)) if whole => {
                let values = self.args(args, &self.param_types(id));
                let placed = values.into_iter().zip(args).enumerate();
                let values: Vec<Value> = placed
                    .map(|(position, (value, arg))| self.made_for_parameter(id, position, arg, value))
                    .collect();
                let twins: Vec<Target> = self.m.types.index.twins(id).into_iter().map(plain).collect();
                self.call_fn_with(span, &twins, None, &values, written_in(path))
            }
            Some(Def::Adt(adt)) if whole => self.construct(adt, 0, args),
            Some(Def::Variant(adt, variant)) if whole => {
                let offset = self.m.types.index.adts[adt.index()].shape.offset(variant);
                self.construct(adt, offset, args)
            }
            Some(Def::Ext(names)) if whole => self.call_ext(span, path, &names, args, usage),
            Some(Def::Alias(_)) if whole => {
                if let Ty::Adt(adt, _) = self.m.types.lower(&TypeRef::Path(path.clone()), &self.scope) {
                    self.construct(adt, 0, args)
                } else {
                    self.args(args, &[]);
                    Value::default()
                }
            }
            None if is_local(path) => {
                self.note_unresolved(
                    span,
                    &path
                        .segments
                        .last()
                        .map_or_else(String::new, |last| last.name.clone()),
                );
                self.args(args, &[]);
                Value::default()
            }
            _ => self.call_associated(span, path, args, usage),
        }
    }

    /// `Type::f(..)`, `Self::f(..)`, `T::f(..)`, and names that nothing explains.
    fn call_associated(&mut self, span: Span, path: &Path, args: &'a [Expr], usage: Use) -> Value {
        let Some((ty, name)) = self.split_associated(path) else {
            if path.segments.len() == 1
                && path.segments[0].name == "Self"
                && let Some(Ty::Adt(adt, _)) = self.scope.self_ty
            {
                return self.construct(adt, 0, args);
            }
            let name = path
                .segments
                .last()
                .map(|last| last.name.clone())
                .unwrap_or_default();
            let ext = self.m.types.guess_ext(self.scope.module, &name);
            return self.call_ext(span, path, &[ext.krate.to_string(), name], args, usage);
        };
        if let (Ty::Adt(adt, _), true) = (&ty, name.starts_with(char::is_uppercase)) {
            // `Self::Variant(..)`.
            let adt = *adt;
            if let crate::link::index::Shape::Enum(shape) = self.m.types.index.adts[adt.index()].shape
                && let Some(variant) = shape
                    .variants
                    .iter()
                    .position(|variant| variant.name.text == name)
            {
                let offset = self.m.types.index.adts[adt.index()].shape.offset(variant);
                return self.construct(adt, offset, args);
            }
        }
        let targets = self.m.methods.associated(&ty, &name);
        if targets.is_empty() {
            return self.call_ext_associated(span, path, &ty, &name, args, usage);
        }
        let first = targets[0].id;
        let has_self = self.m.types.index.fns[first.index()].item.receiver.is_some();
        let mut hints = self.param_types(first);
        if has_self {
            hints.insert(0, Ty::Unknown);
        }
        let mut values = self.args(args, &hints);
        let receiver = has_self.then(|| {
            if values.is_empty() {
                Value::default()
            } else {
                values.remove(0)
            }
        });
        let targets = self.fitting(targets, &name, &values);
        let result = self.call_fn_with(span, &targets, receiver.as_ref(), &values, written_in(path));
        if result.ty == Ty::Unknown && matches!(name.as_str(), "new" | "default") {
            Value::of(ty)
        } else {
            result
        }
    }

    /// Evaluates arguments; a closure whose parameter types a `Fn` bound tells gets them.
    pub(super) fn args(&mut self, args: &'a [Expr], hints: &[Ty]) -> Vec<Value> {
        args.iter()
            .enumerate()
            .map(|(position, arg)| match (&arg.kind, hints.get(position)) {
                (ExprKind::Closure(closure), Some(Ty::Bounds(bounds))) => {
                    let known: Vec<Value> = match bounds.first() {
                        Some(Bound::Ext(ext, args)) if ext.name.starts_with("Fn") => {
                            args.iter().map(|ty| Value::of(ty.clone())).collect()
                        }
                        _ => Vec::new(),
                    };
                    self.closure(arg.span, closure, &known).0
                }
                (_, hint) => {
                    if let Some(hint) = hint {
                        self.expect(arg, hint);
                    }
                    let value = self.expr(arg, Use::Used);
                    self.handed_at_once(arg, value, hint)
                }
            })
            .collect()
    }

    pub(super) fn param_types(&self, id: FnId) -> Vec<Ty> {
        let scope = self.m.types.fn_scope(id);
        self.m.types.index.fns[id.index()]
            .item
            .params
            .iter()
            .map(|param| self.m.types.lower(&param.ty, &scope))
            .collect()
    }

    /// A value is called: a closure in a variable, a function passed along.
    fn call_value(&mut self, span: Span, value: &Value, args: &[Value]) -> Value {
        match value.ty.peeled(self.m.types.catalog) {
            Ty::Fn(id) => self.call_fn(span, &[plain(*id)], None, args),
            Ty::Closure(body) => {
                for (position, arg) in args.iter().enumerate() {
                    self.m
                        .next
                        .closure_params
                        .entry((*body, position))
                        .or_default()
                        .merge(arg);
                }
                let call = Call {
                    body: self.body,
                    callee: Callee::Body(*body),
                    span,
                    confidence: Confidence::High,
                };
                self.m.events.calls.push(call);
                Value::default()
            }
            Ty::Unknown | Ty::Param(_) | Ty::Bounds(_) => {
                if !self.call_kept(span, value, args) {
                    self.note_unresolved(span, "(..)");
                }
                Value::default()
            }
            _ => Value::default(),
        }
    }

    /// `NOTES.scope(list, future)`: the task-local stands for the list.
    fn note_scope(&mut self, receiver: &Value, args: &'a [Expr]) {
        let mut statics = receiver.from.iter().filter_map(|origin| match origin.src {
            Src::Static(id) => Some(id),
            _ => None,
        });
        let Some(id) = statics.next() else { return };
        let form = self.m.types.index.statics[id.index()].item.form;
        if let (StaticForm::TaskLocal, [given, _]) = (form, args) {
            let given = self.expr(given, Use::Used);
            self.m.next.task_locals.entry(id).or_default().merge(&given);
        }
    }

    fn note_unresolved(&mut self, span: Span, name: &str) {
        self.m.events.unresolved.push(Unresolved {
            body: self.body,
            span,
            name: name.to_owned(),
        });
    }

    pub(super) fn construct(
        &mut self,
        adt: crate::link::ids::AdtId,
        offset: usize,
        args: &'a [Expr],
    ) -> Value {
        self.m.events.made.insert((adt, self.body));
        for (position, arg) in args.iter().enumerate() {
            let before = self.m.events.ext_calls.len();
            self.expect(arg, &self.m.types.field(adt, offset + position, &[]));
            let value = self.expr(arg, Use::Used);
            let field = u32::try_from(offset + position).unwrap_or(u32::MAX);
            self.fill_field(adt, field, &value);
            for call in &mut self.m.events.ext_calls[before..] {
                call.into.get_or_insert(Src::Field(adt, field));
            }
        }
        Value::made(Ty::Adt(adt, [].into()), self.body)
    }

    /// A call of functions of the workspace: arguments flow in, results out.
    pub(super) fn call_fn(
        &mut self,
        span: Span,
        targets: &[Target],
        receiver: Option<&Value>,
        args: &[Value],
    ) -> Value {
        self.call_fn_with(span, targets, receiver, args, &[])
    }

    /// The same with type arguments: `load::<Orders>(path)`.
    pub(super) fn call_fn_with(
        &mut self,
        span: Span,
        targets: &[Target],
        receiver: Option<&Value>,
        args: &[Value],
        written: &[TypeRef],
    ) -> Value {
        let mut result = Value::default();
        for target in targets {
            self.note_told(target.id, args);
            self.note_waiting_callee(target.id);
            let index = self.m.types.index;
            let function = &index.fns[target.id.index()];
            let call = Call {
                body: self.body,
                callee: Callee::Fn(target.id),
                span,
                confidence: target.confidence,
            };
            self.m.events.calls.push(call);
            let mut position = 0;
            if function.item.receiver.is_some() {
                if let Some(receiver) = receiver {
                    let value = Value {
                        ty: Ty::Unknown,
                        ..receiver.clone()
                    };
                    let value = self.handed(value);
                    self.m
                        .next
                        .params
                        .entry((target.id, 0))
                        .or_default()
                        .merge(&value);
                }
                position = 1;
            }
            for (offset, arg) in args.iter().enumerate() {
                if let Ty::Closure(body) = arg.ty {
                    let passed = (target.id, position + offset, body);
                    self.m.events.passed.insert(passed);
                }
                if let Ty::Fn(id) = arg.ty
                    && function.item.receiver.is_some()
                    && !index.fns[id.index()].item.params.is_empty()
                {
                    self.m.events.handed_on.insert(id);
                }
                let arg = self.handed(arg.clone());
                self.m
                    .next
                    .params
                    .entry((target.id, position + offset))
                    .or_default()
                    .merge(&arg);
            }
            // Closures passed along are run by the callee: the call edge from here stands for it.
            let known = self.stands_for(target.id, written, args);
            let value = self.result_of(target, receiver, args, known);
            result.merge(&value);
        }
        // Several functions that a trait stands for: what it says of them all.
        if result.several
            && let Some(ty) = targets.first().and_then(|target| self.m.methods.declared(target))
        {
            result.ty = ty;
        }
        result
    }

    /// A value as it arrives at a parameter. Of one that nothing is known to store, other callers' knowledge must not be
    /// taken for all there is. A function that hands on what it was handed says nothing of who started that; a closure, a
    /// task or a loop of its own does.
    fn handed(&self, mut value: Value) -> Value {
        if value.from.is_empty() {
            value.from.push(Origin::of(Src::Elsewhere));
        }
        let plain = self.m.tables.bodies[self.body.index()].kind == BodyKind::Fn;
        for origin in value.from.iter_mut().filter(|origin| origin.is_store()) {
            if !plain || origin.through.is_none() {
                origin.through = Some(self.body);
            }
        }
        value
    }

    pub(super) fn method(
        &mut self,
        span: Span,
        receiver: &'a Expr,
        name: &'a Name,
        generics: &'a [TypeRef],
        args: &'a [Expr],
        usage: Use,
    ) -> Value {
        let inner = if self.m.types.catalog.habits.forms.contains(&name.text) {
            usage
        } else {
            Use::Used
        };
        let mut value = self.expr(receiver, inner);
        if let Some(part) = self.part_of_pair(&value, &name.text) {
            if is_part_of_pair(&name.text) {
                return part;
            }
            value = part;
        }
        let targets = self.m.methods.find(&value.ty, &name.text);
        if !targets.is_empty() {
            let value = self.as_receiver(value, &targets[0].receiver);
            let hints = self.param_types(targets[0].id);
            let args = self.args(args, &hints);
            let since = self.m.events.calls.len();
            let result = self.call_fn_with(name.span, &targets, Some(&value), &args, generics);
            self.note_results(name.span, since, usage);
            return result;
        }
        if let Some(result) = self.converted(span, name, generics, &value, usage) {
            return result;
        }
        if matches!(value.ty, Ty::Unknown | Ty::Param(_)) && self.m.methods.is_ours(&name.text) {
            self.note_unresolved(name.span, &name.text);
        }
        if self.m.types.catalog.habits.spawns.contains(&name.text) {
            let usage = if self.gathers(receiver, &value.ty) {
                Use::Used
            } else {
                usage
            };
            return self.spawn(
                span,
                &name.text,
                value.ty.krate().unwrap_or_default(),
                args,
                usage,
            );
        }
        self.note_wait(&value, &name.text, args.len());
        self.note_waiting(&value.ty, &name.text, args.len());
        self.note_woken(&value, &name.text);
        self.note_scope(&value, args);
        let before = self.m.events.registrations.len();
        let calls = self.m.events.ext_calls.len();
        let handed = self.handed_to_closures(&value, &name.text);
        let (values, closure_result) = self.method_args(receiver, &name.text, args, &handed);
        if let Some(adapted) = self.adapted(&name.text) {
            return adapted;
        }
        self.note_filled_once(&value, &name.text, calls);
        self.note_kept(&value, &name.text, &values);
        self.note_ext_method(span, &value, name, generics, (args, &values), usage);
        if let Some(result) = self.keyed(&value, name, generics, &values, usage) {
            return result;
        }
        if let Some(result) = self.framework_method(span, &value, name, args, &values, before) {
            return match generics {
                [wanted] if !is_verb(&name.text) || args.iter().all(is_text) => self.looked_up(span, wanted),
                _ => result,
            };
        }
        // What the catalogue knows a lock, a map or an atomic to do, it does at once.
        let catalog = self.m.types.catalog;
        let kind = value.ty.peeled(catalog).kind(catalog);
        let known = kind.is_cell() && catalog.own_method(kind, &name.text).is_some();
        if !known && !catalog.habits.calls_at_once(&name.text) {
            let krate = value.ty.peeled(catalog).krate();
            self.note_handed(krate.unwrap_or_default(), args, &values);
        }
        if !self.note_begun(&value, &name.text, &values) {
            self.note_fn_values(span, &values);
        }
        if let ([only], true) = (
            values.as_slice(),
            self.m.types.catalog.habits.blocks.contains(&name.text),
        ) {
            return only.clone();
        }
        if let Ty::Fn(id) = value.ty {
            return self.combined(span, id, value, &values);
        }
        let usage = usage_of_change(&name.text, args, usage);
        let gives = self.apply_effect(name, &value, usage, &values, generics, &closure_result);
        gathered(gives, &value, &name.text)
    }

    /// What closures passed to a method of this value get, by position: the value or its parts, and where the framework
    /// hands it on, `self`.
    fn handed_to_closures(&self, value: &Value, name: &str) -> Vec<Value> {
        let mut handed = vec![self.handed_to_closure(value, name)];
        let framework = value
            .ty
            .peeled(self.m.types.catalog)
            .krate()
            .and_then(|krate| self.m.types.catalog.framework_of(krate));
        let hands =
            framework.and_then(|framework| framework.hands_self.iter().find(|hands| hands.call == name));
        if let (Some(hands), Some(own)) = (hands, self.variable("self")) {
            handed.resize(handed.len().max(hands.at + 1), Value::default());
            handed[hands.at] = self.values.get(&own).cloned().unwrap_or_default();
        }
        handed
    }

    /// `future.into_actor(self)`: a method that makes anything a value of a framework.
    fn adapted(&self, name: &str) -> Option<Value> {
        let adapts = |framework: &&Framework| framework.adapters.iter().any(|adapter| adapter == name);
        let framework = self.m.types.catalog.frameworks.iter().find(adapts)?;
        let krate = framework
            .crates
            .iter()
            .find(|krate| self.m.types.index.depends_on(self.scope.module, krate))?;
        Some(Value::of(Ty::From(Ext {
            krate: krate.as_str().into(),
            name: name.into(),
        })))
    }

    /// What a closure passed to a method of this value gets; behind a lock, what is behind it.
    fn handed_to_closure(&self, value: &Value, name: &str) -> Value {
        let catalog = self.m.types.catalog;
        let peeled = value.ty.peeled(catalog);
        if let Some((Effect::Enter, Gives::Inner)) = catalog.own_method(peeled.kind(catalog), name) {
            return value.entered(peeled.args().first().cloned().unwrap_or_default());
        }
        Value {
            ty: self.closure_argument(&value.ty, name),
            ..value.clone()
        }
    }

    /// The type of what a closure passed to a method of this value gets.
    fn closure_argument(&self, ty: &Ty, name: &str) -> Ty {
        let catalog = self.m.types.catalog;
        let peeled = ty.peeled(catalog);
        match peeled.kind(catalog) {
            // `X.with(|x| ..)` of a thread local, `send_modify(|x| ..)`, `rcu(|x| ..)`.
            Kind::Map | Kind::SharedMap if matches!(name, "retain" | "for_each" | "iter" | "alter_all") => {
                self.element(ty)
            }
            Kind::Map | Kind::SharedMap | Kind::Cache | Kind::SharedCache => {
                peeled.args().get(1).cloned().unwrap_or_default()
            }
            kind if kind.is_collection() => peeled.args().first().cloned().unwrap_or_default(),
            Kind::Lock if name == "rcu" => peeled.args().first().cloned().unwrap_or_default(),
            _ if name == "with" => ty.clone(),
            _ => peeled.clone(),
        }
    }
}

impl Value {
    pub(super) fn with_route(mut self, route: Route) -> Value {
        self.route = route;
        self
    }
}

/// `depot.get::<Store>("store")`, `extensions.get::<Store>()` look something up; a route's handler is no text.
fn is_text(arg: &Expr) -> bool {
    matches!(arg.kind, ExprKind::Lit(_))
}

/// The path says itself that it leads into this crate.
fn is_local(path: &Path) -> bool {
    let first = path.segments.first().map(|first| first.name.as_str());
    matches!(first, Some("crate" | "self" | "super")) && path.segments.len() > 1
}

pub(super) fn plain(id: FnId) -> Target {
    Target {
        id,
        confidence: Confidence::High,
        receiver: Ty::Unknown,
    }
}
