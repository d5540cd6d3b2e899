//! Every reason to be silent that the documents name: for each a program that shows it and one beside it that must fire.

mod process;
mod time;

use super::roles::Case;

/// A reason, programs that it keeps silent, programs close to it that fire.
type Exclusion = (&'static str, &'static [Case], &'static [Case]);

/// Names every exclusion once: where it stands.
macro_rules! exclusions {
    ($($file:ident :: $name:ident),* $(,)?) => {
        const EXCLUSIONS: &[Exclusion] = &[$((stringify!($name), $file::$name::SILENT, $file::$name::FIRING)),*];
    };
}

exclusions! {
    time::built_per_request_connection_or_stream,
    time::written_only_at_start_up,
    time::immutable_after_get_or_init,
    time::pure_memoisation,
    process::pools_and_clients,
    process::metrics_and_tracing,
    process::semaphores_and_flags_of_the_process,
    process::object_pools_and_scratch,
    process::random_generators,
    process::circuit_breakers,
    process::callers_that_wait,
    time::leader_guarded_and_claimed,
    time::copies_that_are_told_of_changes,
    process::own_housekeeping,
    time::programs_that_serve_nobody,
    time::back_end_that_a_setting_selects,
}

/// Reported, but only as notes.
const NOTES: &[&str] = &["pure_memoisation", "back_end_that_a_setting_selects"];

#[test]
fn each_exclusion_is_shown_and_has_a_near_miss() {
    assert_eq!(EXCLUSIONS.len(), 16);
    for (name, shown, near) in EXCLUSIONS {
        let is_note = NOTES.contains(name);
        assert!(!shown.is_empty() && !near.is_empty(), "{name}: a case is missing");
        for (case, text) in *shown {
            assert_eq!(text.contains("(note)"), is_note, "{name}: {case}");
            assert!(is_note || !text.contains("//~"), "{name}: {case} is not silent");
        }
        for (case, text) in *near {
            assert!(
                text.contains("//~") && !text.contains("(note)"),
                "{name}: {case} does not fire"
            );
        }
    }
}
