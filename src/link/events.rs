//! What running a body would do, as far as it can be read: accesses, calls, tasks, registrations. Plain data.

use std::collections::{BTreeMap, BTreeSet};

use super::ids::{AdtId, BodyId, FileId, FnId, StaticId, VarId};
use super::program::Said;
pub(super) use super::program::Use;
use super::types::Ty;
use crate::catalog::{Effect, EntryKind};
use crate::facts::Span;
use crate::finding::Confidence;

/// Where a value is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Src {
    /// A static.
    Static(StaticId),
    /// A field, of whatever instance of the struct.
    Field(AdtId, u32),
    /// A local variable or parameter.
    Local(VarId),
    /// What a map keyed by types keeps behind this type.
    Key(AdtId),
    /// Nowhere yet: this code made it.
    Made(BodyId),
    /// Somewhere, but we do not know where.
    Elsewhere,
}

/// A store a value comes from, and whether a lock was passed on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Origin {
    /// The store.
    pub src: Src,
    /// The value lies behind the lock, or in the map, of that store.
    pub inside: bool,
    /// For a field: the variable or the code that has the very struct it is a field of, where that is known and the
    /// struct owns it.
    pub holder: Option<Src>,
    /// For what came in through a parameter: the code that handed it over.
    pub through: Option<BodyId>,
    /// The value is a copy of what lies there: only what both point to is still that store.
    pub copied: bool,
}

impl Origin {
    /// The store itself.
    #[must_use]
    pub(super) fn of(src: Src) -> Origin {
        Origin {
            src,
            inside: false,
            holder: None,
            through: None,
            copied: false,
        }
    }

    /// Whose very value this is, as far as it matters to its fields.
    #[must_use]
    pub(super) fn holder(self) -> Option<Src> {
        match self.src {
            Src::Made(_) | Src::Local(_) => Some(self.src),
            Src::Field(..) => self.holder,
            Src::Static(_) | Src::Key(_) | Src::Elsewhere => None,
        }
    }

    /// Something that could be a cell.
    #[must_use]
    pub(super) fn is_store(self) -> bool {
        !matches!(self.src, Src::Made(_) | Src::Elsewhere)
    }
}

/// What is known of an expression's value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Value {
    /// Its type.
    pub ty: Ty,
    /// Where it is stored, if it is.
    pub from: Vec<Origin>,
    /// Values of several types were seen here: `ty` is only the first of them.
    pub several: bool,
    /// A collection that this code gathered out of those stores: what it does to the collection is not done to them.
    pub gathered: bool,
    /// Part of a route that the value carries while a router is put together.
    pub route: Route,
}

/// Method and path, as far as they are literal.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Route {
    /// `GET`.
    pub verb: String,
    /// `/users/{id}`.
    pub path: String,
    /// A clock of this process drives it.
    pub timed: bool,
}

/// Of a value that may come from more stores than these, the rest is not followed.
const MOST_ORIGINS: usize = 48;

impl Value {
    /// A value nobody stores.
    #[must_use]
    pub(super) fn of(ty: Ty) -> Value {
        Value {
            ty,
            ..Value::default()
        }
    }

    /// A value that this code makes.
    #[must_use]
    pub(super) fn made(ty: Ty, body: BodyId) -> Value {
        Value {
            from: vec![Origin::of(Src::Made(body))],
            ..Value::of(ty)
        }
    }

    /// A copy of it that shares with it what lies behind pointers.
    #[must_use]
    pub(super) fn copied(&self) -> Value {
        let from = self.from.iter().map(|origin| Origin {
            copied: true,
            ..*origin
        });
        Value {
            from: from.collect(),
            ..self.with_ty(self.ty.clone())
        }
    }

    /// A store is known to hold it: the value itself, not only what it is a copy of.
    #[must_use]
    pub(super) fn is_stored(&self) -> bool {
        self.from.iter().any(|origin| origin.is_store() && !origin.copied)
    }

    /// The same store, another type.
    #[must_use]
    pub(super) fn with_ty(&self, ty: Ty) -> Value {
        Value {
            ty,
            from: self.from.clone(),
            ..Value::default()
        }
    }

