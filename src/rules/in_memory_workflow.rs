//! `in-memory-workflow`: progress of longer work: sagas, job status. Decides by what the cell stores and what requests do to it; never prints.

use super::{Verdict, ask};
use crate::catalog::Kind;
use crate::link::Cell;

declare_rule! {
    /// # in-memory-workflow
    ///
    /// Progress of longer work: sagas, job status.
    ///
    /// ## Why
    ///
    /// Work that takes more than one request keeps its progress somewhere. In the process, the replica that is asked for the
    /// status may not be the one that does the work, and a restart forgets what was half done.
    ///
    /// ## Fires
    ///
    /// ```rust
    /// static JOBS: LazyLock<Mutex<HashMap<u64, JobStatus>>> = LazyLock::new(Default::default);
    ///
    /// enum JobStatus {
    ///     Running,
    ///     Done,
    /// }
    ///
    /// fn handle_start(id: u64) {
    ///     JOBS.lock().unwrap().insert(id, JobStatus::Running);
    /// }
    ///
    /// fn handle_status(id: u64) -> bool {
    ///     matches!(JOBS.lock().unwrap().get(&id), Some(JobStatus::Done))
    /// }
    /// ```
    ///
    /// ## Stays silent
    ///
    /// ```rust
    /// enum JobStatus {
    ///     Running,
    ///     Done,
    /// }
    ///
    /// fn handle_check(steps: &[bool]) -> JobStatus {
    ///     let mut jobs = HashMap::new();
    ///     jobs.insert(1, JobStatus::Running);
    ///     jobs.remove(&1).unwrap_or(JobStatus::Done)
    /// }
    /// ```
    ///
    /// ## How to fix
    ///
    /// Write each step to a table (with the step as a compare-and-set, so that a second replica cannot repeat it), or use a
    /// workflow engine or job queue that does.
    ///
    /// ## Known limits
    ///
    /// Told by words such as job, saga, status, step: a workflow with none of these is reported as a store.
    IN_MEMORY_WORKFLOW { id: "in-memory-workflow", level: Error, summary: "progress of longer work: sagas, job status" }
}

fn judge(cell: &Cell) -> Option<Verdict> {
    let claimed = ask::is_claimed_by_others(cell);
    if !ask::is_map(cell) || !claimed && !cell.speaks_of(WORDS) || cell.stored.holds.contains(&Kind::Sender) {
        return None;
    }
    let because = if claimed { "one request begins the work, and another takes what came of it" } else { "its name or content speaks of jobs, sagas, steps or their status" };
    Some(Verdict {
        level: ask::level_by_reads(cell),
        message: format!(
            "`{}` keeps the progress of work in this process; with two replicas, one does not know what the other has begun, and a restart forgets what is half done{}",
            cell.name,
            ask::growth(cell)
        ),
        remedies: vec![ask::remedy("write each step to a table, as a compare-and-set on the step before"), ask::remedy("use a job queue or workflow engine that keeps it")],
        because: vec![because.to_owned()],
    })
}

const WORDS: &[&str] = &["job", "saga", "workflow", "task", "transaction", "pending", "progress", "upload"];
