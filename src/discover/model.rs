//! What the disk held: the values that the rest of the pipeline starts from.

/// Everything one run reads.
#[derive(Debug, Clone, Default)]
pub struct Input {
    /// The folder all paths are relative to, as an absolute path with `/`.
    pub root: String,
    /// Packages whose code was read, sorted by folder. Empty when there is no Cargo.toml.
    pub packages: Vec<Package>,
    /// Rust files, sorted by path.
    pub files: Vec<SourceFile>,
    /// What could not be read, sorted by path.
    pub unread: Vec<Unread>,
}

/// One Rust file.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Relative to the root, with `/`; `../` where a path dependency lies outside of it.
    pub path: String,
    /// Its text.
    pub text: String,
    /// Findings in this file are reported: it lies inside the paths the user gave.
    pub judged: bool,
}

/// A file or folder that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Relative to the root.
    pub path: String,
    /// Why, in words for the user.
    pub reason: String,
}

/// One package: a folder with a Cargo.toml that has `[package]`.
#[derive(Debug, Clone, Default)]
pub struct Package {
    /// `package.name`.
    pub name: String,
    /// `package.version`, where it is written down.
    pub version: Option<String>,
    /// Its folder relative to the root; empty for the root itself.
    pub dir: String,
    /// The folders from its own down to the root, where the root lies inside it: `../dist/mod.rs` may be `mod.rs`.
    pub down: Vec<String>,
    /// Its targets, libraries first.
    pub targets: Vec<Target>,
    /// Normal dependencies (`dependencies` and `target.*.dependencies`), sorted by `name`.
    pub dependencies: Vec<Dependency>,
    /// `dev-dependencies` and `build-dependencies`, sorted by `name`.
    pub dev_dependencies: Vec<Dependency>,
    /// Settings in files beside the code that name a database in memory.
    pub memory_urls: Vec<MemoryUrl>,
}

impl Package {
    /// The shortest form of a path: one that leads out of the root and back into it has no `../`.
    #[must_use]
    pub fn shortest(&self, path: &str) -> String {
        let mut inside = path;
        let mut above = 0;
        while let Some(rest) = inside.strip_prefix("../") {
            (inside, above) = (rest, above + 1);
        }
        let Some(first) = self.down.len().checked_sub(above) else {
            return path.to_owned();
        };
        for name in &self.down[first..] {
            match inside.split_once('/') {
                Some((folder, rest)) if folder == name => (inside, above) = (rest, above - 1),
                _ => break,
            }
        }
        "../".repeat(above) + inside
    }
}

/// A setting that names a database in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemoryUrl {
    /// The file, relative to the root.
    pub path: String,
    /// Its line, from 1.
    pub line: usize,
    /// The key, with the sections around it.
    pub names: Vec<String>,
    /// What it says: `sqlite::memory:`.
    pub url: String,
    /// The file only proposes it, as `.env.example` does.
    pub proposed: bool,
}

/// A library, program, example, test, benchmark or build script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// What it is.
    pub kind: TargetKind,
    /// Its name; for a library the name other crates use, with `_`.
    pub name: String,
    /// Its root file relative to the root of the run.
    pub path: String,
}

/// The kinds of targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TargetKind {
    /// `[lib]`.
    Lib,
    /// `[[bin]]`.
    Bin,
    /// `[[example]]`.
    Example,
    /// `[[test]]`.
    Test,
    /// `[[bench]]`.
    Bench,
    /// `build.rs`.
    Build,
}

/// One dependency as the code sees it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dependency {
    /// The name in `use`, with `_`.
    pub name: String,
    /// The package's real name.
    pub package: String,
    /// The folder of a path dependency (also through workspace inheritance), relative to the root.
    pub path: Option<String>,
    /// The version requirement, if written down here or in the workspace.
    pub version: Option<String>,
    /// Enabled features.
    pub features: Vec<String>,
}
