//! A first look at a file.

use super::FILE_LIMIT;
use super::kind::Kind;
use super::name::Guess;
use crate::workspace::read;
use std::fs;
use std::ops::Deref;
use std::path::Path;

/// As much of a file as is needed to say what it is.
pub(super) enum Content {
    /// All of it, as it is.
    Whole(String),
    /// Its beginning, or what of it is text; nothing where the name says enough.
    Part(String),
}

impl Deref for Content {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Whole(text) | Self::Part(text) => text,
        }
    }
}

/// What is `regular` is known to be a file: it can be opened without a look at what it is.
pub(super) fn content(path: &Path, regular: bool, kind: Kind, guess: Guess) -> Result<Content, String> {
    if !regular && !fs::metadata(path).map_err(|error| unreadable(&error))?.is_file() {
        return Err("is no regular file".to_owned());
    }
    let mut file = fs::File::open(path).map_err(|error| unreadable(&error))?;
    let size = file.metadata().map_err(|error| unreadable(&error))?.len();
    if size > FILE_LIMIT {
        return Err(format!("is larger than {} MiB, the most that is read", FILE_LIMIT >> 20));
    }
    let limit = match (guess, kind) {
        (Guess::Perhaps(Kind::Shell), _) => 128,
        (Guess::Perhaps(_), _) | (_, Kind::Compose | Kind::EnvFile) => FILE_LIMIT,
        _ => return Ok(Content::Part(String::new())),
    };
    let bytes = read::bytes(&mut file, size, limit).map_err(|error| unreadable(&error))?;
    let whole = limit == FILE_LIMIT && (bytes.len() as u64) < limit;
    Ok(match String::from_utf8(bytes) {
        Ok(text) if whole => Content::Whole(text),
        Ok(text) => Content::Part(text),
        Err(error) => Content::Part(String::from_utf8_lossy(error.as_bytes()).into_owned()),
    })
}

/// Why something cannot be looked at.
pub(super) fn unreadable(error: &std::io::Error) -> String {
    format!("cannot be read: {}", crate::diagnostic::words(error))
}
