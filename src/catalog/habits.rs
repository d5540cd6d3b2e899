//! Names that mean the same in every crate, and the calls at which loops wait, as the tables say them. Decides nothing.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{Catalog, EntryKind};

/// A call at which a loop waits for its next turn.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a key of the table, and none excludes another"
)]
pub struct Wait {
    /// What is waited for, for people.
    pub framework: String,
    /// What enters.
    pub kind: EntryKind,
    /// The crates whose types and functions these are; none: the name alone tells.
    #[serde(default)]
    pub crates: BTreeSet<String>,
    /// The types whose methods these are, as `crate::Name`.
    #[serde(default)]
    pub types: Vec<String>,
    /// Only on the receiving end of a channel.
    #[serde(default)]
    pub receivers: bool,
    /// Methods or functions.
    pub names: BTreeSet<String>,
    /// With more arguments than this it is something else.
    #[serde(default)]
    pub max_args: usize,
    /// What it waits for comes from another process, so that the loop is served by itself.
    #[serde(default)]
    pub outside: bool,
    /// What it waits for reaches every process that waits for it, not one of them.
    #[serde(default)]
    pub reaches_all: bool,
    /// It only says that there is something: what, the loop takes out of a store.
    #[serde(default)]
    pub wakes: bool,
    /// Methods of the same type that say so.
    #[serde(default)]
    pub woken_by: BTreeSet<String>,
}

impl Wait {
    pub(super) fn is_call(&self, name: &str, args: usize) -> bool {
        self.names.contains(name) && args <= self.max_args
    }
}

/// Names that mean the same in every crate.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Habits {
    /// Calls that start a task of its own.
    pub spawns: BTreeSet<String>,
    /// Crates that send into a channel they are given when the operating system says so: no request makes them.
    pub watchers: BTreeSet<String>,
    /// Events that say that the framework is connected, as `Type::Variant`.
    pub ready: BTreeSet<String>,
    /// Functions that read the environment, by their whole path.
    pub reads_environment: BTreeSet<String>,
    /// Functions that change the environment or the working directory, by their whole path.
    pub sets_environment: BTreeSet<String>,
    /// Parts of names of functions that call another server: what they give back serves nobody.
    pub clients: BTreeSet<String>,
    /// Words in names of what serves others, in crates that nobody knows.
    pub servers: BTreeSet<String>,
    /// Crates that serve one user of the same machine, or only tests.
    pub local_servers: BTreeSet<String>,
    /// Traits whose methods run for whoever made the value: reading, writing, waiting.
    pub driven_traits: BTreeSet<String>,
    /// Types that are an end of one connection, or what goes out through one.
    pub connections: BTreeSet<String>,
    /// Types that lead to one other program.
    pub lines: BTreeSet<String>,
    /// Functions that make both ends of a channel.
    pub channels: BTreeSet<String>,
    /// Methods whose result is what their closure gives.
    pub closure_results: BTreeSet<String>,
    /// Methods that call their closure at once, for each of what they have.
    pub at_once: BTreeSet<String>,
    /// Methods that only give the same value another form.
    pub forms: BTreeSet<String>,
    /// Methods whose first argument counts where the receiver has nothing.
    pub fallbacks: BTreeSet<String>,
    /// Functions and crates whose results depend on more than their arguments.
    pub asks_outside: BTreeSet<String>,
    /// Crates that get what another server has.
    pub asks_servers: BTreeSet<String>,
    /// Methods that take a handler, where the receiver is not known.
    pub handler_takers: BTreeSet<String>,
    /// Methods that take shared state, where the receiver is not known.
    pub state_takers: BTreeSet<String>,
    /// Types that wait for, or end, the tasks started through them.
    pub gatherers: BTreeSet<String>,
    /// Words in names of what ends a loop when the process ends.
    pub stops: BTreeSet<String>,
    /// Functions that wait for a future and give what it gives.
    pub blocks: BTreeSet<String>,
    /// Functions that wait for the future in their last argument, but only so long: how their paths end.
    pub patient: BTreeSet<String>,
    /// Methods that say how long ago something was.
    pub elapses: BTreeSet<String>,
    /// Methods that wait for a message, but only so long.
    pub polls: BTreeSet<String>,
    /// Methods that take a message where there is one.
    pub looks: BTreeSet<String>,
    /// Methods that put work into a collection.
    pub puts: BTreeSet<String>,
    /// Methods that take it out again.
    pub takes: BTreeSet<String>,
    /// Given a closure, show something on a screen.
    pub screens: BTreeSet<String>,
    /// Macros whose arguments only reach a log.
    pub log_macros: BTreeSet<String>,
    /// Types of guards: what they hand out lies in the lock or the map that they came from.
    pub guards: BTreeSet<String>,
    /// Crates whose traits say how data is read, written, shown, compared or waited for: who uses the data calls them.
    pub data_crates: BTreeSet<String>,
    /// The same of traits that nothing in sight says the crate of.
    pub data_traits: BTreeSet<String>,
    /// Methods that say nothing of their receiver: std and every second crate has them.
    pub common_methods: BTreeSet<String>,
}

