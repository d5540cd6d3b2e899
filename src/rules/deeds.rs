//! What code does to the world outside, as far as the catalogue knows it. Decides no role.

use crate::catalog::{Act, Catalog};
use crate::finding::{Confidence, Place};
use crate::link::OutsideCall;

/// What is done, by which call or function, and where that is seen.
#[derive(Debug, Clone)]
pub(super) struct Deed<'a> {
    pub(super) act: &'a Act,
    pub(super) by: String,
    pub(super) place: Option<Place>,
    pub(super) confidence: Confidence,
}

/// The deed that matters most: one that does harm when repeated before one that does not, a known call before a name, then in
/// the order of the catalogue.
pub(super) fn worst<'a, 'c>(
    catalog: &'a Catalog,
    calls: impl IntoIterator<Item = &'c OutsideCall, IntoIter: Clone>,
    functions: impl IntoIterator<Item = &'c String>,
) -> Option<Deed<'a>> {
    worst_of(catalog, calls, functions, |_| true)
}

/// The same among the deeds that are wanted.
pub(super) fn worst_of<'a, 'c>(
    catalog: &'a Catalog,
    calls: impl IntoIterator<Item = &'c OutsideCall, IntoIter: Clone>,
    functions: impl IntoIterator<Item = &'c String>,
    is_wanted: impl Fn(&Act) -> bool,
) -> Option<Deed<'a>> {
    let acts = || catalog.acts.iter().filter(|act| is_wanted(act));
    let calls = calls.into_iter();
    let known = calls.clone().filter_map(|call| {
        let act = acts().find(|act| is_done(act, call))?;
        Some(deed(act, &call.name, Some(&call.place), Confidence::High))
    });
    let unknown = calls.filter(|call| call.krate.is_empty()).filter_map(|call| {
        let act = acts().find(|act| act.is_called(&call.name))?;
        Some(deed(act, &call.name, Some(&call.place), Confidence::Medium))
    });
    let named = functions.into_iter().filter_map(|name| {
        let act = acts().find(|act| act.is_called(name))?;
        Some(deed(act, name, None, Confidence::Medium))
    });
    let all = known.chain(unknown).chain(named);
    let position = |act: &Act| catalog.acts.iter().position(|known| std::ptr::eq(known, act));
    all.min_by(|a, b| {
        let rank = |deed: &Deed<'_>| {
            (
                deed.act.note,
                std::cmp::Reverse(deed.confidence),
                deed.place.is_none(),
                position(deed.act),
            )
        };
        (rank(a), &a.place, &a.by).cmp(&(rank(b), &b.place, &b.by))
    })
}

pub(super) fn is_done(act: &Act, call: &OutsideCall) -> bool {
    let name = call.last_name();
    let names_it = |start: &String| {
        call.names
            .iter()
            .any(|said| said.rsplit("::").next() == Some(start.as_str()))
    };
    let named = act.names.iter().any(|known| known == name || *known == call.name);
    if act.crates.contains(&call.krate) {
        return named
            || act
                .literals
                .iter()
                .any(|start| call.says(start) || names_it(start));
    }
    let owner = call.name.rsplit("::").nth(1).unwrap_or_default();
    named && call.method && act.owners.iter().any(|end| owner.ends_with(end.as_str()))
}

fn deed<'a>(act: &'a Act, by: &str, place: Option<&Place>, confidence: Confidence) -> Deed<'a> {
    Deed {
        act,
        by: by.to_owned(),
        place: place.cloned(),
        confidence,
    }
}
