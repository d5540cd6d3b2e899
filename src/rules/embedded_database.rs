//! `embedded-database`: a database that lives in the service's own process. Decides by what the cell stores and what requests do to it; never prints.

use super::Verdict;
use crate::link::Cell;

declare_rule! {
    /// # embedded-database
    ///
    /// A database that lives in the service's own process.
    ///
    /// ## Why
    ///
    /// An embedded engine belongs to the process that opens it. In memory, it is lost at a restart, and each replica has its
    /// own. On disk, it outlives a restart on the same machine, but each replica still has its own file, and most engines let
    /// one process write at a time: such a service cannot run as two replicas.
    ///
    /// | where the data lies | level |
    /// |---|---|
    /// | in memory | error |
    /// | in memory, as a file beside the code says: `.env`, `Rocket.toml` | error |
    /// | in memory, if a setting says so, or an example of one | note |
    /// | in a file of the engine | note |
    /// | in a search index on disk that requests write | warning |
    ///
    /// ## Fires
    ///
    /// ```rust
    /// fn main() {
    ///     let database = rusqlite::Connection::open_in_memory().unwrap();
    ///     serve(database);
    /// }
    ///
    /// fn handle_request() {}
    /// ```
    ///
    /// ```rust
    /// fn main() {
    ///     let orders = sled::open("orders.db").unwrap();
    ///     serve(orders);
    /// }
    ///
    /// fn handle_request() {}
    /// ```
    ///
    /// ## Stays silent
    ///
    /// ```rust
    /// fn main() {
    ///     let database = sqlx::PgPool::connect_lazy("postgres://db/orders").unwrap();
    ///     serve(database);
    /// }
    ///
    /// fn handle_request() {}
    /// ```
    ///
    /// ```rust
    /// use rusqlite::{Connection, OpenFlags};
    ///
    /// fn main() {
    ///     let cities = Connection::open_with_flags("cities.db", OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    ///     serve(cities);
    /// }
    ///
    /// fn handle_request() {}
    /// ```
    ///
    /// ## How to fix
    ///
    /// Move the data to a database server that all replicas talk to, or to one that replicates the same engine. Where the service is meant to run once, on one disk, say so where it is deployed and keep the note.
    ///
    /// ## Known limits
    ///
    /// An address that comes from a setting is taken for a file, unless a file beside the code sets it by the name that the
    /// opening function reads; what the deployment sets is not seen. A literal is seen in the call, in
    /// a variable of the same function, in a const or static, and in `format!`; not in a field or a parameter.
    EMBEDDED_DATABASE { id: "embedded-database", level: Error, summary: "a database that lives in the service's own process" }
}

fn judge(_cell: &Cell) -> Option<Verdict> {
    // A library's engine is no cell of ours: the catalogue knows the calls that open one.
    None
}
