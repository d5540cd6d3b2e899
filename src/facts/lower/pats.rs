//! Patterns. Never decides whether a lone name is a binding or a constant.

use super::Cx;
use crate::facts::{Name, Pat};

impl Cx<'_> {
    pub(in crate::facts) fn pat(&self, pat: &syn::Pat) -> Pat {
        self.deeper(|| self.pat_here(pat)).unwrap_or(Pat::Wild)
    }

    fn pat_here(&self, pat: &syn::Pat) -> Pat {
        match pat {
            syn::Pat::Guard(guarded) => self.pat(&guarded.pat),
            syn::Pat::Ident(bind) => Pat::Bind {
                name: self.name(&bind.ident),
                mutable: bind.mutability.is_some(),
                sub: bind.subpat.as_ref().map(|(_, sub)| Box::new(self.pat(sub))),
            },
            syn::Pat::Lit(literal) => Pat::Lit(self.lit(&literal.lit)),
            syn::Pat::Or(or) => Pat::Or(self.pats(&or.cases)),
            syn::Pat::Paren(paren) => self.pat(&paren.pat),
            syn::Pat::Path(path) => Pat::Path(self.path(path.qself.as_ref(), &path.path)),
            syn::Pat::Reference(reference) => Pat::Ref(Box::new(self.pat(&reference.pat))),
            syn::Pat::Rest(_) => Pat::Rest,
            syn::Pat::Slice(slice) => Pat::Slice(self.pats(&slice.elems)),
            syn::Pat::Struct(fields) => Pat::Struct {
                path: self.path(fields.qself.as_ref(), &fields.path),
                fields: fields
                    .fields
                    .iter()
                    .map(|field| (self.member(&field.member), self.pat(&field.pat)))
                    .collect(),
            },
            syn::Pat::Tuple(tuple) => Pat::Tuple(self.pats(&tuple.elems)),
            syn::Pat::TupleStruct(tuple) => Pat::TupleStruct {
                path: self.path(tuple.qself.as_ref(), &tuple.path),
                fields: self.pats(&tuple.elems),
            },
            syn::Pat::Type(typed) => Pat::Typed(Box::new(self.pat(&typed.pat)), self.ty(&typed.ty)),
            _ => Pat::Wild,
        }
    }

    fn pats<'b>(&self, pats: impl IntoIterator<Item = &'b syn::Pat>) -> Vec<Pat> {
        pats.into_iter().map(|pat| self.pat(pat)).collect()
    }

    /// A field's name or number.
    pub(super) fn member(&self, member: &syn::Member) -> Name {
        match member {
            syn::Member::Named(ident) => self.name(ident),
            syn::Member::Unnamed(index) => Name {
                text: index.index.to_string(),
                span: self.span(index.span),
            },
        }
    }
}
