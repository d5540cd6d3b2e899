//! From paths to packages, files and text. The only place that reads the checked tree; never looks at Rust syntax.
//!
//! Of the enclosing workspace all packages are read that a dependency joins to what the user asked about, in either direction,
//! because a handler in one crate may reach state in another; `judged` marks the files the user asked about. Tests, benchmarks,
//! Cargo examples and build scripts are no service code: they stay out unless the user names that very path.
#![expect(
    clippy::disallowed_methods,
    reason = "discover/ is where the checked tree is looked at"
)]

mod error;
mod manifest;
mod model;
mod paths;
mod settings;
mod targets;
mod urls;
mod walk;
mod workspace;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

pub use error::DiscoverError;
pub use model::*;
pub use settings::{ConfigFile, configuration};
pub use urls::memory_urls;

use self::paths::{canonical, clean, first_folder, is_named, relative, slashes};
use self::targets::FoundTarget;
use self::walk::Scan;
use self::workspace::{Manifests, ResolvedDependency};

/// Reads everything that a check of these paths needs.
pub fn read(paths: &[PathBuf]) -> Result<Input, DiscoverError> {
    let given = paths
        .iter()
        .map(|path| Given::open(path))
        .collect::<Result<Vec<_>, _>>()?;
    let mut reader = Reader::new(given);
    reader.collect_packages();
    reader.collect_files()?;
    reader.finish()
}

/// One path of the command line.
#[derive(Debug)]
struct Given {
    /// As the user wrote it.
    written: PathBuf,
    /// Absolute, without symlinks.
    path: PathBuf,
    is_file: bool,
    /// What lies below a folder.
    scan: Scan,
}

impl Given {
    fn open(written: &Path) -> Result<Given, DiscoverError> {
        let path = canonical(written)?;
        let is_file = !path.is_dir();
        if is_file {
            let is_rust = path.is_file() && path.extension().is_some_and(|extension| extension == "rs");
            if !is_rust {
                return Err(DiscoverError::NotRust(written.to_owned()));
            }
            walk::read_text(&path).map_err(|why| DiscoverError::Unreadable(written.to_owned(), why))?;
            let scan = Scan {
                rust: vec![path.clone()],
                ..Scan::default()
            };
            return Ok(Given {
                written: written.to_owned(),
                path,
                is_file,
                scan,
            });
        }
        if let Err(error) = std::fs::read_dir(&path) {
            return Err(DiscoverError::Unreadable(written.to_owned(), error.to_string()));
        }
        let scan = walk::scan(&path);
        Ok(Given {
            written: written.to_owned(),
            path,
            is_file,
            scan,
        })
    }

    fn dir(&self) -> &Path {
        if self.is_file {
            self.path.parent().unwrap_or(&self.path)
        } else {
            &self.path
        }
    }

    fn covers(&self, file: &Path) -> bool {
        file.starts_with(&self.path)
    }
}

/// A package while it is being collected.
struct FoundPackage {
    name: String,
    version: Option<String>,
    targets: Vec<FoundTarget>,
}

/// The work of one [`read`].
struct Reader {
    given: Vec<Given>,
    manifests: Manifests,
    /// The root of the run.
    root: PathBuf,
    /// By folder.
    packages: BTreeMap<PathBuf, FoundPackage>,
    /// Absolute paths of the files to read.
    files: BTreeSet<PathBuf>,
    refused: Vec<(PathBuf, String)>,
}

impl Reader {
    fn new(given: Vec<Given>) -> Reader {
        let mut manifests = Manifests::default();
        let root = find_root(&given, &mut manifests);
        Reader {
            given,
            manifests,
            root,
            packages: BTreeMap::new(),
            files: BTreeSet::new(),
            refused: Vec::new(),
        }
    }

    fn collect_packages(&mut self) {
        let mut dirs = BTreeSet::new();
        let mut asked = BTreeSet::new();
        for seed in self.seeds() {
            if self.manifests.in_dir(&seed).is_some_and(|m| m.is_package()) {
                asked.insert(seed.clone());
            }
            let root = self.manifests.enclosing(&seed);
            dirs.extend(self.manifests.family(&root).iter().cloned());
        }
        dirs.extend(asked.iter().cloned());
        // Where everything is asked about, nothing is left out.
        if !asked.is_empty() && asked.len() < dirs.len() {
            dirs = self.joined(asked, &dirs);
        }
        for dir in dirs {
            let package = self.package(&dir);
            self.packages.insert(dir, package);
        }
    }

