//! What facts hold of each construct of the language.

mod broken;
mod macros;

use super::*;

/// The one item of a text.
fn one(text: &str) -> ItemKind {
    let facts = extract(text);
    assert_eq!(facts.skipped, vec![], "{text}");
    let mut items = facts.items.into_iter();
    let item = items.next().unwrap_or_else(|| panic!("no item in {text}"));
    assert!(items.next().is_none(), "more than one item in {text}");
    item.kind
}

/// Statements of a function with this body.
fn body(text: &str) -> Vec<Stmt> {
    let ItemKind::Fn(function) = one(&format!("fn f() {{ {text} }}")) else {
        panic!("no function: {text}");
    };
    function.body.unwrap().stmts
}

/// The value of a function with this tail.
fn expr(text: &str) -> ExprKind {
    let Some(Stmt::Expr { expr, .. }) = body(text).pop() else {
        panic!("no expression: {text}");
    };
    expr.kind
}

fn mac(text: &str) -> MacroExpr {
    match expr(text) {
        ExprKind::Macro(call) => *call,
        other => panic!("no macro: {other:?}"),
    }
}

/// A short text for an expression, enough to tell them apart.
fn show(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Path(path) => names(path),
        ExprKind::Lit(Lit::Str(text)) => format!("{text:?}"),
        ExprKind::Lit(Lit::Int(digits, _)) => digits.clone(),
        ExprKind::Call { callee, args } => format!("{}({})", show(callee), shows(args)),
        ExprKind::Method {
            receiver, name, args, ..
        } => format!("{}.{}({})", show(receiver), name.text, shows(args)),
        ExprKind::Field { base, name } => format!("{}.{}", show(base), name.text),
        ExprKind::Binary { op, left, right } => format!("({} {op} {})", show(left), show(right)),
        ExprKind::Await(future) => format!("{}.await", show(future)),
        ExprKind::Match { expr, arms } => format!("match {} [{}]", show(expr), arms.len()),
        ExprKind::Block(block) => format!("{{{}}}", block.stmts.len()),
        other => format!("{other:?}"),
    }
}

fn shows(exprs: &[Expr]) -> String {
    exprs.iter().map(show).collect::<Vec<_>>().join(", ")
}

fn names(path: &Path) -> String {
    let names: Vec<&str> = path
        .segments
        .iter()
        .map(|segment| segment.name.as_str())
        .collect();
    names.join("::")
}

fn args(text: &str) -> String {
    let call = mac(text);
    assert!(call.read, "unread: {text}");
    shows(&call.args)
}

fn fn_names(facts: &Facts) -> Vec<&str> {
    let fns = facts.items.iter();
    fns.filter_map(|item| match &item.kind {
        ItemKind::Fn(function) => Some(function.name.text.as_str()),
        _ => None,
    })
    .collect()
}

fn statics(text: &str) -> Vec<(String, StaticForm, bool)> {
    let facts = extract(text);
    let found = facts.items.iter().filter_map(|item| match &item.kind {
        ItemKind::Static(value) => Some((value.name.text.clone(), value.form, value.init.is_some())),
        _ => None,
    });
    found.collect()
}

fn type_of(text: &str) -> TypeRef {
    match one(&format!("type A = {text};")) {
        ItemKind::Alias(alias) => alias.ty,
        other => panic!("{other:?}"),
    }
}

fn slice(text: &str, span: Span) -> &str {
    &text[span.start as usize..span.end as usize]
}

fn rules(text: &str) -> MacroRules {
    match one(&format!("macro_rules! m {{ {text} }}")) {
        ItemKind::MacroRules(rules) => rules,
        other => panic!("{other:?}"),
    }
}

fn expanded(definition: &str, call: &str) -> Option<Vec<Item>> {
    let end = u32::try_from(call.len()).unwrap();
    let call = CallText::of_file(call.to_owned(), Span { start: 0, end });
    expand_items(&rules(definition), "crate", &call)
}

fn expanded_block(definition: &str, call: &str) -> Option<String> {
    let end = 100 + u32::try_from(call.len()).unwrap();
    let call = CallText::of_file(call.to_owned(), Span { start: 100, end });
    let block = expand_block(&rules(definition), "crate", &call)?;
    let shown = block.stmts.iter().map(|stmt| match stmt {
        Stmt::Expr { expr, .. } => show(expr),
        other => format!("{other:?}"),
    });
    Some(shown.collect::<Vec<_>>().join("; "))
}

