//! Trees written to a scratch folder, and what [`read`] makes of them.

use std::fs;
use std::path::{Path, PathBuf};

use super::{DiscoverError, Input, TargetKind, read};

/// A scratch folder with these files.
fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

fn read_one(dir: &Path, path: &str) -> Input {
    read(&[dir.join(path)]).unwrap()
}

/// Paths of the files, those that are not judged in parentheses.
fn files(input: &Input) -> Vec<String> {
    let show = |f: &super::SourceFile| {
        if f.judged {
            f.path.clone()
        } else {
            format!("({})", f.path)
        }
    };
    input.files.iter().map(show).collect()
}

const PACKAGE: &str = "[package]\nname = 'app'\nedition = '2024'\n";

fn workspace() -> tempfile::TempDir {
    tree(&[
        (
            "Cargo.toml",
            "[workspace]\nmembers = ['crates/*']\nexclude = ['crates/old']\n[workspace.package]\nversion = '3.1.0'\n[workspace.dependencies]\nmy-core = { path = 'crates/core', features = ['a'] }\n",
        ),
        (
            "crates/api/Cargo.toml",
            "[package]\nname = 'api'\nversion.workspace = true\nedition = '2024'\n[dependencies]\nmy-core = { workspace = true, features = ['b'] }\nstore = { package = 'shop-store', path = '../../../outside' , version = '1' }\n",
        ),
        ("crates/api/src/main.rs", ""),
        (
            "crates/core/Cargo.toml",
            "[package]\nname = 'my-core'\nedition = '2024'\n",
        ),
        ("crates/core/src/lib.rs", ""),
        ("crates/old/Cargo.toml", "[package]\nname = 'old'\n"),
        ("crates/old/src/lib.rs", ""),
    ])
}

#[test]
fn reads_what_the_given_crate_uses_and_judges_that_crate() {
    let dir = workspace();
    let input = read_one(dir.path(), "crates/api");
    assert_eq!(files(&input), ["(../core/src/lib.rs)", "src/main.rs"]);
    let names: Vec<_> = input
        .packages
        .iter()
        .map(|p| (p.name.as_str(), p.dir.as_str()))
        .collect();
    assert_eq!(names, [("api", ""), ("my-core", "../core")]);
    assert_eq!(input.packages[0].version.as_deref(), Some("3.1.0"));
}

#[test]
fn reads_what_a_dependency_joins_in_either_direction_and_no_stranger() {
    let member = |name: &str, uses: &str| format!("[package]\nname = '{name}'\nedition = '2024'\n{uses}");
    let uses = |kind: &str, name: &str| format!("[{kind}]\n{name} = {{ path = '../{name}' }}\n");
    let dir = tree(&[
        ("Cargo.toml", "[workspace]\nmembers = ['*']\n"),
        ("app/Cargo.toml", &member("app", &uses("dependencies", "core"))),
        ("app/src/main.rs", ""),
        ("core/Cargo.toml", &member("core", "")),
        ("core/src/lib.rs", ""),
        (
            "admin/Cargo.toml",
            &member("admin", &uses("dependencies", "core")),
        ),
        ("admin/src/main.rs", ""),
        (
            "macros/Cargo.toml",
            &member("macros", &uses("dev-dependencies", "app")),
        ),
        ("macros/src/lib.rs", ""),
        ("blog/Cargo.toml", &member("blog", "")),
        ("blog/src/main.rs", ""),
    ]);
    let joined = [
        "../admin/src/main.rs",
        "../core/src/lib.rs",
        "../macros/src/lib.rs",
    ];
    let mut read: Vec<String> = joined.iter().map(|path| format!("({path})")).collect();
    read.push("src/main.rs".to_owned());
    let mut app = files(&read_one(dir.path(), "app"));
    app.sort();
    assert_eq!(app, read);
    assert_eq!(files(&read_one(dir.path(), "blog")), ["src/main.rs"]);
    assert_eq!(files(&read_one(dir.path(), ".")).len(), 5);
}

#[test]
fn dependencies_know_their_names_paths_and_features() {
    let dir = workspace();
    let api = read_one(dir.path(), "crates/api").packages.remove(0);
    let core = &api.dependencies[0];
    assert_eq!(
        (core.name.as_str(), core.package.as_str()),
        ("my_core", "my-core")
    );
    assert_eq!(core.path.as_deref(), Some("../core"));
    assert_eq!(core.features, ["a", "b"]);
    let store = &api.dependencies[1];
    assert_eq!(
        (store.name.as_str(), store.package.as_str()),
        ("store", "shop-store")
    );
    assert_eq!(store.version.as_deref(), Some("1"));
}

#[test]
fn a_file_is_shown_from_the_workspace() {
    let dir = workspace();
    let input = read_one(dir.path(), "crates/api/src/main.rs");
    assert_eq!(
        files(&input),
        ["crates/api/src/main.rs", "(crates/core/src/lib.rs)"]
    );
}

