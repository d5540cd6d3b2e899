//! The plain values that one file's text is turned into.
//!
//! They mirror Rust's syntax, desugared where that loses nothing the lint asks for. They hold no syn type, no
//! path of a file and nothing that was learnt from another file; every value can be stored and compared.

use serde::{Deserialize, Serialize};

use super::call_text::CallText;

pub use super::body::*;

/// A range of bytes in the file's text, end exclusive.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// Everything the lint knows of one file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// The file's items in source order.
    pub items: Vec<Item>,
    /// Parts of the text that could not be understood.
    pub skipped: Vec<Skipped>,
    /// Comments that allow findings.
    pub allows: Vec<super::Allow>,
    /// The head of the file says that a program wrote it.
    pub generated: bool,
    /// `#![cfg(test)]` or its like stands at the top of the file.
    pub test: bool,
}

/// A part of a file that did not parse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// The part.
    pub span: Span,
    /// Why, in words for the user.
    pub reason: String,
}

/// An identifier at its place.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Name {
    /// The text, without `r#`.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// An attribute: `#[get("/users/{id}")]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attr {
    /// `["tokio", "main"]`.
    pub path: Vec<String>,
    /// The tokens after the path, as text.
    pub text: String,
    /// String literals among the tokens, in order.
    pub strings: Vec<String>,
    /// The whole attribute.
    pub span: Span,
}

/// One item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Outer attributes without doc comments.
    pub attrs: Vec<Attr>,
    /// Carries a `pub` of any kind.
    pub public: bool,
    /// Test code: `#[test]`, `#[tokio::test]`, `cfg(test)`, `cfg(any(test, ..))`, `cfg(all(test, ..))`.
    pub test: bool,
    /// The whole item.
    pub span: Span,
    /// What it is.
    pub kind: ItemKind,
}

/// The kinds of items.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ItemKind {
    /// A free function.
    Fn(Box<Fn>),
    /// A `static`, also those that `lazy_static!` and its like declare.
    Static(Box<Static>),
    /// A `const`.
    Const(Box<Static>),
    /// A `struct` or `union`.
    Struct(Struct),
    /// An `enum`.
    Enum(Enum),
    /// A trait.
    Trait(Trait),
    /// An `impl` block.
    Impl(Impl),
    /// `type A<T> = B<T>;`.
    Alias(Alias),
    /// `mod x;` or `mod x { .. }`.
    Mod(Mod),
    /// One name that a `use` brings in; a tree of `use` becomes several.
    Use(Import),
    /// `extern crate a as b;`.
    ExternCrate {
        /// The crate.
        name: Name,
        /// The name it gets here.
        rename: Option<Name>,
    },
    /// `macro_rules! x { .. }`.
    MacroRules(MacroRules),
    /// A macro called in item position that was not looked into.
    MacroCall(MacroCall),
}

/// A function, method or associated function.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fn {
    /// Its name.
    pub name: Name,
    /// `async fn`.
    pub is_async: bool,
    /// Type parameters and bounds.
    pub generics: Generics,
    /// `self`, where there is one.
    pub receiver: Option<Receiver>,
    /// The parameters after `self`.
    pub params: Vec<Param>,
    /// The written return type.
    pub output: Option<TypeRef>,
    /// The body; none for a required method of a trait.
    pub body: Option<Block>,
}

/// `self`, `&self`, `&mut self`, `self: Arc<Self>`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Receiver {
    /// Taken by reference.
    pub by_ref: bool,
    /// `mut`.
    pub mutable: bool,
    /// The written type, if any.
    pub ty: Option<TypeRef>,
    /// The word `self`.
    pub span: Span,
}

/// One parameter of a function.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Param {
    /// The pattern.
    pub pat: Pat,
    /// Its type.
    pub ty: TypeRef,
    /// Attributes, as `#[data]` or `#[body]`.
    pub attrs: Vec<Attr>,
}

/// Type parameters with their bounds, `where` clauses included.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Generics {
    /// Type and const parameters in order; lifetimes are left out.
    pub params: Vec<GenericParam>,
    /// Bounds on anything that is not just one of the parameters.
    pub wheres: Vec<(TypeRef, Vec<TypeRef>)>,
}

/// One type or const parameter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GenericParam {
    /// Its name.
    pub name: String,
    /// `T: A + B`, also from `where`.
    pub bounds: Vec<TypeRef>,
    /// `T = X`.
    pub default: Option<TypeRef>,
}

/// A `static` or `const`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Static {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: TypeRef,
    /// `static mut`.
    pub mutable: bool,
    /// The initial value.
    pub init: Option<Expr>,
    /// Who declares it.
    pub form: StaticForm,
}

/// How a static comes to life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum StaticForm {
    /// `static X: T = ..;`.
    Plain,
    /// `lazy_static! { static ref X: T = ..; }`: made at first use, then fixed.
    Lazy,
    /// `thread_local! { static X: T = ..; }`.
    ThreadLocal,
    /// `task_local! { static X: T; }`: lives as long as one task.
    TaskLocal,
}

/// A struct or union.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Struct {
    /// Its name.
    pub name: Name,
    /// Type parameters.
    pub generics: Generics,
    /// Its fields.
    pub fields: Vec<FieldDef>,
    /// Fields have no names.
    pub tuple: bool,
}

/// A field of a struct or of an enum's variant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldDef {
    /// The name; `0`, `1` … in a tuple struct, with the type's span.
    pub name: Name,
    /// Its type.
    pub ty: TypeRef,
    /// Attributes without doc comments.
    pub attrs: Vec<Attr>,
}

