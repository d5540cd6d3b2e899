//! Which packages belong together: manifests with what they inherit, members, path dependencies, and the workspace
//! around a package. Never reads a Rust file.
#![expect(
    clippy::disallowed_methods,
    reason = "discover/ is where the checked tree is looked at"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::manifest::{DependencyEntry, DependencyTable, Inherited, Manifest};

/// A manifest and what was wrong with it.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) manifest: Manifest,
    /// Why it could not be read. The folder then counts as a package with nothing but Cargo's defaults.
    pub(super) broken: Option<String>,
}

impl Loaded {
    /// The folder holds a package of its own.
    pub(super) fn is_package(&self) -> bool {
        self.manifest.package.is_some() || self.broken.is_some()
    }
}

/// A dependency with everything it inherits; paths are absolute.
#[derive(Debug, Clone)]
pub(super) struct ResolvedDependency {
    pub(super) key: String,
    pub(super) table: DependencyTable,
    pub(super) dir: Option<PathBuf>,
}

/// All manifests seen so far, each read once.
#[derive(Debug, Default)]
pub(super) struct Manifests {
    by_dir: BTreeMap<PathBuf, Option<Rc<Loaded>>>,
    families: BTreeMap<PathBuf, Rc<BTreeSet<PathBuf>>>,
}

impl Manifests {
    /// The manifest in this very folder.
    pub(super) fn in_dir(&mut self, dir: &Path) -> Option<Rc<Loaded>> {
        if let Some(known) = self.by_dir.get(dir) {
            return known.clone();
        }
        let loaded = load(&dir.join("Cargo.toml")).map(Rc::new);
        self.by_dir.insert(dir.to_owned(), loaded.clone());
        loaded
    }

    /// The folder of the nearest manifest at or above `dir`.
    pub(super) fn nearest(&mut self, dir: &Path) -> Option<PathBuf> {
        dir.ancestors()
            .find(|up| self.in_dir(up).is_some())
            .map(Path::to_owned)
    }

    /// The folder of the nearest package at or above `dir`.
    pub(super) fn nearest_package(&mut self, dir: &Path) -> Option<PathBuf> {
        dir.ancestors()
            .find(|up| self.in_dir(up).is_some_and(|m| m.is_package()))
            .map(Path::to_owned)
    }

    /// Broken manifests with their reasons, by path of the Cargo.toml.
    pub(super) fn broken(&self) -> impl Iterator<Item = (PathBuf, &str)> {
        self.by_dir.iter().filter_map(|(dir, loaded)| {
            let reason = loaded.as_ref()?.broken.as_deref()?;
            Some((dir.join("Cargo.toml"), reason))
        })
    }

    /// The folder of the workspace around the manifest in `dir`: the topmost one that has it as a member or as a
    /// path dependency, without leaving a workspace. `dir` itself where there is none.
    pub(super) fn enclosing(&mut self, dir: &Path) -> PathBuf {
        let named = self
            .in_dir(dir)
            .and_then(|m| m.manifest.package.as_ref().and_then(|p| p.workspace.clone()));
        if let Some(root) = named.and_then(|path| dir.join(path).canonicalize().ok()) {
            return root;
        }
        let mut best = dir.to_owned();
        for up in dir.ancestors() {
            let Some(loaded) = self.in_dir(up) else { continue };
            if up != dir && self.family(up).contains(dir) {
                up.clone_into(&mut best);
            }
            if loaded.manifest.workspace.is_some() {
                break;
            }
        }
        best
    }

