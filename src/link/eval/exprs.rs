//! Expressions other than calls: places, branches, loops, closures.

use std::collections::BTreeMap;

use super::Eval;
use super::failures::{asks_for_failure, is_failure};
use super::said::{fork_of_arm, forks_of_if};
use crate::catalog::{Effect, Kind};
use crate::facts::{Block, Closure, Expr, ExprKind, Lit, Path, Span, StaticForm};
use crate::finding::Confidence;
use crate::link::events::{BodyKind, Call, Callee, ExtCall, Origin, Src, Use, Value};
use crate::link::ids::{BodyId, StaticId};
use crate::link::index::Def;
use crate::link::names::{Resolved, Want};
use crate::link::types::{Ty, Types};

impl<'a> Eval<'a, '_, '_> {
    pub(super) fn expr_kind(&mut self, expr: &'a Expr, usage: Use) -> Value {
        match &expr.kind {
            ExprKind::Path(path) => {
                if let [only] = path.segments.as_slice()
                    && let Some(var) = self.variable(&only.name)
                {
                    self.note_use(var, usage);
                }
                self.path(path, expr.span)
            }
            ExprKind::Lit(lit) => {
                if let Lit::Str(text) = lit
                    && self.m.types.catalog.promises.texts.contains(&text.to_lowercase())
                {
                    self.m.events.promised.entry(self.body).or_insert(expr.span);
                }
                Value::of(literal(lit))
            }
            ExprKind::Call { callee, args } => self.call(expr.span, callee, args, usage),
            ExprKind::Method {
                receiver,
                name,
                generics,
                args,
            } => self.method(expr.span, receiver, name, generics, args, usage),
            ExprKind::Field { base, name } => {
                let base = self.expr(base, Use::Used);
                let value = self.field(&base, name);
                self.note_read(&value, expr.span, "field");
                value
            }
            ExprKind::Index { base, index } => {
                let base = self.expr(base, Use::Used);
                self.expr(index, Use::Used);
                let value = self.indexed(&base);
                self.note_read(&value, expr.span, "index");
                value
            }
            ExprKind::Assign { left, right } => self.assign(expr.span, left, right, "="),
            ExprKind::Binary { op, left, right } => self.binary(expr.span, op, left, right, usage),
            ExprKind::Deref(inner) => {
                let inner = self.expr(inner, Use::Used);
                let value = self.dereferenced(&inner);
                self.note_read(&value, expr.span, "deref");
                value
            }
            ExprKind::Unary(inner) => {
                let value = self.expr(inner, Use::Compared);
                Value::of(value.ty)
            }
            ExprKind::Ref { expr: inner, .. } | ExprKind::Await(inner) | ExprKind::Try(inner) => {
                let spawned = self.m.events.spawned.len();
                let value = self.expr(inner, usage);
                if let ExprKind::Try(_) = expr.kind {
                    self.convert_error(expr.span, inner, &value);
                }
                self.note_awaited(&expr.kind, spawned);
                match (&expr.kind, self.tasks.get(&inner.span)) {
                    // A task may have failed: what it gives comes in a `Result`.
                    (ExprKind::Await(_), Some(given)) => {
                        Value::of(Ty::ext("std", "Result", vec![given.clone()]))
                    }
                    _ => self.awaited(&expr.kind, value),
                }
            }
            ExprKind::Cast { expr: inner, ty } => {
                self.expr(inner, usage);
                Value::of(self.m.types.lower(ty, &self.scope))
            }
            ExprKind::Struct { path, fields, base } => self.struct_literal(path, fields, base.as_deref()),
            ExprKind::Macro(call) => self.macro_call(call),
            _ => self.flow(expr, usage),
        }
    }

