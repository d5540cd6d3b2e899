//! Walks a folder the way git sees it, and reads texts. Never follows a symlink and never enters `target/`.
#![expect(
    clippy::disallowed_methods,
    reason = "discover/ is where the checked tree is looked at"
)]

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};

use super::settings;

/// Larger files are data written as Rust; reading them costs more than they could tell.
const LARGEST: u64 = 5_000_000;

/// What one folder holds.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// Rust files.
    pub(super) rust: Vec<PathBuf>,
    /// Folders with a Cargo.toml.
    pub(super) manifests: Vec<PathBuf>,
    /// Files named `statelint.toml`.
    pub(super) configurations: Vec<PathBuf>,
    /// What the system refused to show, with the reason.
    pub(super) refused: Vec<(PathBuf, String)>,
}

/// Lists the Rust files and manifests below a folder, sorted.
pub(super) fn scan(root: &Path) -> Scan {
    let mut found = Scan::default();
    let start = root.to_owned();
    let walk = WalkBuilder::new(root)
        .require_git(false)
        // A run must say the same on every machine.
        .git_global(false)
        .follow_links(false)
        .filter_entry(move |entry| !is_target(&start, entry))
        .sort_by_file_name(OsStr::cmp)
        .build();
    for entry in walk {
        match entry {
            Ok(entry) => found.take(&entry),
            Err(error) => found.refuse(root, &error),
        }
    }
    found
}

impl Scan {
    fn take(&mut self, entry: &DirEntry) {
        // A manifest that is committed counts, also where a pattern such as `*.toml` ignores it.
        let is_folder = entry.depth() == 0 || entry.file_type().is_some_and(|kind| kind.is_dir());
        if is_folder && entry.path().join("Cargo.toml").is_file() {
            self.manifests.push(entry.path().to_owned());
        }
        if !entry.file_type().is_some_and(|kind| kind.is_file()) {
            return;
        }
        let path = entry.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            self.rust.push(path.to_owned());
        }
        if path.file_name().is_some_and(|name| name == settings::NAME) {
            self.configurations.push(path.to_owned());
        }
    }

    fn refuse(&mut self, root: &Path, error: &ignore::Error) {
        // A faulty line in a .gitignore costs us nothing.
        let Some(cause) = error.io_error() else { return };
        self.refused
            .push((path_of(error).unwrap_or(root).to_owned(), cause.to_string()));
    }
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        _ => None,
    }
}

/// Cargo's output. A module may be called `target` too, but then it lies below `src`.
fn is_target(root: &Path, entry: &DirEntry) -> bool {
    if entry.depth() == 0 || entry.file_name() != "target" || !entry.path().is_dir() {
        return false;
    }
    let inside = entry.path().strip_prefix(root).unwrap_or(entry.path());
    let below_src = inside.components().any(|part| part.as_os_str() == "src") || root.ends_with("src");
    !below_src || entry.path().join("CACHEDIR.TAG").exists()
}

/// The text of one file, or why there is none, in words for the user.
pub(super) fn read_text(path: &Path) -> Result<String, String> {
    let size = std::fs::metadata(path).map_err(|error| error.to_string())?.len();
    if size > LARGEST {
        return Err(format!("{size} bytes are more than the {LARGEST} we read"));
    }
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let read = String::from_utf8_lossy(&error.as_bytes()[..at]);
        let line = read.matches('\n').count() + 1;
        format!("not UTF-8 (first bad byte in line {line})")
    })
}
