//! Memory stores and keys of libraries, as entries of the catalogue: read, checked, asked. Never looks at a program.

use semver::VersionReq;
use serde::Deserialize;
use toml::Spanned;

use super::Catalog;
use super::fault::{Fault, Text};
use super::versions;

/// A library's own memory store, or a key drawn at random: state that nobody declared.
#[derive(Debug, Clone, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a key of the entry and stands by itself"
)]
pub struct Backend {
    /// The calls, types or attributes that make it.
    pub paths: Vec<Maker>,
    /// The rule that speaks for it.
    pub rule: String,
    /// What it keeps, for the message: "login sessions".
    pub keeps: String,
    /// What to use instead.
    pub instead: String,
    /// The crate or type that keeps the same where all replicas see it.
    pub twin: Option<String>,
    /// Where the fact comes from.
    pub source: String,
    /// Told by what an argument says: part of a literal text (`sqlite::memory:`), or the whole of a name (`Scheme::Memory`)
    /// or of a type argument (`Mem`).
    pub argument: Option<String>,
    /// Not this one where the same expression says one of these: a name, or a method.
    pub unless: Vec<String>,
    /// Words in the name of what an attribute stands on that say that it gives a handle, not a copy.
    pub handles: Vec<String>,
    /// Only where the name that gets the value has a word that starts so.
    pub named: Vec<String>,
    /// Reported as a note only.
    pub note: bool,
    /// It lies on the disk of this replica, so it outlives the code that opens it.
    pub on_disk: bool,
    /// The paths are attributes.
    pub attribute: bool,
    /// Options of the attribute that say after how many seconds a copy is forgotten.
    pub lifetime: Vec<String>,
    /// The paths are methods that a trait of the crate gives to other crates' types.
    pub extension: bool,
    /// Only where some call of the crate's methods has one of these names.
    pub only_with: Vec<String>,
    /// More than a note where a request calls one of these methods of the crate.
    pub written_by: Vec<String>,
    /// Methods of the crate by which it holds up whoever asks it.
    pub waits: Vec<String>,
    versions: Option<VersionReq>,
}

/// A store that all replicas share.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharedStore {
    /// The word that remedies use for it.
    pub name: String,
    /// The crates that talk to it.
    pub clients: Vec<String>,
}

/// What makes such a thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Maker {
    /// The crate, with `_`.
    pub krate: String,
    /// Modules that the path must lead through, where the crate has two things of this name.
    pub modules: Vec<String>,
    /// The type, if it is one of a type.
    pub owner: Option<String>,
    /// The function; none for any constructor of the type.
    pub function: Option<String>,
}

/// An entry as it is written, with the places of what can be wrong in it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a key of the entry and stands by itself"
)]
pub(super) struct Entry {
    paths: Spanned<Vec<Spanned<String>>>,
    rule: Spanned<String>,
    keeps: Spanned<String>,
    instead: Spanned<String>,
    twin: Option<Spanned<String>>,
    versions: Option<Spanned<String>>,
    source: Spanned<String>,
    argument: Option<Spanned<String>>,
    #[serde(default)]
    unless: Vec<String>,
    #[serde(default)]
    handles: Vec<String>,
    #[serde(default)]
    named: Vec<String>,
    #[serde(default)]
    note: bool,
    #[serde(default)]
    on_disk: bool,
    #[serde(default)]
    attribute: bool,
    #[serde(default)]
    lifetime: Vec<String>,
    #[serde(default)]
    extension: bool,
    #[serde(default)]
    only_with: Vec<String>,
    #[serde(default)]
    written_by: Vec<String>,
    #[serde(default)]
    waits: Vec<String>,
}

impl Catalog {
    /// What a call of one of these crates says matters: a back end is made through it, or a periodic job acts through it.
    #[must_use]
    pub fn has_makers(&self, crates: &[&str]) -> bool {
        let acts = |krate: &str| {
            self.acts
                .iter()
                .any(|act| !act.literals.is_empty() && act.crates.iter().any(|known| known == krate))
        };
        let writes = |krate: &str| {
            let mut told = self
                .files
                .writer
                .iter()
                .filter(|writer| !writer.literals.is_empty());
            told.any(|writer| writer.crates.iter().any(|known| known == krate))
        };
        crates
            .iter()
            .any(|krate| self.maker_crates.contains(*krate) || acts(krate) || writes(krate))
    }
}

impl Catalog {
    /// A method of this name makes something, on whatever value.
    #[must_use]
    pub fn has_extension(&self, name: &str) -> bool {
        let mut extensions = self.backends.iter().filter(|backend| backend.extension);
        extensions.any(|backend| {
            let mut names = backend.paths.iter().filter_map(|maker| maker.function.as_deref());
            names.any(|known| known == name)
        })
    }
}

impl Backend {
    /// Is it made by this attribute? Where nothing says which crate has it, the name decides.
    #[must_use]
    pub fn attribute_maker(&self, krate: &str, name: &str) -> Option<&Maker> {
        let fits = |maker: &&Maker| {
            let known = maker.function.as_ref().or(maker.owner.as_ref());
            known.is_some_and(|known| known == name) && (krate.is_empty() || maker.krate == krate)
        };
        self.paths.iter().filter(|_| self.attribute).find(fits)
    }

