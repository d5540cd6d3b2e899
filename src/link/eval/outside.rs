//! Calls into other crates: what the catalogue knows of their types, and what they give back. Judges nothing.

use super::Eval;
use super::said::ext_name;
use crate::catalog::{Effect, Gives, Kind};
use crate::facts::{Expr, ExprKind, Lit, Name, Path, Span, TypeRef};
use crate::link::events::{ExtCall, Origin, Src, Use, Value};
use crate::link::types::{Bound, Ext, Ty};

/// The path of a call into another crate, in its parts.
struct Named<'n> {
    krate: &'n str,
    /// The type or module before the function.
    owner: &'n str,
    function: &'n str,
}

impl<'n> Named<'n> {
    fn of(names: &'n [String]) -> Named<'n> {
        let at = |back: usize| names.len().checked_sub(back).map_or("", |at| names[at].as_str());
        Named {
            krate: names.first().map_or("", String::as_str),
            owner: at(2),
            function: at(1),
        }
    }

    /// `Type::function`.
    fn on_type(&self) -> bool {
        self.owner.starts_with(char::is_uppercase)
    }

    /// `Type(..)`.
    fn is_type(&self) -> bool {
        self.function.starts_with(char::is_uppercase)
    }

    fn name(&self) -> String {
        if self.on_type() {
            format!("{}::{}", self.owner, self.function)
        } else {
            self.function.to_owned()
        }
    }

    /// What it gives back, where nothing more is known.
    fn result(&self) -> Value {
        Value::of(Ty::From(Ext {
            krate: self.krate.into(),
            name: self.function.into(),
        }))
    }
}

impl<'a> Eval<'a, '_, '_> {
    pub(super) fn call_ext_associated(
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
                let known = ty.args().iter().filter_map(ext_name);
                if let Some(call) = self
                    .m
                    .events
                    .ext_calls
                    .iter_mut()
                    .rev()
                    .find(|call| call.span == span)
                {
                    call.names.extend(known);
                }
                // An alias such as `type Db = Arc<Mutex<..>>` knows the arguments that the call does not show.
                if matches!(&value.ty, Ty::Ext(found, found_args) if found == ext && found_args.iter().all(|arg| *arg == Ty::Unknown))
                {
                    value.with_ty(ty.clone())
                } else {
                    value
                }
            }
            Ty::Adt(..) => {
                let values = self.args(args, &[]);
                if let ("clone", Some(original)) = (name, values.first()) {
                    return self.same_in_other_form(&original.with_ty(ty.clone()), name);
                }
                if matches!(name, "default" | "new" | "from") {
                    if let Ty::Adt(adt, _) = ty
                        && name == "default"
                    {
                        self.note_default(*adt, span, 0);
                        return Value::made(ty.clone(), self.body);
                    }
                    return Value::of(ty.clone());
                }
                Value::default()
            }
            // `P::default()`: one of those that the parameter may stand for.
            Ty::Bounds(_) | Ty::Param(_) if matches!(name, "default" | "new") => {
                self.args(args, &[]);
                self.note_made_by_parameter(ty);
                Value::made(ty.clone(), self.body)
            }
            _ => {
                let values = self.args(args, &[]);
                self.fallback_handlers(name, span, &values);
                Value::default()
            }
        }
    }

    /// Whichever type the parameter stands for, this code makes one of it.
    fn note_made_by_parameter(&mut self, ty: &Ty) {
        let Ty::Bounds(bounds) = ty else { return };
        for bound in bounds.iter() {
            let Bound::Local(id, _) = bound else { continue };
            for implementor in self.m.methods.implementors(*id) {
                if let Ty::Adt(adt, _) = implementor {
                    self.m.events.made.insert((adt, self.body));
                }
            }
        }
    }

    /// The catalogue's word on a method of another crate's type.
    pub(super) fn apply_effect(
        &mut self,
        name: &Name,
        value: &Value,
        usage: Use,
        args: &[Value],
        generics: &[TypeRef],
        closure: &Value,
    ) -> Value {
        let catalog = self.m.types.catalog;
        if name.text == "replace" && args.len() == 2 {
            // Of a text: what is replaced by what. It gives a new one.
            return Value::of(Ty::ext("std", "String", vec![]));
        }
        let mut at = value.ty.clone();
        let mut holder = value.clone();
        for _ in 0..8 {
            let kind = at.kind(catalog);
            if let Some((effect, gives)) = catalog.own_method(kind, &name.text)
                && (kind != Kind::Unknown || holder.is_inside())
            {
                let here = holder.with_ty(at.clone());
                if matches!(effect, Effect::Write | Effect::Init) && !kind.is_collection() {
                    self.note_put(&here, args);
                    self.note_put(&here, std::slice::from_ref(closure));
                }
                let args: Vec<Ty> = args.iter().map(|arg| arg.ty.clone()).collect();
                let its_own = value.gathered && matches!(effect, Effect::Write | Effect::InsertOrGet);
                if effect != Effect::None && !its_own {
                    self.touch(&here, name.span, effect, &name.text, usage, &args);
                }
                return self.given(&here, effect, gives, &name.text);
            }
            if let (true, Some(inner)) = (kind.is_transparent(), at.args().first()) {
                at = inner.clone();
                continue;
            }
            // A newtype that derefs: its field is meant.
            let Ty::Adt(adt, _) = at else { break };
            let Some(target) = self.m.methods.deref_target(adt) else {
                break;
            };
            holder = self.through_deref(&holder.with_ty(at.clone()), adt, target);
            at = holder.ty.clone();
        }
        // `lock().unwrap_or_else(|_| panic!(..))`: what the lock hands out, whatever is said when it refuses.
        let hands_out = name.text == "unwrap_or_else"
            && value.is_inside()
            && matches!(&value.ty, Ty::Ext(ext, args) if &*ext.name == "Result" && args.first().is_some_and(|inner| *inner != Ty::Unknown));
        if catalog.habits.closure_results.contains(&name.text)
            && !hands_out
            && (closure.ty != Ty::Unknown || closure.is_stored())
        {
            return closure.clone();
        }
        if (name.text == "collect" || name.text == "into" || name.text == "parse")
            && let Some(ty) = generics.first()
        {
            return value.with_ty(self.m.types.lower(ty, &self.scope));
        }
        let known = catalog.own_method(Kind::Any, &name.text);
        if known.is_none() || matches!(name.text.as_str(), "clone" | "to_owned" | "cloned" | "copied") {
            self.note_read(value, name.span, &name.text);
        }
        match known {
            Some((Effect::Write, _)) => {
                self.touch(value, name.span, Effect::Write, &name.text, usage, &[]);
                Value::of(Ty::Prim("()"))
            }
            Some(_) => self.same_in_other_form(value, &name.text),
            // `request.guard::<&State<Counter>>()`, `extensions.get::<Pool>()`: a look-up by type gives that type.
            None if generics.len() == 1 && !matches!(name.text.as_str(), "sum" | "product" | "fold") => {
                Value::of(self.m.types.lower(&generics[0], &self.scope))
            }
            // What a method of a shared client gives is that client's, whatever it is shared by.
            None => match value.ty.peeled(catalog) {
                // A builder's method, on a type that we know only by what it wraps.
                Ty::Ext(ext, args) if ext.krate.is_empty() && !args.is_empty() => value.clone(),
                Ty::Ext(ext, _) if !value.ty.kind(catalog).is_transparent() || !value.is_inside() => Value {
                    ty: Ty::From(ext.clone()),
                    route: value.route.clone(),
                    ..Value::default()
                },
                Ty::From(_) => Value {
                    ty: value.ty.clone(),
                    route: value.route.clone(),
                    ..Value::default()
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

    pub(super) fn given(&self, value: &Value, effect: Effect, gives: Gives, name: &str) -> Value {
        let args = value.ty.args();
        match gives {
            Gives::Same => value.clone(),
            Gives::Fresh => Value::default(),
            Gives::Taken => match args.first() {
                Some(message) => Value::made(message.clone(), self.body),
                None => Value::default(),
            },
            Gives::Inner if effect == Effect::Enter => value.entered(behind_lock(&value.ty, name)),
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
    pub(super) fn stored(&self, ty: &Ty) -> Ty {
        match ty.kind(self.m.types.catalog) {
            Kind::Map | Kind::SharedMap | Kind::Cache | Kind::SharedCache if ty.args().len() >= 2 => {
                ty.args()[1].clone()
            }
            _ => ty.args().first().cloned().unwrap_or_default(),
        }
    }

    /// A function of another crate.
    pub(super) fn call_ext(
        &mut self,
        span: Span,
        path: &Path,
        names: &[String],
        args: &'a [Expr],
        usage: Use,
    ) -> Value {
        let call = Named::of(names);
        if self.m.types.catalog.habits.spawns.contains(call.function) {
            return self.spawn(span, call.function, call.krate, args, usage);
        }
        let before = self.m.events.registrations.len();
        let values = match self.m.types.catalog.framework_of(call.krate) {
            Some(_) => self.framework_args(args, call.krate, call.function),
            None => self.args(args, &[]),
        };
        self.note_handed_out(span, &call, &values);
        self.note_handed(call.krate, args, &values);
        if call.on_type() {
            self.note_keeper(path);
        }
        let owner = call
            .on_type()
            .then(|| self.m.types.ext(&names[..names.len() - 1]));
        let catalog = self.m.types.catalog;
        if owner
            .as_ref()
            .is_some_and(|ext| catalog.kind(&ext.krate, &ext.name) == Kind::Lazy)
        {
            self.note_fn_values(span, &values);
        }
        let written = path.segments.iter().flat_map(|segment| &segment.args);
        let crates: Vec<&str> = names.iter().map(String::as_str).collect();
        let (texts, said) = self.said(&crates, written, args);
        self.note_call(ExtCall {
            path: names.join("::"),
            body: self.body,
            span,
            named: span,
            krate: owner
                .as_ref()
                .map_or_else(|| call.krate.to_owned(), |ext| ext.krate.to_string()),
            name: call.name(),
            method: false,
            texts,
            names: said,
            fork: None,
            failed: false,
            usage,
            into: self.filled(args),
        });
        if call.owner == "mem" && matches!(call.function, "take" | "replace" | "swap") {
            for value in &values {
                self.touch(value, span, Effect::Write, call.function, usage, &[]);
            }
            return values.into_iter().next().unwrap_or_default();
        }
        if let Some(channel) = self.channel(names, path) {
            return channel;
        }
        if let Some(given) = self.in_time(names, &values) {
            return given;
        }
        if let Some(framework) = self.m.types.catalog.framework_of(call.krate) {
            let value = self.framework_call(
                span,
                framework,
                &call.name(),
                call.result(),
                args,
                &values,
                before,
            );
            if call.on_type() || call.is_type() {
                return self
                    .made_by(owner, call.function, path, &values)
                    .with_route(value.route);
            }
            let takes = framework.takers.iter().any(|taker| taker == call.function);
            return match path.segments.last().map(|last| last.args.as_slice()) {
                Some([wanted]) if args.is_empty() && !takes => self.looked_up(span, wanted),
                _ => value,
            };
        }
        match owner {
            Some(owner) => self.made_by(Some(owner), call.function, path, &values),
            // A tuple struct of another crate.
            None if call.is_type() => self.made_by(Some(self.m.types.ext(names)), "new", path, &values),
            None => call.result(),
        }
    }

    /// `timeout(patience, lock.write())`: what the future gives, or nothing.
    fn in_time(&self, names: &[String], values: &[Value]) -> Option<Value> {
        let [.., module, function] = names else {
            return None;
        };
        let patient = &self.m.types.catalog.habits.patient;
        let given = values
            .last()
            .filter(|_| patient.contains(&format!("{module}::{function}")))?;
        let known = !matches!(given.ty, Ty::Unknown | Ty::From(_) | Ty::Closure(_));
        known.then(|| {
            let mut value = given.clone();
            value.ty = Ty::ext("std", "Result", vec![given.ty.clone()]);
            value
        })
    }

    /// What leaves our sight with this call: ends of channels that watchers fill, handlers by the name of the call.
    fn note_handed_out(&mut self, span: Span, call: &Named<'_>, values: &[Value]) {
        if self.m.types.catalog.habits.watchers.contains(call.krate) {
            let handed = values.iter().flat_map(|value| &value.from);
            self.m.events.watched.extend(handed.map(|origin| origin.src));
        }
        if call.krate.is_empty() {
            // A type made by a macro or a build script: the name of the call may still tell.
            self.fallback_handlers(call.function, span, values);
        }
    }

    /// What a framework gives to a closure is its own, unless the closure says otherwise.
    pub(super) fn framework_args(&mut self, args: &'a [Expr], krate: &str, name: &str) -> Vec<Value> {
        let given = Value::of(Ty::From(Ext {
            krate: krate.into(),
            name: name.into(),
        }));
        args.iter()
            .map(|arg| match &arg.kind {
                ExprKind::Closure(closure) => {
                    let params = vec![given.clone(); closure.params.len()];
                    self.closure(arg.span, closure, &params).0
                }
                _ => self.expr(arg, Use::Used),
            })
            .collect()
    }

    /// `Arc::new(x)`, `Mutex::new(x)`, `HashMap::with_capacity(8)`, `Client::connect(url)`.
    pub(super) fn made_by(&self, ext: Option<Ext>, function: &str, path: &Path, values: &[Value]) -> Value {
        let Some(ext) = ext else { return Value::default() };
        let catalog = self.m.types.catalog;
        let kind = catalog.kind(&ext.krate, &ext.name);
        let first = values.first().cloned().unwrap_or_default();
        let makes = ["new", "default", "from", "pin", "with_value", "const_new"]
            .iter()
            .any(|start| function.starts_with(start));
        if kind == Kind::Wrapper && !makes && !values.is_empty() {
            // `Arc::clone(&x)`, `RwLockUpgradableReadGuard::upgrade(guard)`: the same thing in another form.
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
        let made = vec![Origin::of(Src::Made(self.body))];
        // A lock around an end of a channel is that end.
        let is_end = first.ty.peeled(catalog).kind(catalog).is_channel();
        let passes_on = kind.is_transparent() && kind != Kind::Copied || holds && is_end;
        if !written.is_empty() {
            return Value {
                from: if passes_on { first.from } else { made },
                ..Value::of(Ty::Ext(ext, written.into()))
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
                Ty::Closure(_) | Ty::Fn(_) if kind != Kind::Wrapper => Ty::Unknown,
                other => other,
            };
            return Value {
                from: if passes_on { first.from } else { made },
                ..Value::of(Ty::Ext(ext, [inner].into()))
            };
        }
        // `DeskServer::new(desk)`, a type that only a macro or a build script makes: it wraps what it is given.
        let wrapped: Vec<Ty> = if ext.krate.is_empty() {
            values.iter().map(|value| value.ty.clone()).take(1).collect()
        } else {
            Vec::new()
        };
        Value::of(Ty::Ext(ext, wrapped.into()))
    }

    fn channel(&self, names: &[String], path: &Path) -> Option<Value> {
        let Named {
            krate,
            owner: module,
            function,
        } = Named::of(names);
        if !self.m.types.catalog.habits.channels.contains(function) || module == "oneshot" {
            return None;
        }
        let name = if function == "unbounded_channel" {
            "UnboundedSender"
        } else {
            "Sender"
        };
        // Of `rocket::tokio::sync::mpsc::channel` both ends are tokio's.
        let beside = |end: &str| {
            let mut path = names[..names.len() - 1].to_vec();
            path.push(end.to_owned());
            self.m.types.ext(&path)
        };
        let of_tokio = |name: &str| Ext {
            krate: "tokio".into(),
            name: name.into(),
        };
        let sender = match module {
            "watch" => of_tokio("watch_Sender"),
            "broadcast" => of_tokio("broadcast_Sender"),
            _ if krate == "async_broadcast" => of_tokio("broadcast_Sender"),
            _ => beside(name),
        };
        if self.m.types.catalog.kind(&sender.krate, &sender.name) == Kind::Unknown {
            return None;
        }
        let receiver = beside(&name.replace("Sender", "Receiver"));
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
}

/// What a method gave, as a collection of its own where the method gathered it.
pub(super) fn gathered(gives: Value, of: &Value, name: &str) -> Value {
    const SAME: &[&str] = &[
        "unwrap",
        "expect",
        "unwrap_or_default",
        "map_err",
        "context",
        "as_mut",
    ];
    let gathered = name == "collect" || of.gathered && SAME.contains(&name);
    Value { gathered, ..gives }
}

/// What a lock hands out: in a `Result` where it may refuse, as those of std do when poisoned and all when they only try.
/// That `unwrap` is not the one of an `Option` behind the lock.
fn behind_lock(lock: &Ty, name: &str) -> Ty {
    let inner = lock.args().first().cloned().unwrap_or_default();
    let poisons =
        matches!(lock, Ty::Ext(ext, _) if &*ext.krate == "std" && matches!(&*ext.name, "Mutex" | "RwLock"));
    if poisons || name.starts_with("try_") {
        Ty::ext("std", "Result", vec![inner])
    } else {
        inner
    }
}

pub(super) fn literals(args: &[Expr]) -> Vec<String> {
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