    /// The same value behind its lock.
    #[must_use]
    pub(super) fn entered(&self, ty: Ty) -> Value {
        let from = self
            .from
            .iter()
            .map(|origin| Origin {
                inside: true,
                copied: false,
                ..*origin
            })
            .collect();
        Value {
            ty,
            from,
            ..Value::default()
        }
    }

    /// Some of it lies behind a lock.
    #[must_use]
    pub(super) fn is_inside(&self) -> bool {
        self.from.iter().any(|origin| origin.inside)
    }

    /// Takes over what another value knows.
    pub(super) fn merge(&mut self, other: &Value) {
        self.gathered = match (self.from.is_empty(), other.from.is_empty()) {
            (true, _) => other.gathered,
            (false, true) => self.gathered,
            (false, false) => self.gathered && other.gathered,
        };
        // What another crate makes of something, we know no type of.
        let is_vague = |ty: &Ty| matches!(ty, Ty::Unknown | Ty::From(_));
        if self.ty == Ty::Unknown || is_vague(&self.ty) && !is_vague(&other.ty) {
            self.ty = other.ty.clone();
        } else if !is_vague(&other.ty) && other.ty != self.ty {
            self.several = true;
        }
        self.several |= other.several;
        for origin in &other.from {
            if !self.from.contains(origin) && self.from.len() < MOST_ORIGINS {
                self.from.push(*origin);
            }
        }
        self.from.sort_unstable();
    }
}

/// A read or a write.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Access {
    /// The code that does it.
    pub body: BodyId,
    /// Where in that file.
    pub span: Span,
    /// What is touched.
    pub origin: Origin,
    /// What is done to it.
    pub effect: Effect,
    /// The method or operator.
    pub op: String,
    /// What becomes of the result.
    pub usage: Use,
    /// Loops around it, within the body.
    pub loops: u32,
    /// The type of what is touched.
    pub ty: Ty,
    /// The types of the arguments.
    pub args: Vec<Ty>,
    /// The variable that holds the result.
    pub held: Option<VarId>,
}

/// Code that is run by other code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Callee {
    /// A function of the workspace.
    Fn(FnId),
    /// A closure, an async block or a loop.
    Body(BodyId),
}

/// A call.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Call {
    /// The code that calls.
    pub body: BodyId,
    /// What it calls.
    pub callee: Callee,
    /// Where.
    pub span: Span,
    /// How sure.
    pub confidence: Confidence,
}

/// A call that may lead into the workspace, with a target we do not know.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Unresolved {
    /// The code that calls.
    pub body: BodyId,
    /// Where.
    pub span: Span,
    /// What is called, as written.
    pub name: String,
}

/// What becomes of the result of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CallResult {
    /// The code that calls.
    pub body: BodyId,
    /// The function.
    pub callee: FnId,
    /// Where: the method's name, or the whole call.
    pub span: Span,
    /// What becomes of it.
    pub usage: Use,
}

/// One of several branches that a setting chooses between.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fork {
    /// The setting.
    pub setting: String,
    /// Where it is asked.
    pub span: Span,
    /// Which branch.
    pub branch: usize,
}

/// A call into another crate.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ExtCall {
    /// The code that calls.
    pub body: BodyId,
    /// Where.
    pub span: Span,
    /// A method's name, or the whole call.
    pub named: Span,
    /// The crate.
    pub krate: String,
    /// The whole path, for functions: `tokio::fs::write`.
    pub path: String,
    /// `Type::function`, `function` or the method's name.
    pub name: String,
    /// It is a method, called on a value.
    pub method: bool,
    /// Texts in the arguments.
    pub texts: Vec<Said>,
    /// Names in the arguments, and type arguments.
    pub names: Vec<String>,
    /// The setting that chose this code.
    pub fork: Option<Fork>,
    /// It is called only because something failed.
    pub failed: bool,
    /// What becomes of the result.
    pub usage: Use,
    /// The variable or field that gets the result, where it does at once.
    pub into: Option<Src>,
}

