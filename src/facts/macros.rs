//! Looks inside the macros that services use, as far as their tokens show what they do. Never runs a macro and
//! never finds its definition.

mod format;
mod json;
mod select;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Token, Visibility};

use super::lower::{Cx, ask_for_tests, plain};
use super::{
    Block, CallText, Expr, ExprKind, Impl, Item, ItemKind, MacroCall, MacroExpr, MacroRules, Span, Static,
    StaticForm, Stmt,
};

impl Cx<'_> {
    /// A macro among the members of an `impl`.
    pub(super) fn member_macro(&self, mac: &syn::Macro, out: &mut Impl) {
        if let Some(members) = parse_members(mac.tokens.clone()).filter(|members| !members.is_empty()) {
            return self.members(&members, out);
        }
        let text = self.inner_text(mac);
        out.macros.push(MacroCall {
            path: mac
                .path
                .segments
                .iter()
                .map(|segment| plain(&segment.ident))
                .collect(),
            text,
            span: self.span_of(mac),
        });
    }

    /// A macro in item position.
    pub(super) fn item_macro(&self, call: &syn::ItemMacro, out: &mut Vec<Item>) {
        if let Some(ident) = &call.ident {
            return out.push(self.macro_rules(call, ident));
        }
        if let Some(items) = self.known_items(&call.mac) {
            return self.adopt(items, &call.attrs, out);
        }
        if let Some(items) = parse_items(call.mac.tokens.clone()).filter(|items| !items.is_empty()) {
            return self.adopt(self.items(&items), &call.attrs, out);
        }
        let text = self.inner_text(&call.mac);
        let kind = ItemKind::MacroCall(MacroCall {
            path: call
                .mac
                .path
                .segments
                .iter()
                .map(|segment| plain(&segment.ident))
                .collect(),
            text,
            span: self.macro_span(&call.mac),
        });
        out.push(self.macro_item(call, kind));
    }

    fn macro_rules(&self, call: &syn::ItemMacro, ident: &syn::Ident) -> Item {
        let CallText { text, .. } = self.inner_text(&call.mac);
        let kind = ItemKind::MacroRules(MacroRules {
            name: self.name(ident),
            text,
            exported: call.attrs.iter().any(|attr| attr.path().is_ident("macro_export")),
        });
        self.macro_item(call, kind)
    }

    /// Items inside `#[cfg(test)] wrapper! { .. }` are test code too.
    fn adopt(&self, items: Vec<Item>, attrs: &[Attribute], out: &mut Vec<Item>) {
        let test = self.marks_test(attrs);
        out.extend(items.into_iter().map(|item| Item {
            test: item.test || test,
            ..item
        }));
    }

    fn known_items(&self, mac: &syn::Macro) -> Option<Vec<Item>> {
        let tokens = mac.tokens.clone();
        match last(&mac.path).as_str() {
            "lazy_static" => self.statics(tokens, StaticForm::Lazy),
            "thread_local" => self.statics(tokens, StaticForm::ThreadLocal),
            "task_local" => self.statics(tokens, StaticForm::TaskLocal),
            "cfg_if" => {
                let branches = cfg_if.parse2(tokens).ok()?;
                let mut out = Vec::new();
                for branch in branches {
                    match parse_items(branch.clone()) {
                        Some(items) => out.extend(self.items(&items)),
                        None => self.skip(
                            self.span_of(&branch),
                            "a branch of cfg_if! that is not made of items",
                        ),
                    }
                }
                Some(out)
            }
            _ => None,
        }
    }

    fn statics(&self, tokens: TokenStream, form: StaticForm) -> Option<Vec<Item>> {
        let declarations = declarations.parse2(tokens).ok()?;
        let item = |declaration: &Declaration| {
            let value = Static {
                name: self.name(&declaration.ident),
                ty: self.ty(&declaration.ty),
                mutable: false,
                init: declaration.init.as_ref().map(|init| self.expr(init)),
                form,
            };
            let vis = &declaration.vis;
            let mut item = self.declared(&declaration.attrs, vis, value, declaration.end);
            if declaration.attrs.is_empty() {
                item.span.start = item.span.start.min(self.span(declaration.start).start);
            }
            item
        };
        Some(declarations.iter().map(item).collect())
    }

    /// A macro as a statement; one that declares items becomes these.
    pub(super) fn stmt_macro(&self, call: &syn::StmtMacro, out: &mut Vec<Stmt>) {
        if let Some(items) = self.known_items(&call.mac) {
            return out.extend(items.into_iter().map(|item| Stmt::Item(Box::new(item))));
        }
        let expr = self
            .deeper(|| self.expr_macro(&call.mac))
            .unwrap_or_else(|| Expr {
                kind: ExprKind::Other(Vec::new()),
                span: self.macro_span(&call.mac),
            });
        out.push(Stmt::Expr {
            expr,
            semi: call.semi_token.is_some(),
        });
    }

    /// A macro as an expression.
    pub(super) fn expr_macro(&self, mac: &syn::Macro) -> Expr {
        let span = self.macro_span(mac);
        let name = last(&mac.path);
        if name == "vec"
            && let Some(kind) = self.vec_macro(&mac.tokens)
        {
            return Expr { kind, span };
        }
        let known = self.known_args(&name, mac);
        // Of a macro that the workspace may well define itself under the same name, the text is kept too.
        let is_known = known.is_some();
        let args = known.or_else(|| self.any_args(&mac.tokens));
        let text = self.inner_text(mac);
        let kind = ExprKind::Macro(Box::new(MacroExpr {
            path: self.path(None, &mac.path),
            read: args.is_some(),
            args: args.unwrap_or_else(|| self.spliced(&mac.tokens)),
            text: if is_known && is_plain_text(&name) {
                CallText::default()
            } else {
                text
            },
        }));
        Expr { kind, span }
    }

    fn vec_macro(&self, tokens: &TokenStream) -> Option<ExprKind> {
        let repeat = |input: ParseStream| {
            let value: syn::Expr = input.parse()?;
            input.parse::<Token![;]>()?;
            Ok((value, input.parse::<syn::Expr>()?))
        };
        if let Ok((value, len)) = repeat.parse2(tokens.clone()) {
            return Some(ExprKind::Repeat {
                value: self.boxed(&value),
                len: self.boxed(&len),
            });
        }
        let values = list.parse2(tokens.clone()).ok()?;
        Some(ExprKind::Array(
            values.iter().map(|value| self.expr(value)).collect(),
        ))
    }

    /// The expressions inside a macro that is known by name; none where its tokens are not what they should be.
    fn known_args(&self, name: &str, mac: &syn::Macro) -> Option<Vec<Expr>> {
        let tokens = &mac.tokens;
        match name {
            "format" | "print" | "println" | "eprint" | "eprintln" | "write" | "writeln" | "panic"
            | "todo" | "unimplemented" | "unreachable" | "assert" | "assert_eq" | "assert_ne"
            | "debug_assert" | "debug_assert_eq" | "debug_assert_ne" | "format_args" | "trace" | "debug"
            | "info" | "warn" | "error" | "event" | "span" | "trace_span" | "debug_span" | "info_span"
            | "warn_span" | "error_span" | "log" | "log_enabled" | "anyhow" | "bail" | "ensure"
            | "format_err" | "eyre" => Some(self.format_args(tokens)),
            "dbg" | "concat" | "routes" | "catchers" | "paths" | "query" | "query_as" | "query_scalar"
            | "query_file" | "query_file_as" | "pin" | "pin_mut" => Some(self.loose_args(tokens)),
            "matches" => Some(self.loose_args(tokens).into_iter().take(1).collect()),
            "quote" | "quote_spanned" | "parse_quote" | "include_str" | "include_bytes" | "include"
            | "stringify" | "cfg" | "file" | "line" | "column" | "module_path" | "compile_error" => {
                Some(Vec::new())
            }
            "json" | "doc" | "bson" => Some(self.json_args(tokens)),
            "select" | "select_biased" => self.select_args(tokens),
            "join" | "try_join" => self.join_args(tokens),
            "stream" | "try_stream" => {
                let body = self.body(tokens)?;
                let span = self.between_braces(mac);
                Some(vec![Expr {
                    kind: ExprKind::Async { is_move: true, body },
                    span,
                }])
            }
            _ => None,
        }
    }

    /// The expressions of a macro nobody knows: a list of them, pairs, statements, or arms.
    fn any_args(&self, tokens: &TokenStream) -> Option<Vec<Expr>> {
        if let Ok(values) = list.parse2(tokens.clone()) {
            return Some(values.iter().map(|value| self.expr(value)).collect());
        }
        if let Ok(pairs) = pairs.parse2(tokens.clone()) {
            return Some(pairs.iter().map(|value| self.expr(value)).collect());
        }
        if let Some(body) = self.body(tokens) {
            return Some(vec![Expr {
                span: body.span,
                kind: ExprKind::Block(body),
            }]);
        }
        let arms = arms.parse2(tokens.clone()).ok()?;
        Some(arms.iter().map(|value| self.expr(value)).collect())
    }

    /// Of a language of its own, such as a template, what is spliced in: expressions in parentheses, wherever they stand.
    fn spliced(&self, tokens: &TokenStream) -> Vec<Expr> {
        let mut found = Vec::new();
        for token in tokens.clone() {
            let TokenTree::Group(group) = token else { continue };
            let inside = (group.delimiter() == Delimiter::Parenthesis)
                .then(|| list.parse2(group.stream()).ok())
                .flatten();
            match inside {
                Some(values) => found.extend(values.iter().map(|value| self.expr(value))),
                None => found.extend(self.spliced(&group.stream())),
            }
        }
        found
    }

    fn body(&self, tokens: &TokenStream) -> Option<Block> {
        let stmts = syn::Block::parse_within.parse2(tokens.clone()).ok()?;
        Some(Block {
            stmts: self.stmts(&stmts),
            span: self.span_of(tokens),
        })
    }

    fn inner_text(&self, mac: &syn::Macro) -> CallText {
        self.between_delimiters(mac.delimiter.span(), &mac.tokens)
    }

    fn between_braces(&self, mac: &syn::Macro) -> Span {
        let delimiters = mac.delimiter.span();
        self.between(delimiters.open(), delimiters.close())
    }

    fn macro_span(&self, mac: &syn::Macro) -> Span {
        self.between(mac.path.span(), mac.delimiter.span().close())
    }
}

