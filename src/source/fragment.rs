//! A text cut out of a source, and where each of its bytes is written there.

use super::{SourceId, Span};
use std::sync::Arc;

/// Stands in a fragment's text for what cannot be known where it is read: a workflow's `${{ … }}`, a value that
/// another shell puts in. Only where [`Fragment::hole_at`] says so: a text may hold this character by itself.
pub const HOLE: char = '\u{1a}';

/// A text that was written inside another one: a block scalar's lines without their indentation, a recipe without
/// its tabs, the words given to `ssh host "…"` with their quotes undone. It remembers where its bytes come from, so
/// that whatever is said of it points into the file.
#[derive(Clone, Debug)]
pub struct Fragment {
    text: Arc<str>,
    source: SourceId,
    /// In the order of the text, without gaps.
    pieces: Vec<Piece>,
    /// In the order of the text.
    holes: Vec<Hole>,
}

/// A run of a fragment's bytes. It lasts until the next piece begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    /// Where it begins in the fragment.
    at: u32,
    /// Where it begins in the source.
    start: u32,
    /// How many bytes of the source it stands for.
    written: u32,
    /// Whether it is written as it reads: byte stands for byte.
    copied: bool,
}

/// Something in a fragment that cannot be known where the fragment is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hole {
    /// The byte of the fragment at which [`HOLE`] stands for it.
    pub at: usize,
    /// What is written there, without its brackets: `secrets.HOST`.
    pub name: String,
    /// Why it cannot be known, in a few words.
    pub reason: String,
    /// What it is when nobody says otherwise.
    pub default: Option<String>,
}

impl Hole {
    /// A hole for `name`.
    pub fn new(name: impl Into<String>, reason: impl Into<String>, default: Option<String>) -> Self {
        Self { at: 0, name: name.into(), reason: reason.into(), default }
    }
}

impl Fragment {
    /// All of a source.
    pub fn whole(source: SourceId, text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let written = narrow(text.len());
        Self {
            text,
            source,
            pieces: vec![Piece { at: 0, start: 0, written, copied: true }],
            holes: Vec::new(),
        }
    }

    /// A text that stands in its source as it is, at `span`.
    pub fn verbatim(text: &str, span: Span) -> Self {
        let mut cutting = Cutting::new(span.source);
        cutting.copy(text, span.start as usize);
        cutting.finish(span.start as usize)
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The source that it was cut out of.
    pub fn source(&self) -> SourceId {
        self.source
    }

    /// What cannot be known in it.
    pub fn holes(&self) -> &[Hole] {
        &self.holes
    }

    /// The hole at this byte of the text, if there is one.
    pub fn hole_at(&self, at: usize) -> Option<&Hole> {
        let found = self.holes.binary_search_by_key(&at, |hole| hole.at).ok()?;
        self.holes.get(found)
    }

    /// Where the bytes `from..to` of the text are written.
    pub fn span(&self, from: usize, to: usize) -> Span {
        let to = to.max(from);
        let start = self.start_of(from);
        let end = if to > from { self.end_of(to).max(start) } else { start };
        Span { source: self.source, start, end }
    }

    /// Where all of it is written.
    pub fn whole_span(&self) -> Span {
        self.span(0, self.text.len())
    }

    /// The bytes `from..to` as a fragment of their own. Both must lie on character boundaries; else it is empty.
    #[must_use]
    pub fn part(&self, from: usize, to: usize) -> Self {
        let mut cutting = Cutting::new(self.source);
        cutting.copy_from(self, from, to);
        cutting.finish(self.start_of(from) as usize)
    }

    fn piece_of(&self, byte: usize) -> (Piece, u32) {
        let byte = narrow(byte.min(self.text.len()));
        let found = self.pieces.partition_point(|piece| piece.at <= byte).saturating_sub(1);
        let end = self.pieces.get(found + 1).map_or(narrow(self.text.len()), |next| next.at);
        (self.pieces[found], end)
    }

    fn start_of(&self, byte: usize) -> u32 {
        let (piece, end) = self.piece_of(byte);
        let inside = narrow(byte).min(end).saturating_sub(piece.at);
        match () {
            () if piece.copied => piece.start + inside,
            () if inside == end - piece.at => piece.start + piece.written,
            () => piece.start,
        }
    }

    fn end_of(&self, byte: usize) -> u32 {
        // The end of the piece that the last byte is in, not the start of the next one.
        let (piece, end) = self.piece_of(byte.saturating_sub(1));
        let inside = narrow(byte).min(end).saturating_sub(piece.at);
        piece.start + if piece.copied { inside } else { piece.written }
    }
}

/// Puts a [`Fragment`] together from what is copied, replaced and left out of a source.
#[derive(Debug)]
pub struct Cutting {
    text: String,
    source: SourceId,
    pieces: Vec<Piece>,
    holes: Vec<Hole>,
}

impl Cutting {
    /// Nothing yet of `source`.
    pub fn new(source: SourceId) -> Self {
        Self { text: String::new(), source, pieces: Vec::new(), holes: Vec::new() }
    }