    /// The packages that the manifest in `root` brings together: itself, its members, and all their path
    /// dependencies, wherever these lie.
    pub(super) fn family(&mut self, root: &Path) -> Rc<BTreeSet<PathBuf>> {
        if let Some(known) = self.families.get(root) {
            return Rc::clone(known);
        }
        let mut queue = vec![root.to_owned()];
        if let Some(workspace) = self
            .in_dir(root)
            .as_ref()
            .and_then(|m| m.manifest.workspace.as_ref())
        {
            let excluded: Vec<_> = workspace.exclude.iter().map(|path| root.join(path)).collect();
            let members = workspace.members.iter().flat_map(|pattern| expand(root, pattern));
            // A member named in full stays one below an excluded folder, as in Cargo.
            let named = |dir: &Path| workspace.members.iter().any(|member| root.join(member) == dir);
            queue.extend(members.filter(|dir| named(dir) || !excluded.iter().any(|ex| dir.starts_with(ex))));
        }
        let mut family = BTreeSet::new();
        while let Some(dir) = queue.pop() {
            let Some(loaded) = self.in_dir(&dir) else { continue };
            if !loaded.is_package() || !family.insert(dir.clone()) {
                continue;
            }
            queue.extend(
                self.dependencies(&dir)
                    .into_iter()
                    .filter_map(|dependency| dependency.dir),
            );
        }
        let family = Rc::new(family);
        self.families.insert(root.to_owned(), Rc::clone(&family));
        family
    }

    /// Normal dependencies of the package in `dir`.
    pub(super) fn dependencies(&mut self, dir: &Path) -> Vec<ResolvedDependency> {
        let Some(loaded) = self.in_dir(dir) else {
            return Vec::new();
        };
        loaded
            .manifest
            .normal()
            .map(|(key, entry)| self.resolve(dir, key, entry))
            .collect()
    }

    /// Dependencies of the tests and the build script of the package in `dir`.
    pub(super) fn dev_dependencies(&mut self, dir: &Path) -> Vec<ResolvedDependency> {
        let Some(loaded) = self.in_dir(dir) else {
            return Vec::new();
        };
        loaded
            .manifest
            .dev_and_build()
            .map(|(key, entry)| self.resolve(dir, key, entry))
            .collect()
    }

    /// `package.version` and `package.edition`, also where the workspace says them.
    pub(super) fn version_and_edition(&mut self, dir: &Path) -> (Option<String>, Option<String>) {
        let Some(loaded) = self.in_dir(dir) else {
            return (None, None);
        };
        let Some(package) = &loaded.manifest.package else {
            return (None, None);
        };
        let root = self.workspace_root(dir).and_then(|root| self.in_dir(&root));
        let shared = root
            .as_ref()
            .and_then(|m| m.manifest.workspace.as_ref())
            .map(|w| &w.package);
        let pick = |own: &Option<Inherited>, shared: Option<&Inherited>| {
            own.as_ref().and_then(|value| value.or_workspace(shared))
        };
        (
            pick(&package.version, shared.and_then(|p| p.version.as_ref())),
            pick(&package.edition, shared.and_then(|p| p.edition.as_ref())),
        )
    }

    fn resolve(&mut self, dir: &Path, key: &str, entry: &DependencyEntry) -> ResolvedDependency {
        let mut table = entry.table();
        let mut base = dir.to_owned();
        if table.workspace
            && let Some(root) = self.workspace_root(dir)
            && let Some(shared) = self.shared_dependency(&root, key)
        {
            let own = std::mem::take(&mut table.features);
            table = shared;
            table.features.extend(own);
            base = root;
        }
        let path = table
            .path
            .as_ref()
            .and_then(|path| base.join(path).canonicalize().ok());
        ResolvedDependency {
            key: key.to_owned(),
            table,
            dir: path,
        }
    }

    fn shared_dependency(&mut self, root: &Path, key: &str) -> Option<DependencyTable> {
        let loaded = self.in_dir(root)?;
        loaded
            .manifest
            .workspace
            .as_ref()?
            .dependencies
            .get(key)
            .map(DependencyEntry::table)
    }

