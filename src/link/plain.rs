//! Which types are data and nothing else. Never evaluates code.

use super::types::{Ty, Types};
use crate::catalog::Kind;

impl Types<'_> {
    /// Data with nothing shared in it: a clone has no part in the original any more.
    #[must_use]
    pub(super) fn is_plain(&self, ty: &Ty) -> bool {
        self.is_plain_at(ty, 0)
    }

    fn is_plain_at(&self, ty: &Ty, depth: usize) -> bool {
        if depth > 5 {
            return false;
        }
        match ty {
            Ty::Prim(_) => true,
            Ty::Tuple(parts) => parts.iter().all(|part| self.is_plain_at(part, depth + 1)),
            Ty::Slice(inner) => self.is_plain_at(inner, depth + 1),
            Ty::Ext(ext, args) => {
                let kind = ty.kind(self.catalog);
                let data = matches!(
                    kind,
                    Kind::Map | Kind::Cache | Kind::List | Kind::Queue | Kind::Set | Kind::Option
                );
                let own = kind == Kind::Time || &*ext.krate == "std" && &*ext.name == "String";
                // Values of crates that only know data: `Uuid`, `DateTime<Utc>`, `serde_json::Value`.
                let value = kind == Kind::Unknown && self.catalog.habits.data_crates.contains(&*ext.krate);
                own || value && args.iter().all(|arg| self.is_plain_at(arg, depth + 1))
                    || data && !args.is_empty() && args.iter().all(|arg| self.is_plain_at(arg, depth + 1))
            }
            Ty::Adt(adt, args) => {
                let fields = self.index.adts[adt.index()].shape.fields().len();
                fields > 0
                    && (0..fields)
                        .all(|position| self.is_plain_at(&self.field(*adt, position, args), depth + 1))
            }
            _ => false,
        }
    }
}
