//! What the tag of an image says about the version and the variant inside.

/// The major version that a tag names, `None` for one that moves (`latest`, `alpine`, `lts`).
///
/// Images built on postgres name its version in a segment of their own (`0.8.0-pg17`), and that one counts.
pub fn major(tag: &str) -> Option<u32> {
    let derived = tag.split('-').find_map(|segment| number(segment.strip_prefix("pg")?));
    derived.or_else(|| number(tag.strip_prefix('v').unwrap_or(tag)))
}

/// Whether the tag names an image built on Alpine, where the shell is busybox and there is no bash.
pub fn is_alpine(tag: &str) -> bool {
    tag.split('-').any(|segment| segment.starts_with("alpine"))
}

/// The number at the start of `text`.
fn number(text: &str) -> Option<u32> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().ok()
}