/// Code handed to something that calls it when the outside world enters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Registration {
    /// The handler.
    pub target: Callee,
    /// The framework's name.
    pub framework: String,
    /// What enters.
    pub kind: EntryKind,
    /// Method and path.
    pub route: Route,
    /// Who registers it.
    pub body: BodyId,
    /// Where it is registered.
    pub span: Span,
    /// How sure.
    pub confidence: Confidence,
}

/// To whom a function value went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Handed {
    /// The crate.
    pub krate: String,
    /// Method and path, as far as the call says them.
    pub route: Route,
    /// Who hands it over.
    pub body: BodyId,
}

/// What kind of code a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum BodyKind {
    /// A function.
    Fn,
    /// The initial value of a static.
    Static,
    /// A closure.
    Closure,
    /// An async block.
    Async,
    /// A loop that takes connections, messages or ticks: the position of what it waits for in the catalogue.
    Loop(usize),
}

/// A piece of code that runs as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Body {
    /// Its kind.
    pub kind: BodyKind,
    /// The function it stands in.
    pub function: Option<FnId>,
    /// The static it initialises.
    pub value: Option<StaticId>,
    /// The code around it.
    pub parent: Option<BodyId>,
    /// Its file.
    pub file: FileId,
    /// Where.
    pub span: Span,
}

/// What a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Passed {
    /// A reference, or we do not see what.
    Reference,
    /// The value itself.
    Value,
}

/// A local variable or parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Var {
    /// Its name.
    pub name: String,
    /// The name's place.
    pub span: Span,
    /// Its file.
    pub file: FileId,
    /// The code that declares it.
    pub body: BodyId,
    /// Its type.
    pub ty: Ty,
    /// How it came in, where it is a parameter of a function or closure.
    pub param: Option<Passed>,
    /// Loops around the declaration, within the body.
    pub loops: u32,
    /// Nothing else is known to store the value.
    pub fresh: bool,
    /// Indeed nothing else does: the value was made for it.
    pub made: bool,
}

/// Everything the bodies do.
#[derive(Debug, Default)]
pub(super) struct Events {
    /// Reads and writes.
    pub accesses: Vec<Access>,
    /// Calls within the workspace.
    pub calls: Vec<Call>,
    /// What becomes of the results of calls within the workspace.
    pub results: Vec<CallResult>,
    /// Calls into other crates.
    pub ext_calls: Vec<ExtCall>,
    /// Handlers.
    pub registrations: Vec<Registration>,
    /// Code that is given arguments, handed to crates that nothing is known of.
    pub handed: BTreeMap<Callee, Handed>,
    /// Closures and blocks handed to functions of the workspace, and as which argument.
    pub passed: BTreeSet<(FnId, usize, BodyId)>,
    /// Functions with parameters that are handed as values to methods of the workspace.
    pub handed_on: BTreeSet<FnId>,
    /// Values handed to a framework as shared state, and by whom.
    pub carried: Vec<(BodyId, Value)>,
    /// Types of values handed to a framework to serve, with the framework's name.
    pub served: BTreeSet<(String, Ty)>,
    /// Keys behind which something is put for handlers, and by whom.
    pub keyed: BTreeSet<(AdtId, BodyId)>,
    /// Structs made, and by whom.
    pub made: BTreeSet<(AdtId, BodyId)>,
    /// What is put into fields at the struct's birth or later.
    pub field_values: Vec<(AdtId, u32, Value)>,
    /// Stores with room for one that get an end of a channel later on, and the end.
    pub put: BTreeSet<(Src, Src)>,
    /// Variables used by code inside the code that declares them.
    pub captures: BTreeSet<(VarId, BodyId)>,
    /// Calls that may lead into the workspace and could not be resolved.
    pub unresolved: Vec<Unresolved>,
    /// Loops that end by themselves, by file and place.
    pub ending: BTreeSet<(FileId, Span)>,
    /// Values handed to watchers of files and signals.
    pub watched: BTreeSet<Src>,
    /// Parts of loops that run now and then, though something else drives the loop.
    pub parts: Vec<Part>,
    /// Parts of loops that a signal drives, whatever drives the rest.
    pub signalled: BTreeSet<BodyId>,
    /// Parts of handlers that run when the framework is ready.
    pub readied: BTreeSet<BodyId>,
    /// What makes the values of statics when these are first needed: it runs once, whoever comes first.
    pub begun: BTreeSet<Callee>,
    /// Code that writes a line to the log or the console.
    pub logs: BTreeSet<BodyId>,
    /// Code that goes round until something outside ends it.
    pub rounds: BTreeSet<BodyId>,
    /// Tasks and threads that were started.
    pub spawned: Vec<Spawned>,
    /// Code that says that work will be done, and where.
    pub promised: BTreeMap<BodyId, Span>,
    /// Both ends of channels that are bound to names together.
    pub channels: Vec<(VarId, VarId)>,
    /// What the loops over messages receive from, by file and place of the loop.
    pub received: BTreeMap<(FileId, Span), BTreeSet<Src>>,
    /// What the loops that are only woken wait at, by file and place of the loop.
    pub woken_at: BTreeMap<(FileId, Span), BTreeSet<Src>>,
    /// Who wakes those that wait there.
    pub woken: BTreeSet<(Src, BodyId)>,
    /// Route prefixes of functions that build routers, and who puts them below.
    pub prefixes: BTreeMap<FnId, (String, Option<FnId>)>,
}

