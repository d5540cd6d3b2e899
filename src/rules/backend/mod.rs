//! State that nobody declared in the service: memory stores of libraries, keys drawn at random. Asks the catalogue.

mod kept;
mod marks;
mod words;

use super::per_process_key::PER_PROCESS_KEY;
use super::{Verdict, ask, by_id};
use crate::catalog::{Backend, Catalog, EntryKind, Maker};
use crate::finding::{CellName, Confidence, Evidence, Finding, Level, fingerprint};
use crate::link::{OutsideCall, Program, Said, When, words_of};

/// A finding for each call and each attribute that makes such a thing in code that runs.
pub(super) fn judge(program: &Program, catalog: &Catalog) -> Vec<Finding> {
    let enters = program.entries.iter().any(|entry| entry.kind != EntryKind::Timer);
    if !enters && program.counts.used_frameworks.is_empty() {
        return Vec::new();
    }
    let made: Vec<Made<'_>> = program
        .calls
        .iter()
        .filter_map(|call| made(program, catalog, call))
        .collect();
    let mut found: Vec<Finding> = made
        .iter()
        .filter_map(|one| finding(program, catalog, one, &made))
        .collect();
    found.extend(marks::judge(program, catalog));
    // Of several calls in one expression the one that says most speaks.
    found.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    let mut findings: Vec<Finding> = Vec::new();
    for finding in found {
        if !findings.iter().any(|known| is_same(known, &finding)) {
            findings.push(finding);
        }
    }
    findings
}

/// A call that makes what an entry of the catalogue speaks of.
struct Made<'a> {
    backend: &'a Backend,
    call: &'a OutsideCall,
    /// The decisive text.
    text: Option<&'a Said>,
}

/// What is used where it is there: a setting, or a file that keeps what was drawn once.
enum InsteadOf<'a> {
    Setting(&'a str),
    File(kept::Kept<'a>),
}

impl<'a> Made<'a> {
    /// The setting that chooses it, where another branch makes something else.
    fn setting(&self, all: &[Made<'_>]) -> Option<&'a str> {
        let instead_of = self.text.and_then(|said| said.instead_of.as_deref());
        if instead_of.is_some() {
            return instead_of;
        }
        let choice = self.call.choice.as_ref()?;
        let in_another_branch = |other: &Made<'_>| {
            let there = other.call.choice.as_ref();
            std::ptr::eq(other.backend, self.backend)
                && there.is_some_and(|there| there.place == choice.place && there.branch != choice.branch)
        };
        (!all.iter().any(in_another_branch)).then_some(choice.setting.as_str())
    }

    /// What would be there in its place.
    fn instead_of(&self, program: &'a Program, catalog: &Catalog, all: &[Made<'_>]) -> Option<InsteadOf<'a>> {
        if let Some(setting) = self.setting(all) {
            return Some(InsteadOf::Setting(setting));
        }
        if self.backend.rule != PER_PROCESS_KEY.id {
            return None;
        }
        kept::file_of(program, &catalog.files, self.call).map(InsteadOf::File)
    }

    /// `fn new_secret()` glues what it draws together: the function is the place of all of it.
    fn is_one_of_several_draws(&self, all: &[Made<'_>]) -> bool {
        let of_function =
            |one: &Made<'_>| one.call.into.is_none() && is_drawn_by_function(one.backend, one.call);
        let another = |other: &&Made<'_>| {
            other.call.around == self.call.around && other.call.place != self.call.place && of_function(other)
        };
        of_function(self) && all.iter().any(|other| another(&other))
    }
}

fn made<'a>(program: &'a Program, catalog: &'a Catalog, call: &'a OutsideCall) -> Option<Made<'a>> {
    let crates: Vec<&str> = call.path.split("::").chain([call.krate.as_str()]).collect();
    let extended = || call.method && catalog.has_extension(last(&call.name));
    if !(catalog.has_makers(&crates) || extended()) {
        return None;
    }
    let fits = catalog
        .backends
        .iter()
        .filter(|backend| makes(program, backend, call));
    // An entry that knows the argument knows more than one that takes any.
    let backend = fits.min_by_key(|backend| backend.argument.is_none())?;
    let text = backend
        .argument
        .as_ref()
        .and_then(|wanted| call.texts.iter().find(|said| said.text.contains(wanted.as_str())));
    Some(Made { backend, call, text })
}

