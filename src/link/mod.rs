//! All facts become one [`Program`]: names, types, calls, entry points, cells and who touches them.
//!
//! A pure function of the facts sorted by path. Never sees syn, never reads the disk, never depends on the number
//! of threads or on the order of a hash.

mod actors;
mod alike;
mod assoc;
mod callbacks;
mod cells;
mod driven;
mod dump;
mod entry;
mod eval;
mod events;
mod expand;
mod feeds;
mod finder;
mod functions;
mod ids;
mod implemented;
mod index;
mod items;
mod jobs;
mod keys;
mod lent;
mod marks;
mod methods;
mod names;
mod outward;
mod plain;
mod program;
mod programs;
mod reach;
mod rebuilt;
mod shared;
mod standins;
mod stored;
mod substates;
mod turned;
mod types;
mod walk;
mod ways;
mod wholes;

use std::collections::{BTreeMap, BTreeSet};

pub use dump::dump;
pub use entry::WAKE_UP;
pub use expand::expand;
pub use index::FileFacts;
pub use jobs::{Channel, Task};
pub use program::{
    Cell, CellKind, Choice, Counts, EntryPoint, Hop, Kind2 as Shape, Link, Mark, OutsideCall, Program, Said,
    Stored, TimerLoop, Touch, Use, When, Work, words_of,
};

use self::eval::{Machine, Tables, note_told_by_handlers, settle_returned};
use self::events::{Callee, Events, Flows, Src};
use self::ids::{AdtId, BodyId, FnId, StaticId, VarId};
use self::index::Index;
use self::methods::Methods;
use self::names::Names;
use self::reach::Reach;
use self::shared::{Shared, Walker};
use self::types::{Ty, Types};
use crate::catalog::{Catalog, EntryKind};
use crate::discover::Package;
use crate::finding::Place;

/// Values flow one call further in each round, and back; after this many what is still moving is left as it is.
const ROUNDS: usize = 8;

/// Joins all facts. `files` must be sorted by path.
#[must_use]
pub fn link(packages: &[Package], files: &[FileFacts], catalog: &Catalog) -> Program {
    let index = Index::build(packages, files, catalog);
    let names = Names::new(&index);
    let types = Types {
        index: &index,
        names: &names,
        catalog,
    };
    let methods = Methods::new(types);
    let mut tables = Tables::default();
    let (mut events, flows) = evaluate(types, &methods, &mut tables);
    settle_returned(&tables, &mut events);
    driven::note(types, &tables, &mut events);
    let body_of = fn_bodies(&index, &tables);
    let unmade = standins::methods_of_unmade(&finder(types, &tables, &events, &body_of), &methods);
    events
        .calls
        .retain(|call| !matches!(call.callee, Callee::Fn(id) if unmade.contains(&id)));
    let finder = finder(types, &tables, &events, &body_of);
    let (entries, programs) = finder.find();
    let reach = Reach::new(&entries, &finder.mains(), &events, &body_of, &tables.bodies);
    let shared = shared_types(&finder, &methods, &flows, &entries, &reach);
    let entered: BTreeSet<BodyId> = entries.iter().map(|entry| entry.body).collect();
    let injected = injected(types, &tables, &events, &reach, &entered);
    let cells = cells::Cells {
        types,
        methods: &methods,
        tables: &tables,
        events: &events,
        entries: &entries,
        reach: &reach,
        shared: &shared,
        stored_in: stored_in(&events),
        escaped: escaped(&events, &tables, &reach),
        filled_from: filled_from(&events),
        quiet: functions::quiet(&index, &tables, &events),
        injected,
        programs: &programs,
        entered,
    };
    let wires = cells.wires();
    let timers = cells.timers(&wires);
    let reactions = cells.reactions(&wires);
    Program {
        cells: cells.collect(),
        calls: cells.outside_calls(),
        marks: cells.marks(),
        required: required(packages),
        entries: entries
            .iter()
            .map(|entry| entry_point(&index, &tables, entry))
            .collect(),
        timers,
        reactions,
        tasks: cells.tasks(),
        channels: cells.channels(&wires),
        links: cells.links(),
        counts: Counts {
            fields_resolved: shared.fields(types, true),
            fields_unresolved: shared.fields(types, false),
            ..counts(&index, catalog, &entries)
        },
    }
}