    /// Blocks, branches, loops, closures and plain groups.
    fn flow(&mut self, expr: &'a Expr, usage: Use) -> Value {
        match &expr.kind {
            ExprKind::Block(block) => self.block(block, usage),
            ExprKind::Async { body, .. } => {
                let (id, value) = self.in_body(expr.span, BodyKind::Async, |eval| eval.block(body, usage));
                if value.ty == Ty::Unknown || value.ty == Ty::Prim("()") {
                    Value::of(Ty::Closure(id))
                } else {
                    value
                }
            }
            ExprKind::Closure(closure) => self.closure(expr.span, closure, &[]).0,
            ExprKind::If {
                cond,
                then,
                otherwise,
            } => self.branch(cond, then, otherwise.as_deref(), usage),
            ExprKind::Let { pat, expr: value } => {
                let value = self.expr(value, Use::Used);
                self.bind(pat, &value, false);
                Value::of(Ty::Prim("bool"))
            }
            ExprKind::Match { expr: value, arms } => self.match_arms(value, arms, usage),
            ExprKind::While { cond, body } => self.while_loop(expr.span, cond, body),
            ExprKind::Loop(body) => self.plain_loop(expr.span, body),
            ExprKind::For { pat, iter, body } => self.for_loop(expr.span, pat, iter, body),
            ExprKind::Return(value) => {
                if let Some(value) = value {
                    if let Some(output) = self.output() {
                        self.expect(value, &output);
                    }
                    let value = self.expr(value, Use::Returned);
                    self.returned.merge(&value);
                }
                Value::of(Ty::Prim("!"))
            }
            ExprKind::Break(value) => {
                value.iter().for_each(|value| drop(self.expr(value, Use::Used)));
                Value::of(Ty::Prim("!"))
            }
            ExprKind::Continue => Value::of(Ty::Prim("!")),
            ExprKind::Tuple(parts) => {
                let values: Vec<Value> = parts.iter().map(|part| self.expr(part, Use::Used)).collect();
                let mut all = Value::of(Ty::Tuple(values.iter().map(|value| value.ty.clone()).collect()));
                values.iter().for_each(|value| {
                    all.merge(&Value {
                        ty: Ty::Unknown,
                        ..value.clone()
                    });
                });
                all
            }
            ExprKind::Array(parts) | ExprKind::Range(parts) | ExprKind::Other(parts) => {
                let mut element = Value::default();
                for part in parts {
                    let value = self.expr(part, Use::Used);
                    element.merge(&value);
                }
                Value::of(Ty::ext("std", "Vec", vec![element.ty]))
            }
            ExprKind::Repeat { value, len } => {
                let value = self.expr(value, Use::Used);
                self.expr(len, Use::Used);
                Value::of(Ty::ext("std", "Vec", vec![value.ty]))
            }
            _ => Value::default(),
        }
    }

    fn path(&mut self, path: &Path, span: Span) -> Value {
        self.note_promise(path, span);
        if let [only] = path.segments.as_slice()
            && path.qself.is_none()
            && let Some(var) = self.variable(&only.name)
        {
            return self.variable_value(var);
        }
        if let Some(none) = self.none_of(path) {
            return none;
        }
        let Some(resolved) = self.m.types.names.resolve(self.scope.module, path, Want::Value) else {
            return self.associated_path(path);
        };
        let whole = resolved.used == path.segments.len();
        match resolved.def {
            Def::Static(id) => {
                let definition = &self.m.types.index.statics[id.index()];
                let scope = Types::scope(definition.home.module);
                let ty = self.m.types.lower(&definition.item.ty, &scope);
                self.note_table(id, span);
                if definition.constant {
                    return Value::of(ty);
                }
                if definition.item.form == StaticForm::TaskLocal
                    && let Some(given) = self.m.flows.task_locals.get(&id)
                {
                    let mut value = given.with_ty(ty);
                    value.from.push(Origin::of(Src::Static(id)));
                    return value;
                }
                let value = Value {
                    ty,
                    from: vec![Origin::of(Src::Static(id))],
                    ..Value::default()
                };
                if definition.item.mutable {
                    self.note_read(&value.entered(value.ty.clone()), span, "static");
                }
                value
            }
            Def::Fn(id) => Value::of(Ty::Fn(id)),
            Def::Variant(adt, _) => Value::of(Ty::Adt(adt, [].into())),
            // A function that makes a struct is no struct yet.
            Def::Adt(adt) if whole => {
                if self.m.types.index.adts[adt.index()].shape.fields().is_empty() {
                    self.m.events.made.insert((adt, self.body));
                }
                Value::of(Ty::Adt(adt, [].into()))
            }
            Def::Ext(names) if whole => {
                self.note_fn_of_others(&names, span);
                Value::of(Ty::From(self.m.types.ext(&names)))
            }
            _ => self.associated_path(path),
        }
    }