#[test]
fn an_empty_file_has_no_facts() {
    assert_eq!(extract(""), Facts::default());
}

#[test]
fn a_static_has_name_type_and_value() {
    let ItemKind::Static(value) = one("static mut N: u64 = 7;") else {
        panic!()
    };
    assert_eq!((value.name.text.as_str(), value.mutable), ("N", true));
    assert_eq!(show(&value.init.unwrap()), "7");
}

#[test]
fn use_trees_become_single_names() {
    let facts = extract("use ::a::{self, b::{c as d, *}, e as _};");
    let shown = facts.items.iter().filter_map(|item| match &item.kind {
        ItemKind::Use(import) => Some((
            import.global,
            import.path.join("::"),
            import.name.clone().unwrap_or_default(),
        )),
        _ => None,
    });
    let want = [("a", "a"), ("a::b::c", "d"), ("a::b", ""), ("a::e", "_")];
    assert_eq!(
        shown.collect::<Vec<_>>(),
        want.map(|(path, name)| (true, path.to_owned(), name.to_owned()))
    );
}

#[test]
fn a_use_of_self_keeps_self() {
    let ItemKind::Use(import) = one("use self::a::B;") else {
        panic!()
    };
    assert_eq!(import.path, ["self", "a", "B"]);
}

#[test]
fn receivers_are_told_apart() {
    let ItemKind::Impl(block) =
        one("impl S { fn a(&mut self) {} fn b(mut self) {} fn c(self: Arc<Self>) {} fn d() {} }")
    else {
        panic!()
    };
    let receivers = block.fns.iter().map(|f| {
        f.item
            .receiver
            .as_ref()
            .map(|r| (r.by_ref, r.mutable, r.ty.is_some()))
    });
    let want = [
        Some((true, true, false)),
        Some((false, true, false)),
        Some((false, false, true)),
        None,
    ];
    assert_eq!(receivers.collect::<Vec<_>>(), want);
}

#[test]
fn an_impl_has_trait_types_and_consts() {
    let ItemKind::Impl(block) =
        one("impl<T> a::Tr<T> for S<T> { type O = T; const C: u8 = 1; async fn f(&self) {} }")
    else {
        panic!()
    };
    assert_eq!(names(block.of_trait.as_ref().unwrap()), "a::Tr");
    assert_eq!(
        (block.types.len(), block.consts.len(), block.fns[0].item.is_async),
        (1, 1, true)
    );
}

#[test]
fn a_trait_has_required_and_provided_methods() {
    let ItemKind::Trait(def) = one("trait T: A + 'static { type I: B; fn a(&self); fn b(&self) {} }") else {
        panic!()
    };
    assert_eq!((def.bounds.len(), def.types.len()), (1, 1));
    assert_eq!(
        def.fns.iter().map(|f| f.item.body.is_some()).collect::<Vec<_>>(),
        [false, true]
    );
}

#[test]
fn tuple_fields_are_numbered() {
    let text = "struct S(pub Arc<u8>, u16);";
    let ItemKind::Struct(def) = one(text) else {
        panic!()
    };
    assert!(def.tuple);
    assert_eq!(
        (
            def.fields[1].name.text.as_str(),
            slice(text, def.fields[0].name.span)
        ),
        ("1", "Arc<u8>")
    );
}

#[test]
fn enums_have_variants_with_fields() {
    let ItemKind::Enum(def) = one("enum E { A, B(u8), C { x: u8 } = 3 }") else {
        panic!()
    };
    let shape: Vec<_> = def.variants.iter().map(|v| (v.fields.len(), v.tuple)).collect();
    assert_eq!(shape, [(0, false), (1, true), (1, false)]);
}

#[test]
fn modules_know_their_path_attribute() {
    let ItemKind::Mod(module) = one("#[macro_use] #[path = \"x/y.rs\"] mod m;") else {
        panic!()
    };
    assert_eq!(
        (module.path.as_deref(), module.macro_use, module.items),
        (Some("x/y.rs"), true, None)
    );
}

#[test]
fn extern_blocks_and_crates_are_read() {
    let facts = extract("extern crate a as b; extern \"C\" { static X: u8; fn f(); }");
    assert_eq!(facts.items.len(), 3);
}

