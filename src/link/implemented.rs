//! Entry points by impl: methods that a framework calls because of the trait, an attribute, or because the value was given
//! to it to serve. Reads the catalogue; names no framework.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::finder::{Entry, Finder};
use super::ids::{AdtId, ImplId, TraitId};
use super::index::{Def, ImplDef};
use super::names::Want;
use super::types::Ty;
use crate::catalog::{EntryTrait, Framework, matches_path};
use crate::facts::{Attr, Path};
use crate::finding::Confidence;

impl Finder<'_, '_> {
    /// The entry points of an impl.
    pub(super) fn implemented(&self, id: ImplId) -> Vec<Entry> {
        let block = &self.index.impls[id.index()];
        if let Some(framework) = self.framework_of_impl_attr(block)
            && !self.is_of_own_trait(block)
        {
            return self.methods_of(id, framework, &[], Confidence::High);
        }
        let Some(path) = &block.item.of_trait else {
            return Vec::new();
        };
        if let Some(framework) = self.framework_of_trait_attr(block, path) {
            return self.methods_of(id, framework, &[], Confidence::High);
        }
        let resolved = self.names.resolve(block.home.module, path, Want::Type);
        let written = path.segments.last().map_or("", |last| last.name.as_str());
        // `use songbird::EventHandler as VoiceHandler`: the crate's own name counts.
        let (krate, last, confidence) = match resolved.map(|resolved| resolved.def) {
            Some(Def::Ext(names)) => {
                let last = names.last().cloned().unwrap_or_default();
                (names.first().cloned().unwrap_or_default(), last, Confidence::High)
            }
            Some(Def::Trait(_)) => return Vec::new(),
            _ => (String::new(), written.to_owned(), Confidence::Medium),
        };
        if let Some((framework, known)) = self.known_trait(block, &krate, &last) {
            let mut found = self.methods_of(id, framework, &known.methods, confidence);
            let assoc = self.types.impl_scope(id).assoc;
            let owned = known
                .owns
                .as_ref()
                .and_then(|name| assoc.get(name.as_str()).cloned());
            for entry in &mut found {
                entry.owned.extend(owned.clone());
                entry.kind = known.kind.unwrap_or(entry.kind);
                entry.on_self &= !known.per_request;
                let function = self.tables.bodies[entry.body.index()].function;
                let name = function.map(|id| &self.index.fns[id.index()].item.name.text);
                entry.opens = name.is_some_and(|name| known.opens.contains(name));
            }
            return found;
        }
        // A trait that only a macro or a build script makes: the type was given to a framework to serve.
        match self.framework_that_serves(id) {
            Some(framework) if krate.is_empty() => self.methods_of(id, framework, &[], Confidence::High),
            _ => Vec::new(),
        }
    }

    /// A trait that somebody wrote here for its own use: whatever attribute makes its methods async, nothing serves it. Beside
    /// one that was made from a description of a service stands what serves it.
    fn is_of_own_trait(&self, block: &ImplDef<'_>) -> bool {
        let Some(path) = &block.item.of_trait else {
            return false;
        };
        let resolved = self.names.resolve(block.home.module, path, Want::Type);
        let Some(Def::Trait(id)) = resolved.map(|resolved| resolved.def) else {
            return false;
        };
        let known = &self.index.traits[id.index()];
        let server = format!("{}Server", known.item.name.text);
        self.names
            .resolve_text(known.home.module, &[&server], Want::Type)
            .is_none()
    }

    /// Types that live on wherever something keeps their address, whoever made them.
    pub(super) fn addressed(&self) -> Vec<Ty> {
        let impls = (0..self.index.impls.len()).map(ImplId::next);
        let lasting = impls.filter_map(|id| {
            let block = &self.index.impls[id.index()];
            let path = block.item.of_trait.as_ref()?;
            let last = path.segments.last()?.name.as_str();
            let krate = match self
                .names
                .resolve(block.home.module, path, Want::Type)
                .map(|found| found.def)
            {
                Some(Def::Ext(names)) => names.first().cloned()?,
                Some(_) => return None,
                None => String::new(),
            };
            let (_, known) = self.known_trait(block, &krate, last)?;
            let scope = self.types.impl_scope(id);
            (known.addressed && !is_of_one_connection(known, &scope.assoc)).then_some(scope.self_ty?)
        });
        lasting.collect()
    }

