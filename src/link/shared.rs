//! Which structs live longer than a request, and behind which lock. Knows types and who makes them.

use std::collections::{BTreeMap, BTreeSet};

use super::events::{Events, Flows, Src};
use super::ids::{AdtId, StaticId, VarId};
use super::methods::Methods;
use super::reach::Reach;
use super::types::{Bound, Ty, Types};
use crate::catalog::Kind;

/// What is known of the life of structs.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// Reached from something that handlers share, without a lock on the way.
    direct: BTreeSet<AdtId>,
    /// Of those, reached from a static.
    in_static: BTreeSet<AdtId>,
    /// Owned by an actor or a long-lived task: its plain fields change.
    owned: BTreeSet<AdtId>,
    /// Something that lives on has it itself: a static, what handlers are given, an actor, the loop of a task.
    tops: BTreeSet<AdtId>,
    /// Fields that have a struct as a plain part of their own.
    part_of: BTreeMap<AdtId, BTreeSet<(AdtId, u32)>>,
    /// Something keeps an address of it, so that it lives on after the request that made it.
    lasting: BTreeSet<AdtId>,
    /// Something keeps a sender or an address of this type.
    addressed: BTreeSet<AdtId>,
    /// Sent through channels.
    messages: BTreeSet<AdtId>,
    /// Each connection has its own, whoever made the first.
    private: BTreeSet<AdtId>,
    /// Variables that hold a struct which a long-lived task owns.
    owners: BTreeSet<VarId>,
    /// Of those, the ones whose task all requests may address, whichever of them started it.
    actors: BTreeSet<VarId>,
    /// Structs that run such a task themselves.
    actor_structs: BTreeSet<AdtId>,
    /// Stored behind the lock of these cells.
    under: BTreeMap<AdtId, BTreeSet<Src>>,
    /// Made only while a request is handled.
    per_request: BTreeSet<AdtId>,
    /// Made only while the program starts: what a request meets of it, others meet too.
    at_startup: BTreeSet<AdtId>,
    /// Made by code that neither a request nor a timer reaches: no request has one of its own.
    never_again: BTreeSet<AdtId>,
}

/// Walks types from their roots.
pub(super) struct Walker<'a, 'x> {
    pub(super) types: Types<'a>,
    pub(super) methods: &'x Methods<'a>,
    pub(super) flows: &'x Flows,
    pub(super) shared: Shared,
}

impl Walker<'_, '_> {
    /// A static: everything in it lives as long as the process.
    pub(super) fn add_static(&mut self, id: StaticId, ty: &Ty) {
        let before = self.shared.direct.clone();
        self.visit(ty, Some(Src::Static(id)), None, 0);
        let added: Vec<AdtId> = self.shared.direct.difference(&before).copied().collect();
        self.shared.in_static.extend(added);
        if let Ty::Adt(adt, _) = ty.peeled(self.types.catalog) {
            self.shared.in_static.insert(*adt);
        }
        self.note_top(ty);
    }

    /// Something that lives on has this itself.
    pub(super) fn note_top(&mut self, ty: &Ty) {
        if let Ty::Adt(adt, _) = ty.peeled(self.types.catalog) {
            self.shared.tops.insert(*adt);
        }
    }

    /// Which structs are plain parts of which fields.
    pub(super) fn note_parts(&mut self) {
        for position in 0..self.types.index.adts.len() {
            let owner = AdtId::next(position);
            let definition = &self.types.index.adts[position];
            let types = self.types;
            let fields = 0..definition.shape.fields().len();
            for field in fields.filter(|field| !types.is_lent(owner, *field)) {
                let ty = self.types.field(owner, field, &[]);
                let id = u32::try_from(field).unwrap_or(u32::MAX);
                self.note_message(&ty);
                self.note_part(&ty, (owner, id), 0);
            }
        }
    }

    /// What a channel carries.
    pub(super) fn note_message(&mut self, end: &Ty) {
        let end = end.peeled(self.types.catalog);
        if !end.kind(self.types.catalog).is_channel() {
            return;
        }
        for message in end.args() {
            if let Ty::Adt(adt, _) = message.peeled(self.types.catalog) {
                self.shared.messages.insert(*adt);
            }
        }
    }