    /// Does the entry hold for a crate of which this version is required? Where nothing is known, it does.
    #[must_use]
    pub fn holds_for(&self, required: Option<&str>) -> bool {
        match (&self.versions, required) {
            (Some(held), Some(required)) => versions::overlap(held, required),
            _ => true,
        }
    }
}

impl Maker {
    /// `crate::Type::function`, `crate::Type` or `crate::function`, with modules between where they tell two things of one
    /// name apart; what is wrong with it otherwise.
    fn read(path: &str) -> Result<Maker, &'static str> {
        let parts: Vec<&str> = path.split("::").collect();
        let is_name = |part: &&str| {
            part.chars().all(|c| c.is_alphanumeric() || c == '_')
                && !part.starts_with(|c: char| c.is_numeric())
        };
        if parts.iter().any(|part| part.is_empty() || !is_name(part)) {
            return Err("is not a path; a crate is written as in code, with `_`");
        }
        let is_type = |part: &str| part.starts_with(char::is_uppercase);
        let (krate, rest) = match parts.as_slice() {
            [krate, rest @ ..] if !rest.is_empty() => (krate, rest),
            _ => return Err("has no `::`, so its crate is not known"),
        };
        let (modules, owner, function) = match rest {
            [modules @ .., ty] if is_type(ty) => (modules, Some(ty), None),
            [modules @ .., ty, function] if is_type(ty) => (modules, Some(ty), Some(function)),
            [modules @ .., function] => (modules, None, Some(function)),
            [] => return Err("has no `::`, so its crate is not known"),
        };
        if is_type(krate) || modules.iter().any(|module| is_type(module)) {
            return Err("has a type where a crate or module belongs");
        }
        Ok(Maker {
            krate: (*krate).to_owned(),
            modules: modules.iter().map(|part| (*part).to_owned()).collect(),
            owner: owner.map(|part| (*part).to_owned()),
            function: function.map(|part| (*part).to_owned()),
        })
    }
}

const PATH_FORMS: &str = "`crate::Type`, `crate::Type::constructor` or `crate::function`";
const VERSION_FORMS: &str = "as in Cargo.toml: `0.10`, `>=0.10`, `>=0.10, <0.14`";

impl Entry {
    /// The entry, or everything that is wrong with it. `rules` are the ids it may name, where that is asked.
    pub(super) fn check(self, text: &Text<'_>, rules: Option<&[&str]>) -> Result<Backend, Vec<Fault>> {
        let mut faults = self.empty_fields(text);
        if let Some(rules) = rules
            && !rules.contains(&self.rule.as_ref().as_str())
        {
            faults.push(Fault::unknown(text, &self.rule, "rule", rules));
        }
        let mut paths = Vec::new();
        for path in self.paths.as_ref() {
            match Maker::read(path.as_ref()) {
                Ok(maker) => paths.push(maker),
                Err(why) => {
                    let what = format!("the path `{}` {why}", path.as_ref());
                    faults.push(Fault::at(text, path, what, PATH_FORMS));
                }
            }
        }
        let versions = self.versions.as_ref().and_then(|written| {
            let read = VersionReq::parse(written.as_ref());
            let what = |error| format!("`{}` is no version requirement: {error}", written.as_ref());
            read.map_err(|error| faults.push(Fault::at(text, written, what(error), VERSION_FORMS)))
                .ok()
        });
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Backend {
            paths,
            rule: self.rule.into_inner(),
            keeps: self.keeps.into_inner(),
            instead: self.instead.into_inner(),
            twin: self.twin.map(Spanned::into_inner),
            source: self.source.into_inner(),
            argument: self.argument.map(Spanned::into_inner),
            unless: self.unless,
            handles: self.handles,
            named: self.named,
            note: self.note,
            on_disk: self.on_disk,
            attribute: self.attribute,
            lifetime: self.lifetime,
            extension: self.extension,
            only_with: self.only_with,
            written_by: self.written_by,
            waits: self.waits,
            versions,
        })
    }

    fn empty_fields(&self, text: &Text<'_>) -> Vec<Fault> {
        let mut fields = vec![
            (
                "keeps",
                Some(&self.keeps),
                "what it keeps: `keeps = \"login sessions\"`",
            ),
            ("instead", Some(&self.instead), "what to use instead, as a phrase"),
            (
                "source",
                Some(&self.source),
                "where the fact comes from: `source = \"docs.rs/..: ..\"`",
            ),
        ];
        fields.push((
            "twin",
            self.twin.as_ref(),
            "a crate or `crate::Type`, or no `twin` at all",
        ));
        fields.push((
            "argument",
            self.argument.as_ref(),
            "part of a literal, a name, or no `argument` at all",
        ));
        let empty = fields.into_iter().filter_map(|(name, field, wanted)| {
            let field = field.filter(|field| field.as_ref().trim().is_empty())?;
            Some(Fault::at(text, field, format!("`{name}` is empty"), wanted))
        });
        let mut faults: Vec<Fault> = empty.collect();
        if self.paths.as_ref().is_empty() {
            faults.push(Fault::at(
                text,
                &self.paths,
                "`paths` is empty".to_owned(),
                PATH_FORMS,
            ));
        }
        faults
    }
}
