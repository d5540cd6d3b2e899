//! Which code runs when: for the outside world, by a timer, or at start-up, and by which way. Knows calls only.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::alike;
use super::events::{Body, BodyKind, Callee, Events};
use super::finder::Entry;
use super::ids::{BodyId, FnId};
use crate::catalog::EntryKind;
use crate::facts::Span;
use crate::finding::Confidence;

/// How a body is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Step {
    /// Who calls it, and where; none for the entry itself.
    from: Option<(BodyId, Span)>,
    /// Index of the entry.
    entry: usize,
    /// The weakest step so far.
    confidence: Confidence,
}

/// Who reaches what.
#[derive(Debug)]
pub(super) struct Reach {
    requests: BTreeMap<BodyId, Step>,
    timers: BTreeMap<BodyId, Step>,
    startup: BTreeSet<BodyId>,
    opened: BTreeSet<BodyId>,
    published: BTreeSet<BodyId>,
}

/// A way from an entry to a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Way {
    /// Index of the entry.
    pub entry: usize,
    /// Bodies on the way with the place of the call that leads on, the entry first; the last has none.
    pub steps: Vec<(BodyId, Option<Span>)>,
    /// The weakest step.
    pub confidence: Confidence,
}

/// Who calls whom, where, and how sure that is.
pub(super) type Edges = BTreeMap<BodyId, Vec<(BodyId, Span, Confidence)>>;

impl Reach {
    /// Follows all calls.
    #[must_use]
    pub(super) fn new(
        entries: &[Entry],
        mains: &[BodyId],
        events: &Events,
        body_of: &BTreeMap<FnId, BodyId>,
        bodies: &[Body],
    ) -> Reach {
        let mut edges = edges(events, body_of);
        let of_kind = |wanted: &dyn Fn(EntryKind) -> bool| -> Vec<(BodyId, Step)> {
            entries
                .iter()
                .enumerate()
                .filter(|(_, entry)| wanted(entry.kind))
                .map(|(index, entry)| {
                    (
                        entry.body,
                        Step {
                            from: None,
                            entry: index,
                            confidence: entry.confidence,
                        },
                    )
                })
                .collect()
        };
        let begun: Vec<BodyId> = events
            .begun
            .iter()
            .filter_map(|callee| body_of_callee(*callee, body_of))
            .collect();
        let apart: BTreeSet<BodyId> = begun_closures(&begun, bodies)
            .chain(events.signalled.iter().copied())
            .collect();
        let outside = of_kind(&|kind| !matches!(kind, EntryKind::Timer | EntryKind::Startup));
        let mut requests = follow(&edges, &apart, &outside);
        if alike::note(events, bodies, &mut edges, &|body| requests.contains_key(&body)) {
            requests = follow(&edges, &apart, &outside);
        }
        let timers = follow(&edges, &apart, &of_kind(&|kind| kind == EntryKind::Timer));
        let handlers: BTreeSet<BodyId> = entries
            .iter()
            .filter(|entry| !matches!(entry.kind, EntryKind::Timer))
            .map(|entry| entry.body)
            .collect();
        let entered = |body| requests.contains_key(&body) || timers.contains_key(&body);
        let handed_over = handed_over(&edges, bodies, &entered);
        let starts: Vec<BodyId> = mains
            .iter()
            .copied()
            .chain(of_statics(bodies))
            .chain(begun)
            .chain(events.readied.iter().copied())
            .collect();
        let startup = startup(&edges, &starts, &handlers, &handed_over);
        Reach {
            requests,
            timers,
            startup,
            opened: only_for(&edges, entries, |entry| entry.opens),
            published: only_for(&edges, entries, |entry| entry.reaches_all),
        }
    }

    /// Something outside can make this run.
    #[must_use]
    pub(super) fn by_request(&self, body: BodyId) -> bool {
        self.requests.contains_key(&body)
    }

    /// A timer makes this run.
    #[must_use]
    pub(super) fn by_timer(&self, body: BodyId) -> bool {
        self.timers.contains_key(&body)
    }

    /// Runs while the program starts.
    #[must_use]
    pub(super) fn at_startup(&self, body: BodyId) -> bool {
        self.startup.contains(&body)
    }

    /// Runs once the framework is ready, and for nothing else that comes from outside.
    #[must_use]
    pub(super) fn when_ready(&self, body: BodyId) -> bool {
        self.opened.contains(&body)
    }

    /// Runs for what every replica hears, and for nothing else that comes from outside.
    #[must_use]
    pub(super) fn by_all(&self, body: BodyId) -> bool {
        self.published.contains(&body)
    }

    /// The shortest way from an entry.
    #[must_use]
    pub(super) fn way(&self, body: BodyId) -> Option<Way> {
        way(&self.requests, body).or_else(|| way(&self.timers, body))
    }
}

fn way(steps: &BTreeMap<BodyId, Step>, body: BodyId) -> Option<Way> {
    let last = steps.get(&body)?;
    let mut found = vec![(body, None)];
    let mut at = *last;
    while let Some((from, span)) = at.from {
        found.push((from, Some(span)));
        at = *steps.get(&from)?;
        if found.len() > 64 {
            break;
        }
    }
    found.reverse();
    Some(Way {
        entry: at.entry,
        steps: found,
        confidence: last.confidence,
    })
}

