//! `local-file`: files a handler stores for later. Decides by the calls that open or keep a file; never prints.

use std::collections::BTreeSet;

use super::{Verdict, ask};
use crate::catalog::{Catalog, FileCalls, FileWriter};
use crate::finding::{CellName, Evidence, Finding, Level, Place, fingerprint};
use crate::link::{Cell, OutsideCall, Program, Said, When, words_of};

declare_rule! {
    /// # local-file
    ///
    /// Files that a handler stores for later on the disk of this replica.
    ///
    /// ## Why
    ///
    /// An upload written to the local disk lies on the replica that took the request. A later request that reaches the other
    /// one does not find it, and in a container it is gone after a restart.
    ///
    /// ## Fires
    ///
    /// ```rust
    /// fn handle_upload(name: &str, body: &[u8]) -> std::io::Result<()> {
    ///     std::fs::write(format!("uploads/{name}"), body)
    /// }
    /// ```
    ///
    /// ## Stays silent
    ///
    /// ```rust
    /// fn handle_convert(body: &[u8]) -> std::io::Result<Vec<u8>> {
    ///     let path = scratch_path();
    ///     std::fs::write(&path, body)?;
    ///     let converted = convert(&path);
    ///     std::fs::remove_file(&path)?;
    ///     Ok(converted)
    /// }
    /// ```
    ///
    /// ## How to fix
    ///
    /// Put the file into an object store (S3 and its like, through `object_store`), or into the database where it is small.
    ///
    /// ## Known limits
    ///
    /// A file is taken for scratch where the same function removes it again or makes a temporary folder; one that another
    /// function removes is reported. What a timer writes is looked at only where a request reads a file by the same constant,
    /// text or field. A folder that all replicas mount looks like a local one.
    LOCAL_FILE { id: "local-file", level: Error, summary: "files that a handler stores on this replica's disk" }
}

fn judge(_cell: &Cell) -> Option<Verdict> {
    // A file is no cell that the program declares: `judge_calls` looks at the calls.
    None
}

/// One finding for each function that keeps a file while a request is handled. What gives a file its lasting name speaks
/// of the file that the same function wrote before.
pub(super) fn judge_calls(program: &Program, catalog: &Catalog) -> Vec<Finding> {
    let files = &catalog.files;
    let mut told: BTreeSet<&Place> = BTreeSet::new();
    let mut findings: Vec<Finding> = Vec::new();
    let asked = |call: &&OutsideCall| call.when == When::Request || is_read_back_from(program, files, call);
    for call in program.calls.iter().filter(asked).filter(|call| keeps(program, files, call)) {
        let beside = || program.calls.iter().filter(|other| other.around == call.around && keeps(program, files, other));
        // Parts that are put together speak less of a file than what becomes of them.
        let whole = |other: &OutsideCall| !adds_to(program, files, other);
        let known = moves(files, call) && beside().any(|other| !moves(files, other) && whole(other))
            || !whole(call) && beside().any(whole)
            || told.contains(&call.around);
        let copies = || is_copy(call) && program.calls.iter().any(|other| is_on_its_way(call, other) && keeps(program, files, other));
        let harmless = || is_scratch(files, program, call) || is_log(program, files, call) || fills_a_gap(program, catalog, call);
        if !known && !copies() && !harmless() {
            told.insert(&call.around);
            let mut finding = finding(files, program, call);
            // Methods that implement one trait for several messages have one path.
            let namesakes = findings.iter().filter(|known| known.cell.item == call.item).count();
            if namesakes > 0 {
                let item = format!("{}#{}", call.item, namesakes + 1);
                finding.fingerprint = fingerprint(&call.package, &item, LOCAL_FILE.id);
            }
            findings.push(finding);
        }
    }
    findings
}

