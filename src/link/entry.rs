//! Entry points: where the outside world enters the program. Reads the catalogue; names no framework.

use std::collections::{BTreeMap, BTreeSet};

use super::eval::{Tables, join_route};
use super::events::{BodyKind, Callee, Route};
use super::feeds::fed;
use super::finder::{CLOSURE, Entry, Finder};
use super::ids::{BodyId, CrateId, FnId, ImplId};
use super::index::{Def, FnDef, Index, Owner};
use super::names::Want;
use super::programs::Programs;
use super::reach::{Edges, edges, reached_from};
use crate::catalog::{EntryKind, Framework};
use crate::facts::{Attr, Span};
use crate::finding::Confidence;

/// Routers in routers deeper than this are not put together.
const MAX_NESTING: usize = 8;

/// What a loop that is only woken is told.
pub const WAKE_UP: &str = "a wake-up";

impl Finder<'_, '_> {
    /// All entry points, in a stable order, one for each body, and the programs they belong to.
    pub(super) fn find(&self) -> (Vec<Entry>, Programs) {
        let mut all = self.registered();
        all.extend(self.attributed());
        for position in 0..self.index.impls.len() {
            all.extend(self.implemented(ImplId::next(position)));
        }
        let edges = edges(self.events, self.body_of);
        let mut programs = Programs::new(self, edges.clone(), &all);
        let entered = self.entered_crates(&all);
        all.extend(self.looping(&programs, &entered));
        all.extend(self.called_from_elsewhere(&edges, &programs, &entered, &all));
        if all.iter().all(|entry| entry.kind == EntryKind::Timer) {
            all.extend(self.looking_like_handlers());
        }
        let mut found: BTreeMap<BodyId, Entry> = BTreeMap::new();
        for entry in all {
            let known = found.entry(entry.body).or_insert_with(|| entry.clone());
            if (known.confidence, label_weight(&known.label)) < (entry.confidence, label_weight(&entry.label))
            {
                *known = entry;
            }
        }
        let entries: Vec<Entry> = found
            .into_values()
            .filter(|entry| entry.kind != EntryKind::Startup)
            .collect();
        let entries = self.without_parts_of_handlers(&edges, entries);
        let entries = self.with_doubts(&programs, entries);
        let entries = fed(self.catalog, self.tables, self.events, &edges, entries);
        programs.enter(self, &entries);
        (entries, programs)
    }

    /// A closure that a handler hands to its framework (`request.cookie(..).map(|cookie| ..)`, `on_upgrade`) runs as a part
    /// of that handler.
    fn without_parts_of_handlers(&self, edges: &Edges, entries: Vec<Entry>) -> Vec<Entry> {
        let is_part = |entry: &Entry| entry.label == CLOSURE;
        let is_loop =
            |entry: &Entry| matches!(self.tables.bodies[entry.body.index()].kind, BodyKind::Loop(_));
        let handlers: Vec<BodyId> = entries
            .iter()
            .filter(|entry| !is_part(entry) && !is_loop(entry))
            .map(|entry| entry.body)
            .collect();
        let handled = reached_from(edges, &handlers);
        let parent = |entry: &Entry| self.tables.bodies[entry.body.index()].parent;
        entries
            .into_iter()
            .filter(|entry| !is_part(entry) || !parent(entry).is_some_and(|body| handled.contains(&body)))
            .collect()
    }

    /// A closure in a function of a program that nothing calls or names is hardly ever met.
    fn with_doubts(&self, programs: &Programs, mut entries: Vec<Entry>) -> Vec<Entry> {
        let entered: BTreeSet<BodyId> = entries.iter().map(|entry| entry.body).collect();
        let called: BTreeSet<BodyId> = self
            .events
            .calls
            .iter()
            .map(|call| call.callee)
            .chain(
                self.events
                    .registrations
                    .iter()
                    .map(|registration| registration.target),
            )
            .filter_map(|callee| self.target(callee))
            .collect();
        let is_met = |body: BodyId, id: FnId| {
            let function = &self.index.fns[id.index()];
            let plain = function.owner == Owner::Free && function.attrs.is_empty();
            let of_a_program = self
                .crate_of(body)
                .is_some_and(|krate| !programs.with(self.index, krate).is_empty());
            !plain || !of_a_program || called.contains(&body) || entered.contains(&body)
        };
        let mains = self.mains();
        for entry in entries.iter_mut().filter(|entry| entry.label == CLOSURE) {
            let around = self.tables.bodies[entry.body.index()].function;
            let function = around.and_then(|id| Some((*self.body_of.get(&id)?, id)));
            if function.is_some_and(|(body, id)| !mains.contains(&body) && !is_met(body, id)) {
                entry.confidence = Confidence::Low;
            }
        }
        entries
    }

