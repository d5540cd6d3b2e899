//! Expressions other than calls: places, branches, loops, closures.

use std::collections::BTreeMap;

use super::Eval;
use super::said::{fork_of_arm, forks_of_if};
use crate::catalog::{Catalog, Effect, Kind};
use crate::facts::{Block, Closure, Expr, ExprKind, Lit, Name, Pat, Path, Span};
use crate::link::events::{Access, BodyKind, Origin, Src, Use, Value};
use crate::link::ids::BodyId;
use crate::link::index::Def;
use crate::link::names::Want;
use crate::link::types::{Ty, Types};
use crate::link::walk;

impl<'a> Eval<'a, '_, '_> {
    pub(super) fn expr_kind(&mut self, expr: &'a Expr, usage: Use) -> Value {
        match &expr.kind {
            ExprKind::Path(path) => {
                self.note_use(path, usage);
                self.path(path, expr.span)
            }
            ExprKind::Lit(lit) => Value::of(literal(lit)),
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
                let value = self.expr(inner, usage);
                self.awaited(&expr.kind, value)
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
                    let value = self.expr(value, Use::Used);
                    self.returned.merge(&value);
                }
                Value::of(Ty::Prim("!"))
            }
            ExprKind::Break(value) => {
                value.iter().for_each(|value| drop(self.expr(value, Use::Used)));
                Value::of(Ty::Prim("!"))
            }
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

    fn note_use(&mut self, path: &Path, usage: Use) {
        if let [only] = path.segments.as_slice()
            && let Some(var) = self.variable(&only.name)
        {
            let known = self.uses.entry(var).or_insert(usage);
            *known = usage.max(*known);
        }
    }