    fn note_part(&mut self, ty: &Ty, field: (AdtId, u32), depth: usize) {
        if ty.kind(self.types.catalog) == Kind::Sender {
            let to = ty.args().iter().filter_map(|arg| match arg {
                Ty::Adt(adt, _) => Some(*adt),
                _ => None,
            });
            self.shared.addressed.extend(to);
        }
        match ty {
            Ty::Adt(part, _) => {
                self.shared.part_of.entry(*part).or_default().insert(field);
            }
            Ty::Ext(ext, args) => {
                let kind = ty.kind(self.types.catalog);
                let has_it = match kind {
                    Kind::Wrapper => matches!(&*ext.name, "Box" | "Pin" | "Cell"),
                    Kind::Option | Kind::Map | Kind::List | Kind::Queue | Kind::Set | Kind::Cache => true,
                    _ => false,
                };
                if has_it && depth < 6 {
                    args.iter().for_each(|arg| self.note_part(arg, field, depth + 1));
                }
            }
            Ty::Tuple(_) | Ty::Slice(_) if depth < 6 => {
                ty.args()
                    .iter()
                    .for_each(|arg| self.note_part(arg, field, depth + 1));
            }
            _ => {}
        }
    }

    /// Something that handlers share.
    pub(super) fn add_root(&mut self, ty: &Ty, cell: Option<Src>) {
        self.note_top(ty);
        self.visit(ty, cell, None, 0);
    }

    /// Something that a cell keeps: what it owns changes with it, what it only points to is a root.
    pub(super) fn add_kept(&mut self, ty: &Ty, cell: Src) {
        let owned = ty.kind(self.types.catalog) != Kind::Wrapper;
        self.visit(ty, Some(cell), owned.then_some(cell), 0);
    }

    /// An actor, a service, the owner of a loop.
    pub(super) fn add_owned(&mut self, ty: &Ty) {
        if let Ty::Adt(adt, _) = ty.peeled(self.types.catalog) {
            self.shared.owned.insert(*adt);
            self.shared.tops.insert(*adt);
        }
        self.visit(ty, None, None, 0);
    }

    /// An actor that lives on wherever something keeps its address.
    pub(super) fn add_addressed(&mut self, ty: &Ty) {
        if let Ty::Adt(adt, _) = ty.peeled(self.types.catalog)
            && self.shared.addressed.contains(adt)
        {
            self.shared.lasting.insert(*adt);
        }
    }

    /// A struct that runs a task itself which all requests may address.
    pub(super) fn add_actor(&mut self, adt: AdtId) {
        self.shared.lasting.insert(adt);
        self.shared.actor_structs.insert(adt);
        self.add_owned(&Ty::Adt(adt, [].into()));
    }

    /// `place`: the store that holds this type, if it is one that can be a cell. `owner`: the lock it lies behind.
    fn visit(&mut self, ty: &Ty, place: Option<Src>, owner: Option<Src>, depth: usize) {
        if depth > 24 {
            return;
        }
        match ty {
            Ty::Adt(adt, args) => self.visit_adt(*adt, args, owner, depth),
            Ty::Ext(_, args) => {
                let kind = ty.kind(self.types.catalog);
                // What a channel carries is stored by whoever receives it.
                if matches!(
                    kind,
                    Kind::Benign | Kind::Receiver | Kind::Sender | Kind::Broadcast
                ) {
                    return;
                }
                let owner = if kind.is_cell() && kind != Kind::Once {
                    owner.or(place)
                } else {
                    owner
                };
                for arg in args.iter() {
                    self.visit(arg, place, owner, depth + 1);
                }
            }
            Ty::Tuple(_) | Ty::Slice(_) => {
                for arg in ty.args() {
                    self.visit(arg, place, owner, depth + 1);
                }
            }
            Ty::Bounds(bounds) => {
                for bound in bounds.iter() {
                    if let Bound::Local(id, _) = bound {
                        for implementor in self.methods.implementors(*id) {
                            self.visit(&implementor, place, owner, depth + 1);
                        }
                    }
                }
            }
            _ => {}
        }
    }

