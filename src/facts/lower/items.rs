//! Items: functions, types, impls, modules, imports. Never follows a `mod` or a `use`.

use proc_macro2::Span as Place;
use syn::spanned::Spanned;
use syn::{Attribute, FnArg, UseTree, Visibility};

use super::{Cx, join, plain};
use crate::facts::{
    Alias, AssocFn, AssocType, Enum, FieldDef, Fn, Impl, Import, Item, ItemKind, Mod, Name, Param, Receiver,
    Span, Static, StaticForm, Struct, Trait, TypeRef, Variant,
};

impl Cx<'_> {
    pub(in crate::facts) fn items(&self, items: &[syn::Item]) -> Vec<Item> {
        let mut out = Vec::new();
        for item in items {
            self.item(item, &mut out);
        }
        out
    }

    /// One item; a `use` tree, an `extern` block or a macro becomes several.
    pub(in crate::facts) fn item(&self, item: &syn::Item, out: &mut Vec<Item>) {
        match item {
            syn::Item::Use(import) => self.imports(import, out),
            syn::Item::ForeignMod(foreign) => self.foreign(foreign, out),
            syn::Item::Macro(call) => self.item_macro(call, out),
            syn::Item::Verbatim(tokens) => self.skip(self.span_of(tokens), "syntax that is not known"),
            _ => out.extend(self.plain_item(item)),
        }
    }

    fn plain_item(&self, item: &syn::Item) -> Option<Item> {
        let (attrs, vis, kind): (&[Attribute], _, _) = match item {
            syn::Item::Const(value) => (&value.attrs, &value.vis, self.constant(value)),
            syn::Item::Enum(value) => (&value.attrs, &value.vis, ItemKind::Enum(self.enumeration(value))),
            syn::Item::ExternCrate(value) => (&value.attrs, &value.vis, self.extern_crate(value)),
            syn::Item::Fn(value) => {
                let function = self.function(&value.sig, Some(&value.block));
                (&value.attrs, &value.vis, ItemKind::Fn(Box::new(function)))
            }
            syn::Item::Impl(value) => (
                &value.attrs,
                &Visibility::Inherited,
                ItemKind::Impl(self.implementation(value)),
            ),
            syn::Item::Mod(value) => (&value.attrs, &value.vis, ItemKind::Mod(self.module(value))),
            syn::Item::Static(value) => (&value.attrs, &value.vis, self.plain_static(value)),
            syn::Item::Struct(value) => (&value.attrs, &value.vis, ItemKind::Struct(self.structure(value))),
            syn::Item::Trait(value) => (&value.attrs, &value.vis, ItemKind::Trait(self.trait_(value))),
            syn::Item::TraitAlias(value) => {
                (&value.attrs, &value.vis, ItemKind::Trait(self.trait_alias(value)))
            }
            syn::Item::Type(value) => {
                let alias = Alias {
                    name: self.name(&value.ident),
                    generics: self.generics(&value.generics),
                    ty: self.ty(&value.ty),
                };
                (&value.attrs, &value.vis, ItemKind::Alias(alias))
            }
            syn::Item::Union(value) => {
                let union = Struct {
                    name: self.name(&value.ident),
                    generics: self.generics(&value.generics),
                    fields: self.named_fields(&value.fields),
                    tuple: false,
                };
                (&value.attrs, &value.vis, ItemKind::Struct(union))
            }
            _ => return None,
        };
        Some(self.finish(
            attrs,
            vis,
            self.span(item_edge(item, attrs)),
            item_end(item),
            kind,
        ))
    }

    /// Puts an item together; `start` is where it begins without attributes.
    fn finish(&self, attrs: &[Attribute], vis: &Visibility, start: Span, end: Place, kind: ItemKind) -> Item {
        Item {
            attrs: self.attrs(attrs),
            public: !matches!(vis, Visibility::Inherited),
            test: self.is_test(attrs),
            span: join(start, self.span(end)),
            kind,
        }
    }

    fn constant(&self, value: &syn::ItemConst) -> ItemKind {
        ItemKind::Const(Box::new(Static {
            name: self.name(&value.ident),
            ty: self.ty(&value.ty),
            mutable: false,
            init: Some(self.expr(&value.expr)),
            form: StaticForm::Plain,
        }))
    }

    fn plain_static(&self, value: &syn::ItemStatic) -> ItemKind {
        ItemKind::Static(Box::new(Static {
            name: self.name(&value.ident),
            ty: self.ty(&value.ty),
            mutable: matches!(value.mutability, syn::StaticMutability::Mut(_)),
            init: Some(self.expr(&value.expr)),
            form: StaticForm::Plain,
        }))
    }

    fn extern_crate(&self, value: &syn::ItemExternCrate) -> ItemKind {
        ItemKind::ExternCrate {
            name: self.name(&value.ident),
            rename: value.rename.as_ref().map(|(_, ident)| self.name(ident)),
        }
    }

    fn module(&self, value: &syn::ItemMod) -> Mod {
        Mod {
            name: self.name(&value.ident),
            items: value.content.as_ref().map(|(_, items)| self.items(items)),
            path: self.attr_value(&value.attrs, "path"),
            macro_use: value.attrs.iter().any(|attr| attr.path().is_ident("macro_use")),
        }
    }

    fn structure(&self, value: &syn::ItemStruct) -> Struct {
        Struct {
            name: self.name(&value.ident),
            generics: self.generics(&value.generics),
            fields: self.fields(&value.fields),
            tuple: matches!(value.fields, syn::Fields::Unnamed(_)),
        }
    }

    fn enumeration(&self, value: &syn::ItemEnum) -> Enum {
        let variants = value.variants.iter().map(|variant| Variant {
            name: self.name(&variant.ident),
            fields: self.fields(&variant.fields),
            tuple: matches!(variant.fields, syn::Fields::Unnamed(_)),
            attrs: self.attrs(&variant.attrs),
        });
        Enum {
            name: self.name(&value.ident),
            generics: self.generics(&value.generics),
            variants: variants.collect(),
        }
    }

    fn fields(&self, fields: &syn::Fields) -> Vec<FieldDef> {
        match fields {
            syn::Fields::Named(named) => self.named_fields(named),
            syn::Fields::Unnamed(unnamed) => {
                let field = |(index, field): (usize, &syn::Field)| FieldDef {
                    name: Name {
                        text: index.to_string(),
                        span: self.span_of(&field.ty),
                    },
                    ty: self.ty(&field.ty),
                    attrs: self.attrs(&field.attrs),
                };
                unnamed.unnamed.iter().enumerate().map(field).collect()
            }
            syn::Fields::Unit => Vec::new(),
        }
    }

    fn named_fields(&self, fields: &syn::FieldsNamed) -> Vec<FieldDef> {
        let field = |field: &syn::Field| FieldDef {
            name: field
                .ident
                .as_ref()
                .map(|ident| self.name(ident))
                .unwrap_or_default(),
            ty: self.ty(&field.ty),
            attrs: self.attrs(&field.attrs),
        };
        fields.named.iter().map(field).collect()
    }

    fn function(&self, sig: &syn::Signature, body: Option<&syn::Block>) -> Fn {
        let mut receiver = None;
        let mut params = Vec::new();
        for input in &sig.inputs {
            match input {
                FnArg::Receiver(this) => receiver = Some(self.receiver(this)),
                FnArg::Typed(typed) => params.push(Param {
                    pat: self.pat(&typed.pat),
                    ty: self.ty(&typed.ty),
                    attrs: self.attrs(&typed.attrs),
                }),
            }
        }
        Fn {
            name: self.name(&sig.ident),
            is_async: sig.asyncness.is_some(),
            generics: self.generics(&sig.generics),
            receiver,
            params,
            output: self.output(&sig.output),
            body: body.map(|body| self.block(body)),
        }
    }

    fn receiver(&self, this: &syn::Receiver) -> Receiver {
        let span = self.span(this.self_token.span());
        let (by_ref, mutable, ty) = match &this.kind {
            syn::ReceiverKind::Reference(_, _, mutability) => (true, mutability.is_some(), None),
            syn::ReceiverKind::Typed(_, ty) => match self.ty(ty) {
                TypeRef::Ref { mutable, inner } => (true, mutable, Some(TypeRef::Ref { mutable, inner })),
                ty => (false, this.mutability.is_some(), Some(ty)),
            },
            _ => (false, this.mutability.is_some(), None),
        };
        Receiver {
            by_ref,
            mutable,
            ty,
            span,
        }
    }

    fn trait_(&self, value: &syn::ItemTrait) -> Trait {
        let mut fns = Vec::new();
        let mut types = Vec::new();
        for member in &value.items {
            match member {
                syn::TraitItem::Fn(function) => fns.push(AssocFn {
                    attrs: self.attrs(&function.attrs),
                    public: true,
                    test: self.is_test(&function.attrs),
                    span: self.span_of(function),
                    item: self.function(&function.sig, function.default.as_ref()),
                }),
                syn::TraitItem::Type(ty) => types.push(AssocType {
                    name: plain(&ty.ident),
                    bounds: self.bounds(&ty.bounds),
                    ty: ty.default.as_ref().map(|(_, ty)| self.ty(ty)),
                }),
                _ => {}
            }
        }
        Trait {
            name: self.name(&value.ident),
            generics: self.generics(&value.generics),
            bounds: self.bounds(&value.supertraits),
            fns,
            types,
        }
    }

    fn trait_alias(&self, value: &syn::ItemTraitAlias) -> Trait {
        Trait {
            name: self.name(&value.ident),
            generics: self.generics(&value.generics),
            bounds: self.bounds(&value.bounds),
            fns: Vec::new(),
            types: Vec::new(),
        }
    }

    fn implementation(&self, value: &syn::ItemImpl) -> Impl {
        let mut out = Impl {
            generics: self.generics(&value.generics),
            of_trait: value.trait_.as_ref().map(|(path, _)| self.path(None, path)),
            self_ty: self.ty(&value.self_ty),
            fns: Vec::new(),
            types: Vec::new(),
            consts: Vec::new(),
            macros: Vec::new(),
        };
        self.members(&value.items, &mut out);
        out
    }

    /// Adds the members of an `impl`, or what a macro in it stands for.
    pub(in crate::facts) fn members(&self, members: &[syn::ImplItem], out: &mut Impl) {
        for member in members {
            match member {
                syn::ImplItem::Fn(function) => out.fns.push(AssocFn {
                    attrs: self.attrs(&function.attrs),
                    public: !matches!(function.vis, Visibility::Inherited),
                    test: self.is_test(&function.attrs),
                    span: self.span_of(function),
                    item: self.function(&function.sig, Some(&function.block)),
                }),
                syn::ImplItem::Type(ty) => out.types.push(AssocType {
                    name: plain(&ty.ident),
                    bounds: Vec::new(),
                    ty: Some(self.ty(&ty.ty)),
                }),
                syn::ImplItem::Const(value) => out.consts.push(Static {
                    name: self.name(&value.ident),
                    ty: self.ty(&value.ty),
                    mutable: false,
                    init: Some(self.expr(&value.expr)),
                    form: StaticForm::Plain,
                }),
                syn::ImplItem::Verbatim(tokens) => {
                    self.skip(self.span_of(tokens), "syntax that is not known");
                }
                syn::ImplItem::Macro(call) => self.member_macro(&call.mac, out),
                _ => {}
            }
        }
    }

    /// Functions and statics of an `extern` block stand beside it.
    fn foreign(&self, foreign: &syn::ItemForeignMod, out: &mut Vec<Item>) {
        for member in &foreign.items {
            let (attrs, vis, kind) = match member {
                syn::ForeignItem::Fn(value) => {
                    let function = self.function(&value.sig, None);
                    (&value.attrs, &value.vis, ItemKind::Fn(Box::new(function)))
                }
                syn::ForeignItem::Static(value) => {
                    let declared = Static {
                        name: self.name(&value.ident),
                        ty: self.ty(&value.ty),
                        mutable: matches!(value.mutability, syn::StaticMutability::Mut(_)),
                        init: None,
                        form: StaticForm::Plain,
                    };
                    (&value.attrs, &value.vis, ItemKind::Static(Box::new(declared)))
                }
                _ => continue,
            };
            let span = self.span_of(member);
            out.push(Item {
                attrs: self.attrs(attrs),
                public: !matches!(vis, Visibility::Inherited),
                test: self.is_test(attrs) || self.is_test(&foreign.attrs),
                span,
                kind,
            });
        }
    }

    fn imports(&self, import: &syn::ItemUse, out: &mut Vec<Item>) {
        let start = self.span(item_start(&import.attrs, &import.vis, import.use_token.span));
        let mut found = Vec::new();
        let mut path = Vec::new();
        self.use_tree(
            &import.tree,
            import.leading_colon.is_some(),
            &mut path,
            &mut found,
        );
        for import_of in found {
            let kind = ItemKind::Use(import_of);
            out.push(self.finish(&import.attrs, &import.vis, start, import.semi_token.span, kind));
        }
    }

    fn use_tree(&self, tree: &UseTree, global: bool, path: &mut Vec<String>, out: &mut Vec<Import>) {
        let mut push = |path: &[String], last: &syn::Ident, name: &syn::Ident| {
            let mut path = path.to_vec();
            let last = plain(last);
            let name_text = plain(name);
            // `a::{self}` brings in `a` itself.
            let name = if name_text == "self" && !path.is_empty() {
                path.last().cloned().unwrap_or_default()
            } else {
                name_text
            };
            if last != "self" || path.is_empty() {
                path.push(last);
            }
            out.push(Import {
                global,
                path,
                name: Some(name),
                span: Span::default(),
            });
        };
        match tree {
            UseTree::Path(step) => {
                path.push(plain(&step.ident));
                self.use_tree(&step.tree, global, path, out);
                path.pop();
            }
            UseTree::Name(name) => {
                push(path, &name.ident, &name.ident);
                set_span(out, self.span(name.ident.span()));
            }
            UseTree::Rename(rename) => {
                push(path, &rename.ident, &rename.rename);
                set_span(out, self.span(rename.rename.span()));
            }
            UseTree::Glob(glob) => out.push(Import {
                global,
                path: path.clone(),
                name: None,
                span: self.span(glob.star_token.span()),
            }),
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.use_tree(tree, global, path, out);
                }
            }
        }
    }

    /// An item that a macro declares.
    pub(in crate::facts) fn declared(
        &self,
        attrs: &[Attribute],
        vis: &Visibility,
        value: Static,
        end: Place,
    ) -> Item {
        let start = attrs
            .first()
            .map_or(value.name.span, |attr| self.span(attr.pound_token.span));
        self.finish(attrs, vis, start, end, ItemKind::Static(Box::new(value)))
    }

    /// A `self.x` macro item with attributes.
    pub(in crate::facts) fn macro_item(&self, call: &syn::ItemMacro, kind: ItemKind) -> Item {
        let start = self.span(item_start(
            &call.attrs,
            &Visibility::Inherited,
            call.mac.path.span(),
        ));
        let end = call
            .semi_token
            .map_or(call.mac.delimiter.span().close(), |semi| semi.span);
        self.finish(&call.attrs, &Visibility::Inherited, start, end, kind)
    }

    /// Whether attributes make what stands below them test code.
    pub(in crate::facts) fn marks_test(&self, attrs: &[Attribute]) -> bool {
        self.is_test(attrs)
    }
}