#[test]
fn attributes_keep_text_and_strings() {
    let facts = extract("/// doc\n#[get(\"/a/{id}\", x = \"y\")] fn f() {}");
    let attr = &facts.items[0].attrs[0];
    assert_eq!(
        (attr.path.join("::"), attr.text.as_str()),
        ("get".to_owned(), "(\"/a/{id}\", x = \"y\")")
    );
    assert_eq!(attr.strings, ["/a/{id}", "y"]);
}

#[test]
fn types_are_read() {
    assert!(matches!(
        type_of("&'a mut [u8]"),
        TypeRef::Ref { mutable: true, .. }
    ));
    assert!(matches!(type_of("*const u8"), TypeRef::Ptr(_)));
    assert!(matches!(
        type_of("fn(u8) -> u8"),
        TypeRef::Fn { output: Some(_), .. }
    ));
    assert!(matches!(type_of("impl A + 'static"), TypeRef::Impl(bounds) if bounds.len() == 1));
    assert!(matches!(type_of("(dyn A + Send)"), TypeRef::Dyn(bounds) if bounds.len() == 2));
    assert_eq!(type_of("()"), TypeRef::Tuple(vec![]));
    assert_eq!(type_of("m!()"), TypeRef::Unknown);
}

#[test]
fn paths_have_arguments_and_bindings() {
    let TypeRef::Path(path) = type_of("Box<dyn Fn(u8) -> bool>") else {
        panic!()
    };
    let TypeRef::Dyn(bounds) = &path.segments[0].args[0] else {
        panic!()
    };
    let TypeRef::Path(function) = &bounds[0] else {
        panic!()
    };
    assert_eq!(
        (
            function.segments[0].args.len(),
            function.segments[0].bindings[0].0.as_str()
        ),
        (1, "Output")
    );
}

#[test]
fn qualified_paths_know_their_trait() {
    let TypeRef::Path(path) = type_of("<T as a::B>::C") else {
        panic!()
    };
    assert_eq!(
        (path.qself.is_some(), path.trait_len, names(&path).as_str()),
        (true, 2, "a::B::C")
    );
}

#[test]
fn parentheses_and_unsafe_disappear() {
    assert!(matches!(expr("(unsafe { (COUNT) })"), ExprKind::Path(_)));
    assert!(matches!(expr("unsafe { a(); b() }"), ExprKind::Block(_)));
}

#[test]
fn operators_keep_their_text() {
    let ops = ["+", "+=", "==", "&&", "<<=", ">="];
    for op in ops {
        assert!(matches!(expr(&format!("a {op} b")), ExprKind::Binary { op: found, .. } if found == op));
    }
    assert!(
        matches!(expr("*a = 1"), ExprKind::Assign { left, .. } if matches!(left.kind, ExprKind::Deref(_)))
    );
    assert!(matches!(expr("!a"), ExprKind::Unary(_)));
    assert!(matches!(expr("&raw mut a"), ExprKind::Ref { mutable: true, .. }));
}

#[test]
fn calls_chain_from_the_inside() {
    let ExprKind::Try(call) = expr("a.b::<u8>(1).await?") else {
        panic!()
    };
    assert_eq!(show(&call), "a.b(1).await");
}

#[test]
fn nested_tuple_fields_have_their_own_places() {
    let text = "fn f() { x.0.1 }";
    let ItemKind::Fn(function) = one(text) else {
        panic!()
    };
    let Stmt::Expr { expr, .. } = &function.body.unwrap().stmts[0] else {
        panic!()
    };
    let ExprKind::Field { base, name } = &expr.kind else {
        panic!()
    };
    assert_eq!(
        (
            slice(text, expr.span),
            slice(text, base.span),
            slice(text, name.span)
        ),
        ("x.0.1", "x.0", "1")
    );
}

#[test]
fn control_flow_is_read() {
    assert!(matches!(
        expr("if let Some(x) = a { 1 } else { 2 }"),
        ExprKind::If {
            otherwise: Some(_),
            ..
        }
    ));
    assert!(matches!(expr("'a: while c {}"), ExprKind::While { .. }));
    assert!(matches!(expr("loop { break 1 }"), ExprKind::Loop(_)));
    assert!(matches!(expr("for (a, b) in c {}"), ExprKind::For { .. }));
    assert!(matches!(expr("return 1"), ExprKind::Return(Some(_))));
    assert!(matches!(expr("1..=n"), ExprKind::Range(ends) if ends.len() == 2));
    assert!(matches!(expr("a as u8"), ExprKind::Cast { .. }));
    assert!(
        matches!(expr("S { a, b: 1, ..c }"), ExprKind::Struct { fields, base: Some(_), .. } if fields.len() == 2)
    );
}

