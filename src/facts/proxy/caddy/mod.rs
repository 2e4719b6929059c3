//! What a Caddyfile says, with its snippets and imports in place.

mod directives;
mod site;

use super::layout::{Layout, trimmed};
use super::{Block, BlockKind, Proxy};
use crate::facts::model::{ByName, EnvVariable};
use crate::source::Span;
use crate::syntax::caddyfile::{BlockKind as Kind, Caddyfile, Directive, Word, parse, parse_part};
use crate::workspace::Files;
use foldhash::HashMap;
use std::path::{Path, PathBuf};

/// How deep snippets and imports may be nested.
const DEPTH: usize = 16;
/// How many directives one proxy may have, when what is imported often is counted as often.
const SIZE: usize = 20_000;

/// The environment that a Caddyfile is filled in with.
#[derive(Clone, Copy)]
pub(super) struct Environment<'a> {
    pub(super) variables: &'a ByName<EnvVariable>,
    /// Whether there is nothing else in it.
    pub(super) whole: bool,
}

pub(super) struct Reader<'a> {
    pub(super) files: &'a mut Files,
    pub(super) layout: &'a Layout,
    pub(super) environment: Option<Environment<'a>>,
    pub(super) proxy: Proxy,
    /// The paths of what was read.
    pub(super) read: Vec<PathBuf>,
    snippets: HashMap<String, Vec<Directive>>,
    size: usize,
    auto_https: bool,
}

/// Where a directive stands.
#[derive(Clone, Copy)]
struct Scope {
    block: usize,
    site: usize,
    conditional: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        files: &'a mut Files,
        layout: &'a Layout,
        environment: Option<Environment<'a>>,
        proxy: Proxy,
    ) -> Self {
        let (read, snippets) = (Vec::new(), HashMap::default());
        Self { files, layout, environment, proxy, read, snippets, size: 0, auto_https: true }
    }

    /// Reads a file, which its proxy sees at `seen`.
    pub(super) fn file(&mut self, path: &Path, seen: &str, depth: usize) {
        let Some(file) = self.parse(path, false) else { return };
        let directory = seen.rsplit_once('/').map_or("", |(above, _)| above).to_owned();
        for block in &file.blocks {
            match block.kind {
                Kind::Options => {
                    let off = |option: &Directive| {
                        option.is("auto_https") && option.args.iter().any(|word| word.text == "off")
                    };
                    self.auto_https &= !block.directives.iter().any(off);
                }
                Kind::Snippet | Kind::Route => {
                    if let Some(name) = block.keys.first() {
                        self.snippets.insert(name.text.clone(), block.directives.clone());
                    }
                }
                Kind::Import => {
                    let Some(pattern) = block.keys.first() else { continue };
                    for (seen, path) in self.imported(pattern, &directory, depth) {
                        self.file(&path, &seen, depth + 1);
                    }
                }
                Kind::Site => {
                    let directives = self.expand(&block.directives, &directory, &[], depth);
                    self.site(&block.keys, block.head, &directives);
                }
            }
        }
    }

    fn parse(&mut self, path: &Path, part: bool) -> Option<Caddyfile> {
        let Ok(source) = self.files.read(path) else {
            self.proxy.complete = false;
            return None;
        };
        let text = self.files.sources().get(source).text.clone();
        let file = if part { parse_part(source, &text) } else { parse(source, &text) };
        if self.proxy.takes(source, file.faults.iter().map(|fault| (fault.span, fault.message.clone()))) {
            self.read.push(path.to_owned());
        }
        self.proxy.complete &= file.faults.is_empty();
        Some(file)
    }

    /// The files that a pattern names, as the proxy sees them and in the repository.
    fn imported(&mut self, pattern: &Word, directory: &str, depth: usize) -> Vec<(String, PathBuf)> {
        let path = if pattern.text.starts_with('/') {
            pattern.text.clone()
        } else {
            format!("{directory}/{}", pattern.text)
        };
        let path = trimmed(&path);
        let found = if path.contains(['*', '?']) {
            self.layout.glob(self.files, &path)
        } else {
            self.layout.find(self.files, &path).map(|file| (path.clone(), file)).into_iter().collect()
        };
        let known = path.contains('*') && (self.layout.closed || self.layout.knows(directory));
        if depth >= DEPTH || pattern.text.contains('{') || found.is_empty() && !known {
            self.proxy.complete = false;
            self.proxy.not_followed.push(pattern.span);
            return Vec::new();
        }
        found
    }

    /// The directives with what they import in place, and with the arguments that they were imported with.
    fn expand(
        &mut self,
        directives: &[Directive],
        directory: &str,
        args: &[Word],
        depth: usize,
    ) -> Vec<Directive> {
        let mut found = Vec::with_capacity(directives.len());
        for directive in directives {
            self.size += 1;
            if self.size > SIZE {
                self.proxy.complete = false;
                break;
            }
            let words: Vec<Word> = directive.args.iter().flat_map(|word| given(word, args)).collect();
            match (directive.is("import") || directive.is("invoke"), words.split_first()) {
                (true, Some((name, rest))) => {
                    if let Some(snippet) = self.snippets.get(&name.text).filter(|_| depth < DEPTH).cloned() {
                        found.extend(self.expand(&snippet, directory, rest, depth + 1));
                        continue;
                    }
                    for (seen, path) in self.imported(name, directory, depth) {
                        let Some(file) = self.parse(&path, true) else { continue };
                        let directory = seen.rsplit_once('/').map_or("", |(above, _)| above).to_owned();
                        for block in file.blocks {
                            found.extend(self.expand(&block.directives, &directory, rest, depth + 1));
                        }
                    }
                }
                _ => found.push(Directive {
                    name: given(&directive.name, args).pop().unwrap_or_else(|| directive.name.clone()),
                    args: words,
                    block: directive.block.as_ref().map(|inside| self.expand(inside, directory, args, depth)),
                    head: directive.head,
                    span: directive.span,
                }),
            }
        }
        found
    }

    fn block(&mut self, kind: BlockKind, words: &[Word], span: Span, parent: Option<usize>) -> usize {
        let title = words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
        self.proxy.blocks.push(Block::new(kind, title, span, parent));
        self.proxy.blocks.len() - 1
    }
}

/// The words that stand for a word of a snippet: `{args[0]}`, `{args.0}`, `{args[:]}`.
fn given(word: &Word, args: &[Word]) -> Vec<Word> {
    if !word.text.contains("{args") {
        return vec![word.clone()];
    }
    if word.text == "{args[:]}" {
        return args.to_vec();
    }
    let mut text = word.text.clone();
    for (at, arg) in args.iter().enumerate() {
        for placeholder in [format!("{{args[{at}]}}"), format!("{{args.{at}}}")] {
            if word.text == placeholder {
                return vec![arg.clone()];
            }
            text = text.replace(&placeholder, &arg.text);
        }
    }
    vec![Word { text, plain: false, ..word.clone() }]
}
