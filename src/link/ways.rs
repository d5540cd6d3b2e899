//! How the outside gets to an access: the entry, then each call. Judges nothing.

use super::cells::Cells;
use super::entry::entry_span;
use super::events::BodyKind;
use super::finder::{CLOSURE, Entry};
use super::ids::BodyId;
use super::program::Hop;
use crate::catalog::EntryKind;
use crate::finding::Confidence;

impl Cells<'_, '_> {
    pub(super) fn way(&self, body: BodyId) -> (Vec<Hop>, String, EntryKind, Confidence) {
        let Some(way) = self.reach.way(body) else {
            return (Vec::new(), String::new(), EntryKind::Startup, Confidence::High);
        };
        let entry = &self.entries[way.entry];
        let start = &self.tables.bodies[entry.body.index()];
        let mut hops = vec![Hop {
            place: self.place(start.file, entry_span(self.tables, self.types.index, entry.body)),
            text: match entry.kind {
                EntryKind::Request => match entry.label.strip_suffix("()") {
                    Some(function) => format!("requests enter here, through `{function}`"),
                    None if entry.label == CLOSURE => "requests enter here".to_owned(),
                    None => format!("`{}` enters here", entry.label),
                },
                EntryKind::Job => format!("a job enters here: `{}`", entry.label),
                EntryKind::Message if !self.is_loop(entry) => {
                    format!("a message enters here: `{}`", entry.label)
                }
                _ => format!("{} enters here", entry.label),
            },
        }];
        for pair in way.steps.windows(2) {
            let next = pair[1].0;
            let Some(span) = pair[0].1 else { continue };
            let callee = &self.tables.bodies[next.index()];
            if callee.kind == BodyKind::Fn {
                let from = &self.tables.bodies[pair[0].0.index()];
                hops.push(Hop {
                    place: self.place(from.file, span),
                    text: format!("calls `{}`", self.body_name(next)),
                });
            }
        }
        (hops, entry.label.clone(), entry.kind, way.confidence)
    }

    fn is_loop(&self, entry: &Entry) -> bool {
        matches!(self.tables.bodies[entry.body.index()].kind, BodyKind::Loop(_))
    }
}