fn finder<'a, 'x>(
    types: Types<'a>,
    tables: &'x Tables,
    events: &'x Events,
    body_of: &'x BTreeMap<FnId, BodyId>,
) -> finder::Finder<'a, 'x> {
    finder::Finder {
        types,
        index: types.index,
        names: types.names,
        catalog: types.catalog,
        tables,
        events,
        body_of,
    }
}

fn evaluate(types: Types<'_>, methods: &Methods<'_>, tables: &mut Tables) -> (Events, Flows) {
    let mut flows = Flows::default();
    let mut events = Events::default();
    for _ in 0..ROUNDS {
        let mut next = Flows {
            told: flows.told.clone(),
            ..Flows::default()
        };
        events = Events::default();
        let mut machine = Machine {
            types,
            methods,
            flows: &flows,
            next: &mut next,
            tables,
            events: &mut events,
        };
        for position in 0..types.index.statics.len() {
            machine.run_static(StaticId::next(position));
        }
        for position in 0..types.index.fns.len() {
            machine.run_fn(FnId::next(position));
        }
        note_told_by_handlers(types, tables, &events, &mut next);
        let settled = next == flows;
        flows = next;
        if settled {
            break;
        }
    }
    (events, flows)
}

fn fn_bodies(index: &Index<'_>, tables: &Tables) -> BTreeMap<FnId, BodyId> {
    let fns = index.fns.iter().enumerate();
    fns.filter_map(|(position, function)| {
        let id = FnId::next(position);
        Some((id, tables.fn_body(id, function.span)?))
    })
    .collect()
}

fn shared_types(
    finder: &finder::Finder<'_, '_>,
    methods: &Methods<'_>,
    flows: &Flows,
    entries: &[finder::Entry],
    reach: &Reach,
) -> Shared {
    let finder::Finder {
        types,
        tables,
        events,
        ..
    } = *finder;
    let mut walker = Walker {
        types,
        methods,
        flows,
        shared: Shared::default(),
    };
    walker.note_parts();
    tables.vars.iter().for_each(|var| walker.note_message(&var.ty));
    for (position, definition) in types.index.statics.iter().enumerate() {
        if !definition.constant {
            let ty = types.lower(&definition.item.ty, &Types::scope(definition.home.module));
            walker.add_static(StaticId::next(position), &ty);
        }
    }
    for (_, value) in &events.carried {
        walker.add_root(
            &value.ty,
            value
                .from
                .iter()
                .find(|origin| origin.is_store())
                .map(|origin| origin.src),
        );
    }
    for (position, function) in types.index.fns.iter().enumerate() {
        let scope = types.fn_scope(FnId::next(position));
        for param in &function.item.params {
            let ty = types.lower(&param.ty, &scope);
            if let Ty::Ext(ext, args) = &ty
                && types.catalog.is_extractor(&ext.krate, &ext.name)
            {
                args.iter().for_each(|arg| walker.add_root(arg, None));
            }
        }
    }
    let request = |body: BodyId| reach.by_request(body);
    let search = actors::Search {
        types,
        methods,
        tables,
        events,
        request: &request,
    };
    let private = finder.of_one_connection(&|ty| search.is_of_a_connection(ty, 0));
    let is_private = |ty: &Ty| matches!(ty.peeled(types.catalog), Ty::Adt(adt, _) if private.contains(adt));
    for entry in entries.iter().filter(|entry| entry.on_self) {
        if let Some(id) = tables.bodies[entry.body.index()].function
            && let Some(ty) = types.fn_scope(id).self_ty.filter(|ty| !is_private(ty))
        {
            walker.add_owned(&ty);
        }
    }
    finder.addressed().iter().for_each(|ty| walker.add_addressed(ty));
    let owned = entries.iter().flat_map(|entry| &entry.owned);
    for ty in owned.filter(|ty| !is_private(ty)) {
        walker.add_owned(ty);
    }
    for ty in provided(types) {
        walker.add_root(&ty, None);
    }
    keys::add_roots(&mut walker, events, reach);
    for (var, body) in &events.captures {
        let known = &tables.vars[var.index()];
        if reach.by_request(*body) && !reach.by_request(known.body) {
            walker.add_root(&known.ty, Some(Src::Local(*var)));
            if matches!(known.ty, Ty::Adt(..)) && known.fresh && known.param.is_none() {
                // A loop or task that has the struct itself is its owner: the plain fields of this very one change.
                walker.shared.note_owner(*var);
            }
        }
    }
    let actors = search.find();
    for var in actors.vars {
        walker.add_owned(&tables.vars[var.index()].ty);
        walker.shared.note_actor(var);
    }
    for adt in actors.structs {
        walker.add_actor(adt);
    }
    walker.shared.note_makers(events, reach);
    walker.shared.note_private(private);
    walker.shared
}