/// Is this call one of the entry's constructors?
fn makes(program: &Program, backend: &Backend, call: &OutsideCall) -> bool {
    let made_by = |maker: &&Maker| {
        if backend.extension {
            is_extended_by(program, maker, call)
        } else {
            is_made_by(maker, call)
        }
    };
    let Some(maker) = backend.paths.iter().find(made_by) else {
        return false;
    };
    !backend.attribute
        && backend.holds_for(program.required(&call.package, &maker.krate))
        && backend.argument.as_ref().is_none_or(|wanted| says(call, wanted))
        && is_named(backend, call)
        && !is_excused(program, backend, call)
        && (backend.only_with.is_empty() || calls_one_of(program, maker, call, &backend.only_with, false))
}

/// A method of the dependency's trait, on a value of whatever type.
fn is_extended_by(program: &Program, maker: &Maker, call: &OutsideCall) -> bool {
    call.method
        && maker.function.as_deref() == Some(last(&call.name))
        && program.required(&call.package, &maker.krate).is_some()
}

/// The package calls a method of the maker's crate by one of these names; where asked, for a request.
fn calls_one_of(
    program: &Program,
    maker: &Maker,
    call: &OutsideCall,
    names: &[String],
    by_request: bool,
) -> bool {
    program.calls.iter().any(|other| {
        other.method
            && other.package == call.package
            && (other.krate == maker.krate || other.krate.is_empty() && by_request)
            && (!by_request || other.when == When::Request)
            && names.iter().any(|name| name == last(&other.name))
    })
}

fn last(name: &str) -> &str {
    name.rsplit("::").next().unwrap_or(name)
}

fn is_made_by(maker: &Maker, call: &OutsideCall) -> bool {
    let (owner, function) = match call.name.rsplit_once("::") {
        Some((owner, function)) => (owner.rsplit("::").next().unwrap_or(owner), function),
        None => ("", call.name.as_str()),
    };
    // A crate that re-exports another is seen through: `axum_login::tower_sessions::MemoryStore`.
    if maker.krate != call.krate && !call.path.split("::").any(|part| part == maker.krate) {
        return false;
    }
    if !maker
        .modules
        .iter()
        .all(|module| call.path.split("::").any(|part| part == module))
    {
        return false;
    }
    match (&maker.owner, &maker.function) {
        (Some(ty), Some(name)) => ty == owner && name == function,
        (Some(ty), None) => !call.method && ty == owner && is_constructor(function),
        (None, Some(name)) => !call.method && owner.is_empty() && name == function,
        (None, None) => false,
    }
}

fn is_constructor(function: &str) -> bool {
    [
        "new",
        "default",
        "from",
        "with_",
        "builder",
        "keyed",
        "direct",
        "per_",
        "create",
        "open",
        "connect",
        "serve",
        "in_memory",
    ]
    .iter()
    .any(|start| function.starts_with(start))
}

fn says(call: &OutsideCall, wanted: &str) -> bool {
    call.texts.iter().any(|said| said.text.contains(wanted))
        || call.names.iter().any(|name| is_name(name, wanted))
}

/// `Scheme::Memory` is `Scheme::Memory` and `Memory`.
fn is_name(name: &str, wanted: &str) -> bool {
    name == wanted
        || name
            .strip_suffix(wanted)
            .is_some_and(|before| before.ends_with("::"))
}

/// What functions that draw something anew are called.
const DRAWS: &[&str] = &["generate", "gen", "random", "new", "draw", "ephemeral"];

/// Chance has many uses: what gets the value says whether it is a key.
fn is_named(backend: &Backend, call: &OutsideCall) -> bool {
    if backend.named.is_empty() {
        return true;
    }
    if !matches!(call.when, When::Startup | When::Timer) {
        return false;
    }
    is_put_into_one(backend, call) || is_drawn_by_function(backend, call)
}

