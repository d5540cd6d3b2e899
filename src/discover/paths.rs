//! Questions about paths that several parts of `discover` ask. Reads no file.
#![expect(
    clippy::disallowed_methods,
    reason = "discover/ is where the checked tree is looked at"
)]

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::error::DiscoverError;

/// The absolute path without symlinks of one that the user wrote.
pub(super) fn canonical(written: &Path) -> Result<PathBuf, DiscoverError> {
    written.canonicalize().map_err(|error| match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => DiscoverError::Missing(written.to_owned()),
        _ => DiscoverError::Unreadable(written.to_owned(), error.to_string()),
    })
}

pub(super) fn common_parent(a: &Path, b: &Path) -> PathBuf {
    a.components()
        .zip(b.components())
        .take_while(|(x, y)| x == y)
        .map(|(x, _)| x)
        .collect()
}

/// `dir/tests` for `dir/tests/a/b.rs`; nothing for a file that lies in `dir` itself.
pub(super) fn first_folder(dir: &Path, path: &Path) -> Option<PathBuf> {
    let inside = path.strip_prefix(dir).ok()?;
    let mut parts = inside.components();
    let first = parts.next()?;
    // The path may be a folder with a package, which is then its own first folder.
    (parts.next().is_some() || path.extension().is_none()).then(|| dir.join(first))
}

pub(super) fn is_named(path: &Path, names: &[&str]) -> bool {
    path.file_name()
        .and_then(|name| name.to_str())
        .is_some_and(|name| names.contains(&name))
}

pub(super) fn clean(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// `path` seen from `root`, with `/`, and with `../` where it lies outside.
pub(super) fn relative(root: &Path, path: &Path) -> String {
    let shared = common_parent(root, path);
    let up = root
        .strip_prefix(&shared)
        .map_or(0, |rest| rest.components().count());
    let down = path.strip_prefix(&shared).unwrap_or(path);
    let mut parts = vec!["..".to_owned(); up];
    parts.extend(
        down.components()
            .map(|part| part.as_os_str().to_string_lossy().into_owned()),
    );
    parts.join("/")
}

/// The names of the folders from one down to another; none where that lies elsewhere.
pub(super) fn names(from: &Path, to: &Path) -> Vec<String> {
    let down = to.strip_prefix(from).unwrap_or(Path::new(""));
    down.components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect()
}

pub(super) fn slashes(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}
