//! `in-memory-cache`: copies of data that changes elsewhere. Decides by what the cell stores and what requests do to it; never prints.

use super::{Verdict, ask};
use crate::catalog::Kind;
use crate::finding::Level;
use crate::link::{Cell, Touch, words_of};

declare_rule! {
    /// # in-memory-cache
    ///
    /// Copies of data that changes elsewhere.
    ///
    /// ## Why
    ///
    /// A cache in the process is right as long as this process makes all changes. With two replicas, a change made through one
    /// leaves the old copy on the other.
    ///
    /// ## Fires
    ///
    /// ```rust
    /// static PRODUCTS: LazyLock<Mutex<HashMap<u64, String>>> = LazyLock::new(Default::default);
    ///
    /// fn handle_product(id: u64) -> String {
    ///     let mut cache = PRODUCTS.lock().unwrap();
    ///     if let Some(found) = cache.get(&id) {
    ///         return found.clone();
    ///     }
    ///     let product = load_from_database(id);
    ///     cache.insert(id, product.clone());
    ///     product
    /// }
    /// ```
    ///
    /// ```rust
    /// use cached::proc_macro::cached;
    ///
    /// #[cached]
    /// async fn price(id: u64) -> String {
    ///     load_from_database(id).await
    /// }
    ///
    /// async fn handle_price(id: u64) -> String {
    ///     price(id).await
    /// }
    /// ```
    ///
    /// ```rust
    /// static PLANS: OnceCell<Vec<String>> = OnceCell::const_new();
    ///
    /// async fn handle_plans(pool: sqlx::PgPool) -> usize {
    ///     let load = || async { sqlx::query_scalar("SELECT name FROM plans").fetch_all(&pool).await.unwrap() };
    ///     PLANS.get_or_init(load).await.len()
    /// }
    /// ```
    ///
    /// ## Stays silent
    ///
    /// ```rust
    /// static WORDS: LazyLock<HashMap<u64, String>> = LazyLock::new(load_words);
    ///
    /// fn handle_word(id: u64) -> Option<String> {
    ///     WORDS.get(&id).cloned()
    /// }
    /// ```
    ///
    /// ## How to fix
    ///
    /// Keep the copies in Redis with an expiry and delete them on change, or give the local cache a short time to live that your
    /// clients can bear, or tell all replicas of a change (Redis or database notifications).
    ///
    /// ## Known limits
    ///
    /// Whether the cached data can change at all is not known: a memo of a pure function, kept by hand, is reported as a warning.
    /// Around a function with an attribute (`#[cached]`) it is a note where all that we see the function use is its arguments,
    /// and where a copy is forgotten within ten minutes.
    IN_MEMORY_CACHE { id: "in-memory-cache", level: Error, summary: "copies of data that changes elsewhere" }
}

fn judge(cell: &Cell) -> Option<Verdict> {
    let by_type = ask::is_cache_type(cell);
    let by_name = cell.named(CACHE_WORDS) || cell.words().iter().any(|word| word == "memo" || word == "memos") || cell.stored.text.contains("Cache");
    let collection = ask::is_collection(cell) || cell.stored.is_struct || cell.stored.holds.contains(&Kind::Option);
    let read_through = looks_up_before_it_fills(cell);
    let fetched = ask::is_fetched_once(cell);
    let plays = by_type || by_name && collection || read_through || fetched;
    if !plays {
        return None;
    }
    let by_content = is_keyed_by_content(cell);
    let level = if by_content {
        Level::Note
    } else if cell.forgets() || ask::is_map(cell) { ask::level_by_reads(cell) } else { Level::Warning };
    Some(Verdict {
        level,
        message: if by_content {
            format!("`{}` keeps copies of what never changes under its key; with two replicas, each fetches and keeps its own", cell.name)
        } else {
            format!(
                "`{}` keeps copies in this process; with two replicas, a change made through one leaves the old copy on the other{}",
                cell.name,
                ask::growth(cell)
            )
        },
        remedies: vec![
            ask::remedy_with("keep the copies in Redis, with an expiry, and delete them on change", "redis.set_ex(key, value, 300).await?; // and redis.del(key) on change"),
            ask::remedy("give the local cache a time to live that clients can bear"),
        ],
        because: vec![if by_content {
            "its key is made of the content: what has another content has another key".to_owned()
        } else if by_type {
            format!("`{}` is a cache", cell.stored.text)
        } else if fetched {
            "the first request that needs it gets it from another server, and it is never asked again".to_owned()
        } else if by_name {
            "its name or type says that it is a cache".to_owned()
        } else {
            "it is filled where a look-up finds nothing".to_owned()
        }],
    })
}

/// `Cache<Digest, Bytes>`: no change can make such a copy wrong. The hash of an address or a password says nothing of what
/// lies there.
fn is_keyed_by_content(cell: &Cell) -> bool {
    const HASHES: &[&str] = &["digest", "hash", "sha256", "sha1", "sha512", "blake3", "cid", "checksum", "multihash"];
    const OF_CONTENT: &[&str] = &["content", "blob", "chunk", "object", "id", "bytes", "data"];
    let of = cell.stored.text.split_once("Map<").or_else(|| cell.stored.text.split_once("Cache<"));
    let Some((key, _)) = of.and_then(|(_, of)| of.split_once(',')) else { return false };
    let words = words_of(key.rsplit("::").next().unwrap_or(key));
    words.iter().any(|word| HASHES.contains(&word.as_str()))
        && words.iter().all(|word| HASHES.contains(&word.as_str()) || OF_CONTENT.contains(&word.as_str()))
}

/// It is filled where a look-up finds nothing: by the map's own method, or by a function that gets, then inserts, and is
/// not named like one that makes something new.
fn looks_up_before_it_fills(cell: &Cell) -> bool {
    const BY_METHOD: &[&str] =
        &["get_with", "try_get_with", "get_or_insert_with", "cache_get_or_set_with", "get_value_or_guard", "get_or_fetch"];
    const MAKES: &[&str] = &[
        "create", "register", "login", "add", "insert", "update", "set", "put", "post", "join", "connect", "new", "open",
        "start", "record", "save", "store", "submit", "push", "handle_socket", "upgrade",
    ];
    // The map itself may be put into its `Option` at first use: that looks nothing up.
    let by_method = |write: &Touch| write.on != Kind::Option && BY_METHOD.contains(&write.op.as_str());
    if ask::is_map(cell) && cell.request_writes().any(by_method) {
        return true;
    }
    cell.request_writes().filter(|write| matches!(write.op.as_str(), "insert" | "put")).any(|write| {
        let makes = words_of(&write.function).iter().any(|word| MAKES.contains(&word.as_str()));
        // `ROOMS.get().unwrap()` asks a cell that start-up code sets, not the map in it.
        let looks = |touch: &&Touch| {
            touch.on != Kind::Once && touch.function == write.function && touch.op == "get" && touch.place < write.place
        };
        !makes && ask::is_map(cell) && cell.request_reads().any(|touch| looks(&touch))
    })
}

const CACHE_WORDS: &[&str] = &["cache", "memoi"];
