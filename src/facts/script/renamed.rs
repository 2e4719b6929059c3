//! What is copied to another machine under the name that Compose looks for there: `scp compose.prod.yaml
//! host:/opt/shop/compose.yaml`.

use super::{Command, Directory, Word};
use crate::facts::HOLE;
use crate::workspace::discover::DEFAULT_NAMES;
use std::path::PathBuf;

/// A single file that a command copies over the one that Compose finds by itself.
#[derive(Debug)]
pub struct Renamed<'s> {
    /// What is copied.
    pub from: &'s Word,
    /// The directory of the other machine.
    pub into: Directory,
}

/// What a call of `scp` or `rsync` copies so.
pub fn renamed(command: &Command) -> Option<Renamed<'_>> {
    if !matches!(command.program(), Some("scp" | "rsync")) || !command.hosts.is_empty() {
        return None;
    }
    let [.., from, to] = command.words.as_slice() else { return None };
    // The machine is seldom known; where the file goes there is.
    let shape = to.shape();
    let (machine, path) = shape.rsplit_once(':')?;
    let (into, name) = path.rsplit_once('/').unwrap_or(("~", path));
    if machine.is_empty() || !DEFAULT_NAMES.contains(&name) || from.prefix().starts_with('-') || from.glob {
        return None;
    }
    let into = if into.starts_with(['/', '~']) { into.to_owned() } else { format!("~/{into}") };
    let into = if into.contains(HOLE) {
        Directory::Unknown("its name is not known".into())
    } else {
        Directory::Home(PathBuf::new()).join(&into)
    };
    Some(Renamed { from, into })
}