    fn registered(&self) -> Vec<Entry> {
        let registrations = self.events.registrations.iter();
        registrations
            .filter_map(|registration| {
                let body = self.target(registration.target)?;
                let mut route = registration.route.clone();
                let mut at = self.tables.bodies[registration.body.index()].function;
                for _ in 0..MAX_NESTING {
                    let Some((prefix, caller)) = at.and_then(|id| self.events.prefixes.get(&id)) else {
                        break;
                    };
                    route.path = join_route(prefix, &route.path);
                    at = *caller;
                }
                Some(Entry {
                    body,
                    kind: registration.kind,
                    label: self.label(&route, registration.target),
                    framework: registration.framework.clone(),
                    confidence: registration.confidence,
                    on_self: false,
                    owned: Vec::new(),
                    opens: false,
                    reaches_all: false,
                })
            })
            .collect()
    }

    pub(super) fn label(&self, route: &Route, target: Callee) -> String {
        let text = format!("{} {}", route.verb, route.path).trim().to_owned();
        if !route.path.is_empty() {
            return text;
        }
        match target {
            Callee::Fn(id) => format!("{}()", self.index.fns[id.index()].item.name.text),
            Callee::Body(_) => CLOSURE.to_owned(),
        }
    }

    /// `#[get("/")] async fn index()`.
    fn attributed(&self) -> Vec<Entry> {
        let mut entries = Vec::new();
        for (id, body) in self.body_of {
            let function = &self.index.fns[id.index()];
            for attr in function.attrs {
                if let Some((framework, confidence)) = self.framework_of_attr(function, attr) {
                    let verb = attr
                        .path
                        .last()
                        .map(|last| last.to_uppercase())
                        .unwrap_or_default();
                    let verb = if is_http_verb(&verb) { verb } else { String::new() };
                    let path = attr
                        .strings
                        .first()
                        .filter(|text| text.contains('/'))
                        .cloned()
                        .unwrap_or_default();
                    entries.push(Entry {
                        body: *body,
                        kind: framework.kind,
                        label: self.label(
                            &Route {
                                verb,
                                path,
                                timed: false,
                            },
                            Callee::Fn(*id),
                        ),
                        framework: framework.name.clone(),
                        confidence,
                        on_self: function.item.receiver.is_some(),
                        owned: Vec::new(),
                        opens: false,
                        reaches_all: false,
                    });
                }
            }
        }
        entries
    }

    fn framework_of_attr(&self, function: &FnDef<'_>, attr: &Attr) -> Option<(&Framework, Confidence)> {
        let written = attr.path.join("::");
        let last = attr.path.last()?;
        let names: Vec<&str> = attr.path.iter().map(String::as_str).collect();
        let resolved = self
            .names
            .resolve_text(function.home.module, &names, Want::Value)
            .map(|resolved| resolved.def);
        let lists = |framework: &&Framework| {
            framework
                .attributes
                .iter()
                .any(|known| known == last || *known == written || written.ends_with(&format!("::{known}")))
        };
        if let Some(Def::Ext(path)) = resolved {
            let framework = self.catalog.framework_of(path.first()?)?;
            return lists(&framework).then_some((framework, Confidence::High));
        }
        // `#[macro_use] extern crate rocket`, or a glob import: any framework the package depends on.
        let used = self.catalog.frameworks.iter().filter(lists).find(|framework| {
            framework
                .crates
                .iter()
                .any(|krate| self.index.depends_on(function.home.module, krate))
        })?;
        Some((used, Confidence::High))
    }

