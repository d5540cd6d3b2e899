//! What a cell stores, in the terms of the catalogue and in words. Follows types only.

use std::collections::BTreeSet;

use super::cells::Cells;
use super::events::Src;
use super::program::{Kind2, Stored};
use super::types::{Bound, Ty};
use crate::catalog::Kind;

const ATOMICS: &[(&str, &str)] = &[
    ("AtomicU64", "u64"),
    ("AtomicU32", "u32"),
    ("AtomicU16", "u16"),
    ("AtomicUsize", "usize"),
    ("AtomicI64", "i64"),
    ("AtomicI32", "i32"),
];

impl Cells<'_, '_> {
    /// What a type stores, for rules.
    pub(super) fn stored(&self, ty: &Ty) -> Stored {
        let catalog = self.types.catalog;
        let mut stored = Stored {
            text: self.text(ty, 0),
            ..Stored::default()
        };
        let mut at = ty.peeled(catalog).clone();
        for _ in 0..6 {
            if let Ty::Adt(adt, args) = &at
                && let Some(lock) = self.types.generic_lock(*adt)
            {
                at = self.types.field(*adt, lock, args).peeled(catalog).clone();
            }
            let kind = at.kind(catalog);
            stored.once |= kind == Kind::Once;
            if !matches!(kind, Kind::Lock | Kind::Once) {
                break;
            }
            let inner = at.args().first().cloned().unwrap_or_default();
            stored.optional |= inner.kind(catalog) == Kind::Option;
            at = inner.peeled(catalog).clone();
        }
        // A newtype is what it derefs to.
        if let Ty::Adt(adt, _) = &at
            && let Some(target) = self.methods.deref_target(*adt)
        {
            at = target.peeled(catalog).clone();
        }
        // A row of counts is counts.
        if at.kind(catalog) == Kind::List
            && at
                .args()
                .first()
                .is_some_and(|item| item.kind(catalog) == Kind::Atomic)
        {
            at = at.args()[0].clone();
        }
        let kind = at.kind(catalog);
        stored.head = match (&at, kind) {
            (Ty::Prim("bool"), _) => Kind2::Flag,
            (Ty::Prim("str" | "()" | "!"), _) => Kind2::Other,
            (Ty::Prim(_), _) => Kind2::Number,
            (Ty::Ext(ext, _), Kind::Atomic) if &*ext.name == "AtomicBool" => Kind2::Flag,
            (_, Kind::Unknown) => Kind2::Other,
            (_, kind) => Kind2::Known(kind),
        };
        if let Ty::Prim(prim) = at {
            stored.prim = Some(prim);
        }
        stored.is_struct = matches!(at, Ty::Adt(..));
        self.kinds(ty, &mut stored.holds, 0);
        let args = at.args();
        let is_map = matches!(
            kind,
            Kind::Map | Kind::SharedMap | Kind::Cache | Kind::SharedCache
        );
        if kind.is_collection() {
            let values = if is_map && args.len() > 1 {
                &args[1..]
            } else {
                args
            };
            let lasting = |ty: &Ty| !is_reply(ty);
            values
                .iter()
                .for_each(|value| self.kinds_where(&lasting, value, &mut stored.elements, 0));
            values
                .iter()
                .for_each(|value| self.words(value, &mut stored.element_words, 0));
        }
        let content = if kind.is_collection() {
            at.args()
        } else {
            std::slice::from_ref(&at)
        };
        if content
            .iter()
            .skip(usize::from(is_map))
            .any(|item| self.is_benign(item, 0))
        {
            stored.itself.insert(Kind::Benign);
        }
        if is_map && let Some(key) = args.first() {
            self.words(key, &mut stored.key_words, 0);
        }
        self.words(ty, &mut stored.words, 0);
        stored
    }

    pub(super) fn kinds(&self, ty: &Ty, out: &mut BTreeSet<Kind>, depth: usize) {
        self.kinds_where(&|_| true, ty, out, depth);
    }

    /// The same, but for types that do not count and what only these hold.
    fn kinds_where(&self, counts: &dyn Fn(&Ty) -> bool, ty: &Ty, out: &mut BTreeSet<Kind>, depth: usize) {
        if depth > 6 || !counts(ty) {
            return;
        }
        let kind = ty.kind(self.types.catalog);
        if kind != Kind::Unknown {
            out.insert(kind);
        }
        if let Ty::Adt(adt, args) = ty {
            for field in 0..self.types.index.adts[adt.index()].shape.fields().len() {
                self.kinds_where(counts, &self.types.field(*adt, field, args), out, depth + 2);
            }
        }
        ty.args()
            .iter()
            .for_each(|arg| self.kinds_where(counts, arg, out, depth + 1));
    }

    /// A number of a struct that has a pipe or a socket of its own, or a map of those who wait for an answer by such a number.
    pub(super) fn is_beside_a_line(&self, src: Src, ty: &Ty) -> bool {
        let Src::Field(adt, own) = src else { return false };
        let Some(number) = self.number(ty) else {
            return false;
        };
        let count = self.types.index.adts[adt.index()].shape.fields().len();
        let beside = (0..count).filter(|field| *field != own as usize);
        let mut beside = beside.map(|field| self.types.field(adt, field, &[]));
        beside.any(|field| {
            self.contents(&field, |part| {
                self.is_line(part) || self.keeps_replies(part, number)
            })
        })
    }

    fn is_line(&self, ty: &Ty) -> bool {
        matches!(ty, Ty::Ext(ext, _) if self.types.catalog.habits.lines.contains(&*ext.name))
    }