/// An enum.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Enum {
    /// Its name.
    pub name: Name,
    /// Type parameters.
    pub generics: Generics,
    /// Its variants.
    pub variants: Vec<Variant>,
}

/// One variant of an enum.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Variant {
    /// Its name.
    pub name: Name,
    /// Its fields.
    pub fields: Vec<FieldDef>,
    /// Fields have no names.
    pub tuple: bool,
    /// Attributes without doc comments.
    pub attrs: Vec<Attr>,
}

/// A trait.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trait {
    /// Its name.
    pub name: Name,
    /// Type parameters.
    pub generics: Generics,
    /// Supertraits.
    pub bounds: Vec<TypeRef>,
    /// Methods and associated functions, with attributes.
    pub fns: Vec<AssocFn>,
    /// Associated types: name, bounds, default.
    pub types: Vec<AssocType>,
}

/// A function of a trait or an impl.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AssocFn {
    /// Outer attributes without doc comments.
    pub attrs: Vec<Attr>,
    /// Carries a `pub` of any kind.
    pub public: bool,
    /// Test code.
    pub test: bool,
    /// The whole function.
    pub span: Span,
    /// The function.
    pub item: Fn,
}

/// `type Item: Bound = Default;` in a trait, `type Item = T;` in an impl.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AssocType {
    /// Its name.
    pub name: String,
    /// Bounds, in a trait.
    pub bounds: Vec<TypeRef>,
    /// The type, in an impl or as a default.
    pub ty: Option<TypeRef>,
}

/// An `impl` block.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Impl {
    /// Type parameters.
    pub generics: Generics,
    /// The trait, for `impl Trait for T`.
    pub of_trait: Option<Path>,
    /// The type.
    pub self_ty: TypeRef,
    /// Methods and associated functions.
    pub fns: Vec<AssocFn>,
    /// Associated types.
    pub types: Vec<AssocType>,
    /// Associated consts.
    pub consts: Vec<Static>,
    /// Macros among its members, not looked into.
    pub macros: Vec<MacroCall>,
}

/// `type A<T> = B<T>;`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alias {
    /// Its name.
    pub name: Name,
    /// Type parameters.
    pub generics: Generics,
    /// What it stands for.
    pub ty: TypeRef,
}

/// A module.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mod {
    /// Its name.
    pub name: Name,
    /// The items of an inline module; none for `mod x;`.
    pub items: Option<Vec<Item>>,
    /// `#[path = ".."]`.
    pub path: Option<String>,
    /// `#[macro_use]`.
    pub macro_use: bool,
}

/// One imported name: `use a::b::{c as d}` is `path = [a, b, c]`, `name = d`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// Starts with `::`.
    pub global: bool,
    /// The path; `self` at the end of a group is dropped.
    pub path: Vec<String>,
    /// The name it gets here; none for a glob; `_` for `as _`.
    pub name: Option<String>,
    /// Where the last name stands.
    pub span: Span,
}

/// A `macro_rules!` definition, kept as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MacroRules {
    /// Its name.
    pub name: Name,
    /// The exact text between the outer delimiters.
    pub text: String,
    /// `#[macro_export]`.
    pub exported: bool,
}

/// A macro call that was not looked into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MacroCall {
    /// `["rocket", "routes"]`.
    pub path: Vec<String>,
    /// What stands between the delimiters.
    pub text: CallText,
    /// The whole call.
    pub span: Span,
}

/// A path with its type arguments.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Path {
    /// Starts with `::`.
    pub global: bool,
    /// `<T as ..>::`.
    pub qself: Option<Box<TypeRef>>,
    /// With `qself`: how many leading segments name the trait (0 for `<T>::x`).
    pub trait_len: usize,
    /// The segments.
    pub segments: Vec<Segment>,
    /// Where it stands.
    pub span: Span,
}

/// One segment of a path.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// The name, without `r#`.
    pub name: String,
    /// Type arguments; `Fn(A, B)` keeps A and B here. Lifetimes are left out, const arguments are `Infer`.
    pub args: Vec<TypeRef>,
    /// `Item = T` bindings; the output of `Fn(..) -> R` is `Output = R`.
    pub bindings: Vec<(String, TypeRef)>,
    /// Where the name stands.
    pub span: Span,
}

/// A type as written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum TypeRef {
    /// A named type.
    Path(Path),
    /// `&T`, `&mut T`.
    Ref {
        /// `&mut`.
        mutable: bool,
        /// What it points to.
        inner: Box<TypeRef>,
    },
    /// `*const T`, `*mut T`.
    Ptr(Box<TypeRef>),
    /// `(A, B)`; `()` is empty.
    Tuple(Vec<TypeRef>),
    /// `[T]` and `[T; N]`.
    Slice(Box<TypeRef>),
    /// `fn(A) -> B`.
    Fn {
        /// Arguments.
        params: Vec<TypeRef>,
        /// Result; none for `()`.
        output: Option<Box<TypeRef>>,
    },
    /// `impl A + B`, as the bounds.
    Impl(Vec<TypeRef>),
    /// `dyn A + B`, as the bounds.
    Dyn(Vec<TypeRef>),
    /// `!`.
    Never,
    /// `_`.
    Infer,
    /// Something we do not read: a macro in type position, a trait object with odd syntax.
    Unknown,
}
