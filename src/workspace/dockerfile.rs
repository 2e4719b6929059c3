//! What the instructions of a Dockerfile copy out of the build context and into the image.

use super::dockerignore::{Dockerignore, clean, glob};

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

#[derive(Default)]
struct Stage {
    name: String,
    base: String,
    workdir: String,
    copies: Vec<(Copy, String)>,
    from_stages: Vec<(String, Vec<String>)>,
}

/// The copies that end in the image built for `target` (the last stage where it is `None`): those of that stage, of the
/// stages it is built upon, and of the stages out of which a directory is copied that holds their result.
pub(super) fn baked_copies(text: &str, target: Option<&str>) -> Vec<Copy> {
    let stages = stages(text);
    let find = |name: &str, before: usize| -> Option<usize> {
        let named = stages[..before]
            .iter()
            .rposition(|stage| !name.is_empty() && stage.name.eq_ignore_ascii_case(name));
        named.or_else(|| name.parse().ok().filter(|number| *number < before))
    };
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
        work.extend(find(&stage.base, at).map(|base| (base, wanted)));
    }
    copies.sort_by_key(|copy| copy.line);
    copies.dedup();
    copies
}

fn is_within(path: &str, directory: &str) -> bool {
    directory.is_empty()
        || path.strip_prefix(directory).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn stages(text: &str) -> Vec<Stage> {
    let mut stages: Vec<Stage> = Vec::new();
    for (line, words) in instructions(text) {
        let Some((name, rest)) = words.split_first() else { continue };
        let (flags, rest): (Vec<&String>, Vec<&String>) =
            rest.iter().partition(|word| word.starts_with("--"));
        let flag = |name: &'static str| flags.iter().filter_map(move |flag| flag.strip_prefix(name));
        if name.eq_ignore_ascii_case("FROM") {
            let named = rest.get(1).is_some_and(|word| word.eq_ignore_ascii_case("AS"));
            let base = rest.first().map(|base| (*base).clone()).unwrap_or_default();
            let inherited =
                stages.iter().rfind(|stage| !base.is_empty() && stage.name.eq_ignore_ascii_case(&base));
            let workdir = inherited.map(|stage| stage.workdir.clone()).unwrap_or_default();
            let name = rest.get(2).filter(|_| named).map(|name| (*name).clone()).unwrap_or_default();
            stages.push(Stage { name, base, workdir, ..Stage::default() });
            continue;
        }
        let Some(stage) = stages.last_mut() else { continue };
        if name.eq_ignore_ascii_case("WORKDIR") {
            stage.workdir = rest.first().map(|to| place(&stage.workdir, to)).unwrap_or_default();
        } else if name.eq_ignore_ascii_case("COPY") || name.eq_ignore_ascii_case("ADD") {
            let Some((to, sources)) = rest.split_last() else { continue };
            let sources: Vec<String> = sources.iter().map(|source| clean(&format!("/{source}"))).collect();
            if let Some(from) = flag("--from=").next() {
                stage.from_stages.push((from.to_owned(), sources));
            } else {
                let excluded = flag("--exclude=").map(ToOwned::to_owned).collect();
                stage.copies.push((Copy { line, sources, excluded }, place(&stage.workdir, to)));
            }
        }
    }
    stages
}

fn place(workdir: &str, to: &str) -> String {
    if to.starts_with('/') { clean(to) } else { clean(&format!("/{workdir}/{to}")) }
}

/// The instructions as words, each with the line it starts on. Comments, continued lines and here-documents are understood.
fn instructions(text: &str) -> Vec<(usize, Vec<String>)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let directive = |line: &str| {
        let (name, value) = line.strip_prefix('#')?.split_once('=')?;
        name.trim().eq_ignore_ascii_case("escape").then(|| value.trim() == "`")
    };
    let escape = if text.lines().take_while(|line| line.starts_with('#')).find_map(directive) == Some(true) {
        '`'
    } else {
        '\\'
    };
    let mut lines = (1..).zip(text.lines());
    let mut found = Vec::new();
    while let Some((number, line)) = lines.next() {
        if line.trim().is_empty() || line.trim_start().starts_with('#') {
            continue;
        }
        let mut whole = line.trim().to_owned();
        while let Some(begun) = whole.strip_suffix(escape) {
            whole = format!("{begun} ");
            // Comments and empty lines inside an instruction are left out of it.
            let Some((_, more)) =
                lines.find(|(_, next)| !next.trim_start().starts_with('#') && !next.trim().is_empty())
            else {
                break;
            };
            whole.push_str(more.trim());
        }
        let mut words = words(&whole);
        for word in &words {
            if let Some(end) = here_document(word) {
                lines.find(|(_, line)| line.trim_start_matches('\t') == end);
            }
        }
        words.retain(|word| here_document(word).is_none());
        found.push((number, words));
    }
    found
}

fn here_document(word: &str) -> Option<&str> {
    let name = word.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix("<<")?;
    let name = name.strip_prefix('-').unwrap_or(name).trim_matches(['"', '\'']);
    (!name.is_empty() && !name.starts_with('<')).then_some(name)
}

/// The words of an instruction, of either form: `COPY a b`, `COPY ["a", "b"]`.
fn words(line: &str) -> Vec<String> {
    let json = line.find('[').filter(|_| line.ends_with(']'));
    if let Some((head, list)) = json.map(|at| line.split_at(at))
        && let Ok(list) = serde_json::from_str::<Vec<String>>(list)
    {
        return head.split_whitespace().map(ToOwned::to_owned).chain(list).collect();
    }
    line.split_whitespace().map(|word| word.trim_matches('"').to_owned()).collect()
}
