//! Indices into the tables of the program. They mean nothing outside of the run that made them.

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) struct $name(pub(crate) u32);

        impl $name {
            /// As an index of a `Vec`.
            #[must_use]
            pub(crate) fn index(self) -> usize {
                self.0 as usize
            }

            /// The id of the next element of a table that has `len` elements.
            #[must_use]
            pub(crate) fn next(len: usize) -> Self {
                $name(u32::try_from(len).unwrap_or(u32::MAX))
            }
        }
    )*};
}

ids! {
    /// A file.
    FileId
    /// A target of a package: a crate in the language's sense.
    CrateId
    /// A module, a function body with items of its own, or a whole crate's root.
    ModId
    /// A struct, union or enum.
    AdtId
    /// A trait.
    TraitId
    /// A type alias.
    AliasId
    /// A function or method.
    FnId
    /// A `static` or `const`.
    StaticId
    /// An `impl` block.
    ImplId
    /// Code that runs as one: a function, or a closure or async block in it.
    BodyId
    /// A local variable.
    VarId
}
