//! Work that goes on by itself: loops that a timer drives, tasks that nothing waits for, channels between them. Follows
//! calls and messages; decides nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::cells::Cells;
use super::events::{Access, BodyKind, Callee, Part, Spawned, Src, Use};
use super::ids::{BodyId, VarId};
use super::outward::sorted;
use super::program::{Hop, OutsideCall, TimerLoop, When};
use super::types::Ty;
use crate::catalog::{Effect, EntryKind, Kind};
use crate::facts::Span;
use crate::finding::{Confidence, Place};

/// A task or thread that is started, and that nothing waits for.
#[derive(Debug, Clone)]
pub struct Task {
    /// The call that starts it.
    pub place: Place,
    /// The function that starts it.
    pub function: String,
    /// Full item path of that function.
    pub item: String,
    /// The package.
    pub package: String,
    /// Programs that hold it.
    pub services: Vec<String>,
    /// When it is started.
    pub when: When,
    /// The way from the entry.
    pub way: Vec<Hop>,
    /// The entry's label.
    pub entry: String,
    /// What enters.
    pub entry_kind: EntryKind,
    /// The weakest step.
    pub confidence: Confidence,
    /// Where code on the way says that the work will be done.
    pub promised: Option<Place>,
    /// Functions that the code which starts it calls in the same round of a loop, before it.
    pub after: Vec<String>,
    /// Whoever starts it makes a channel, and may wait for what comes back.
    pub answers: bool,
    /// It goes round in a loop: it serves a connection, or a timer of its own.
    pub loops: bool,
    /// Calls into other crates that its own code makes.
    pub own_calls: Vec<OutsideCall>,
    /// Calls into other crates, wherever they stand.
    pub calls: Vec<OutsideCall>,
    /// The functions that it runs.
    pub functions: Vec<String>,
}

/// A channel that a loop of this process empties.
#[derive(Debug, Clone)]
pub struct Channel {
    /// The sending end's name.
    pub name: String,
    /// Its place.
    pub place: Place,
    /// Full item path.
    pub item: String,
    /// The package.
    pub package: String,
    /// Programs that hold it.
    pub services: Vec<String>,
    /// What is sent carries a way to answer, or whoever sends makes one.
    pub answered: bool,
    /// Nothing is in a message: it only wakes the loop.
    pub empty: bool,
    /// Where a request sends.
    pub sent: Place,
    /// The way from the entry to there.
    pub way: Vec<Hop>,
    /// The entry's label.
    pub entry: String,
    /// The weakest step.
    pub confidence: Confidence,
    /// The loop that empties it.
    pub emptied: Place,
    /// Calls into other crates that this loop makes.
    pub calls: Vec<OutsideCall>,
    /// The functions that it runs.
    pub functions: Vec<String>,
}

/// Both ends of a channel of the start, wherever they are kept, and the loops that empty it.
#[derive(Debug)]
pub(super) struct Wire {
    sender: VarId,
    ends: BTreeSet<Src>,
    loops: Vec<BodyId>,
}

/// Code and what it leads to.
struct Work {
    bodies: BTreeSet<BodyId>,
    /// Of this body only what lies in these places.
    only: Option<(BodyId, Vec<Span>)>,
}

impl Work {
    fn has(&self, body: BodyId, span: Span) -> bool {
        let inside = |(own, regions): &(BodyId, Vec<Span>)| {
            *own == body && regions.iter().any(|region| lies_in(span, *region))
        };
        self.bodies.contains(&body) || self.only.as_ref().is_some_and(inside)
    }
}

