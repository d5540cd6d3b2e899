//! Accesses and calls as rules see them: to cells, into other crates and within the workspace. Decides nothing.

use std::collections::BTreeSet;

use super::cells::{Cells, is_change};
use super::eval::is_value;
use super::events::{Access, Callee, ExtCall, Src};
use super::functions;
use super::ids::{BodyId, FnId, ModId};
use super::index::Owner;
use super::program::{Choice, Link, OutsideCall, Said, Touch, When};
use super::types::Ty;
use crate::catalog::{Effect, Kind};
use crate::facts::{Span, TypeRef};
use crate::finding::Confidence;

impl Cells<'_, '_> {
    pub(super) fn touch(&self, access: &Access) -> Touch {
        let when = self.when_done(access);
        let (way, entry, entry_kind, confidence) = self.way(access.body);
        let place = self.place(self.tables.bodies[access.body.index()].file, access.span);
        let mut arg_kinds = BTreeSet::new();
        for arg in &access.args {
            self.kinds(arg, &mut arg_kinds, 0);
        }
        Touch {
            effect: access.effect,
            op: access.op.clone(),
            usage: access.usage,
            when,
            place,
            function: self.body_name(access.body),
            way,
            entry,
            entry_kind,
            confidence,
            arg_kinds,
            held: access
                .held
                .map(|var| self.tables.vars[var.index()].name.clone())
                .unwrap_or_default(),
            on: self.touched(&access.ty),
            fetched: self.is_fetched(access),
            only_logs: self.tables.bodies[access.body.index()]
                .function
                .is_some_and(|id| self.quiet.contains(&id)),
            untold: self.is_untold(access),
            of_a_part: false,
            in_all: self.reach.by_all(access.body),
        }
    }

    fn is_untold(&self, access: &Access) -> bool {
        if !is_change(access) || !functions::is_untold(self.types.index, self.tables, access.body) {
            return false;
        }
        let reached = self.programs.run_by(access.body);
        !self
            .calls_of(&reached)
            .any(|call| self.types.catalog.asks_server(call))
    }

    /// The kind of what is touched: an `Option` that is filled is not yet what it will hold.
    fn touched(&self, ty: &Ty) -> Kind {
        match ty.kind(self.types.catalog) {
            Kind::Option => Kind::Option,
            _ => ty.peeled(self.types.catalog).kind(self.types.catalog),
        }
    }

    /// Calls into other crates, for rules that ask the catalogue.
    pub(super) fn outside_calls(&self) -> Vec<OutsideCall> {
        sorted(
            self.events
                .ext_calls
                .iter()
                .filter_map(|call| self.outside_call(call))
                .collect(),
        )
    }

    /// The functions of other crates, or where only that is known the crates, that this code calls.
    pub(super) fn calls_of<'c>(&'c self, bodies: &'c BTreeSet<BodyId>) -> impl Iterator<Item = &'c str> {
        let calls = self
            .events
            .ext_calls
            .iter()
            .filter(|call| bodies.contains(&call.body));
        let names = calls.map(|call| {
            if call.path.is_empty() {
                call.krate.as_str()
            } else {
                call.path.as_str()
            }
        });
        names.filter(|name| !name.is_empty())
    }

    /// `PLANS.get_or_init(|| load(&pool))`: what is put in once is a copy of what another server has. A pool or a client,
    /// made in the same way, is none.
    pub(super) fn is_fetched(&self, access: &Access) -> bool {
        let content = access.ty.args().first();
        let is_data = content.is_some_and(|ty| *ty != Ty::Prim("()") && self.types.is_plain(ty));
        if access.effect != Effect::Init || !is_data {
            return false;
        }
        let makers = access.args.iter().filter_map(|arg| match arg {
            Ty::Closure(body) => Some(*body),
            Ty::Fn(id) => self.tables.fn_body(*id, self.types.index.fns[id.index()].span),
            _ => None,
        });
        let makers: Vec<BodyId> = makers.collect();
        let reached = self.programs.run_by_any(&makers);
        self.calls_of(&reached)
            .any(|call| self.types.catalog.asks_server(call))
    }

