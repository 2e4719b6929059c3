//! The text of one `.gitignore`.

use super::glob::Glob;

/// The patterns of one file, in its order.
#[derive(Clone, Debug, Default)]
pub(super) struct Gitignore {
    patterns: Vec<Pattern>,
}

#[derive(Clone, Debug)]
struct Pattern {
    keeps: bool,
    directories_only: bool,
    /// Whether it is matched against the whole path below its file's directory, and not against the name alone.
    anchored: bool,
    glob: Glob,
}

impl Gitignore {
    pub(super) fn parse(text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let lines = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
        Self { patterns: lines.filter_map(Pattern::parse).collect() }
    }

    /// What the last pattern that matches `path` (relative to the file's directory) says: ignored, kept, or nothing.
    pub(super) fn verdict(&self, path: &str, is_directory: bool) -> Option<bool> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let found = self.patterns.iter().rev().find(|pattern| {
            (is_directory || !pattern.directories_only)
                && pattern.glob.matches(if pattern.anchored { path } else { name })
        });
        found.map(|pattern| !pattern.keeps)
    }
}

impl Pattern {
    fn parse(line: &str) -> Option<Self> {
        if line.starts_with('#') {
            return None;
        }
        let line = trim_end(line);
        let (keeps, line) = line.strip_prefix('!').map_or((false, line), |rest| (true, rest));
        let (directories_only, line) = line.strip_suffix('/').map_or((false, line), |rest| (true, rest));
        let anchored = line.contains('/');
        let line = line.strip_prefix('/').unwrap_or(line);
        (!line.is_empty()).then(|| Self { keeps, directories_only, anchored, glob: Glob::new(line) })
    }
}

/// The line without the spaces at its end that no backslash keeps.
fn trim_end(line: &str) -> &str {
    let short = line.trim_end_matches(' ');
    let escapes = short.len() - short.trim_end_matches('\\').len();
    if escapes % 2 == 1 && short.len() < line.len() { &line[..=short.len()] } else { short }
}