impl Cells<'_, '_> {
    /// The channels whose receiving ends are known.
    pub(super) fn wires(&self) -> Vec<Wire> {
        let mut loops: BTreeMap<Src, Vec<BodyId>> = BTreeMap::new();
        for (position, body) in self.tables.bodies.iter().enumerate() {
            if !matches!(body.kind, BodyKind::Loop(_)) {
                continue;
            }
            for src in self
                .events
                .received
                .get(&(body.file, body.span))
                .into_iter()
                .flatten()
            {
                loops.entry(*src).or_default().push(BodyId::next(position));
            }
        }
        let both = self.events.channels.iter().map(|(sender, receiver)| {
            let received = self.events.ends_of(*receiver);
            Wire {
                sender: *sender,
                ends: self.events.ends_of(*sender),
                loops: received
                    .iter()
                    .filter_map(|end| loops.get(end))
                    .flatten()
                    .copied()
                    .collect(),
            }
        });
        // Receivers of a broadcast come from its sending end.
        let broadcasts = (0..self.tables.vars.len()).map(VarId::next).filter(|var| {
            let known = &self.tables.vars[var.index()];
            known.fresh && known.param.is_none() && known.ty.kind(self.types.catalog) == Kind::Broadcast
        });
        let broadcasts = broadcasts.map(|sender| {
            let ends = self.events.ends_of(sender);
            Wire {
                sender,
                loops: ends
                    .iter()
                    .filter_map(|end| loops.get(end))
                    .flatten()
                    .copied()
                    .collect(),
                ends,
            }
        });
        both.chain(broadcasts)
            .filter(|wire| !wire.loops.is_empty())
            .collect()
    }

    /// Loops that a timer drives, and parts of other loops that one does.
    pub(super) fn timers(&self, wires: &[Wire]) -> Vec<TimerLoop> {
        let timers = self.entries.iter().filter(|entry| entry.kind == EntryKind::Timer);
        let heard = self.outside_loops();
        let mut found: Vec<TimerLoop> = timers
            .filter_map(|entry| self.timer(entry.body, wires, &heard))
            .collect();
        let mut parts: BTreeMap<(BodyId, Span), Vec<Span>> = BTreeMap::new();
        for Part { body, shown, region } in &self.events.parts {
            parts.entry((*body, *shown)).or_default().push(*region);
        }
        found.extend(
            parts
                .into_iter()
                .filter_map(|((body, shown), regions)| self.part(body, shown, regions, wires)),
        );
        found
    }

    /// Loops of the start over messages of another process.
    pub(super) fn reactions(&self, wires: &[Wire]) -> Vec<TimerLoop> {
        let heard = self.outside_loops();
        let found = heard.iter().filter_map(|body| self.timer(*body, wires, &heard));
        found.filter(|found| found.at_startup).collect()
    }

    /// Loops over messages of another process.
    fn outside_loops(&self) -> BTreeSet<BodyId> {
        let waits = &self.types.catalog.waits;
        let heard = self.entries.iter().filter(|entry| {
            let kind = self.tables.bodies[entry.body.index()].kind;
            entry.kind == EntryKind::Message && matches!(kind, BodyKind::Loop(wait) if waits[wait].outside)
        });
        heard.map(|entry| entry.body).collect()
    }

    fn timer(&self, body: BodyId, wires: &[Wire], heard: &BTreeSet<BodyId>) -> Option<TimerLoop> {
        let code = &self.tables.bodies[body.index()];
        // A loop that waits before it listens again drives nothing of what is heard.
        let work = Work {
            bodies: self.programs.run_by_up_to(body, heard),
            only: None,
        };
        let mut registered = self.events.registrations.iter();
        if let Some(registration) =
            registered.find(|known| self.code_of(known.target) == Some(body) && code.kind == BodyKind::Fn)
        {
            return self.timer_at(
                body,
                registration.body,
                registration.span,
                &self.followed(work, wires, None),
            );
        }
        let shown = Span {
            start: code.span.start,
            end: code.span.start + 4,
        };
        let starts = code.parent.is_some_and(|parent| self.is_of_the_start(parent));
        self.timer_of(body, shown, starts, &self.followed(work, wires, None))
    }

    /// `scheduler.every(day).run(remind)`: the schedule is where the function is handed over.
    fn timer_at(&self, body: BodyId, by: BodyId, shown: Span, work: &Work) -> Option<TimerLoop> {
        let place = self.place(self.tables.bodies[by.index()].file, shown);
        let timer = self.timer_of(body, shown, self.is_of_the_start(by), work)?;
        Some(TimerLoop { place, ..timer })
    }