    pub(super) fn outside_call(&self, call: &ExtCall) -> Option<OutsideCall> {
        let body = &self.tables.bodies[call.body.index()];
        let index = self.types.index;
        let (home, item, name) = match (body.function, body.value) {
            (Some(id), _) => {
                let function = &index.fns[id.index()];
                (function.home, self.fn_path(id), function.item.name.span)
            }
            (None, Some(id)) => {
                let definition = &index.statics[id.index()];
                let module = index.module_path(definition.home.module);
                (
                    definition.home,
                    format!("{module}::{}", definition.item.name.text),
                    definition.item.name.span,
                )
            }
            _ => return None,
        };
        let (way, entry, entry_kind, confidence) = self.way(call.body);
        let target = call.into.or(body.value.map(Src::Static));
        Some(OutsideCall {
            krate: call.krate.clone(),
            path: call.path.clone(),
            name: call.name.clone(),
            method: call.method,
            texts: self.told(home.module, &call.texts),
            names: call.names.clone(),
            choice: call.fork.as_ref().map(|fork| Choice {
                setting: fork.setting.clone(),
                place: self.place(body.file, fork.span),
                branch: fork.branch,
            }),
            failed: call.failed,
            place: self.place(body.file, call.span),
            named: self.place(body.file, call.named),
            function: self.body_name(call.body),
            item,
            around: self.place(home.file, name),
            gives_back: body.function.is_none_or(|id| self.gives_back(id)),
            of_a_tool: self.programs.is_of_tools(call.body),
            of_trait: body.function.is_some_and(|id| self.is_of_trait(id)),
            when: if body.value.is_some() {
                When::Startup
            } else {
                self.when(call.body)
            },
            way,
            entry,
            entry_kind,
            confidence,
            package: self.package(home.module),
            services: self.services(&[call.body], home.module),
            into: target
                .and_then(|src| self.describe(src))
                .map(|(name, _, _, place, ..)| (name, place)),
            in_static: body.value.is_some() || matches!(call.into, Some(Src::Static(_))),
            usage: call.usage,
        })
    }

    /// By its result, or into what it is given.
    fn gives_back(&self, id: FnId) -> bool {
        let function = &self.types.index.fns[id.index()].item;
        let fills = |ty: &TypeRef| matches!(ty, TypeRef::Ref { mutable: true, .. });
        function.output.as_ref().is_some_and(is_value) || function.params.iter().any(|param| fills(&param.ty))
    }

    fn is_of_trait(&self, id: FnId) -> bool {
        match self.types.index.fns[id.index()].owner {
            Owner::Free => false,
            Owner::Impl(block) => self.types.index.impls[block.index()].item.of_trait.is_some(),
            Owner::Trait(_) => true,
        }
    }

    /// The texts of a call; beside the name of a setting stands what the project's own files set it to.
    fn told(&self, module: ModId, texts: &[Said]) -> Vec<Said> {
        let package = self.types.index.package_of(module);
        let urls = package
            .map(|package| package.memory_urls.as_slice())
            .unwrap_or_default();
        let set = urls.iter().filter_map(|url| {
            let name = url.names.last()?;
            let said = texts.iter().find(|said| said.text == *name)?;
            let proposed = url.proposed.then(|| name.clone());
            Some(Said {
                text: url.url.clone(),
                instead_of: said.instead_of.clone().or(proposed),
                set_in: Some(format!("{}:{}", url.path, url.line)),
            })
        });
        texts.iter().cloned().chain(set).collect()
    }

    /// Calls within the workspace, those with an unknown target too.
    pub(super) fn links(&self) -> Vec<Link> {
        let resolved = self.events.calls.iter().filter_map(|call| match call.callee {
            Callee::Fn(id) => Some(self.link(call.body, call.span, self.fn_name(id), Some(call.confidence))),
            Callee::Body(_) => None,
        });
        let unresolved = self.events.unresolved.iter();
        let unresolved = unresolved.map(|call| self.link(call.body, call.span, call.name.clone(), None));
        let mut links: Vec<Link> = resolved.chain(unresolved).collect();
        links.sort();
        links.dedup();
        links
    }

    pub(super) fn link(&self, body: BodyId, span: Span, to: String, resolved: Option<Confidence>) -> Link {
        Link {
            place: self.place(self.tables.bodies[body.index()].file, span),
            from: self.body_name(body),
            to,
            resolved,
            when: self.when(body),
        }
    }
}

/// In the order of the source, each once: of one text in two crates, as a request makes it.
pub(super) fn sorted(mut calls: Vec<OutsideCall>) -> Vec<OutsideCall> {
    calls.sort_by(|a, b| (&a.place, &a.name, a.when).cmp(&(&b.place, &b.name, b.when)));
    calls.dedup_by(|a, b| a.place == b.place && a.name == b.name && a.into == b.into);
    calls
}
