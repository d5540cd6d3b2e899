//! Every item of every file, in tables, with the module it stands in. Never follows a name.

use std::collections::{BTreeMap, BTreeSet};

use super::ids::{AdtId, AliasId, CrateId, FileId, FnId, ImplId, ModId, StaticId, TraitId};
pub use super::items::FileFacts;
pub(super) use super::items::{
    Adt, AliasDef, Crate, Def, FnDef, Home, ImplDef, Module, Owner, Shape, StaticDef, TraitDef,
};
use crate::catalog::Catalog;
use crate::discover::{Package, TargetKind};
use crate::facts::{Attr, Fn, Generics, Impl, Item, ItemKind, MacroCall, Span, Static, Trait};

/// All items.
#[derive(Debug, Default)]
pub(super) struct Index<'a> {
    /// The files.
    pub files: Vec<&'a FileFacts>,
    /// The crates.
    pub crates: Vec<Crate<'a>>,
    /// The modules.
    pub modules: Vec<Module<'a>>,
    /// Structs and enums.
    pub adts: Vec<Adt<'a>>,
    /// Traits.
    pub traits: Vec<TraitDef<'a>>,
    /// Aliases.
    pub aliases: Vec<AliasDef<'a>>,
    /// Statics and consts.
    pub statics: Vec<StaticDef<'a>>,
    /// Impls.
    pub impls: Vec<ImplDef<'a>>,
    /// Functions.
    pub fns: Vec<FnDef<'a>>,
    /// Item macros nobody looked into.
    pub unread_macros: Vec<(FileId, &'a MacroCall)>,
    by_path: BTreeMap<&'a str, FileId>,
}