fn last(path: &syn::Path) -> String {
    path.segments
        .last()
        .map(|segment| plain(&segment.ident))
        .unwrap_or_default()
}

fn list(input: ParseStream) -> syn::Result<Punctuated<syn::Expr, Token![,]>> {
    Punctuated::parse_terminated(input)
}

/// `key => value, ..`, as maps are written.
fn pairs(input: ParseStream) -> syn::Result<Vec<syn::Expr>> {
    let mut out = Vec::new();
    while !input.is_empty() {
        out.push(input.parse()?);
        input.parse::<Token![=>]>()?;
        out.push(input.parse()?);
        if input.parse::<Option<Token![,]>>()?.is_none() && !input.is_empty() {
            return Err(input.error("expected `,`"));
        }
    }
    Ok(out)
}

/// `(GET) (/users) => { .. }`, `get "/" => index`: what stands right of each arrow, whatever the left means.
fn arms(input: ParseStream) -> syn::Result<Vec<syn::Expr>> {
    let mut out = Vec::new();
    while !input.is_empty() {
        if input.parse::<Option<Token![=>]>>()?.is_some() {
            out.push(syn::Expr::parse_with_earlier_boundary_rule(input)?);
        } else {
            input.parse::<TokenTree>()?;
        }
    }
    if out.is_empty() {
        return Err(input.error("expected `=>`"));
    }
    Ok(out)
}

