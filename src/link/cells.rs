//! From accesses to cells: which store outlives a request, and what it is called. Follows no calls itself.

use std::collections::{BTreeMap, BTreeSet};

use super::entry::{CLOSURE, Entry, entry_span};
use super::eval::Tables;
use super::events::{Access, BodyKind, Callee, Events, Origin, Src};
use super::ids::{BodyId, FileId, FnId, ModId, VarId};
use super::index::{Owner, Shape};
use super::program::{Cell, CellKind, Choice, Hop, Kind2, Link, OutsideCall, Stored, TimerLoop, Touch, When};
use super::programs::Programs;
use super::reach::Reach;
use super::shared::Shared;
use super::types::{Ty, Types};
use crate::catalog::{Effect, EntryKind, Kind};
use crate::facts::{Span, StaticForm};
use crate::finding::{Confidence, Place};

/// Everything needed to turn events into cells.
pub(super) struct Cells<'a, 'x> {
    pub(super) types: Types<'a>,
    pub(super) tables: &'x Tables,
    pub(super) events: &'x Events,
    pub(super) entries: &'x [Entry],
    pub(super) reach: &'x Reach,
    pub(super) shared: &'x Shared,
    /// Locals that end up in a field.
    pub(super) stored_in: BTreeMap<VarId, BTreeSet<(super::ids::AdtId, u32)>>,
    pub(super) programs: &'x Programs,
    /// What a field is filled with, where that is stored elsewhere.
    pub(super) filled_from: BTreeMap<(super::ids::AdtId, u32), BTreeSet<Src>>,
    /// What a parameter injected by a framework stands for.
    pub(super) injected: BTreeMap<VarId, Vec<Src>>,
}

impl Cells<'_, '_> {
    /// All cells, sorted by place.
    pub(super) fn collect(&self) -> Vec<Cell> {
        let mut found: BTreeMap<Src, Vec<&Access>> = BTreeMap::new();
        for access in &self.events.accesses {
            for src in self.resolve(access.origin, access, 0) {
                found.entry(src).or_default().push(access);
            }
        }
        let mut cells: Vec<Cell> = found
            .into_iter()
            .filter_map(|(src, accesses)| self.cell(src, &accesses))
            .collect();
        cells.sort_by(|a, b| (&a.place, &a.item).cmp(&(&b.place, &b.item)));
        cells.dedup_by(|later, earlier| {
            let same = later.place == earlier.place;
            if same {
                earlier.services.extend(later.services.clone());
                earlier.services.sort();
                earlier.services.dedup();
            }
            same
        });
        cells
    }

    /// The cells an access belongs to.
    fn resolve(&self, origin: Origin, access: &Access, depth: usize) -> Vec<Src> {
        if depth > 4 {
            return Vec::new();
        }
        match origin.src {
            Src::Static(id) => {
                let definition = &self.types.index.statics[id.index()];
                let alive = definition.item.form != StaticForm::TaskLocal && !definition.home.test;
                if alive { vec![origin.src] } else { Vec::new() }
            }
            Src::Made(_) | Src::Elsewhere => Vec::new(),
            Src::Field(adt, field) => {
                if self.types.index.adts[adt.index()].home.test || self.is_of_one_request(origin, access.body)
                {
                    return Vec::new();
                }
                let ty = self.types.field(adt, field as usize, &[]);
                let kind = ty.peeled(self.types.catalog).kind(self.types.catalog);
                let sends = access.effect == Effect::Send
                    || matches!(kind, Kind::Sender | Kind::Broadcast | Kind::Receiver);
                let locked = origin.inside || kind.is_cell() || sends || self.has_lock(&ty, 0);
                let mut cells = self.shared.cells_of_field(adt, field, locked);
                if matches!(self.types.index.adts[adt.index()].shape, Shape::Enum(_))
                    && !self.has_lock(&ty, 0)
                {
                    // What a message carries is no store of its own; what holds the message is.
                    cells.retain(|cell| *cell != origin.src);
                }
                if cells.is_empty() && self.has_lock(&ty, 0) {
                    // A struct of one connection or request holds its share of what outlives it.
                    let sources = self.filled_from.get(&(adt, field)).into_iter().flatten();
                    cells = sources
                        .filter(|src| **src != origin.src)
                        .flat_map(|src| self.resolve(Origin { src: *src, ..origin }, access, depth + 1))
                        .collect();
                    cells.sort_unstable();
                    cells.dedup();
                }
                cells
            }
            Src::Local(var) => self.resolve_local(var, origin, access, depth),
        }
    }

