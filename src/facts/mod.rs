//! One file's text becomes [`Facts`]. The only place that knows syn; never reads the disk, never sees a second file.

mod allows;
mod body;
mod call_text;
mod depth;
mod expand;
mod head;
mod lower;
mod macros;
mod model;
mod recover;
mod scan;
#[cfg(test)]
mod tests;

use std::str::FromStr;

pub use allows::Allow;
pub use call_text::{CallText, Piece};
pub use model::*;

use lower::Cx;

/// Enough for the nesting that `depth` lets through, in a debug build too. Only touched pages cost memory.
const STACK: usize = 128 << 20;
/// proc-macro2 counts characters in 32 bits; no source file comes near.
const MAX_TEXT: usize = 64 << 20;

/// Reads one file's text. Never fails: what cannot be read stands in [`Facts::skipped`].
#[must_use]
pub fn extract(text: &str) -> Facts {
    let whole = Span {
        start: 0,
        end: u32::try_from(text.len()).unwrap_or(u32::MAX),
    };
    let lost = |reason: &str| Facts {
        generated: head::is_generated(text),
        skipped: vec![Skipped {
            span: whole,
            reason: reason.to_owned(),
        }],
        ..Facts::default()
    };
    if text.len() > MAX_TEXT {
        return lost("the file is too large");
    }
    on_large_stack(|| extract_here(text)).unwrap_or_else(|| lost("statelint could not read this file"))
}

/// Expands a call of a `macro_rules!` macro in item position; none when no arm matches or the result does not parse.
///
/// `$crate` is written as `krate`. Tokens from the call keep their places, tokens from the definition get that of
/// the whole call.
#[must_use]
pub fn expand_items(definition: &MacroRules, krate: &str, call: &CallText) -> Option<Vec<Item>> {
    on_large_stack(|| expand::items(definition, krate, call)).flatten()
}

/// Expands a call of a `macro_rules!` macro among the members of an `impl` and adds what it stands for. False where it
/// cannot be expanded.
pub fn expand_members(definition: &MacroRules, krate: &str, call: &CallText, out: &mut Impl) -> bool {
    on_large_stack(|| expand::members(definition, krate, call, out)).unwrap_or(false)
}

/// Expands a call of a `macro_rules!` macro in a body, as [`expand_items`] does.
#[must_use]
pub fn expand_block(definition: &MacroRules, krate: &str, call: &CallText) -> Option<Block> {
    on_large_stack(|| expand::block(definition, krate, call)).flatten()
}

/// Runs `work` on a thread of its own: syn recurses, and proc-macro2 keeps the text of everything it has read until
/// the thread ends.
fn on_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, work);
        thread.ok()?.join().ok()
    })
}

fn extract_here(text: &str) -> Facts {
    let base = head::preamble(text);
    let rust = text.get(base..).unwrap_or("");
    let mut skipped = Vec::new();
    let parsed = parse_bounded(rust).or_else(|_| {
        let repaired = recover::repair(rust);
        skipped = repaired.skipped;
        parse(&repaired.text)
    });
    let cx = Cx::for_file(text, base);
    let mut facts = match parsed {
        Ok(file) => cx.file(&file),
        Err(reason) => {
            skipped = vec![whole(rust, reason)];
            Facts::default()
        }
    };
    for skip in &mut skipped {
        skip.span = cx.shift(skip.span);
    }
    skipped.append(&mut facts.skipped);
    skipped.sort_by_key(|skip| skip.span);
    facts.skipped = skipped;
    facts.generated = head::is_generated(text);
    facts.allows = allows::find(text);
    facts
}

fn whole(text: &str, reason: String) -> Skipped {
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
    Skipped {
        span: Span { start: 0, end },
        reason,
    }
}

fn parse_bounded(text: &str) -> Result<syn::File, String> {
    if !depth::is_bounded(&scan::scan(text), text) {
        return Err(recover::TOO_DEEP.to_owned());
    }
    parse(text)
}

/// Parses a text whose depth is known to be bounded.
fn parse(text: &str) -> Result<syn::File, String> {
    let tokens = proc_macro2::TokenStream::from_str(text)
        .map_err(|_| "a bracket, string or comment is not closed".to_owned())?;
    syn::parse2(tokens).map_err(|error| {
        let message = error.to_string();
        message.lines().next().unwrap_or_default().to_owned()
    })
}
