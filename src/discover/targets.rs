//! The targets of one package, by Cargo's rules: what the manifest names, and what Cargo finds by itself. Never
//! reads a Rust file.
#![expect(
    clippy::disallowed_methods,
    reason = "discover/ is where the checked tree is looked at"
)]

use std::path::{Path, PathBuf};

use super::manifest::{Manifest, TargetTable};
use super::{Target, TargetKind};

/// A target with the absolute path of its root file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FoundTarget {
    pub(super) kind: TargetKind,
    pub(super) name: String,
    pub(super) file: PathBuf,
}

impl FoundTarget {
    pub(super) fn relative(&self, path: String) -> Target {
        Target {
            kind: self.kind,
            name: self.name.clone(),
            path,
        }
    }
}

/// All targets of the package in `dir`, libraries first.
pub(super) fn find(
    dir: &Path,
    manifest: &Manifest,
    package: &str,
    edition: Option<&str>,
) -> Vec<FoundTarget> {
    let table = manifest.package.as_ref();
    // Before 2018 a package that names one target of a kind names them all.
    let old = manifest.package.is_some() && edition.is_none_or(|e| e == "2015");
    let auto = |switch: Option<bool>, named: &[TargetTable]| switch.unwrap_or(!old || named.is_empty());

    let mut found = Vec::new();
    found.extend(library(dir, manifest, package));
    let finder = Finder { dir, package };
    let groups = [
        (
            TargetKind::Bin,
            "src/bin",
            &manifest.bin,
            table.and_then(|t| t.autobins),
        ),
        (
            TargetKind::Example,
            "examples",
            &manifest.example,
            table.and_then(|t| t.autoexamples),
        ),
        (
            TargetKind::Test,
            "tests",
            &manifest.test,
            table.and_then(|t| t.autotests),
        ),
        (
            TargetKind::Bench,
            "benches",
            &manifest.bench,
            table.and_then(|t| t.autobenches),
        ),
    ];
    for (kind, folder, named, switch) in groups {
        finder.add(kind, folder, named, auto(switch, named), &mut found);
    }
    found.extend(build_script(dir, manifest));
    found.sort();
    found.dedup();
    found
}

fn library(dir: &Path, manifest: &Manifest, package: &str) -> Option<FoundTarget> {
    let named = manifest.lib.as_ref();
    let auto = manifest.package.as_ref().and_then(|p| p.autolib).unwrap_or(true);
    if named.is_none() && !auto {
        return None;
    }
    let path = named.and_then(|lib| lib.path.as_deref()).unwrap_or("src/lib.rs");
    let name = named
        .and_then(|lib| lib.name.as_deref())
        .unwrap_or(package)
        .replace('-', "_");
    let file = dir.join(path);
    file.is_file().then_some(FoundTarget {
        kind: TargetKind::Lib,
        name,
        file,
    })
}

fn build_script(dir: &Path, manifest: &Manifest) -> Option<FoundTarget> {
    let named = manifest.package.as_ref().and_then(|p| p.build.as_ref());
    let path = match named {
        Some(toml::Value::Boolean(false)) => return None,
        Some(toml::Value::String(path)) => path.as_str(),
        _ => "build.rs",
    };
    let file = dir.join(path);
    file.is_file().then(|| FoundTarget {
        kind: TargetKind::Build,
        name: "build-script-build".to_owned(),
        file,
    })
}

/// Finds the targets of one kind.
struct Finder<'a> {
    dir: &'a Path,
    package: &'a str,
}

impl Finder<'_> {
    fn add(
        &self,
        kind: TargetKind,
        folder: &str,
        named: &[TargetTable],
        auto: bool,
        found: &mut Vec<FoundTarget>,
    ) {
        let inferred = self.inferred(kind, folder);
        let explicit: Vec<_> = named
            .iter()
            .filter_map(|t| self.explicit(kind, t, &inferred))
            .collect();
        if auto {
            let free = |t: &&FoundTarget| {
                !explicit
                    .iter()
                    .any(|other| other.name == t.name || other.file == t.file)
            };
            found.extend(inferred.iter().filter(free).cloned());
        }
        found.extend(explicit);
    }

    fn explicit(
        &self,
        kind: TargetKind,
        table: &TargetTable,
        inferred: &[FoundTarget],
    ) -> Option<FoundTarget> {
        let Some(path) = &table.path else {
            let name = table.name.as_deref()?;
            return inferred.iter().find(|target| target.name == name).cloned();
        };
        let file = self.dir.join(path);
        let name = table.name.clone().or_else(|| stem(&file))?;
        file.is_file().then_some(FoundTarget { kind, name, file })
    }

    fn inferred(&self, kind: TargetKind, folder: &str) -> Vec<FoundTarget> {
        let mut found = Vec::new();
        let main = self.dir.join("src/main.rs");
        if kind == TargetKind::Bin && main.is_file() {
            found.push(FoundTarget {
                kind,
                name: self.package.to_owned(),
                file: main,
            });
        }
        let Ok(entries) = std::fs::read_dir(self.dir.join(folder)) else {
            return found;
        };
        for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
            let is_file = path.is_file() && path.extension().is_some_and(|e| e == "rs");
            let inner = path.join("main.rs");
            let file = if is_file { path.clone() } else { inner };
            let Some(name) = stem(&path) else { continue };
            if file.is_file() {
                found.push(FoundTarget { kind, name, file });
            }
        }
        found.sort();
        found
    }
}

fn stem(path: &Path) -> Option<String> {
    path.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned)
}