    /// A request made the very struct that this field is part of: the shared one of the same type is another.
    fn is_of_one_request(&self, origin: Origin, user: BodyId) -> bool {
        let maker = match origin.holder {
            Some(Src::Local(var)) => {
                let known = &self.tables.vars[var.index()];
                known.made.then_some(known.body)
            }
            Some(Src::Made(body)) => Some(body),
            _ => None,
        };
        // Nobody else has it yet where it is made.
        maker.is_some_and(|body| {
            body == user || {
                (self.reach.by_request(body) || self.reach.by_timer(body)) && !self.reach.at_startup(body)
            }
        })
    }

    /// Storing it elsewhere stores the same thing: plain data is moved or copied.
    fn is_handle(&self, ty: &Ty) -> bool {
        let kind = ty.kind(self.types.catalog);
        let ends = matches!(
            kind,
            Kind::Sender | Kind::Broadcast | Kind::Receiver | Kind::Wrapper
        );
        ends || matches!(ty, Ty::Unknown | Ty::Adt(..)) || self.has_lock(ty, 0)
    }

    fn has_lock(&self, ty: &Ty, depth: usize) -> bool {
        depth < 3
            && (ty.kind(self.types.catalog).is_cell()
                || ty.args().iter().any(|arg| self.has_lock(arg, depth + 1)))
    }

    fn resolve_local(&self, var: VarId, origin: Origin, access: &Access, depth: usize) -> Vec<Src> {
        let known = &self.tables.vars[var.index()];
        if known.param {
            let targets = self.injected.get(&var).cloned().unwrap_or_default();
            let resolved = targets.into_iter().flat_map(|src| {
                let stands_for = Origin {
                    src,
                    holder: None,
                    ..origin
                };
                self.resolve(stands_for, access, depth + 1)
            });
            return resolved.collect();
        }
        if let Some(fields) = self.stored_in.get(&var)
            && self.is_handle(&known.ty)
        {
            let cells: Vec<Src> = fields
                .iter()
                .flat_map(|(adt, field)| {
                    let field = Origin {
                        src: Src::Field(*adt, *field),
                        holder: None,
                        ..origin
                    };
                    self.resolve(field, access, depth + 1)
                })
                .collect();
            if !cells.is_empty() {
                return cells;
            }
        }
        let declared_per_request = self.reach.by_request(known.body);
        let outlives = !declared_per_request && known.body != access.body && self.is_live(known.body);
        let typed = !matches!(
            known.ty.peeled(self.types.catalog),
            Ty::Unknown | Ty::From(_) | Ty::Fn(_) | Ty::Closure(_)
        );
        if outlives && known.fresh && typed {
            vec![Src::Local(var)]
        } else {
            Vec::new()
        }
    }

    /// The code runs in a service: it starts with it, or is part of something that takes messages.
    fn is_live(&self, body: BodyId) -> bool {
        let body = &self.tables.bodies[body.index()];
        body.function
            .is_none_or(|id| !self.types.index.fns[id.index()].home.test)
    }

    fn cell(&self, src: Src, accesses: &[&Access]) -> Option<Cell> {
        let (name, kind, item, place, module, ty) = self.describe(src)?;
        let mut touches: Vec<Touch> = accesses.iter().map(|access| self.touch(access)).collect();
        touches.sort_by(|a, b| (&a.place, &a.op).cmp(&(&b.place, &b.op)));
        touches.dedup_by(|a, b| a.place == b.place && a.op == b.op && a.effect == b.effect);
        let bodies: Vec<BodyId> = accesses.iter().map(|access| access.body).collect();
        Some(Cell {
            name,
            kind,
            item,
            place,
            package: self.package(module),
            services: self.services(&bodies, module),
            stored: self.stored(&ty),
            accesses: touches,
        })
    }

