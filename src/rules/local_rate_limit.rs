//! `local-rate-limit`: a limit per client or route, counted in this process. Decides by what the cell stores and what requests do to it; never prints.

use super::{Verdict, ask};
use crate::catalog::Kind;
use crate::finding::Level;
use crate::link::{Cell, Shape, words_of};

declare_rule! {
    /// # local-rate-limit
    ///
    /// A limit per client or route, counted in this process.
    ///
    /// ## Why
    ///
    /// A limiter in the process allows the limit once for each replica, and a restart resets it. Where it guards a login, an
    /// attacker gets N times the guesses.
    ///
    /// ## Fires
    ///
    /// ```rust
    /// static ATTEMPTS: LazyLock<Mutex<HashMap<String, (u32, Instant)>>> = LazyLock::new(Default::default);
    ///
    /// fn handle_login(ip: String) -> bool {
    ///     let mut attempts = ATTEMPTS.lock().unwrap();
    ///     let entry = attempts.entry(ip).or_insert((0, Instant::now()));
    ///     entry.0 += 1;
    ///     entry.0 < 5
    /// }
    /// ```
    ///
    /// ## Stays silent
    ///
    /// ```rust
    /// fn handle_batch(items: &[String]) -> usize {
    ///     let mut attempts: HashMap<String, (u32, Instant)> = HashMap::new();
    ///     for item in items {
    ///         attempts.entry(item.clone()).or_insert((0, Instant::now())).0 += 1;
    ///     }
    ///     attempts.len()
    /// }
    /// ```
    ///
    /// ## How to fix
    ///
    /// Count in Redis (`INCR` with `EXPIRE`, or a token bucket in a script), or limit at the gateway in front of all replicas.
    /// Where a limit per replica is meant, say so beside it.
    ///
    /// ## Known limits
    ///
    /// A limiter that protects this process alone looks the same as one that protects users.
    LOCAL_RATE_LIMIT { id: "local-rate-limit", level: Error, summary: "a limit per client or route, counted in this process" }
}

fn judge(cell: &Cell) -> Option<Verdict> {
    let content = |word: &String| WORDS.iter().any(|stem| word.starts_with(stem));
    // Of a struct its own name counts: that one of many fields speaks of limits says nothing of the rest.
    let named = speaks_of_a_rate_limit(cell)
        || if cell.stored.is_struct { words_of(&cell.stored.text).iter().any(content) } else { cell.stored.words.iter().any(content) };
    // One moment alone tells when something was done last, not how often who did it.
    let one_moment = cell.stored.head == Shape::Known(Kind::Time);
    let shaped = cell.stored.holds.contains(&Kind::Time) && !one_moment || cell.stored.is_struct || ask::is_number(cell) || ask::is_map(cell) || is_a_window(cell);
    if !named || !shaped {
        return None;
    }
    Some(Verdict {
        level: Level::Error,
        message: format!("`{}` counts per client in this process; with two replicas each client gets the limit twice, and a restart resets it{}", cell.name, ask::growth(cell)),
        remedies: vec![
            ask::remedy_with("count in Redis, with the window as expiry", "let hits: u64 = redis.incr(&key, 1).await?; // and redis.expire(&key, 60)"),
            ask::remedy("limit at the gateway in front of all replicas"),
        ],
        because: vec!["its name or content speaks of limits, buckets or attempts".to_owned()],
    })
}

/// `VecDeque<u64>`: when each of the last ones came, in milliseconds.
fn is_a_window(cell: &Cell) -> bool {
    let moments = ["<u64>", "<u128>", "<i64>", "<(u64, ", "<(i64, ", "<f64>"];
    let holds_moments = moments.iter().any(|moments| cell.stored.text.contains(moments));
    ask::is_collection(cell) && holds_moments && cell.written_by(&["pop_front", "retain", "drain"])
}

const WORDS: &[&str] = &["ratelimit", "limiter", "limits", "bucket", "throttle", "attempts", "quota", "lockout"];

/// `RateLimit` is two words.
fn speaks_of_a_rate_limit(cell: &Cell) -> bool {
    cell.named(WORDS) || cell.named(&["rate"]) && cell.named(&["limit"])
}
