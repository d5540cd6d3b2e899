//! Tasks that requests start and all requests may address: one a room, a document, a topic, their sending ends kept in a
//! collection or handed back by a task that keeps them. Who asks them gets an answer, or is told of what others do.
//! Judges nothing.

use std::collections::BTreeSet;

use super::eval::Tables;
use super::events::{Body, BodyKind, Events, Passed, Src, Var};
use super::ids::{AdtId, BodyId, VarId};
use super::methods::Methods;
use super::types::{Bound, Ext, Ty, Types};
use crate::catalog::{EntryKind, Kind};

/// Types in types deeper than this are not looked at.
const DEEPEST: usize = 6;

/// What such tasks have.
#[derive(Debug, Default)]
pub(super) struct Actors {
    /// Variables that they keep from one message to the next.
    pub vars: BTreeSet<VarId>,
    /// Structs that run such a task themselves, or are handed over to one.
    pub structs: BTreeSet<AdtId>,
}

/// Everything needed to find them. `request`: something outside makes this code run.
pub(super) struct Search<'a, 'x> {
    pub(super) types: Types<'a>,
    pub(super) methods: &'x Methods<'a>,
    pub(super) tables: &'x Tables,
    pub(super) events: &'x Events,
    pub(super) request: &'x dyn Fn(BodyId) -> bool,
}

impl Search<'_, '_> {
    /// What such tasks have.
    pub(super) fn find(&self) -> Actors {
        let kept = self.kept_messages();
        let mut found = Actors::default();
        for (position, body) in self.tables.bodies.iter().enumerate() {
            if self.takes_messages(body) {
                self.add(&kept, BodyId::next(position), body, &mut found);
            }
        }
        found
    }

    fn takes_messages(&self, body: &Body) -> bool {
        let BodyKind::Loop(wait) = body.kind else {
            return false;
        };
        let wait = &self.types.catalog.waits[wait];
        wait.kind == EntryKind::Message && !wait.outside
    }

    fn add(&self, kept: &BTreeSet<AdtId>, id: BodyId, body: &Body, found: &mut Actors) {
        let types = self.types;
        let captured: Vec<VarId> = self
            .events
            .captures
            .iter()
            .filter(|(_, by)| *by == id)
            .map(|(var, _)| *var)
            .collect();
        let vars = || captured.iter().map(|var| &self.tables.vars[var.index()]);
        let received = self.events.received.get(&(body.file, body.span));
        let ends = received.into_iter().flatten().filter_map(|src| match src {
            Src::Field(adt, field) => Some(types.field(*adt, *field as usize, &[])),
            Src::Local(var) => Some(self.tables.vars[var.index()].ty.clone()),
            _ => None,
        });
        let ends: Vec<Ty> = ends.chain(vars().map(|var| var.ty.clone())).collect();
        let messages: BTreeSet<AdtId> = ends
            .iter()
            .filter_map(|ty| {
                let end = ty.peeled(types.catalog);
                message(end).filter(|_| end.kind(types.catalog) == Kind::Receiver)
            })
            .filter(|adt| kept.contains(adt))
            .collect();
        if messages.is_empty() {
            if ends.iter().any(|end| self.takes_whatever_comes(end)) {
                found.structs.extend(self.run_by_a_loop_for_all(&captured));
            }
            return;
        }
        let own = body.function.filter(|function| {
            let on_self = types.index.fns[function.index()].item.receiver.is_some();
            on_self && (self.request)(id)
        });
        let own = own.and_then(|id| types.fn_scope(id).self_ty);
        let held: Vec<&Ty> = vars().map(|var| &var.ty).chain(&own).collect();
        if held.iter().any(|ty| self.is_of_a_connection(ty, 0)) || vars().any(|var| self.was_accepted(var)) {
            return;
        }
        let answers = messages
            .iter()
            .any(|adt| self.carries_a_sender(&Ty::Adt(*adt, [].into()), 0));
        if !answers && !held.iter().any(|ty| self.tells_many(ty, 0)) {
            return;
        }
        if let Some(Ty::Adt(adt, _)) = own {
            found.structs.insert(adt);
        }
        for var in captured {
            let known = &self.tables.vars[var.index()];
            if known.loops > 0 && (self.request)(known.body) {
                // Made anew for each turn of a loop around this one.
                continue;
            }
            match (&known.ty, known.param) {
                (Ty::Adt(adt, _), Some(Passed::Value)) if (self.request)(known.body) => {
                    found.structs.insert(*adt);
                }
                (Ty::Adt(..), None) if known.fresh => {
                    found.vars.insert(var);
                }
                (ty, None) if known.fresh && (self.request)(known.body) && self.is_data(ty) => {
                    found.vars.insert(var);
                }
                _ => {}
            }
        }
    }

