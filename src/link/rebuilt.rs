//! Cells that start-up code fills with what it reads elsewhere, before anybody shares them. Judges nothing.

use super::cells::{Cells, is_change};
use super::events::{Access, Src};
use super::ids::{BodyId, VarId};
use super::types::Ty;

impl Cells<'_, '_> {
    /// A restart makes it anew: what lies behind its lock is filled at start, by code that asks a server.
    pub(super) fn is_rebuilt(&self, src: Src) -> bool {
        let Src::Field(adt, field) = src else { return false };
        let ty = self.types.field(adt, field as usize, &[]);
        let sources = self.filled_from.get(&(adt, field)).into_iter().flatten();
        let mut makers = sources.filter_map(|source| match source {
            Src::Local(var) => Some(self.tables.vars[var.index()].body),
            Src::Made(body) => Some(*body),
            _ => None,
        });
        makers.any(|body| self.reach.at_startup(body) && self.fills(body, &ty) && self.asks(body))
    }

    fn asks(&self, body: BodyId) -> bool {
        let run = self.programs.run_by(body);
        self.calls_of(&run)
            .any(|call| self.types.catalog.asks_server(call))
    }

    /// A variable of this code holds what the cell is to hold, and is changed before it does.
    fn fills(&self, body: BodyId, ty: &Ty) -> bool {
        let vars = self.tables.vars.iter().enumerate();
        let mut own = vars.filter(|(_, var)| var.body == body && var.made && holds(ty, &var.ty));
        own.any(|(position, _)| self.is_changed(VarId::next(position)))
    }

    fn is_changed(&self, var: VarId) -> bool {
        let own = Src::Local(var);
        let of_it = |access: &&Access| access.origin.src == own || access.origin.holder == Some(own);
        self.events.accesses.iter().filter(of_it).any(is_change)
    }
}

fn holds(ty: &Ty, wanted: &Ty) -> bool {
    ty == wanted || ty.args().iter().any(|arg| holds(arg, wanted))
}