    /// Crates that something outside enters.
    fn entered_crates(&self, entries: &[Entry]) -> BTreeSet<CrateId> {
        let entered = entries
            .iter()
            .map(|entry| entry.body)
            .chain(self.loops_on_outside());
        entered.filter_map(|body| self.crate_of(body)).collect()
    }

    /// Loops that take connections or messages.
    fn looping(&self, programs: &Programs, entered: &BTreeSet<CrateId>) -> Vec<Entry> {
        let bodies = self.tables.bodies.iter().enumerate();
        bodies
            .filter_map(|(position, body)| {
                let BodyKind::Loop(position_of_wait) = body.kind else {
                    return None;
                };
                let wait = &self.catalog.waits[position_of_wait];
                let label = match wait.kind {
                    EntryKind::Connection => "a new connection",
                    EntryKind::Timer => "a timer",
                    _ if wait.wakes => WAKE_UP,
                    _ => "a message",
                };
                let id = BodyId::next(position);
                if wait.kind == EntryKind::Timer && self.events.ending.contains(&(body.file, body.span)) {
                    // It tries again after a while, as a part of what called it.
                    return None;
                }
                if wait.kind == EntryKind::Message && !programs.is_served(self, self.crate_of(id)?, entered) {
                    return None;
                }
                let on_self = body
                    .function
                    .is_some_and(|id| self.index.fns[id.index()].item.receiver.is_some());
                Some(Entry {
                    body: id,
                    kind: wait.kind,
                    label: label.to_owned(),
                    framework: wait.framework.clone(),
                    // That a message of this process comes from a client rests on how services are mostly built.
                    confidence: match wait.kind {
                        EntryKind::Message if !wait.outside => Confidence::Medium,
                        _ => Confidence::High,
                    },
                    on_self,
                    owned: Vec::new(),
                    opens: false,
                    reaches_all: wait.reaches_all,
                })
            })
            .collect()
    }

    /// With no framework and no loop but timers: functions that are named like handlers.
    fn looking_like_handlers(&self) -> Vec<Entry> {
        self.body_of
            .iter()
            .filter(|(id, _)| {
                let function = &self.index.fns[id.index()];
                let name = &function.item.name.text;
                function.owner == Owner::Free
                    && (name == "handler"
                        || name.starts_with("handle_")
                        || name.ends_with("_handler")
                        || name == "handle")
            })
            .map(|(id, body)| Entry {
                body: *body,
                kind: EntryKind::Request,
                label: format!("{}()", self.index.fns[id.index()].item.name.text),
                framework: "name".to_owned(),
                confidence: Confidence::Medium,
                on_self: false,
                owned: Vec::new(),
                opens: false,
                reaches_all: false,
            })
            .collect()
    }

    /// The function in which the program starts.
    pub(super) fn mains(&self) -> Vec<BodyId> {
        self.body_of
            .iter()
            .filter(|(id, _)| {
                let function = &self.index.fns[id.index()];
                let named = function.item.name.text == "main" && function.owner == Owner::Free;
                let attributed = function.attrs.iter().any(|attr| {
                    attr.path
                        .last()
                        .is_some_and(|last| matches!(last.as_str(), "main" | "launch" | "entry"))
                });
                named || attributed
            })
            .map(|(_, body)| *body)
            .collect()
    }
}

/// A route says more than a function's name.
fn label_weight(label: &str) -> usize {
    usize::from(label.contains('/'))
}

fn is_http_verb(verb: &str) -> bool {
    matches!(
        verb,
        "GET" | "POST" | "PUT" | "DELETE" | "PATCH" | "HEAD" | "OPTIONS" | "TRACE" | "CONNECT"
    )
}

/// Keeps the signature of spans in one place: entries are labelled where the code stands.
pub(super) fn entry_span(tables: &Tables, index: &Index<'_>, body: BodyId) -> Span {
    let body = &tables.bodies[body.index()];
    match (body.kind, body.function) {
        (BodyKind::Fn, Some(id)) => index.fns[id.index()].item.name.span,
        _ => Span {
            start: body.span.start,
            end: (body.span.start + 1).min(body.span.end),
        },
    }
}