    /// Types that a connection has for itself, and those they own: what starts them hands them an end of it.
    pub(super) fn of_one_connection(&self, is_end: &dyn Fn(&Ty) -> bool) -> BTreeSet<AdtId> {
        let mut found = BTreeSet::new();
        for id in (0..self.index.impls.len()).map(ImplId::next) {
            let block = &self.index.impls[id.index()];
            let Some(path) = &block.item.of_trait else {
                continue;
            };
            let last = path.segments.last().map_or("", |last| last.name.as_str());
            let krate = match self
                .names
                .resolve(block.home.module, path, Want::Type)
                .map(|found| found.def)
            {
                Some(Def::Ext(names)) => names.first().cloned().unwrap_or_default(),
                Some(_) => continue,
                None => String::new(),
            };
            let Some((_, known)) = self.known_trait(block, &krate, last) else {
                continue;
            };
            let Some(start) = &known.started_with else {
                continue;
            };
            let scope = self.types.impl_scope(id);
            let owned = known
                .owns
                .as_ref()
                .and_then(|name| scope.assoc.get(name.as_str()));
            let own = [scope.self_ty.as_ref(), owned];
            let handed = scope.assoc.get(start.as_str()).into_iter();
            if handed.chain(own.into_iter().flatten()).any(is_end) {
                found.extend(
                    own.into_iter()
                        .flatten()
                        .filter_map(|ty| match ty.peeled(self.catalog) {
                            Ty::Adt(adt, _) => Some(*adt),
                            _ => None,
                        }),
                );
            }
        }
        found
    }

    fn known_trait(&self, block: &ImplDef<'_>, krate: &str, last: &str) -> Option<(&Framework, &EntryTrait)> {
        let frameworks = self.catalog.frameworks.iter();
        frameworks
            .filter(|framework| self.may_mean(framework, block, krate))
            .find_map(|framework| {
                let ours = krate.is_empty() || framework.crates.iter().any(|name| name == krate);
                let known = framework.traits.iter().find(|known| {
                    matches_path(&known.path, krate, last)
                        || ours && known.path.rsplit("::").next() == Some(last)
                });
                known.map(|known| (framework, known))
            })
    }

    /// The trait is of this framework's crates, or we do not know whose it is and the package depends on one of them.
    fn may_mean(&self, framework: &Framework, block: &ImplDef<'_>, krate: &str) -> bool {
        framework
            .crates
            .iter()
            .any(|name| name == krate || self.index.depends_on(block.home.module, name))
    }

    /// `#[tarpc::service] trait Diary`, `#[rpc(server)] trait Diary` whose users implement `DiaryServer`.
    fn framework_of_trait_attr(&self, block: &ImplDef<'_>, path: &Path) -> Option<&Framework> {
        let frameworks = self.catalog.frameworks.iter();
        frameworks
            .filter(|framework| !framework.trait_attributes.is_empty())
            .find(|framework| {
                framework.trait_attributes.iter().any(|known| {
                    let declared = self.trait_before(block, path, &known.suffix);
                    declared.is_some_and(|id| self.has_attr(framework, id, &known.path))
                })
            })
    }

    /// The trait of the workspace that a path names, but for what a macro adds to its name.
    fn trait_before(&self, block: &ImplDef<'_>, path: &Path, suffix: &str) -> Option<TraitId> {
        let mut names: Vec<&str> = path
            .segments
            .iter()
            .map(|segment| segment.name.as_str())
            .collect();
        let last = names.last_mut()?;
        *last = last.strip_suffix(suffix)?;
        let resolved = self.names.resolve_text(block.home.module, &names, Want::Type)?;
        match resolved.def {
            Def::Trait(id) if resolved.used == names.len() => Some(id),
            _ => None,
        }
    }

