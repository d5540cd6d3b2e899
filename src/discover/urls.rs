//! Settings in files of a package that name a database in memory: `DATABASE_URL=sqlite::memory:`. Reads lines of `.env`,
//! TOML and YAML as far as keys and texts go; what else they say does not matter here.
#![expect(
    clippy::disallowed_methods,
    reason = "discover/ is where the checked tree is looked at"
)]

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use super::model::MemoryUrl;
use super::walk;

/// Folders below a package's own that configuration is kept in.
const FOLDERS: &[&str] = &["config", "configuration", "conf", "settings", "configs"];
/// Words of files and sections that are not what runs in production.
const APART: &[&str] = &[
    "test",
    "tests",
    "testing",
    "debug",
    "dev",
    "development",
    "local",
    "ci",
];
/// Words of files that only propose something.
const PROPOSED: &[&str] = &["example", "sample", "template", "dist", "default"];

/// The configuration files in a package's folder, as git sees them.
pub(super) fn files(dir: &Path) -> Vec<PathBuf> {
    let start = dir.to_owned();
    let walk = WalkBuilder::new(dir)
        .require_git(false)
        .git_global(false)
        .hidden(false)
        .follow_links(false)
        .max_depth(Some(2))
        .filter_entry(move |entry| {
            let is_dir = entry.file_type().is_some_and(|kind| kind.is_dir());
            let known = entry
                .file_name()
                .to_str()
                .is_some_and(|name| FOLDERS.contains(&name));
            !is_dir || entry.path() == start || known
        })
        .sort_by_file_name(OsStr::cmp)
        .build();
    let files = walk.filter_map(Result::ok).map(ignore::DirEntry::into_path);
    files
        .filter(|path| path.is_file() && may_configure(path))
        .collect()
}

fn may_configure(path: &Path) -> bool {
    let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
    let configures = [".toml", ".yaml", ".yml", ".env"]
        .iter()
        .any(|end| name.ends_with(end));
    (configures || name.starts_with(".env")) && name != "Cargo.toml"
}

/// The text of a file, where it can say something here.
pub(super) fn text(path: &Path) -> Option<String> {
    walk::read_text(path).ok()
}

/// What one line gives a value.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Setting {
    names: Vec<String>,
    value: String,
    line: usize,
}

/// The settings that name a database in memory, and that no other one of these files overrules.
#[must_use]
pub fn memory_urls<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<MemoryUrl> {
    let mut all = Vec::new();
    for (path, text) in files {
        if !is_apart(path.rsplit('/').next().unwrap_or(path)) {
            let found = settings(text)
                .into_iter()
                .filter(|one| !one.names.iter().any(|name| is_apart(name)));
            all.extend(found.map(|setting| (path, setting)));
        }
    }
    let overruled = |setting: &Setting| {
        all.iter()
            .any(|(_, other)| !is_memory(&other.value) && same(&other.names, &setting.names))
    };
    let memory = all
        .iter()
        .filter(|(_, setting)| is_memory(&setting.value) && !overruled(setting));
    memory
        .map(|(path, setting)| MemoryUrl {
            path: (*path).to_owned(),
            line: setting.line,
            names: setting.names.clone(),
            url: setting.value.clone(),
            proposed: words(path.rsplit('/').next().unwrap_or(path)).any(|word| PROPOSED.contains(&word)),
        })
        .collect()
}

fn is_apart(name: &str) -> bool {
    let name = name.to_lowercase();
    words(&name).any(|word| APART.contains(&word))
}

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
}

/// The same setting, maybe in another section: `default.databases.main.url` and `release.databases.main.url`.
fn same(one: &[String], other: &[String]) -> bool {
    let tail = |names: &[String]| names[names.len().saturating_sub(2)..].to_vec();
    tail(one) == tail(other)
}

fn is_memory(value: &str) -> bool {
    let value = value.to_lowercase();
    value == ":memory:"
        || (value.starts_with("sqlite:") || value.starts_with("file:"))
            && (value.contains(":memory:") || value.contains("mode=memory"))
}