    /// `None::<Order>`.
    fn none_of(&self, path: &Path) -> Option<Value> {
        let [only] = path.segments.as_slice() else {
            return None;
        };
        let [written] = only.args.as_slice() else {
            return None;
        };
        let ty = self.m.types.lower(written, &self.scope);
        (only.name == "None").then(|| Value::of(Ty::ext("std", "Option", vec![ty])))
    }

    /// `TABLE[i](..)`: who uses a table of functions may call each of them.
    fn note_table(&mut self, id: StaticId, span: Span) {
        for function in self.m.flows.tables.get(&id).into_iter().flatten() {
            self.m.events.calls.push(Call {
                body: self.body,
                callee: Callee::Fn(*function),
                span,
                confidence: Confidence::Medium,
            });
        }
    }

    /// The functions that a constant or static lists: by name, in arrays, tuples and structs, not what a call is given.
    pub(super) fn list_functions(&mut self, id: StaticId, init: &Expr) {
        match &init.kind {
            ExprKind::Path(path) => {
                let resolved = self.m.types.names.resolve(self.scope.module, path, Want::Value);
                if let Some(Resolved {
                    def: Def::Fn(function),
                    used,
                }) = resolved
                    && used == path.segments.len()
                {
                    self.m.next.tables.entry(id).or_default().insert(function);
                }
            }
            ExprKind::Array(parts) | ExprKind::Tuple(parts) => {
                parts.iter().for_each(|part| self.list_functions(id, part));
            }
            ExprKind::Ref { expr: inner, .. } | ExprKind::Cast { expr: inner, .. } => {
                self.list_functions(id, inner);
            }
            ExprKind::Struct { fields, .. } => fields
                .iter()
                .for_each(|(_, value)| self.list_functions(id, value)),
            // `LazyLock::new(|| HashMap::from([("put", put as Command)]))`.
            ExprKind::Closure(closure) => self.list_functions(id, &closure.body),
            ExprKind::Call { args, .. } => args
                .iter()
                .filter(|arg| matches!(arg.kind, ExprKind::Closure(_) | ExprKind::Array(_)))
                .for_each(|arg| self.list_functions(id, arg)),
            _ => {}
        }
    }

    pub(super) fn variable_value(&mut self, var: crate::link::ids::VarId) -> Value {
        if self.m.tables.vars[var.index()].body != self.body {
            self.m.events.captures.insert((var, self.body));
        }
        self.values.get(&var).cloned().unwrap_or_default()
    }

    /// `Self::new`, `Store::insert`, `<T as Trait>::f` as a value.
    fn associated_path(&mut self, path: &Path) -> Value {
        let Some((ty, name)) = self.split_associated(path) else {
            return Value::default();
        };
        match self.m.methods.associated(&ty, &name).first() {
            Some(target) => Value::of(Ty::Fn(target.id)),
            None => match ty {
                Ty::Ext(ext, _) => Value::of(Ty::From(ext)),
                _ => Value::default(),
            },
        }
    }

    /// The type before the last segment, and the last segment.
    pub(super) fn split_associated(&self, path: &Path) -> Option<(Ty, String)> {
        let (last, before) = path.segments.split_last()?;
        if let Some(qself) = &path.qself {
            let ty = self.m.types.lower(qself, &self.scope);
            if !matches!(ty, Ty::Unknown | Ty::Param(_)) || before.is_empty() {
                return Some((ty, last.name.clone()));
            }
        }
        if before.is_empty() {
            return None;
        }
        let head = Path {
            segments: before.to_vec(),
            qself: None,
            trait_len: 0,
            ..path.clone()
        };
        Some((
            self.m
                .types
                .lower(&crate::facts::TypeRef::Path(head), &self.scope),
            last.name.clone(),
        ))
    }

    fn awaited(&self, kind: &ExprKind, value: Value) -> Value {
        let ExprKind::Try(_) = kind else { return value };
        match &value.ty {
            Ty::Ext(_, args) if value.ty.kind(self.m.types.catalog) == Kind::Option => Value {
                gathered: value.gathered,
                ..value.with_ty(args.first().cloned().unwrap_or_default())
            },
            _ => value,
        }
    }

