//! Maps keyed by types: the type behind which a value lies is its only name, and who shares the map decides.

use super::check_rule;

/// A bot whose handler does this to the data of all handlers.
#[track_caller]
fn bot(items: &str, handler: &str, start: &str) {
    check_rule(&format!(
        r#"//# app/src/main.rs uses: serenity, tokio
use serenity::{{async_trait, model::channel::Message, prelude::*}};
use std::{{collections::HashMap, sync::{{Arc, atomic::{{AtomicUsize, Ordering}}}}}};
{items}
struct Bot;
#[async_trait]
impl EventHandler for Bot {{
    async fn message(&self, ctx: Context, msg: Message) {{
        {handler}
    }}
}}
#[tokio::main]
async fn main() {{
    let mut client = Client::builder("token", GatewayIntents::all()).event_handler(Bot).await.unwrap();
    {start}
    client.start().await.unwrap();
}}
"#
    ));
}

#[test]
fn a_map_behind_a_key_is_a_store() {
    bot(
        "struct Votes; //~ in-memory-store
impl TypeMapKey for Votes { type Value = HashMap<u64, u32>; }",
        "let mut data = ctx.data.write().await;
        let votes = data.get_mut::<Votes>().expect(\"put in\");
        *votes.entry(msg.author.id.get()).or_insert(0) += 1;",
        "{ let mut data = client.data.write().await; data.insert::<Votes>(HashMap::default()); }",
    );
}

#[test]
fn a_lock_behind_a_key_is_entered_after_the_map_is_left() {
    bot(
        "struct Votes; //~ in-memory-store
impl TypeMapKey for Votes { type Value = Arc<RwLock<HashMap<u64, u32>>>; }",
        "let votes = {
            let data = ctx.data.read().await;
            data.get::<Votes>().unwrap().clone()
        };
        *votes.write().await.entry(msg.author.id.get()).or_insert(0) += 1;",
        "client.data.write().await.insert::<Votes>(Arc::new(RwLock::new(HashMap::new())));",
    );
}

#[test]
fn a_count_behind_a_key_is_a_count() {
    bot(
        "struct Said; //~ global-counter
impl TypeMapKey for Said { type Value = Arc<AtomicUsize>; }",
        "let said = ctx.data.read().await.get::<Said>().unwrap().clone();
        said.fetch_add(1, Ordering::Relaxed);",
        "client.data.write().await.insert::<Said>(Arc::new(AtomicUsize::new(0)));",
    );
}

#[test]
fn a_plain_value_that_is_put_in_again_changes() {
    bot(
        "struct Last; //~ global-mutable
impl TypeMapKey for Last { type Value = String; }",
        "let mut data = ctx.data.write().await;
        let before = data.get::<Last>().cloned();
        msg.reply(&ctx, before).await;
        data.insert::<Last>(msg.content);",
        "client.data.write().await.insert::<Last>(String::new());",
    );
}

#[test]
fn a_struct_behind_a_key_changes_in_its_fields() {
    bot(
        "struct Polls; //~ in-memory-store
#[derive(Default)]
struct Poll { answers: HashMap<u64, String>, open: bool }
impl TypeMapKey for Polls { type Value = HashMap<u64, Poll>; }",
        "let mut data = ctx.data.write().await;
        let poll = data.get_mut::<Polls>().unwrap().entry(msg.channel_id.get()).or_default();
        poll.answers.insert(msg.author.id.get(), msg.content);",
        "client.data.write().await.insert::<Polls>(HashMap::new());",
    );
}

