//! What can be wrong with a command line that has the right form.

use crate::diagnostic::codes;

codes! {
    /// An environment was named that the spec does not have.
    UNKNOWN_ENVIRONMENT = Error "no-such-environment";
    /// A host was named on which nothing that was asked for runs.
    UNKNOWN_HOST = Error "no-such-host";
    /// A rule was named that does not exist.
    UNKNOWN_RULE = Error "no-such-rule";
    /// A path was named that is not part of the repository.
    PATH_OUTSIDE = Error "path-outside";
    /// The directory to start in cannot be entered.
    DIRECTORY_UNUSABLE = Error "directory-unusable";
    /// A file that belongs to what was asked for is not read.
    NOT_READ = Error "not-read";
}