#[test]
fn several_paths_are_shown_from_the_workspace() {
    let dir = workspace();
    let input = read(&[dir.path().join("crates/api"), dir.path().join("crates/core/src")]).unwrap();
    assert_eq!(
        files(&input),
        ["crates/api/src/main.rs", "crates/core/src/lib.rs"]
    );
}

#[test]
fn a_path_dependency_outside_is_read_and_not_judged() {
    let dir = tree(&[
        (
            "app/Cargo.toml",
            &format!("{PACKAGE}[target.'cfg(unix)'.dependencies]\nlib = {{ path = '../lib' }}\n"),
        ),
        ("app/src/main.rs", ""),
        ("lib/Cargo.toml", "[package]\nname = 'lib'\nedition = '2021'\n"),
        ("lib/src/lib.rs", ""),
    ]);
    let input = read_one(dir.path(), "app");
    assert_eq!(files(&input), ["(../lib/src/lib.rs)", "src/main.rs"]);
}

#[test]
fn tests_examples_and_build_scripts_are_no_service_code() {
    let dir = tree(&[
        ("Cargo.toml", PACKAGE),
        ("build.rs", ""),
        ("src/main.rs", ""),
        ("src/tests/helper.rs", ""),
        ("examples/demo.rs", ""),
        ("tests/it.rs", ""),
        ("tests/case/Cargo.toml", "[package]\nname = 'case'\n"),
        ("tests/case/src/main.rs", ""),
        ("benches/b.rs", ""),
        ("target/debug/out.rs", ""),
        (".hidden/x.rs", ""),
    ]);
    assert_eq!(
        files(&read_one(dir.path(), "")),
        ["src/main.rs", "src/tests/helper.rs"]
    );
    assert_eq!(
        files(&read_one(dir.path(), "examples")),
        ["(../src/main.rs)", "(../src/tests/helper.rs)", "demo.rs"]
    );
    assert!(files(&read_one(dir.path(), "build.rs")).contains(&"build.rs".to_owned()));
    assert!(files(&read_one(dir.path(), "tests")).contains(&"it.rs".to_owned()));
}

#[test]
fn a_folder_called_examples_may_hold_services() {
    let dir = tree(&[
        ("examples/shop/Cargo.toml", PACKAGE),
        ("examples/shop/src/main.rs", ""),
        (
            "examples/chat/Cargo.toml",
            "[package]\nname = 'chat'\nedition = '2024'\n",
        ),
        ("examples/chat/src/main.rs", ""),
    ]);
    let input = read_one(dir.path(), "");
    assert_eq!(
        files(&input),
        ["examples/chat/src/main.rs", "examples/shop/src/main.rs"]
    );
    assert_eq!(input.packages.len(), 2);
}

#[test]
fn a_manifest_that_a_pattern_ignores_is_read() {
    let dir = tree(&[
        (".gitignore", "*.toml\n"),
        ("Cargo.toml", PACKAGE),
        ("src/main.rs", "fn main() {}\n"),
    ]);
    let input = read_one(dir.path(), "");
    assert_eq!(files(&input), ["src/main.rs"]);
    assert_eq!(input.packages.len(), 1);
}

#[test]
fn a_package_of_examples_alone_is_read() {
    let dir = tree(&[("Cargo.toml", PACKAGE), ("examples/demo.rs", "")]);
    let input = read_one(dir.path(), "");
    assert_eq!(files(&input), ["examples/demo.rs"]);
    assert_eq!(input.packages[0].targets[0].kind, TargetKind::Example);
}

#[test]
fn targets_follow_cargos_rules() {
    let dir = tree(&[
        (
            "Cargo.toml",
            "[package]\nname = 'my-app'\nedition = '2024'\n[lib]\nname = 'core'\n[[bin]]\nname = 'worker'\npath = 'worker/run.rs'\n[[bin]]\nname = 'one'\n",
        ),
        ("src/lib.rs", ""),
        ("src/main.rs", ""),
        ("src/bin/one.rs", ""),
        ("src/bin/two/main.rs", ""),
        ("src/bin/two/part.rs", ""),
        ("worker/run.rs", ""),
    ]);
    let input = read_one(dir.path(), "");
    let targets: Vec<_> = input.packages[0]
        .targets
        .iter()
        .map(|t| format!("{:?} {} {}", t.kind, t.name, t.path))
        .collect();
    assert_eq!(
        targets,
        [
            "Lib core src/lib.rs",
            "Bin my-app src/main.rs",
            "Bin one src/bin/one.rs",
            "Bin two src/bin/two/main.rs",
            "Bin worker worker/run.rs",
        ]
    );
}

#[test]
fn automatic_programs_can_be_switched_off() {
    let manifest = "[package]\nname = 'a'\nedition = '2024'\nautobins = false\n[[bin]]\nname = 'one'\n";
    let dir = tree(&[
        ("Cargo.toml", manifest),
        ("src/bin/one.rs", ""),
        ("src/bin/two.rs", ""),
    ]);
    let input = read_one(dir.path(), "");
    assert_eq!(input.packages[0].targets.len(), 1);
}

