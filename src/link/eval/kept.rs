//! Functions and closures that something keeps until they are called: tables of commands, lists of hooks.

use super::Eval;
use super::noted::callee;
use crate::catalog::Effect;
use crate::facts::Span;
use crate::finding::Confidence;
use crate::link::events::{Call, Callee, Src, Value};
use crate::link::ids::AdtId;
use std::collections::BTreeSet;

impl Eval<'_, '_, '_> {
    /// `commands.insert("put", Box::new(|stock, key| ..))`.
    pub(super) fn note_kept(&mut self, into: &Value, name: &str, values: &[Value]) {
        let catalog = self.m.types.catalog;
        let kind = into.ty.peeled(catalog).kind(catalog);
        let puts = kind.is_collection()
            && catalog
                .own_method(kind, name)
                .is_some_and(|(effect, _)| matches!(effect, Effect::Write | Effect::InsertOrGet));
        if !puts {
            return;
        }
        let callees: BTreeSet<Callee> = values
            .iter()
            .filter_map(|value| callee(value.ty.peeled(catalog)))
            .collect();
        for origin in into.from.iter().filter(|origin| origin.is_store()) {
            self.keep(origin.src, &callees);
        }
        if let super::Unit::Static(id) = self.unit {
            self.keep(Src::Static(id), &callees);
        }
    }

    /// The field has what is put into it, and what that keeps.
    pub(super) fn note_kept_by_field(&mut self, adt: AdtId, field: u32, value: &Value) {
        let mut kept = self.kept_by(value);
        let list = value.ty.peeled(self.m.types.catalog).args().first();
        kept.extend(list.and_then(|part| callee(part.peeled(self.m.types.catalog))));
        self.keep(Src::Field(adt, field), &kept);
    }

    fn keep(&mut self, src: Src, callees: &BTreeSet<Callee>) {
        if !callees.is_empty() {
            self.m
                .next
                .kept
                .entry(src)
                .or_default()
                .extend(callees.iter().copied());
        }
    }

    fn kept_by(&self, value: &Value) -> BTreeSet<Callee> {
        let stores = value
            .from
            .iter()
            .filter_map(|origin| self.m.flows.kept.get(&origin.src));
        stores.flatten().copied().collect()
    }

    /// Whatever is kept there may be what is called. Says whether anything is.
    pub(super) fn call_kept(&mut self, span: Span, value: &Value, args: &[Value]) -> bool {
        let kept = self.kept_by(value);
        for callee in &kept {
            match *callee {
                Callee::Fn(id) => {
                    self.call_fn(span, &[super::calls::plain(id)], None, args);
                }
                Callee::Body(body) => {
                    for (position, arg) in args.iter().enumerate() {
                        let known = self.m.next.closure_params.entry((body, position));
                        known.or_default().merge(arg);
                    }
                    self.m.events.calls.push(Call {
                        body: self.body,
                        callee: *callee,
                        span,
                        confidence: Confidence::Medium,
                    });
                }
            }
        }
        !kept.is_empty()
    }
}
