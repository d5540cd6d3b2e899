//! What is seen inside macros, and what they expand to.

use super::*;

#[test]
fn lazy_static_declares_lazy_statics() {
    let text = "lazy_static::lazy_static! { /// doc\n #[x] pub static ref A: u8 = 1; static ref B: u8 = 2; }";
    let want = ["A", "B"].map(|name| (name.to_owned(), StaticForm::Lazy, true));
    assert_eq!(statics(text), want);
}

#[test]
fn thread_local_declares_with_and_without_const_block() {
    let text = "thread_local! { static A: u8 = const { 1 }; pub static B: u8 = 2 }";
    let want = ["A", "B"].map(|name| (name.to_owned(), StaticForm::ThreadLocal, true));
    assert_eq!(statics(text), want);
}

#[test]
fn task_local_declares_without_value() {
    let want = [("A".to_owned(), StaticForm::TaskLocal, false)];
    assert_eq!(statics("tokio::task_local! { pub static A: u8; }"), want);
}

#[test]
fn a_declared_static_spans_its_declaration() {
    let text = "lazy_static! { pub static ref A: u8 = 1; }";
    assert_eq!(
        slice(text, extract(text).items[0].span),
        "pub static ref A: u8 = 1;"
    );
}

#[test]
fn lazy_static_in_a_body_is_an_item() {
    assert!(matches!(
        &body("lazy_static! { static ref A: u8 = 1; } f()")[0],
        Stmt::Item(_)
    ));
}

#[test]
fn cfg_if_gives_the_items_of_all_branches() {
    let text =
        "cfg_if::cfg_if! { if #[cfg(a)] { fn a() {} } else if #[cfg(b)] { fn b() {} } else { fn c() {} } }";
    assert_eq!(fn_names(&extract(text)), ["a", "b", "c"]);
}

#[test]
fn a_wrapper_macro_gives_its_items() {
    assert_eq!(fn_names(&extract("cfg_rt! { fn a() {} fn b() {} }")), ["a", "b"]);
}

#[test]
fn an_unread_item_macro_keeps_its_exact_text() {
    let text = "my::thing!( a  => b );";
    let ItemKind::MacroCall(call) = one(text) else {
        panic!()
    };
    assert_eq!(call.path, ["my", "thing"]);
    assert_eq!(
        (call.text.text.as_str(), slice(text, call.text.span)),
        (" a  => b ", " a  => b ")
    );
}

#[test]
fn an_item_macro_without_tokens_stays_a_call() {
    assert!(matches!(one("generate!();"), ItemKind::MacroCall(_)));
}

#[test]
fn macro_rules_keeps_its_exact_text() {
    let ItemKind::MacroRules(rules) = one("#[macro_export] macro_rules! m { ($a:ty)  => {}; }") else {
        panic!()
    };
    assert_eq!(
        (rules.name.text.as_str(), rules.text.as_str()),
        ("m", " ($a:ty)  => {}; ")
    );
    assert!(rules.exported);
}

#[test]
fn where_clauses_join_their_parameter() {
    let ItemKind::Fn(function) = one("fn f<'a, T: A, const N: usize>() where T: B + ?Sized, Vec<T>: C {}")
    else {
        panic!()
    };
    assert_eq!(function.generics.params.len(), 2);
    assert_eq!(function.generics.params[0].bounds.len(), 2);
    assert_eq!(function.generics.wheres.len(), 1);
}

#[test]
fn vec_becomes_an_array() {
    assert!(matches!(expr("vec![a, b,]"), ExprKind::Array(values) if values.len() == 2));
    assert!(matches!(expr("vec![0; n]"), ExprKind::Repeat { .. }));
}

#[test]
fn format_strings_capture_names() {
    assert_eq!(
        args("format!(\"{a} {b:?} {{c}} {:>w$} {d:.p$}\", e)"),
        "\"{a} {b:?} {{c}} {:>w$} {d:.p$}\", e, a, b, w, d, p"
    );
}

#[test]
fn a_named_argument_is_not_a_capture() {
    assert_eq!(args("println!(\"{a}\", a = f(1))"), "\"{a}\", f(1)");
}

#[test]
fn arguments_may_hold_commas_inside() {
    assert_eq!(args("write!(w, \"{}\", f::<A, B>(x))"), "w, \"{}\", f(x)");
}

#[test]
fn tracing_fields_are_read() {
    let text = "info!(%id, user = ?name, user.id = %u.id, target: \"x\", \"t {}\", a);";
    assert_eq!(args(text), "id, name, u.id, \"x\", \"t {}\", a");
}

#[test]
fn json_gives_its_values() {
    assert_eq!(
        args("json!({ \"a\": x, \"b\": [y, null, { \"c\": f(1) }], (k): 2 })"),
        "x, y, f(1), k, 2"
    );
}

