//! Calls: into the workspace, into other crates, and into frameworks that keep what they are given.

use super::Eval;
use super::frameworks::is_verb;
use crate::catalog::Kind;
use crate::facts::{Expr, ExprKind, Name, Path, Span, TypeRef};
use crate::finding::Confidence;
use crate::link::events::{Call, Callee, Origin, Route, Src, Unresolved, Use, Value};
use crate::link::ids::FnId;
use crate::link::index::{Def, Owner};
use crate::link::methods::Target;
use crate::link::names::Want;
use crate::link::types::{Bound, Ty};

impl<'a> Eval<'a, '_, '_> {
    pub(super) fn call(&mut self, span: Span, callee: &'a Expr, args: &'a [Expr], usage: Use) -> Value {
        let ExprKind::Path(path) = &callee.kind else {
            let value = self.expr(callee, Use::Used);
            let args = self.args(args, &[]);
            return self.call_value(span, &value, &args);
        };
        if let [only] = path.segments.as_slice() {
            if matches!(only.name.as_str(), "Some" | "Ok") {
                let values = self.args(args, &[]);
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
                self.call_fn(span, &[plain(id)], None, &values)
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
        let result = self.call_fn(span, &targets, receiver.as_ref(), &values);
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
                _ => self.expr(arg, Use::Used),
            })
            .collect()
    }

    fn param_types(&self, id: FnId) -> Vec<Ty> {
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
        match &value.ty {
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
                self.note_unresolved(span, "(..)");
                Value::default()
            }
            _ => Value::default(),
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
        let mut result = Value::default();
        for target in targets {
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
                    self.m
                        .next
                        .params
                        .entry((target.id, 0))
                        .or_default()
                        .merge(&handed(value));
                }
                position = 1;
            }
            for (offset, arg) in args.iter().enumerate() {
                self.m
                    .next
                    .params
                    .entry((target.id, position + offset))
                    .or_default()
                    .merge(&handed(arg.clone()));
            }
            // Closures passed along are run by the callee: the call edge from here stands for it.
            let value = self.result_of(target, receiver);
            result.merge(&value);
        }
        result
    }

    fn result_of(&self, target: &Target, receiver: Option<&Value>) -> Value {
        let index = self.m.types.index;
        let function = &index.fns[target.id.index()];
        let scope = self.m.types.fn_scope(target.id);
        let mut ty = match &function.item.output {
            Some(output) => self.m.types.lower(output, &scope),
            None => Ty::Prim("()"),
        };
        if let (Owner::Impl(_), Some(Ty::Adt(_, wanted)), Ty::Adt(_, given)) = (
            function.owner,
            &scope.self_ty,
            receiver.map_or(&target.receiver, |_| &target.receiver),
        ) {
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
        for origin in &mut from {
            if matches!(origin.src, Src::Made(_)) {
                origin.src = Src::Made(self.body);
            }
        }
        from.dedup();
        Value {
            ty,
            from,
            ..Value::default()
        }
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
        let value = self.expr(receiver, inner);
        let targets = self.m.methods.find(&value.ty, &name.text);
        if !targets.is_empty() {
            let hints = self.param_types(targets[0].id);
            let args = self.args(args, &hints);
            return self.call_fn(name.span, &targets, Some(&value), &args);
        }
        if matches!(value.ty, Ty::Unknown | Ty::Param(_)) && self.m.methods.is_ours(&name.text) {
            self.note_unresolved(name.span, &name.text);
        }
        if self.m.types.catalog.habits.spawns.contains(&name.text) {
            return self.spawn(span, &name.text, value.ty.krate().unwrap_or_default(), args);
        }
        self.note_wait(&value.ty, &name.text, args.len());
        let before = self.m.events.registrations.len();
        let calls = self.m.events.ext_calls.len();
        let element = Value {
            ty: self.closure_argument(&value.ty, &name.text),
            ..value.clone()
        };
        let mut closure_result = Value::default();
        let mut values = Vec::new();
        for (position, arg) in args.iter().enumerate() {
            let fork = self.fallback_fork(receiver, &name.text, position);
            values.push(self.in_branch(fork, |eval| match &arg.kind {
                ExprKind::Closure(closure) => {
                    let (closure, result, _) =
                        eval.closure(arg.span, closure, std::slice::from_ref(&element));
                    closure_result.merge(&result);
                    closure
                }
                _ => eval.expr(arg, Use::Used),
            }));
        }
        for passed in &values {
            if let Ty::Fn(id) = passed.ty {
                closure_result.merge(&self.result_of(&plain(id), None));
            }
        }
        self.note_filled_once(&value, &name.text, calls);
        self.note_ext_method(span, &value, &name.text, generics, args, usage);
        if let Some(result) = self.framework_method(span, &value, name, args, &values, before) {
            return match generics {
                [wanted] if !is_verb(&name.text) => Value::of(self.m.types.lower(wanted, &self.scope)),
                _ => result,
            };
        }
        self.note_fn_values(span, &values);
        if let Ty::Fn(id) = value.ty {
            return self.combined(span, id, value, &values);
        }
        self.apply_effect(name, &value, usage, &values, generics, &closure_result)
    }

    /// `words.for_each(remember)`: who takes a function calls it.
    pub(super) fn note_fn_values(&mut self, span: Span, values: &[Value]) {
        for value in values {
            if let Ty::Fn(id) = value.ty {
                self.m.events.calls.push(Call {
                    body: self.body,
                    callee: Callee::Fn(id),
                    span,
                    confidence: Confidence::High,
                });
            }
        }
    }

    /// `index.around(log)`, `index.into_handler()`: what a combinator makes of a function runs it and what else it is given.
    fn combined(&mut self, span: Span, id: FnId, value: Value, values: &[Value]) -> Value {
        let function = &self.m.types.index.fns[id.index()];
        let callees = values.iter().filter_map(|value| match value.ty {
            Ty::Fn(id) => Some(Callee::Fn(id)),
            Ty::Closure(body) => Some(Callee::Body(body)),
            _ => None,
        });
        if let Some(body) = self.m.tables.fn_body(id, function.span) {
            self.m.events.calls.extend(callees.map(|callee| Call {
                body,
                callee,
                span,
                confidence: Confidence::High,
            }));
        }
        value
    }

    /// What a closure passed to a method of this value gets.
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

/// A value as it arrives at a parameter: of one that nothing is known to store, other callers' knowledge must not be
/// taken for all there is.
fn handed(mut value: Value) -> Value {
    if value.from.is_empty() {
        value.from.push(Origin::of(Src::Elsewhere));
    }
    value
}

/// The path says itself that it leads into this crate.
fn is_local(path: &Path) -> bool {
    let first = path.segments.first().map(|first| first.name.as_str());
    matches!(first, Some("crate" | "self" | "super")) && path.segments.len() > 1
}

fn plain(id: FnId) -> Target {
    Target {
        id,
        confidence: Confidence::High,
        receiver: Ty::Unknown,
    }
}