    /// `async fn run<A: Actor>(mut actor: A) { while let Some(message) = inbox.recv().await { actor.take(message) } }`: one loop for
    /// whatever implements a trait of the workspace.
    fn run_by_a_loop_for_all(&self, captured: &[VarId]) -> Vec<AdtId> {
        let vars = captured.iter().map(|var| &self.tables.vars[var.index()]);
        let handed_over = vars.filter(|var| var.param == Some(Passed::Value));
        let types = handed_over.flat_map(|var| match &var.ty {
            Ty::Bounds(bounds) => bounds.iter().flat_map(|bound| self.implementors(bound)).collect(),
            ty => vec![ty.clone()],
        });
        types
            .filter(|ty| !self.is_of_a_connection(ty, 0))
            .filter_map(|ty| match ty {
                Ty::Adt(adt, _) => Some(adt),
                _ => None,
            })
            .collect()
    }

    fn implementors(&self, bound: &Bound) -> Vec<Ty> {
        match bound {
            Bound::Local(id, _) => self.methods.implementors(*id),
            Bound::Ext(..) => Vec::new(),
        }
    }

    /// `Receiver<W::Order>`: what comes is said by whoever implements a trait.
    fn takes_whatever_comes(&self, end: &Ty) -> bool {
        let end = end.peeled(self.types.catalog);
        let open = |ty: &Ty| matches!(ty, Ty::Unknown | Ty::From(_) | Ty::Param(_) | Ty::Bounds(_));
        end.kind(self.types.catalog) == Kind::Receiver && end.args().first().is_some_and(open)
    }

    /// A loop that accepts connections gave it, and nobody knows what it is: the connection itself, behind some trait.
    fn was_accepted(&self, var: &Var) -> bool {
        let unknown = matches!(var.ty, Ty::Unknown | Ty::From(_) | Ty::Param(_) | Ty::Bounds(_));
        match self.tables.bodies[var.body.index()].kind {
            BodyKind::Loop(wait) => unknown && self.types.catalog.waits[wait].kind == EntryKind::Connection,
            _ => false,
        }
    }

    /// Something to be kept, not a handle of something else.
    fn is_data(&self, ty: &Ty) -> bool {
        matches!(ty, Ty::Prim(_)) || ty.kind(self.types.catalog).is_collection()
    }

    /// Messages whose sending ends something lasting collects, or that a task hands back to those that ask for them.
    fn kept_messages(&self) -> BTreeSet<AdtId> {
        let types = self.types;
        let mut kept = BTreeSet::new();
        for (position, definition) in types.index.adts.iter().enumerate() {
            for field in 0..definition.shape.fields().len() {
                let ty = types.field(AdtId::next(position), field, &[]);
                self.collect(&ty, false, 0, &mut kept);
            }
        }
        for definition in &types.index.statics {
            let scope = Types::scope(definition.home.module);
            let ty = types.lower(&definition.item.ty, &scope);
            self.collect(&ty, false, 0, &mut kept);
        }
        for (var, _) in &self.events.captures {
            let known = &self.tables.vars[var.index()];
            if !(self.request)(known.body) {
                self.collect(&known.ty, false, 0, &mut kept);
            }
        }
        kept
    }

