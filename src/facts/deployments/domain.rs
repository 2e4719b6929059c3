//! What an unknown variable of a script may be, where the files that are there say it: `$ENV` of `.env.$ENV` is `staging` or
//! `production` when those two files exist.

use crate::facts::script::{Piece, Word};
use foldhash::HashMap;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// What stands in the place of a variable in the paths of a repository, by the text before and after it: scripts that are made
/// alike ask for the same.
#[derive(Debug, Default)]
pub(super) struct Holes(RefCell<HashMap<(String, String), Rc<BTreeSet<String>>>>);

impl Holes {
    fn of(&self, files: &BTreeSet<String>, before: String, after: String) -> Rc<BTreeSet<String>> {
        let mut known = self.0.borrow_mut();
        let find = |(before, after): &(String, String)| {
            Rc::new(files.iter().filter_map(|path| hole(path, before, after)).map(str::to_owned).collect())
        };
        known.entry((before, after)).or_insert_with_key(find).clone()
    }
}

/// The values of each unknown variable of `words`, each a pattern for the names in `files` (all paths of the repository, `/`
/// between names). A word that names no file says nothing.
pub(super) fn values<'w>(
    words: impl IntoIterator<Item = &'w Word>,
    files: &BTreeSet<String>,
    holes: &Holes,
) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for word in words {
        let Some((name, before, after)) = pattern(word) else { continue };
        let matches = holes.of(files, before, after);
        if matches.is_empty() {
            continue;
        }
        match found.get_mut(name) {
            // Every file that it names should be there, unless there is no value for which all are.
            Some(known) if known.intersection(&matches).next().is_some() => {
                known.retain(|value| matches.contains(value));
            }
            Some(known) => known.extend(matches.iter().cloned()),
            None => {
                found.insert(name.to_owned(), (*matches).clone());
            }
        }
    }
    found
}

/// The one unknown variable of a word, and the text around it. `~` of several uses of one variable the first counts.
fn pattern(word: &Word) -> Option<(&str, String, String)> {
    let unknown = |piece: &Piece| matches!(piece, Piece::Unknown { .. });
    if word.pieces.iter().filter(|piece| unknown(piece)).count() != 1 {
        return None;
    }
    let at = word.pieces.iter().position(unknown)?;
    let Piece::Unknown { name, .. } = &word.pieces[at] else { return None };
    let text = |pieces: &[Piece]| {
        let parts: Vec<&str> = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.as_str(),
                Piece::Root | Piece::Unknown { .. } => "",
            })
            .collect();
        parts.concat()
    };
    let before = text(&word.pieces[..at]);
    let before = before.trim_start_matches('/').trim_start_matches("./").trim_start_matches("../").to_owned();
    let after = text(&word.pieces[at + 1..]);
    let says_nothing = name.is_empty() || before.is_empty() && after.is_empty();
    (!says_nothing).then_some((name, before, after))
}

/// What stands in the place of the variable in `path`: one name, or a part of one.
fn hole<'p>(path: &'p str, before: &str, after: &str) -> Option<&'p str> {
    let directory_end = path.len() - after.len().min(path.len());
    let head = path.get(..directory_end).filter(|_| path.ends_with(after))?;
    // The words may be relative to any directory: the pattern matches the end of a path.
    let at = head.rmatch_indices(before).map(|(at, _)| at).find(|at| {
        (*at == 0 || head.as_bytes()[at - 1] == b'/') && !head[at + before.len()..].contains('/')
    })?;
    let value = &head[at + before.len()..];
    let example = ["example", "sample", "template", "dist", "defaults"];
    let sane = value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    (!value.is_empty() && sane && !example.contains(&value)).then_some(value)
}

/// `word` with every use of a variable replaced by its value.
pub(super) fn substitute(word: &Word, name: &str, value: &str) -> Word {
    let mut pieces: Vec<Piece> = Vec::new();
    for piece in &word.pieces {
        let piece = match piece {
            Piece::Unknown { name: unknown, .. } if unknown == name => Piece::Text(value.to_owned()),
            other => other.clone(),
        };
        match (pieces.last_mut(), piece) {
            (Some(Piece::Text(text)), Piece::Text(more)) => text.push_str(&more),
            (_, piece) => pieces.push(piece),
        }
    }
    Word { quoted: word.quoted, glob: word.glob, ..Word::new(pieces, word.raw.clone(), word.span) }
}

#[cfg(test)]
mod tests {
    use super::hole;

    #[test]
    fn a_variable_is_what_stands_in_its_place() {
        assert_eq!(hole(".env.staging", ".env.", ""), Some("staging"));
        assert_eq!(hole("deploy/.env.production", ".env.", ""), Some("production"));
        assert_eq!(hole("docker-compose.prod.yml", "docker-compose.", ".yml"), Some("prod"));
        assert_eq!(hole("envs/staging/compose.yaml", "envs/", "/compose.yaml"), Some("staging"));
        assert_eq!(hole(".env.example", ".env.", ""), None);
        assert_eq!(hole("my.env.staging", ".env.", ""), None);
        assert_eq!(hole("docker-compose.yml", "docker-compose.", ".yml"), None);
    }
}
