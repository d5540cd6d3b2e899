//! The linked program as rules see it: cells, who touches them, and by which way. Plain data; holds no syntax.

use std::collections::{BTreeMap, BTreeSet};

use super::jobs::{Channel, Task};
use crate::catalog::{Effect, EntryKind, Kind};
use crate::finding::{Confidence, Place};

/// Everything rules can ask about.
#[derive(Debug, Default)]
pub struct Program {
    /// Every place that may store something longer than a request, with what happens to it.
    pub cells: Vec<Cell>,
    /// Calls into other crates that the catalogue or a rule may know.
    pub calls: Vec<OutsideCall>,
    /// Attributes of other crates on functions, parameters and structs.
    pub marks: Vec<Mark>,
    /// Which versions of a crate a package asks for: by package, then by crate.
    pub required: BTreeMap<String, BTreeMap<String, String>>,
    /// Every entry point.
    pub entries: Vec<EntryPoint>,
    /// Loops that a timer drives.
    pub timers: Vec<TimerLoop>,
    /// Loops of the start over messages that come from another process.
    pub reactions: Vec<TimerLoop>,
    /// Tasks and threads that are started and that nothing waits for.
    pub tasks: Vec<Task>,
    /// Channels whose receiving end a loop of this process empties.
    pub channels: Vec<Channel>,
    /// Calls from one function of the workspace to another.
    pub links: Vec<Link>,
    /// What was understood.
    pub counts: Counts,
}

/// A call within the workspace.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// Where.
    pub place: Place,
    /// The function it stands in.
    pub from: String,
    /// The function that is called, or the name as written where its target is not known.
    pub to: String,
    /// The target is known, and how sure.
    pub resolved: Option<Confidence>,
    /// When.
    pub when: When,
}

/// Figures for the understanding report.
#[derive(Debug, Default, Clone)]
pub struct Counts {
    /// Entry points per framework.
    pub frameworks: BTreeMap<String, usize>,
    /// Frameworks that the packages depend on.
    pub used_frameworks: BTreeSet<String>,
    /// Fields of shared structs whose type is known.
    pub fields_resolved: usize,
    /// Fields of shared structs whose type is not.
    pub fields_unresolved: usize,
    /// Macros nobody looked into.
    pub unread_macros: usize,
}

/// Where the outside world enters.
#[derive(Debug, Clone)]
pub struct EntryPoint {
    /// `GET /users`.
    pub label: String,
    /// The framework.
    pub framework: String,
    /// What enters.
    pub kind: EntryKind,
    /// The handler.
    pub place: Place,
}

/// What a cell is declared as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CellKind {
    /// A `static`.
    Static,
    /// A field of a shared struct.
    Field,
    /// A local that outlives requests.
    Local,
    /// The type behind which a map keyed by types keeps it.
    Key,
}

impl CellKind {
    /// The word for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            CellKind::Static => "static",
            CellKind::Field => "field",
            CellKind::Local => "local",
            CellKind::Key => "key",
        }
    }
}

/// A place that stores something longer than a request.
#[derive(Debug, Clone)]
pub struct Cell {
    /// `REQUESTS`, `AppState.carts`, `rooms`.
    pub name: String,
    /// What it is declared as.
    pub kind: CellKind,
    /// Full item path.
    pub item: String,
    /// The name in the source.
    pub place: Place,
    /// The package.
    pub package: String,
    /// Programs that hold it.
    pub services: Vec<String>,
    /// What it stores.
    pub stored: Stored,
    /// A part of something that only requests make, kept behind another cell's lock.
    pub of_an_entry: bool,
    /// It numbers what goes over the line to one other program that lies beside it: a pipe, a socket, or calls that wait for
    /// their answers by such a number.
    pub of_a_line: bool,
    /// Start-up code fills it with what it reads from a server, so that a restart loses nothing of it.
    pub rebuilt: bool,
    /// Everything that touches it.
    pub accesses: Vec<Touch>,
    /// No request changes it, but a timer makes it from state that requests change: the names of that.
    pub made_from: Vec<String>,
}