#[test]
fn select_branches_become_matches() {
    let text =
        "tokio::select! { biased; Some(m) = rx.recv(), if on => { f(m) } _ = tick() => {}, else => g() }";
    assert_eq!(
        args(text),
        "match rx.recv().await [1], match tick().await [1], g()"
    );
}

#[test]
fn a_block_of_select_is_not_called_with_the_next_pattern() {
    assert_eq!(
        args("select! { a = x => { 1 } (b, c) = y => { 2 } }"),
        "match x.await [1], match y.await [1]"
    );
}

#[test]
fn crossbeam_select_is_read() {
    assert_eq!(
        args("select! { recv(rx) -> m => f(m), default(t) => {} }"),
        "match recv(rx) [1], {0}"
    );
}

#[test]
fn join_awaits_its_arguments() {
    assert_eq!(args("tokio::join!(a(), b)"), "a().await, b.await");
}

#[test]
fn stream_bodies_are_async_blocks() {
    let call = mac("async_stream::stream! { let x = 1; yield x; }");
    assert!(matches!(&call.args[0].kind, ExprKind::Async { body, .. } if body.stmts.len() == 2));
}

#[test]
fn quoted_code_is_not_code() {
    assert_eq!(args("quote! { COUNT += 1; }"), "");
}

#[test]
fn lists_maps_and_statements_of_unknown_macros_are_read() {
    assert_eq!(args("mine!(a, b.c())"), "a, b.c()");
    assert_eq!(args("hashmap! { a => b, c => d }"), "a, b, c, d");
    assert_eq!(args("mine! { let a = 1; f(a) }"), "{2}");
}

#[test]
fn an_unread_macro_keeps_its_text() {
    let call = mac("html! { <p>{ x }</p> }");
    assert_eq!(
        (call.read, call.text.text.as_str(), call.args.len()),
        (false, " <p>{ x }</p> ", 0)
    );
}

#[test]
fn a_simple_macro_makes_items() {
    let items = expanded(
        "($n:ident, $t:ty) => { pub static $n: $t = 0; };",
        "HITS, Vec<u8>",
    )
    .unwrap();
    let ItemKind::Static(value) = &items[0].kind else {
        panic!()
    };
    assert_eq!(
        (value.name.text.as_str(), value.name.span),
        ("HITS", Span { start: 0, end: 4 })
    );
    assert_eq!(items[0].span, Span { start: 0, end: 13 });
}

#[test]
fn repetitions_repeat() {
    let rules = "($( $v:vis $n:ident : $t:ty = $e:expr ),* $(,)?) => { pub struct C { $( $v $n: $t ),* } };";
    let items = expanded(rules, "pub a: u8 = 1 + 2, b: u16 = f(),").unwrap();
    assert!(matches!(&items[0].kind, ItemKind::Struct(def) if def.fields.len() == 2));
}

#[test]
fn repetitions_nest() {
    let rules = "($( $m:ident { $( $f:ident ),+ } )*) => { $( mod $m { $( fn $f() {} )+ } )* };";
    let items = expanded(rules, "a { x, y } b { z }").unwrap();
    assert!(
        matches!(&items[0].kind, ItemKind::Mod(module) if module.items.as_ref().is_some_and(|i| i.len() == 2))
    );
}

#[test]
fn arms_are_tried_in_order() {
    let rules =
        "(@a $x:expr) => { first($x) }; ($x:literal) => { second($x) }; ($($t:tt)*) => { third($($t)*) };";
    assert_eq!(expanded_block(rules, "@a 1").as_deref(), Some("first(1)"));
    assert_eq!(expanded_block(rules, "2").as_deref(), Some("second(2)"));
    assert_eq!(
        expanded_block(rules, "x, y == z").as_deref(),
        Some("third(x, (y == z))")
    );
}

#[test]
fn expressions_keep_their_precedence() {
    assert_eq!(
        expanded_block("($a:expr) => { $a * 2 };", "1 + x").as_deref(),
        Some("((1 + x) * 2)")
    );
}

#[test]
fn tokens_of_the_definition_stand_at_the_call() {
    let definition = rules("($x:ident) => { helper($x) };");
    let call = Span { start: 50, end: 51 };
    let block = expand_block(&definition, "crate", &CallText::of_file("k".to_owned(), call)).unwrap();
    let Stmt::Expr { expr, .. } = &block.stmts[0] else {
        panic!()
    };
    let ExprKind::Call { callee, args } = &expr.kind else {
        panic!()
    };
    assert_eq!((callee.span, args[0].span), (call, call));
}

#[test]
fn a_call_that_fits_no_arm_is_not_expanded() {
    assert_eq!(expanded("($n:ident) => { fn $n() {} };", "1 + 2"), None);
    assert_eq!(expanded("not a definition", "x"), None);
}

#[test]
fn an_expansion_that_grows_without_end_is_given_up() {
    let inner = "$($t)* ".repeat(2_000);
    assert_eq!(
        expanded(&format!("($($t:tt)*) => {{ {inner} }};"), &"a ".repeat(1_000)),
        None
    );
}
