//! What bounds say that a value can be turned into: `Into`, `AsRef`, `Borrow`. Never evaluates code.

use super::types::{Bound, Scope, Ty, Types};
use crate::facts::TypeRef;

impl Bound {
    /// `Into<Store>`, `AsRef<Store>`: the method that such a value is turned into something else by, and what that is.
    #[must_use]
    pub(super) fn converts_to(&self) -> Option<(&'static str, &Ty)> {
        let Bound::Ext(ext, args) = self else { return None };
        let method = match &*ext.name {
            "Into" => "into",
            "AsRef" => "as_ref",
            "Borrow" => "borrow",
            _ => return None,
        };
        Some((method, args.first()?))
    }
}

impl Types<'_> {
    /// `for<'a> &'a T: Into<&'a Store>`: what a reference to the parameter becomes, the parameter becomes here.
    pub(super) fn add_conversions(&self, scope: &mut Scope, subject: &TypeRef, bounds: &[TypeRef]) {
        let TypeRef::Ref { inner, .. } = subject else {
            return;
        };
        let TypeRef::Path(path) = &**inner else { return };
        let [only] = path.segments.as_slice() else { return };
        let Some(known) = scope.params.get(only.name.as_str()) else {
            return;
        };
        let mut all = match known {
            Ty::Bounds(known) => known.to_vec(),
            Ty::Param(_) => Vec::new(),
            _ => return,
        };
        let before = all.len();
        let lowered = bounds
            .iter()
            .filter_map(|bound| self.lower_bound(bound, scope, 0));
        all.extend(lowered.filter(|bound| bound.converts_to().is_some()));
        if all.len() > before {
            scope
                .params
                .insert(only.name.as_str().into(), Ty::Bounds(all.into()));
        }
    }
}