    fn binary(&mut self, span: Span, op: &str, left: &'a Expr, right: &'a Expr, usage: Use) -> Value {
        if op.ends_with('=') && !matches!(op, "==" | "!=" | "<=" | ">=") {
            let value = self.expr(right, Use::Used);
            let place = self.assigned(left);
            self.touch(&place, span, Effect::Write, op, usage, &[value.ty]);
            return Value::of(Ty::Prim("()"));
        }
        let inner = match op {
            "%" => Use::Modulo,
            "==" | "!=" | "<" | ">" | "<=" | ">=" | "&&" | "||" => Use::Compared,
            _ => usage,
        };
        let left = self.expr(left, inner);
        self.expr(right, if inner == Use::Modulo { Use::Used } else { inner });
        if inner == Use::Compared {
            Value::of(Ty::Prim("bool"))
        } else {
            Value::of(left.ty)
        }
    }

    fn branch(&mut self, cond: &'a Expr, then: &'a Block, otherwise: Option<&'a Expr>, usage: Use) -> Value {
        self.env.push(BTreeMap::new());
        self.expr(cond, Use::Compared);
        self.note_part_by_time(cond, then);
        let [first, second] = forks_of_if(cond, then, otherwise);
        let failed = asks_for_failure(cond);
        let ready = matches!(&cond.kind, ExprKind::Let { pat, .. } if self.says_ready(pat));
        let mut value = if ready {
            let (id, value) = self.in_body(then.span, BodyKind::Async, |eval| eval.block(then, usage));
            self.m.events.signalled.insert(id);
            self.m.events.readied.insert(id);
            value
        } else {
            self.where_failed(failed, |eval| {
                eval.in_branch(first, |eval| eval.block(then, usage))
            })
        };
        self.env.pop();
        if let Some(otherwise) = otherwise {
            let other = self.in_branch(second, |eval| eval.expr(otherwise, usage));
            if matches!(value.ty, Ty::Prim("!") | Ty::Unknown) {
                value.ty = other.ty.clone();
            }
            value.merge(&other);
        }
        value
    }

    fn match_arms(&mut self, value: &'a Expr, arms: &'a [crate::facts::Arm], usage: Use) -> Value {
        let asked = value;
        let value = self.expr(value, Use::Used);
        let mut result = Value::of(Ty::Unknown);
        for (position, arm) in arms.iter().enumerate() {
            self.env.push(BTreeMap::new());
            self.bind(&arm.pat, &value, false);
            if let Some(guard) = &arm.guard {
                self.expr(guard, Use::Compared);
            }
            self.note_part_by_tick(asked, &arm.body);
            let fork = fork_of_arm(asked, arms, position);
            let ready = self.says_ready(&arm.pat);
            let arm = if ready || self.is_by_signal(asked) {
                let (id, value) =
                    self.in_body(arm.body.span, BodyKind::Async, |eval| eval.expr(&arm.body, usage));
                self.m.events.signalled.insert(id);
                self.m.events.readied.extend(ready.then_some(id));
                value
            } else {
                let failed = is_failure(&arm.pat);
                self.where_failed(failed, |eval| {
                    eval.in_branch(fork, |eval| eval.expr(&arm.body, usage))
                })
            };
            if matches!(result.ty, Ty::Prim("!" | "()")) {
                result.ty = Ty::Unknown;
            }
            result.merge(&arm);
            self.env.pop();
        }
        result
    }

    /// A closure, with what is known of its arguments. Gives the closure and the value of its body.
    pub(super) fn closure(
        &mut self,
        span: Span,
        closure: &'a Closure,
        args: &[Value],
    ) -> (Value, Value, BodyId) {
        let (id, result) = self.in_body(span, BodyKind::Closure, |eval| {
            eval.env.push(BTreeMap::new());
            let own = eval.body;
            for (position, (pat, ty)) in closure.params.iter().enumerate() {
                let mut value = args.get(position).cloned().unwrap_or_default();
                if let Some(flow) = eval.m.flows.closure_params.get(&(own, position)) {
                    value.merge(flow);
                }
                if let Some(ty) = ty {
                    let ty = eval.m.types.lower(ty, &eval.scope);
                    if ty != Ty::Unknown {
                        value.ty = ty;
                    }
                }
                eval.bind(pat, &value, true);
            }
            let returned = std::mem::take(&mut eval.returned);
            let mut value = eval.expr(&closure.body, Use::Used);
            value.merge(&std::mem::replace(&mut eval.returned, returned));
            eval.env.pop();
            value
        });
        (Value::of(Ty::Closure(id)), result, id)
    }

