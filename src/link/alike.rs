//! Closures that start-up code hands to the same parameter of a function: who calls one of them may call each. Judges nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::events::{Body, BodyKind, Events};
use super::ids::{BodyId, FnId};
use super::reach::Edges;

/// A value has one type: of several closures only the first is seen to be called. `requests`: something outside makes this
/// code run, so that what it hands over is its own. Tells whether there were any.
pub(super) fn note(
    events: &Events,
    bodies: &[Body],
    edges: &mut Edges,
    requests: &dyn Fn(BodyId) -> bool,
) -> bool {
    let mut alike: BTreeMap<(FnId, usize), BTreeSet<BodyId>> = BTreeMap::new();
    for (function, position, closure) in &events.passed {
        if bodies[closure.index()].kind == BodyKind::Closure {
            alike.entry((*function, *position)).or_default().insert(*closure);
        }
    }
    let parent = |closure: &BodyId| bodies[closure.index()].parent;
    alike.retain(|_, closures| closures.len() > 1 && !closures.iter().filter_map(parent).any(requests));
    if alike.is_empty() {
        return false;
    }
    for (by, callees) in edges.iter_mut() {
        let mut more = Vec::new();
        for (called, span, confidence) in callees.iter().filter(|(called, ..)| parent(called) != Some(*by)) {
            let groups = alike.values().filter(|closures| closures.contains(called));
            more.extend(groups.flatten().map(|other| (*other, *span, *confidence)));
        }
        callees.extend(more);
        callees.sort_unstable();
        callees.dedup();
    }
    true
}
