//! Calls: into the workspace, into other crates, and into frameworks that keep what they are given.

use super::Eval;
use crate::catalog::{self, Effect, EntryKind, Framework, Gives, Kind};
use crate::facts::{Expr, ExprKind, Lit, Name, Path, Span, TypeRef};
use crate::finding::Confidence;
use crate::link::events::{Call, Callee, ExtCall, Registration, Route, Src, Use, Value};
use crate::link::ids::FnId;
use crate::link::index::{Def, Owner};
use crate::link::methods::Target;
use crate::link::names::Want;
use crate::link::types::{Bound, Ext, Ty};

/// Calls that start a task of its own.
const SPAWNS: &[&str] = &[
    "spawn",
    "spawn_blocking",
    "spawn_local",
    "spawn_on",
    "spawn_pinned",
    "spawn_with_handle",
    "spawn_fn",
    "spawn_unchecked",
    "spawn_named",
    "fork",
];

/// Methods whose closure gets one element or the value inside.
const RESULT_OF_CLOSURE: &[&str] = &[
    "map",
    "and_then",
    "then",
    "map_or",
    "map_or_else",
    "filter_map",
    "flat_map",
    "with",
    "or_else",
    "unwrap_or_else",
    "get_or_init",
    "get_or_insert_with",
    "or_insert_with",
    "map_async",
];

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
                self.prefix_of(id);
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

    fn call_ext_associated(
        &mut self,
        span: Span,
        path: &Path,
        ty: &Ty,
        name: &str,
        args: &'a [Expr],
        usage: Use,
    ) -> Value {
        match ty {
            Ty::Ext(ext, _) => {
                let names = [ext.krate.to_string(), ext.name.to_string(), name.to_owned()];
                let value = self.call_ext(span, path, &names, args, usage);
                // An alias such as `type Db = Arc<Mutex<..>>` knows the arguments that the call does not show.
                if matches!(&value.ty, Ty::Ext(found, found_args) if found == ext && found_args.iter().all(|arg| *arg == Ty::Unknown))
                {
                    value.with_ty(ty.clone())
                } else {
                    value
                }
            }
            Ty::Adt(..) => {
                self.args(args, &[]);
                if matches!(name, "default" | "new" | "from" | "clone") {
                    if let Ty::Adt(adt, _) = ty
                        && name == "default"
                    {
                        self.m.events.made.insert((*adt, self.body));
                    }
                    return Value::of(ty.clone());
                }
                Value::default()
            }
            _ => {
                let before = self.m.events.registrations.len();
                let values = self.args(args, &[]);
                self.fallback_handlers(name, span, &values, before);
                if values.is_empty() {
                    Value::default()
                } else {
                    values[0].with_ty(Ty::Unknown)
                };
                Value::default()
            }
        }
    }

    /// Evaluates arguments; a closure whose parameter types a `Fn` bound tells gets them.
    fn args(&mut self, args: &'a [Expr], hints: &[Ty]) -> Vec<Value> {
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
            _ => Value::default(),
        }
    }

    fn construct(&mut self, adt: crate::link::ids::AdtId, offset: usize, args: &'a [Expr]) -> Value {
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
        Value::of(Ty::Adt(adt, [].into()))
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
                        ..receiver.with_ty(target.receiver.clone())
                    };
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
                self.m
                    .next
                    .params
                    .entry((target.id, position + offset))
                    .or_default()
                    .merge(arg);
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
        let from = returned.map(|returned| returned.from.clone()).unwrap_or_default();
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
        let inner = if is_form(&name.text) { usage } else { Use::Used };
        let value = self.expr(receiver, inner);
        let targets = self.m.methods.find(&value.ty, &name.text);
        if !targets.is_empty() {
            let hints = self.param_types(targets[0].id);
            let args = self.args(args, &hints);
            return self.call_fn(name.span, &targets, Some(&value), &args);
        }
        if SPAWNS.contains(&name.text.as_str()) {
            return self.spawn(span, &name.text, value.ty.krate().unwrap_or_default(), args);
        }
        let before = self.m.events.registrations.len();
        let element = Value {
            ty: self.closure_argument(&value.ty, &name.text),
            ..value.clone()
        };
        let mut closure_result = Value::default();
        let mut values = Vec::new();
        for arg in args {
            values.push(match &arg.kind {
                ExprKind::Closure(closure) => {
                    let (closure, result, _) =
                        self.closure(arg.span, closure, std::slice::from_ref(&element));
                    closure_result.merge(&result);
                    closure
                }
                _ => self.expr(arg, Use::Used),
            });
        }
        self.note_ext_method(span, &value, &name.text, args, usage);
        if let Some(result) = self.framework_method(span, &value, name, args, &values, before) {
            return match generics {
                [wanted] if !is_verb(&name.text) => Value::of(self.m.types.lower(wanted, &self.scope)),
                _ => result,
            };
        }
        self.note_fn_values(span, &values);
        self.apply_effect(name, &value, usage, &values, generics, &closure_result)
    }

    /// `words.for_each(remember)`: who takes a function calls it.
    fn note_fn_values(&mut self, span: Span, values: &[Value]) {
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

    fn note_ext_method(&mut self, span: Span, value: &Value, name: &str, args: &'a [Expr], usage: Use) {
        let ty = value.ty.peeled(self.m.types.catalog);
        let (krate, prefix) = match ty {
            Ty::Ext(ext, _) => (ext.krate.to_string(), format!("{}::", ext.name)),
            Ty::From(ext) => (ext.krate.to_string(), format!("{}::", ext.name)),
            Ty::Unknown => (String::new(), String::new()),
            _ => return,
        };
        self.m.events.ext_calls.push(ExtCall {
            body: self.body,
            span,
            krate,
            name: format!("{prefix}{name}"),
            method: true,
            literals: literals(args),
            usage,
            into: None,
        });
    }

    /// The catalogue's word on a method of another crate's type.
    fn apply_effect(
        &mut self,
        name: &Name,
        value: &Value,
        usage: Use,
        args: &[Value],
        generics: &[TypeRef],
        closure: &Value,
    ) -> Value {
        let catalog = self.m.types.catalog;
        let mut at = value.ty.clone();
        let mut holder = value.clone();
        for _ in 0..8 {
            let kind = at.kind(catalog);
            if let Some((effect, gives)) = catalog.own_method(kind, &name.text)
                && !(kind == Kind::Unknown && !holder.is_inside())
            {
                let here = holder.with_ty(at.clone());
                let args: Vec<Ty> = args.iter().map(|arg| arg.ty.clone()).collect();
                if effect != Effect::None {
                    self.touch(&here, name.span, effect, &name.text, usage, args);
                }
                return self.given(&here, effect, gives, &name.text);
            }
            if let (true, Some(inner)) = (kind.is_transparent(), at.args().first()) {
                at = inner.clone();
                continue;
            }
            // A newtype that derefs: its field is meant.
            let Ty::Adt(adt, _) = at else { break };
            let Some(target) = self.m.methods.deref_target(adt) else { break };
            holder = self.through_deref(&holder.with_ty(at.clone()), adt, target);
            at = holder.ty.clone();
        }
        if RESULT_OF_CLOSURE.contains(&name.text.as_str())
            && (closure.ty != Ty::Unknown || !closure.from.is_empty())
        {
            return closure.clone();
        }
        if (name.text == "collect" || name.text == "into" || name.text == "parse")
            && let Some(ty) = generics.first()
        {
            return value.with_ty(self.m.types.lower(ty, &self.scope));
        }
        match catalog.own_method(Kind::Any, &name.text) {
            Some(_) => self.same_in_other_form(value, &name.text),
            // `request.guard::<&State<Counter>>()`, `extensions.get::<Pool>()`: a look-up by type gives that type.
            None if generics.len() == 1 && !matches!(name.text.as_str(), "sum" | "product" | "fold") => {
                Value::of(self.m.types.lower(&generics[0], &self.scope))
            }
            None => match &value.ty {
                Ty::Ext(ext, _) if !value.ty.kind(catalog).is_transparent() => Value {
                    ty: Ty::From(ext.clone()),
                    from: Vec::new(),
                    route: value.route.clone(),
                },
                Ty::From(_) => Value {
                    ty: value.ty.clone(),
                    from: Vec::new(),
                    route: value.route.clone(),
                },
                // What an unknown method makes of something behind a lock is still looked up through it.
                _ => Value {
                    ty: Ty::Unknown,
                    from: value
                        .from
                        .iter()
                        .copied()
                        .filter(|origin| origin.inside)
                        .collect(),
                    ..Value::default()
                },
            },
        }
    }

    fn same_in_other_form(&self, value: &Value, name: &str) -> Value {
        let catalog = self.m.types.catalog;
        let unwraps = matches!(
            name,
            "unwrap"
                | "expect"
                | "unwrap_or_default"
                | "unwrap_or_else"
                | "unwrap_or"
                | "upgrade"
                | "ok_or"
                | "ok_or_else"
                | "next"
                | "into_inner"
        );
        match &value.ty {
            Ty::Ext(_, args) if unwraps && value.ty.kind(catalog) == Kind::Option => {
                value.with_ty(args.first().cloned().unwrap_or_default())
            }
            // A copy of plain data is the copier's own.
            _ if matches!(name, "clone" | "cloned" | "copied" | "to_owned") && value.is_inside() && self.is_plain(&value.ty, 0) => {
                Value::of(value.ty.clone())
            }
            _ => value.clone(),
        }
    }

    /// Data with nothing shared in it: a clone has no part in the original any more.
    fn is_plain(&self, ty: &Ty, depth: usize) -> bool {
        let types = self.m.types;
        if depth > 5 {
            return false;
        }
        match ty {
            Ty::Prim(_) => true,
            Ty::Tuple(parts) => parts.iter().all(|part| self.is_plain(part, depth + 1)),
            Ty::Slice(inner) => self.is_plain(inner, depth + 1),
            Ty::Ext(ext, args) => {
                let kind = ty.kind(types.catalog);
                let plain = matches!(kind, Kind::Map | Kind::Cache | Kind::List | Kind::Queue | Kind::Set | Kind::Option | Kind::Time);
                let known = !args.is_empty() || kind == Kind::Time || &*ext.name == "String";
                plain && known && args.iter().all(|arg| self.is_plain(arg, depth + 1))
            }
            Ty::Adt(adt, args) => {
                let fields = types.index.adts[adt.index()].shape.fields().len();
                fields > 0 && (0..fields).all(|position| self.is_plain(&types.field(*adt, position, args), depth + 1))
            }
            _ => false,
        }
    }

    fn given(&self, value: &Value, effect: Effect, gives: Gives, name: &str) -> Value {
        let args = value.ty.args();
        match gives {
            Gives::Same => value.clone(),
            Gives::Fresh => Value::default(),
            Gives::Inner if effect == Effect::Enter => {
                value.entered(args.first().cloned().unwrap_or_default())
            }
            Gives::Inner => value.with_ty(args.first().cloned().unwrap_or_default()),
            Gives::Value => {
                let pairs = matches!(name, "iter" | "iter_mut" | "into_iter" | "drain");
                let ty = if pairs {
                    self.element(&value.ty)
                } else {
                    self.stored(&value.ty)
                };
                let shared = matches!(
                    value.ty.kind(self.m.types.catalog),
                    Kind::SharedMap | Kind::SharedQueue | Kind::SharedCache
                );
                if shared {
                    value.entered(ty)
                } else {
                    value.with_ty(ty)
                }
            }
        }
    }

    /// The value type of a map, the element type of a list.
    fn stored(&self, ty: &Ty) -> Ty {
        match ty.kind(self.m.types.catalog) {
            Kind::Map | Kind::SharedMap | Kind::Cache | Kind::SharedCache if ty.args().len() >= 2 => {
                ty.args()[1].clone()
            }
            _ => ty.args().first().cloned().unwrap_or_default(),
        }
    }

    fn spawn(&mut self, span: Span, name: &str, krate: &str, args: &'a [Expr]) -> Value {
        let values = self.args(args, &[]);
        for value in &values {
            match value.ty {
                Ty::Closure(body) => self.m.tables.bodies[body.index()].spawned = true,
                Ty::Fn(id) => {
                    let call = Call {
                        body: self.body,
                        callee: Callee::Fn(id),
                        span,
                        confidence: Confidence::High,
                    };
                    self.m.events.calls.push(call);
                }
                _ => {}
            }
        }
        for arg in args {
            if let ExprKind::Async { .. } | ExprKind::Closure(_) = &arg.kind {
                let spawned: Vec<usize> = (0..self.m.tables.bodies.len())
                    .filter(|body| {
                        self.m.tables.bodies[*body].span == arg.span
                            && self.m.tables.bodies[*body].file == self.file
                    })
                    .collect();
                spawned
                    .into_iter()
                    .for_each(|body| self.m.tables.bodies[body].spawned = true);
            }
        }
        self.m.events.ext_calls.push(ExtCall {
            body: self.body,
            span,
            krate: krate.to_owned(),
            name: name.to_owned(),
            method: false,
            literals: Vec::new(),
            usage: Use::Dropped,
            into: None,
        });
        Value::of(Ty::ext("tokio", "JoinHandle", vec![]))
    }

    /// A function of another crate.
    fn call_ext(&mut self, span: Span, path: &Path, names: &[String], args: &'a [Expr], usage: Use) -> Value {
        let last = names.last().map(String::as_str).unwrap_or_default();
        let krate = names.first().map(String::as_str).unwrap_or_default().to_owned();
        if SPAWNS.contains(&last) {
            return self.spawn(span, last, &krate, args);
        }
        let before = self.m.events.registrations.len();
        let values = self.args(args, &[]);
        let owner = names
            .len()
            .checked_sub(2)
            .map(|at| names[at].as_str())
            .unwrap_or_default();
        let on_type = owner.starts_with(char::is_uppercase);
        let owner_ext = on_type.then(|| self.m.types.ext(&names[..names.len() - 1]));
        let name = if on_type {
            format!("{owner}::{last}")
        } else {
            last.to_owned()
        };
        self.m.events.ext_calls.push(ExtCall {
            body: self.body,
            span,
            krate: owner_ext
                .as_ref()
                .map_or_else(|| krate.clone(), |ext| ext.krate.to_string()),
            name: name.clone(),
            method: false,
            literals: literals(args),
            usage,
            into: None,
        });
        if owner == "mem" && matches!(last, "take" | "replace" | "swap") {
            values
                .iter()
                .for_each(|value| self.touch(value, span, Effect::Write, last, usage, Vec::new()));
            return values.into_iter().next().unwrap_or_default();
        }
        let module = names
            .len()
            .checked_sub(2)
            .map(|at| names[at].as_str())
            .unwrap_or_default();
        if let Some(channel) = self.channel(&krate, module, last, path) {
            return channel;
        }
        if let Some(framework) = self.m.types.catalog.framework_of(&krate) {
            let value = Value {
                ty: Ty::From(Ext {
                    krate: krate.as_str().into(),
                    name: last.into(),
                }),
                ..Value::default()
            };
            let value = self.framework_call(span, framework, &name, value, args, &values, before);
            if on_type || last.starts_with(char::is_uppercase) {
                return self
                    .made_by(owner_ext, last, path, &values)
                    .with_route(value.route);
            }
            return value;
        }
        if last.starts_with(char::is_uppercase) && !on_type {
            // A tuple struct of another crate.
            return self.made_by(Some(self.m.types.ext(names)), "new", path, &values);
        }
        if on_type {
            return self.made_by(owner_ext, last, path, &values);
        }
        Value::of(Ty::From(Ext {
            krate: krate.as_str().into(),
            name: last.into(),
        }))
    }

    /// `Arc::new(x)`, `Mutex::new(x)`, `HashMap::with_capacity(8)`, `Client::connect(url)`.
    fn made_by(&self, ext: Option<Ext>, function: &str, path: &Path, values: &[Value]) -> Value {
        let Some(ext) = ext else { return Value::default() };
        let catalog = self.m.types.catalog;
        let kind = catalog.kind(&ext.krate, &ext.name);
        let first = values.first().cloned().unwrap_or_default();
        if matches!(
            function,
            "clone" | "as_ref" | "leak" | "downgrade" | "get_mut" | "make_mut" | "into_inner" | "as_ptr"
        ) && kind == Kind::Wrapper
        {
            return first;
        }
        let position = path.segments.len().saturating_sub(2);
        let written: Vec<Ty> = path
            .segments
            .get(position)
            .map(|segment| {
                segment
                    .args
                    .iter()
                    .map(|arg| self.m.types.lower(arg, &self.scope))
                    .collect()
            })
            .unwrap_or_default();
        let holds = kind.is_transparent() || matches!(kind, Kind::Lock | Kind::Once);
        if !written.is_empty() {
            return Value {
                ty: Ty::Ext(ext, written.into()),
                from: Vec::new(),
                ..Value::default()
            };
        }
        if holds && kind != Kind::Option {
            let inner = match (function, &first.ty) {
                (
                    "default" | "new" | "from" | "from_pointee" | "pin" | "new_cyclic" | "const_new"
                    | "with_value",
                    ty,
                ) => ty.clone(),
                _ => Ty::Unknown,
            };
            let inner = match inner {
                Ty::Closure(_) | Ty::Fn(_) => Ty::Unknown,
                other => other,
            };
            let from = if kind.is_transparent() {
                first.from.clone()
            } else {
                Vec::new()
            };
            return Value {
                ty: Ty::Ext(ext, [inner].into()),
                from,
                ..Value::default()
            };
        }
        Value::of(Ty::Ext(ext, [].into()))
    }

    fn channel(&self, krate: &str, module: &str, function: &str, path: &Path) -> Option<Value> {
        const MAKERS: &[&str] = &[
            "channel",
            "unbounded_channel",
            "unbounded",
            "bounded",
            "sync_channel",
            "broadcast",
            "rendezvous",
        ];
        if !MAKERS.contains(&function) || module == "oneshot" {
            return None;
        }
        let name = if function == "unbounded_channel" {
            "UnboundedSender"
        } else {
            "Sender"
        };
        let sender = if module == "broadcast" || krate == "async_broadcast" {
            Ext {
                krate: "tokio".into(),
                name: "broadcast_Sender".into(),
            }
        } else {
            Ext {
                krate: krate.into(),
                name: name.into(),
            }
        };
        if self.m.types.catalog.kind(&sender.krate, &sender.name) == Kind::Unknown {
            return None;
        }
        let receiver = Ext {
            krate: krate.into(),
            name: name.replace("Sender", "Receiver").as_str().into(),
        };
        let args: Vec<Ty> = path
            .segments
            .last()
            .map(|last| {
                last.args
                    .iter()
                    .map(|arg| self.m.types.lower(arg, &self.scope))
                    .collect()
            })
            .unwrap_or_default();
        Some(Value::of(Ty::Tuple(
            [
                Ty::Ext(sender, args.clone().into()),
                Ty::Ext(receiver, args.into()),
            ]
            .into(),
        )))
    }

    /// A method call that may reach a framework.
    fn framework_method(
        &mut self,
        span: Span,
        receiver: &Value,
        name: &Name,
        args: &'a [Expr],
        values: &[Value],
        before: usize,
    ) -> Option<Value> {
        let peeled = receiver.ty.peeled(self.m.types.catalog).clone();
        let Some(krate) = peeled.krate() else {
            if matches!(peeled, Ty::Unknown | Ty::Bounds(_)) {
                self.fallback_handlers(&name.text, span, values, before);
                self.carry(None, &name.text, args, values);
            }
            return None;
        };
        let framework = self.m.types.catalog.framework_of(krate)?;
        if !matches!(
            self.m.types.catalog.kind(krate, type_name(&peeled)),
            Kind::Unknown
        ) {
            return None;
        }
        let value = Value {
            ty: Ty::From(Ext {
                krate: krate.into(),
                name: name.text.as_str().into(),
            }),
            from: Vec::new(),
            route: receiver.route.clone(),
        };
        Some(self.framework_call(span, framework, &name.text, value, args, values, before))
    }

    /// Function values become handlers, other values shared state.
    #[expect(
        clippy::too_many_arguments,
        reason = "one call site for functions and methods; a struct would only rename them"
    )]
    fn framework_call(
        &mut self,
        span: Span,
        framework: &Framework,
        name: &str,
        mut value: Value,
        args: &'a [Expr],
        values: &[Value],
        before: usize,
    ) -> Value {
        let krate = value.ty.krate().unwrap_or_default().to_owned();
        let literal = literals(args)
            .into_iter()
            .find(|text| text.starts_with('/') || text.contains('/'));
        let is_startup = framework
            .startup_calls
            .iter()
            .any(|call| startup_matches(call, &krate, name));
        if !is_startup {
            let verb = if is_verb(name) {
                name.to_uppercase()
            } else {
                value.route.verb.clone()
            };
            for argument in values {
                self.register(
                    &framework.name,
                    framework.kind,
                    argument,
                    &Route {
                        verb: verb.clone(),
                        path: String::new(),
                    },
                    span,
                    Confidence::High,
                );
            }
        }
        let prefix = literal.clone().unwrap_or_else(|| value.route.path.clone());
        if !prefix.is_empty() {
            for registration in &mut self.m.events.registrations[before..] {
                registration.route.path = join_route(&prefix, &registration.route.path);
            }
            self.prefix_args(args, &prefix);
        }
        self.carry(Some(framework), name, args, values);
        if is_verb(name) && value.route.verb.is_empty() {
            value.route.verb = name.to_uppercase();
        }
        if let Some(literal) = literal
            && value.route.path.is_empty()
            && matches!(
                name,
                "resource" | "scope" | "path" | "at" | "with_path" | "nest" | "new" | "Router::with_path"
            )
        {
            value.route.path = literal;
        }
        value
    }

    /// `.nest("/api", users::router())`: the routes that function registers lie below.
    fn prefix_args(&mut self, args: &'a [Expr], prefix: &str) {
        for arg in args {
            if let ExprKind::Call { callee, .. } = &arg.kind
                && let ExprKind::Path(path) = &callee.kind
                && let Some(resolved) = self.m.types.names.resolve(self.scope.module, path, Want::Value)
                && let Def::Fn(id) = resolved.def
                && resolved.used == path.segments.len()
            {
                self.m
                    .events
                    .prefixes
                    .entry(id)
                    .or_insert_with(|| prefix.to_owned());
            }
        }
    }

    fn prefix_of(&mut self, _id: FnId) {}

    fn register(
        &mut self,
        framework: &str,
        kind: EntryKind,
        value: &Value,
        route: &Route,
        span: Span,
        confidence: Confidence,
    ) {
        let target = match value.ty {
            Ty::Fn(id) => Callee::Fn(id),
            Ty::Closure(body) => Callee::Body(body),
            _ => return,
        };
        self.m.events.registrations.push(Registration {
            target,
            framework: framework.to_owned(),
            kind,
            route: route.clone(),
            body: self.body,
            span,
            confidence,
        });
    }

    /// The receiver is not known, but the name is one that takes handlers.
    fn fallback_handlers(&mut self, name: &str, span: Span, values: &[Value], _before: usize) {
        const NAMES: &[&str] = &[
            "route",
            "get",
            "post",
            "put",
            "delete",
            "patch",
            "to",
            "fallback",
            "on_upgrade",
            "service",
            "at",
            "hoop",
            "goal",
            "api_route",
            "route_service",
        ];
        if !NAMES.contains(&name) {
            return;
        }
        let Some(framework) = self.used_framework() else {
            return;
        };
        let route = Route {
            verb: if is_verb(name) {
                name.to_uppercase()
            } else {
                String::new()
            },
            path: String::new(),
        };
        for value in values {
            self.register(
                &framework.name,
                framework.kind,
                value,
                &route,
                span,
                Confidence::Medium,
            );
        }
    }

    fn used_framework(&self) -> Option<&'static Framework> {
        None
    }

    /// Values handed to a framework as shared state.
    fn carry(&mut self, framework: Option<&Framework>, name: &str, args: &[Expr], values: &[Value]) {
        const ANYWHERE: &[&str] = &["with_state", "app_data", "manage", "register_data"];
        let last = name.rsplit("::").next().unwrap_or(name);
        let carries = match framework {
            Some(framework) => {
                framework
                    .carriers
                    .iter()
                    .any(|carrier| carrier.rsplit("::").next() == Some(last))
                    || framework.extractors.iter().any(|extractor| {
                        extractor.rsplit("::").next() == Some(name.split("::").next().unwrap_or(name))
                    })
            }
            None => ANYWHERE.contains(&last),
        };
        if !carries {
            return;
        }
        for (position, value) in values.iter().enumerate() {
            let value = match args.get(position) {
                Some(arg) if value.from.is_empty() => self.made_in_place(arg, value),
                _ => value.clone(),
            };
            self.m.events.carried.push((self.body, value));
        }
    }

    /// `.manage(Mutex::new(vec![]))`: nothing but the call holds the state, so its place is the argument.
    fn made_in_place(&mut self, arg: &Expr, value: &Value) -> Value {
        let peeled = value.ty.peeled(self.m.types.catalog);
        let kind = peeled.kind(self.m.types.catalog);
        if !kind.is_cell() && !matches!(kind, Kind::Sender | Kind::Broadcast | Kind::Receiver) {
            return value.clone();
        }
        let name = maker(arg).unwrap_or("state").to_owned();
        self.env.push(std::collections::BTreeMap::new());
        let var = self.declare(&name, arg.span, value.clone(), false);
        self.env.pop();
        self.variable_value(var)
    }
}