fn set_span(imports: &mut [Import], span: Span) {
    if let Some(last) = imports.last_mut() {
        last.span = span;
    }
}

/// The first token of an item: its first attribute, visibility or keyword.
fn item_start(attrs: &[Attribute], vis: &Visibility, keyword: Place) -> Place {
    if let Some(attr) = attrs
        .iter()
        .find(|attr| matches!(attr.style, syn::AttrStyle::Outer))
    {
        return attr.pound_token.span;
    }
    match vis {
        Visibility::Inherited => keyword,
        vis => vis.span(),
    }
}

/// The first token of an item; the whole item is only walked where there is no cheaper way.
fn item_edge(item: &syn::Item, attrs: &[Attribute]) -> Place {
    match item {
        syn::Item::Mod(value) => item_start(attrs, &value.vis, value.mod_token.span),
        syn::Item::Impl(value) => item_start(
            attrs,
            &Visibility::Inherited,
            value.unsafety.map_or(value.impl_token.span, |word| word.span),
        ),
        syn::Item::Fn(value) => item_start(attrs, &value.vis, signature_start(&value.sig)),
        other => other.span(),
    }
}

fn signature_start(sig: &syn::Signature) -> Place {
    if let Some(word) = sig.constness {
        return word.span;
    }
    if let Some(word) = sig.asyncness {
        return word.span;
    }
    match (&sig.safety, &sig.abi) {
        (syn::Safety::Safe(word), _) => word.span(),
        (syn::Safety::Unsafe(word), _) => word.span,
        (syn::Safety::Default, Some(abi)) => abi.extern_token.span,
        (syn::Safety::Default, None) => sig.fn_token.span,
    }
}

fn item_end(item: &syn::Item) -> Place {
    match item {
        syn::Item::Mod(value) => match (&value.content, value.semi) {
            (Some((brace, _)), _) => brace.span.close(),
            (None, Some(semi)) => semi.span,
            (None, None) => value.ident.span(),
        },
        syn::Item::Impl(value) => value.brace_token.span.close(),
        syn::Item::Fn(value) => value.block.brace_token.span.close(),
        other => other.span(),
    }
}
