//! Keys that are not drawn anew at each start: a file keeps them for the next one, or whoever calls the program's command for
//! it gets them. Decides no role.

use crate::catalog::{Catalog, FileCalls};
use crate::link::{OutsideCall, Program, When};
use crate::rules::local_file;

/// How many calls may lie between what looks for the file and what draws the key.
const MAX_CALLS: usize = 2;

/// A file that keeps what was drawn once.
pub(super) struct Kept<'a> {
    /// Its name, where it stands in the code.
    pub(super) name: Option<&'a str>,
}

/// Whoever draws it, or calls what does, reads a file first and writes it where there was none.
pub(super) fn file_of<'a>(
    program: &'a Program,
    files: &FileCalls,
    call: &'a OutsideCall,
) -> Option<Kept<'a>> {
    let mut functions = vec![Function::around(call)];
    for _ in 0..=MAX_CALLS {
        let kept = functions.iter().find_map(|one| one.file(program, files, call));
        if kept.is_some() {
            return kept;
        }
        functions = functions.iter().flat_map(|one| one.callers(program)).collect();
    }
    None
}

/// A function that gives nothing back, keeps nothing and calls nothing of the service, and that is not where the program
/// starts: what it draws goes to the terminal or into a file.
pub(super) fn goes_to_the_operator(program: &Program, catalog: &Catalog, call: &OutsideCall) -> bool {
    let function = Function::around(call);
    let hands_on = |other: &OutsideCall| {
        other.when == When::Request
            || catalog.framework_of(&other.krate).is_some()
            || catalog.habits.spawns.contains(other.last_name())
    };
    let is_kept = || {
        let mut touches = program.cells.iter().flat_map(|cell| &cell.accesses);
        touches.any(|touch| function.is(&touch.place.path, &touch.function))
    };
    let in_a_local = call.into.as_ref().is_none_or(|(name, _)| !name.contains('.'));
    call.when == When::Startup
        && !call.gives_back
        && !call.in_static
        && in_a_local
        && function.name != "main"
        && !function.calls(program).any(hands_on)
        && !function.links(program).any(|link| link.place > call.place)
        && !is_kept()
}

/// A function of the service, as calls and links name it.
struct Function<'a> {
    path: &'a str,
    name: &'a str,
}

impl<'a> Function<'a> {
    fn around(call: &'a OutsideCall) -> Self {
        Function {
            path: &call.place.path,
            name: &call.function,
        }
    }

    fn is(&self, path: &str, name: &str) -> bool {
        self.path == path && self.name == name
    }

    fn calls(&self, program: &'a Program) -> impl Iterator<Item = &'a OutsideCall> {
        let calls = program.calls.iter();
        calls.filter(|call| self.is(&call.place.path, &call.function))
    }

    fn links(&self, program: &'a Program) -> impl Iterator<Item = &'a crate::link::Link> {
        let links = program.links.iter();
        links.filter(|link| self.is(&link.place.path, &link.from))
    }

    /// Who starts the program reads and writes much: what belongs together is seen in functions of their own.
    fn callers(&self, program: &'a Program) -> Vec<Function<'a>> {
        let links = program.links.iter();
        let calling =
            links.filter(|link| link.resolved.is_some() && link.to == self.name && link.from != "main");
        calling
            .map(|link| Function {
                path: &link.place.path,
                name: &link.from,
            })
            .collect()
    }

    /// The file that is read here or in what this calls, and written here or where the key is drawn.
    fn file(&self, program: &'a Program, files: &FileCalls, drawn: &OutsideCall) -> Option<Kept<'a>> {
        let called: Vec<&str> = self.links(program).map(|link| link.to.as_str()).collect();
        let calls = |call: &&OutsideCall| self.name != "main" && called.contains(&call.function.as_str());
        let own = || self.calls(program);
        let writing = || own().chain(program.calls.iter().filter(|call| call.around == drawn.around));
        let reads = |call: &&OutsideCall| asks_for(files, call);
        // What is written before the key is there is something else.
        let writes = |call: &&OutsideCall| {
            let too_early = call.around == drawn.around && call.place < drawn.place;
            !too_early && local_file::keeps(program, files, call)
        };
        for read in own().chain(program.calls.iter().filter(calls)).filter(reads) {
            for write in writing()
                .filter(writes)
                .filter(|write| write.package == read.package)
            {
                let shared = read.names.iter().find(|name| write.names.contains(name));
                let nameless = read.names.is_empty() || write.names.is_empty();
                if shared.is_some() || nameless && read.around == write.around {
                    return Some(Kept {
                        name: shared.and_then(|name| written(name)),
                    });
                }
            }
        }
        None
    }
}

/// It reads a file, or looks whether there is one.
fn asks_for(files: &FileCalls, call: &OutsideCall) -> bool {
    let looks = call.method && files.looks.iter().any(|name| name == call.last_name());
    looks || FileCalls::lists(&files.read, &call.path)
}

/// A literal's text; the name of a variable or a field says less.
fn written(name: &str) -> Option<&str> {
    name.strip_prefix('"')?.strip_suffix('"')
}
