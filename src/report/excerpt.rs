//! The few lines around the labels of one diagnostic, of all the files it points into, as miette reads them.
//!
//! miette counts lines from the start of a text for each label, which is slow at the end of a large one, and it prints
//! lines whole. An excerpt holds only the lines that are shown, each cut to a sane length and free of control characters.

use crate::diagnostic::Label;
use crate::source::{Source, SourceId, Sources};
use crate::syntax::secrets;
use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use std::collections::BTreeMap;

/// Labels shown of one diagnostic.
pub(super) const MOST_LABELS: usize = 12;
/// Characters shown of one line…
const MOST_OF_A_LINE: usize = 160;
/// …of which these stand before the first label.
const BEFORE_LABEL: usize = 40;
const MOST_OF_A_LABEL: usize = 160;

/// Lines of several files, one run of neighbouring lines after the other.
#[derive(Debug, Default)]
pub(super) struct Excerpt {
    text: String,
    runs: Vec<Run>,
    places: Vec<Place>,
}

/// Neighbouring lines of one file.
#[derive(Debug)]
struct Run {
    name: String,
    start: usize,
    end: usize,
    first_line: usize,
    lines: usize,
}

/// A label in the excerpt, and where its start is in its file, from 0.
#[derive(Debug)]
struct Place {
    start: usize,
    end: usize,
    line: usize,
    column: usize,
    text: String,
}

/// A line of a file, and the range of its bytes that is shown.
struct Line {
    end: usize,
    number: usize,
    first_label: Option<usize>,
}

impl Excerpt {
    pub(super) fn new(sources: &Sources, labels: &[Label]) -> Self {
        let labels = &labels[..labels.len().min(MOST_LABELS)];
        let mut excerpt = Self::default();
        let mut files: Vec<SourceId> = Vec::new();
        for label in labels {
            if !files.contains(&label.span.source) {
                files.push(label.span.source);
            }
        }
        let mut places: Vec<Option<Place>> = labels.iter().map(|_| None).collect();
        for file in files {
            let inside: Vec<(usize, &Label)> =
                labels.iter().enumerate().filter(|(_, label)| label.span.source == file).collect();
            excerpt.add_file(sources.get(file), &inside, &mut places);
        }
        excerpt.places = places.into_iter().flatten().collect();
        excerpt
    }

    /// The labels, the primary one first.
    pub(super) fn labels(&self) -> impl Iterator<Item = LabeledSpan> + '_ {
        self.places.iter().enumerate().map(|(index, place)| {
            let text = Some(place.text.clone()).filter(|text| !text.is_empty());
            let span = (place.start, place.end - place.start);
            if index == 0 {
                LabeledSpan::new_primary_with_span(text, span)
            } else {
                LabeledSpan::new_with_span(text, span)
            }
        })
    }

    fn add_file(&mut self, source: &Source, labels: &[(usize, &Label)], places: &mut [Option<Place>]) {
        let mut previous: Option<usize> = None;
        for (start, line) in lines_to_show(source, labels) {
            let neighbour = previous.is_some_and(|number| number + 1 == line.number);
            previous = Some(line.number);
            let (shown, map) = cut(&source.text, start, &line);
            let at = self.text.len();
            self.text.push_str(&shown);
            match self.runs.last_mut().filter(|_| neighbour) {
                Some(run) => {
                    run.end = self.text.len();
                    run.lines += 1;
                }
                None => self.runs.push(Run {
                    name: super::shown(&source.path),
                    start: at,
                    end: self.text.len(),
                    first_line: line.number - 1,
                    lines: 1,
                }),
            }
            // No two runs touch: a label at the end of one is not at the start of the next.
            self.text.push('\n');
            for (index, label) in labels {
                let (from, to) = (label.span.start as usize, label.span.end as usize);
                if from < start || from > line.end {
                    continue;
                }
                let position = source.position(label.span.start);
                places[*index] = Some(Place {
                    start: at + locate(&map, from),
                    end: at + locate(&map, to.clamp(from, line.end)),
                    line: position.line - 1,
                    column: position.column - 1,
                    text: one_line(&label.text, MOST_OF_A_LABEL),
                });
            }
        }
    }
}