#[test]
fn a_plain_folder_is_read_as_it_is() {
    let dir = tree(&[("a.rs", ""), ("tests/b.rs", ""), ("notes.txt", "")]);
    let input = read_one(dir.path(), "");
    assert_eq!(files(&input), ["a.rs", "tests/b.rs"]);
    assert!(input.packages.is_empty());
}

#[test]
fn gitignore_is_respected_without_git() {
    let dir = tree(&[
        ("Cargo.toml", PACKAGE),
        (".gitignore", "gen/\n"),
        ("src/main.rs", ""),
        ("gen/a.rs", ""),
    ]);
    assert_eq!(files(&read_one(dir.path(), "")), ["src/main.rs"]);
}

#[test]
fn a_module_called_target_is_code() {
    let dir = tree(&[
        ("Cargo.toml", PACKAGE),
        ("src/main.rs", ""),
        ("src/target/mod.rs", ""),
    ]);
    assert_eq!(
        files(&read_one(dir.path(), "")),
        ["src/main.rs", "src/target/mod.rs"]
    );
}

#[test]
fn a_broken_manifest_is_noted_and_its_code_still_read() {
    let dir = tree(&[("Cargo.toml", "[package\n"), ("src/main.rs", "")]);
    let input = read_one(dir.path(), "");
    assert_eq!(files(&input), ["src/main.rs"]);
    assert_eq!(input.unread[0].path, "Cargo.toml");
    assert_eq!(input.packages[0].targets[0].path, "src/main.rs");
}

#[test]
fn bytes_that_are_no_text_are_noted() {
    let dir = tree(&[("Cargo.toml", PACKAGE), ("src/main.rs", "")]);
    fs::write(dir.path().join("src/bad.rs"), b"fn a() {}\n// \xff\n").unwrap();
    let input = read_one(dir.path(), "");
    assert_eq!(files(&input), ["src/main.rs"]);
    assert_eq!(input.unread[0].reason, "not UTF-8 (first bad byte in line 2)");
}

#[cfg(unix)]
#[test]
fn symlinks_are_not_followed() {
    let dir = tree(&[("Cargo.toml", PACKAGE), ("src/main.rs", "")]);
    std::os::unix::fs::symlink(dir.path(), dir.path().join("src/again")).unwrap();
    assert_eq!(files(&read_one(dir.path(), "")), ["src/main.rs"]);
}

#[test]
fn a_package_inside_a_package_is_a_member_by_its_path() {
    let dir = tree(&[
        (
            "Cargo.toml",
            &format!("{PACKAGE}[dependencies]\npart = {{ path = 'part' }}\n"),
        ),
        ("src/main.rs", ""),
        ("part/Cargo.toml", "[package]\nname = 'part'\nedition = '2024'\n"),
        ("part/src/lib.rs", ""),
    ]);
    assert_eq!(
        files(&read_one(dir.path(), "part")),
        ["(../src/main.rs)", "src/lib.rs"]
    );
}

#[test]
fn impossible_paths_are_errors() {
    let dir = tree(&[("notes.txt", ""), ("empty/readme.md", "")]);
    let error = |path: &str| read(&[dir.path().join(path)]).unwrap_err();
    assert!(matches!(error("nowhere"), DiscoverError::Missing(_)));
    assert!(matches!(error("notes.txt"), DiscoverError::NotRust(_)));
    assert!(matches!(error("empty"), DiscoverError::NoRustFiles(_)));
}

#[test]
fn the_order_of_paths_changes_nothing() {
    let dir = workspace();
    let paths: Vec<PathBuf> = ["crates/api", "crates/core"]
        .iter()
        .map(|p| dir.path().join(p))
        .collect();
    let back: Vec<PathBuf> = paths.iter().rev().cloned().collect();
    assert_eq!(files(&read(&paths).unwrap()), files(&read(&back).unwrap()));
}

#[test]
fn modules_of_a_checked_folder_are_found_from_what_declares_them_outside() {
    let dir = tree(&[
        ("Cargo.toml", PACKAGE),
        ("src/main.rs", "mod part;"),
        ("src/part/mod.rs", ""),
        ("src/other/mod.rs", ""),
    ]);
    let input = read_one(dir.path(), "src/part");
    let package = &input.packages[0];
    assert_eq!(package.down, ["src", "part"]);
    assert_eq!(package.shortest("../part/mod.rs"), "mod.rs");
    assert_eq!(package.shortest("../../src/part/mod.rs"), "mod.rs");
    assert_eq!(package.shortest("../other/mod.rs"), "../other/mod.rs");
    assert_eq!(package.shortest("../../../away/mod.rs"), "../../../away/mod.rs");
}
