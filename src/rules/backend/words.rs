//! What the rules say of a thing that the catalogue knows: the mechanism as fact, the harm as condition. Decides nothing.

use super::InsteadOf;
use crate::catalog::Backend;

/// The sentence for people.
pub(super) fn message(backend: &Backend, subject: &str, instead_of: Option<&InsteadOf<'_>>) -> String {
    let keeps = &backend.keeps;
    let deed = deed(backend, subject, instead_of);
    let chosen = match instead_of {
        Some(InsteadOf::Setting(setting)) => format!(" where `{setting}` says so"),
        Some(InsteadOf::File(kept)) => match kept.name {
            Some(name) => format!(" where `{name}` is missing"),
            None => " where its file is missing".to_owned(),
        },
        None => String::new(),
    };
    let harm = match backend.rule.as_str() {
        _ if backend.on_disk => {
            "with two replicas each has its own or waits for the other's lock, and a new container starts without it"
                .to_owned()
        }
        "per-process-key" if matches!(instead_of, Some(InsteadOf::File(_))) => {
            format!("with two replicas, {keeps} signed or sealed by one are refused by the other unless they share the file")
        }
        "per-process-key" => format!(
            "with two replicas, {keeps} signed or sealed by one are refused by the other, and a restart voids them all"
        ),
        "local-rate-limit" => {
            "with two replicas each client gets the limit twice, and a restart resets it".to_owned()
        }
        "in-memory-cache" => "with two replicas, a change made through one leaves the old copy on the other".to_owned(),
        "local-broadcast" => "with two replicas, what is sent on one does not arrive at the other's clients".to_owned(),
        "local-id-sequence" => "two replicas are the same machine to it, and hand out the same number twice".to_owned(),
        "local-lock" => "with two replicas, both go ahead at once".to_owned(),
        "in-memory-queue" => "with two replicas, neither takes over the other's work, and a restart loses it".to_owned(),
        _ => "with two replicas, what one stores is missing on the other, and a restart loses it".to_owned(),
    };
    format!("{deed}{chosen}; {harm}")
}

fn deed(backend: &Backend, subject: &str, instead_of: Option<&InsteadOf<'_>>) -> String {
    let keeps = &backend.keeps;
    match backend.rule.as_str() {
        _ if backend.on_disk => format!("{subject} keeps {keeps} on this replica's disk"),
        "per-process-key" if matches!(instead_of, Some(InsteadOf::File(_))) => {
            format!("{subject} draws a key")
        }
        "per-process-key" => format!("{subject} draws a new key each time the process starts"),
        "local-rate-limit" => format!("{subject} counts in this process"),
        "local-id-sequence" => {
            format!("{subject} numbers {keeps} for a machine whose number is written in the code")
        }
        "local-broadcast" => format!("{subject} reaches {keeps} of this process only"),
        _ => format!("{subject} keeps {keeps} in this process"),
    }
}