    fn part(&self, body: BodyId, shown: Span, regions: Vec<Span>, wires: &[Wire]) -> Option<TimerLoop> {
        let code = &self.tables.bodies[body.index()];
        let own = match code.kind {
            BodyKind::Loop(_) => code.parent?,
            _ => body,
        };
        let called = self
            .events
            .calls
            .iter()
            .filter(|call| call.body == body && regions.iter().any(|region| lies_in(call.span, *region)));
        let starts: Vec<BodyId> = called.filter_map(|call| self.code_of(call.callee)).collect();
        let bodies = starts
            .into_iter()
            .flat_map(|start| self.programs.run_by(start))
            .collect();
        let work = Work {
            bodies,
            only: Some((body, regions)),
        };
        let shown = Span {
            start: shown.start,
            end: shown.end.min(shown.start + 4),
        };
        self.timer_of(
            body,
            shown,
            self.is_of_the_start(own),
            &self.followed(work, wires, Some(body)),
        )
    }

    fn timer_of(&self, body: BodyId, shown: Span, at_startup: bool, work: &Work) -> Option<TimerLoop> {
        let code = &self.tables.bodies[body.index()];
        let function = code.function?;
        let module = self.types.index.fns[function.index()].home.module;
        let own = self.fn_name(function);
        let (calls, mut functions) = self.done_by(work);
        functions.retain(|name| *name != own);
        functions.insert(0, own.clone());
        Some(TimerLoop {
            place: self.place(code.file, shown),
            function: own,
            item: self.fn_path(function),
            package: self.package(module),
            services: self.services(&[body], module),
            at_startup,
            ends: self.events.ending.contains(&(code.file, code.span)) && work.only.is_none(),
            calls,
            functions,
        })
    }

    /// Tasks and threads whose handles are thrown away.
    pub(super) fn tasks(&self) -> Vec<Task> {
        let detached = self
            .events
            .spawned
            .iter()
            .filter(|spawned| spawned.usage == Use::Dropped);
        let mut tasks: Vec<Task> = detached.filter_map(|spawned| self.task(spawned)).collect();
        tasks.sort_by(|a, b| (&a.place, a.when).cmp(&(&b.place, b.when)));
        tasks.dedup_by(|a, b| a.place == b.place);
        tasks
    }

    fn task(&self, spawned: &Spawned) -> Option<Task> {
        let body = spawned.body;
        let code = &self.tables.bodies[body.index()];
        let function = code.function?;
        let home = self.types.index.fns[function.index()].home;
        let inside = |span: Span| lies_in(span, spawned.span);
        let calls = || self.events.calls.iter().filter(|call| call.body == body);
        let starts: Vec<BodyId> = calls()
            .filter(|call| inside(call.span))
            .filter_map(|call| self.code_of(call.callee))
            .collect();
        let before = calls().filter(|call| call.span.start < spawned.span.start);
        let after = before.filter_map(|call| Some(self.body_name(self.code_of(call.callee)?)));
        let bodies: BTreeSet<BodyId> = starts
            .iter()
            .flat_map(|start| self.programs.run_by(*start))
            .collect();
        let near = |body: &BodyId| {
            let known = &self.tables.bodies[body.index()];
            known.function == Some(function)
                || starts
                    .iter()
                    .any(|start| self.tables.bodies[start.index()].function == known.function)
        };
        let goes_round = |body: &BodyId| self.events.rounds.contains(body);
        let own = Work {
            bodies: bodies.iter().copied().filter(near).collect(),
            only: None,
        };
        let (own_calls, _) = self.done_by(&own);
        let (calls, functions) = self.done_by(&Work { bodies, only: None });
        let (way, entry, entry_kind, confidence) = self.way(body);
        Some(Task {
            place: self.place(code.file, spawned.span),
            function: self.fn_name(function),
            item: self.fn_path(function),
            package: self.package(home.module),
            services: self.services(&[body], home.module),
            when: self.when(body),
            way,
            entry,
            entry_kind,
            confidence,
            promised: self.promise_on_the_way(body),
            after: after.collect(),
            answers: self.makes(body, false),
            loops: own.bodies.iter().any(goes_round),
            own_calls,
            calls,
            functions,
        })
    }