    /// How long the text is so far.
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether there is no text yet.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Adds a text that stands in the source as it is, from byte `start`.
    pub fn copy(&mut self, text: &str, start: usize) {
        self.push(text, narrow(start), narrow(text.len()), true);
    }

    /// Adds a text that stands for what is written in the bytes `start..end` of the source.
    pub fn replace(&mut self, text: &str, start: usize, end: usize) {
        self.push(text, narrow(start), narrow(end.saturating_sub(start)), false);
    }

    /// Adds a hole for what is written in the bytes `start..end` of the source. Its place in the text is not the
    /// caller's to say.
    pub fn hole(&mut self, hole: Hole, start: usize, end: usize) {
        self.holes.push(Hole { at: self.text.len(), ..hole });
        self.replace(HOLE.encode_utf8(&mut [0; 4]), start, end);
    }

    /// Adds the bytes `from..to` of another fragment of the same source, with their holes.
    pub fn copy_from(&mut self, other: &Fragment, from: usize, to: usize) {
        let Some(text) = other.text.get(from..to) else { return };
        let mut at = from;
        while at < to {
            let (piece, end) = other.piece_of(at);
            let stop = to.min(end as usize);
            let Some(run) = text.get(at - from..stop - from) else { return };
            let start = other.start_of(at);
            let written = if piece.copied { narrow(run.len()) } else { piece.written };
            let first = other.holes.partition_point(|hole| hole.at < at);
            for hole in other.holes[first..].iter().take_while(|hole| hole.at < stop) {
                self.holes.push(Hole { at: self.text.len() + hole.at - at, ..hole.clone() });
            }
            self.push(run, start, written, piece.copied);
            at = stop;
        }
    }

    /// Adds a text that stands for the bytes `from..to` of another fragment of the same source.
    pub fn replace_from(&mut self, text: &str, other: &Fragment, from: usize, to: usize) {
        let span = other.span(from, to);
        self.replace(text, span.start as usize, span.end as usize);
    }

    /// Adds a hole for the bytes `from..to` of another fragment of the same source.
    pub fn hole_from(&mut self, hole: Hole, other: &Fragment, from: usize, to: usize) {
        let span = other.span(from, to);
        self.hole(hole, span.start as usize, span.end as usize);
    }

    /// The fragment. When it is empty, it is said to stand at byte `place`.
    pub fn finish(mut self, place: usize) -> Fragment {
        if self.pieces.is_empty() {
            self.pieces.push(Piece { at: 0, start: narrow(place), written: 0, copied: true });
        }
        Fragment { text: self.text.into(), source: self.source, pieces: self.pieces, holes: self.holes }
    }

    fn push(&mut self, text: &str, start: u32, written: u32, copied: bool) {
        if text.is_empty() {
            return;
        }
        let at = narrow(self.text.len());
        match self.pieces.last_mut() {
            // What follows on both sides is one run.
            Some(last) if last.copied && copied && last.start + last.written == start => {
                last.written += written;
            }
            _ => self.pieces.push(Piece { at, start, written, copied }),
        }
        self.text.push_str(text);
    }
}

/// Offsets are kept in 32 bits; `workspace` refuses texts that would need more.
fn narrow(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: SourceId = SourceId(0);

    #[test]
    fn spans_point_into_the_file() {
        let file = "run: |\n    echo \\\"hi\n    there\n";
        let mut cutting = Cutting::new(SOURCE);
        cutting.copy("echo ", 11);
        cutting.replace("\"", 16, 18);
        cutting.copy("hi\n", 18);
        cutting.copy("there\n", 25);
        let fragment = cutting.finish(0);
        assert_eq!(fragment.text(), "echo \"hi\nthere\n");
        let written = |from, to| {
            let span = fragment.span(from, to);
            &file[span.start as usize..span.end as usize]
        };
        assert_eq!(written(0, 4), "echo");
        assert_eq!(written(5, 6), "\\\"");
        assert_eq!(written(6, 8), "hi");
        assert_eq!(written(9, 14), "there");
        assert_eq!(written(5, 14), "\\\"hi\n    there");
        assert_eq!(written(14, 14), "");
        let inner = fragment.part(5, 14).part(1, 9);
        assert_eq!(inner.text(), "hi\nthere");
        let span = inner.span(3, 8);
        assert_eq!(&file[span.start as usize..span.end as usize], "there");
    }

    #[test]
    fn holes_survive_cutting() {
        let mut cutting = Cutting::new(SOURCE);
        cutting.copy("ssh ", 0);
        cutting.hole(Hole::new("secrets.HOST", "a secret", None), 4, 23);
        cutting.copy(" ls", 23);
        let fragment = cutting.finish(0);
        assert_eq!(fragment.span(4, 5), Span::new(SOURCE, 4, 23));
        let part = fragment.part(4, 8);
        assert_eq!(part.hole_at(0).map(|hole| hole.name.as_str()), Some("secrets.HOST"));
        assert_eq!(part.span(0, 1), Span::new(SOURCE, 4, 23));
        assert_eq!(part.span(2, 4), Span::new(SOURCE, 24, 26));
        assert!(fragment.hole_at(0).is_none());
    }
}