/// The tokens as items, where all of them are.
pub(super) fn parse_items(tokens: TokenStream) -> Option<Vec<syn::Item>> {
    let items: Vec<syn::Item> = parse_all(tokens)?;
    let known = items.iter().all(|item| !matches!(item, syn::Item::Verbatim(_)));
    known.then_some(items)
}

/// Members of an `impl`, where the tokens are nothing else.
pub(super) fn parse_members(tokens: TokenStream) -> Option<Vec<syn::ImplItem>> {
    let members: Vec<syn::ImplItem> = parse_all(tokens)?;
    let known = members
        .iter()
        .all(|member| !matches!(member, syn::ImplItem::Verbatim(_)));
    known.then_some(members)
}

fn parse_all<T: Parse>(tokens: TokenStream) -> Option<Vec<T>> {
    let all = |input: ParseStream| {
        let mut all = Vec::new();
        while !input.is_empty() {
            all.push(input.parse()?);
        }
        Ok(all)
    };
    all.parse2(tokens).ok()
}

/// One `static` of `lazy_static!`, `thread_local!` or `task_local!`.
struct Declaration {
    attrs: Vec<Attribute>,
    vis: Visibility,
    start: proc_macro2::Span,
    ident: syn::Ident,
    ty: syn::Type,
    init: Option<syn::Expr>,
    end: proc_macro2::Span,
}

