//! Fields that hold only what somebody lends: references and guards. Never evaluates code.

use super::ids::AdtId;
use super::types::Types;
use crate::facts::{Path, TypeRef};

impl Types<'_> {
    /// What the field stands for is kept elsewhere: it is a reference to that, or the guard of its lock.
    #[must_use]
    pub(super) fn is_lent(&self, adt: AdtId, field: usize) -> bool {
        let fields = self.index.adts[adt.index()].shape.fields();
        fields.get(field).is_some_and(|field| self.points(&field.ty))
    }

    fn points(&self, ty: &TypeRef) -> bool {
        match ty {
            TypeRef::Ref { .. } => true,
            TypeRef::Path(path) => self.is_guard(path),
            _ => false,
        }
    }

    /// `RwLockWriteGuard<'a, Shelf>`, `Option<&'a mut Shelf>`.
    fn is_guard(&self, path: &Path) -> bool {
        let Some(last) = path.segments.last() else {
            return false;
        };
        let around = matches!(last.name.as_str(), "Option" | "Pin" | "Box");
        self.catalog.habits.guards.contains(&last.name)
            || around && last.args.iter().any(|arg| self.points(arg))
    }
}
