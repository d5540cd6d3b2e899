//! Conversions that name no function: they run the workspace's own impls.

use super::check_rule;

#[test]
fn a_conversion_by_the_annotation_runs_the_impl() {
    check_rule(
        r"
static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
struct Order { item: String }
struct Ticket { item: String }
impl From<Order> for Ticket {
    fn from(order: Order) -> Self { SEEN.lock().unwrap().push(order.item.clone()); Ticket { item: order.item } }
}
fn handle_order(order: Order) -> String { let ticket: Ticket = order.into(); ticket.item }
fn handle_seen() -> usize { SEEN.lock().unwrap().len() }
fn main() { serve(handle_order); }
",
    );
}

#[test]
fn a_conversion_by_a_parameter_a_field_or_the_result_runs_the_impl() {
    check_rule(
        r"
static ARGUMENTS: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
static FIELDS: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
static RESULTS: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
struct One(String);
struct Two(String);
struct Three(String);
struct Holder { two: Two }
impl From<String> for One { fn from(text: String) -> Self { ARGUMENTS.lock().unwrap().push(text.clone()); One(text) } }
impl From<String> for Two { fn from(text: String) -> Self { FIELDS.lock().unwrap().push(text.clone()); Two(text) } }
impl TryFrom<String> for Three {
    type Error = ();
    fn try_from(text: String) -> Result<Self, ()> { RESULTS.lock().unwrap().push(text.clone()); Ok(Three(text)) }
}
fn take(one: One) -> String { one.0 }
fn three(text: String) -> Result<Three, ()> { if text.is_empty() { return Err(()); } text.try_into() }
fn handle_words(text: String) -> String {
    let holder = Holder { two: text.clone().into() };
    take(text.clone().into()) + &holder.two.0 + &three(text).unwrap().0
}
fn handle_seen() -> usize { ARGUMENTS.lock().unwrap().len() + FIELDS.lock().unwrap().len() + RESULTS.lock().unwrap().len() }
fn main() { serve(handle_words); }
",
    );
}

#[test]
fn a_text_is_parsed_by_the_impl_of_the_type_that_is_wanted() {
    check_rule(
        r"
static TERMS: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
static UNUSED: Mutex<Vec<String>> = Mutex::new(Vec::new());
struct Term(String);
struct Other(String);
impl FromStr for Term {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> { TERMS.lock().unwrap().push(text.to_owned()); Ok(Term(text.to_owned())) }
}
impl FromStr for Other {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> { UNUSED.lock().unwrap().push(text.to_owned()); Ok(Other(text.to_owned())) }
}
fn handle_search(text: String) -> usize {
    let limit: usize = text.parse().unwrap();
    let term = text.parse::<Term>().unwrap();
    term.0.len() + limit
}
fn handle_seen() -> usize { TERMS.lock().unwrap().len() + UNUSED.lock().unwrap().len() }
fn main() { let _ = Other::from_str(NAME); serve(handle_search); }
",
    );
}

/// Of several impls for one type only the one for what is given runs.
#[test]
fn a_conversion_from_another_type_is_not_run() {
    check_rule(
        r"
static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());
struct Order { item: String }
struct Draft { item: String }
struct Ticket { item: String }
impl From<Order> for Ticket {
    fn from(order: Order) -> Self { SEEN.lock().unwrap().push(order.item.clone()); Ticket { item: order.item } }
}
impl From<Draft> for Ticket { fn from(draft: Draft) -> Self { Ticket { item: draft.item } } }
fn handle_draft(draft: Draft) -> String { let ticket: Ticket = draft.into(); ticket.item }
fn handle_other(draft: Draft) -> String { Ticket::from(draft).item }
fn handle_seen() -> usize { SEEN.lock().unwrap().len() }
fn main() { serve(handle_draft); serve(handle_other); }
",
    );
}

#[test]
fn a_question_mark_converts_the_error() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, sqlx, tokio
use axum::{Router, extract::State, routing::post};
use std::sync::Mutex;
static LOST: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
static BROKEN: Mutex<Vec<String>> = Mutex::new(Vec::new()); //~ in-memory-store
static FOREIGN: Mutex<Vec<String>> = Mutex::new(Vec::new());
struct Broken(String);
struct AppError(String);
impl From<sqlx::Error> for AppError { fn from(error: sqlx::Error) -> Self { LOST.lock().unwrap().push(error.to_string()); AppError(error.to_string()) } }
impl From<Broken> for AppError { fn from(error: Broken) -> Self { BROKEN.lock().unwrap().push(error.0.clone()); AppError(error.0) } }
impl From<lettre::Error> for AppError { fn from(error: lettre::Error) -> Self { FOREIGN.lock().unwrap().push(error.to_string()); AppError(error.to_string()) } }
fn check(body: &str) -> Result<(), Broken> { if body.is_empty() { Err(Broken(body.to_owned())) } else { Ok(()) } }
async fn add(State(pool): State<sqlx::PgPool>, body: String) -> Result<String, AppError> {
    check(&body)?;
    sqlx::query("INSERT INTO words VALUES ($1)").bind(&body).execute(&pool).await?;
    Ok(body)
}
async fn seen() -> String { format!("{} {} {}", LOST.lock().unwrap().len(), BROKEN.lock().unwrap().len(), FOREIGN.lock().unwrap().len()) }
#[tokio::main]
async fn main() {
    let app = Router::new().route("/words", post(add).get(seen)).with_state(pool().await);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}
