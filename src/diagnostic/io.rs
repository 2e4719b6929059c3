//! What the system says went wrong, in words.

use std::io;

/// What the system says is in the way, as plain words: `permission denied`, without the number of the error.
pub fn words(error: &io::Error) -> String {
    let text = match error.kind() {
        io::ErrorKind::StorageFull => "no space is left on the disk".into(),
        io::ErrorKind::ReadOnlyFilesystem => "the file system can only be read".into(),
        io::ErrorKind::FileTooLarge => "the file would be larger than the system allows".into(),
        io::ErrorKind::QuotaExceeded => "the disk quota is used up".into(),
        _ => error.to_string(),
    };
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}
