//! What a command substitution prints, where that can be known.

use super::state::State;
use super::{Frame, expand, pieces};
use crate::facts::script::directory::Directory;
use crate::facts::script::word::{Piece, Word};
use crate::syntax::shell::{AndOr, Kind, Link, List};

/// What a list of commands prints, if it is simple: `pwd`, `dirname "$0"`, `cd "$(dirname "$0")/.." && pwd`.
pub(super) fn output(frame: &Frame, state: &State, list: &List) -> Option<Vec<Piece>> {
    let mut state = state.clone();
    let (last, before) = flat(list)?.split_last().map(|(last, before)| (*last, before.to_vec()))?;
    for link in before {
        let words = simple(frame, &state, link)?;
        match words.first()?.known()? {
            "cd" => {
                let target = words.iter().skip(1).find(|word| !word.prefix().starts_with('-'))?;
                state.directory = state.directory.join_pieces(&target.pieces);
            }
            "set" | "unset" | "export" => {}
            _ => return None,
        }
    }
    let words = simple(frame, &state, last)?;
    let operands = || words.iter().skip(1).filter(|word| !word.prefix().starts_with('-'));
    let name = words.first()?.known()?;
    match name.rsplit('/').next()? {
        "pwd" => state.directory.pieces(),
        "dirname" => directory_name(&operands().next()?.pieces),
        "basename" => {
            let word = operands().next()?;
            let directory = state.directory.join_pieces(&word.pieces);
            let path = match &directory {
                Directory::Inside(path) | Directory::Absolute(path) | Directory::Home(path) => path,
                Directory::Unknown(_) => return None,
            };
            let name = path.file_name()?.to_str()?;
            let suffix = operands().nth(1).and_then(Word::known).unwrap_or_default();
            Some(vec![Piece::Text(name.strip_suffix(suffix).unwrap_or(name).to_owned())])
        }
        "realpath" | "readlink" => {
            let word = operands().next()?;
            state.directory.join_pieces(&word.pieces).pieces()
        }
        "git" if words.len() == 3 && words[1].is("rev-parse") && words[2].is("--show-toplevel") => {
            state.hosts.is_empty().then(|| vec![Piece::Root])
        }
        "echo" if words.len() < 12 => {
            let mut pieces = Vec::new();
            for (at, word) in words.iter().skip(1).filter(|word| !word.is("-n")).enumerate() {
                if at > 0 {
                    pieces::push_text(&mut pieces, " ");
                }
                if word.splits {
                    return None;
                }
                for piece in &word.pieces {
                    pieces::push(&mut pieces, piece.clone());
                }
            }
            Some(pieces)
        }
        _ => None,
    }
}

/// The commands of a list that are all joined by `&&` or follow each other.
fn flat(list: &List) -> Option<Vec<&Link>> {
    let links: Vec<_> = list.iter().flat_map(|item| &item.links).take(5).collect();
    let plain = links.iter().all(|link| {
        link.operator != Some(AndOr::Or) && link.pipeline.commands.len() == 1 && !link.pipeline.negated
    });
    (plain && links.len() < 5 && list.iter().all(|item| !item.background)).then_some(links)
}

fn simple(frame: &Frame, state: &State, link: &Link) -> Option<Vec<Word>> {
    let Kind::Simple { words, assignments } = &link.pipeline.commands.first()?.kind else { return None };
    let known = assignments.iter().all(|assignment| assignment.name == "CDPATH");
    known.then(|| words.iter().flat_map(|word| expand::words(frame, state, word)).collect())
}

/// `dirname` of a path.
pub(super) fn directory_name(pieces: &[Piece]) -> Option<Vec<Piece>> {
    match pieces {
        [before @ .., Piece::Text(text)] => {
            let text = text.trim_end_matches('/');
            let mut kept = before.to_vec();
            match text.rfind('/') {
                Some(0) if before.is_empty() => kept.push(Piece::Text("/".into())),
                Some(0) => {}
                Some(at) => kept.push(Piece::Text(text[..at].to_owned())),
                None if before.is_empty() => kept.push(Piece::Text(".".into())),
                None => return None,
            }
            Some(kept)
        }
        _ => None,
    }
}
