//! The word that a misspelt one was meant to be.

/// The candidate that `word` was probably meant to be: the nearest one, if it is near enough.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A longer word could not be near any name, and the distance costs the product of both lengths.
    const LONGEST: usize = 64;
    if word.is_empty() || word.len() > LONGEST {
        return None;
    }
    let plain = fold(word);
    let letters = letters(word);
    let near =
        candidates.into_iter().filter(|candidate| candidate.len() <= LONGEST).filter_map(|candidate| {
            // Of thousands of names nearly all have other letters: a change adds one and takes one away, and three are the most.
            let others = letters.zip(self::letters(candidate)).map_or(0, |(ours, theirs)| ours ^ theirs);
            if others.count_ones() > 6 && !begin_alike(word, candidate) {
                return None;
            }
            let folded = fold(candidate);
            let allowed = plain.len().max(folded.len()).div_ceil(4).min(3);
            let begins = plain.len() >= 3 && (folded.starts_with(&plain) || plain.starts_with(&folded));
            // The distance costs the product of both lengths, and is never less than their difference.
            if !begins && plain.len().abs_diff(folded.len()) > allowed {
                return None;
            }
            let distance = distance(&plain, &folded);
            (distance <= allowed || begins).then_some((distance, candidate))
        });
    near.min_by_key(|(distance, _)| *distance).map(|(_, candidate)| candidate)
}

/// How many names a message lists: a project may have thousands of services.
const MOST_LISTED: usize = 40;

/// "did you mean `x`?" when there is a near candidate, and otherwise a list of what may be written.
pub fn suggestion(word: &str, candidates: &[&str]) -> Option<String> {
    if let Some(near) = nearest(word, candidates.iter().copied()) {
        return Some(format!("did you mean `{near}`?"));
    }
    let list: Vec<_> =
        candidates.iter().take(MOST_LISTED).map(|candidate| format!("`{candidate}`")).collect();
    match candidates.len() {
        0 => None,
        1 => Some(format!("expected {}", list[0])),
        many if many > MOST_LISTED => {
            Some(format!("expected one of {}, … and {} more", list.join(", "), many - MOST_LISTED))
        }
        _ => Some(format!("expected one of {}", list.join(", "))),
    }
}

/// The letters of an English word, each a bit that others may share.
fn letters(word: &str) -> Option<u64> {
    word.is_ascii().then(|| word.bytes().fold(0, |letters, byte| letters | 1 << (plain(byte) & 63)))
}

/// Whether one of two English words begins with the other.
fn begin_alike(one: &str, other: &str) -> bool {
    one.bytes().zip(other.bytes()).all(|(one, other)| plain(one) == plain(other))
}

fn plain(byte: u8) -> u8 {
    if byte == b'-' { b'_' } else { byte.to_ascii_lowercase() }
}

/// A word without the differences that people do not mean: case, and which dash it is written with.
fn fold(word: &str) -> Vec<char> {
    word.chars().map(|c| if c == '-' { '_' } else { c.to_ascii_lowercase() }).collect()
}

/// How many letters must be changed, added, left out or swapped with their neighbour.
fn distance(from: &[char], to: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=to.len()).collect();
    for (row, a) in from.iter().enumerate() {
        let mut line = vec![row + 1];
        for (column, b) in to.iter().enumerate() {
            let change = above[column] + usize::from(a != b);
            let mut best = change.min(above[column + 1] + 1).min(line[column] + 1);
            if row > 0 && column > 0 && *a == to[column - 1] && from[row - 1] == *b {
                best = best.min(before[column - 1] + 1);
            }
            line.push(best);
        }
        before = std::mem::replace(&mut above, line);
    }
    above[to.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_what_was_meant() {
        let keys = ["image", "build", "replicas", "environment", "health", "shm_size"];
        for (word, meant) in [
            ("iamge", Some("image")),
            ("Image", Some("image")),
            ("replica", Some("replicas")),
            ("env", Some("environment")),
            ("shm-size", Some("shm_size")),
            ("helth", Some("health")),
            ("ports", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, keys), meant, "{word}");
        }
    }
}
