//! Patterns: which variable gets which part of a value.

use super::Eval;
use crate::catalog::Kind;
use crate::facts::{Name, Pat, Path};
use crate::link::events::{Origin, Src, Value};
use crate::link::ids::AdtId;
use crate::link::index::{Def, Shape};
use crate::link::names::Want;
use crate::link::types::{Bound, Ty};

impl Eval<'_, '_, '_> {
    /// Brings the variables of a pattern into sight.
    pub(super) fn bind(&mut self, pat: &Pat, value: &Value, param: bool) {
        match pat {
            Pat::Bind { name, sub, .. } => {
                if self.is_constant(name) {
                    return;
                }
                self.declare(&name.text, name.span, value.clone(), param);
                if let Some(sub) = sub {
                    self.bind(sub, value, param);
                }
            }
            Pat::Tuple(parts) => self.bind_tuple(parts, value, param),
            Pat::TupleStruct { path, fields } => self.bind_tuple_struct(path, fields, value, param),
            Pat::Struct { path, fields } => self.bind_struct(path, fields, value, param),
            Pat::Ref(inner) => self.bind(inner, value, param),
            Pat::Typed(inner, ty) => {
                let ty = self.m.types.lower(ty, &self.scope);
                let value = if ty == Ty::Unknown {
                    value.clone()
                } else {
                    value.with_ty(ty)
                };
                self.bind(inner, &value, param);
            }
            Pat::Or(all) => all.iter().for_each(|one| self.bind(one, value, param)),
            Pat::Slice(parts) => {
                let element = value.with_ty(self.element(&value.ty));
                parts.iter().for_each(|part| self.bind(part, &element, param));
            }
            Pat::Path(_) | Pat::Lit(_) | Pat::Rest | Pat::Wild => {}
        }
    }

    /// `None`, `MAX`: a name with a capital may be a variant or a const.
    fn is_constant(&self, name: &Name) -> bool {
        name.text.starts_with(char::is_uppercase)
            && self
                .m
                .types
                .names
                .resolve_text(self.scope.module, &[&name.text], Want::Value)
                .is_some()
            || name.text == "None"
    }

    fn bind_tuple(&mut self, parts: &[Pat], value: &Value, param: bool) {
        let types = match &value.ty {
            Ty::Tuple(types) => types.to_vec(),
            _ => Vec::new(),
        };
        // `let (layer, io) = SocketIo::new_layer()`, whatever the constructor is called on: each part is the crate's.
        let catalog = self.m.types.catalog;
        let part_of = match &value.ty {
            Ty::From(ext) | Ty::Ext(ext, _) if catalog.enters(&ext.krate) => Ty::From(ext.clone()),
            _ => Ty::Unknown,
        };
        for (position, part) in parts.iter().enumerate() {
            let ty = types.get(position).unwrap_or(&part_of).clone();
            self.bind(part, &value.with_ty(ty), param);
        }
    }

    fn bind_tuple_struct(&mut self, path: &Path, fields: &[Pat], value: &Value, param: bool) {
        if let Some((adt, offset)) = self.pattern_target(path) {
            for (position, field) in fields.iter().enumerate() {
                let part = self.field_of(value, adt, offset + position);
                self.bind(field, &part, param);
            }
        } else {
            // `Some(x)`, `State(x)`, `Json(x)`: the value itself, one wrapper less.
            let inner = self.unwrapped(path, value);
            fields.iter().for_each(|field| self.bind(field, &inner, param));
        }
    }

    fn unwrapped(&self, path: &Path, value: &Value) -> Value {
        let last = path
            .segments
            .last()
            .map(|last| last.name.as_str())
            .unwrap_or_default();
        match &value.ty {
            Ty::Ext(ext, args) if &*ext.name == last || matches!(last, "Some" | "Ok" | "Ready") => {
                if &*ext.name == last || value.ty.kind(self.m.types.catalog) == Kind::Option {
                    value.with_ty(args.first().cloned().unwrap_or_default())
                } else {
                    value.clone()
                }
            }
            _ if last == "Err" => Value::default(),
            _ => value.clone(),
        }
    }

    fn bind_struct(&mut self, path: &Path, fields: &[(Name, Pat)], value: &Value, param: bool) {
        let target = self.pattern_target(path);
        for (name, pat) in fields {
            let part = target
                .and_then(|(adt, offset)| {
                    let shape = &self.m.types.index.adts[adt.index()].shape;
                    let position = shape
                        .fields()
                        .iter()
                        .skip(offset)
                        .position(|field| field.name.text == name.text)?
                        + offset;
                    Some(self.field_of(value, adt, position))
                })
                .unwrap_or_else(|| value.with_ty(Ty::Unknown));
            self.bind(pat, &part, param);
        }
    }

    /// The struct or variant a pattern names, and the index of its first field.
    fn pattern_target(&self, path: &Path) -> Option<(AdtId, usize)> {
        if path.segments.first().is_some_and(|first| first.name == "Self")
            && let Some(Ty::Adt(adt, _)) = &self.scope.self_ty
        {
            let offset = match path.segments.get(1) {
                Some(variant) => self.variant_offset(*adt, &variant.name)?,
                None => 0,
            };
            return Some((*adt, offset));
        }
        let resolved = self.m.types.names.resolve(self.scope.module, path, Want::Value)?;
        if resolved.used != path.segments.len() {
            return None;
        }
        match resolved.def {
            Def::Adt(adt) => Some((adt, 0)),
            Def::Variant(adt, variant) => {
                Some((adt, self.m.types.index.adts[adt.index()].shape.offset(variant)))
            }
            Def::Alias(_) => match self
                .m
                .types
                .lower(&crate::facts::TypeRef::Path(path.clone()), &self.scope)
            {
                Ty::Adt(adt, _) => Some((adt, 0)),
                _ => None,
            },
            _ => None,
        }
    }

    fn variant_offset(&self, adt: AdtId, name: &str) -> Option<usize> {
        let shape = &self.m.types.index.adts[adt.index()].shape;
        let Shape::Enum(item) = shape else { return None };
        let position = item
            .variants
            .iter()
            .position(|variant| variant.name.text == name)?;
        Some(shape.offset(position))
    }

    /// A field of a value whose type is known to be this struct; of one that holds a reference, what it refers to.
    pub(super) fn field_of(&self, base: &Value, adt: AdtId, position: usize) -> Value {
        let owns = self.m.types.owns(adt, position);
        let mut value = self.own_field_of(base, adt, position, owns);
        let field = u32::try_from(position).unwrap_or(u32::MAX);
        let lent = self.lent(base, adt, field);
        if !lent.is_empty() {
            value
                .from
                .retain(|origin| origin.src != Src::Field(adt, field) || origin.inside);
            value.from.extend(lent);
            value.from.sort_unstable();
            value.from.dedup();
        }
        value
    }

    /// A field of a value, as the place that it is itself. `owns`: what is meant is part of that very value.
    pub(super) fn own_field_of(&self, base: &Value, adt: AdtId, position: usize, owns: bool) -> Value {
        let args = match base.ty.peeled(self.m.types.catalog) {
            Ty::Adt(found, args) if *found == adt => args.to_vec(),
            _ => Vec::new(),
        };
        let field = u32::try_from(position).unwrap_or(u32::MAX);
        let mut ty = self.m.types.field(adt, position, &args);
        if matches!(
            ty.peeled(self.m.types.catalog),
            Ty::Unknown | Ty::Bounds(_) | Ty::Param(_)
        ) && let Some(seen) = self.m.flows.fields.get(&(adt, field))
            && !(self.m.flows.mixed.contains(&(adt, field)) && is_ours(ty.peeled(self.m.types.catalog)))
        {
            ty = seen.clone();
        }
        let is_kind_of_lock = self.m.types.generic_lock(adt) == Some(position);
        let own = |origin: &Origin| {
            if is_kind_of_lock && self.is_holder(*origin) {
                return *origin;
            }
            Origin {
                holder: origin.holder().filter(|_| owns),
                through: origin.through,
                ..Origin::of(Src::Field(adt, field))
            }
        };
        // What lies behind a lock and has a lock of its own is a store of its own: the outer one stays as it is.
        let kind = ty.peeled(self.m.types.catalog).kind(self.m.types.catalog);
        let has_lock = kind.is_cell() || kind == Kind::Broadcast && self.m.types.has_locks(adt);
        let of_field = |through| Origin {
            through,
            ..Origin::of(Src::Field(adt, field))
        };
        let mut from: Vec<Origin> = base
            .from
            .iter()
            .map(|origin| match origin.inside {
                true if origin.copied && self.m.types.is_plain(&ty) => Origin::of(Src::Made(self.body)),
                true if has_lock && !is_kind_of_lock => of_field(origin.through),
                true => *origin,
                false => own(origin),
            })
            .collect();
        if from.is_empty() {
            from.push(of_field(None));
        }
        from.sort_unstable();
        from.dedup();
        Value {
            ty,
            from,
            ..Value::default()
        }
    }

    /// A store with a name of its own.
    pub(super) fn is_holder(&self, origin: Origin) -> bool {
        match origin.src {
            Src::Static(_) | Src::Field(..) | Src::Key(_) => true,
            Src::Local(var) => self.m.tables.vars[var.index()].param.is_none(),
            Src::Made(_) | Src::Elsewhere => false,
        }
    }

    /// What a shared map hands out while one goes through it: `entry.value()`, and `entry.close()` where that is the value's.
    pub(super) fn part_of_pair(&self, pair: &Value, name: &str) -> Option<Value> {
        let Ty::Tuple(parts) = &pair.ty else { return None };
        let [key, stored] = &parts[..] else { return None };
        let part = match name {
            "key" => key,
            _ if is_part_of_pair(name) || !self.m.methods.find(stored, name).is_empty() => stored,
            _ => return None,
        };
        Some(pair.with_ty(part.clone()))
    }

    /// What a collection holds.
    pub(super) fn element(&self, ty: &Ty) -> Ty {
        let peeled = ty.peeled(self.m.types.catalog);
        match peeled.kind(self.m.types.catalog) {
            Kind::Map | Kind::SharedMap | Kind::Cache | Kind::SharedCache if peeled.args().len() >= 2 => {
                Ty::Tuple(peeled.args()[..2].into())
            }
            kind if kind.is_collection() || kind == Kind::Receiver => {
                peeled.args().first().cloned().unwrap_or_default()
            }
            _ if matches!(peeled, Ty::Slice(_)) => peeled.args().first().cloned().unwrap_or_default(),
            _ => ty.clone(),
        }
    }
}

/// A method of a shared map's pair itself.
pub(super) fn is_part_of_pair(name: &str) -> bool {
    matches!(name, "key" | "value" | "value_mut")
}

/// Bounded by a trait of the workspace: all its implementors are known, so no single one has to stand for them.
pub(super) fn is_ours(ty: &Ty) -> bool {
    matches!(ty, Ty::Bounds(bounds) if bounds.iter().any(|bound| matches!(bound, Bound::Local(..))))
}