/// What functions with an attribute for it make for all handlers.
fn provided(types: Types<'_>) -> Vec<Ty> {
    let index = types.index;
    let provides = |function: &index::FnDef<'_>| {
        let module = function.home.module;
        types.catalog.frameworks.iter().any(|framework| {
            let used = || {
                framework
                    .crates
                    .iter()
                    .any(|krate| index.depends_on(module, krate))
            };
            let mut names = function.attrs.iter().filter_map(|attr| attr.path.last());
            names.any(|name| framework.provides.contains(name)) && used()
        })
    };
    let fns = index
        .fns
        .iter()
        .enumerate()
        .filter(|(_, function)| provides(function));
    fns.filter_map(|(position, function)| {
        let output = function.item.output.as_ref()?;
        Some(types.lower(output, &types.fn_scope(FnId::next(position))))
    })
    .collect()
}

/// Locals that are put into a field: themselves, not something out of them.
fn stored_in(events: &Events) -> BTreeMap<VarId, BTreeSet<(AdtId, u32)>> {
    let mut stored: BTreeMap<VarId, BTreeSet<(AdtId, u32)>> = BTreeMap::new();
    for (adt, field, value) in &events.field_values {
        for origin in value.from.iter().filter(|origin| !origin.inside) {
            if let Src::Local(var) = origin.src {
                stored.entry(var).or_default().insert((*adt, *field));
            }
        }
    }
    stored
}

/// Variables that a task, a handler or a framework has a share of.
fn escaped(events: &Events, tables: &Tables, reach: &Reach) -> BTreeSet<VarId> {
    let captured = events.captures.iter().filter(|(var, body)| {
        let home = tables.vars[var.index()].body;
        reach.by_request(*body) != reach.by_request(home) || reach.by_timer(*body) != reach.by_timer(home)
    });
    let carried = events.carried.iter().flat_map(|(_, value)| &value.from);
    let carried = carried.filter_map(|origin| match origin.src {
        Src::Local(var) => Some(var),
        _ => None,
    });
    captured.map(|(var, _)| *var).chain(carried).collect()
}

/// Where what is put into a field comes from.
fn filled_from(events: &Events) -> BTreeMap<(AdtId, u32), BTreeSet<Src>> {
    let mut filled: BTreeMap<(AdtId, u32), BTreeSet<Src>> = BTreeMap::new();
    for (adt, field, value) in &events.field_values {
        let sources = value.from.iter().map(|origin| origin.src);
        filled.entry((*adt, *field)).or_default().extend(sources);
    }
    filled
}

