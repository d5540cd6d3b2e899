//! Types, paths and generics. Never looks a name up.

use syn::spanned::Spanned;
use syn::{GenericArgument, PathArguments, Type, TypeParamBound, WherePredicate};

use super::{Cx, join, plain};
use crate::facts::{GenericParam, Generics, Path, Segment, TypeRef};

impl Cx<'_> {
    pub(in crate::facts) fn ty(&self, ty: &Type) -> TypeRef {
        self.deeper(|| self.ty_here(ty)).unwrap_or(TypeRef::Unknown)
    }

    fn ty_here(&self, ty: &Type) -> TypeRef {
        match ty {
            Type::Array(array) => TypeRef::Slice(Box::new(self.ty(&array.elem))),
            Type::Slice(slice) => TypeRef::Slice(Box::new(self.ty(&slice.elem))),
            Type::FnPtr(pointer) => TypeRef::Fn {
                params: pointer.inputs.iter().map(|arg| self.ty(&arg.ty)).collect(),
                output: self.output(&pointer.output).map(Box::new),
            },
            Type::Group(group) => self.ty(&group.elem),
            Type::Paren(paren) => self.ty(&paren.elem),
            Type::ImplTrait(bounds) => TypeRef::Impl(self.bounds(&bounds.bounds)),
            Type::TraitObject(bounds) => TypeRef::Dyn(self.bounds(&bounds.bounds)),
            Type::Infer(_) => TypeRef::Infer,
            Type::Never(_) => TypeRef::Never,
            Type::Path(path) => TypeRef::Path(self.path(path.qself.as_ref(), &path.path)),
            Type::Ptr(pointer) => TypeRef::Ptr(Box::new(self.ty(&pointer.elem))),
            Type::Reference(reference) => TypeRef::Ref {
                mutable: reference.mutability.is_some(),
                inner: Box::new(self.ty(&reference.elem)),
            },
            Type::Tuple(tuple) => TypeRef::Tuple(tuple.elems.iter().map(|elem| self.ty(elem)).collect()),
            _ => TypeRef::Unknown,
        }
    }

    pub(super) fn output(&self, output: &syn::ReturnType) -> Option<TypeRef> {
        match output {
            syn::ReturnType::Default => None,
            syn::ReturnType::Type(_, ty) => Some(self.ty(ty)),
        }
    }

    /// Bounds without lifetimes and `?Sized`.
    pub(super) fn bounds<'b>(&self, bounds: impl IntoIterator<Item = &'b TypeParamBound>) -> Vec<TypeRef> {
        let mut out = Vec::new();
        for bound in bounds {
            if let TypeParamBound::Trait(bound) = bound
                && bound.maybe.is_none()
            {
                out.push(TypeRef::Path(self.path(None, &bound.path)));
            }
        }
        out
    }

    pub(in crate::facts) fn path(&self, qself: Option<&syn::QSelf>, path: &syn::Path) -> Path {
        let segments: Vec<Segment> = path
            .segments
            .iter()
            .map(|segment| self.segment(segment))
            .collect();
        let end = path.segments.last().map(|segment| match &segment.arguments {
            PathArguments::None => self.span(segment.ident.span()),
            PathArguments::AngleBracketed(args) => self.span(args.gt_token.span()),
            PathArguments::Parenthesized(args) => match &args.output {
                syn::ReturnType::Default => self.span(args.paren_token.span.close()),
                syn::ReturnType::Type(_, ty) => self.span_of(ty),
            },
        });
        let start = qself
            .map(|qself| self.span(qself.lt_token.span()))
            .or_else(|| path.leading_colon.map(|colon| self.span(colon.span())))
            .or_else(|| segments.first().map(|segment| segment.span));
        let span = match (start, end) {
            (Some(start), Some(end)) => join(start, end),
            (Some(span), None) | (None, Some(span)) => span,
            (None, None) => self.span_of(path),
        };
        Path {
            global: path.leading_colon.is_some(),
            qself: qself.map(|qself| Box::new(self.ty(&qself.ty))),
            trait_len: qself.map_or(0, |qself| qself.position),
            segments,
            span,
        }
    }

    fn segment(&self, segment: &syn::PathSegment) -> Segment {
        let mut out = Segment {
            name: plain(&segment.ident),
            span: self.span(segment.ident.span()),
            ..Segment::default()
        };
        match &segment.arguments {
            PathArguments::None => {}
            PathArguments::AngleBracketed(args) => self.angle_args(args, &mut out),
            PathArguments::Parenthesized(args) => {
                out.args = args.inputs.iter().map(|arg| self.ty(&arg.ty)).collect();
                if let Some(output) = self.output(&args.output) {
                    out.bindings.push(("Output".to_owned(), output));
                }
            }
        }
        out
    }

    fn angle_args(&self, args: &syn::AngleBracketedGenericArguments, out: &mut Segment) {
        for arg in &args.args {
            match arg {
                GenericArgument::Type(ty) => out.args.push(self.ty(ty)),
                GenericArgument::Const(_) => out.args.push(TypeRef::Infer),
                GenericArgument::AssocType(assoc) => {
                    out.bindings.push((plain(&assoc.ident), self.ty(&assoc.ty)));
                }
                GenericArgument::Constraint(constraint) => {
                    let bounds = TypeRef::Impl(self.bounds(&constraint.bounds));
                    out.bindings.push((plain(&constraint.ident), bounds));
                }
                _ => {}
            }
        }
    }

    /// The type arguments of `x.m::<T>()`.
    pub(super) fn turbofish(&self, args: Option<&syn::AngleBracketedGenericArguments>) -> Vec<TypeRef> {
        let mut segment = Segment::default();
        if let Some(args) = args {
            self.angle_args(args, &mut segment);
        }
        segment.args
    }

    pub(super) fn generics(&self, generics: &syn::Generics) -> Generics {
        let mut out = Generics::default();
        for param in &generics.params {
            match param {
                syn::GenericParam::Lifetime(_) => {}
                syn::GenericParam::Type(param) => out.params.push(GenericParam {
                    name: plain(&param.ident),
                    bounds: self.bounds(&param.bounds),
                    default: param.default.as_ref().map(|(_, ty)| self.ty(ty)),
                }),
                syn::GenericParam::Const(param) => out.params.push(GenericParam {
                    name: plain(&param.ident),
                    bounds: Vec::new(),
                    default: None,
                }),
            }
        }
        let predicates = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
        for predicate in predicates {
            if let WherePredicate::Type(predicate) = predicate {
                self.predicate(predicate, &mut out);
            }
        }
        out
    }

    /// `where T: A` belongs to the parameter `T`, where it is one.
    fn predicate(&self, predicate: &syn::PredicateType, out: &mut Generics) {
        let bounds = self.bounds(&predicate.bounds);
        if let Type::Path(path) = &predicate.bounded_ty
            && path.qself.is_none()
            && let Some(ident) = path.path.get_ident()
            && let Some(param) = out.params.iter_mut().find(|param| *ident == param.name)
        {
            param.bounds.extend(bounds);
            return;
        }
        if !bounds.is_empty() {
            out.wheres.push((self.ty(&predicate.bounded_ty), bounds));
        }
    }
}
