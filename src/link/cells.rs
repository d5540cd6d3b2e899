//! From accesses to cells: which store outlives a request, and what it is called. Follows no calls itself.

use std::collections::{BTreeMap, BTreeSet};

use super::eval::Tables;
use super::events::{Access, BodyKind, Events, Origin, Passed, Src};
use super::finder::Entry;
use super::ids::{BodyId, FileId, FnId, ModId, VarId};
use super::index::{Owner, Shape};
use super::methods::Methods;
use super::program::{Cell, CellKind, Touch, When};
use super::programs::Programs;
use super::reach::Reach;
use super::shared::Shared;
use super::types::{Ty, Types};
use crate::catalog::{Effect, EntryKind, Kind};
use crate::facts::{Span, StaticForm};
use crate::finding::Place;

/// Everything needed to turn events into cells.
pub(super) struct Cells<'a, 'x> {
    pub(super) types: Types<'a>,
    pub(super) methods: &'x Methods<'a>,
    pub(super) tables: &'x Tables,
    pub(super) events: &'x Events,
    pub(super) entries: &'x [Entry],
    pub(super) reach: &'x Reach,
    pub(super) shared: &'x Shared,
    /// Locals that end up in a field.
    pub(super) stored_in: BTreeMap<VarId, BTreeSet<(super::ids::AdtId, u32)>>,
    pub(super) programs: &'x Programs,
    /// The code of the entry points.
    pub(super) entered: BTreeSet<BodyId>,
    /// What a field is filled with, where that is stored elsewhere.
    pub(super) filled_from: BTreeMap<(super::ids::AdtId, u32), BTreeSet<Src>>,
    /// Variables that code which outlives them shares: what is known of one is known of all.
    pub(super) escaped: BTreeSet<VarId>,
    /// Functions that only write to the log.
    pub(super) quiet: BTreeSet<FnId>,
    /// What a parameter injected by a framework stands for.
    pub(super) injected: BTreeMap<VarId, Vec<Src>>,
}

impl Cells<'_, '_> {
    /// All cells, sorted by place.
    pub(super) fn collect(&self) -> Vec<Cell> {
        let mut found: BTreeMap<Src, Vec<&Access>> = BTreeMap::new();
        let mut of_parts: BTreeMap<Src, Vec<bool>> = BTreeMap::new();
        for access in &self.events.accesses {
            let all = self.resolve(access.origin, access, 0);
            for src in &all {
                let of_a_part = all.iter().any(|part| self.is_lock_inside(*part, *src));
                found.entry(*src).or_default().push(access);
                of_parts.entry(*src).or_default().push(of_a_part);
            }
        }
        let held = self.held_locks(&found);
        found.retain(
            |src, _| !matches!(src, Src::Field(adt, field) if held.contains(&(*adt, *field as usize))),
        );
        let timers = self.entries.iter().filter(|entry| entry.kind == EntryKind::Timer);
        let runs: Vec<BTreeSet<BodyId>> = timers.map(|entry| self.programs.run_by(entry.body)).collect();
        let by_request = |access: &&Access| is_change(access) && self.when_done(access) == When::Request;
        let changed: BTreeSet<Src> = found
            .iter()
            .filter(|(_, accesses)| accesses.iter().any(by_request))
            .map(|(src, _)| *src)
            .collect();
        let mut cells: Vec<Cell> = found
            .iter()
            .filter_map(|(src, accesses)| {
                let mut cell = self.cell(*src, accesses, &of_parts[src])?;
                cell.made_from = self.made_from(*src, &found, &runs, &changed);
                Some(cell)
            })
            .collect();
        cells.sort_by(|a, b| (&a.place, &a.item).cmp(&(&b.place, &b.item)));
        cells.dedup_by(|later, earlier| {
            let same = later.place == earlier.place;
            if same {
                join(earlier, later);
            }
            same
        });
        cells
    }