/// A timer of each replica writes over the file, and a request reads what is written there by the same name.
fn is_read_back_from(program: &Program, files: &FileCalls, call: &OutsideCall) -> bool {
    let same = |other: &OutsideCall| {
        other.when == When::Request
            && other.package == call.package
            && FileCalls::lists(&files.read, &other.path)
            && lasting_names(other).any(|name| call.names.contains(name))
    };
    call.when == When::Timer && program.calls.iter().any(same)
}

fn lasting_names(call: &OutsideCall) -> impl Iterator<Item = &String> {
    call.names.iter().filter(|name| !name.starts_with('='))
}

pub(super) fn keeps(program: &Program, files: &FileCalls, call: &OutsideCall) -> bool {
    if files.writer.iter().any(|writer| writes(writer, call)) {
        return true;
    }
    if !call.method {
        return FileCalls::lists(&files.keep, &call.path) || is_told_to_write(program, files, call);
    }
    if puts_on_local_disk(program, files, call) {
        return true;
    }
    files.keep_methods.iter().any(|name| name == call.last_name())
        || saves(files, call)
        || opens_with(program, files, call, &files.creates)
        || writes_over(program, files, call)
        || adds_to(program, files, call)
}

/// `let mut file = OpenOptions::new().append(true).open(path)?;`, and what is opened is written to: whoever only tries whether
/// it can be opened keeps nothing.
fn adds_to(program: &Program, files: &FileCalls, call: &OutsideCall) -> bool {
    let used = call.into.is_some() || is_written_to(program, files, call);
    opens_with(program, files, call, &files.adds) && !opens_with(program, files, call, &files.creates) && used
}

/// `OpenOptions::new().create(true).write(true).open(path)?.write_all(bytes)`: what was there before is written over.
fn writes_over(program: &Program, files: &FileCalls, call: &OutsideCall) -> bool {
    opens_with(program, files, call, &files.overwrites) && is_written_to(program, files, call)
}

fn opens_with(program: &Program, files: &FileCalls, call: &OutsideCall, options: &[String]) -> bool {
    let mut within = program.calls.iter().filter(|other| other.around == call.around);
    call.method && files.opens.contains(&call.name) && within.any(|other| options.contains(&other.name))
}

fn is_written_to(program: &Program, files: &FileCalls, call: &OutsideCall) -> bool {
    let mut within = program.calls.iter().filter(|other| other.around == call.around);
    within.any(|other| {
        let goes_on = files.goes_on.iter().any(|name| name == other.last_name());
        // The option of that name writes nothing.
        other.method && goes_on && other.name != "OpenOptions::write"
    })
}

/// `Command::new("curl").args(["--output", path])`: what is run writes the file; into a pipe it writes none.
fn is_told_to_write(program: &Program, files: &FileCalls, call: &OutsideCall) -> bool {
    let is_run = |name: &&String| call.texts.iter().any(|said| said.text.rsplit('/').next() == Some(name.as_str()));
    let told = |options: &[String]| {
        let within = program.calls.iter().filter(|other| other.around == call.around && other.method && in_order(call, other) || other.place.holds(&call.place));
        let mut args = within.filter(|other| files.told.contains(&other.name));
        args.any(|other| other.texts.iter().any(|said| options.contains(&said.text)) && !other.texts.iter().any(|said| said.text == "-" || said.text.starts_with("pipe:")))
    };
    FileCalls::lists(&files.runs, &call.path) && files.program.iter().any(|known| known.names.iter().any(|name| is_run(&name)) && told(&known.options))
}

/// `picture.save(path)`, `execute("VACUUM INTO ..")`: the library is told where, and writes the file itself.
fn writes(writer: &FileWriter, call: &OutsideCall) -> bool {
    writer.crates.contains(&call.krate)
        && (writer.names.iter().any(|name| name == call.last_name() || *name == call.name) || writer.literals.iter().any(|start| call.says(start)))
}

