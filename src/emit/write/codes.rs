//! What can be in the way of writing, and how written files can differ from the spec.

use crate::diagnostic::codes;

codes! {
    /// A file that should be there is not.
    OUTPUT_MISSING = Error "output-missing";
    /// A file says what an earlier spec said.
    OUTPUT_STALE = Error "output-stale";
    /// A file is there that the spec no longer asks for.
    OUTPUT_LEFT_OVER = Error "output-left-over";
    /// Somebody changed a generated file by hand.
    GENERATED_FILE_EDITED = Error "generated-file-edited";
    /// A file that specc did not write stands where it would write.
    NOT_OURS = Error "not-ours";
    /// The list of what specc wrote cannot be read, so that nobody knows what was edited.
    MANIFEST_DAMAGED = Error "manifest-damaged";
    /// A directory stands where a file should be, or a file where a directory should be.
    OUTPUT_BLOCKED = Error "output-blocked";
    /// The way to a file leads through a link, out of the output directory.
    OUTPUT_ESCAPES = Error "output-escapes";
    /// The output directory is outside the repository, which paths in the output are relative to.
    OUTPUT_OUTSIDE_REPOSITORY = Error "output-outside-repository";
    /// The system refuses to write.
    OUTPUT_UNWRITABLE = Error "output-unwritable";
    /// Another specc is writing there.
    OUTPUT_LOCKED = Error "output-locked";
    /// The output directory's `.gitignore` lets files of secrets be committed.
    SECRETS_NOT_IGNORED = Warning "secrets-not-ignored";
}

/// Those after which the job was not done: the exit status is 2, not 1.
pub static FAILURES: &[&crate::diagnostic::Code] =
    &[&OUTPUT_BLOCKED, &OUTPUT_ESCAPES, &OUTPUT_OUTSIDE_REPOSITORY, &OUTPUT_UNWRITABLE, &OUTPUT_LOCKED];
