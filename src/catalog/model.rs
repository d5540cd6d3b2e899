//! The entries of the catalogue, as the TOML files spell them. Looks nothing up.

use std::collections::BTreeSet;

use serde::Deserialize;

/// What a type of another crate means to the lint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Only wraps its first type argument: `Arc`, a guard, `Box`.
    Wrapper,
    /// Wraps its first type argument too, but what is changed through it is a copy: `Cow`.
    Copied,
    /// Made at first use, then fixed.
    Lazy,
    /// Set once.
    Once,
    /// Hands out its content for writing through a shared reference.
    Lock,
    /// Requests wait for each other at it.
    Barrier,
    /// A number or flag that changes through a shared reference.
    Atomic,
    /// A map or set that changes through a shared reference.
    SharedMap,
    /// A queue that changes through a shared reference.
    SharedQueue,
    /// A cache that changes through a shared reference.
    SharedCache,
    /// A plain map.
    Map,
    /// A plain map that forgets.
    Cache,
    /// A plain list or string.
    List,
    /// A plain queue.
    Queue,
    /// A plain set.
    Set,
    /// `Option`, `Result`.
    Option,
    /// The sending end of a channel, a connection's outbox, an actor's address.
    Sender,
    /// The sending end of a channel that many receive from.
    Broadcast,
    /// The receiving end of a channel.
    Receiver,
    /// A point in time.
    Time,
    /// State each replica must have for itself.
    Benign,
    /// Not in the catalogue.
    Unknown,
    /// Any type at all; only in the table of methods.
    Any,
}

impl Kind {
    /// An end of a channel: what goes through it lies between two that share it.
    #[must_use]
    pub fn is_channel(self) -> bool {
        matches!(self, Kind::Sender | Kind::Broadcast | Kind::Receiver)
    }

    /// The value changes through a shared reference, so it is a cell wherever it is shared.
    #[must_use]
    pub fn is_cell(self) -> bool {
        matches!(
            self,
            Kind::Lock
                | Kind::Barrier
                | Kind::Atomic
                | Kind::SharedMap
                | Kind::SharedQueue
                | Kind::SharedCache
                | Kind::Once
        )
    }

    /// Nothing but a way to its first type argument.
    #[must_use]
    pub fn is_transparent(self) -> bool {
        matches!(self, Kind::Wrapper | Kind::Copied | Kind::Lazy | Kind::Option)
    }

    /// A container of many values.
    #[must_use]
    pub fn is_collection(self) -> bool {
        matches!(
            self,
            Kind::Map
                | Kind::Cache
                | Kind::List
                | Kind::Queue
                | Kind::Set
                | Kind::SharedMap
                | Kind::SharedQueue
                | Kind::SharedCache
        )
    }
}

/// What a call does to the value it is made on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Nothing: another form of the same value.
    None,
    /// Looks at it.
    Read,
    /// Changes it.
    Write,
    /// Changes it if the key is new.
    InsertOrGet,
    /// Sets it once.
    Init,
    /// Hands out what is behind the lock.
    Enter,
    /// Sends into a channel.
    Send,
    /// Takes from a channel.
    Receive,
}

/// What a call gives back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gives {
    /// The value itself.
    #[serde(rename = "self")]
    Same,
    /// Its first type argument.
    Inner,
    /// Its last type argument.
    Value,
    /// One of its first type argument, which is the taker's own from then on.
    Taken,
    /// Nothing of it.
    Fresh,
}

/// One framework.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Framework {
    /// Its name for people.
    pub name: String,
    /// Its crates.
    pub crates: Vec<String>,
    /// Calls whose function arguments run at start-up.
    #[serde(default)]
    pub startup_calls: Vec<String>,
    /// Attributes on functions.
    #[serde(default)]
    pub attributes: Vec<String>,
    /// Attributes on impls.
    #[serde(default)]
    pub impl_attributes: Vec<String>,
    /// Attributes on traits that make the methods of their impls entry points.
    #[serde(default)]
    pub trait_attributes: Vec<TraitAttribute>,
    /// Calls whose arguments it serves: traits of theirs that nothing else explains are entry points.
    #[serde(default)]
    pub serving_calls: Vec<String>,
    /// Attributes on functions whose result handlers share.
    #[serde(default)]
    pub provides: Vec<String>,
    /// Calls that hand `self` to a closure.
    #[serde(default)]
    pub hands_self: Vec<HandsSelf>,
    /// Methods of any value that make it one of the framework's.
    #[serde(default)]
    pub adapters: Vec<String>,
    /// Traits whose methods are entry points.
    #[serde(default)]
    pub traits: Vec<EntryTrait>,
    /// Types whose content is shared.
    #[serde(default)]
    pub extractors: Vec<String>,
    /// Calls whose arguments are shared.
    #[serde(default)]
    pub carriers: Vec<String>,
    /// Calls that make a clock of this process.
    #[serde(default)]
    pub clocks: Vec<String>,
    /// Calls that put what a clock gives into a store.
    #[serde(default)]
    pub storages: Vec<String>,
    /// Calls whose type argument says what they take out of a request, not what they give.
    #[serde(default)]
    pub takers: Vec<String>,
    /// What enters.
    #[serde(default)]
    pub kind: EntryKind,
}

