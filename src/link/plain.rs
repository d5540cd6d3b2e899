//! Which types are data and nothing else. Never evaluates code.

use std::collections::BTreeSet;

use super::types::{Ty, Types};
use crate::catalog::Kind;

/// Of what holds more structs than this, some part may well be shared.
const MOST_STRUCTS: usize = 64;

impl Types<'_> {
    /// Data with nothing shared in it: a clone has no part in the original any more.
    #[must_use]
    pub(super) fn is_plain(&self, ty: &Ty) -> bool {
        self.is_plain_at(ty, &mut BTreeSet::new())
    }

    /// `seen`: structs that were looked into, of which one that comes again tells nothing new.
    fn is_plain_at(&self, ty: &Ty, seen: &mut BTreeSet<Ty>) -> bool {
        match ty {
            Ty::Prim(_) => true,
            Ty::Tuple(parts) => parts.iter().all(|part| self.is_plain_at(part, seen)),
            Ty::Slice(inner) => self.is_plain_at(inner, seen),
            Ty::Ext(ext, args) => {
                let kind = ty.kind(self.catalog);
                let owns = self.is_container(ty) || kind == Kind::Wrapper && &*ext.name == "Box";
                let own = kind == Kind::Time || &*ext.krate == "std" && &*ext.name == "String";
                // Values of crates that only know data: `Uuid`, `DateTime<Utc>`, `serde_json::Value`.
                let value = kind == Kind::Unknown && self.catalog.habits.data_crates.contains(&*ext.krate);
                own || value && args.iter().all(|arg| self.is_plain_at(arg, seen))
                    || owns && !args.is_empty() && args.iter().all(|arg| self.is_plain_at(arg, seen))
            }
            Ty::Adt(..) if seen.contains(ty) => true,
            Ty::Adt(adt, args) => {
                seen.insert(ty.clone());
                let fields = self.index.adts[adt.index()].shape.fields().len();
                seen.len() < MOST_STRUCTS
                    && (0..fields).all(|position| self.is_plain_at(&self.field(*adt, position, args), seen))
            }
            _ => false,
        }
    }

    /// A clone of it is data of its own, though parts of it may be handles that both share.
    #[must_use]
    pub(super) fn is_data(&self, ty: &Ty) -> bool {
        let shape = matches!(ty, Ty::Adt(..) | Ty::Tuple(_) | Ty::Slice(_));
        shape || self.is_container(ty) || self.is_plain(ty)
    }

    fn is_container(&self, ty: &Ty) -> bool {
        matches!(
            ty.kind(self.catalog),
            Kind::Map | Kind::Cache | Kind::List | Kind::Queue | Kind::Set | Kind::Option
        )
    }
}