/// The lines of the labels and their neighbours, by where they start.
fn lines_to_show(source: &Source, labels: &[(usize, &Label)]) -> BTreeMap<usize, Line> {
    let text = &*source.text;
    let start_of =
        |at: usize| text.as_bytes()[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |n| n + 1);
    let end_of = |at: usize| text[at..].find('\n').map_or(text.len(), |n| at + n);
    let mut lines: BTreeMap<usize, Line> = BTreeMap::new();
    for (_, label) in labels {
        let at = (label.span.start as usize).min(text.len());
        let (start, end) = (start_of(at), end_of(at));
        let number = source.position(label.span.start).line;
        let line = lines.entry(start).or_insert(Line { end, number, first_label: None });
        line.first_label = Some(line.first_label.map_or(at, |first| first.min(at)));
        if start > 0 {
            let before = start_of(start - 1);
            lines.entry(before).or_insert(Line { end: start - 1, number: number - 1, first_label: None });
        }
        if end + 1 < text.len() {
            let after = Line { end: end_of(end + 1), number: number + 1, first_label: None };
            lines.entry(end + 1).or_insert(after);
        }
    }
    lines
}

/// What is shown of a line, and for each shown character where it came from and where it went.
fn cut(text: &str, start: usize, line: &Line) -> (String, Vec<(usize, usize)>) {
    let whole = text[start..line.end].trim_end_matches('\r');
    let label = line.first_label.map_or(0, |at| text[start..at.max(start)].chars().count());
    let long = whole.chars().nth(MOST_OF_A_LINE).is_some();
    let skipped = if long { label.saturating_sub(BEFORE_LABEL) } else { 0 };
    let mut shown = String::from(if skipped > 0 { "…" } else { "" });
    let mut map = Vec::new();
    let secrets = secrets::ranges(text, start..start + whole.len());
    let mut masked = None;
    for (at, letter) in
        whole.char_indices().skip(skipped).take(if long { MOST_OF_A_LINE } else { usize::MAX })
    {
        let at = start + at;
        // A secret is three dots, however long it is: labels begin before them or end behind them.
        if let Some(secret) = secrets.iter().position(|secret| secret.contains(&at)) {
            let before = shown.len() - if masked == Some(secret) { secrets::MASK.len() } else { 0 };
            map.push((at, before));
            if masked.replace(secret) != Some(secret) {
                shown.push_str(secrets::MASK);
            }
            continue;
        }
        map.push((at, shown.len()));
        shown.push(plain(letter));
    }
    let end =
        map.last().and_then(|(at, _)| text[*at..].chars().next().map(|c| at + c.len_utf8())).unwrap_or(start);
    map.push((end, shown.len()));
    if end < start + whole.len() {
        shown.push('…');
    }
    // miette shows no line that is empty and the last: there is a place for the label after it.
    if shown.is_empty() {
        shown.push(' ');
    }
    (shown, map)
}

/// Where byte `offset` of the file went.
fn locate(map: &[(usize, usize)], offset: usize) -> usize {
    let next = map.partition_point(|(from, _)| *from < offset);
    map.get(next).or(map.last()).map_or(0, |(_, to)| *to)
}

/// A character that changes nothing but its own cell of a terminal.
pub(super) fn plain(letter: char) -> char {
    match letter {
        '\t' => '\t',
        // The last ones turn the direction of the text around them.
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        letter if letter.is_control() => '\u{fffd}',
        letter => letter,
    }
}

/// `text` on one line, at most `most` characters of it.
pub(super) fn one_line(text: &str, most: usize) -> String {
    let mut letters =
        text.split_whitespace().collect::<Vec<_>>().join(" ").chars().map(plain).collect::<Vec<_>>();
    if letters.len() > most {
        letters.truncate(most);
        letters.push('…');
    }
    letters.into_iter().collect()
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, end) = (span.offset(), span.offset() + span.len());
        // A span over two runs is refused, and miette shows them one after the other.
        let run = self
            .runs
            .iter()
            .find(|run| run.start <= start && end <= run.end)
            .ok_or(MietteError::OutOfBounds)?;
        let whole = SourceSpan::from((run.start, run.end - run.start));
        let data = &self.text.as_bytes()[run.start..run.end];
        // Without context it is asked for the name of the place alone.
        let place = self.places.iter().find(|place| before == 0 && after == 0 && place.start == start);
        let (line, column) = place.map_or((run.first_line, 0), |place| (place.line, place.column));
        Ok(Box::new(MietteSpanContents::new_named(run.name.clone(), data, whole, line, column, run.lines)))
    }
}