    /// Of the structs that are kinds of lock, those of which a store that holds one is known to change: what lies behind the
    /// lock is told there.
    fn held_locks(&self, found: &BTreeMap<Src, Vec<&Access>>) -> BTreeSet<(super::ids::AdtId, usize)> {
        let changed = found
            .iter()
            .filter(|(_, accesses)| accesses.iter().any(|access| is_change(access)));
        let held = changed.filter_map(|(src, _)| {
            let (.., ty) = self.describe(*src)?;
            match ty.peeled(self.types.catalog) {
                Ty::Adt(adt, _) => Some((*adt, self.types.generic_lock(*adt)?)),
                _ => None,
            }
        });
        held.collect()
    }

    /// A field with a lock of its own, in a struct that lies behind the lock of the other cell.
    fn is_lock_inside(&self, part: Src, whole: Src) -> bool {
        let Src::Field(adt, field) = part else {
            return false;
        };
        part != whole
            && self.shared.is_kept_by(adt, whole)
            && self.has_lock(&self.types.field(adt, field as usize, &[]), 0)
    }

    /// What requests change and the timer that fills this one looks at. `runs`: all that each timer runs; `changed`: what
    /// requests change.
    fn made_from(
        &self,
        src: Src,
        found: &BTreeMap<Src, Vec<&Access>>,
        runs: &[BTreeSet<BodyId>],
        changed: &BTreeSet<Src>,
    ) -> Vec<String> {
        let filled_in: BTreeSet<BodyId> = found[&src]
            .iter()
            .filter(|access| is_change(access) && self.reach.by_timer(access.body))
            .map(|access| access.body)
            .collect();
        if filled_in.is_empty() || changed.contains(&src) {
            return Vec::new();
        }
        let filling = runs.iter().filter(|runs| !runs.is_disjoint(&filled_in));
        let seen: BTreeSet<BodyId> = filling.flatten().copied().collect();
        let is_seen = |access: &&Access| seen.contains(&access.body) && access.effect == Effect::Read;
        let mut names: Vec<String> = changed
            .iter()
            .filter(|other| found[*other].iter().any(is_seen))
            .filter_map(|other| Some(self.describe(*other)?.0))
            .collect();
        names.sort();
        names.dedup();
        names
    }