    /// `HashMap<u64, oneshot::Sender<Answer>>`.
    fn keeps_replies(&self, ty: &Ty, number: &str) -> bool {
        let is_map = matches!(ty.kind(self.types.catalog), Kind::Map | Kind::SharedMap);
        let Some((key, values)) = ty.args().split_first() else {
            return false;
        };
        is_map
            && self.number(key) == Some(number)
            && values.iter().any(|value| self.contents(value, is_reply))
    }

    /// `u64`, of a number of this type and of an atomic one.
    fn number(&self, ty: &Ty) -> Option<&'static str> {
        match ty.peeled(self.types.catalog) {
            Ty::Prim(prim) => Some(prim),
            Ty::Ext(ext, _) => ATOMICS
                .iter()
                .find(|(atomic, _)| *atomic == &*ext.name)
                .map(|(_, prim)| *prim),
            _ => None,
        }
    }

    /// The type, or what it wraps or locks, is such a thing. Looks into no struct, and into no collection: with a list of
    /// sockets, a number tells these apart.
    fn contents(&self, ty: &Ty, is: impl Fn(&Ty) -> bool + Copy) -> bool {
        let several = ty.kind(self.types.catalog).is_collection();
        is(ty) || !several && ty.args().iter().any(|arg| self.contents(arg, is))
    }

    /// A handle, or something with a handle in it that keeps nothing else: a compiled pattern beside its source.
    fn is_benign(&self, ty: &Ty, depth: usize) -> bool {
        let peeled = ty.peeled(self.types.catalog);
        let kind = peeled.kind(self.types.catalog);
        match peeled {
            _ if depth > 4 => false,
            _ if kind == Kind::Benign => true,
            Ty::Tuple(parts) => parts.iter().any(|part| self.is_benign(part, depth + 1)),
            Ty::Ext(_, args) if matches!(kind, Kind::Lock | Kind::Once) => {
                args.first().is_some_and(|inner| self.is_benign(inner, depth + 1))
            }
            Ty::Adt(adt, args) => {
                let count = self.types.index.adts[adt.index()].shape.fields().len();
                let fields: Vec<Ty> = (0..count)
                    .map(|field| self.types.field(*adt, field, args))
                    .collect();
                let keeps = |field: &Ty| {
                    let kind = field.peeled(self.types.catalog).kind(self.types.catalog);
                    kind.is_collection() || kind.is_cell()
                };
                fields.iter().any(|field| self.is_benign(field, depth + 1)) && !fields.iter().any(keeps)
            }
            _ => false,
        }
    }

    pub(super) fn words(&self, ty: &Ty, out: &mut BTreeSet<String>, depth: usize) {
        if depth > 4 {
            return;
        }
        if let Ty::Adt(adt, _) = ty {
            let definition = &self.types.index.adts[adt.index()];
            out.extend(super::program::words_of(definition.name));
            if depth < 3 {
                for field in definition.shape.fields() {
                    out.extend(super::program::words_of(&field.name.text));
                }
            }
        }
        ty.args().iter().for_each(|arg| self.words(arg, out, depth + 1));
    }

    /// `RefCell` and `Cell`, and no lock that threads could share.
    pub(super) fn has_only_cells(&self, ty: &Ty, depth: usize) -> bool {
        let shares = match ty {
            Ty::Ext(ext, _) if ty.kind(self.types.catalog).is_cell() => {
                !matches!(&*ext.name, "RefCell" | "Cell" | "UnsafeCell")
            }
            _ => false,
        };
        !shares && (depth > 3 || ty.args().iter().all(|arg| self.has_only_cells(arg, depth + 1)))
    }

    /// The type in a short readable form.
    pub(super) fn text(&self, ty: &Ty, depth: usize) -> String {
        if depth > 6 {
            return "_".to_owned();
        }
        let all = |args: &[Ty]| {
            args.iter()
                .map(|arg| self.text(arg, depth + 1))
                .collect::<Vec<_>>()
                .join(", ")
        };
        match ty {
            Ty::Adt(adt, args) if args.is_empty() => self.types.index.adts[adt.index()].name.to_owned(),
            Ty::Adt(adt, args) => format!("{}<{}>", self.types.index.adts[adt.index()].name, all(args)),
            Ty::Ext(ext, args) if args.is_empty() => spelled(&ext.name),
            Ty::Ext(ext, args) => format!("{}<{}>", spelled(&ext.name), all(args)),
            Ty::Tuple(args) => format!("({})", all(args)),
            Ty::Slice(inner) => format!("[{}]", self.text(inner, depth + 1)),
            Ty::Prim(name) => (*name).to_owned(),
            Ty::Param(name) => name.to_string(),
            Ty::Bounds(bounds) if bounds.iter().any(is_function) => "dyn Fn".to_owned(),
            _ => "_".to_owned(),
        }
    }
}

fn is_function(bound: &Bound) -> bool {
    matches!(bound, Bound::Ext(ext, _) if matches!(&*ext.name, "Fn" | "FnMut" | "FnOnce"))
}

/// Whose other end one caller waits at.
fn is_reply(ty: &Ty) -> bool {
    matches!(ty, Ty::Ext(ext, _) if ext.name.starts_with("oneshot_"))
}

/// Senders are told apart by their module, which their name carries.
fn spelled(name: &str) -> String {
    name.replace("broadcast_", "broadcast::")
        .replace("watch_", "watch::")
        .replace("oneshot_", "oneshot::")
}