#[test]
fn a_pool_behind_a_key_is_silent() {
    bot(
        "struct Db;
impl TypeMapKey for Db { type Value = sqlx::PgPool; }",
        "let pool = ctx.data.read().await.get::<Db>().unwrap().clone();
        sqlx::query(\"INSERT INTO words VALUES ($1)\").bind(msg.content).execute(&pool).await.unwrap();",
        "client.data.write().await.insert::<Db>(sqlx::PgPool::connect(\"postgres://db\").await.unwrap());",
    );
}

#[test]
fn what_is_only_read_behind_a_key_is_silent() {
    bot(
        "struct Settings;
impl TypeMapKey for Settings { type Value = Arc<HashMap<String, String>>; }",
        "let settings = ctx.data.read().await.get::<Settings>().unwrap().clone();
        msg.reply(&ctx, settings.get(\"greeting\")).await;",
        "client.data.write().await.insert::<Settings>(Arc::new(load()));",
    );
}

#[test]
fn what_the_first_event_puts_in_once_is_silent() {
    bot(
        "struct Settings;
impl TypeMapKey for Settings { type Value = HashMap<String, String>; }",
        "let mut data = ctx.data.write().await;
        if !data.contains_key::<Settings>() { data.insert::<Settings>(load().await); }
        msg.reply(&ctx, data.get::<Settings>().unwrap().get(\"greeting\")).await;",
        "",
    );
}

#[test]
fn a_request_s_own_map_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, typemap_rev
use axum::{Router, routing::post};
use std::collections::HashMap;
use typemap_rev::{TypeMap, TypeMapKey};
struct Words;
impl TypeMapKey for Words { type Value = HashMap<String, u32>; }
async fn count(body: String) -> String {
    let mut found = TypeMap::new();
    found.insert::<Words>(HashMap::new());
    for word in body.split(' ') { *found.get_mut::<Words>().unwrap().entry(word.to_owned()).or_insert(0) += 1; }
    found.get::<Words>().unwrap().len().to_string()
}
#[tokio::main]
async fn main() { axum::serve(listener().await, Router::new().route("/", post(count))).await.unwrap(); }
"#,
    );
}

#[test]
fn a_map_of_types_in_a_field_is_one_store() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, typemap_rev
use axum::{Router, extract::State, routing::post};
use std::{collections::HashMap, sync::{Arc, RwLock}};
use typemap_rev::{TypeMap, TypeMapKey};
struct Words;
impl TypeMapKey for Words { type Value = HashMap<String, u32>; }
struct App {
    data: RwLock<TypeMap>, //~ in-memory-store
}
async fn count(State(app): State<Arc<App>>, body: String) -> String {
    let mut data = app.data.write().unwrap();
    let words = data.get_mut::<Words>().unwrap();
    *words.entry(body).or_insert(0) += 1;
    words.len().to_string()
}
#[tokio::main]
async fn main() {
    let app = Arc::new(App { data: RwLock::new(TypeMap::new()) });
    app.data.write().unwrap().insert::<Words>(HashMap::new());
    axum::serve(listener().await, Router::new().route("/", post(count)).with_state(app)).await.unwrap();
}
"#,
    );
}

#[test]
fn a_map_by_value_types_in_a_static_is_one_store() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio, anymap
use anymap::AnyMap;
use axum::{Router, routing::post};
use std::sync::{LazyLock, Mutex};
#[derive(Default)]
struct Words(Vec<String>);
static DATA: LazyLock<Mutex<AnyMap>> = LazyLock::new(|| Mutex::new(AnyMap::new())); //~ in-memory-store
async fn note(body: String) -> String {
    let mut data = DATA.lock().unwrap();
    let words = data.get_mut::<Words>().unwrap();
    words.0.push(body);
    words.0.join(" ")
}
#[tokio::main]
async fn main() { axum::serve(listener().await, Router::new().route("/", post(note))).await.unwrap(); }
"#,
    );
}

#[test]
fn a_lock_among_the_extensions_of_each_request_is_the_app_s() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Extension, Router, extract::Request, routing::post};
use std::sync::{Arc, Mutex};
type Words = Arc<Mutex<Vec<String>>>;
async fn note(request: Request) -> String {
    let words = request.extensions().get::<Words>().unwrap().clone();
    words.lock().unwrap().push(request.uri().to_string());
    words.lock().unwrap().join(" ")
}
#[tokio::main]
async fn main() {
    let words: Words = Arc::new(Mutex::new(Vec::new())); //~ in-memory-store
    axum::serve(listener().await, Router::new().route("/", post(note)).layer(Extension(words))).await.unwrap();
}
"#,
    );
}

