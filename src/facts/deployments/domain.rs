//! What an unknown variable of a script may be, where the files that are there say it: `$ENV` of `.env.$ENV` is `staging` or
//! `production` when those two files exist.

use crate::facts::script::{Piece, Word};
use crate::source::shown;
use crate::workspace::clean;
use foldhash::HashMap;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// What stands in the place of a variable in the paths of a repository, by the text before and after it: scripts that are made
/// alike ask for the same.
#[derive(Debug, Default)]
pub(super) struct Holes(RefCell<HashMap<Key, Rc<BTreeSet<String>>>>);

/// The text before and after, and whether the text before is the start of a path.
type Key = (String, String, bool);

impl Holes {
    /// The values for which a file is there, relative to the first of `directories` for which any is; else those of files
    /// anywhere: the words may be relative to a directory that nobody knows.
    fn of(
        &self,
        files: &BTreeSet<String>,
        directories: &[PathBuf],
        pattern: &Pattern<'_>,
    ) -> Rc<BTreeSet<String>> {
        for directory in directories {
            let Some(prefix) = pattern.below(directory) else { continue };
            let here = self.find((prefix, pattern.after.clone(), true), |prefix, after| {
                let below = files
                    .range::<str, _>((Bound::Included(prefix), Bound::Unbounded))
                    .take_while(|path| path.starts_with(prefix));
                below.filter_map(|path| filling(&path[prefix.len()..], after)).map(str::to_owned).collect()
            });
            if !here.is_empty() {
                return here;
            }
        }
        let before =
            pattern.before.trim_start_matches('/').trim_start_matches("./").trim_start_matches("../");
        self.find((before.to_owned(), pattern.after.clone(), false), |before, after| {
            files.iter().filter_map(|path| hole(path, before, after)).map(str::to_owned).collect()
        })
    }

    fn find(
        &self,
        key: (String, String, bool),
        find: impl FnOnce(&str, &str) -> BTreeSet<String>,
    ) -> Rc<BTreeSet<String>> {
        let mut known = self.0.borrow_mut();
        known.entry(key).or_insert_with_key(|(before, after, _)| Rc::new(find(before, after))).clone()
    }
}

/// The values of each unknown variable of `words`, each a pattern for the names in `files` (all paths of the repository, `/`
/// between names), relative to one of the directories. A word that names no file says nothing.
pub(super) fn values<'w>(
    words: impl IntoIterator<Item = &'w Word>,
    files: &BTreeSet<String>,
    directories: &[PathBuf],
    holes: &Holes,
) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for word in words {
        let Some(pattern) = Pattern::of(word) else { continue };
        let name = pattern.name;
        let matches = holes.of(files, directories, &pattern);
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
struct Pattern<'w> {
    name: &'w str,
    before: String,
    after: String,
    /// Whether it begins at the root of the checkout.
    from_root: bool,
}

impl<'w> Pattern<'w> {
    fn of(word: &'w Word) -> Option<Self> {
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
        let (before, after) = (text(&word.pieces[..at]), text(&word.pieces[at + 1..]));
        let from_root = matches!(word.pieces[0], Piece::Root);
        let fixed = before.trim_start_matches('/').trim_start_matches("./").trim_start_matches("../");
        let says_nothing = name.is_empty() || fixed.is_empty() && after.is_empty();
        (!says_nothing).then_some(Self { name, before, after, from_root })
    }

    /// What the paths of the repository begin with that it names from this directory.
    fn below(&self, directory: &Path) -> Option<String> {
        let (base, before) = if self.from_root {
            (Path::new(""), self.before.trim_start_matches('/'))
        } else if self.before.starts_with(['/', '~']) {
            return None;
        } else {
            (directory, self.before.as_str())
        };
        let (above, start) = before.rsplit_once('/').unwrap_or(("", before));
        let base = shown(&clean(&base.join(above)));
        let inside = base != ".." && !base.starts_with("../");
        inside.then(|| if base.is_empty() { start.to_owned() } else { format!("{base}/{start}") })
    }
}

/// What stands in the place of the variable in `path`: one name, or a part of one.
fn hole<'p>(path: &'p str, before: &str, after: &str) -> Option<&'p str> {
    let directory_end = path.len() - after.len().min(path.len());
    let head = path.get(..directory_end).filter(|_| path.ends_with(after))?;
    // The words may be relative to any directory: the pattern matches the end of a path.
    let at = head.rmatch_indices(before).map(|(at, _)| at).find(|at| {
        (*at == 0 || head.as_bytes()[at - 1] == b'/') && !head[at + before.len()..].contains('/')
    })?;
    filling(&path[at + before.len()..], after)
}

/// The value before `after`, if it may be one.
fn filling<'p>(rest: &'p str, after: &str) -> Option<&'p str> {
    let value = rest.strip_suffix(after)?;
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

/// `word` as it is when nobody sets the variables in it that have a default.
pub(super) fn usual(word: Word) -> Word {
    match word.default().filter(|_| word.known().is_none()) {
        Some(text) => Word {
            quoted: word.quoted,
            glob: word.glob,
            ..Word::new(vec![Piece::Text(text)], word.raw.clone(), word.span)
        },
        None => word,
    }
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