/// What a cell stores.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stored {
    /// What is behind locks and wrappers.
    pub head: Kind2,
    /// Kinds found anywhere in the content.
    pub holds: BTreeSet<Kind>,
    /// Kinds found in the values of a map, the elements of a list. Where one answer is waited for is no sender.
    pub elements: BTreeSet<Kind>,
    /// Names of types and fields in the content, split into lower-case words.
    pub words: BTreeSet<String>,
    /// What the values of a map, the elements of a list or the content are themselves, not what lies deeper. Of a struct with
    /// a handle in it that keeps nothing else, what the handle is.
    pub itself: BTreeSet<Kind>,
    /// Names of types and fields in the values of a map, the elements of a list, in words.
    pub element_words: BTreeSet<String>,
    /// Words of the key type, for maps.
    pub key_words: BTreeSet<String>,
    /// The type, for messages.
    pub text: String,
    /// `u64`, `bool` …, if it is one.
    pub prim: Option<&'static str>,
    /// It is set once.
    pub once: bool,
    /// An `Option` lies right behind the lock: there may be nothing yet.
    pub optional: bool,
    /// The content is a struct of the workspace.
    pub is_struct: bool,
}

/// The shape of what is stored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind2 {
    /// A kind of the catalogue.
    Known(Kind),
    /// A number.
    Number,
    /// A flag.
    Flag,
    /// Something else.
    #[default]
    Other,
}

/// What becomes of an expression's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// Thrown away.
    Dropped,
    /// Written to a log, and nothing else.
    Logged,
    /// `% n`: only chooses one of several.
    Modulo,
    /// Compared with something.
    Compared,
    /// Used otherwise.
    Used,
    /// Handed to the caller: what becomes of it there. Not seen outside of `link`.
    Returned,
}

/// When code runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    /// For a request, message, connection or job.
    Request,
    /// On a timer.
    Timer,
    /// While the program starts.
    Startup,
    /// We do not see it run.
    Never,
}

/// One access.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says one thing of the access, and none excludes another"
)]
pub struct Touch {
    /// What is done.
    pub effect: Effect,
    /// The method or operator.
    pub op: String,
    /// The result is thrown away, compared, only chooses, or used.
    pub usage: Use,
    /// When.
    pub when: When,
    /// Where.
    pub place: Place,
    /// The function it stands in.
    pub function: String,
    /// The way from the entry, the access itself last.
    pub way: Vec<Hop>,
    /// The entry's label.
    pub entry: String,
    /// What enters.
    pub entry_kind: EntryKind,
    /// The weakest step.
    pub confidence: Confidence,
    /// Kinds of the arguments and what they hold.
    pub arg_kinds: BTreeSet<Kind>,
    /// The variable that holds the result.
    pub held: String,
    /// It puts in, once, data that another server gave.
    pub fetched: bool,
    /// The function it stands in does nothing else but look at the clock and write to the log, and answers nothing.
    pub only_logs: bool,
    /// The function it stands in is told nothing and asks no server: each process would do the same.
    pub untold: bool,
    /// It is done for what every replica hears, and so in each of them.
    pub in_all: bool,
    /// It is done to something inside that has a lock of its own, and is a cell of its own.
    pub of_a_part: bool,
    /// The touched type's own kind: the map itself, a value in it, or the `Option` that holds the map.
    pub on: Kind,
}

/// One step of a way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// Where.
    pub place: Place,
    /// What.
    pub text: String,
}

/// A text in a call's arguments.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Said {
    /// The text.
    pub text: String,
    /// The setting whose value it stands in for, or that chooses it.
    pub instead_of: Option<String>,
    /// The file and line that say it, where that is not the code.
    pub set_in: Option<String>,
}

/// A branch that a setting chooses.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Choice {
    /// The setting, as written: `settings.in_memory`.
    pub setting: String,
    /// Where it is asked.
    pub place: Place,
    /// Which of the branches there.
    pub branch: usize,
}

/// An attribute of another crate.
#[derive(Debug, Clone)]
pub struct Mark {
    /// The crate; empty where nothing in sight says which.
    pub krate: String,
    /// The attribute's own name.
    pub name: String,
    /// Its options, as text.
    pub options: String,
    /// Texts among its options.
    pub texts: Vec<String>,
    /// A database in memory that a file beside the code sets by one of these names: the file with its line, and the URL.
    pub set_in: Option<(String, String)>,
    /// Types of the fields, where it stands on a struct.
    pub types: Vec<String>,
    /// What it stands on: a function, a parameter, a struct.
    pub on: String,
    /// The name of that.
    pub place: Place,
    /// Full item path.
    pub item: String,
    /// The package.
    pub package: String,
    /// Programs that hold it.
    pub services: Vec<String>,
    /// When the function runs.
    pub when: When,
    /// The way from the entry.
    pub way: Vec<Hop>,
    /// The weakest step.
    pub confidence: Confidence,
    /// What the function does, itself and through others; none where the mark stands on no function.
    pub work: Option<Work>,
}

