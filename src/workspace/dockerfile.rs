//! What the instructions of a Dockerfile copy out of the build context and into the image.

use super::dockerignore::{Dockerignore, clean, glob};
use crate::source::SourceId;
use crate::syntax::dockerfile::{self, find, parse};

/// A `COPY` or `ADD` from the context whose result stays in the image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Copy {
    pub(super) line: usize,
    sources: Vec<String>,
    excluded: Vec<String>,
}

impl Copy {
    /// Whether `path`, relative to the context, is among what is copied.
    pub(super) fn takes(&self, path: &str) -> bool {
        let parents = || path.match_indices('/').map(|(at, _)| &path[..at]).chain(std::iter::once(path));
        self.sources.iter().any(|source| source.is_empty() || parents().any(|part| glob(source, part)))
            && !Dockerignore::parse(&self.excluded.join("\n")).excludes(path)
    }

    /// Whether the whole context is copied.
    pub(super) fn takes_everything(&self) -> bool {
        self.sources.iter().any(|source| source.is_empty() || source == "*" || source == "**")
    }
}

/// What a stage copies into itself, and where.
#[derive(Default)]
struct Stage {
    workdir: String,
    copies: Vec<(Copy, String)>,
    from_stages: Vec<(String, Vec<String>)>,
}

/// The copies that end in the image built for `target` (the last stage where it is `None`): those of that stage, of the
/// stages it is built upon, and of the stages out of which a directory is copied that holds their result.
pub(super) fn baked_copies(text: &str, target: Option<&str>) -> Vec<Copy> {
    // Nothing of it is shown: its places are never asked for.
    let file = parse(SourceId(0), text);
    let written = file.stages();
    let stages = stages(&written);
    let find = |name: &str, before: usize| find(&written, name, before);
    let Some(last) = target.and_then(|name| find(name, stages.len())).or(stages.len().checked_sub(1)) else {
        return Vec::new();
    };
    // (stage, the directories of it that matter; all of it when empty)
    let mut work: Vec<(usize, Vec<String>)> = vec![(last, Vec::new())];
    let mut copies = Vec::new();
    let mut steps = 0;
    while let Some((at, wanted)) = work.pop() {
        steps += 1;
        if steps > 1000 {
            break;
        }
        let stage: &Stage = &stages[at];
        let holds = |to: &String| wanted.is_empty() || wanted.iter().any(|from| is_within(to, from));
        copies.extend(stage.copies.iter().filter(|(_, to)| holds(to)).map(|(copy, _)| copy.clone()));
        work.extend(
            stage.from_stages.iter().filter_map(|(name, from)| Some((find(name, at)?, from.clone()))),
        );
        let base = written[at].base.and_then(|base| find(&base.text, at));
        work.extend(base.map(|base| (base, wanted)));
    }
    copies.sort_by_key(|copy| copy.line);
    copies.dedup();
    copies
}

fn is_within(path: &str, directory: &str) -> bool {
    directory.is_empty()
        || path.strip_prefix(directory).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn stages(written: &[dockerfile::Stage]) -> Vec<Stage> {
    let mut stages: Vec<Stage> = Vec::new();
    for (at, stage) in written.iter().enumerate() {
        let base = stage.base.and_then(|base| find(written, &base.text, at));
        let workdir = base.and_then(|base| stages.get(base)).map(|base| base.workdir.clone());
        let mut read = Stage { workdir: workdir.unwrap_or_default(), ..Stage::default() };
        for instruction in stage.instructions {
            let words = instruction.words.iter().filter(|word| !word.text.starts_with("<<"));
            let words: Vec<&str> = words.map(|word| word.text.as_str()).collect();
            match instruction.name.as_str() {
                "WORKDIR" => {
                    read.workdir = words.first().map(|to| place(&read.workdir, to)).unwrap_or_default();
                }
                "COPY" | "ADD" => {
                    let Some((to, sources)) = words.split_last() else { continue };
                    let sources = sources.iter().map(|source| clean(&format!("/{source}"))).collect();
                    if let Some(from) = instruction.flag("from") {
                        read.from_stages.push((from.to_owned(), sources));
                    } else {
                        let flags = instruction.flags.iter().filter(|flag| flag.name == "exclude");
                        let excluded = flags.filter_map(|flag| flag.value.clone()).collect();
                        let copy = Copy { line: instruction.line, sources, excluded };
                        read.copies.push((copy, place(&read.workdir, to)));
                    }
                }
                _ => {}
            }
        }
        stages.push(read);
    }
    stages
}

fn place(workdir: &str, to: &str) -> String {
    if to.starts_with('/') { clean(to) } else { clean(&format!("/{workdir}/{to}")) }
}
