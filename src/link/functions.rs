//! What can be said of a function as a whole: whether anybody would miss it, whether it is told anything. Looks at events and
//! signatures; knows no cells.

use std::collections::BTreeSet;

use super::cells::is_change;
use super::eval::Tables;
use super::events::{Access, BodyKind, Callee, Events, Src};
use super::ids::{BodyId, FnId};
use super::index::Index;
use crate::catalog::Effect;
use crate::facts::TypeRef;

/// Functions that answer nothing and do nothing with the world but write to the log.
pub(super) fn quiet(index: &Index<'_>, tables: &Tables, events: &Events) -> BTreeSet<FnId> {
    let function = |body: BodyId| tables.bodies[body.index()].function;
    let logging = events.logs.iter().filter_map(|body| function(*body));
    let mut quiet: BTreeSet<FnId> = logging.filter(|id| answers_nothing(index, *id)).collect();
    let own = |callee: Callee, caller: BodyId| match callee {
        Callee::Body(body) => function(body) == function(caller),
        Callee::Fn(_) => false,
    };
    let calls = events
        .calls
        .iter()
        .filter(|call| !own(call.callee, call.body))
        .map(|call| call.body);
    let unknown = events.unresolved.iter().map(|call| call.body);
    let outside = events
        .ext_calls
        .iter()
        .filter(|call| !is_of_the_process(&call.krate, &call.path, &call.name))
        .map(|call| call.body);
    let sends = events
        .accesses
        .iter()
        .filter(|access| access.effect == Effect::Send)
        .map(|access| access.body);
    let spawns = events.spawned.iter().map(|spawned| spawned.body);
    for body in calls.chain(unknown).chain(outside).chain(sends).chain(spawns) {
        if let Some(id) = function(body) {
            quiet.remove(&id);
        }
    }
    keep_for_themselves(tables, events, quiet)
}

/// Of these functions, those that change nothing which others look at.
fn keep_for_themselves(tables: &Tables, events: &Events, mut quiet: BTreeSet<FnId>) -> BTreeSet<FnId> {
    let function = |access: &Access| tables.bodies[access.body.index()].function;
    loop {
        let of_others = |access: &&Access| function(access).is_none_or(|id| !quiet.contains(&id));
        let seen: BTreeSet<Src> = events
            .accesses
            .iter()
            .filter(of_others)
            .map(|access| access.origin.src)
            .collect();
        let changes = events
            .accesses
            .iter()
            .filter(|access| is_change(access) && seen.contains(&access.origin.src));
        let loud: BTreeSet<FnId> = changes
            .filter_map(function)
            .filter(|id| quiet.contains(id))
            .collect();
        if loud.is_empty() {
            return quiet;
        }
        quiet.retain(|id| !loud.contains(id));
    }
}

fn answers_nothing(index: &Index<'_>, id: FnId) -> bool {
    match &index.fns[id.index()].item.output {
        None => true,
        Some(TypeRef::Tuple(parts)) => parts.is_empty(),
        Some(_) => false,
    }
}

/// Clocks, texts, collections and the log itself.
fn is_of_the_process(krate: &str, path: &str, name: &str) -> bool {
    const OWN: &[&str] = &[
        "std",
        "core",
        "alloc",
        "log",
        "tracing",
        "chrono",
        "time",
        "parking_lot",
        "dashmap",
        "once_cell",
    ];
    const WORLD: &[&str] = &[
        "fs",
        "net",
        "process",
        "env",
        "File",
        "OpenOptions",
        "TcpStream",
        "UdpSocket",
        "Command",
    ];
    let mut parts = path.split("::").chain(name.split("::"));
    OWN.contains(&krate) && !parts.any(|part| WORLD.contains(&part))
}

/// The code stands in a function that has no parameter beside the struct it belongs to.
pub(super) fn is_untold(index: &Index<'_>, tables: &Tables, body: BodyId) -> bool {
    let body = &tables.bodies[body.index()];
    let plain = matches!(body.kind, BodyKind::Fn | BodyKind::Closure | BodyKind::Async);
    plain
        && body
            .function
            .is_some_and(|id| index.fns[id.index()].item.params.is_empty())
}