    /// The cells an access belongs to.
    fn resolve(&self, origin: Origin, access: &Access, depth: usize) -> Vec<Src> {
        if depth > 4 {
            return Vec::new();
        }
        match origin.src {
            Src::Static(id) => {
                let definition = &self.types.index.statics[id.index()];
                let alive = definition.item.form != StaticForm::TaskLocal;
                if alive { vec![origin.src] } else { Vec::new() }
            }
            Src::Made(_) | Src::Elsewhere => Vec::new(),
            Src::Key(adt) => {
                let alive = self.is_shared_key(adt) && !self.only_puts_in(adt, access);
                if alive { vec![origin.src] } else { Vec::new() }
            }
            Src::Field(adt, field) => {
                if self.is_of_one_request(origin, access.body) {
                    return Vec::new();
                }
                let ty = self.types.field(adt, field as usize, &[]);
                let kind = ty.peeled(self.types.catalog).kind(self.types.catalog);
                let sends = access.effect == Effect::Send || kind.is_channel();
                let has_lock = self.has_lock(&ty, 0);
                let is_cell = kind.is_cell() || has_lock;
                let locked = origin.inside || sends || is_cell;
                let mut cells = self.shared.cells_of_field(adt, field, locked, origin.inside);
                if self.shared.is_owned_by(origin.holder) && !cells.contains(&origin.src) {
                    cells.push(origin.src);
                }
                let alone = cells.is_empty() && self.shared.is_of_the_start(adt);
                let shares = kind == Kind::Broadcast && self.types.has_locks(adt);
                // What threads cannot share is part of the lock that makes it one thread's.
                let one_thread = !shares && self.has_only_cells(&ty, 0);
                let apart = self.shared.is_kept(adt) && (cells.is_empty() || !one_thread);
                if (is_cell || shares) && (alone || apart) && !cells.contains(&origin.src) {
                    cells.push(origin.src);
                }
                if !locked
                    && cells.is_empty()
                    && self.shared.is_one_of_the_start(adt)
                    && !self.is_of_an_unknown_caller(origin)
                {
                    cells.push(origin.src);
                }
                if self.is_enum(adt) && !has_lock && cells.contains(&origin.src) {
                    cells.retain(|cell| *cell != origin.src);
                    cells.extend(self.holders_of_payload(adt, origin, access, depth));
                }
                if !locked && cells.is_empty() && self.shared.is_part_of_actors(adt, 0) {
                    // Whoever starts the actor, this part of it changes as its field does.
                    cells.push(origin.src);
                }
                if !is_cell && !sends {
                    cells = cells
                        .into_iter()
                        .flat_map(|cell| self.outermost(cell, 0))
                        .collect();
                    cells.sort_unstable();
                    cells.dedup();
                }
                if cells.is_empty() && (has_lock || access.effect == Effect::Send) {
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
        if self.shared.is_addressed(origin.holder) {
            return false;
        }
        let actor = matches!(origin.src, Src::Field(adt, _) if self.shared.is_actor(adt));
        let maker = match origin.holder {
            Some(Src::Local(var)) => {
                let known = &self.tables.vars[var.index()];
                let private =
                    known.made && !self.escaped.contains(&var) && !self.stored_in.contains_key(&var);
                if private && !actor && known.body != user && self.reach.by_request(known.body) {
                    // Start-up code and requests each make one here; nobody but this variable has it.
                    return true;
                }
                // A struct that is handed over itself, not shared, is whoever's it is handed to.
                let moved = known.param == Some(Passed::Value) && matches!(known.ty, Ty::Adt(..));
                (known.made || moved).then_some(known.body)
            }
            Some(Src::Made(body)) => Some(body),
            _ => None,
        };
        // Nobody else has it yet where it is made.
        maker.is_some_and(|body| {
            body == user
                || !actor && {
                    (self.reach.by_request(body) || self.reach.by_timer(body)) && !self.reach.at_startup(body)
                }
        })
    }

    /// The struct itself came in through a parameter or out of a call, and we do not see who made it.
    fn is_of_an_unknown_caller(&self, origin: Origin) -> bool {
        let Some(Src::Local(var)) = origin.holder else {
            return false;
        };
        let known = &self.tables.vars[var.index()];
        let of_the_start = self.reach.at_startup(known.body) && !self.reach.by_request(known.body);
        match known.param {
            Some(passed) => passed == Passed::Value && !of_the_start,
            None => !known.made && !of_the_start,
        }
    }

    /// Storing it elsewhere stores the same thing: plain data is moved or copied.
    fn is_handle(&self, ty: &Ty) -> bool {
        let kind = ty.kind(self.types.catalog);
        let ends = matches!(
            kind,
            Kind::Sender | Kind::Broadcast | Kind::Receiver | Kind::Wrapper
        );
        ends || matches!(ty, Ty::Adt(..)) || self.has_lock(ty, 0)
    }

    fn has_lock(&self, ty: &Ty, depth: usize) -> bool {
        depth < 3
            && (ty.kind(self.types.catalog).is_cell()
                || ty.args().iter().any(|arg| self.has_lock(arg, depth + 1)))
    }

    pub(super) fn resolve_local(
        &self,
        var: VarId,
        origin: Origin,
        access: &Access,
        depth: usize,
    ) -> Vec<Src> {
        let known = &self.tables.vars[var.index()];
        if known.param.is_some() {
            let mut targets = self.injected.get(&var).cloned().unwrap_or_default();
            if let (Ty::Adt(adt, _), true) = (known.ty.peeled(self.types.catalog), targets.is_empty())
                && let Some(lock) = self.types.generic_lock(*adt)
            {
                // We do not see which one it is: any of its kind.
                targets.push(Src::Field(*adt, u32::try_from(lock).unwrap_or(u32::MAX)));
            }
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
        // A variable that is given another value changes alone.
        let anew = access.op.ends_with('=') && !origin.inside;
        if let Some(fields) = self.stored_in.get(&var)
            && self.is_handle(&known.ty)
            && !anew
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
        // Of a function that nothing is seen to call, nobody knows how often it runs.
        let started = self.reach.at_startup(known.body) && !self.reach.by_timer(known.body);
        let outlives = !declared_per_request && known.body != access.body && started;
        let whole = matches!(known.ty, Ty::Adt(..));
        let of_an_actor = !whole && self.shared.is_of_an_actor(var) && known.body != access.body;
        let typed = !matches!(
            known.ty.peeled(self.types.catalog),
            Ty::Unknown | Ty::From(_) | Ty::Fn(_) | Ty::Closure(_)
        );
        if (outlives || of_an_actor) && known.fresh && typed {
            vec![Src::Local(var)]
        } else {
            Vec::new()
        }
    }

    fn cell(&self, src: Src, accesses: &[&Access], of_parts: &[bool]) -> Option<Cell> {
        let (name, kind, item, place, module, ty) = self.describe(src)?;
        let touch = |(access, of_a_part): (&&Access, &bool)| Touch {
            of_a_part: *of_a_part,
            ..self.touch(access)
        };
        let mut touches: Vec<Touch> = accesses.iter().zip(of_parts).map(touch).collect();
        sort_touches(&mut touches);
        let bodies: Vec<BodyId> = accesses.iter().map(|access| access.body).collect();
        Some(Cell {
            name,
            kind,
            item,
            place,
            package: self.package(module),
            services: self.services(&bodies, module),
            stored: self.stored(&ty),
            of_an_entry: matches!(src, Src::Field(adt, _) if self.shared.is_entry(adt)),
            of_a_line: self.is_beside_a_line(src, &ty),
            rebuilt: self.is_rebuilt(src),
            accesses: touches,
            made_from: Vec::new(),
        })
    }

    pub(super) fn describe(&self, src: Src) -> Option<(String, CellKind, String, Place, ModId, Ty)> {
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
            Src::Key(adt) => {
                let definition = &index.adts[adt.index()];
                let name = definition.name.to_owned();
                let item = format!("{}::{name}", index.module_path(definition.home.module));
                let place = self.place(definition.home.file, definition.span);
                let ty = self.methods.keys.get(adt)?.value.clone();
                (name, CellKind::Key, item, place, definition.home.module, ty)
            }
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

    /// A helper that requests use too may have been handed this very thing by start-up code or by a timer.
    pub(super) fn when_done(&self, access: &Access) -> When {
        let plain = self.tables.bodies[access.body.index()].kind == BodyKind::Fn
            && !self.entered.contains(&access.body);
        let here = self.when(access.body);
        match access.origin.through.filter(|_| plain && here == When::Request) {
            Some(handed_by) => self.when(handed_by).max(here),
            None => here,
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

    pub(super) fn body_name(&self, body: BodyId) -> String {
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

    /// The programs in which something outside reaches this code; where none is known, those that run it, then those that
    /// the crate is part of.
    pub(super) fn services(&self, bodies: &[BodyId], module: ModId) -> Vec<String> {
        let index = self.types.index;
        let names = self.programs.of(bodies);
        if names.is_empty() {
            return self.programs.with(index, index.modules[module.index()].krate);
        }
        names
    }
}

/// A module that a library and its binary both declare is one text in two crates: each sees its own callers.
fn join(cell: &mut Cell, twin: &mut Cell) {
    cell.services.append(&mut twin.services);
    cell.services.sort();
    cell.services.dedup();
    cell.accesses.append(&mut twin.accesses);
    cell.made_from.append(&mut twin.made_from);
    sort_touches(&mut cell.accesses);
}

/// In the order of the source; of the same access in several crates or by several ways, the one that a request makes.
fn sort_touches(touches: &mut Vec<Touch>) {
    touches.sort_by(|a, b| {
        let key = |touch: &Touch| (touch.effect, touch.when, touch.of_a_part);
        (&a.place, &a.op, key(a)).cmp(&(&b.place, &b.op, key(b)))
    });
    touches.dedup_by(|a, b| a.place == b.place && a.op == b.op && a.effect == b.effect);
}

pub(super) fn is_change(access: &Access) -> bool {
    matches!(access.effect, Effect::Write | Effect::InsertOrGet)
}