    /// Where `workspace = true` looks: the manifest that the package names, or the nearest with `[workspace]`.
    fn workspace_root(&mut self, dir: &Path) -> Option<PathBuf> {
        let named = self
            .in_dir(dir)
            .and_then(|m| m.manifest.package.as_ref()?.workspace.clone());
        if let Some(path) = named {
            return dir.join(path).canonicalize().ok();
        }
        let is_root = |loaded: &Loaded| loaded.manifest.workspace.is_some();
        dir.ancestors()
            .find(|up| self.in_dir(up).is_some_and(|m| is_root(&m)))
            .map(Path::to_owned)
    }
}

fn load(path: &Path) -> Option<Loaded> {
    let result = match std::fs::read_to_string(path) {
        Ok(text) => Manifest::parse(&text),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return None,
        Err(error) => Err(error.to_string()),
    };
    Some(match result {
        Ok(manifest) => Loaded {
            manifest,
            broken: None,
        },
        Err(reason) => Loaded {
            manifest: Manifest::default(),
            broken: Some(reason),
        },
    })
}

/// The folders that a member pattern names: `crates/*`, `services/**`, `api`.
fn expand(root: &Path, pattern: &str) -> Vec<PathBuf> {
    let mut dirs = vec![root.to_owned()];
    for part in pattern.split('/').filter(|part| !part.is_empty() && *part != ".") {
        dirs = dirs.iter().flat_map(|dir| step(dir, part)).collect();
    }
    dirs.into_iter()
        .filter_map(|dir| dir.canonicalize().ok())
        .collect()
}

fn step(dir: &Path, part: &str) -> Vec<PathBuf> {
    if part == "**" {
        return below(dir);
    }
    if !part.contains(['*', '?', '[']) {
        return vec![dir.join(part)];
    }
    children(dir)
        .into_iter()
        .filter(|(name, _)| wildcard(part, name))
        .map(|(_, path)| path)
        .collect()
}

fn below(dir: &Path) -> Vec<PathBuf> {
    let mut all = vec![dir.to_owned()];
    for (name, path) in children(dir) {
        if name != "target" && !name.starts_with('.') {
            all.extend(below(&path));
        }
    }
    all
}

/// Real subfolders with their names, sorted; a symlink could lead in a circle.
fn children(dir: &Path) -> Vec<(String, PathBuf)> {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return Vec::new();
    };
    let folders = entries
        .filter_map(Result::ok)
        .filter(|e| e.file_type().is_ok_and(|t| t.is_dir()));
    let mut found: Vec<_> = folders
        .filter_map(|e| Some((e.file_name().into_string().ok()?, e.path())))
        .collect();
    found.sort();
    found
}

/// `*` and `?` within one name. A character class is rare enough in members to be taken as any character.
fn wildcard(pattern: &str, name: &str) -> bool {
    let mut chars = pattern.chars();
    match chars.next() {
        None => name.is_empty(),
        Some('*') => {
            let rest = chars.as_str();
            name.char_indices()
                .map(|(at, _)| at)
                .chain([name.len()])
                .any(|at| wildcard(rest, &name[at..]))
        }
        Some('[') => {
            let rest = chars.as_str().split_once(']').map_or("", |(_, rest)| rest);
            rest_after_one(name).is_some_and(|name| wildcard(rest, name))
        }
        Some('?') => rest_after_one(name).is_some_and(|name| wildcard(chars.as_str(), name)),
        Some(c) => name
            .strip_prefix(c)
            .is_some_and(|name| wildcard(chars.as_str(), name)),
    }
}

fn rest_after_one(name: &str) -> Option<&str> {
    let mut chars = name.chars();
    chars.next().map(|_| chars.as_str())
}

#[cfg(test)]
mod tests {
    use super::wildcard;

    #[test]
    fn wildcards_match_within_a_name() {
        assert!(wildcard("*", "api"));
        assert!(wildcard("svc-*", "svc-users"));
        assert!(wildcard("svc-?", "svc-1"));
        assert!(wildcard("v[12]-*", "v1-api"));
        assert!(!wildcard("svc-*", "lib"));
        assert!(!wildcard("svc-?", "svc-"));
    }
}
