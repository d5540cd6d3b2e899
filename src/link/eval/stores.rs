//! Stores: which one an expression names, and what reading and writing it means. Judges nothing.

use super::Eval;
use crate::catalog::{Catalog, Effect, Kind};
use crate::facts::{Expr, ExprKind, Name, Path, Span};
use crate::link::events::{Access, Origin, Src, Use, Value};
use crate::link::ids::AdtId;
use crate::link::types::Ty;

/// What a name after a dot means.
pub(super) enum Named {
    /// The field at this position of that struct, which is the value.
    Field(Value, AdtId, usize),
    /// No field that we know: this value.
    Other(Value),
}

impl<'a> Eval<'a, '_, '_> {
    /// Something behind a lock is looked at.
    pub(super) fn note_read(&mut self, value: &Value, span: Span, op: &str) {
        let is_flag = value.ty == Ty::Prim("bool")
            && value
                .from
                .iter()
                .any(|origin| matches!(origin.src, Src::Field(..)));
        if value.is_inside() || is_flag {
            self.touch(value, span, Effect::Read, op, Use::Used, &[]);
        }
    }

    /// Notes an access to every store the value may be in. What is done to a copy is not done to them.
    pub(super) fn touch(
        &mut self,
        value: &Value,
        span: Span,
        effect: Effect,
        op: &str,
        usage: Use,
        args: &[Ty],
    ) {
        let of_the_copy = effect != Effect::Read && (op.ends_with('=') || self.m.types.is_data(&value.ty));
        let touched = |origin: &&Origin| origin.is_store() && !(origin.copied && of_the_copy);
        for origin in value.from.iter().filter(touched) {
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
                held: None,
            });
        }
    }

    pub(super) fn assign(&mut self, span: Span, left: &'a Expr, right: &'a Expr, op: &str) -> Value {
        let calls = self.m.events.ext_calls.len();
        let registered = self.m.events.registrations.len();
        let value = self.expr(right, Use::Used);
        let router = self.router_of(right, registered);
        let place = self.assigned(left);
        self.touch(
            &place,
            span,
            Effect::Write,
            op,
            Use::Dropped,
            std::slice::from_ref(&value.ty),
        );
        self.note_put(&place, std::slice::from_ref(&value));
        for origin in &place.from {
            match origin.src {
                Src::Field(adt, field) if !origin.inside => self.fill_field(adt, field, &value),
                Src::Local(var) if !origin.inside => {
                    self.hold_router(var, router.clone());
                    self.note_given(var, &value.ty);
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

    /// `OUTBOX.set(sender)`, `*self.outbox.lock() = Some(sender)`: from then on the end of the channel is there.
    pub(super) fn note_put(&mut self, into: &Value, values: &[Value]) {
        let catalog = self.m.types.catalog;
        let ends = values
            .iter()
            .filter(|value| value.ty.peeled(catalog).kind(catalog).is_channel());
        let ends: Vec<Src> = ends
            .flat_map(|value| &value.from)
            .map(|origin| origin.src)
            .collect();
        for store in into.from.iter().filter(|origin| origin.is_store()) {
            self.m.events.put.extend(ends.iter().map(|end| (store.src, *end)));
        }
    }

    /// The store that an assignment changes: of a plain variable the variable itself, not what its value was taken from.
    pub(super) fn assigned(&mut self, left: &'a Expr) -> Value {
        if let Some(field) = self.assigned_field(left) {
            return field;
        }
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
    pub(super) fn place(&mut self, expr: &'a Expr) -> Value {
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

    pub(super) fn struct_literal(
        &mut self,
        path: &Path,
        fields: &'a [(Name, Expr)],
        base: Option<&'a Expr>,
    ) -> Value {
        let ty = self
            .m
            .types
            .lower(&crate::facts::TypeRef::Path(path.clone()), &self.scope);
        let Ty::Adt(adt, _) = &ty else {
            for (name, value) in fields {
                self.field_of_others(&ty, name, value);
            }
            base.iter().for_each(|base| drop(self.expr(base, Use::Used)));
            return Value::of(ty);
        };
        self.m.events.made.insert((*adt, self.body));
        for (name, value) in fields {
            let before = self.m.events.ext_calls.len();
            let shape = &self.m.types.index.adts[adt.index()].shape;
            let position = shape
                .fields()
                .iter()
                .position(|field| field.name.text == name.text);
            if let Some(position) = position {
                self.expect(value, &self.m.types.field(*adt, position, &[]));
            }
            let value = self.expr(value, Use::Used);
            let Some(position) = position else { continue };
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
    pub(super) fn fill_field(&mut self, adt: AdtId, field: u32, value: &Value) {
        if !matches!(value.ty, Ty::Unknown | Ty::Prim(_)) {
            let seen = self
                .m
                .next
                .fields
                .entry((adt, field))
                .or_insert_with(|| value.ty.clone());
            if *seen != value.ty {
                self.m.next.mixed.insert((adt, field));
            }
        }
        self.note_kept_by_field(adt, field, value);
        self.note_lent(adt, field, value);
        self.m.events.field_values.push((adt, field, value.clone()));
    }

    pub(super) fn field(&mut self, base: &Value, name: &Name) -> Value {
        match self.field_target(base, name) {
            Named::Field(base, adt, position) => self.field_of(&base, adt, position),
            Named::Other(other) => other,
        }
    }

    /// The struct that has a field of this name, as which value, and the field's position; or what is meant where there is none.
    pub(super) fn field_target(&self, base: &Value, name: &Name) -> Named {
        // `data.0` of an extractor is what it hands in, unless that is a tuple struct itself.
        if let Ty::Ext(ext, args) = &base.ty
            && name.text == "0"
            && self.m.types.catalog.is_extractor(&ext.krate, &ext.name)
            && !args.first().is_some_and(|inner| self.has_field(inner, "0"))
        {
            return Named::Other(base.with_ty(args.first().cloned().unwrap_or_default()));
        }
        let mut base = base.clone();
        for _ in 0..8 {
            let peeled = base.ty.peeled(self.m.types.catalog).clone();
            match &peeled {
                Ty::Adt(adt, _) => {
                    let shape = &self.m.types.index.adts[adt.index()].shape;
                    if let Some(position) = shape
                        .fields()
                        .iter()
                        .position(|field| field.name.text == name.text)
                    {
                        return Named::Field(base, *adt, position);
                    }
                    let Some(target) = self.m.methods.deref_target(*adt) else {
                        break;
                    };
                    base = self.through_deref(&base, *adt, target);
                }
                Ty::Tuple(parts) => {
                    let Ok(position) = name.text.parse::<usize>() else {
                        // What a shared map hands out while one goes through it stands for its value.
                        base = base.with_ty(parts.get(1).cloned().unwrap_or_default());
                        continue;
                    };
                    return Named::Other(base.with_ty(parts.get(position).cloned().unwrap_or_default()));
                }
                _ => break,
            }
        }
        // The type is not known, but what lies behind a lock stays behind it.
        let from = base.from.iter().copied().filter(|origin| origin.inside).collect();
        Named::Other(Value {
            ty: Ty::Unknown,
            from,
            ..Value::default()
        })
    }

    pub(super) fn has_field(&self, ty: &Ty, name: &str) -> bool {
        match ty.peeled(self.m.types.catalog) {
            Ty::Adt(adt, _) => {
                let fields = self.m.types.index.adts[adt.index()].shape.fields();
                fields.iter().any(|field| field.name.text == name)
            }
            _ => false,
        }
    }

    pub(super) fn indexed(&self, base: &Value) -> Value {
        let element = match self.element(&base.ty) {
            Ty::Tuple(parts) if parts.len() == 2 && is_map(&base.ty, self.m.types.catalog) => {
                parts[1].clone()
            }
            other => other,
        };
        base.with_ty(element)
    }

    pub(super) fn dereferenced(&self, inner: &Value) -> Value {
        match &inner.ty {
            // Of an `Option` it is the guard or the reference around it that is followed.
            Ty::Ext(_, args) if self.derefs(&inner.ty) => {
                inner.with_ty(args.first().cloned().unwrap_or_default())
            }
            Ty::Adt(adt, _) => match self.m.methods.deref_target(*adt) {
                Some(target) => self.through_deref(inner, *adt, target),
                None => inner.clone(),
            },
            _ => inner.clone(),
        }
    }

    fn derefs(&self, ty: &Ty) -> bool {
        let kind = ty.kind(self.m.types.catalog);
        kind.is_transparent() && kind != Kind::Option
    }

    /// What a type derefs to, known as the one field of that type where there is one.
    pub(super) fn through_deref(&self, value: &Value, adt: AdtId, target: &Ty) -> Value {
        let fields = self.m.types.index.adts[adt.index()].shape.fields().len();
        let fits = |position: &usize| {
            let ty = self.m.types.field(adt, *position, &[]);
            ty == *target || self.m.types.is_lent(adt, *position) && ty.peeled(self.m.types.catalog) == target
        };
        let mut fitting = (0..fields).filter(fits);
        match (fitting.next(), fitting.next()) {
            (Some(position), None) => self.field_of(value, adt, position),
            _ => value.with_ty(target.clone()),
        }
    }
}

fn is_map(ty: &Ty, catalog: &Catalog) -> bool {
    matches!(
        ty.peeled(catalog).kind(catalog),
        Kind::Map | Kind::SharedMap | Kind::Cache | Kind::SharedCache
    )
}