    /// Channels of the start into which requests send.
    pub(super) fn channels(&self, wires: &[Wire]) -> Vec<Channel> {
        let each = wires
            .iter()
            .flat_map(|wire| wire.loops.iter().map(move |emptied| (wire, *emptied)));
        let mut channels: Vec<Channel> = each
            .filter_map(|(wire, emptied)| self.channel(wire, emptied))
            .collect();
        channels.sort_by(|a, b| (&a.place, &a.emptied, &a.sent).cmp(&(&b.place, &b.emptied, &b.sent)));
        channels.dedup_by(|a, b| a.place == b.place && a.emptied == b.emptied);
        channels
    }

    /// One that `emptied` takes from: a setting may choose between several loops.
    fn channel(&self, wire: &Wire, emptied: BodyId) -> Option<Channel> {
        let known = &self.tables.vars[wire.sender.index()];
        if !self.is_of_the_start(known.body) {
            return None;
        }
        let (name, _, item, place, module, ty) = self.describe(Src::Local(wire.sender))?;
        let around = self.tables.bodies[emptied.index()].parent;
        around.filter(|around| self.is_of_the_start(*around))?;
        let mut sends: Vec<_> = self
            .events
            .accesses
            .iter()
            .filter(|access| access.effect == Effect::Send && self.is_end(wire, access))
            .map(|access| (access, self.touch(access)))
            .filter(|(_, touch)| touch.when == When::Request)
            .collect();
        sends.sort_by(|a, b| {
            (b.1.confidence, a.1.way.len(), &a.1.place).cmp(&(a.1.confidence, b.1.way.len(), &b.1.place))
        });
        // What the loop itself sends comes from somewhere else.
        let own = self.programs.run_by(emptied);
        sends.retain(|(access, _)| !own.contains(&access.body) && !self.is_of_a_channel(access.body));
        let replies = |ty: &Ty| {
            let mut kinds = BTreeSet::new();
            self.kinds(ty, &mut kinds, 0);
            kinds.contains(&Kind::Sender)
        };
        let carried = ty.peeled(self.types.catalog).args().iter();
        // Whoever has a channel of its own may wait for what comes back, but one who has none does not.
        let answered = carried.clone().any(replies)
            || sends
                .iter()
                .any(|(access, _)| access.args.iter().any(replies) || self.makes(access.body, true))
            || sends.iter().all(|(access, _)| self.makes(access.body, false));
        let empty = carried.clone().any(|ty| *ty == Ty::Prim("()"))
            || sends
                .iter()
                .any(|(access, _)| access.args.contains(&Ty::Prim("()")));
        let (_, touch) = sends.into_iter().next()?;
        let (calls, functions) = self.done_by(&self.untimed(emptied, own));
        let code = &self.tables.bodies[emptied.index()];
        Some(Channel {
            name,
            place,
            item,
            package: self.package(module),
            services: self.services(&[emptied], module),
            answered,
            empty,
            sent: touch.place,
            way: touch.way,
            entry: touch.entry,
            confidence: touch.confidence,
            emptied: self.place(
                code.file,
                Span {
                    start: code.span.start,
                    end: code.span.start + 4,
                },
            ),
            calls,
            functions,
        })
    }

    /// What a loop does for its messages: not what is in the arms of its clock.
    fn untimed(&self, body: BodyId, bodies: BTreeSet<BodyId>) -> Work {
        let parts = self.events.parts.iter().filter(|part| part.body == body);
        let mut timed: Vec<Span> = parts.map(|part| part.region).collect();
        if timed.is_empty() {
            return Work { bodies, only: None };
        }
        timed.sort_unstable();
        let whole = self.tables.bodies[body.index()].span;
        let starts = [whole.start]
            .into_iter()
            .chain(timed.iter().map(|region| region.end));
        let ends = timed.iter().map(|region| region.start).chain([whole.end]);
        let rest: Vec<Span> = starts.zip(ends).map(|(start, end)| Span { start, end }).collect();
        let inside = |span: Span| rest.iter().any(|region| lies_in(span, *region));
        let called = self
            .events
            .calls
            .iter()
            .filter(|call| call.body == body && inside(call.span));
        let called: Vec<BodyId> = called.filter_map(|call| self.code_of(call.callee)).collect();
        let mut bodies = self.programs.run_by_any(&called);
        bodies.remove(&body);
        Work {
            bodies,
            only: Some((body, rest)),
        }
    }