#[test]
fn a_struct_among_the_extensions_of_each_request_is_the_app_s() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Extension, Router, extract::Request, routing::post};
use std::sync::{Arc, Mutex};
#[derive(Clone, Default)]
struct Words {
    all: Arc<Mutex<Vec<String>>>, //~ in-memory-store
}
async fn note(request: Request) -> String {
    let words: &Words = request.extensions().get().unwrap();
    words.all.lock().unwrap().push(request.uri().to_string());
    words.all.lock().unwrap().join(" ")
}
#[tokio::main]
async fn main() {
    axum::serve(listener().await, Router::new().route("/", post(note)).layer(Extension(Words::default()))).await.unwrap();
}
"#,
    );
}

#[test]
fn what_a_request_puts_into_its_own_extensions_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: axum, tokio
use axum::{Router, extract::Request, middleware::{self, Next}, response::Response, routing::post};
use std::sync::{Arc, Mutex};
#[derive(Clone, Default)]
struct Steps(Arc<Mutex<Vec<String>>>);
async fn begin(mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert(Steps::default());
    next.run(request).await
}
async fn note(request: Request) -> String {
    let steps = request.extensions().get::<Steps>().unwrap().clone();
    steps.0.lock().unwrap().push("read".to_owned());
    steps.0.lock().unwrap().join(" ")
}
#[tokio::main]
async fn main() {
    axum::serve(listener().await, Router::new().route("/", post(note)).layer(middleware::from_fn(begin))).await.unwrap();
}
"#,
    );
}

#[test]
fn an_actix_request_hands_out_app_data() {
    check_rule(
        r#"//# app/src/main.rs uses: actix-web
use actix_web::{App, HttpRequest, HttpServer, web};
use std::{collections::HashMap, sync::Mutex};
async fn note(request: HttpRequest, body: String) -> String {
    let words = request.app_data::<web::Data<Mutex<HashMap<String, u32>>>>().unwrap();
    let mut words = words.lock().unwrap();
    *words.entry(body).or_insert(0) += 1;
    words.len().to_string()
}
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let words = web::Data::new(Mutex::new(HashMap::<String, u32>::new())); //~ in-memory-store
    HttpServer::new(move || App::new().app_data(words.clone()).route("/", web::post().to(note))).bind("0.0.0.0:80")?.run().await
}
"#,
    );
}

#[test]
fn a_depot_hands_out_by_type() {
    check_rule(
        r#"//# app/src/main.rs uses: salvo, tokio
use salvo::prelude::*;
use std::{collections::HashMap, sync::Arc};
use tokio::sync::RwLock;
type Words = Arc<RwLock<HashMap<String, u32>>>;
#[handler]
async fn note(req: &mut Request, depot: &mut Depot) -> String {
    let words = depot.obtain::<Words>().unwrap();
    *words.write().await.entry(req.uri().to_string()).or_insert(0) += 1;
    words.read().await.len().to_string()
}
#[tokio::main]
async fn main() {
    let words: Words = Arc::new(RwLock::new(HashMap::new())); //~ in-memory-store
    let router = Router::new().hoop(affix_state::inject(words)).post(note);
    Server::new(TcpListener::new("0.0.0.0:80").bind().await).serve(router).await;
}
"#,
    );
}

#[test]
fn a_depot_hands_out_by_name() {
    check_rule(
        r#"//# app/src/main.rs uses: salvo, tokio
use salvo::prelude::*;
use std::sync::{Arc, Mutex};
#[derive(Default)]
struct Words {
    all: Mutex<Vec<String>>, //~ in-memory-store
}
#[handler]
async fn note(req: &mut Request, depot: &mut Depot) -> String {
    let words = depot.get::<Arc<Words>>("words").unwrap();
    words.all.lock().unwrap().push(req.uri().to_string());
    words.all.lock().unwrap().join(" ")
}
#[tokio::main]
async fn main() {
    let router = Router::new().hoop(affix_state::insert("words", Arc::new(Words::default()))).post(note);
    Server::new(TcpListener::new("0.0.0.0:80").bind().await).serve(router).await;
}
"#,
    );
}

