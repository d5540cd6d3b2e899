//! Cargo.toml as we read it: the keys we need, all of them optional, anything else passed over. Never resolves a
//! path and never looks at a second manifest.

use std::collections::BTreeMap;

use serde::Deserialize;

/// One Cargo.toml.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub(super) struct Manifest {
    #[serde(alias = "project")]
    pub(super) package: Option<PackageTable>,
    pub(super) workspace: Option<WorkspaceTable>,
    pub(super) lib: Option<TargetTable>,
    pub(super) bin: Vec<TargetTable>,
    pub(super) example: Vec<TargetTable>,
    pub(super) test: Vec<TargetTable>,
    pub(super) bench: Vec<TargetTable>,
    pub(super) dependencies: Dependencies,
    #[serde(alias = "dev_dependencies")]
    pub(super) dev_dependencies: Dependencies,
    #[serde(alias = "build_dependencies")]
    pub(super) build_dependencies: Dependencies,
    /// `[target.'cfg(unix)'.dependencies]`.
    pub(super) target: BTreeMap<String, PerTarget>,
}

/// Dependencies by the name they have in this manifest.
pub(super) type Dependencies = BTreeMap<String, DependencyEntry>;

/// `[package]`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PackageTable {
    pub(super) name: Option<String>,
    pub(super) version: Option<Inherited>,
    pub(super) edition: Option<Inherited>,
    pub(super) workspace: Option<String>,
    pub(super) build: Option<toml::Value>,
    pub(super) autolib: Option<bool>,
    pub(super) autobins: Option<bool>,
    pub(super) autoexamples: Option<bool>,
    pub(super) autotests: Option<bool>,
    pub(super) autobenches: Option<bool>,
}

/// `[workspace]`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WorkspaceTable {
    pub(super) members: Vec<String>,
    pub(super) exclude: Vec<String>,
    pub(super) dependencies: Dependencies,
    pub(super) package: PackageTable,
}

/// `[lib]`, `[[bin]]` and their like.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct TargetTable {
    pub(super) name: Option<String>,
    pub(super) path: Option<String>,
}

/// The dependency tables of one `[target.'..']`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub(super) struct PerTarget {
    pub(super) dependencies: Dependencies,
    #[serde(alias = "dev_dependencies")]
    pub(super) dev_dependencies: Dependencies,
    #[serde(alias = "build_dependencies")]
    pub(super) build_dependencies: Dependencies,
}

/// A value that may stand in the workspace instead.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum Inherited {
    Here(String),
    /// `{ workspace = true }`, or something we do not know.
    Elsewhere(serde::de::IgnoredAny),
}

/// `name = "1"` or `name = { .. }`.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum DependencyEntry {
    Version(String),
    Table(DependencyTable),
}

/// `name = { version = "1", path = "..", package = "..", features = [..], workspace = true }`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct DependencyTable {
    pub(super) version: Option<String>,
    pub(super) path: Option<String>,
    pub(super) package: Option<String>,
    pub(super) features: Vec<String>,
    pub(super) workspace: bool,
}

impl Manifest {
    /// Reads the text of a Cargo.toml, or says in one line why it cannot be read.
    pub(super) fn parse(text: &str) -> Result<Manifest, String> {
        toml::from_str(text).map_err(|error| {
            let line = error.span().map(|span| line_of(text, span.start));
            let what = error.message().lines().next().unwrap_or_default().to_owned();
            match line {
                Some(line) => format!("line {line}: {what}"),
                None => what,
            }
        })
    }

    /// Normal dependencies, also those of one platform only.
    pub(super) fn normal(&self) -> impl Iterator<Item = (&String, &DependencyEntry)> {
        self.dependencies
            .iter()
            .chain(self.target.values().flat_map(|t| &t.dependencies))
    }

    /// Dependencies of tests and build scripts, also those of one platform only.
    pub(super) fn dev_and_build(&self) -> impl Iterator<Item = (&String, &DependencyEntry)> {
        let platforms = self
            .target
            .values()
            .flat_map(|t| t.dev_dependencies.iter().chain(&t.build_dependencies));
        self.dev_dependencies
            .iter()
            .chain(&self.build_dependencies)
            .chain(platforms)
    }
}

impl DependencyEntry {
    /// The long form.
    pub(super) fn table(&self) -> DependencyTable {
        match self {
            DependencyEntry::Version(version) => DependencyTable {
                version: Some(version.clone()),
                ..DependencyTable::default()
            },
            DependencyEntry::Table(table) => table.clone(),
        }
    }
}

impl Inherited {
    /// The value written here, or else the workspace's.
    pub(super) fn or_workspace(&self, workspace: Option<&Inherited>) -> Option<String> {
        match (self, workspace) {
            (Inherited::Here(value), _) | (Inherited::Elsewhere(_), Some(Inherited::Here(value))) => {
                Some(value.clone())
            }
            // A version of another type than text is Cargo's problem, not ours.
            (Inherited::Elsewhere(_), _) => None,
        }
    }
}

fn line_of(text: &str, byte: usize) -> usize {
    text.bytes().take(byte).filter(|&b| b == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_nobody_knows_are_passed_over() {
        let manifest = Manifest::parse(
            "[package]\nname = 'a'\nversion = { workspace = true }\nfuture = [1]\n[dependencies]\nserde = '1'\n\
             tokio = { version = '1', features = ['full'], odd = 3 }\n[target.'cfg(unix)'.dependencies]\nlibc = '0.2'\n",
        )
        .unwrap();
        let names: Vec<_> = manifest.normal().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["serde", "tokio", "libc"]);
    }

    #[test]
    fn a_broken_manifest_says_its_line() {
        let reason = Manifest::parse("[package]\nname = \n").unwrap_err();
        assert!(reason.starts_with("line 2: "), "{reason}");
    }
}