    /// The end itself, or the parameter for which a framework hands it over.
    fn is_end(&self, wire: &Wire, access: &Access) -> bool {
        let handed = || match access.origin.src {
            Src::Local(var) => self.injected.get(&var).and_then(|sources| match sources[..] {
                [only] => Some(only),
                _ => None,
            }),
            _ => None,
        };
        wire.ends.contains(&access.origin.src) || handed().is_some_and(|src| wire.ends.contains(&src))
    }

    /// It runs for what another loop of this process takes out of a channel: nobody outside was promised anything by it.
    fn is_of_a_channel(&self, body: BodyId) -> bool {
        let entry = self.reach.way(body).map(|way| self.entries[way.entry].body);
        let kind = entry.map(|body| self.tables.bodies[body.index()].kind);
        matches!(kind, Some(BodyKind::Loop(wait)) if {
            let wait = &self.types.catalog.waits[wait];
            wait.kind == EntryKind::Message && !wait.outside
        })
    }

    /// The function makes a channel of its own, or one for a single answer: it waits for what comes back.
    fn makes(&self, body: BodyId, for_one: bool) -> bool {
        let function = self.tables.bodies[body.index()].function;
        let makers = &self.types.catalog.habits.channels;
        let mut calls = self.events.ext_calls.iter();
        calls.any(|call| {
            self.tables.bodies[call.body.index()].function == function
                && !call.method
                && makers.contains(call.name.rsplit("::").next().unwrap_or_default())
                && (!for_one || call.path.contains("oneshot"))
        })
    }

    fn promise_on_the_way(&self, body: BodyId) -> Option<Place> {
        let mut bodies: Vec<BodyId> = self
            .reach
            .way(body)?
            .steps
            .into_iter()
            .map(|(body, _)| body)
            .collect();
        bodies.push(body);
        let promised = bodies
            .into_iter()
            .find_map(|body| Some((body, self.events.promised.get(&body)?)))?;
        Some(self.place(self.tables.bodies[promised.0.index()].file, *promised.1))
    }

    /// With what the loops do that get its messages. What other loops send back to the one it is a part of are answers and
    /// news: whatever that does about them is not its work.
    fn followed(&self, mut work: Work, wires: &[Wire], part_of: Option<BodyId>) -> Work {
        let mut open: Vec<&Wire> = wires.iter().collect();
        let comes_back = |wire: &Wire| part_of.is_some_and(|own| wire.loops.contains(&own));
        loop {
            let (reached, rest): (Vec<&Wire>, Vec<&Wire>) = open.into_iter().partition(|wire| {
                let mut accesses = self.events.accesses.iter();
                accesses.any(|access| {
                    access.effect == Effect::Send
                        && self.is_end(wire, access)
                        && work.has(access.body, access.span)
                })
            });
            open = rest;
            if reached.is_empty() {
                return work;
            }
            for body in reached.into_iter().flat_map(|wire| &wire.loops) {
                work.bodies.extend(self.programs.run_by(*body));
            }
            open.retain(|wire| !comes_back(wire));
        }
    }

    fn done_by(&self, work: &Work) -> (Vec<OutsideCall>, Vec<String>) {
        let calls = self
            .events
            .ext_calls
            .iter()
            .filter(|call| work.has(call.body, call.span));
        let calls = sorted(calls.filter_map(|call| self.outside_call(call)).collect());
        let functions: BTreeSet<String> = work.bodies.iter().map(|body| self.body_name(*body)).collect();
        (calls, functions.into_iter().collect())
    }

    fn is_of_the_start(&self, body: BodyId) -> bool {
        self.reach.at_startup(body) && !self.reach.by_request(body) || self.reach.when_ready(body)
    }

    fn code_of(&self, callee: Callee) -> Option<BodyId> {
        match callee {
            Callee::Body(body) => Some(body),
            Callee::Fn(id) => self.tables.fn_body(id, self.types.index.fns[id.index()].span),
        }
    }
}

fn lies_in(span: Span, region: Span) -> bool {
    region.start <= span.start && span.end <= region.end
}