/// What a function may depend on beside its arguments.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Work {
    /// It waits for something.
    pub waits: bool,
    /// It looks at state of this process.
    pub reads_state: bool,
    /// Functions and crates that it calls.
    pub calls: BTreeSet<String>,
}

/// A call into another crate.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says one thing of the call, and none excludes another"
)]
pub struct OutsideCall {
    /// The crate.
    pub krate: String,
    /// The whole path, for functions: `tokio::fs::write`.
    pub path: String,
    /// `Type::function` or `function`.
    pub name: String,
    /// A method.
    pub method: bool,
    /// Texts in its arguments, also those of constants and in `format!`.
    pub texts: Vec<Said>,
    /// Names in its arguments (`Scheme::Memory`, `true`) and its written type arguments.
    pub names: Vec<String>,
    /// The setting that chooses this call, where another branch makes something else.
    pub choice: Option<Choice>,
    /// It is called only because something failed.
    pub failed: bool,
    /// Where.
    pub place: Place,
    /// Where a method's name stands, or the whole call.
    pub named: Place,
    /// The function around it.
    pub function: String,
    /// Full item path of that function.
    pub item: String,
    /// The name of that function: methods that implement one trait for several messages have one path.
    pub around: Place,
    /// The function around it gives something to whoever calls it.
    pub gives_back: bool,
    /// Programs run it that serve nobody, and no other.
    pub of_a_tool: bool,
    /// It is a method of a trait: who calls it need not be seen.
    pub of_trait: bool,
    /// When.
    pub when: When,
    /// The way from the entry.
    pub way: Vec<Hop>,
    /// The entry's label.
    pub entry: String,
    /// What enters.
    pub entry_kind: EntryKind,
    /// The weakest step.
    pub confidence: Confidence,
    /// The package.
    pub package: String,
    /// Programs that hold it.
    pub services: Vec<String>,
    /// The variable, field or static that gets the result.
    pub into: Option<(String, Place)>,
    /// It makes a static's initial value, or what a static is filled with.
    pub in_static: bool,
    /// What becomes of the result.
    pub usage: Use,
}

/// A loop that a timer drives.
#[derive(Debug, Clone)]
pub struct TimerLoop {
    /// Where.
    pub place: Place,
    /// The function around it.
    pub function: String,
    /// Full item path of that function.
    pub item: String,
    /// The package.
    pub package: String,
    /// Programs that hold it.
    pub services: Vec<String>,
    /// Started by start-up code, not per request.
    pub at_startup: bool,
    /// It ends by itself: it tries again, or goes through a list slowly.
    pub ends: bool,
    /// The calls into other crates that it makes, wherever they stand.
    pub calls: Vec<OutsideCall>,
    /// The functions that it runs: the one around it first.
    pub functions: Vec<String>,
}

impl OutsideCall {
    /// The name of the method or function alone.
    #[must_use]
    pub fn last_name(&self) -> &str {
        self.name.rsplit("::").next().unwrap_or(&self.name)
    }

    /// Some text in its arguments begins with this, whatever the case: `start` in capitals.
    #[must_use]
    pub fn says(&self, start: &str) -> bool {
        let begins = |said: &Said| said.text.trim_start().to_uppercase().starts_with(start);
        self.texts.iter().any(begins)
    }
}

impl Program {
    /// The version of a crate that a package asks for, `*` where it depends on any; none where it does not depend on it.
    #[must_use]
    pub fn required(&self, package: &str, krate: &str) -> Option<&str> {
        self.required.get(package)?.get(krate).map(String::as_str)
    }
}

impl Cell {
    /// Changes made for a request.
    pub fn request_writes(&self) -> impl Iterator<Item = &Touch> {
        self.accesses
            .iter()
            .filter(|touch| touch.when == When::Request && touch.is_write())
    }

    /// Looks taken for a request.
    pub fn request_reads(&self) -> impl Iterator<Item = &Touch> {
        self.accesses
            .iter()
            .filter(|touch| touch.when == When::Request && touch.is_read())
    }

