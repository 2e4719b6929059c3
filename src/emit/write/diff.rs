//! What would change, as a unified diff.

use super::{Action, Change};
use std::fmt::Write as _;
use std::path::Path;

/// The diff of one file; nothing when it stays as it is.
pub(super) fn diff(out: &Path, change: &Change, color: bool) -> String {
    if change.action == Action::Keep {
        return String::new();
    }
    let path = out.join(&change.path).display().to_string();
    let side = |there: bool, prefix| if there { format!("{prefix}/{path}") } else { "/dev/null".to_owned() };
    let (before, after) = (side(change.action != Action::Create, "a"), side(change.new.is_some(), "b"));
    // What specc did not write may hold anything, secrets too.
    if !change.ours {
        return format!(
            "--- {before}\n+++ {after}\n(the present content was not written by specc and is not shown)\n"
        );
    }
    let old = String::from_utf8_lossy(change.old.as_deref().unwrap_or_default());
    let new = change.new.as_ref().map(|artifact| artifact.contents.as_str()).unwrap_or_default();
    let diff = similar::TextDiff::from_lines(&*old, new);
    let mut text = String::new();
    let plain = diff.unified_diff().context_radius(3).header(&before, &after).to_string();
    if plain.is_empty() {
        return format!("--- {before}\n+++ {after}\n(only whether it can be executed changes)\n");
    }
    if !color {
        return plain;
    }
    for (number, line) in plain.lines().enumerate() {
        let paint = match line.as_bytes().first() {
            _ if number < 2 => "1",
            Some(b'+') => "32",
            Some(b'-') => "31",
            Some(b'@') => "36",
            _ => "",
        };
        // Writing to a string does not fail.
        let _ = if paint.is_empty() {
            writeln!(text, "{line}")
        } else {
            writeln!(text, "\u{1b}[{paint}m{line}\u{1b}[0m")
        };
    }
    text
}
