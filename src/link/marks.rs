//! Attributes of other crates on functions, parameters and structs, for rules that ask the catalogue. Decides nothing.

use super::cells::Cells;
use super::eval::ext_name;
use super::events::BodyKind;
use super::ids::{BodyId, FnId};
use super::index::{Def, FnDef, Home};
use super::names::Want;
use super::program::{Mark, When, Work};
use super::types::Types;
use crate::facts::{Attr, Pat, Span};
use crate::finding::Confidence;

impl Cells<'_, '_> {
    /// All of them, sorted by place.
    pub(super) fn marks(&self) -> Vec<Mark> {
        let index = self.types.index;
        let mut marks = Vec::new();
        for (position, function) in index.fns.iter().enumerate() {
            self.marks_of_fn(FnId::next(position), function, &mut marks);
        }
        for adt in &index.adts {
            let item = format!("{}::{}", index.module_path(adt.home.module), adt.name);
            for attr in adt.attrs {
                let Some(mark) = self.mark(attr, adt.home, adt.name, adt.span, &item) else {
                    continue;
                };
                let scope = Types::scope(adt.home.module);
                let types = adt
                    .shape
                    .fields()
                    .into_iter()
                    .map(|field| self.types.lower(&field.ty, &scope));
                marks.push(Mark {
                    types: types.filter_map(|ty| ext_name(&ty)).collect(),
                    ..mark
                });
            }
        }
        marks.sort_by(|a, b| (&a.place, &a.name).cmp(&(&b.place, &b.name)));
        marks.dedup_by(|a, b| a.place == b.place && a.name == b.name);
        marks
    }

    fn marks_of_fn(&self, id: FnId, function: &FnDef<'_>, marks: &mut Vec<Mark>) {
        let item = self.fn_path(id);
        let body = self.tables.fn_body(id, function.span);
        let timed = |mark: Mark| match body {
            Some(body) => self.timed(mark, body),
            None => mark,
        };
        let name = &function.item.name;
        for attr in function.attrs {
            if let Some(mark) = self.mark(attr, function.home, &name.text, name.span, &item) {
                let work = body.map(|body| self.work(function, body));
                marks.push(timed(Mark { work, ..mark }));
            }
        }
        for param in &function.item.params {
            let Pat::Bind { name, .. } = &param.pat else {
                continue;
            };
            let item = format!("{item}::{}", name.text);
            let found = param
                .attrs
                .iter()
                .filter_map(|attr| self.mark(attr, function.home, &name.text, name.span, &item));
            marks.extend(found.map(&timed));
        }
    }

    /// The attribute, if another crate has it.
    fn mark(&self, attr: &Attr, home: Home, on: &str, span: Span, item: &str) -> Option<Mark> {
        let names: Vec<&str> = attr.path.iter().map(String::as_str).collect();
        let resolved = self.types.names.resolve_text(home.module, &names, Want::Value);
        let (path, confidence) = match resolved.map(|resolved| resolved.def) {
            Some(Def::Ext(path)) => (path, Confidence::High),
            // `#[macro_use] extern crate` brings it in unseen.
            None if names.len() == 1 => (vec![String::new(), names[0].to_owned()], Confidence::Medium),
            _ => return None,
        };
        let (krate, name) = (path.first()?, path.last()?);
        // Most attributes say nothing to the catalogue.
        let mut backends = self.types.catalog.backends.iter();
        if !backends.any(|backend| backend.attribute_maker(krate, name).is_some()) {
            return None;
        }
        Some(Mark {
            krate: krate.clone(),
            name: name.clone(),
            options: attr.text.clone(),
            texts: attr.strings.clone(),
            set_in: self.set_in(home, &attr.strings),
            types: Vec::new(),
            on: on.to_owned(),
            place: self.place(home.file, span),
            item: item.to_owned(),
            package: self.package(home.module),
            services: self.services(&[], home.module),
            when: When::Startup,
            way: Vec::new(),
            confidence,
            work: None,
        })
    }

    /// `#[database("notes")]` with `[default.databases.notes] url = ":memory:"` beside it.
    fn set_in(&self, home: Home, texts: &[String]) -> Option<(String, String)> {
        let urls = &self.types.index.package_of(home.module)?.memory_urls;
        let set = urls.iter().filter(|url| !url.proposed).find(|url| {
            let sections = url.names.split_last().map(|(_, sections)| sections);
            sections.is_some_and(|sections| texts.iter().any(|text| sections.contains(text)))
        })?;
        Some((format!("{}:{}", set.path, set.line), set.url.clone()))
    }

    fn timed(&self, mark: Mark, body: BodyId) -> Mark {
        let (way, _, _, confidence) = self.way(body);
        let (when, confidence) = (self.when(body), confidence.min(mark.confidence));
        Mark {
            when,
            way,
            confidence,
            ..mark
        }
    }

    /// What a function does, itself and through what it calls.
    fn work(&self, function: &FnDef<'_>, body: BodyId) -> Work {
        let reached = self.programs.run_by(body);
        let waits = |body: &BodyId| self.tables.bodies[body.index()].kind == BodyKind::Async;
        let mut accesses = self
            .events
            .accesses
            .iter()
            .filter(|access| reached.contains(&access.body));
        Work {
            waits: function.item.is_async || reached.iter().any(waits),
            reads_state: accesses.any(|access| access.origin.inside),
            calls: self.calls_of(&reached).map(str::to_owned).collect(),
        }
    }
}