    /// These packages and all that depend on them or that they depend on, over any number of steps.
    fn joined(&mut self, asked: BTreeSet<PathBuf>, all: &BTreeSet<PathBuf>) -> BTreeSet<PathBuf> {
        let mut pairs: Vec<(&PathBuf, PathBuf)> = Vec::new();
        for dir in all {
            let dependencies = self.manifests.dependencies(dir);
            let others = self.manifests.dev_dependencies(dir);
            let found = dependencies.into_iter().chain(others);
            pairs.extend(found.filter_map(|dependency| Some((dir, dependency.dir?))));
        }
        let mut joined = asked;
        loop {
            let mut next: BTreeSet<PathBuf> = BTreeSet::new();
            for (user, used) in &pairs {
                match (joined.contains(*user), joined.contains(used)) {
                    (true, false) => next.insert(used.clone()),
                    (false, true) => next.insert((*user).clone()),
                    _ => false,
                };
            }
            next.retain(|dir| all.contains(dir));
            if next.is_empty() {
                return joined;
            }
            joined.extend(next);
        }
    }

    /// The manifests that the given paths bring in: those below them, or else the one above.
    fn seeds(&mut self) -> BTreeSet<PathBuf> {
        let mut seeds = BTreeSet::new();
        for at in 0..self.given.len() {
            let below = self.given[at].scan.manifests.clone();
            seeds.extend(self.outer(at));
            // Sorted, so that an outer package is known before what lies in its tests.
            for dir in below {
                if !self.lies_in_tests(&dir) {
                    seeds.insert(dir);
                }
            }
        }
        seeds
    }

    /// The manifest above a given path that has no manifest of its own, where code of the path belongs to it.
    fn outer(&mut self, at: usize) -> Option<PathBuf> {
        let given = &self.given[at];
        let dir = given.dir();
        if self.manifests.in_dir(dir).is_some() {
            return given.is_file.then(|| dir.to_owned());
        }
        if given.scan.manifests.is_empty() {
            return self.manifests.nearest(dir);
        }
        let outer = self.manifests.nearest_package(dir)?;
        let mut folders = given.scan.rust.iter().filter_map(|file| file.parent());
        let owns = folders.any(|folder| self.manifests.nearest_package(folder).as_ref() == Some(&outer));
        owns.then_some(outer)
    }

    /// A package below the tests of another one is a test case, unless the user names it.
    fn lies_in_tests(&mut self, dir: &Path) -> bool {
        let Some(outer) = dir.parent().and_then(|up| self.manifests.nearest_package(up)) else {
            return false;
        };
        let zone = first_folder(&outer, dir);
        zone.is_some_and(|zone| is_named(&zone, &["tests", "benches"]) && !self.user_named(&zone))
    }

    fn user_named(&self, zone: &Path) -> bool {
        self.given.iter().any(|given| given.path.starts_with(zone))
    }

    fn package(&mut self, dir: &Path) -> FoundPackage {
        let loaded = self.manifests.in_dir(dir);
        let written = loaded
            .as_ref()
            .and_then(|m| m.manifest.package.as_ref()?.name.clone());
        let folder = || {
            dir.file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default()
        };
        let name = written.unwrap_or_else(folder);
        let (version, edition) = self.manifests.version_and_edition(dir);
        let targets = loaded
            .map(|loaded| targets::find(dir, &loaded.manifest, &name, edition.as_deref()))
            .unwrap_or_default();
        FoundPackage {
            name,
            version,
            targets,
        }
    }

