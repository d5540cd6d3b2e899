//! Calls as rules see them: into other crates, within the workspace, and loops that a timer drives. Decides nothing.

use super::cells::Cells;
use super::events::{Callee, Src};
use super::ids::BodyId;
use super::program::{Link, OutsideCall, TimerLoop, When};
use crate::catalog::EntryKind;
use crate::facts::Span;
use crate::finding::Confidence;

impl Cells<'_, '_> {
    /// Calls into other crates, for rules that ask the catalogue.
    pub(super) fn outside_calls(&self) -> Vec<OutsideCall> {
        let mut calls: Vec<OutsideCall> = self
            .events
            .ext_calls
            .iter()
            .filter_map(|call| {
                let body = &self.tables.bodies[call.body.index()];
                let (module, item) = match (body.function, body.value) {
                    (Some(id), _) => (self.types.index.fns[id.index()].home, self.fn_path(id)),
                    (None, Some(id)) => {
                        let home = self.types.index.statics[id.index()].home;
                        (
                            home,
                            format!(
                                "{}::{}",
                                self.types.index.module_path(home.module),
                                self.types.index.statics[id.index()].item.name.text
                            ),
                        )
                    }
                    _ => return None,
                };
                if module.test {
                    return None;
                }
                let (way, entry, _, confidence) = self.way(call.body);
                let into = match (call.into, body.value) {
                    (Some(src), _) => self.describe(src).map(|(name, _, _, place, ..)| (name, place)),
                    (None, Some(id)) => self
                        .describe(Src::Static(id))
                        .map(|(name, _, _, place, ..)| (name, place)),
                    _ => None,
                };
                Some(OutsideCall {
                    krate: call.krate.clone(),
                    path: call.path.clone(),
                    name: call.name.clone(),
                    method: call.method,
                    literals: call.literals.clone(),
                    place: self.place(body.file, call.span),
                    function: self.body_name(call.body),
                    item,
                    when: if body.value.is_some() {
                        When::Startup
                    } else {
                        self.when(call.body)
                    },
                    way,
                    entry,
                    confidence,
                    package: self.package(module.module),
                    services: self.services(&[call.body], module.module),
                    into,
                    in_static: body.value.is_some(),
                    usage: call.usage,
                })
            })
            .collect();
        calls.sort_by(|a, b| (&a.place, &a.name).cmp(&(&b.place, &b.name)));
        calls.dedup_by(|a, b| a.place == b.place && a.name == b.name);
        calls
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

    /// Loops that a timer drives.
    pub(super) fn timers(&self) -> Vec<(BodyId, TimerLoop)> {
        self.entries
            .iter()
            .filter(|entry| entry.kind == EntryKind::Timer)
            .filter_map(|entry| {
                let body = &self.tables.bodies[entry.body.index()];
                let function = body.function?;
                let module = self.types.index.fns[function.index()].home.module;
                let timer = TimerLoop {
                    place: self.place(
                        body.file,
                        Span {
                            start: body.span.start,
                            end: body.span.start + 4,
                        },
                    ),
                    function: self.fn_name(function),
                    item: self.fn_path(function),
                    package: self.package(module),
                    services: self.services(&[entry.body], module),
                    at_startup: body.parent.is_some_and(|parent| {
                        self.reach.at_startup(parent) && !self.reach.by_request(parent)
                    }),
                };
                Some((entry.body, timer))
            })
            .collect()
    }
}
