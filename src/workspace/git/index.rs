//! The paths that git tracks, out of its index.

/// One path of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tracked {
    pub(super) path: String,
    /// Whether another repository's commit is recorded there.
    pub(super) submodule: bool,
}

/// Reads an index of version 2, 3 or 4. None where it cannot be understood wholly: then nothing is known.
pub(super) fn parse(bytes: &[u8], hash_length: usize) -> Option<Vec<Tracked>> {
    let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    if bytes.get(..4)? != b"DIRC" {
        return None;
    }
    let version = number(4).filter(|version| (2..=4).contains(version))?;
    let count = number(8)? as usize;
    // An entry takes 40 bytes and a hash at the least: a count beyond that is a lie.
    let mut found = Vec::with_capacity(count.min(bytes.len() / 40));
    let mut at = 12;
    let mut path: Vec<u8> = Vec::new();
    for _ in 0..count {
        let start = at;
        let mode = number(at + 24)?;
        at += 40 + hash_length;
        let flags = u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?);
        at += if version > 2 && flags & 0x4000 != 0 { 4 } else { 2 };
        if version == 4 {
            let (strip, next) = varint(bytes, at)?;
            path.truncate(path.len().checked_sub(strip)?);
            at = next;
        } else {
            path.clear();
        }
        let length = bytes.get(at..)?.iter().position(|byte| *byte == 0)?;
        path.extend_from_slice(&bytes[at..at + length]);
        at += length;
        // Padded with one to eight zeros; version 4 has exactly one.
        at = if version == 4 { at + 1 } else { start + (at - start + 8) / 8 * 8 };
        let path = String::from_utf8_lossy(&path).into_owned();
        found.push(Tracked { path, submodule: mode & 0o170_000 == 0o160_000 });
    }
    // A split index keeps most paths in another file.
    let mut extension = at;
    while extension + 8 + hash_length <= bytes.len() {
        if bytes.get(extension..extension + 4)? == b"link" {
            return None;
        }
        extension += 8 + number(extension + 4)? as usize;
    }
    Some(found)
}

/// A number in the encoding that version 4 uses, and what follows it.
fn varint(bytes: &[u8], mut at: usize) -> Option<(usize, usize)> {
    let mut byte = *bytes.get(at)?;
    let mut value = usize::from(byte & 0x7f);
    while byte & 0x80 != 0 {
        at += 1;
        byte = *bytes.get(at)?;
        value = value.checked_add(1)?.checked_mul(128)?.checked_add(usize::from(byte & 0x7f))?;
    }
    Some((value, at + 1))
}