impl Events {
    /// An end of a channel, and the fields and statics it is put into.
    #[must_use]
    pub(super) fn ends_of(&self, end: VarId) -> BTreeSet<Src> {
        let mut ends = BTreeSet::from([Src::Local(end)]);
        loop {
            let is_end = |origin: &Origin| ends.contains(&origin.src);
            let filled = self
                .field_values
                .iter()
                .filter(|(_, _, value)| value.from.iter().any(is_end));
            let fields = filled.map(|(adt, field, _)| Src::Field(*adt, *field));
            let put = self
                .put
                .iter()
                .filter(|(_, end)| ends.contains(end))
                .map(|(store, _)| *store);
            let more: Vec<Src> = fields.chain(put).filter(|src| !ends.contains(src)).collect();
            if more.is_empty() {
                return ends;
            }
            ends.extend(more);
        }
    }
}

/// A part of a loop that the time drives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    /// The code it stands in.
    pub body: BodyId,
    /// What to show: the loop, or the interval.
    pub shown: Span,
    /// The part itself.
    pub region: Span,
}

/// A task or thread that was started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spawned {
    /// The code that starts it.
    pub body: BodyId,
    /// The whole call.
    pub span: Span,
    /// What becomes of its handle.
    pub usage: Use,
}

/// What is carried from one round of evaluation to the next.
#[derive(Debug, Default, PartialEq, Eq, Clone)]
pub(super) struct Flows {
    /// Arguments of each function; `self` is 0 where there is one.
    pub params: BTreeMap<(FnId, usize), Value>,
    /// Arguments of each closure.
    pub closure_params: BTreeMap<(BodyId, usize), Value>,
    /// Results.
    pub returns: BTreeMap<FnId, Value>,
    /// What fields of unwritten or `impl` type were seen to hold.
    pub fields: BTreeMap<(AdtId, u32), Ty>,
    /// Fields that were seen to hold several types.
    pub mixed: BTreeSet<(AdtId, u32)>,
    /// What the fields that hold references and guards were lent.
    pub lent: BTreeMap<(AdtId, u32), Value>,
    /// Functions that wait for a loop which calls them, and for what.
    pub waiting: BTreeMap<FnId, usize>,
    /// Functions that wait for the clock whichever way they take, and at what.
    pub pausing: BTreeMap<FnId, usize>,
    /// What task-locals are given, where it is stored elsewhere.
    pub task_locals: BTreeMap<StaticId, Value>,
    /// Functions in tables: constants and statics that list them.
    pub tables: BTreeMap<StaticId, BTreeSet<FnId>>,
    /// Functions and closures that collections keep for those who call them.
    pub kept: BTreeMap<Src, BTreeSet<Callee>>,
    /// What loops wait for, as the types of the receivers tell, by file and place.
    pub waits: BTreeMap<(FileId, Span), usize>,
    /// Loops that wait for something else beside what their type tells.
    pub heard: BTreeSet<(FileId, Span)>,
    /// What those who get it tell of the type of a local.
    pub told: BTreeMap<VarId, Ty>,
}