/// A parameter of a handler that the framework fills: found by type among what is handed to the framework, then among
/// the locals of start-up code.
fn injected(
    types: Types<'_>,
    tables: &Tables,
    events: &Events,
    reach: &Reach,
    entered: &BTreeSet<BodyId>,
) -> BTreeMap<VarId, Vec<Src>> {
    let mut found = BTreeMap::new();
    for (position, var) in tables.vars.iter().enumerate() {
        let id = VarId::next(position);
        if var.param.is_none() || !var.fresh {
            continue;
        }
        let wanted = var.ty.peeled(types.catalog);
        let kind = wanted.kind(types.catalog);
        let is_lock =
            kind.is_cell() || matches!(wanted, Ty::Adt(adt, _) if types.generic_lock(*adt).is_some());
        if !is_lock && !kind.is_channel() {
            continue;
        }
        let given = events
            .carried
            .iter()
            .filter(|(body, _)| same_package(types.index, tables, var.body, *body));
        let carried = given
            .clone()
            .filter(|(_, value)| compatible(value.ty.peeled(types.catalog), wanted));
        let mut sources: Vec<Src> = carried
            .flat_map(|(_, value)| {
                value
                    .from
                    .iter()
                    .filter(|origin| origin.is_store())
                    .map(|origin| origin.src)
            })
            .collect();
        if sources.is_empty() {
            sources = tables
                .vars
                .iter()
                .enumerate()
                .filter(|(_, local)| local.param.is_none() && local.fresh && !reach.by_request(local.body))
                .filter(|(_, local)| same_package(types.index, tables, var.body, local.body))
                .filter(|(_, local)| {
                    local.ty.peeled(types.catalog).kind(types.catalog) == kind
                        && compatible(local.ty.peeled(types.catalog), wanted)
                })
                .map(|(position, _)| Src::Local(VarId::next(position)))
                .take(1)
                .collect();
        }
        if sources.is_empty() && entered.contains(&var.body) {
            sources.extend(substates::part_of_type(types, wanted, given));
        }
        sources.sort_unstable();
        sources.dedup();
        if !sources.is_empty() {
            found.insert(id, sources);
        }
    }
    found
}

fn same_package(index: &Index<'_>, tables: &Tables, one: BodyId, other: BodyId) -> bool {
    let dir = |body: BodyId| {
        let function = tables.bodies[body.index()].function?;
        let krate = &index.crates[index.modules[index.fns[function.index()].home.module.index()]
            .krate
            .index()];
        Some(krate.package.map(|package| package.dir.clone()))
    };
    dir(one) == dir(other)
}

/// The same type, where what is not known fits anything.
fn compatible(one: &Ty, other: &Ty) -> bool {
    match (one, other) {
        (Ty::Unknown | Ty::Param(_), _) | (_, Ty::Unknown | Ty::Param(_)) => true,
        (Ty::Ext(a, x), Ty::Ext(b, y)) => a == b && (x.is_empty() || y.is_empty() || all_compatible(x, y)),
        (Ty::Adt(a, x), Ty::Adt(b, y)) => a == b && (x.is_empty() || y.is_empty() || all_compatible(x, y)),
        (Ty::Tuple(x), Ty::Tuple(y)) => all_compatible(x, y),
        _ => one == other,
    }
}

fn all_compatible(one: &[Ty], other: &[Ty]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(a, b)| compatible(a, b))
}

fn entry_point(index: &Index<'_>, tables: &Tables, entry: &finder::Entry) -> EntryPoint {
    let body = &tables.bodies[entry.body.index()];
    EntryPoint {
        label: entry.label.clone(),
        framework: entry.framework.clone(),
        kind: entry.kind,
        place: Place {
            path: index.files[body.file.index()].path.clone(),
            span: entry::entry_span(tables, index, entry.body),
        },
    }
}

/// The dependencies' versions as Cargo.toml gives them, by the names that code has for the crates.
fn required(packages: &[Package]) -> BTreeMap<String, BTreeMap<String, String>> {
    let of_package = |package: &Package| {
        let dependencies = package.dependencies.iter().map(|dependency| {
            let krate = dependency.package.replace('-', "_");
            let version = dependency.version.clone().unwrap_or_else(|| "*".to_owned());
            (krate, version)
        });
        (package.name.clone(), dependencies.collect())
    };
    packages.iter().map(of_package).collect()
}

fn counts(index: &Index<'_>, catalog: &Catalog, entries: &[finder::Entry]) -> Counts {
    let mut counts = Counts::default();
    for entry in entries.iter().filter(|entry| entry.kind != EntryKind::Timer) {
        *counts.frameworks.entry(entry.framework.clone()).or_default() += 1;
    }
    for krate in &index.crates {
        let Some(package) = krate.package else { continue };
        for dependency in &package.dependencies {
            if let Some(framework) = catalog.framework_of(&dependency.name) {
                counts.used_frameworks.insert(framework.name.clone());
            }
        }
    }
    counts.unread_macros = index.unread_macros.len();
    counts
}
