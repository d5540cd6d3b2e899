//! Maps keyed by types: which store `data.get_mut::<Votes>()` names, and what is done to it. Judges nothing.

use super::Eval;
use crate::catalog::{Effect, Gives, Kind};
use crate::facts::{Name, Path, TypeRef};
use crate::link::events::{Origin, Src, Use, Value};
use crate::link::ids::AdtId;
use crate::link::types::Ty;

impl Eval<'_, '_, '_> {
    /// `data.get_mut::<Votes>()`, `data.insert::<Votes>(..)`, `request.get::<Write<Votes>>()`.
    pub(super) fn keyed(
        &mut self,
        receiver: &Value,
        name: &Name,
        generics: &[TypeRef],
        values: &[Value],
        usage: Use,
    ) -> Option<Value> {
        let [wanted] = generics else { return None };
        let wanted = self.m.types.lower(wanted, &self.scope);
        let (adt, ty) = self.key(&wanted)?;
        let catalog = self.m.types.catalog;
        let by = self.m.methods.keys.get(adt)?.by;
        let puts = catalog.keys[by].puts.contains(&name.text);
        if puts {
            self.m.events.keyed.insert((adt, self.body));
        }
        // A map that is itself known to be stored somewhere is that store.
        let own = receiver.is_inside() && receiver.ty.peeled(catalog).kind(catalog).is_collection();
        let value = if own {
            receiver.with_ty(ty)
        } else {
            let origin = Origin {
                inside: true,
                ..Origin::of(Src::Key(adt))
            };
            Value {
                from: vec![origin],
                ..Value::of(ty)
            }
        };
        let (effect, gives) = if puts {
            (Effect::Write, Gives::Fresh)
        } else {
            catalog
                .own_method(Kind::Map, &name.text)
                .unwrap_or((Effect::Read, Gives::Value))
        };
        let args: Vec<Ty> = values.iter().map(|value| value.ty.clone()).collect();
        self.touch(&value, name.span, effect, &name.text, usage, &args);
        Some(if gives == Gives::Fresh {
            Value::default()
        } else {
            value
        })
    }

    /// `Write::<Votes>::both(..)`: what makes the value of a key for all handlers.
    pub(super) fn note_keeper(&mut self, path: &Path) {
        if let Some((ty @ Ty::Ext(..), _)) = self.split_associated(path)
            && let Some((adt, _)) = self.key(&ty)
        {
            self.m.events.keyed.insert((adt, self.body));
        }
    }

    /// The key that a type is or is put around, and what is stored.
    fn key(&self, wanted: &Ty) -> Option<(AdtId, Ty)> {
        match wanted {
            Ty::Adt(adt, _) => Some((*adt, self.m.methods.keys.get(*adt)?.value.clone())),
            Ty::Ext(ext, args) => {
                let [Ty::Adt(adt, _)] = &**args else { return None };
                let key = self.m.methods.keys.get(*adt)?;
                let keepers = &self.m.types.catalog.keys[key.by].keepers;
                let keeper = keepers
                    .iter()
                    .find(|keeper| crate::catalog::matches_path(&keeper.path, &ext.krate, &ext.name))?;
                let (krate, name) = keeper.behind.split_once("::")?;
                Some((*adt, Ty::ext(krate, name, vec![key.value.clone()])))
            }
            _ => None,
        }
    }
}
