//! Calls of frameworks: function values become handlers, other values shared state. Reads the catalogue and names none.

use super::Eval;
use super::outside::literals;
use crate::catalog::{self, EntryKind, Framework, Kind};
use crate::facts::{Expr, ExprKind, Name, Pat, Span, TypeRef};
use crate::finding::Confidence;
use crate::link::events::{Callee, Registration, Route, Use, Value};
use crate::link::ids::FnId;
use crate::link::index::Def;
use crate::link::names::Want;
use crate::link::types::{Ext, Ty};

impl<'a> Eval<'a, '_, '_> {
    /// A method call that may reach a framework.
    pub(super) fn framework_method(
        &mut self,
        span: Span,
        receiver: &Value,
        name: &Name,
        args: &'a [Expr],
        values: &[Value],
        before: usize,
    ) -> Option<Value> {
        let peeled = receiver.ty.peeled(self.m.types.catalog).clone();
        if let (Ty::Fn(_), Some((framework, krate))) = (&peeled, self.extends_handlers(&name.text)) {
            let route = Route::default();
            self.register(
                &framework.name,
                framework.kind,
                receiver,
                &route,
                span,
                Confidence::High,
            );
            let value = Value::of(Ty::From(Ext {
                krate: krate.as_str().into(),
                name: name.text.as_str().into(),
            }));
            return Some(self.framework_call(span, framework, &name.text, value, args, values, before));
        }
        let Some(krate) = peeled.krate() else {
            // Not known, or our own type with a method that is not ours.
            if matches!(peeled, Ty::Unknown | Ty::Bounds(_) | Ty::Adt(..)) {
                self.fallback_handlers(&name.text, span, values);
                self.carry(None, &name.text, args, values);
            }
            return None;
        };
        let framework = self.m.types.catalog.framework_of(krate)?;
        if let Ty::From(ext) = &peeled
            && matches!(framework.kind, EntryKind::Request | EntryKind::Connection)
            && self.m.types.catalog.is_client(&ext.name)
        {
            return Some(Value::of(peeled.clone()));
        }
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
            route: receiver.route.clone(),
            ..Value::default()
        };
        Some(self.framework_call(span, framework, &name.text, value, args, values, before))
    }

    /// `handler.with_state(state)`, `handler.layer(..)`: what the framework of this package gives to handlers, called on the
    /// function itself.
    fn extends_handlers(&self, name: &str) -> Option<(&'a Framework, &'a String)> {
        let catalog = self.m.types.catalog;
        catalog
            .frameworks
            .iter()
            .filter(|framework| framework.kind == EntryKind::Request)
            .filter(|framework| framework.carriers.iter().any(|carrier| carrier == name))
            .find_map(|framework| {
                let mut crates = framework.crates.iter();
                let used = crates.find(|krate| self.m.types.index.depends_on(self.scope.module, krate))?;
                Some((framework, used))
            })
    }

    /// Function values become handlers, other values shared state.
    #[expect(
        clippy::too_many_arguments,
        reason = "one call site for functions and methods; a struct would only rename them"
    )]
    pub(super) fn framework_call(
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
        let literal = literals(args).into_iter().find(|text| text.contains('/'));
        let is_startup = framework
            .startup_calls
            .iter()
            .any(|call| startup_matches(call, &krate, name));
        let kind = kind_by_clock(framework, name, &mut value, values);
        if !is_startup {
            let verb = if is_verb(name) {
                name.to_uppercase()
            } else {
                value.route.verb.clone()
            };
            for argument in values {
                self.register(
                    &framework.name,
                    kind,
                    argument,
                    &Route {
                        verb: verb.clone(),
                        ..Route::default()
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
            args.iter().for_each(|arg| self.put_below(arg, &prefix));
        }
        self.carry(Some(framework), name, args, values);
        if is_verb(name) && value.route.verb.is_empty() {
            value.route.verb = name.to_uppercase();
        }
        if let Some(literal) = literal
            && value.route.path.is_empty()
            && matches!(
                name,
                "resource" | "scope" | "path" | "at" | "with_path" | "new" | "Router::with_path"
            )
        {
            value.route.path = literal;
        }
        value
    }

    /// `.nest("/api", users::router())`: the routes that function registers lie below.
    pub(super) fn prefix_args(&mut self, args: &'a [Expr], prefix: &str) {
        let caller = self.m.tables.bodies[self.body.index()].function;
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
                    .or_insert_with(|| (prefix.to_owned(), caller));
            }
        }
    }

    /// `Options { on_event: |event| .. }`: what a struct of a framework is given to call, it calls when something comes.
    pub(super) fn field_of_others(&mut self, owner: &Ty, name: &Name, value: &'a Expr) {
        let catalog = self.m.types.catalog;
        let framework = owner.peeled(catalog).krate().and_then(|krate| {
            let known = catalog.framework_of(krate)?;
            Some((known, krate))
        });
        let Some((framework, krate)) = framework else {
            self.expr(value, Use::Used);
            return;
        };
        if framework
            .startup_calls
            .iter()
            .any(|call| startup_matches(call, krate, &name.text))
        {
            self.expr(value, Use::Used);
            return;
        }
        // `Some(check)` as well as `check`.
        let given = match &value.kind {
            ExprKind::Call { args, .. } => args.as_slice(),
            _ => std::slice::from_ref(value),
        };
        let handlers = match (&value.kind, given) {
            (ExprKind::Call { callee, .. }, _) if !is_some(callee) => vec![self.expr(value, Use::Used)],
            _ => self.framework_args(given, krate, &name.text),
        };
        for handler in &handlers {
            let route = Route::default();
            self.register(
                &framework.name,
                framework.kind,
                handler,
                &route,
                name.span,
                Confidence::High,
            );
        }
    }

    pub(super) fn register(
        &mut self,
        framework: &str,
        kind: EntryKind,
        value: &Value,
        route: &Route,
        span: Span,
        confidence: Confidence,
    ) {
        // `Box::new(|id, scheduler| ..)`: what is in the box.
        let target = match value.ty.peeled(self.m.types.catalog) {
            Ty::Fn(id) => Callee::Fn(*id),
            Ty::Closure(body) => Callee::Body(*body),
            Ty::Tuple(parts) => {
                // `run((log, answer))`: functions that take their turns.
                for part in parts.iter() {
                    self.register(framework, kind, &Value::of(part.clone()), route, span, confidence);
                }
                return;
            }
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
    pub(super) fn fallback_handlers(&mut self, name: &str, span: Span, values: &[Value]) {
        if !self.m.types.catalog.habits.handler_takers.contains(name) {
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
            timed: false,
        };
        for value in values
            .iter()
            .filter(|value| matches!(value.ty, Ty::Fn(_)) || name == "on_upgrade")
        {
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

    /// The framework that the package depends on.
    pub(super) fn used_framework(&self) -> Option<Framework> {
        let index = self.m.types.index;
        index.package_of(self.scope.module)?;
        let depends = |framework: &&Framework| {
            framework
                .crates
                .iter()
                .any(|krate| index.depends_on(self.scope.module, krate))
        };
        self.m.types.catalog.frameworks.iter().find(depends).cloned()
    }

    /// Values handed to a framework as shared state.
    pub(super) fn carry(
        &mut self,
        framework: Option<&Framework>,
        name: &str,
        args: &[Expr],
        values: &[Value],
    ) {
        let last = name.rsplit("::").next().unwrap_or(name);
        if let Some(framework) = framework
            && framework.serving_calls.iter().any(|call| call == last)
        {
            let served = values
                .iter()
                .map(|value| (framework.name.clone(), value.ty.clone()));
            self.m.events.served.extend(served);
        }
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
            None => self.m.types.catalog.habits.state_takers.contains(last),
        };
        if !carries {
            return;
        }
        for (position, value) in values.iter().enumerate() {
            let value = match args.get(position) {
                // What a constructor wraps is stored where its result goes.
                Some(arg) if !value.is_stored() && !name.contains("::") => self.made_in_place(arg, value),
                _ => value.clone(),
            };
            self.m.events.carried.push((self.body, value));
        }
    }

    /// `expect_context::<Store>()`, `ctx.data::<Store>()`: a look-up by type gives what the framework was handed, as a
    /// handler's parameter of that type does.
    pub(super) fn looked_up(&mut self, span: Span, wanted: &TypeRef) -> Value {
        let ty = self.m.types.lower(wanted, &self.scope);
        self.env.push(std::collections::BTreeMap::new());
        let var = self.declare("", span, Value::of(ty), true);
        self.env.pop();
        self.variable_value(var)
    }

    /// `.manage(Mutex::new(vec![]))`: nothing but the call holds the state, so its place is the argument.
    pub(super) fn made_in_place(&mut self, arg: &Expr, value: &Value) -> Value {
        let peeled = value.ty.peeled(self.m.types.catalog);
        let kind = peeled.kind(self.m.types.catalog);
        if !kind.is_cell() && !kind.is_channel() {
            return value.clone();
        }
        self.named_in_place(maker(arg).unwrap_or("state"), arg, value)
    }

    /// `serve(Arc::new(Mutex::new(HashMap::new())))`: what requests will share is made for the parameter, and has its name.
    pub(super) fn made_for_parameter(
        &mut self,
        id: FnId,
        position: usize,
        arg: &Expr,
        value: Value,
    ) -> Value {
        let params = &self.m.types.index.fns[id.index()].item.params;
        let catalog = self.m.types.catalog;
        let kind = value.ty.peeled(catalog).kind(catalog);
        let shared = value.ty.kind(catalog) == Kind::Wrapper && kind.is_cell();
        match params.get(position).map(|param| &param.pat) {
            Some(Pat::Bind { name, .. }) if shared && !value.is_stored() => {
                let name = name.text.clone();
                self.named_in_place(&name, arg, &value)
            }
            _ => value,
        }
    }

    fn named_in_place(&mut self, name: &str, arg: &Expr, value: &Value) -> Value {
        self.env.push(std::collections::BTreeMap::new());
        let var = self.declare(name, arg.span, value.clone(), false);
        self.env.pop();
        self.variable_value(var)
    }
}

fn is_some(callee: &Expr) -> bool {
    matches!(&callee.kind, ExprKind::Path(path) if path.segments.last().is_some_and(|last| last.name == "Some"))
}

/// The type or alias that an argument's outermost constructor names.
pub(super) fn maker(arg: &Expr) -> Option<&str> {
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

/// `WorkerBuilder::new("mornings").backend(CronStream::new(schedule)).build_fn(greet)`: a clock drives what is handed
/// over after it, unless what it gives goes into a store first.
fn kind_by_clock(framework: &Framework, name: &str, value: &mut Value, values: &[Value]) -> EntryKind {
    let is_one = |calls: &[String]| calls.iter().any(|call| call == name);
    if is_one(&framework.clocks) || values.iter().any(|given| given.route.timed) {
        value.route.timed = true;
    }
    if is_one(&framework.storages) {
        value.route.timed = false;
    }
    if value.route.timed {
        EntryKind::Timer
    } else {
        framework.kind
    }
}

/// `startup_calls` entries are `name`, or `crate::name` for a constructor of that crate's types.
pub(super) fn startup_matches(call: &str, krate: &str, name: &str) -> bool {
    let last = name.rsplit("::").next().unwrap_or(name);
    match call.rsplit_once("::") {
        Some(_) if call == name => true,
        Some(_) => catalog::matches_path(call, krate, last) && name.contains("::"),
        None => call == last,
    }
}

pub(super) fn is_verb(name: &str) -> bool {
    matches!(
        name,
        "get" | "post" | "put" | "delete" | "patch" | "head" | "options"
    )
}

pub(in crate::link) fn join_route(prefix: &str, path: &str) -> String {
    if matches!(path, "" | "/") {
        return prefix.to_owned();
    }
    format!(
        "{}/{}",
        prefix.trim_end_matches('/'),
        path.trim_start_matches('/')
    )
}

pub(super) fn type_name(ty: &Ty) -> &str {
    match ty {
        Ty::Ext(ext, _) => &ext.name,
        _ => "",
    }
}
