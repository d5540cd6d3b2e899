//! `local-broadcast`: rooms, hubs and registries of connections. Decides by what the cell stores and what requests do to it; never prints.

use std::collections::BTreeSet;

use super::{Verdict, ask};
use crate::catalog::{EntryKind, Kind};
use crate::finding::Level;
use crate::link::{Cell, Program, Shape, Touch, When, words_of};

declare_rule! {
    /// # local-broadcast
    ///
    /// Rooms, hubs and registries of connections.
    ///
    /// ## Why
    ///
    /// A registry of open connections, or a channel between them, joins the clients of one process. With two replicas a message
    /// reaches only the clients that happen to be connected to the same one.
    ///
    /// ## Fires
    ///
    /// ```rust
    /// struct Hub {
    ///     clients: Mutex<HashMap<u64, mpsc::UnboundedSender<String>>>,
    /// }
    ///
    /// static HUB: LazyLock<Hub> = LazyLock::new(|| Hub { clients: Mutex::default() });
    ///
    /// fn handle_join(id: u64, sender: mpsc::UnboundedSender<String>) {
    ///     HUB.clients.lock().unwrap().insert(id, sender);
    /// }
    ///
    /// fn handle_message(text: String) {
    ///     for client in HUB.clients.lock().unwrap().values() {
    ///         let _ = client.send(text.clone());
    ///     }
    /// }
    /// ```
    ///
    /// ## Stays silent
    ///
    /// ```rust
    /// fn handle_stream(text: String) -> mpsc::UnboundedReceiver<String> {
    ///     let (sender, receiver) = mpsc::unbounded_channel();
    ///     let _ = sender.send(text);
    ///     receiver
    /// }
    /// ```
    ///
    /// ## How to fix
    ///
    /// Publish through Redis pub/sub, NATS or the database's notifications; each replica forwards to the connections it holds.
    /// The local registry stays, fed from the shared channel.
    ///
    /// ## Known limits
    ///
    /// That a local registry is only fed from a shared channel is known of brokers in the catalogue, where the loop that listens
    /// sends to it in code of its own. Of a NATS subscription it is not asked whether it shares its messages out in a queue group.
    LOCAL_BROADCAST { id: "local-broadcast", level: Error, summary: "rooms, hubs and registries of connections" }
}

fn judge(cell: &Cell) -> Option<Verdict> {
    let registry = ask::is_collection(cell) && (cell.stored.elements.contains(&Kind::Sender) || cell.stored.elements.contains(&Kind::Broadcast))
        || is_struct_with_registry(cell)
        || ask::writes_to_all(cell);
    let single = is_one_client(cell);
    let channel = matches!(cell.stored.head, Shape::Known(Kind::Broadcast)) && cell.request_sends().next().is_some();
    let rooms = ask::is_collection(cell) && clients_meet_by_name(cell);
    if !registry && !single && !channel && !rooms {
        return None;
    }
    // `stop: broadcast::Sender<()>` tells tasks of this process to end, and carries nothing for a client.
    if channel && cell.stored.text.ends_with("Sender<()>") && cell.named(&["stop", "shutdown", "cancel", "exit", "terminat", "quit"]) {
        return None;
    }
    Some(Verdict {
        level: Level::Error,
        message: format!("`{}` joins the clients of this process; with two replicas, what a client of one sends does not reach the clients of the other", cell.name),
        remedies: vec![ask::remedy_with("publish through Redis or NATS; each replica forwards to the connections it holds", "redis.publish(\"room:1\", message).await?;")],
        because: vec![because(registry, single, channel).to_owned()],
    })
}

fn because(registry: bool, single: bool, channel: bool) -> &'static str {
    if registry {
        "its values can send to clients"
    } else if single {
        "one client leaves its connection here, and requests of others send through it"
    } else if channel {
        "requests send into it and others receive"
    } else {
        "its name says that clients meet in it"
    }
}

/// `subscribers`, `Room.members`. What manages connections or rooms keeps much else too: of its fields only those whose values
/// are sets, of who is where.
fn clients_meet_by_name(cell: &Cell) -> bool {
    const MEET: &[&str] = &["room", "subscriber", "listener", "connection", "peers", "channels"];
    const KEEPS_ALL: &[&str] = &["manager", "server", "service", "state", "handler", "context", "app"];
    let owner = cell.name.rsplit_once('.').map_or("", |(owner, _)| owner);
    let keeps_all = words_of(owner).iter().any(|word| KEEPS_ALL.contains(&word.as_str()));
    let sets = cell.stored.elements.contains(&Kind::Set);
    cell.named_itself(MEET) || cell.named(MEET) && (!keeps_all || sets)
}

/// `robot: Mutex<Option<Sender<Order>>>`: the one client of its kind puts its sending end there, and what enters elsewhere sends
/// through it. An empty message only ends something.
fn is_one_client(cell: &Cell) -> bool {
    const LEAVES: &[&str] = &["=", "replace", "insert", "set"];
    let from_outside = |touch: &&Touch| matches!(touch.entry_kind, EntryKind::Request | EntryKind::Connection);
    let left = cell.request_writes().filter(|touch| LEAVES.contains(&touch.op.as_str()));
    let left: BTreeSet<&str> = left.filter(from_outside).map(|touch| touch.entry.as_str()).collect();
    let sends: BTreeSet<&str> = cell.request_sends().filter(from_outside).map(|touch| touch.entry.as_str()).collect();
    cell.stored.head == Shape::Known(Kind::Sender)
        && (cell.stored.optional || cell.stored.holds.contains(&Kind::Option))
        && !cell.stored.text.contains("Sender<()>")
        && !left.is_empty()
        && !sends.is_empty()
        && left.is_disjoint(&sends)
}

/// All receivers are made while the program starts: its own tasks listen, no client does. Where another sender of the same
/// messages is kept, that may be the other end of this one.
pub(super) fn only_the_start_listens(program: &Program, cell: &Cell) -> bool {
    const LISTENS: &[&str] = &["subscribe", "new_receiver", "add_rx"];
    let mut made = cell.accesses.iter().filter(|touch| LISTENS.contains(&touch.op.as_str())).peekable();
    let is_broadcast = |cell: &Cell| matches!(cell.stored.head, Shape::Known(Kind::Broadcast));
    let message = |cell: &Cell| cell.stored.text.rsplit_once("Sender<").map(|(_, of)| of.trim_end_matches('>').to_owned());
    let is_its_own = |other: &Cell| other.place == cell.place || !is_broadcast(other) || message(other) != message(cell);
    is_broadcast(cell)
        && made.peek().is_some()
        && made.all(|touch| touch.when == When::Startup)
        && program.cells.iter().all(is_its_own)
}

/// One lock around a struct: a collection of senders among its fields, and requests send through it.
fn is_struct_with_registry(cell: &Cell) -> bool {
    cell.stored.is_struct
        && (cell.stored.holds.contains(&Kind::Sender) || cell.stored.holds.contains(&Kind::Broadcast))
        && cell.stored.holds.iter().any(|kind| kind.is_collection())
        && cell.request_sends().next().is_some()
}