    /// Messages sent for a request.
    pub fn request_sends(&self) -> impl Iterator<Item = &Touch> {
        self.accesses
            .iter()
            .filter(|touch| touch.when == When::Request && touch.effect == Effect::Send)
    }

    /// Messages taken for a request.
    pub fn request_takes(&self) -> impl Iterator<Item = &Touch> {
        self.accesses
            .iter()
            .filter(|touch| touch.when == When::Request && touch.effect == Effect::Receive)
    }

    /// The change with the shortest and surest way.
    #[must_use]
    pub fn best_write(&self) -> Option<&Touch> {
        self.request_writes().max_by_key(|touch| {
            (
                touch.confidence,
                !touch.is_removal(),
                std::cmp::Reverse(touch.way.len()),
                std::cmp::Reverse(touch.place.clone()),
            )
        })
    }

    /// Words of its own name and of the item it stands in, lower case.
    #[must_use]
    pub fn words(&self) -> BTreeSet<String> {
        words_of(&self.name)
    }

    /// Some word of the cell's name starts with one of these; short ones must be the whole word.
    #[must_use]
    pub fn named(&self, stems: &[&str]) -> bool {
        self.words()
            .iter()
            .any(|word| stems.iter().any(|stem| begins(word, stem)))
    }

    /// The same of the last part of the name: what it stands in says nothing.
    #[must_use]
    pub fn named_itself(&self, stems: &[&str]) -> bool {
        let own = self.name.rsplit('.').next().unwrap_or_default();
        words_of(own)
            .iter()
            .any(|word| stems.iter().any(|stem| begins(word, stem)))
    }

    /// Some word of the cell's name or content starts with one of these.
    #[must_use]
    pub fn speaks_of(&self, stems: &[&str]) -> bool {
        self.named(stems)
            || self
                .stored
                .words
                .iter()
                .any(|word| stems.iter().any(|stem| begins(word, stem)))
    }

    /// Some request changes it with one of these operations.
    #[must_use]
    pub fn written_by(&self, ops: &[&str]) -> bool {
        self.request_writes()
            .any(|touch| ops.contains(&touch.op.as_str()))
    }

    /// Something takes values out again.
    #[must_use]
    pub fn forgets(&self) -> bool {
        self.accesses.iter().any(Touch::is_removal)
    }
}

impl Touch {
    /// It changes the cell.
    #[must_use]
    pub fn is_write(&self) -> bool {
        matches!(self.effect, Effect::Write | Effect::InsertOrGet) || self.fetched
    }

    /// It depends on what the cell holds.
    #[must_use]
    pub fn is_read(&self) -> bool {
        match self.effect {
            Effect::Read | Effect::InsertOrGet | Effect::Receive => true,
            Effect::Write => self.usage != Use::Dropped,
            Effect::Init => self.fetched,
            _ => false,
        }
    }

    /// It takes values out.
    #[must_use]
    pub fn is_removal(&self) -> bool {
        const OPS: &[&str] = &[
            "remove",
            "clear",
            "retain",
            "pop",
            "pop_front",
            "pop_back",
            "drain",
            "truncate",
            "invalidate",
            "invalidate_all",
            "swap_remove",
            "remove_entry",
            "remove_if",
            "remove_async",
            "take",
            "split_off",
        ];
        OPS.contains(&self.op.as_str())
    }
}

/// `AppState.userSessions` is `app state user sessions`.
#[must_use]
pub fn words_of(name: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    let mut word = String::new();
    let mut lower = false;
    for letter in name.chars() {
        let breaks = !letter.is_alphanumeric() || (letter.is_uppercase() && lower);
        if breaks && !word.is_empty() {
            words.insert(std::mem::take(&mut word));
        }
        if letter.is_alphanumeric() {
            word.extend(letter.to_lowercase());
        }
        lower = letter.is_lowercase() || letter.is_numeric();
    }
    if !word.is_empty() {
        words.insert(word);
    }
    words
}

/// `sessions` begins with `session`. Of three letters or fewer a stem is the whole word, or its plural: `sides` are no `sid`.
fn begins(word: &str, stem: &str) -> bool {
    let rest = word.strip_prefix(stem);
    rest.is_some_and(|rest| stem.len() > 3 || rest.is_empty() || rest == "s")
}