    /// Types whose senders lie in a collection here, or go through a sender.
    fn collect(&self, ty: &Ty, many: bool, depth: usize, kept: &mut BTreeSet<AdtId>) {
        let kind = ty.kind(self.types.catalog);
        if many && kind == Kind::Sender {
            kept.extend(message(ty));
        }
        if depth >= DEEPEST {
            return;
        }
        match ty {
            // A handle is as good as the sender in it.
            Ty::Adt(adt, args) if many => {
                for field in 0..self.types.index.adts[adt.index()].shape.fields().len() {
                    self.collect(&self.types.field(*adt, field, args), many, depth + 1, kept);
                }
            }
            Ty::Adt(..) => {}
            _ => {
                let many = many || kind.is_collection() || self.is_reply(ty, kind);
                ty.args()
                    .iter()
                    .for_each(|arg| self.collect(arg, many, depth + 1, kept));
            }
        }
    }

    /// The sender of what goes back is itself sent: nothing but a sender or a handle of one, or the lack of it.
    fn is_reply(&self, ty: &Ty, kind: Kind) -> bool {
        kind == Kind::Sender
            && ty.args().first().is_some_and(|arg| {
                let inner = arg.peeled(self.types.catalog);
                match inner {
                    Ty::Adt(adt, _) => {
                        let shape = &self.types.index.adts[adt.index()].shape;
                        matches!(shape, super::index::Shape::Struct(_))
                    }
                    _ => inner.kind(self.types.catalog) == Kind::Sender,
                }
            })
    }

    fn carries_a_sender(&self, ty: &Ty, depth: usize) -> bool {
        let inside = |part: &Ty| self.carries_a_sender(part, depth + 1);
        ty.kind(self.types.catalog) == Kind::Sender || self.has_part(ty, depth, &inside)
    }

    /// It lets many know.
    fn tells_many(&self, ty: &Ty, depth: usize) -> bool {
        let kind = ty.kind(self.types.catalog);
        let inside = |part: &Ty| self.tells_many(part, depth + 1);
        match kind {
            Kind::Broadcast => true,
            Kind::Sender | Kind::Receiver => false,
            _ if kind.is_collection() => self.carries_a_sender(ty, depth),
            _ => self.has_part(ty, depth, &inside),
        }
    }

    /// It has an end of a connection itself, or is all that has the way to one.
    pub(super) fn is_of_a_connection(&self, ty: &Ty, depth: usize) -> bool {
        let is_end = |ext: &Ext| self.types.catalog.habits.connections.contains(&*ext.name);
        match ty {
            Ty::Ext(ext, _) if is_end(ext) => return true,
            Ty::Bounds(bounds) => {
                let mut bounds = bounds.iter();
                return bounds.any(|bound| matches!(bound, Bound::Ext(ext, _) if is_end(ext)));
            }
            _ => {}
        }
        let kind = ty.kind(self.types.catalog);
        let inside = |part: &Ty| self.is_of_a_connection(part, depth + 1);
        match kind {
            Kind::Receiver | Kind::Broadcast => false,
            Kind::Sender if message(ty).is_some() => false,
            _ => !kind.is_collection() && self.has_part(ty, depth, &inside),
        }
    }

    fn has_part(&self, ty: &Ty, depth: usize, is_it: &dyn Fn(&Ty) -> bool) -> bool {
        if depth > DEEPEST {
            return false;
        }
        match ty {
            Ty::Adt(adt, args) => {
                let fields = self.types.index.adts[adt.index()].shape.fields().len();
                (0..fields).any(|field| is_it(&self.types.field(*adt, field, args)))
            }
            _ => ty.args().iter().any(is_it),
        }
    }
}

/// What goes through an end of a channel, where the workspace declares it.
fn message(end: &Ty) -> Option<AdtId> {
    match end.args().first() {
        Some(Ty::Adt(adt, _)) => Some(*adt),
        _ => None,
    }
}