pub(super) fn edges(events: &Events, body_of: &BTreeMap<FnId, BodyId>) -> Edges {
    let mut edges: Edges = BTreeMap::new();
    for call in &events.calls {
        if let Some(callee) = body_of_callee(call.callee, body_of) {
            edges
                .entry(call.body)
                .or_default()
                .push((callee, call.span, call.confidence));
        }
    }
    for list in edges.values_mut() {
        list.sort_unstable();
        list.dedup();
    }
    edges
}

pub(super) fn body_of_callee(callee: Callee, body_of: &BTreeMap<FnId, BodyId>) -> Option<BodyId> {
    match callee {
        Callee::Body(body) => Some(body),
        Callee::Fn(id) => body_of.get(&id).copied(),
    }
}

/// The initial values of statics: each is made once, whoever needs it first.
pub(super) fn of_statics(bodies: &[Body]) -> impl Iterator<Item = BodyId> {
    let statics = bodies
        .iter()
        .enumerate()
        .filter(|(_, body)| body.kind == BodyKind::Static);
    statics.map(|(position, _)| BodyId::next(position))
}

/// A function that makes the value of a static may be called by others too; a closure stands there for that alone.
fn begun_closures(begun: &[BodyId], bodies: &[Body]) -> impl Iterator<Item = BodyId> {
    let closures = begun
        .iter()
        .filter(|body| bodies[body.index()].kind != BodyKind::Fn);
    closures.copied()
}

/// Everything that runs once these do.
pub(super) fn reached_from(edges: &Edges, starts: &[BodyId]) -> BTreeSet<BodyId> {
    reached_up_to(edges, starts, &BTreeSet::new())
}

/// The same, but for what stands `apart` and what only that runs.
pub(super) fn reached_up_to(edges: &Edges, starts: &[BodyId], apart: &BTreeSet<BodyId>) -> BTreeSet<BodyId> {
    let mut reached: BTreeSet<BodyId> = starts.iter().copied().collect();
    let mut open: Vec<BodyId> = starts.to_vec();
    while let Some(body) = open.pop() {
        let callees = edges.get(&body).into_iter().flatten();
        open.extend(
            callees
                .map(|(callee, ..)| *callee)
                .filter(|callee| !apart.contains(callee) && reached.insert(*callee)),
        );
    }
    reached
}

/// Breadth first, sure steps before guessed ones. `apart`: what runs for something else, wherever it stands.
fn follow(edges: &Edges, apart: &BTreeSet<BodyId>, starts: &[(BodyId, Step)]) -> BTreeMap<BodyId, Step> {
    let mut reached: BTreeMap<BodyId, Step> = BTreeMap::new();
    for level in [Confidence::High, Confidence::Medium, Confidence::Low] {
        let mut queue: VecDeque<BodyId> = VecDeque::new();
        for (body, step) in starts.iter().filter(|(_, step)| step.confidence >= level) {
            if !reached.contains_key(body) {
                reached.insert(*body, *step);
            }
        }
        queue.extend(reached.keys().copied());
        while let Some(body) = queue.pop_front() {
            let here = reached[&body];
            for (callee, span, confidence) in edges.get(&body).into_iter().flatten() {
                if *confidence < level || reached.contains_key(callee) || apart.contains(callee) {
                    continue;
                }
                let confidence = here.confidence.min(*confidence);
                reached.insert(
                    *callee,
                    Step {
                        from: Some((body, *span)),
                        entry: here.entry,
                        confidence,
                    },
                );
                queue.push_back(*callee);
            }
        }
    }
    reached
}

/// What runs for entries of this sort, and for no other that comes from outside.
fn only_for(edges: &Edges, entries: &[Entry], sort: impl Fn(&Entry) -> bool) -> BTreeSet<BodyId> {
    let of = |wanted: bool| -> Vec<BodyId> {
        let driven = |entry: &&Entry| sort(entry) == wanted && entry.kind != EntryKind::Timer;
        entries.iter().filter(driven).map(|entry| entry.body).collect()
    };
    let others = reached_from(edges, &of(false));
    let mut reached = reached_from(edges, &of(true));
    reached.retain(|body| !others.contains(body));
    reached
}

/// Closures, by the code around them, that other code calls which something outside makes run: they run when that does.
fn handed_over(
    edges: &Edges,
    bodies: &[Body],
    entered: &dyn Fn(BodyId) -> bool,
) -> BTreeSet<(BodyId, BodyId)> {
    let entered = edges.iter().filter(|(by, _)| entered(**by));
    let calls = entered.flat_map(|(by, callees)| callees.iter().map(|(callee, ..)| (*by, *callee)));
    let around = calls.filter_map(|(by, closure)| {
        let code = &bodies[closure.index()];
        let parent = code.parent.filter(|parent| *parent != by)?;
        let other = code.function != bodies[by.index()].function;
        (code.kind == BodyKind::Closure && other).then_some((parent, closure))
    });
    around.collect()
}

fn startup(
    edges: &Edges,
    starts: &[BodyId],
    handlers: &BTreeSet<BodyId>,
    handed_over: &BTreeSet<(BodyId, BodyId)>,
) -> BTreeSet<BodyId> {
    let mut reached: BTreeSet<BodyId> = starts.iter().copied().collect();
    let mut queue: VecDeque<BodyId> = reached.iter().copied().collect();
    while let Some(body) = queue.pop_front() {
        for (callee, _, _) in edges.get(&body).into_iter().flatten() {
            let later = handed_over.contains(&(body, *callee));
            if !later && !handlers.contains(callee) && reached.insert(*callee) {
                queue.push_back(*callee);
            }
        }
    }
    reached
}