    fn collect_files(&mut self) -> Result<(), DiscoverError> {
        for at in 0..self.given.len() {
            self.collect_given(at)?;
        }
        let unseen: Vec<_> = self
            .packages
            .keys()
            .filter(|dir| !self.was_scanned(dir))
            .cloned()
            .collect();
        let mut scanned: Vec<PathBuf> = Vec::new();
        for dir in unseen {
            if !scanned.iter().any(|outer| dir.starts_with(outer)) {
                let found = walk::scan(&dir);
                self.take(found.rust);
                self.refused.extend(found.refused);
                scanned.push(dir);
            }
        }
        let outside = self.packages.values().flat_map(|package| &package.targets);
        let service = outside.filter(|target| matches!(target.kind, TargetKind::Lib | TargetKind::Bin));
        let roots: Vec<_> = service
            .filter_map(|target| target.file.canonicalize().ok())
            .collect();
        self.files.extend(roots);
        Ok(())
    }

    fn collect_given(&mut self, at: usize) -> Result<(), DiscoverError> {
        let given = &mut self.given[at];
        let rust = std::mem::take(&mut given.scan.rust);
        self.refused.append(&mut given.scan.refused);
        if rust.is_empty() {
            return Err(DiscoverError::NoRustFiles(given.written.clone()));
        }
        if given.is_file {
            self.files.extend(rust);
            return Ok(());
        }
        // Files that no package owns are scripts and test cases, unless there is nothing else.
        if self.take(rust.clone()) == 0 {
            self.files.extend(rust);
        }
        Ok(())
    }

    fn was_scanned(&self, dir: &Path) -> bool {
        self.given
            .iter()
            .any(|given| given.scan.manifests.iter().any(|seen| seen == dir))
    }

    /// Keeps the service code of the packages; says how many files that was.
    fn take(&mut self, files: Vec<PathBuf>) -> usize {
        let mut owners: BTreeMap<PathBuf, Option<PathBuf>> = BTreeMap::new();
        let mut taken = 0;
        for file in files {
            let Some(folder) = file.parent() else { continue };
            let owner = owners
                .entry(folder.to_owned())
                .or_insert_with(|| self.manifests.nearest_package(folder))
                .clone();
            let Some(owner) = owner else { continue };
            let Some(package) = self.packages.get(&owner) else {
                continue;
            };
            if self.is_service_code(&owner, package, &file) {
                self.files.insert(file);
                taken += 1;
            }
        }
        taken
    }

    fn is_service_code(&self, dir: &Path, package: &FoundPackage, file: &Path) -> bool {
        let has_service = package
            .targets
            .iter()
            .any(|t| matches!(t.kind, TargetKind::Lib | TargetKind::Bin));
        let role = package
            .targets
            .iter()
            .find(|target| target.file == file)
            .map(|target| target.kind);
        match role {
            Some(TargetKind::Lib | TargetKind::Bin) => return true,
            Some(TargetKind::Build | TargetKind::Test | TargetKind::Bench) => {
                return self.user_named(file) || self.zone_is_named(dir, file);
            }
            Some(TargetKind::Example) if has_service => {
                return self.user_named(file) || self.zone_is_named(dir, file);
            }
            Some(TargetKind::Example) | None => {}
        }
        let Some(zone) = first_folder(dir, file) else {
            return true;
        };
        let apart = is_named(&zone, &["tests", "benches"]) || (has_service && is_named(&zone, &["examples"]));
        !apart || self.user_named(&zone)
    }

    /// The user named the folder of tests or examples that the file lies in.
    fn zone_is_named(&self, dir: &Path, file: &Path) -> bool {
        first_folder(dir, file).is_some_and(|zone| !is_named(&zone, &["src"]) && self.user_named(&zone))
    }

    fn finish(mut self) -> Result<Input, DiscoverError> {
        let (files, mut unread) = self.read_files();
        unread.extend(
            self.refused
                .iter()
                .map(|(path, reason)| self.unread(path, reason.clone())),
        );
        unread.extend(self.manifests.broken().map(|(path, reason)| {
            self.unread(
                &path,
                format!("not a valid Cargo.toml: {reason}; read with Cargo's defaults"),
            )
        }));
        let unused = self.unused_configurations();
        unread.extend(unused.map(|path| {
            self.unread(
                path,
                "not used: a run has one configuration, that of the folder it checks".to_owned(),
            )
        }));
        unread.sort_by(|a, b| (&a.path, &a.reason).cmp(&(&b.path, &b.reason)));
        unread.dedup();
        if files.is_empty() && unread.is_empty() {
            let written = self
                .given
                .first()
                .map(|given| given.written.clone())
                .unwrap_or_default();
            return Err(DiscoverError::NoRustFiles(written));
        }
        let packages = self.finished_packages();
        Ok(Input {
            root: slashes(&self.root),
            packages,
            files,
            unread,
        })
    }

