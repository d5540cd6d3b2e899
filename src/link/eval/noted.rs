//! Notes the calls that leave the workspace, with what their arguments say and who gets the result. Judges nothing.

use super::Eval;
use super::outside::literals;
use crate::catalog::{Effect, Kind};
use crate::facts::{Expr, ExprKind, Name, Path, Span, TypeRef};
use crate::finding::Confidence;
use crate::link::events::{Call, Callee, ExtCall, Handed, Route, Spawned, Src, Use, Value};
use crate::link::ids::{AdtId, FnId};
use crate::link::types::Ty;

/// Parts of parts deeper than this are made by nobody we know.
const MAX_PARTS: usize = 4;

impl<'a> Eval<'a, '_, '_> {
    pub(super) fn note_ext_method(
        &mut self,
        span: Span,
        value: &Value,
        name: &Name,
        generics: &[TypeRef],
        (args, values): (&'a [Expr], &[Value]),
        usage: Use,
    ) {
        let ty = value.ty.peeled(self.m.types.catalog);
        let (krate, prefix) = match ty {
            Ty::Ext(ext, _) | Ty::From(ext) => (ext.krate.to_string(), format!("{}::", ext.name)),
            // `row.insert(&db)`: what is given a connection acts through it.
            Ty::Unknown => (self.acts_through(values).unwrap_or_default(), String::new()),
            _ => return,
        };
        let (mut texts, names) = self.said(&[krate.as_str()], generics, args);
        let files = &self.m.types.catalog.files;
        if texts.is_empty()
            && (files.saves.contains(&name.text) || files.told.contains(&format!("{prefix}{}", name.text)))
        {
            texts = self.texts(args);
        }
        self.note_call(ExtCall {
            path: String::new(),
            body: self.body,
            span,
            named: name.span,
            krate,
            name: format!("{prefix}{}", name.text),
            method: true,
            texts,
            names,
            fork: None,
            failed: false,
            usage,
            into: self.filled(args),
        });
    }

    fn acts_through(&self, values: &[Value]) -> Option<String> {
        let catalog = self.m.types.catalog;
        let mut crates = values.iter().filter_map(|value| value.ty.peeled(catalog).krate());
        crates.find(|krate| catalog.stores_rows(krate)).map(str::to_owned)
    }

    /// `unwrap_or_else(Key::generate)`: who takes a function of another crate calls it.
    pub(super) fn note_fn_of_others(&mut self, names: &[String], span: Span) {
        let [.., owner, last] = names else { return };
        if !last.starts_with(char::is_lowercase) || !owner.starts_with(char::is_uppercase) {
            return;
        }
        let krate = self.m.types.ext(&names[..names.len() - 1]).krate.to_string();
        self.note_call(ExtCall {
            path: names.join("::"),
            body: self.body,
            span,
            named: span,
            krate,
            name: format!("{owner}::{last}"),
            method: false,
            texts: Vec::new(),
            names: Vec::new(),
            fork: None,
            failed: false,
            usage: Use::Used,
            into: None,
        });
    }

    /// `KEY.get_or_init(|| ..)`: what the calls since then make stays in the static.
    pub(super) fn note_filled_once(&mut self, value: &Value, name: &str, since: usize) {
        // `OnceCell<()>` keeps nothing: what is set up lies elsewhere.
        if value.ty.peeled(self.m.types.catalog).args().first() == Some(&Ty::Prim("()")) {
            return;
        }
        if let Some(held) = self.filled_static(value, name) {
            for call in &mut self.m.events.ext_calls[since..] {
                call.into.get_or_insert(held);
            }
        }
    }

    /// The static that this method fills, if it is empty.
    fn filled_static(&self, value: &Value, name: &str) -> Option<Src> {
        let catalog = self.m.types.catalog;
        let kind = value.ty.peeled(catalog).kind(catalog);
        let (effect, _) = catalog.own_method(kind, name)?;
        let mut held = value.from.iter().map(|origin| origin.src);
        held.find(|src| matches!(src, Src::Static(_)))
            .filter(|_| effect == Effect::Init)
    }

    /// `DESK.get_or_init(Desk::new)`: whoever asks first has the value made, for all. Says whether this is that.
    pub(super) fn note_begun(&mut self, value: &Value, name: &str, values: &[Value]) -> bool {
        let fills = self.filled_static(value, name).is_some();
        if fills {
            self.m
                .events
                .begun
                .extend(values.iter().filter_map(|value| callee(&value.ty)));
        }
        fills
    }

    /// `rng.fill_bytes(&mut secret)`: the variable gets what the call gives.
    pub(super) fn filled(&self, args: &[Expr]) -> Option<Src> {
        let [
            Expr {
                kind: ExprKind::Ref { mutable: true, expr },
                ..
            },
        ] = args
        else {
            return None;
        };
        let ExprKind::Path(path) = &expr.kind else {
            return None;
        };
        let [only] = path.segments.as_slice() else {
            return None;
        };
        self.variable(&only.name).map(Src::Local)
    }

    /// Function values that take arguments, handed to a crate that nothing is known of: it calls them when something comes.
    pub(super) fn note_handed(&mut self, krate: &str, args: &[Expr], values: &[Value]) {
        let catalog = self.m.types.catalog;
        if krate.is_empty() || !catalog.may_call_back(krate) || catalog.habits.watchers.contains(krate) {
            return;
        }
        let path = literals(args)
            .into_iter()
            .find(|text| text.contains('/'))
            .unwrap_or_default();
        for (position, value) in values.iter().enumerate() {
            let callee = match value.ty {
                Ty::Fn(id) if !self.m.types.index.fns[id.index()].item.params.is_empty() => Callee::Fn(id),
                Ty::Closure(body) if takes_arguments(args.get(position)) => Callee::Body(body),
                _ => continue,
            };
            let handed = Handed {
                krate: krate.to_owned(),
                route: Route {
                    verb: String::new(),
                    path: path.clone(),
                    timed: false,
                },
                body: self.body,
            };
            self.m.events.handed.entry(callee).or_insert(handed);
        }
    }

    /// `StatusCode::ACCEPTED`, `Status::Queued`: the client is told that its work will be done.
    pub(super) fn note_promise(&mut self, path: &Path, span: Span) {
        let promises = &self.m.types.catalog.promises.names;
        if let [_, .., last] = path.segments.as_slice()
            && promises.contains(&last.name)
        {
            self.m.events.promised.entry(self.body).or_insert(span);
        }
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

    /// `#[derive(Default)]`: whoever makes one this way makes all parts so.
    pub(super) fn note_default(&mut self, adt: AdtId, span: Span, depth: usize) {
        if depth > MAX_PARTS || !self.m.events.made.insert((adt, self.body)) {
            return;
        }
        let types = self.m.types;
        for field in 0..types.index.adts[adt.index()].shape.fields().len() {
            let mut ty = types.field(adt, field, &[]);
            while let (Kind::Wrapper | Kind::Lock, Some(inner)) = (ty.kind(types.catalog), ty.args().first())
            {
                ty = inner.clone();
            }
            let Ty::Adt(part, _) = ty else { continue };
            let written = self.m.methods.associated(&ty, "default");
            if written.is_empty() {
                self.note_default(part, span, depth + 1);
            }
            self.m.events.calls.extend(written.iter().map(|target| Call {
                body: self.body,
                callee: Callee::Fn(target.id),
                span,
                confidence: target.confidence,
            }));
        }
    }

    /// `index.around(log)`, `index.into_handler()`: what a combinator makes of a function runs it and what else it is given.
    pub(super) fn combined(&mut self, span: Span, id: FnId, value: Value, values: &[Value]) -> Value {
        let function = &self.m.types.index.fns[id.index()];
        let callees = values.iter().filter_map(|value| callee(&value.ty));
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

    pub(super) fn note_call(&mut self, call: ExtCall) {
        let fork = self.forks.last().cloned();
        let failed = self.failed;
        self.m.events.ext_calls.push(ExtCall { fork, failed, ..call });
    }

    pub(super) fn spawn(
        &mut self,
        span: Span,
        name: &str,
        krate: &str,
        args: &'a [Expr],
        usage: Use,
    ) -> Value {
        self.m.events.spawned.push(Spawned {
            body: self.body,
            span,
            usage,
        });
        let values = self.tasks(span, args);
        self.note_fn_values(span, &values);
        self.note_call(ExtCall {
            path: String::new(),
            body: self.body,
            span,
            named: span,
            krate: krate.to_owned(),
            name: name.to_owned(),
            method: false,
            texts: Vec::new(),
            names: Vec::new(),
            fork: None,
            failed: false,
            usage: Use::Dropped,
            into: None,
        });
        Value::of(Ty::ext("tokio", "JoinHandle", vec![]))
    }

    /// `spawn_blocking(move || desk.open(id)).await`: what the closure gives is what is waited for.
    fn tasks(&mut self, span: Span, args: &'a [Expr]) -> Vec<Value> {
        let mut values = Vec::new();
        for arg in args {
            let (value, given) = if let ExprKind::Closure(closure) = &arg.kind {
                let (value, given, _) = self.closure(arg.span, closure, &[]);
                (value, given.ty)
            } else {
                let value = self.expr(arg, Use::Used);
                let given = value.ty.clone();
                (value, given)
            };
            if !matches!(given, Ty::Unknown | Ty::Closure(_) | Ty::Fn(_) | Ty::Prim(_)) {
                self.tasks.insert(span, given);
            }
            values.push(value);
        }
        values
    }
}

/// What a value of this type calls.
pub(super) fn callee(ty: &Ty) -> Option<Callee> {
    match ty {
        Ty::Fn(id) => Some(Callee::Fn(*id)),
        Ty::Closure(body) => Some(Callee::Body(*body)),
        _ => None,
    }
}

fn takes_arguments(arg: Option<&Expr>) -> bool {
    matches!(arg.map(|arg| &arg.kind), Some(ExprKind::Closure(closure)) if !closure.params.is_empty())
}