/// An attribute on a trait.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TraitAttribute {
    /// `crate::attribute`.
    pub path: String,
    /// What it adds to the name of the trait that users implement.
    #[serde(default)]
    pub suffix: String,
}

/// A call that hands `self` to a closure: an actor to its own timer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandsSelf {
    /// The method.
    pub call: String,
    /// The position of the parameter.
    pub at: usize,
}

/// A trait whose methods the outside world calls.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryTrait {
    /// `crate::Name`, or `Name` where any crate will do.
    pub path: String,
    /// Its methods; empty means all.
    #[serde(default)]
    pub methods: Vec<String>,
    /// Those that say that the framework is ready: what they start is started once in each process.
    #[serde(default)]
    pub opens: Vec<String>,
    /// What enters, where it is not the framework's own.
    pub kind: Option<EntryKind>,
    /// The value the methods are called on is made for one request: its fields are not shared.
    #[serde(default)]
    pub per_request: bool,
    /// The associated type that the implementor owns beside itself, as an actor its state.
    #[serde(default)]
    pub owns: Option<String>,
    /// Others may keep the address of the implementor: it then lives on after the request that made it.
    #[serde(default)]
    pub addressed: bool,
    /// Not where an associated type is this one: it belongs to one connection.
    #[serde(default)]
    pub of_one_connection: Option<String>,
    /// The associated type that the implementor is started with. One that is handed an end of a connection belongs to it.
    #[serde(default)]
    pub started_with: Option<String>,
}

/// What enters through an entry point.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryKind {
    /// A request.
    #[default]
    Request,
    /// A message of an actor, a channel or a topic.
    Message,
    /// A connection.
    Connection,
    /// A job from a queue.
    Job,
    /// A tick of a timer.
    Timer,
    /// Nothing: it runs at start-up.
    Startup,
}

/// Calls that keep, read or drop files.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileCalls {
    /// Functions that leave a file behind, by their whole path.
    pub keep: Vec<String>,
    /// Of these, the functions that give a file its lasting name.
    pub moves: Vec<String>,
    /// Methods that do where the function also calls one of `creates`, as `Type::method`.
    #[serde(default)]
    pub opens: Vec<String>,
    /// What makes an opened file a kept one.
    #[serde(default)]
    pub creates: Vec<String>,
    /// Those by which an opened one grows.
    #[serde(default)]
    pub adds: Vec<String>,
    /// Methods of any crate that write a file, where an argument's text ends like the name of one.
    #[serde(default)]
    pub saves: Vec<String>,
    /// Options that show that what is opened is written over, where it is written to.
    #[serde(default)]
    pub overwrites: Vec<String>,
    /// Methods that do, by name.
    pub keep_methods: Vec<String>,
    /// Functions that read one back, by their whole path.
    pub read: Vec<String>,
    /// What shows that a file is scratch, by the last names.
    pub scratch: Vec<String>,
    /// Functions that remove one, by their whole path.
    pub removes: Vec<String>,
    /// Functions that make a command which runs a program, by their whole path.
    #[serde(default)]
    pub runs: Vec<String>,
    /// Their methods that give it arguments, as `Type::method`.
    #[serde(default)]
    pub told: Vec<String>,
    /// Methods that look whether there is one.
    #[serde(default)]
    pub looks: Vec<String>,
    /// Methods that go on writing an open file: what stands before was no end of it.
    pub goes_on: Vec<String>,
    /// Stores of objects that may lie on the local disk.
    #[serde(default)]
    pub store: Vec<ObjectStore>,
    /// Libraries that write a file themselves.
    #[serde(default)]
    pub writer: Vec<FileWriter>,
    /// Programs that do, when they are run with certain options.
    #[serde(default)]
    pub program: Vec<FileProgram>,
}

/// Programs that write a file where an option tells them which.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileProgram {
    /// Their names, without the folder.
    pub names: Vec<String>,
    /// The options.
    pub options: Vec<String>,
}

impl FileCalls {
    /// A function of this path keeps a file or reads one.
    #[must_use]
    pub fn concerns(&self, path: &str) -> bool {
        FileCalls::lists(&self.keep, path)
            || FileCalls::lists(&self.read, path)
            || FileCalls::lists(&self.removes, path)
    }

    /// A function of one of these lists, also where another crate re-exports it: `rocket::tokio::fs::write`.
    #[must_use]
    pub fn lists(list: &[String], path: &str) -> bool {
        list.iter().any(|known| {
            let before = path.strip_suffix(known.as_str());
            before.is_some_and(|before| before.is_empty() || before.ends_with("::"))
        })
    }
}

/// A library of object stores: which of its back ends is the local disk, and what puts an object there.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectStore {
    /// The crate.
    pub krate: String,
    /// The back end on the local disk, by its type's name.
    pub local: String,
    /// Methods that put an object.
    pub puts: Vec<String>,
}