impl Value {
    fn with_route(mut self, route: Route) -> Value {
        self.route = route;
        self
    }
}

/// The type or alias that an argument's outermost constructor names.
fn maker(arg: &Expr) -> Option<&str> {
    match &arg.kind {
        ExprKind::Call { callee, .. } => match &callee.kind {
            ExprKind::Path(path) => path
                .segments
                .iter()
                .rev()
                .map(|segment| segment.name.as_str())
                .find(|name| name.starts_with(char::is_uppercase) || *name == "channel"),
            _ => None,
        },
        ExprKind::Field { base: inner, .. } | ExprKind::Ref { expr: inner, .. } => maker(inner),
        ExprKind::Method { receiver, .. } => maker(receiver),
        _ => None,
    }
}

fn plain(id: FnId) -> Target {
    Target {
        id,
        confidence: Confidence::High,
        receiver: Ty::Unknown,
    }
}

fn type_name(ty: &Ty) -> &str {
    match ty {
        Ty::Ext(ext, _) => &ext.name,
        _ => "",
    }
}

/// `startup_calls` entries are `name`, or `crate::name` for a constructor of that crate's types.
fn startup_matches(call: &str, krate: &str, name: &str) -> bool {
    let last = name.rsplit("::").next().unwrap_or(name);
    match call.rsplit_once("::") {
        Some(_) if call == name => true,
        Some(_) => catalog::matches_path(call, krate, last) && name.contains("::"),
        None => call == last,
    }
}

fn is_verb(name: &str) -> bool {
    matches!(
        name,
        "get" | "post" | "put" | "delete" | "patch" | "head" | "options"
    )
}

/// Methods that only give the same value another form.
fn is_form(name: &str) -> bool {
    matches!(
        name,
        "unwrap"
            | "expect"
            | "clone"
            | "into"
            | "ok"
            | "unwrap_or_default"
            | "unwrap_or"
            | "map_err"
            | "to_owned"
    )
}

fn join_route(prefix: &str, path: &str) -> String {
    if path.is_empty() {
        return prefix.to_owned();
    }
    if path == "/" {
        return prefix.to_owned();
    }
    format!(
        "{}/{}",
        prefix.trim_end_matches('/'),
        path.trim_start_matches('/')
    )
}

fn literals(args: &[Expr]) -> Vec<String> {
    args.iter()
        .filter_map(|arg| match &arg.kind {
            ExprKind::Lit(Lit::Str(text)) => Some(text.clone()),
            ExprKind::Ref { expr, .. } => match &expr.kind {
                ExprKind::Lit(Lit::Str(text)) => Some(text.clone()),
                _ => None,
            },
            _ => None,
        })
        .collect()
}