fn declarations(input: ParseStream) -> syn::Result<Vec<Declaration>> {
    let mut out = Vec::new();
    while !input.is_empty() {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis: Visibility = input.parse()?;
        let start = input.span();
        input.parse::<Option<Token![const]>>()?;
        input.parse::<Option<Token![static]>>()?;
        input.parse::<Option<Token![ref]>>()?;
        let ident: syn::Ident = input.parse()?;
        input.parse::<Token![:]>()?;
        let ty: syn::Type = input.parse()?;
        let mut end = ty.span();
        let mut init = None;
        if input.parse::<Option<Token![=]>>()?.is_some() {
            let value: syn::Expr = input.parse()?;
            end = value.span();
            init = Some(value);
        }
        if let Some(semi) = input.parse::<Option<Token![;]>>()? {
            end = semi.span;
        } else if !input.is_empty() {
            return Err(input.error("expected `;`"));
        }
        let start = match &vis {
            Visibility::Inherited => start,
            vis => vis.span(),
        };
        out.push(Declaration {
            attrs,
            vis,
            start,
            ident,
            ty,
            init,
            end,
        });
    }
    Ok(out)
}

/// The bodies of `if #[cfg(..)] { .. } else if .. { .. } else { .. }`.
/// Macros of std and of loggers: no workspace means its own by these.
fn is_plain_text(name: &str) -> bool {
    !matches!(
        name,
        "routes"
            | "catchers"
            | "paths"
            | "query"
            | "select"
            | "join"
            | "stream"
            | "json"
            | "doc"
            | "log"
            | "ensure"
    )
}

/// The branches, but for those of tests.
fn cfg_if(input: ParseStream) -> syn::Result<Vec<TokenStream>> {
    let mut out = Vec::new();
    while !input.is_empty() {
        input.parse::<Option<Token![else]>>()?;
        let mut is_test = false;
        if input.parse::<Option<Token![if]>>()?.is_some() {
            is_test = ask_for_tests(&input.call(Attribute::parse_outer)?);
        }
        let body;
        syn::braced!(body in input);
        let tokens = body.parse::<TokenStream>()?;
        if !is_test {
            out.push(tokens);
        }
    }
    Ok(out)
}