    fn visit_adt(&mut self, adt: AdtId, args: &[Ty], owner: Option<Src>, depth: usize) {
        let new = match owner {
            Some(owner) => self.shared.under.entry(adt).or_default().insert(owner),
            None => self.shared.direct.insert(adt),
        };
        if !new {
            return;
        }
        let count = self.types.index.adts[adt.index()].shape.fields().len();
        for field in 0..count {
            let id = u32::try_from(field).unwrap_or(u32::MAX);
            let mut ty = self.types.field(adt, field, args);
            if matches!(ty, Ty::Unknown | Ty::Param(_))
                && let Some(seen) = self.flows.fields.get(&(adt, id))
            {
                ty = seen.clone();
            }
            self.visit(&ty, Some(Src::Field(adt, id)), owner, depth + 1);
        }
    }
}

impl Shared {
    /// Notes which structs only requests make.
    pub(super) fn note_makers(&mut self, events: &Events, reach: &Reach) {
        let mut by_request = BTreeSet::new();
        let mut otherwise = BTreeSet::new();
        for (adt, body) in &events.made {
            if reach.by_request(*body) && !reach.at_startup(*body) {
                by_request.insert(*adt);
            } else {
                otherwise.insert(*adt);
            }
        }
        let made_at_start = |body: &super::ids::BodyId| reach.at_startup(*body);
        let others: BTreeSet<AdtId> = events
            .made
            .iter()
            .filter(|(_, body)| !made_at_start(body))
            .map(|(adt, _)| *adt)
            .collect();
        let started = events.made.iter().map(|(adt, _)| *adt);
        self.at_startup = started.filter(|adt| !others.contains(adt)).collect();
        let made_again: BTreeSet<AdtId> = events
            .made
            .iter()
            .filter(|(_, body)| reach.by_request(*body) || reach.by_timer(*body))
            .map(|(adt, _)| *adt)
            .collect();
        let made = events.made.iter().map(|(adt, _)| *adt);
        self.never_again = made.filter(|adt| !made_again.contains(adt)).collect();
        self.per_request = by_request.difference(&otherwise).copied().collect();
    }

    /// How many fields of shared structs have a type that is known, or one that is not.
    #[must_use]
    pub(super) fn fields(&self, types: Types<'_>, known: bool) -> usize {
        let shared: BTreeSet<AdtId> = self
            .direct
            .iter()
            .chain(&self.owned)
            .chain(self.under.keys())
            .copied()
            .collect();
        let fields = shared.iter().flat_map(|adt| {
            let count = types.index.adts[adt.index()].shape.fields().len();
            (0..count).map(|field| types.field(*adt, field, &[]))
        });
        fields
            .filter(|ty| known != matches!(ty, Ty::Unknown | Ty::From(_)))
            .count()
    }

    /// Only start-up code makes it, and no lock is known to hold it: whatever a request meets of it is shared, though we
    /// do not see how it gets there.
    #[must_use]
    pub(super) fn is_of_the_start(&self, adt: AdtId) -> bool {
        self.at_startup.contains(&adt) && !self.under.contains_key(&adt)
    }

    /// No request or timer makes one, and no lock is known to hold it: whoever changes a plain field of it has the one
    /// that the program started with.
    #[must_use]
    pub(super) fn is_one_of_the_start(&self, adt: AdtId) -> bool {
        if self.private.contains(&adt) {
            return false;
        }
        self.is_started_with(adt)
            || self.never_again.contains(&adt) && {
                // We do not see what makes it, but it is a part of one that the program starts with, or of an actor.
                let mut wholes = self.wholes(adt).into_iter().flatten();
                wholes.any(|(owner, _)| self.is_started_with(*owner) || self.is_an_actor_of_its_own(*owner))
            }
    }

    /// An actor that its framework makes: no request is seen to.
    fn is_an_actor_of_its_own(&self, adt: AdtId) -> bool {
        self.owned.contains(&adt) && self.never_again.contains(&adt) && !self.under.contains_key(&adt)
    }

    /// Each connection has one of these for itself.
    pub(super) fn note_private(&mut self, structs: BTreeSet<AdtId>) {
        self.private = structs;
    }