    fn path(&mut self, path: &Path, span: Span) -> Value {
        if let [only] = path.segments.as_slice()
            && path.qself.is_none()
            && let Some(var) = self.variable(&only.name)
        {
            return self.variable_value(var);
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
                if definition.constant {
                    return Value::of(ty);
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
            Def::Adt(adt) if whole => Value::of(Ty::Adt(adt, [].into())),
            Def::Ext(names) if whole => {
                self.note_fn_of_others(&names, span);
                Value::of(Ty::From(self.m.types.ext(&names)))
            }
            _ => self.associated_path(path),
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

    pub(super) fn field(&mut self, base: &Value, name: &Name) -> Value {
        // `data.0` of an extractor is what it hands in, unless that is a tuple struct itself.
        if let Ty::Ext(ext, args) = &base.ty
            && name.text == "0"
            && self.m.types.catalog.is_extractor(&ext.krate, &ext.name)
            && !args.first().is_some_and(|inner| self.has_field(inner, "0"))
        {
            return base.with_ty(args.first().cloned().unwrap_or_default());
        }
        let mut at = base.ty.clone();
        for _ in 0..8 {
            let peeled = at.peeled(self.m.types.catalog).clone();
            match &peeled {
                Ty::Adt(adt, _) => {
                    let shape = &self.m.types.index.adts[adt.index()].shape;
                    if let Some(position) = shape
                        .fields()
                        .iter()
                        .position(|field| field.name.text == name.text)
                    {
                        return self.field_of(&base.with_ty(at), *adt, position);
                    }
                    let Some(target) = self.m.methods.deref_target(*adt) else {
                        break;
                    };
                    at = target.clone();
                }
                Ty::Tuple(parts) => {
                    let part = name
                        .text
                        .parse::<usize>()
                        .ok()
                        .and_then(|position| parts.get(position));
                    return base.with_ty(part.cloned().unwrap_or_default());
                }
                _ => break,
            }
        }
        // The type is not known, but what lies behind a lock stays behind it.
        let from = base.from.iter().copied().filter(|origin| origin.inside).collect();
        Value {
            ty: Ty::Unknown,
            from,
            ..Value::default()
        }
    }

    fn has_field(&self, ty: &Ty, name: &str) -> bool {
        match ty.peeled(self.m.types.catalog) {
            Ty::Adt(adt, _) => {
                let fields = self.m.types.index.adts[adt.index()].shape.fields();
                fields.iter().any(|field| field.name.text == name)
            }
            _ => false,
        }
    }

    fn indexed(&self, base: &Value) -> Value {
        let element = match self.element(&base.ty) {
            Ty::Tuple(parts) if parts.len() == 2 && is_map(&base.ty, self.m.types.catalog) => {
                parts[1].clone()
            }
            other => other,
        };
        base.with_ty(element)
    }

    fn dereferenced(&self, inner: &Value) -> Value {
        match &inner.ty {
            Ty::Ext(_, args) if inner.ty.kind(self.m.types.catalog).is_transparent() => {
                inner.with_ty(args.first().cloned().unwrap_or_default())
            }
            Ty::Adt(adt, _) => match self.m.methods.deref_target(*adt) {
                Some(target) => self.through_deref(inner, *adt, target),
                None => inner.clone(),
            },
            _ => inner.clone(),
        }
    }

    /// What a type derefs to, known as the one field of that type where there is one.
    pub(super) fn through_deref(&self, value: &Value, adt: crate::link::ids::AdtId, target: &Ty) -> Value {
        let fields = self.m.types.index.adts[adt.index()].shape.fields().len();
        let mut fitting = (0..fields).filter(|position| self.m.types.field(adt, *position, &[]) == *target);
        match (fitting.next(), fitting.next()) {
            (Some(position), None) => self.field_of(value, adt, position),
            _ => value.with_ty(target.clone()),
        }
    }

    fn awaited(&self, kind: &ExprKind, value: Value) -> Value {
        let ExprKind::Try(_) = kind else { return value };
        match &value.ty {
            Ty::Ext(_, args) if value.ty.kind(self.m.types.catalog) == Kind::Option => {
                value.with_ty(args.first().cloned().unwrap_or_default())
            }
            _ => value,
        }
    }

    /// Something behind a lock is looked at.
    fn note_read(&mut self, value: &Value, span: Span, op: &str) {
        if value.is_inside() {
            self.touch(value, span, Effect::Read, op, Use::Used, &[]);
        }
    }

    /// Notes an access to every store the value may be in.
    pub(super) fn touch(
        &mut self,
        value: &Value,
        span: Span,
        effect: Effect,
        op: &str,
        usage: Use,
        args: &[Ty],
    ) {
        for origin in value.from.iter().filter(|origin| origin.is_store()) {
            if let Src::Local(var) = origin.src
                && self.m.tables.vars[var.index()].body != self.body
            {
                self.m.events.captures.insert((var, self.body));
            }
            self.m.events.accesses.push(Access {
                body: self.body,
                span,
                origin: *origin,
                effect,
                op: op.to_owned(),
                usage,
                loops: self.loops,
                ty: value.ty.clone(),
                args: args.to_vec(),
            });
        }
    }

    fn assign(&mut self, span: Span, left: &'a Expr, right: &'a Expr, op: &str) -> Value {
        let calls = self.m.events.ext_calls.len();
        let value = self.expr(right, Use::Used);
        let place = self.assigned(left);
        self.touch(
            &place,
            span,
            Effect::Write,
            op,
            Use::Dropped,
            std::slice::from_ref(&value.ty),
        );
        for origin in &place.from {
            match origin.src {
                Src::Field(adt, field) if !origin.inside => self.fill_field(adt, field, &value),
                Src::Local(var) if !origin.inside => {
                    if let Some(known) = self.values.get_mut(&var) {
                        known.merge(&value);
                    }
                }
                _ => {}
            }
            for call in &mut self.m.events.ext_calls[calls..] {
                call.into.get_or_insert(origin.src);
            }
        }
        Value::of(Ty::Prim("()"))
    }

    /// The store that an assignment changes: of a plain variable the variable itself, not what its value was taken from.
    fn assigned(&mut self, left: &'a Expr) -> Value {
        let mut place = self.place(left);
        if let ExprKind::Path(path) = &left.kind
            && let [only] = path.segments.as_slice()
            && let Some(var) = self.variable(&only.name)
        {
            place.from.retain(|origin| origin.src == Src::Local(var));
        }
        place
    }

    /// The store that an expression on the left of `=` names. Nothing is read.
    fn place(&mut self, expr: &'a Expr) -> Value {
        match &expr.kind {
            ExprKind::Deref(inner) => {
                let inner = self.expr(inner, Use::Used);
                self.dereferenced(&inner)
            }
            ExprKind::Field { base, name } => {
                let base = self.place(base);
                self.field(&base, name)
            }
            ExprKind::Index { base, index } => {
                let base = self.place(base);
                self.expr(index, Use::Used);
                self.indexed(&base)
            }
            _ => self.expr(expr, Use::Used),
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
        let [first, second] = forks_of_if(cond, then, otherwise);
        let mut value = self.in_branch(first, |eval| eval.block(then, usage));
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
            let fork = fork_of_arm(asked, arms, position);
            let arm = self.in_branch(fork, |eval| eval.expr(&arm.body, usage));
            if matches!(result.ty, Ty::Prim("!" | "()")) {
                result.ty = Ty::Unknown;
            }
            result.merge(&arm);
            self.env.pop();
        }
        result
    }

    fn while_loop(&mut self, span: Span, cond: &'a Expr, body: &'a Block) -> Value {
        let wait = self.wait_of(&[cond], body);
        self.looped(span, wait, |eval| {
            eval.env.push(BTreeMap::new());
            eval.expr(cond, Use::Compared);
            eval.block(body, Use::Dropped);
            eval.env.pop();
        })
    }

    fn plain_loop(&mut self, span: Span, body: &'a Block) -> Value {
        let wait = self.wait_of(&[], body);
        self.looped(span, wait, |eval| {
            eval.block(body, Use::Dropped);
        })
    }

    fn for_loop(&mut self, span: Span, pat: &'a Pat, iter: &'a Expr, body: &'a Block) -> Value {
        let value = self.expr(iter, Use::Used);
        let element = value.with_ty(self.element(&value.ty));
        // A `for` loop waits at its iterator.
        let wait = self
            .wait_of(&[iter], body)
            .or_else(|| self.wait_of_type(&value.ty, "next", 0));
        self.looped(span, wait, |eval| {
            eval.env.push(BTreeMap::new());
            eval.bind(pat, &element, false);
            eval.block(body, Use::Dropped);
            eval.env.pop();
        })
    }

    fn looped(&mut self, span: Span, by_name: Option<usize>, inside: impl FnOnce(&mut Self)) -> Value {
        let by_type = self.m.flows.waits.get(&(self.file, span)).copied();
        if let Some(wait) = by_type.or(by_name) {
            self.in_body(span, BodyKind::Loop(wait), |eval| {
                eval.loops += 1;
                eval.round = Some(span);
                inside(eval);
                Value::default()
            });
        } else {
            self.loops += 1;
            let round = self.round.replace(span);
            inside(self);
            self.round = round;
            self.loops -= 1;
        }
        Value::of(Ty::Prim("()"))
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

    fn struct_literal(&mut self, path: &Path, fields: &'a [(Name, Expr)], base: Option<&'a Expr>) -> Value {
        let ty = self
            .m
            .types
            .lower(&crate::facts::TypeRef::Path(path.clone()), &self.scope);
        let Ty::Adt(adt, _) = &ty else {
            fields
                .iter()
                .for_each(|(_, value)| drop(self.expr(value, Use::Used)));
            base.iter().for_each(|base| drop(self.expr(base, Use::Used)));
            return Value::of(ty);
        };
        self.m.events.made.insert((*adt, self.body));
        for (name, value) in fields {
            let before = self.m.events.ext_calls.len();
            let value = self.expr(value, Use::Used);
            let shape = &self.m.types.index.adts[adt.index()].shape;
            let Some(position) = shape
                .fields()
                .iter()
                .position(|field| field.name.text == name.text)
            else {
                continue;
            };
            let field = u32::try_from(position).unwrap_or(u32::MAX);
            self.fill_field(*adt, field, &value);
            for call in &mut self.m.events.ext_calls[before..] {
                call.into.get_or_insert(Src::Field(*adt, field));
            }
        }
        if let Some(base) = base {
            self.expr(base, Use::Used);
        }
        Value::made(ty, self.body)
    }

    /// A field gets a value.
    pub(super) fn fill_field(&mut self, adt: crate::link::ids::AdtId, field: u32, value: &Value) {
        if !matches!(value.ty, Ty::Unknown | Ty::Prim(_)) {
            self.m
                .next
                .fields
                .entry((adt, field))
                .or_insert_with(|| value.ty.clone());
        }
        self.m.events.field_values.push((adt, field, value.clone()));
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
        match resolved {
            Some(Def::Ext(names)) if matches!(only.ty, Ty::Unknown | Ty::Prim(_)) => {
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

fn is_map(ty: &Ty, catalog: &Catalog) -> bool {
    matches!(
        ty.peeled(catalog).kind(catalog),
        Kind::Map | Kind::SharedMap | Kind::Cache | Kind::SharedCache
    )
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

impl Eval<'_, '_, '_> {
    /// What a loop waits for itself, not in code it spawns, told by names: the first of the catalogue.
    fn wait_of(&self, conditions: &[&Expr], body: &Block) -> Option<usize> {
        let mut found = None;
        for condition in conditions {
            waits_for(self.m.types.catalog, condition, &mut found);
        }
        walk::in_block(body, &mut |expr| {
            waits_for(self.m.types.catalog, expr, &mut found);
        });
        found
    }

    /// A loop that calls this on a receiver of a known type waits for it.
    pub(super) fn note_wait(&mut self, ty: &Ty, name: &str, args: usize) {
        if let Some(round) = self.round
            && let Some(wait) = self.wait_of_type(ty, name, args)
        {
            self.m.next.waits.insert((self.file, round), wait);
        }
    }

    fn wait_of_type(&self, ty: &Ty, name: &str, args: usize) -> Option<usize> {
        let catalog = self.m.types.catalog;
        let peeled = ty.peeled(catalog);
        catalog.wait_by_type(peeled.krate()?, peeled.kind(catalog), name, args)
    }
}

fn waits_for(catalog: &Catalog, expr: &Expr, found: &mut Option<usize>) {
    let wait = match &expr.kind {
        ExprKind::Closure(_) | ExprKind::Async { .. } => return,
        ExprKind::Method { name, args, .. } => catalog.wait_by_name(&name.text, args.len()),
        ExprKind::Call { callee, args } => match &callee.kind {
            ExprKind::Path(path) => path
                .segments
                .last()
                .and_then(|last| catalog.wait_by_name(&last.name, args.len())),
            _ => None,
        },
        _ => None,
    };
    if let Some(wait) = wait
        && found.is_none_or(|known| wait < known)
    {
        *found = Some(wait);
    }
    walk::children(expr, &mut |part| waits_for(catalog, part, found));
}