/// `chart.save(format!("charts/{day}.png"))`, whatever crate the chart is of.
fn saves(files: &FileCalls, call: &OutsideCall) -> bool {
    let is_name = |said: &Said| {
        let ending = said.text.rsplit_once('.').map(|(_, ending)| ending);
        ending.is_some_and(|ending| (2..=5).contains(&ending.len()) && ending.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit()))
    };
    files.saves.iter().any(|name| name == call.last_name()) && call.texts.iter().any(is_name)
}

/// `operator.write(..)`, where the program makes the library's store on the local disk.
fn puts_on_local_disk(program: &Program, files: &FileCalls, call: &OutsideCall) -> bool {
    let Some(store) = files.store.iter().find(|store| store.krate == call.krate) else { return false };
    let is_local = |other: &OutsideCall| other.krate == store.krate && other.name.starts_with(&format!("{}::", store.local));
    store.puts.iter().any(|put| put == call.last_name()) && program.calls.iter().any(is_local)
}

fn moves(files: &FileCalls, call: &OutsideCall) -> bool {
    if call.method { files.keep_methods.iter().any(|name| name == call.last_name()) } else { FileCalls::lists(&files.moves, &call.path) }
}

/// It doubles a file that is on the disk already.
fn is_copy(call: &OutsideCall) -> bool {
    !call.method && call.last_name() == "copy"
}

/// The other stands in a function that leads to this call: what keeps the file itself speaks of its doubles.
fn is_on_its_way(call: &OutsideCall, other: &OutsideCall) -> bool {
    let step = format!("calls `{}`", other.function);
    other.around != call.around && other.package == call.package && !is_copy(other) && call.way.iter().any(|hop| hop.text == step)
}

fn is_scratch(files: &FileCalls, program: &Program, call: &OutsideCall) -> bool {
    let mut same_function = program.calls.iter().filter(|other| other.around == call.around);
    let kept = program.calls.iter().any(|other| other.around == call.around && moves(files, other));
    let scratch = |other: &OutsideCall| files.scratch.iter().any(|name| name == other.last_name() || *name == other.name);
    let ends = |other: &OutsideCall| scratch(other) && !other.failed && !is_taken_back(files, program, call, other);
    if kept {
        return moves(files, call) && same_function.any(|other| ends(other) && is_removed_by(call, other));
    }
    same_function.any(|other| ends(other) && !makes_room(files, call, other) || is_used_up(call, other))
}

fn in_order(first: &OutsideCall, then: &OutsideCall) -> bool {
    first.place.path == then.place.path && first.place < then.place
}

/// `rename(&ticket, &taken)?; ..; remove_file(&taken)`: it was only put aside.
fn is_removed_by(moved: &OutsideCall, removed: &OutsideCall) -> bool {
    let mut variables = moved.names.iter().filter(|name| name.starts_with('='));
    in_order(moved, removed) && variables.any(|name| removed.names.contains(name))
}

/// `remove_file(old)?; write(new, bytes)`: what stands before is another file, or an older one.
fn makes_room(files: &FileCalls, kept: &OutsideCall, removed: &OutsideCall) -> bool {
    !removed.method && FileCalls::lists(&files.removes, &removed.path) && in_order(removed, kept)
}

/// `write("/tmp/copy.db", bytes)?; open("/tmp/copy.db")`: nothing but this function has to do with it.
fn is_used_up(kept: &OutsideCall, other: &OutsideCall) -> bool {
    let texts = kept.names.iter().filter(|name| name.starts_with("\"/tmp/"));
    let mut texts = texts.map(|name| name.trim_matches('"'));
    in_order(kept, other) && texts.any(|text| other.texts.iter().any(|said| said.text == text) || other.names.iter().any(|name| name.trim_matches('"') == text))
}

/// `if size > max { remove_file(path); return }`, and then what was not removed goes on being written.
fn is_taken_back(files: &FileCalls, program: &Program, kept: &OutsideCall, removed: &OutsideCall) -> bool {
    let goes_on = |other: &OutsideCall| {
        other.around == removed.around && other.method && files.goes_on.iter().any(|name| name == other.last_name()) && in_order(removed, other)
    };
    !removed.method && in_order(kept, removed) && program.calls.iter().any(goes_on)
}