#[test]
fn what_a_request_puts_into_its_depot_is_silent() {
    check_rule(
        r#"//# app/src/main.rs uses: salvo, tokio
use salvo::prelude::*;
use std::sync::{Arc, Mutex};
#[derive(Clone, Default)]
struct Steps(Arc<Mutex<Vec<String>>>);
#[handler]
async fn begin(depot: &mut Depot) { depot.inject(Steps::default()); }
#[handler]
async fn note(depot: &mut Depot) -> String {
    let steps = depot.obtain::<Steps>().unwrap();
    steps.0.lock().unwrap().push("read".to_owned());
    steps.0.lock().unwrap().join(" ")
}
#[tokio::main]
async fn main() {
    let router = Router::new().hoop(begin).post(note);
    Server::new(TcpListener::new("0.0.0.0:80").bind().await).serve(router).await;
}
"#,
    );
}

#[test]
fn a_poem_request_hands_out_its_data() {
    check_rule(
        r#"//# app/src/main.rs uses: poem, tokio
use poem::{EndpointExt, Request, Route, Server, handler, listener::TcpListener, post};
use std::sync::{Arc, Mutex};
type Words = Arc<Mutex<Vec<String>>>;
#[handler]
async fn note(request: &Request) -> String {
    let words = request.data::<Words>().unwrap();
    words.lock().unwrap().push(request.uri().to_string());
    words.lock().unwrap().join(" ")
}
#[tokio::main]
async fn main() {
    let words: Words = Arc::new(Mutex::new(Vec::new())); //~ in-memory-store
    Server::new(TcpListener::bind("0.0.0.0:80")).run(Route::new().at("/", post(note)).data(words)).await.unwrap();
}
"#,
    );
}

#[test]
fn a_tide_request_hands_out_its_extensions() {
    check_rule(
        r#"//# app/src/main.rs uses: tide, async-std
use std::sync::{Arc, Mutex};
use tide::Request;
#[derive(Clone, Default)]
struct App {
    words: Arc<Mutex<Vec<String>>>, //~ in-memory-store
}
async fn note(request: Request<App>) -> tide::Result<String> {
    let words = request.state().words.clone();
    words.lock().unwrap().push(request.url().to_string());
    Ok(words.lock().unwrap().join(" "))
}
#[async_std::main]
async fn main() -> tide::Result<()> {
    let mut app = tide::with_state(App::default());
    app.at("/").post(note);
    app.listen("0.0.0.0:80").await?;
    Ok(())
}
"#,
    );
}

#[test]
fn a_graphql_context_hands_out_by_type() {
    check_rule(
        r#"//# app/src/main.rs uses: async-graphql, async-graphql-axum, axum, tokio
use async_graphql::{Context, EmptySubscription, Object, Schema};
use std::{collections::HashMap, sync::{Arc, Mutex}};
type Words = Arc<Mutex<HashMap<String, u32>>>;
struct Query;
#[Object]
impl Query {
    async fn words(&self, ctx: &Context<'_>) -> usize { ctx.data_unchecked::<Words>().lock().unwrap().len() }
}
struct Mutation;
#[Object]
impl Mutation {
    async fn note(&self, ctx: &Context<'_>, word: String) -> bool {
        ctx.data::<Words>().unwrap().lock().unwrap().insert(word, 1).is_none()
    }
}
#[tokio::main]
async fn main() {
    let words: Words = Arc::new(Mutex::new(HashMap::new())); //~ in-memory-store
    let schema = Schema::build(Query, Mutation, EmptySubscription).data(words).finish();
    let app = axum::Router::new().route("/", axum::routing::post(handle)).with_state(schema);
    axum::serve(listener().await, app).await.unwrap();
}
"#,
    );
}
