//! From a finding and what the project already depends on to remedies in the best order. Never decides whether
//! something is a finding and never prints.

use crate::catalog::Catalog;
use crate::discover::Package;
use crate::finding::{Finding, Remedy};

/// Puts the remedies first whose store the finding's own package already talks to; otherwise the rule's order stays.
pub fn rank(findings: &mut [Finding], packages: &[Package], catalog: &Catalog) {
    for finding in findings {
        let Some(package) = package_of(packages, &finding.place.path) else {
            continue;
        };
        finding
            .remedies
            .sort_by_key(|remedy| !uses_known_store(remedy, package, catalog));
    }
}

/// The package whose folder is nearest above a file.
fn package_of<'p>(packages: &'p [Package], path: &str) -> Option<&'p Package> {
    let holds = |package: &&Package| package.dir.is_empty() || path.starts_with(&format!("{}/", package.dir));
    packages
        .iter()
        .filter(holds)
        .max_by_key(|package| package.dir.len())
}

fn uses_known_store(remedy: &Remedy, package: &Package, catalog: &Catalog) -> bool {
    catalog.stores.iter().any(|store| {
        remedy.title.contains(&store.name)
            && package
                .dependencies
                .iter()
                .any(|dependency| store.clients.contains(&dependency.name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discover::Dependency;

    fn package(client: &str) -> Package {
        let dependency = Dependency {
            name: client.to_owned(),
            package: client.to_owned(),
            ..Dependency::default()
        };
        Package {
            dir: "app".to_owned(),
            dependencies: vec![dependency],
            ..Package::default()
        }
    }

    fn remedy(title: &str) -> Remedy {
        Remedy {
            title: title.to_owned(),
            code: None,
        }
    }

    #[test]
    fn a_store_the_package_talks_to_comes_first() {
        let [redis, table] = [remedy("keep it in Redis"), remedy("in a table of the database")];
        let catalog = Catalog::embedded();
        assert!(uses_known_store(&table, &package("sqlx"), catalog));
        assert!(!uses_known_store(&redis, &package("sqlx"), catalog));
        assert!(uses_known_store(&redis, &package("fred"), catalog));
    }

    #[test]
    fn the_nearest_package_is_asked() {
        let outer = Package {
            name: "outer".to_owned(),
            ..Package::default()
        };
        let inner = Package {
            name: "inner".to_owned(),
            dir: "app".to_owned(),
            ..Package::default()
        };
        let packages = [outer, inner];
        let name = |path| package_of(&packages, path).map(|package| package.name.as_str());
        assert_eq!(name("app/src/main.rs"), Some("inner"));
        assert_eq!(name("application/src/main.rs"), Some("outer"));
    }
}