    /// Nothing has it but actors that live on, and plain parts of them.
    #[must_use]
    pub(super) fn is_part_of_actors(&self, adt: AdtId, depth: usize) -> bool {
        let of_actors = |owner: AdtId| {
            let lives = self.owned.contains(&owner) && self.lasting.contains(&owner);
            lives && !self.under.contains_key(&owner) || self.is_part_of_actors(owner, depth + 1)
        };
        let wholes = self.wholes(adt).filter(|wholes| depth < 4 && !wholes.is_empty());
        wholes.is_some_and(|wholes| wholes.iter().all(|(owner, _)| of_actors(*owner)))
    }

    fn is_started_with(&self, adt: AdtId) -> bool {
        self.at_startup.contains(&adt) && self.never_again.contains(&adt) && !self.under.contains_key(&adt)
    }

    /// Channels carry it.
    #[must_use]
    pub(super) fn is_message(&self, adt: AdtId) -> bool {
        self.messages.contains(&adt)
    }

    /// This variable's struct is owned by a long-lived task.
    pub(super) fn note_owner(&mut self, var: VarId) {
        self.owners.insert(var);
    }

    /// This variable's struct is owned by a task that all requests address.
    pub(super) fn note_actor(&mut self, var: VarId) {
        self.owners.insert(var);
        self.actors.insert(var);
    }

    /// Whoever made the struct in this holder, others have its address.
    #[must_use]
    pub(super) fn is_addressed(&self, holder: Option<Src>) -> bool {
        matches!(holder, Some(Src::Local(var)) if self.actors.contains(&var))
    }

    /// The variable is owned by a task that all requests address.
    #[must_use]
    pub(super) fn is_of_an_actor(&self, var: VarId) -> bool {
        self.actors.contains(&var)
    }

    /// The struct runs a task that all requests address.
    #[must_use]
    pub(super) fn is_actor(&self, adt: AdtId) -> bool {
        self.actor_structs.contains(&adt)
    }

    /// The struct in this holder is owned by a long-lived task.
    #[must_use]
    pub(super) fn is_owned_by(&self, holder: Option<Src>) -> bool {
        matches!(holder, Some(Src::Local(var)) if self.owners.contains(&var))
    }

    /// The fields that have this struct as a plain part, where nothing that lives on has one by itself: what changes in it
    /// changes in them.
    #[must_use]
    pub(super) fn wholes(&self, adt: AdtId) -> Option<&BTreeSet<(AdtId, u32)>> {
        if self.tops.contains(&adt) {
            return None;
        }
        self.part_of.get(&adt)
    }

    /// A lock of another cell holds it: a lock of its own changes apart, as a room's in a map of rooms.
    #[must_use]
    pub(super) fn is_kept(&self, adt: AdtId) -> bool {
        self.under.contains_key(&adt)
    }

    /// The lock of this very cell holds it.
    #[must_use]
    pub(super) fn is_kept_by(&self, adt: AdtId, cell: Src) -> bool {
        self.under.get(&adt).is_some_and(|cells| cells.contains(&cell))
    }

    /// Only requests make it, and only a lock of another cell holds it.
    #[must_use]
    pub(super) fn is_entry(&self, adt: AdtId) -> bool {
        self.is_kept(adt) && self.per_request.contains(&adt) && !self.tops.contains(&adt)
    }

    /// It lives on after a request.
    fn is_alive(&self, adt: AdtId) -> bool {
        self.in_static.contains(&adt) || self.lasting.contains(&adt) || !self.per_request.contains(&adt)
    }

    /// The cells a field's change belongs to. `locked`: the field changes through a shared reference.
    #[must_use]
    pub(super) fn cells_of_field(&self, adt: AdtId, field: u32, locked: bool, inside: bool) -> Vec<Src> {
        let own = Src::Field(adt, field);
        let alive = self.is_alive(adt);
        if locked && self.direct.contains(&adt) && alive {
            return vec![own];
        }
        if !locked && self.owned.contains(&adt) && alive && !self.under.contains_key(&adt) {
            return vec![own];
        }
        if !inside && !locked {
            // A struct of a kind that some lock holds, changed as nobody's or as we do not know whose.
            return Vec::new();
        }
        let owners = self.under.get(&adt).into_iter().flatten().copied();
        owners
            .filter(|owner| match owner {
                Src::Field(holder, _) => self.is_alive(*holder),
                _ => true,
            })
            .collect()
    }
}