fn is_put_into_one(backend: &Backend, call: &OutsideCall) -> bool {
    call.into.as_ref().is_some_and(|(name, _)| says_so(backend, name))
}

/// `generate_key_pair` draws a seed and returns what it makes of it.
fn is_drawn_by_function(backend: &Backend, call: &OutsideCall) -> bool {
    let function = last(&call.function);
    let mut words = words_of(function).into_iter();
    words.any(|word| DRAWS.contains(&word.as_str())) && says_so(backend, function)
}

fn says_so(backend: &Backend, name: &str) -> bool {
    let words = words_of(name);
    // A keyword is no key.
    let is = |word: &str, stem: &str| match word.strip_prefix(stem) {
        Some(rest) => rest.is_empty() || rest == "s" || stem.len() > 3,
        None => false,
    };
    let has = |stem: &str| words.iter().any(|word| is(word, stem));
    backend.named.iter().any(|stems| stems.split(' ').all(has))
}

/// The same expression says that it is something else: `read_only(true)`, `with_adapter(..)`.
fn is_excused(program: &Program, backend: &Backend, call: &OutsideCall) -> bool {
    if backend.unless.is_empty() {
        return false;
    }
    let in_one_expression =
        |other: &&OutsideCall| other.place.holds(&call.place) || call.place.holds(&other.place);
    program.calls.iter().filter(in_one_expression).any(|other| {
        let function = other.name.rsplit("::").next();
        backend.unless.iter().any(|excuse| {
            function == Some(excuse.as_str()) || other.names.iter().any(|name| is_name(name, excuse))
        })
    })
}

fn is_same(known: &Finding, finding: &Finding) -> bool {
    let overlaps =
        known.place.span.start <= finding.place.span.end && finding.place.span.start <= known.place.span.end;
    let one_thing = known.cell.item == finding.cell.item || known.rule == finding.rule;
    known.place == finding.place || one_thing && known.place.path == finding.place.path && overlaps
}

/// A handler that makes one for itself drops it again.
fn is_of_one_request(backend: &Backend, call: &OutsideCall) -> bool {
    let leaves = call
        .into
        .as_ref()
        .is_some_and(|(_, place)| place.path != call.place.path);
    call.when == When::Request && !leaves && !call.in_static && !backend.on_disk
}

/// In a function that nothing but tests calls: a double for tests, a tool for whoever sets the service up.
fn is_made_for_nobody(program: &Program, call: &OutsideCall) -> bool {
    call.when == When::Never && !call.in_static && !call.of_trait && !is_called(program, &call.function, 0)
}

/// Something calls it that may run for somebody: not only a constructor that nothing but tests calls.
fn is_called(program: &Program, function: &str, depth: usize) -> bool {
    let of_tests = |caller: &str| {
        let makes = last(caller) != "from" && is_constructor(last(caller));
        makes && depth < 3 && !is_called(program, caller, depth + 1)
    };
    // `fn default() -> Self { Self::new() }` stands there for whoever asks for one: that of another type is another function.
    let apart = depth > 0 && last(function) == "default";
    let mut callers = program.links.iter().filter(|link| {
        let another = apart && link.resolved.is_some() && link.to != function;
        last(&link.to) == last(function) && !another
    });
    callers.any(|link| link.when != When::Never || !of_tests(&link.from))
}

/// What is drawn by a command for the operator, or by a program that serves nobody, is no key of a service.
fn is_drawn_for_the_operator(program: &Program, catalog: &Catalog, made: &Made<'_>) -> bool {
    let Made { backend, call, .. } = made;
    let key = backend.rule == PER_PROCESS_KEY.id;
    call.when == When::Startup && call.of_a_tool || key && kept::goes_to_the_operator(program, catalog, call)
}