/// `key = "value"`, `key: value`, `KEY=value` with the sections around.
fn settings(text: &str) -> Vec<Setting> {
    let mut found = Vec::new();
    let mut section: Vec<String> = Vec::new();
    // Keys of a YAML file that stand around the line, by how far they are indented.
    let mut around: Vec<(usize, String)> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let indent = line.len() - line.trim_start().len();
        let line = line.trim().trim_start_matches("- ").trim_start_matches("export ");
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(head) = line.strip_prefix('[') {
            let head = head.trim_start_matches('[').split(']').next().unwrap_or_default();
            section = head.split('.').map(|part| unquoted(part).to_owned()).collect();
            continue;
        }
        let Some((key, value)) = split(line) else { continue };
        around.retain(|(far, _)| *far < indent);
        let mut names = section.clone();
        names.extend(around.iter().map(|(_, key)| key.clone()));
        names.extend(key.split('.').map(|part| unquoted(part).to_owned()));
        if value.is_empty() {
            around.push((indent, unquoted(key).to_owned()));
            continue;
        }
        if let Some(inner) = value.strip_prefix('{') {
            for part in inner.trim_end_matches('}').split(',') {
                if let Some((key, value)) = split(part.trim()) {
                    let names = names.iter().cloned().chain([unquoted(key).to_owned()]).collect();
                    found.push(setting(names, value, number));
                }
            }
            continue;
        }
        found.push(setting(names, value, number));
    }
    found
}

fn setting(names: Vec<String>, value: &str, number: usize) -> Setting {
    let value = value.split(" #").next().unwrap_or(value);
    Setting {
        names,
        value: unquoted(value).to_owned(),
        line: number + 1,
    }
}

/// At the first `=` or `:` that ends a key.
fn split(line: &str) -> Option<(&str, &str)> {
    let at = line.find(['=', ':'])?;
    let (key, rest) = line.split_at(at);
    Some((key.trim(), rest[1..].trim()))
}

fn unquoted(text: &str) -> &str {
    text.trim().trim_matches(|c| c == '"' || c == '\'')
}

#[cfg(test)]
mod tests {
    use super::memory_urls;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let urls = memory_urls(files.iter().copied());
        urls.iter()
            .map(|url| format!("{}:{} {}={}", url.path, url.line, url.names.join("."), url.url))
            .collect()
    }

    #[test]
    fn a_url_in_memory_is_found_with_its_names() {
        let env = (
            "app/.env",
            "# local\nPORT=80\nexport DATABASE_URL=\"sqlite::memory:\"\n",
        );
        assert_eq!(found(&[env]), ["app/.env:3 DATABASE_URL=sqlite::memory:"]);
        let toml = (
            "Rocket.toml",
            "[default.databases.notes]\nurl = \"file::memory:?cache=shared\"\n",
        );
        assert_eq!(
            found(&[toml]),
            ["Rocket.toml:2 default.databases.notes.url=file::memory:?cache=shared"]
        );
        let inline = (
            "Rocket.toml",
            "[global.databases]\nnotes = { url = \":memory:\", pool_size = 1 }\n",
        );
        assert_eq!(
            found(&[inline]),
            ["Rocket.toml:2 global.databases.notes.url=:memory:"]
        );
        let yaml = (
            "config/base.yaml",
            "server:\n  port: 80\ndatabase:\n  url: sqlite://notes?mode=memory # small\n",
        );
        assert_eq!(
            found(&[yaml]),
            ["config/base.yaml:4 database.url=sqlite://notes?mode=memory"]
        );
    }

    #[test]
    fn files_of_tests_and_overruled_settings_say_nothing() {
        let memory = "DATABASE_URL=sqlite::memory:\n";
        assert!(found(&[(".env.test", memory)]).is_empty());
        assert!(found(&[("Rocket.toml", "[debug.databases.notes]\nurl = \":memory:\"\n")]).is_empty());
        assert!(
            found(&[
                (".env", memory),
                (".env.production", "DATABASE_URL=postgres://db\n")
            ])
            .is_empty()
        );
        assert!(
            found(&[(
                ".env",
                "CACHE=memory\nNAME=mode=memory\n# DATABASE_URL=sqlite::memory:\n"
            )])
            .is_empty()
        );
    }
}