/// `fn cache_archive(..)`: it can be had again from where it came from.
fn is_copy_of_elsewhere(call: &OutsideCall) -> bool {
    let function = call.function.rsplit("::").next().unwrap_or_default();
    let words = words_of(function);
    ["cache", "cached"].iter().any(|word| words.contains(*word))
}

/// The program's own log is only written: what requests read back in the same module or type is what users said, called so.
fn is_log(program: &Program, files: &FileCalls, call: &OutsideCall) -> bool {
    let words = words_of(&call.item);
    let owner = |call: &'_ OutsideCall| call.item.rsplit_once("::").map(|(owner, _)| owner.to_owned());
    let read_back = |other: &OutsideCall| other.when == When::Request && FileCalls::lists(&files.read, &other.path) && owner(other) == owner(call);
    ["log", "logs", "logger", "logging", "telemetry"].iter().any(|word| words.contains(*word)) && !program.calls.iter().any(read_back)
}

/// `match read("web.toml") { Err(_) => write("web.toml", Settings::default()), .. }`: a default put there at first use, the same
/// in every replica. What is fetched from elsewhere or drawn at random is none, and a name that the code does not spell out may
/// be of one client.
fn fills_a_gap(program: &Program, catalog: &Catalog, call: &OutsideCall) -> bool {
    let within = || program.calls.iter().filter(|other| other.around == call.around);
    let spelled_out = |name: &&String| !name.starts_with('.');
    let same = |other: &OutsideCall| lasting_names(other).filter(spelled_out).any(|name| call.names.contains(name));
    let is_drawn = |other: &OutsideCall| {
        let words = words_of(&other.name);
        ["generate", "gen", "random", "rng", "seed", "fill"].iter().any(|word| words.contains(*word))
    };
    let reads = |other: &OutsideCall| FileCalls::lists(&catalog.files.read, &other.path) && in_order(other, call) && same(other);
    call.failed && within().any(reads) && !within().any(|other| catalog.asks_server(&other.path) || is_drawn(other))
}

fn finding(files: &FileCalls, program: &Program, call: &OutsideCall) -> Finding {
    let read = program
        .calls
        .iter()
        .any(|other| other.when == When::Request && other.package == call.package && FileCalls::lists(&files.read, &other.path));
    let deed = call.last_name();
    let hops = call.way.iter().map(|hop| Evidence { place: hop.place.clone(), message: hop.text.clone() });
    let last = Evidence { place: call.place.clone(), message: format!("`{deed}` keeps the file here") };
    let entry = match call.entry.as_str() {
        "" => "a request".to_owned(),
        loops if loops.starts_with("a ") => loops.to_owned(),
        entry => format!("`{entry}`"),
    };
    Finding {
        rule: LOCAL_FILE.id,
        level: match read {
            _ if is_copy_of_elsewhere(call) => Level::Note,
            true => Level::Error,
            false => Level::Warning,
        },
        confidence: call.confidence,
        message: format!(
            "`{}` keeps a file of {entry} on this replica's disk; with two replicas the other does not have it, and a new container starts without it",
            call.function
        ),
        cell: CellName { name: call.function.clone(), kind: "call".to_owned(), item: call.item.clone() },
        place: call.place.clone(),
        evidence: hops.chain([last]).collect(),
        services: call.services.clone(),
        remedies: vec![
            ask::remedy_with("put it into an object store", "store.put(&Path::from(name), body.into()).await?; // object_store::ObjectStore"),
            ask::remedy("into the database, where it is small"),
        ],
        because: vec![if read { "requests read files too".to_owned() } else { "nothing we see reads it back".to_owned() }],
        fingerprint: fingerprint(&call.package, &call.item, LOCAL_FILE.id),
    }
}