    /// `path!(OrderId)`: the names of types, where values would stand.
    fn names_types(&self, args: &[Expr]) -> bool {
        let names_type = |arg: &Expr| {
            let ExprKind::Path(path) = &arg.kind else {
                return false;
            };
            let resolved = self.m.types.names.resolve(self.scope.module, path, Want::Type);
            let found = resolved.filter(|resolved| resolved.used == path.segments.len());
            matches!(found.map(|found| found.def), Some(Def::Adt(adt)) if !self.m.types.index.adts[adt.index()].shape.fields().is_empty())
        };
        !args.is_empty() && args.iter().all(names_type)
    }

    fn macro_call(&mut self, call: &'a crate::facts::MacroExpr) -> Value {
        let name = call
            .path
            .segments
            .last()
            .map(|last| last.name.as_str())
            .unwrap_or_default();
        let writes = matches!(name, "write" | "writeln");
        let logs = self.m.types.catalog.habits.log_macros.contains(name);
        let usage = if logs { Use::Logged } else { Use::Used };
        if logs {
            self.m.events.logs.insert(self.body);
        }
        let before = self.m.events.registrations.len();
        let mut values = Vec::new();
        for (position, arg) in call.args.iter().enumerate() {
            let value = self.expr(arg, usage);
            let effect = if writes && position == 0 {
                Effect::Write
            } else {
                Effect::Read
            };
            if value.is_inside() {
                self.touch(&value, arg.span, effect, name, usage, &[]);
            }
            values.push(value);
        }
        let crates: Vec<&str> = call
            .path
            .segments
            .iter()
            .map(|segment| segment.name.as_str())
            .collect();
        let resolved = self
            .m
            .types
            .names
            .resolve_text(self.scope.module, &crates, Want::Value)
            .map(|resolved| resolved.def);
        let only = match values.as_slice() {
            [only] => only.clone(),
            _ => Value::default(),
        };
        if let Some(Def::Ext(names)) = &resolved {
            let crates: Vec<&str> = names.iter().map(String::as_str).collect();
            let (texts, said) = self.said(&crates, [], &call.args);
            self.note_call(ExtCall {
                path: names.join("::"),
                body: self.body,
                span: call.path.span,
                named: call.path.span,
                krate: self.m.types.ext(names).krate.to_string(),
                name: name.to_owned(),
                method: false,
                texts,
                names: said,
                fork: None,
                failed: false,
                usage: Use::Used,
                into: None,
            });
        }
        match resolved {
            Some(Def::Ext(names))
                if matches!(only.ty, Ty::Unknown | Ty::Prim(_)) || self.names_types(&call.args) =>
            {
                let ext = self.m.types.ext(&names);
                let value = Value::of(Ty::From(ext.clone()));
                // `routes!(list, add)`: what a framework's macro is given, the framework has.
                match self.m.types.catalog.framework_of(&ext.krate) {
                    Some(framework) => self.framework_call(
                        call.path.span,
                        framework,
                        name,
                        value,
                        &call.args,
                        &values,
                        before,
                    ),
                    None => value,
                }
            }
            _ if matches!(name, "format" | "concat" | "stringify" | "include_str") => {
                Value::of(Ty::ext("std", "String", vec![]))
            }
            // `try_outcome!(..)`, `some_or_return!(..)`: a macro around one value most often gives that value.
            _ => only,
        }
    }
}

fn literal(lit: &Lit) -> Ty {
    match lit {
        Lit::Str(_) => Ty::Prim("str"),
        Lit::Bytes => Ty::Slice(std::sync::Arc::new(Ty::Prim("u8"))),
        Lit::Int(_, suffix) => Ty::Prim(match suffix.as_str() {
            "u64" => "u64",
            "u32" => "u32",
            "usize" => "usize",
            "i64" => "i64",
            _ => "i32",
        }),
        Lit::Float(_) => Ty::Prim("f64"),
        Lit::Bool(_) => Ty::Prim("bool"),
        Lit::Char => Ty::Prim("char"),
    }
}