    fn describe(&self, src: Src) -> Option<(String, CellKind, String, Place, ModId, Ty)> {
        let index = self.types.index;
        Some(match src {
            Src::Static(id) => {
                let definition = &index.statics[id.index()];
                let name = definition.item.name.text.clone();
                let mut item = index.module_path(definition.home.module);
                if let Some(inside) = definition.inside {
                    item = self.fn_path(inside);
                }
                let scope = Types::scope(definition.home.module);
                let ty = self.types.lower(&definition.item.ty, &scope);
                let place = self.place(definition.home.file, definition.item.name.span);
                (
                    name.clone(),
                    CellKind::Static,
                    format!("{item}::{name}"),
                    place,
                    definition.home.module,
                    ty,
                )
            }
            Src::Field(adt, field) => {
                let definition = &index.adts[adt.index()];
                let fields = definition.shape.fields();
                let def = fields.get(field as usize)?;
                let tuple = matches!(definition.shape, Shape::Struct(shape) if shape.tuple);
                let (name, span) = if tuple && fields.len() == 1 {
                    (definition.name.to_owned(), definition.span)
                } else {
                    (format!("{}.{}", definition.name, def.name.text), def.name.span)
                };
                let path = index.module_path(definition.home.module);
                let ty = self.types.field(adt, field as usize, &[]);
                let place = self.place(definition.home.file, span);
                (
                    name.clone(),
                    CellKind::Field,
                    format!("{path}::{name}"),
                    place,
                    definition.home.module,
                    ty,
                )
            }
            Src::Made(_) | Src::Elsewhere => return None,
            Src::Local(var) => {
                let known = &self.tables.vars[var.index()];
                let body = &self.tables.bodies[known.body.index()];
                let function = body.function?;
                let item = format!("{}::{}", self.fn_path(function), known.name);
                let module = index.fns[function.index()].home.module;
                (
                    known.name.clone(),
                    CellKind::Local,
                    item,
                    self.place(known.file, known.span),
                    module,
                    known.ty.clone(),
                )
            }
        })
    }