impl Habits {
    /// A method that has called its closure when it returns.
    #[must_use]
    pub fn calls_at_once(&self, method: &str) -> bool {
        self.at_once.contains(method) || self.closure_results.contains(method)
    }

    pub(super) fn add(&mut self, other: Habits) {
        self.spawns.extend(other.spawns);
        self.watchers.extend(other.watchers);
        self.ready.extend(other.ready);
        self.clients.extend(other.clients);
        self.reads_environment.extend(other.reads_environment);
        self.sets_environment.extend(other.sets_environment);
        self.servers.extend(other.servers);
        self.local_servers.extend(other.local_servers);
        self.driven_traits.extend(other.driven_traits);
        self.connections.extend(other.connections);
        self.lines.extend(other.lines);
        self.channels.extend(other.channels);
        self.closure_results.extend(other.closure_results);
        self.at_once.extend(other.at_once);
        self.forms.extend(other.forms);
        self.fallbacks.extend(other.fallbacks);
        self.asks_outside.extend(other.asks_outside);
        self.asks_servers.extend(other.asks_servers);
        self.handler_takers.extend(other.handler_takers);
        self.state_takers.extend(other.state_takers);
        self.gatherers.extend(other.gatherers);
        self.stops.extend(other.stops);
        self.blocks.extend(other.blocks);
        self.patient.extend(other.patient);
        self.elapses.extend(other.elapses);
        self.polls.extend(other.polls);
        self.looks.extend(other.looks);
        self.puts.extend(other.puts);
        self.takes.extend(other.takes);
        self.screens.extend(other.screens);
        self.log_macros.extend(other.log_macros);
        self.guards.extend(other.guards);
        self.data_crates.extend(other.data_crates);
        self.data_traits.extend(other.data_traits);
        self.common_methods.extend(other.common_methods);
    }
}

impl Catalog {
    /// A function that calls another server, told by its name.
    #[must_use]
    pub fn is_client(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        self.habits
            .clients
            .iter()
            .any(|part| name.contains(part.as_str()))
    }

    /// A crate through which rows of a shared store are written.
    #[must_use]
    pub fn stores_rows(&self, krate: &str) -> bool {
        let clients = self.stores.iter().flat_map(|store| &store.clients);
        clients.into_iter().any(|known| known == krate)
    }

    /// A function or crate whose results depend on more than its arguments.
    #[must_use]
    pub fn asks_outside(&self, path: &str) -> bool {
        self.asks_server(path) || self.habits.asks_outside.iter().any(|known| leads_to(path, known))
    }

    /// A function or crate that gets what another server has.
    #[must_use]
    pub fn asks_server(&self, path: &str) -> bool {
        let clients = self.stores.iter().flat_map(|store| &store.clients);
        self.habits
            .asks_servers
            .iter()
            .chain(clients)
            .any(|known| leads_to(path, known))
    }
}

fn leads_to(path: &str, known: &str) -> bool {
    path.strip_prefix(known)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}