#[test]
fn match_arms_have_guards() {
    let ExprKind::Match { arms, .. } = expr("match a { Some(x) if x > 1 => b, _ => c }") else {
        panic!()
    };
    assert_eq!((arms[0].guard.is_some(), arms[1].guard.is_some()), (true, false));
}

#[test]
fn closures_and_async_blocks_know_move() {
    assert!(
        matches!(expr("move |a: u8, _| a"), ExprKind::Closure(c) if c.is_move && c.params[0].1.is_some())
    );
    assert!(matches!(
        expr("async move { 1 }"),
        ExprKind::Async { is_move: true, .. }
    ));
    assert!(matches!(expr("async |a| a"), ExprKind::Closure(c) if c.is_async));
}

#[test]
fn let_else_and_inner_items_are_read() {
    let stmts = body("let Some(x): Option<u8> = a else { return }; static N: u8 = 1; x");
    assert!(matches!(&stmts[0], Stmt::Let(local) if local.otherwise.is_some() && local.ty.is_some()));
    assert!(matches!(&stmts[1], Stmt::Item(_)));
}

#[test]
fn patterns_are_read() {
    let ExprKind::Match { arms, .. } = expr(
        "match a { ref mut x @ Some(_) => 1, A::B | None => 2, S { a, b: 1, .. } => 3, [x, ..] => 4, &(a, 0..=9) => 5 }",
    ) else {
        panic!()
    };
    assert!(matches!(
        &arms[0].pat,
        Pat::Bind {
            sub: Some(_),
            mutable: true | false,
            ..
        }
    ));
    assert!(matches!(&arms[1].pat, Pat::Or(cases) if matches!(cases[0], Pat::Path(_))));
    assert!(matches!(&arms[2].pat, Pat::Struct { fields, .. } if fields.len() == 2));
    assert!(matches!(&arms[3].pat, Pat::Slice(parts) if parts[1] == Pat::Rest));
    assert!(matches!(&arms[4].pat, Pat::Ref(inner) if matches!(&**inner, Pat::Tuple(_))));
}

#[test]
fn literals_are_read() {
    assert_eq!(
        expr("0x1Fu8"),
        ExprKind::Lit(Lit::Int("31".to_owned(), "u8".to_owned()))
    );
    assert_eq!(expr("b\"x\""), ExprKind::Lit(Lit::Bytes));
    assert_eq!(expr("c\"x\""), ExprKind::Lit(Lit::Str("x".to_owned())));
}

#[test]
fn test_code_is_recognised() {
    let tests = [
        "#[test]",
        "#[tokio::test(flavor = \"x\")]",
        "#[rstest]",
        "#[cfg(test)]",
        "#[cfg(any(test, feature = \"t\"))]",
    ];
    for attr in tests {
        assert!(extract(&format!("{attr} fn f() {{}}")).items[0].test, "{attr}");
    }
}

#[test]
fn service_code_is_not_test_code() {
    for attr in [
        "#[cfg(not(test))]",
        "#[cfg_attr(test, x)]",
        "#[cfg(feature = \"test\")]",
        "#[tokio::main]",
    ] {
        assert!(!extract(&format!("{attr} fn f() {{}}")).items[0].test, "{attr}");
    }
}

#[test]
fn a_whole_file_or_module_may_be_test_code() {
    assert!(extract("#![cfg(test)]\nfn f() {}").test);
    assert!(extract("mod m { #![cfg(test)] }").items[0].test);
}

#[test]
fn an_item_spans_attributes_and_visibility() {
    let text = " #[a] pub async fn f() { } ";
    assert_eq!(
        slice(text, extract(text).items[0].span),
        "#[a] pub async fn f() { }"
    );
}

#[test]
fn raw_identifiers_lose_their_prefix() {
    let ItemKind::Fn(function) = one("fn r#type() {}") else {
        panic!()
    };
    assert_eq!(function.name.text, "type");
}