    /// Configurations further down, which somebody wrote in the hope that they hold.
    fn unused_configurations(&self) -> impl Iterator<Item = &PathBuf> {
        let start = settings::shared(self.given.iter().map(Given::dir));
        let below = self.given.iter().flat_map(|given| &given.scan.configurations);
        below.filter(move |path| path.parent() != start.as_deref())
    }

    fn read_files(&self) -> (Vec<SourceFile>, Vec<Unread>) {
        let all: Vec<_> = self.files.iter().collect();
        let texts: Vec<_> = all.par_iter().map(|path| walk::read_text(path)).collect();
        let mut files = Vec::new();
        let mut unread = Vec::new();
        for (path, text) in all.into_iter().zip(texts) {
            let judged = self.given.iter().any(|given| given.covers(path));
            match text {
                Ok(text) => files.push(SourceFile {
                    path: relative(&self.root, path),
                    text,
                    judged,
                }),
                Err(reason) => unread.push(self.unread(path, reason)),
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        (files, unread)
    }

    /// What the files beside a package's code, or beside the workspace's, say of databases in memory.
    fn memory_urls(&self, dir: &Path) -> Vec<MemoryUrl> {
        let folders = dir.ancestors().take_while(|up| up.starts_with(&self.root));
        let paths = folders.flat_map(urls::files);
        let texts: Vec<(String, String)> = paths
            .filter_map(|path| Some((relative(&self.root, &path), urls::text(&path)?)))
            .collect();
        memory_urls(texts.iter().map(|(path, text)| (path.as_str(), text.as_str())))
    }

    fn unread(&self, path: &Path, reason: String) -> Unread {
        Unread {
            path: relative(&self.root, path),
            reason,
        }
    }

    fn finished_packages(&mut self) -> Vec<Package> {
        let found = std::mem::take(&mut self.packages);
        let mut packages: Vec<_> = found
            .into_iter()
            .map(|(dir, package)| {
                let dependencies = self.manifests.dependencies(&dir);
                let dev_dependencies = self.manifests.dev_dependencies(&dir);
                let target =
                    |target: &FoundTarget| target.relative(relative(&self.root, &clean(&target.file)));
                Package {
                    name: package.name,
                    version: package.version,
                    memory_urls: self.memory_urls(&dir),
                    dir: relative(&self.root, &dir),
                    down: paths::names(&dir, &self.root),
                    targets: package.targets.iter().map(target).collect(),
                    dependencies: self.finished_dependencies(dependencies),
                    dev_dependencies: self.finished_dependencies(dev_dependencies),
                }
            })
            .collect();
        packages.sort_by(|a, b| a.dir.cmp(&b.dir));
        packages
    }

    fn finished_dependencies(&self, found: Vec<ResolvedDependency>) -> Vec<Dependency> {
        let mut all: Vec<_> = found
            .into_iter()
            .map(|dependency| Dependency {
                name: dependency.key.replace('-', "_"),
                package: dependency.table.package.unwrap_or(dependency.key),
                path: dependency.dir.map(|dir| relative(&self.root, &dir)),
                version: dependency.table.version,
                features: dependency.table.features,
            })
            .collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all.dedup();
        all
    }
}

/// The checked folder; for a file or several paths the workspace around them, or else their common parent.
fn find_root(given: &[Given], manifests: &mut Manifests) -> PathBuf {
    if let [only] = given
        && !only.is_file
    {
        return only.path.clone();
    }
    let roots: BTreeSet<_> = given
        .iter()
        .map(|given| {
            manifests
                .nearest(given.dir())
                .map(|nearest| manifests.enclosing(&nearest))
        })
        .collect();
    let common = settings::shared(given.iter().map(Given::dir)).unwrap_or_default();
    match roots.into_iter().collect::<Vec<_>>().as_slice() {
        // Its folder may lie beside the paths where a package names its workspace.
        [Some(root)] if common.starts_with(root) => root.clone(),
        _ => common,
    }
}
