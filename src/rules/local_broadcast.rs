//! `local-broadcast`: rooms, hubs and registries of connections. Decides by what the cell stores and what requests do to it; never prints.

use super::{Verdict, ask};
use crate::catalog::Kind;
use crate::finding::Level;
use crate::link::{Cell, Program, Shape, When};

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
    /// A local registry that is fed from a shared channel is still reported: that it is fed is not followed yet.
    LOCAL_BROADCAST { id: "local-broadcast", level: Error, summary: "rooms, hubs and registries of connections" }
}

fn judge(cell: &Cell) -> Option<Verdict> {
    let registry = ask::is_collection(cell) && (cell.stored.elements.contains(&Kind::Sender) || cell.stored.elements.contains(&Kind::Broadcast))
        || is_struct_with_registry(cell);
    let channel = matches!(cell.stored.head, Shape::Known(Kind::Broadcast)) && cell.request_sends().next().is_some();
    let rooms = ask::is_collection(cell) && cell.named(&["room", "subscriber", "listener", "connection", "peers", "channels"]);
    if !registry && !channel && !rooms {
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
        because: vec![if registry { "its values can send to clients".to_owned() } else if channel { "requests send into it and others receive".to_owned() } else { "its name says that clients meet in it".to_owned() }],
    })
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
        && cell.stored.holds.contains(&Kind::Sender)
        && cell.stored.holds.iter().any(|kind| kind.is_collection())
        && cell.request_sends().next().is_some()
}
