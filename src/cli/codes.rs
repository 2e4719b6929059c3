//! What can be wrong with a command line that has the right form.

use crate::diagnostic::codes;

codes! {
    /// An environment was named that the spec does not have.
    UNKNOWN_ENVIRONMENT = Error "no-such-environment";
    /// A host was named on which nothing that was asked for runs.
    UNKNOWN_HOST = Error "no-such-host";
    /// The directory to start in cannot be entered.
    DIRECTORY_UNUSABLE = Error "directory-unusable";
}