/// Libraries that are told a path, or a statement with one, and write the file there.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileWriter {
    /// The crates.
    pub crates: Vec<String>,
    /// Their functions and methods, by their last name or as `Type::function`.
    #[serde(default)]
    pub names: Vec<String>,
    /// What the text of an argument begins with, as SQL.
    #[serde(default)]
    pub literals: Vec<String>,
}

/// What a periodic job may do to the world outside.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one thing that a deed may be, said in a file"
)]
pub struct Act {
    /// For the message: "sends mail".
    pub does: String,
    /// The crates that do it.
    pub crates: Vec<String>,
    /// Their functions and methods.
    #[serde(default)]
    pub names: Vec<String>,
    /// What the text of an argument begins with, in capitals.
    #[serde(default)]
    pub literals: Vec<String>,
    /// How names of types end whose methods of these names do it, whatever crate they are of.
    #[serde(default)]
    pub owners: Vec<String>,
    /// What functions that do it are called, whoever wrote them: words that stand in the name in this order; behind `=`, all of
    /// its words.
    #[serde(default)]
    pub verbs: Vec<String>,
    /// The call itself sets up the timer.
    #[serde(default)]
    pub by_itself: bool,
    /// Repeating it does no harm as a rule.
    #[serde(default)]
    pub note: bool,
    /// It reaches people or other services.
    #[serde(default)]
    pub leaves: bool,
    /// The same call may only ask for something: a query sent with POST.
    #[serde(default)]
    pub unsure: bool,
}

impl Act {
    /// A function of this name does it, as far as a name can say.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        let words: Vec<String> = ordered_words(name.rsplit("::").next().unwrap_or(name));
        self.verbs.iter().any(|phrase| {
            if let Some(whole) = phrase.strip_prefix('=') {
                return whole.split(' ').eq(words.iter().map(String::as_str));
            }
            let mut words = words.iter();
            phrase.split(' ').all(|wanted| words.any(|word| word == wanted))
        })
    }
}

/// `placeOrder` is `place order`.
fn ordered_words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut lower = false;
    for letter in name.chars() {
        if !letter.is_alphanumeric() {
            lower = false;
            words.push(String::new());
            continue;
        }
        if letter.is_uppercase() && lower || words.is_empty() {
            words.push(String::new());
        }
        lower = letter.is_lowercase() || letter.is_numeric();
        if let Some(word) = words.last_mut() {
            word.extend(letter.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// What shows that only one replica does a job.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Claims {
    /// In the text of an argument.
    pub literals: Vec<String>,
    /// Methods that do nothing else.
    pub calls: BTreeSet<String>,
    /// Words in names of functions.
    pub words: BTreeSet<String>,
    /// Crates that do nothing else.
    pub crates: BTreeSet<String>,
    /// Words in names of functions that only tell that this process is alive.
    pub beats: BTreeSet<String>,
    /// Words in names of programs that run once on each machine, or for each user.
    pub agents: BTreeSet<String>,
}

/// Calls after which every replica gets each message.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Broadcast {
    /// The crates.
    pub crates: Vec<String>,
    /// Their functions and methods.
    pub names: Vec<String>,
    /// In the text of an argument, where the messages are shared out after all.
    #[serde(default)]
    pub shared: Vec<String>,
}

/// What shows that a client was told that its work will be done.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Promises {
    /// Names that say so: constants, variants, functions.
    pub names: BTreeSet<String>,
    /// Whole texts that say so, in lower case.
    pub texts: BTreeSet<String>,
    /// Words in names of functions that keep work for later.
    pub words: BTreeSet<String>,
    /// Calls at which a task waits for its turn, as `Type::method`.
    pub turns: BTreeSet<String>,
    /// Words in names of functions that take work off a queue outside.
    pub takes: BTreeSet<String>,
}

/// What does work for others, such as a pool of threads.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pool {
    /// The crates.
    pub crates: Vec<String>,
    /// Functions and methods that make one.
    pub makers: Vec<String>,
    /// Methods that hand work over; none where a library does that by itself.
    pub runs: Vec<String>,
}

/// Traits that make a type the key of a map from types to values.
#[derive(Debug, Clone, Deserialize)]
pub struct TypeKeys {
    /// The traits, as `crate::Trait`.
    pub traits: Vec<String>,
    /// The associated type that says what is stored.
    pub value: String,
    /// There is one such map, and all handlers share it.
    #[serde(default)]
    pub shared: bool,
    /// Methods that put the value in.
    #[serde(default)]
    pub puts: Vec<String>,
    /// Types around a key that hand its value to handlers.
    #[serde(default)]
    pub keepers: Vec<Keeper>,
}

/// A type around a key, and behind what it hands out the value.
#[derive(Debug, Clone, Deserialize)]
pub struct Keeper {
    /// The type, as `crate::Type`.
    pub path: String,
    /// The lock or pointer around the value, as `crate::Type`.
    pub behind: String,
}
