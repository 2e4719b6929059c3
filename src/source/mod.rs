//! Where text lives: files that were read, spans into them, and values that remember their span.

pub mod fragment;
pub(crate) mod spanned;

pub use fragment::Fragment;
pub use spanned::Spanned;

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// One text that was read, by its place in [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(pub u32);

/// A half-open range of bytes `start..end` in one source; both ends lie on character boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The text that the range is in.
    pub source: SourceId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The range `start..end` of `source`. Offsets beyond 4 GiB cannot occur: `workspace` refuses such files.
    pub fn new(source: SourceId, start: usize, end: usize) -> Self {
        let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { source, start: narrow(start), end: narrow(end) }
    }

    /// From the start of this span to the end of `other`, which is in the same source.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { end: other.end.max(self.end), ..self }
    }

    /// How many bytes the span covers.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether the span covers nothing, as that of an empty YAML value does.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The part of this span from byte `from` to byte `to`, counted from its start and clamped to it.
    #[must_use]
    pub fn slice(self, from: usize, to: usize) -> Self {
        let clamp = |n: usize| self.start + u32::try_from(n).unwrap_or(u32::MAX).min(self.end - self.start);
        Self { source: self.source, start: clamp(from), end: clamp(to) }
    }
}

/// A file's path as it is shown, and its text.
#[derive(Clone, Debug)]
pub struct Source {
    /// The path as the user would write it, relative to where the command was started if it can be.
    pub path: PathBuf,
    /// The whole text.
    pub text: Arc<str>,
    /// Where its lines begin, once somebody asks: of most files nothing is told.
    line_starts: OnceLock<Arc<[u32]>>,
}

impl Source {
    fn new(path: PathBuf, text: Arc<str>) -> Self {
        Self { path, text, line_starts: OnceLock::new() }
    }

    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let bytes = self.text.bytes();
            let ends = (1..).zip(bytes).filter(|(_, byte)| *byte == b'\n').map(|(next, _)| next);
            std::iter::once(0).chain(ends).collect()
        })
    }

    /// Where byte `offset` stands.
    pub fn position(&self, offset: u32) -> Position {
        let starts = self.line_starts();
        let line = starts.partition_point(|start| *start <= offset) - 1;
        let start = starts[line] as usize;
        let end = (offset as usize).min(self.text.len());
        let column = self.text.get(start..end).map_or(1, |before| before.chars().count() + 1);
        Position { line: line + 1, column, offset: offset as usize }
    }
}

/// A place in a text as people and the JSON report name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Position {
    /// From 1.
    pub line: usize,
    /// From 1, in Unicode scalar values.
    pub column: usize,
    /// From 0, in bytes.
    pub offset: usize,
}

/// Every text of one run.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<Source>,
}

impl Sources {
    /// Keeps a text and says how to refer to it.
    pub fn add(&mut self, path: impl Into<PathBuf>, text: impl Into<Arc<str>>) -> SourceId {
        self.keep(Source::new(path.into(), text.into()))
    }

    /// Keeps a source of other `Sources`.
    pub fn keep(&mut self, source: Source) -> SourceId {
        let id = SourceId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(source);
        id
    }

    /// Keeps all of other `Sources`. Each gets its number there and, on top, the one that is given back.
    pub fn append(&mut self, other: Self) -> u32 {
        let first = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
        self.files.extend(other.files);
        first
    }

    /// The source with this number.
    ///
    /// # Panics
    /// When `id` belongs to another `Sources`.
    pub fn get(&self, id: SourceId) -> &Source {
        &self.files[id.0 as usize]
    }

    /// The text under `span`.
    pub fn text(&self, span: Span) -> &str {
        self.get(span.source).text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// The path of the file that `span` is in.
    pub fn path(&self, span: Span) -> &Path {
        &self.get(span.source).path
    }

    /// Shows every file under the path that `show` makes of its own.
    pub fn rename(&mut self, show: impl Fn(&Path) -> PathBuf) {
        for file in &mut self.files {
            file.path = show(&file.path);
        }
    }

    /// All sources, in the order in which they were read.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        (0..).map(SourceId).zip(&self.files)
    }
}

/// A path with `/` between its parts, whatever the system.
pub fn shown(path: &Path) -> String {
    // Nearly every path is written in this way, which is quickly seen.
    if let Some(text) = path.to_str().filter(|_| cfg!(unix))
        && text.split('/').all(|part| !matches!(part, "" | "."))
    {
        return text.to_owned();
    }
    path.components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
        .replace("//", "/")
}
