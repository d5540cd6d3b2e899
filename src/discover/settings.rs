//! Where a project keeps its configuration: finds `statelint.toml` and reads its text. Never knows what it says.
#![expect(
    clippy::disallowed_methods,
    reason = "discover/ is where the checked tree is looked at"
)]

use std::path::{Path, PathBuf};

use super::error::DiscoverError;
use super::paths::{canonical, common_parent, slashes};
use super::walk;
use super::workspace::Manifests;

/// The name that is looked for.
pub(super) const NAME: &str = "statelint.toml";

/// The text of a configuration, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigFile {
    /// Absolute, with `/`.
    pub path: String,
    /// As reports call it: as the user named it, or its name alone where it was looked for.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// The configuration of a run: the named file, or the first one in the folder that all paths share and those above it, up
/// to the root of the repository; where there is no repository, of the workspace.
pub fn configuration(paths: &[PathBuf], named: Option<&Path>) -> Result<Option<ConfigFile>, DiscoverError> {
    if let Some(named) = named {
        return read(named, &canonical(named)?, slashes(named)).map(Some);
    }
    let folders = paths.iter().map(|path| folder(path));
    let folders = folders.collect::<Result<Vec<_>, _>>()?;
    let Some(start) = shared(folders.iter().map(PathBuf::as_path)) else {
        return Ok(None);
    };
    let Some(file) = above(&start) else {
        return Ok(None);
    };
    read(&file, &file, NAME.to_owned()).map(Some)
}

/// The folder that the configuration is first looked for in.
pub(super) fn shared<'a>(folders: impl Iterator<Item = &'a Path>) -> Option<PathBuf> {
    folders.map(Path::to_owned).reduce(|a, b| common_parent(&a, &b))
}

fn folder(written: &Path) -> Result<PathBuf, DiscoverError> {
    let path = canonical(written)?;
    let up = path.parent().filter(|_| !path.is_dir());
    Ok(up.unwrap_or(&path).to_owned())
}

fn above(start: &Path) -> Option<PathBuf> {
    let here = start.join(NAME);
    if here.is_file() {
        return Some(here);
    }
    let last = outermost(start);
    let folders = start.ancestors().skip(1).take_while(|up| up.starts_with(&last));
    folders.map(|up| up.join(NAME)).find(|file| file.is_file())
}

/// The last folder to look in: beyond it lies another project, or a stranger's folder such as `/tmp`.
fn outermost(start: &Path) -> PathBuf {
    if let Some(repository) = start.ancestors().find(|up| up.join(".git").exists()) {
        return repository.to_owned();
    }
    let mut manifests = Manifests::default();
    let workspace = manifests
        .nearest(start)
        .map(|nearest| manifests.enclosing(&nearest));
    let around = workspace.filter(|root| start.starts_with(root));
    around.unwrap_or_else(|| start.to_owned())
}

fn read(written: &Path, path: &Path, name: String) -> Result<ConfigFile, DiscoverError> {
    let text = walk::read_text(path).map_err(|why| DiscoverError::Unreadable(written.to_owned(), why))?;
    Ok(ConfigFile {
        path: slashes(path),
        name,
        text,
    })
}
