//! What can be wrong with how linting is asked for.

use crate::diagnostic::codes;

codes! {
    /// The settings name a rule that does not exist.
    UNKNOWN_RULE = Error "unknown-rule";
    /// A file that was given as a baseline is none.
    BASELINE_DAMAGED = Error "baseline-damaged";
    /// Settings stand in `specc-lint.yaml` while there is a spec, whose `lint:` decides.
    SETTINGS_IGNORED = Warning "settings-ignored";
}

/// Those that mean that the job was not done.
pub static FAILURES: &[&crate::diagnostic::Code] = &[&UNKNOWN_RULE, &BASELINE_DAMAGED];