    fn touch(&self, access: &Access) -> Touch {
        let when = self.when(access.body);
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
            on: access.ty.peeled(self.types.catalog).kind(self.types.catalog),
        }
    }

    pub(super) fn when(&self, body: BodyId) -> When {
        if self.reach.by_request(body) {
            When::Request
        } else if self.reach.by_timer(body) {
            When::Timer
        } else if self.reach.at_startup(body) {
            When::Startup
        } else {
            When::Never
        }
    }

    pub(super) fn way(&self, body: BodyId) -> (Vec<Hop>, String, EntryKind, Confidence) {
        let Some(way) = self.reach.way(body) else {
            return (Vec::new(), String::new(), EntryKind::Startup, Confidence::High);
        };
        let entry = &self.entries[way.entry];
        let start = &self.tables.bodies[entry.body.index()];
        let mut hops = vec![Hop {
            place: self.place(start.file, entry_span(self.tables, self.types.index, entry.body)),
            text: match entry.kind {
                EntryKind::Request => match entry.label.strip_suffix("()") {
                    Some(function) => format!("requests enter here, through `{function}`"),
                    None if entry.label == CLOSURE => "requests enter here".to_owned(),
                    None => format!("`{}` enters here", entry.label),
                },
                EntryKind::Job => format!("a job enters here: `{}`", entry.label),
                EntryKind::Message if !self.is_loop(entry) => {
                    format!("a message enters here: `{}`", entry.label)
                }
                _ => format!("{} enters here", entry.label),
            },
        }];
        for pair in way.steps.windows(2) {
            let next = pair[1].0;
            let Some(span) = pair[0].1 else { continue };
            let callee = &self.tables.bodies[next.index()];
            if callee.kind == BodyKind::Fn {
                let from = &self.tables.bodies[pair[0].0.index()];
                hops.push(Hop {
                    place: self.place(from.file, span),
                    text: format!("calls `{}`", self.body_name(next)),
                });
            }
        }
        (hops, entry.label.clone(), entry.kind, way.confidence)
    }

    fn is_loop(&self, entry: &Entry) -> bool {
        matches!(self.tables.bodies[entry.body.index()].kind, BodyKind::Loop(_))
    }

    fn body_name(&self, body: BodyId) -> String {
        match self.tables.bodies[body.index()].function {
            Some(id) => self.fn_name(id),
            None => "a static's initial value".to_owned(),
        }
    }

    pub(super) fn fn_name(&self, id: FnId) -> String {
        let function = &self.types.index.fns[id.index()];
        let name = &function.item.name.text;
        match function.owner {
            Owner::Free => name.clone(),
            Owner::Impl(block) => match self.types.impl_scope(block).self_ty {
                Some(Ty::Adt(adt, _)) => format!("{}::{name}", self.types.index.adts[adt.index()].name),
                _ => name.clone(),
            },
            Owner::Trait(owner) => format!(
                "{}::{name}",
                self.types.index.traits[owner.index()].item.name.text
            ),
        }
    }

    pub(super) fn fn_path(&self, id: FnId) -> String {
        let home = self.types.index.fns[id.index()].home;
        format!(
            "{}::{}",
            self.types.index.module_path(home.module),
            self.fn_name(id)
        )
    }

    pub(super) fn place(&self, file: FileId, span: Span) -> Place {
        Place {
            path: self.types.index.files[file.index()].path.clone(),
            span,
        }
    }

    pub(super) fn package(&self, module: ModId) -> String {
        let krate = self.types.index.modules[module.index()].krate;
        let krate = &self.types.index.crates[krate.index()];
        krate
            .package
            .map_or_else(|| krate.name.clone(), |package| package.name.clone())
    }

    /// The programs in which something outside reaches this code; where none is known, those that the crate is part of.
    pub(super) fn services(&self, bodies: &[BodyId], module: ModId) -> Vec<String> {
        let entered = bodies.iter().flat_map(|body| self.programs.that_enter(*body));
        let names: BTreeSet<&str> = entered.collect();
        if names.is_empty() {
            return self
                .programs
                .with(self.types.index, self.types.index.modules[module.index()].krate);
        }
        names.into_iter().map(str::to_owned).collect()
    }

    /// What a type stores, for rules.
    pub(super) fn stored(&self, ty: &Ty) -> Stored {
        let catalog = self.types.catalog;
        let mut stored = Stored {
            text: self.text(ty, 0),
            ..Stored::default()
        };
        let mut at = ty.peeled(catalog).clone();
        for _ in 0..6 {
            let kind = at.kind(catalog);
            stored.once |= kind == Kind::Once;
            if !matches!(kind, Kind::Lock | Kind::Once) {
                break;
            }
            let inner = at.args().first().cloned().unwrap_or_default();
            stored.optional |= inner.kind(catalog) == Kind::Option;
            at = inner.peeled(catalog).clone();
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
            values
                .iter()
                .for_each(|value| self.kinds(value, &mut stored.elements, 0));
        }
        if is_map && let Some(key) = args.first() {
            self.words(key, &mut stored.key_words, 0);
        }
        self.words(ty, &mut stored.words, 0);
        stored
    }

    fn kinds(&self, ty: &Ty, out: &mut BTreeSet<Kind>, depth: usize) {
        if depth > 6 {
            return;
        }
        let kind = ty.kind(self.types.catalog);
        if kind != Kind::Unknown {
            out.insert(kind);
        }
        if let Ty::Adt(adt, args) = ty {
            for field in 0..self.types.index.adts[adt.index()].shape.fields().len() {
                self.kinds(&self.types.field(*adt, field, args), out, depth + 2);
            }
        }
        ty.args().iter().for_each(|arg| self.kinds(arg, out, depth + 1));
    }

    fn words(&self, ty: &Ty, out: &mut BTreeSet<String>, depth: usize) {
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

    /// The type in a short readable form.
    fn text(&self, ty: &Ty, depth: usize) -> String {
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
            _ => "_".to_owned(),
        }
    }

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
                    texts: call.texts.clone(),
                    names: call.names.clone(),
                    choice: call.fork.as_ref().map(|fork| Choice {
                        setting: fork.setting.clone(),
                        place: self.place(body.file, fork.span),
                        branch: fork.branch,
                    }),
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
                    in_static: body.value.is_some() || matches!(call.into, Some(Src::Static(_))),
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

    fn link(&self, body: BodyId, span: Span, to: String, resolved: Option<Confidence>) -> Link {
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

/// Senders are told apart by their module, which their name carries.
fn spelled(name: &str) -> String {
    name.replace("broadcast_", "broadcast::")
        .replace("oneshot_", "oneshot::")
}
