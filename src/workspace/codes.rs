//! What can be wrong with a file before a byte of it is understood.

use crate::diagnostic::codes;

codes! {
    /// No project file stands in this directory or above it.
    SPEC_MISSING = Error "spec-missing";
    /// A file that was asked for does not exist.
    FILE_MISSING = Error "file-missing";
    /// A directory stands where a file was asked for.
    FILE_IS_DIRECTORY = Error "file-is-directory";
    /// A pipe, socket or device stands where a file was asked for.
    FILE_NOT_REGULAR = Error "file-not-regular";
    /// The system refuses to read the file.
    FILE_UNREADABLE = Error "file-unreadable";
    /// The file holds more than any configuration does.
    FILE_TOO_LARGE = Error "file-too-large";
    /// The file is not UTF-8 text.
    FILE_NOT_UTF8 = Error "file-not-utf8";
}