/// `let pace = Ratelimiter::new(..); loop { pace.try_wait()?; back_up(); }`: whoever makes it waits at it, and no request does.
fn paces_its_own_function(program: &Program, made: &Made<'_>) -> bool {
    let Made { backend, call, .. } = made;
    let krates: Vec<&str> = backend.paths.iter().map(|maker| maker.krate.as_str()).collect();
    let waits = |other: &&OutsideCall| {
        let named = backend.waits.iter().any(|name| name == other.last_name());
        other.method && named && other.package == call.package && krates.contains(&other.krate.as_str())
    };
    let local = call.into.as_ref().is_some_and(|(name, _)| !name.contains('.')) && !call.in_static;
    let mut waiting = program.calls.iter().filter(waits).peekable();
    local
        && matches!(call.when, When::Startup | When::Timer)
        && waiting.peek().is_some()
        && waiting.all(|other| other.around == call.around && other.when != When::Request)
}

fn finding(program: &Program, catalog: &Catalog, made: &Made<'_>, all: &[Made<'_>]) -> Option<Finding> {
    let Made { backend, call, .. } = made;
    let rule = by_id(&backend.rule)?;
    if is_of_one_request(backend, call)
        || is_made_for_nobody(program, call)
        || paces_its_own_function(program, made)
        || is_drawn_for_the_operator(program, catalog, made)
    {
        return None;
    }
    let told = made
        .text
        .and_then(|said| Some((&said.text, said.set_in.as_ref()?)));
    let told = told
        .map(|(text, file)| format!(", `{text}` in {file}"))
        .unwrap_or_default();
    let of_function = made.is_one_of_several_draws(all);
    let subject = match &call.into {
        _ if of_function => format!("`{}` (`{}`)", call.function, call.name),
        _ if backend.extension => format!("`{}`", last(&call.name)),
        Some((name, _)) if *name != call.name => format!("`{name}` (`{}`{told})", call.name),
        _ => format!("`{}`{told}", call.name),
    };
    let mut verdict = verdict(backend, &subject, made.instead_of(program, catalog, all).as_ref());
    let mut makers = backend.paths.iter();
    if makers.any(|maker| calls_one_of(program, maker, call, &backend.written_by, true)) {
        verdict.level = verdict.level.max(Level::Warning);
        verdict.because.push("requests write it".to_owned());
    }
    // A static is the state's name, or the function that draws it; otherwise the construction is its place.
    let (name, place) = match &call.into {
        _ if of_function => (last(&call.function).to_owned(), call.around.clone()),
        // `limits! { sign_in: 3 per hour, search: 50 per minute }` makes all of them where it stands as a whole.
        Some((name, place)) if call.in_static || call.place.holds(place) => (name.clone(), place.clone()),
        _ if backend.extension => (last(&call.name).to_owned(), call.named.clone()),
        Some((name, _)) => (name.clone(), call.place.clone()),
        None => (call.name.clone(), call.place.clone()),
    };
    Some(Finding {
        rule: rule.id,
        level: verdict.level,
        confidence: confidence(call.when),
        message: verdict.message,
        cell: CellName {
            name: name.clone(),
            kind: "call".to_owned(),
            item: format!("{}::{name}", call.item),
        },
        place,
        evidence: vec![Evidence {
            place: call.place.clone(),
            message: format!("`{}` is made here", call.name),
        }],
        services: call.services.clone(),
        remedies: verdict.remedies,
        because: verdict.because,
        fingerprint: fingerprint(&call.package, &format!("{}::{name}", call.item), rule.id),
    })
}

fn confidence(when: When) -> Confidence {
    if when == When::Never {
        Confidence::Medium
    } else {
        Confidence::High
    }
}

fn verdict(backend: &Backend, subject: &str, instead_of: Option<&InsteadOf<'_>>) -> Verdict {
    let mut because = vec![format!("the catalogue: {}", backend.source)];
    because.extend(instead_of.map(|instead_of| match instead_of {
        InsteadOf::Setting(setting) => format!("`{setting}` chooses it"),
        InsteadOf::File(_) => "a file keeps it for the next start".to_owned(),
    }));
    let twin = backend.twin.as_ref();
    let twin = twin.map(|twin| ask::remedy(&format!("`{twin}` keeps the same where all replicas see it")));
    Verdict {
        level: if backend.note || instead_of.is_some() {
            Level::Note
        } else {
            Level::Error
        },
        message: words::message(backend, subject, instead_of),
        remedies: [ask::remedy(&backend.instead)].into_iter().chain(twin).collect(),
        because,
    }
}