impl<'a> Index<'a> {
    /// Puts every item into the tables.
    #[must_use]
    pub(super) fn build(packages: &'a [Package], files: &'a [FileFacts], catalog: &Catalog) -> Index<'a> {
        let mut index = Index {
            files: files.iter().collect(),
            ..Index::default()
        };
        for (position, file) in files.iter().enumerate() {
            index.by_path.insert(&file.path, FileId::next(position));
        }
        let mut seen = BTreeSet::new();
        for package in packages {
            index.add_package(package, catalog, &mut seen);
        }
        index.add_loose_files(packages, &seen);
        index.connect_crates();
        index
    }

    fn add_package(&mut self, package: &'a Package, catalog: &Catalog, seen: &mut BTreeSet<FileId>) {
        for target in &package.targets {
            let Some(&file) = self.by_path.get(target.path.as_str()) else {
                continue;
            };
            // A framework beside its examples is known by the catalogue, as it is everywhere else.
            let known = catalog.framework_of(&target.name).is_some();
            if known && target.kind == TargetKind::Lib && !self.files[file.index()].judged {
                continue;
            }
            let krate = CrateId::next(self.crates.len());
            let root = self.new_module(krate, None, String::new(), file, false);
            let name = target.name.replace('-', "_");
            self.crates.push(Crate {
                name,
                package: Some(package),
                kind: target.kind,
                root,
                locals: BTreeMap::new(),
            });
            let service = matches!(
                target.kind,
                TargetKind::Lib | TargetKind::Bin | TargetKind::Example
            );
            let test = !service && !self.files[file.index()].judged;
            let dir = parent(&target.path).to_owned();
            self.add_file(file, root, &dir, test, seen);
        }
    }

    /// Without a Cargo.toml the folder is one crate: each file a module of it, named by its path.
    fn add_loose_files(&mut self, packages: &'a [Package], seen: &BTreeSet<FileId>) {
        let loose: Vec<FileId> = (0..self.files.len())
            .map(FileId::next)
            .filter(|file| !seen.contains(file))
            .filter(|file| packages.is_empty() || self.named_alone(packages, *file))
            .collect();
        let Some(&first) = loose.first() else { return };
        let krate = CrateId::next(self.crates.len());
        let root_file = loose
            .iter()
            .copied()
            .find(|file| {
                let path = &self.files[file.index()].path;
                path.ends_with("main.rs") || path.ends_with("lib.rs")
            })
            .unwrap_or(first);
        let root = self.new_module(krate, None, String::new(), root_file, false);
        self.crates.push(Crate {
            name: "crate".to_owned(),
            package: None,
            kind: TargetKind::Bin,
            root,
            locals: BTreeMap::new(),
        });
        let mut done = BTreeSet::new();
        let dir = parent(&self.files[root_file.index()].path).to_owned();
        self.add_file(root_file, root, &dir, false, &mut done);
        for file in loose {
            if done.contains(&file) {
                continue;
            }
            let path: &'a str = &self.files[file.index()].path;
            let stem = path
                .rsplit('/')
                .next()
                .unwrap_or(path)
                .trim_end_matches(".rs")
                .to_owned();
            let module = self.new_module(krate, Some(root), stem.clone(), file, false);
            self.declare(root, &stem, Def::Mod(module));
            let dir = format!("{}{}", prefix(parent(path)), stem);
            self.add_file(file, module, &dir, false, &mut done);
        }
    }

    /// A file that no target reaches, and that the user named: it is looked at on its own.
    fn named_alone(&self, packages: &[Package], file: FileId) -> bool {
        let judged = self.files.iter().filter(|file| file.judged).count();
        let file = self.files[file.index()];
        file.judged
            && (judged == 1
                || !packages
                    .iter()
                    .any(|package| file.path.starts_with(&prefix(&package.dir))))
    }

    fn connect_crates(&mut self) {
        for position in 0..self.crates.len() {
            let mut locals = BTreeMap::new();
            if let Some(package) = self.crates[position].package {
                for (other, krate) in self.crates.iter().enumerate() {
                    let Some(owner) = krate.package else { continue };
                    if krate.kind != TargetKind::Lib || other == position {
                        continue;
                    }
                    if owner.dir == package.dir {
                        locals.insert(krate.name.clone(), CrateId::next(other));
                    }
                    let dependencies = package.dependencies.iter().chain(&package.dev_dependencies);
                    for dependency in
                        dependencies.filter(|dependency| dependency.path.as_deref() == Some(&owner.dir))
                    {
                        let name = if dependency.name == dependency.package.replace('-', "_") {
                            &krate.name
                        } else {
                            &dependency.name
                        };
                        locals.insert(name.clone(), CrateId::next(other));
                    }
                }
            }
            self.crates[position].locals = locals;
        }
    }

    fn new_module(
        &mut self,
        krate: CrateId,
        parent: Option<ModId>,
        name: String,
        file: FileId,
        block: bool,
    ) -> ModId {
        let id = ModId::next(self.modules.len());
        self.modules.push(Module {
            krate,
            parent,
            name,
            file,
            block,
            names: BTreeMap::new(),
            imports: Vec::new(),
            reexports: BTreeSet::new(),
            globs: Vec::new(),
            crates: BTreeMap::new(),
            macros: BTreeMap::new(),
        });
        id
    }

    fn declare(&mut self, module: ModId, name: &str, def: Def) {
        self.modules[module.index()]
            .names
            .entry(name.to_owned())
            .or_default()
            .push(def);
    }

    fn add_file(&mut self, file: FileId, module: ModId, dir: &str, test: bool, seen: &mut BTreeSet<FileId>) {
        seen.insert(file);
        let facts = &self.files[file.index()].facts;
        let test = test || facts.test;
        self.add_items(&facts.items, Home { module, file, test }, dir, None, seen);
    }

    fn add_items(
        &mut self,
        items: &'a [Item],
        home: Home,
        dir: &str,
        inside: Option<FnId>,
        seen: &mut BTreeSet<FileId>,
    ) {
        for item in items {
            self.add_item(item, home, dir, inside, seen);
        }
    }

    fn add_item(
        &mut self,
        item: &'a Item,
        home: Home,
        dir: &str,
        inside: Option<FnId>,
        seen: &mut BTreeSet<FileId>,
    ) {
        let home = Home {
            test: home.test || item.test,
            ..home
        };
        // What a test makes, shares or changes, the service does not: of test code only the files are noted.
        if home.test && !matches!(item.kind, ItemKind::Mod(_)) {
            return;
        }
        match &item.kind {
            ItemKind::Fn(function) => {
                let id = self.add_fn(function, &item.attrs, home, Owner::Free, item.span, seen);
                self.declare(home.module, &function.name.text, Def::Fn(id));
            }
            ItemKind::Static(value) => self.add_static(value, home, false, inside),
            ItemKind::Const(value) => self.add_static(value, home, true, inside),
            ItemKind::Struct(shape) => {
                let id = self.add_adt(
                    &shape.name,
                    &shape.generics,
                    &item.attrs,
                    home,
                    Shape::Struct(shape),
                );
                self.declare(home.module, &shape.name.text, Def::Adt(id));
            }
            ItemKind::Enum(shape) => {
                let id = self.add_adt(
                    &shape.name,
                    &shape.generics,
                    &item.attrs,
                    home,
                    Shape::Enum(shape),
                );
                self.declare(home.module, &shape.name.text, Def::Adt(id));
            }
            ItemKind::Trait(shape) => self.add_trait(shape, &item.attrs, home, seen),
            ItemKind::Impl(block) => self.add_impl(block, &item.attrs, home, seen),
            ItemKind::Alias(alias) => {
                let id = AliasId::next(self.aliases.len());
                self.aliases.push(AliasDef { item: alias, home });
                self.declare(home.module, &alias.name.text, Def::Alias(id));
            }
            ItemKind::Mod(_) => self.add_mod(item, home, dir, seen),
            ItemKind::Use(import) if import.name.is_some() => {
                if item.public {
                    self.modules[home.module.index()].reexports.insert(import.span);
                }
                self.modules[home.module.index()].imports.push(import);
            }
            ItemKind::Use(import) => {
                if item.public {
                    self.modules[home.module.index()].reexports.insert(import.span);
                }
                self.modules[home.module.index()].globs.push(import);
            }
            ItemKind::ExternCrate { name, rename } => {
                if let Some(rename) = rename {
                    self.modules[home.module.index()]
                        .crates
                        .insert(rename.text.clone(), name.text.clone());
                }
            }
            ItemKind::MacroRules(definition) => {
                self.modules[home.module.index()]
                    .macros
                    .insert(definition.name.text.clone(), definition);
            }
            ItemKind::MacroCall(call) => self.unread_macros.push((home.file, call)),
        }
    }

    fn add_static(&mut self, value: &'a Static, home: Home, constant: bool, inside: Option<FnId>) {
        let id = StaticId::next(self.statics.len());
        self.statics.push(StaticDef {
            item: value,
            home,
            constant,
            inside,
        });
        self.declare(home.module, &value.name.text, Def::Static(id));
    }

    fn add_adt(
        &mut self,
        name: &'a crate::facts::Name,
        generics: &'a Generics,
        attrs: &'a [Attr],
        home: Home,
        shape: Shape<'a>,
    ) -> AdtId {
        let id = AdtId::next(self.adts.len());
        self.adts.push(Adt {
            name: &name.text,
            span: name.span,
            home,
            generics,
            attrs,
            shape,
        });
        id
    }

    fn add_trait(&mut self, shape: &'a Trait, attrs: &'a [Attr], home: Home, seen: &mut BTreeSet<FileId>) {
        let id = TraitId::next(self.traits.len());
        self.traits.push(TraitDef {
            attrs,
            item: shape,
            home,
            fns: Vec::new(),
        });
        for function in shape.fns.iter().filter(|function| !function.test) {
            let added = self.add_fn(
                &function.item,
                &function.attrs,
                home,
                Owner::Trait(id),
                function.span,
                seen,
            );
            self.traits[id.index()].fns.push(added);
        }
        self.declare(home.module, &shape.name.text, Def::Trait(id));
    }

    fn add_impl(&mut self, block: &'a Impl, attrs: &'a [Attr], home: Home, seen: &mut BTreeSet<FileId>) {
        let id = ImplId::next(self.impls.len());
        self.impls.push(ImplDef {
            item: block,
            attrs,
            home,
            fns: Vec::new(),
        });
        for function in block.fns.iter().filter(|function| !function.test) {
            let added = self.add_fn(
                &function.item,
                &function.attrs,
                home,
                Owner::Impl(id),
                function.span,
                seen,
            );
            self.impls[id.index()].fns.push(added);
        }
    }

    fn add_fn(
        &mut self,
        function: &'a Fn,
        attrs: &'a [Attr],
        home: Home,
        owner: Owner,
        span: Span,
        seen: &mut BTreeSet<FileId>,
    ) -> FnId {
        let id = FnId::next(self.fns.len());
        self.fns.push(FnDef {
            item: function,
            attrs,
            home,
            scope: home.module,
            owner,
            span,
        });
        let mut inner = Vec::new();
        if let Some(body) = &function.body {
            super::walk::items_in_block(body, &mut inner);
        }
        if !inner.is_empty() {
            let krate = self.modules[home.module.index()].krate;
            let scope = self.new_module(krate, Some(home.module), String::new(), home.file, true);
            self.fns[id.index()].scope = scope;
            for item in inner {
                self.add_item(
                    item,
                    Home {
                        module: scope,
                        ..home
                    },
                    "",
                    Some(id),
                    seen,
                );
            }
        }
        id
    }

    fn add_mod(&mut self, item: &'a Item, home: Home, dir: &str, seen: &mut BTreeSet<FileId>) {
        let ItemKind::Mod(module) = &item.kind else { return };
        let name = module.name.text.clone();
        let krate = self.modules[home.module.index()].krate;
        if let Some(items) = &module.items {
            let id = self.new_module(krate, Some(home.module), name.clone(), home.file, false);
            self.declare(home.module, &name, Def::Mod(id));
            let dir = format!("{}{name}", prefix(dir));
            self.add_items(items, Home { module: id, ..home }, &dir, None, seen);
            return;
        }
        let package = self.crates[krate.index()].package;
        let Some((file, inner)) = self.find_module_file(module, home.file, dir, package) else {
            return;
        };
        // The same file as two modules of one crate would be a cycle or a double count.
        if self.is_open(home.module, file) {
            return;
        }
        let id = self.new_module(krate, Some(home.module), name.clone(), file, false);
        self.declare(home.module, &name, Def::Mod(id));
        self.add_file(file, id, &inner, home.test, seen);
    }

    fn is_open(&self, from: ModId, file: FileId) -> bool {
        let mut at = Some(from);
        while let Some(module) = at {
            if self.modules[module.index()].file == file {
                return true;
            }
            at = self.modules[module.index()].parent;
        }
        false
    }

    /// The file of `mod x;` and the folder its own modules lie in.
    fn find_module_file(
        &self,
        module: &crate::facts::Mod,
        from: FileId,
        dir: &str,
        package: Option<&Package>,
    ) -> Option<(FileId, String)> {
        let name = &module.name.text;
        let candidates = if let Some(path) = &module.path {
            let here = parent(&self.files[from.index()].path);
            let path = normalize(&format!("{}{path}", prefix(here)));
            let inner = parent(&path).to_owned();
            vec![(path, inner)]
        } else {
            let inner = format!("{}{name}", prefix(dir));
            vec![
                (format!("{inner}.rs"), inner.clone()),
                (format!("{inner}/mod.rs"), inner),
            ]
        };
        candidates.into_iter().find_map(|(path, inner)| {
            // A module of the checked folder, declared outside of it.
            let path = package.map_or(path.clone(), |package| package.shortest(&path));
            self.by_path.get(path.as_str()).map(|file| (*file, inner))
        })
    }

    /// The full path of a module, as the user would write it.
    #[must_use]
    pub(super) fn module_path(&self, module: ModId) -> String {
        let mut names = Vec::new();
        let mut at = Some(module);
        while let Some(id) = at {
            let module = &self.modules[id.index()];
            if !module.name.is_empty() {
                names.push(module.name.clone());
            }
            at = module.parent;
        }
        names.push(
            self.crates[self.modules[module.index()].krate.index()]
                .name
                .clone(),
        );
        names.reverse();
        names.join("::")
    }

    /// Is the second crate part of what the first is built from?
    pub(crate) fn uses(&self, from: CrateId, wanted: CrateId) -> bool {
        let mut seen = BTreeSet::from([from]);
        let mut open = vec![from];
        while let Some(krate) = open.pop() {
            if krate == wanted {
                return true;
            }
            let next = self.crates[krate.index()].locals.values().copied();
            open.extend(next.filter(|krate| seen.insert(*krate)));
        }
        false
    }

    /// All functions of this name in the same module: of those that features choose from, any may run.
    pub(super) fn twins(&self, id: FnId) -> Vec<FnId> {
        let function = &self.fns[id.index()];
        let names = &self.modules[function.home.module.index()].names;
        let found = names.get(&function.item.name.text).into_iter().flatten();
        let mut twins: Vec<FnId> = found
            .filter_map(|def| match def {
                Def::Fn(id) => Some(*id),
                _ => None,
            })
            .collect();
        if !twins.contains(&id) {
            twins = vec![id];
        }
        twins
    }

    /// The package a module belongs to, if there is a Cargo.toml.
    pub(crate) fn package_of(&self, module: ModId) -> Option<&'a Package> {
        self.crates[self.modules[module.index()].krate.index()].package
    }

    /// Does the crate of this module depend on that one, by any spelling?
    #[must_use]
    pub(super) fn depends_on(&self, module: ModId, krate: &str) -> bool {
        let package = self.crates[self.modules[module.index()].krate.index()].package;
        package.is_none_or(|package| {
            package.name.replace('-', "_") == krate
                || package
                    .dependencies
                    .iter()
                    .chain(&package.dev_dependencies)
                    .any(|dependency| dependency.name == krate)
        })
    }
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(dir, _)| dir)
}

fn prefix(dir: &str) -> String {
    if dir.is_empty() {
        String::new()
    } else {
        format!("{dir}/")
    }
}

/// Resolves `.` and `..` where they can be resolved.
fn normalize(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    parts.join("/")
}
