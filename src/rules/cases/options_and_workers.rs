//! What handlers in the options of a framework taught, and workers that requests wake.

use super::check_rule;

/// A bot that counts who wrote how often. `options` is what the framework is given.
fn bot(marks: &str, options: &str) -> String {
    format!(
        r"//# app/src/main.rs uses: poise, tokio
use std::{{collections::HashMap, sync::{{Arc, RwLock}}}};
use poise::serenity_prelude as serenity;
struct Data {{ warned: Arc<RwLock<HashMap<u64, u32>>> }}{marks}
async fn warn(event: &serenity::FullEvent, data: &Data) -> Result<(), Error> {{
    let mut warned = data.warned.write().unwrap();
    *warned.entry(author(event)).or_insert(0) += 1;
    if warned[&author(event)] > 3 {{ ban(event).await; }}
    Ok(())
}}
fn prepare(data: &Data) -> u32 {{ data.warned.write().unwrap().insert(1, 1); 3 }}
#[tokio::main]
async fn main() {{
    let data = Data {{ warned: Arc::new(RwLock::new(HashMap::new())) }};
    let framework = poise::Framework::builder()
        .options(poise::FrameworkOptions {{ {options} ..Default::default() }})
        .setup(move |_, _, _| Box::pin(async move {{ Ok(data) }}))
        .build();
    serenity::ClientBuilder::new(token(), intents()).framework(framework).await.unwrap().start().await.unwrap();
}}
"
    )
}

#[test]
fn a_handler_in_the_options_of_a_framework_runs_for_what_comes() {
    let marks = " //~ in-memory-store";
    check_rule(&bot(
        marks,
        "event_handler: |_, event, _, data| Box::pin(warn(event, data)),",
    ));
    check_rule(&bot(
        marks,
        "command_check: Some(|ctx| Box::pin(warn(ctx.event(), ctx.data()))),",
    ));
}

#[test]
fn what_start_up_code_works_out_for_the_options_runs_once() {
    check_rule(&bot("", "owners: prepare(&data),"));
}

/// A service whose worker is woken; `taken` is what it works on, `filled` what the request does.
fn worker(marks: &str, queue: &str, filled: &str, taken: &str) -> String {
    format!(
        r#"//# app/src/main.rs uses: axum, tokio
use std::{{collections::{{HashMap, VecDeque}}, sync::{{Arc, Mutex}}}};
use axum::{{extract::State, routing::{{get, post}}, Router}};
use tokio::sync::Notify;
struct Shop {{
    orders: Mutex<VecDeque<String>>,{queue}
    sold: Mutex<HashMap<String, u64>>,{marks}
    wake: Notify,
}}
async fn order(State(shop): State<Arc<Shop>>, name: String) {{ {filled} shop.wake.notify_one(); }}
async fn sold(State(shop): State<Arc<Shop>>, name: String) -> String {{
    shop.sold.lock().unwrap().get(&name).copied().unwrap_or(0).to_string()
}}
async fn work(shop: Arc<Shop>) {{
    loop {{
        let next = {{ {taken} }};
        match next {{
            Some(name) => *shop.sold.lock().unwrap().entry(name).or_insert(0) += 1,
            None => shop.wake.notified().await,
        }}
    }}
}}
#[tokio::main]
async fn main() {{
    let shop = Arc::new(Shop {{ orders: Mutex::default(), sold: Mutex::default(), wake: Notify::new() }});
    tokio::spawn(work(shop.clone()));
    let app = Router::new().route("/order", post(order)).route("/sold", get(sold)).with_state(shop);
    axum::serve(tokio::net::TcpListener::bind("[::]:80").await.unwrap(), app).await.unwrap();
}}
"#
    )
}

#[test]
fn a_worker_that_is_woken_and_takes_what_requests_left_changes_state_for_them() {
    check_rule(&worker(
        " //~ in-memory-store",
        " //~ in-memory-queue",
        "shop.orders.lock().unwrap().push_back(name);",
        "let mut orders = shop.orders.lock().unwrap(); orders.pop_front()",
    ));
}

#[test]
fn a_worker_that_is_woken_to_look_elsewhere_keeps_its_own_copy() {
    check_rule(&worker("", "", "", "fetch_prices().await"));
}