    fn has_attr(&self, framework: &Framework, id: TraitId, wanted: &str) -> bool {
        let definition = &self.index.traits[id.index()];
        let module = definition.home.module;
        definition.attrs.iter().any(|attr: &Attr| {
            let names: Vec<&str> = attr.path.iter().map(String::as_str).collect();
            let Some(last) = names.last() else { return false };
            let resolved = self.names.resolve_text(module, &names, Want::Value);
            let krate = match resolved.map(|resolved| resolved.def) {
                Some(Def::Ext(path)) => path.first().cloned().unwrap_or_default(),
                _ => String::new(),
            };
            let ours = framework.crates.contains(&krate)
                || krate.is_empty()
                    && framework
                        .crates
                        .iter()
                        .any(|name| self.index.depends_on(module, name));
            ours && wanted.rsplit("::").next() == Some(*last)
        })
    }

    /// The framework that was given a value of this type to serve.
    fn framework_that_serves(&self, id: ImplId) -> Option<&Framework> {
        let own = self.types.impl_scope(id).self_ty?;
        let Ty::Adt(own, _) = own.peeled(self.catalog) else {
            return None;
        };
        let given = self.events.served.iter().find(|(_, ty)| holds(ty, *own, 0))?;
        self.catalog
            .frameworks
            .iter()
            .find(|framework| framework.name == given.0)
    }

    fn framework_of_impl_attr(&self, block: &ImplDef<'_>) -> Option<&Framework> {
        for attr in block.attrs {
            let names: Vec<&str> = attr.path.iter().map(String::as_str).collect();
            let last = *names.last()?;
            let resolved = self
                .names
                .resolve_text(block.home.module, &names, Want::Value)
                .map(|resolved| resolved.def);
            let krate = match &resolved {
                Some(Def::Ext(path)) => path.first().cloned().unwrap_or_default(),
                _ => String::new(),
            };
            let found = self.catalog.frameworks.iter().find(|framework| {
                framework.impl_attributes.iter().any(|known| {
                    matches_path(known, &krate, last)
                        && (framework.crates.contains(&krate) || krate.is_empty())
                        && (!krate.is_empty()
                            || framework
                                .crates
                                .iter()
                                .any(|name| self.index.depends_on(block.home.module, name)))
                })
            });
            if found.is_some() {
                return found;
            }
        }
        None
    }

    fn methods_of(
        &self,
        id: ImplId,
        framework: &Framework,
        wanted: &[String],
        confidence: Confidence,
    ) -> Vec<Entry> {
        let block = &self.index.impls[id.index()];
        let self_name = type_text(&block.item.self_ty);
        block
            .fns
            .iter()
            .filter_map(|function| {
                let item = self.index.fns[function.index()].item;
                let name = &item.name.text;
                if !wanted.is_empty() && !wanted.contains(name) {
                    return None;
                }
                Some(Entry {
                    body: *self.body_of.get(function)?,
                    kind: framework.kind,
                    label: format!("{self_name}::{name}()"),
                    framework: framework.name.clone(),
                    confidence,
                    on_self: item.receiver.is_some(),
                    owned: Vec::new(),
                    opens: false,
                    reaches_all: false,
                })
            })
            .collect()
    }
}

/// An associated type says that the implementor belongs to one connection.
fn is_of_one_connection(known: &EntryTrait, assoc: &BTreeMap<Arc<str>, Ty>) -> bool {
    let Some(wanted) = &known.of_one_connection else {
        return false;
    };
    assoc
        .values()
        .any(|ty| matches!(ty, Ty::Ext(ext, _) if *ext.name == **wanted))
}

/// The type, or something it wraps, is this struct.
fn holds(ty: &Ty, wanted: super::ids::AdtId, depth: usize) -> bool {
    let inside = || depth < 6 && ty.args().iter().any(|arg| holds(arg, wanted, depth + 1));
    matches!(ty, Ty::Adt(adt, _) if *adt == wanted) || inside()
}

/// The last name of a written type, for labels.
pub(super) fn type_text(ty: &crate::facts::TypeRef) -> String {
    match ty {
        crate::facts::TypeRef::Path(path) => path
            .segments
            .last()
            .map(|last| last.name.clone())
            .unwrap_or_default(),
        crate::facts::TypeRef::Ref { inner, .. } => type_text(inner),
        _ => "impl".to_owned(),
    }
}
