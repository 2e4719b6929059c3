//! Dockerfiles: instructions with their flags and words, as the builder reads them.

mod lines;
mod stages;
mod words;

pub use stages::{Stage, find};

use crate::source::{SourceId, Span};
use lines::{Lines, Logical};

/// One file.
#[derive(Clone, Debug, Default)]
pub struct Dockerfile {
    /// The character that continues lines: a backslash, or what `# escape=` says.
    pub escape: Option<char>,
    /// The instructions, in their order.
    pub instructions: Vec<Instruction>,
    /// The comments, from `#` to the end of the line.
    pub comments: Vec<Span>,
    /// What is not a Dockerfile's syntax, in the order of the text.
    pub faults: Vec<Fault>,
}

/// One instruction.
#[derive(Clone, Debug)]
pub struct Instruction {
    /// What it is, in capitals: `COPY`.
    pub name: String,
    /// Where that word stands.
    pub keyword: Span,
    /// `--from=build`.
    pub flags: Vec<Flag>,
    /// The words after the flags. For a form with brackets, its items; else as they are cut at spaces.
    pub words: Vec<Word>,
    /// Whether the words stand in brackets: `["a", "b"]`.
    pub json: bool,
    /// Everything after the flags, continued lines put together.
    pub text: String,
    /// Where that stands.
    pub rest: Span,
    /// The here-documents that belong to it.
    pub heredocs: Vec<Heredoc>,
    /// The instruction for which this one only prepares: what `ONBUILD` or `HEALTHCHECK` is followed by, in capitals.
    pub inner: Option<String>,
    /// The whole instruction, its here-documents left out.
    pub span: Span,
    /// The line that it starts on, from 1.
    pub line: usize,
}

/// A flag of an instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag {
    /// Its name, without dashes.
    pub name: String,
    /// Its value, if it has one.
    pub value: Option<String>,
    /// Where it stands.
    pub span: Span,
}

/// A word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word, without the quotes around it. Variables in it are left as they are.
    pub text: String,
    /// Where it stands.
    pub span: Span,
    /// Whether it is written as it reads: without quotes, and in one line.
    pub plain: bool,
}

/// A here-document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heredoc {
    /// The word that ends it.
    pub name: String,
    /// What it holds.
    pub body: Span,
}

/// A place that is not a Dockerfile's syntax.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The place.
    pub span: Span,
    /// What is wrong, in a few words.
    pub message: String,
}

impl Instruction {
    /// The value of a flag.
    pub fn flag(&self, name: &str) -> Option<&str> {
        self.flags.iter().find(|flag| flag.name == name)?.value.as_deref()
    }

    /// The pairs of `ENV`, `LABEL` and `ARG`: name, and value if there is one.
    pub fn pairs(&self) -> Vec<(Word, Option<Word>)> {
        words::pairs(self)
    }
}

/// Every instruction that there is.
const INSTRUCTIONS: &[&str] = &[
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

/// Reads the text of `source`.
pub fn parse(source: SourceId, text: &str) -> Dockerfile {
    let mut file = Dockerfile::default();
    let mut lines = Lines::new(source, text);
    file.escape = lines.directive();
    while let Some(logical) = lines.next() {
        let mut instruction = words::instruction(&logical);
        if !INSTRUCTIONS.contains(&instruction.name.as_str()) {
            let message = format!("`{}` is no instruction of a Dockerfile", instruction.name);
            file.faults.push(Fault { span: instruction.keyword, message });
        }
        if takes_heredocs(&instruction) {
            let names: Vec<(String, bool)> =
                instruction.words.iter().filter_map(|word| words::heredoc(&word.text)).collect();
            for (name, tabs) in names {
                match lines.heredoc(&name, tabs) {
                    (body, true) => instruction.heredocs.push(Heredoc { name, body }),
                    (body, false) => {
                        let message = format!("the here-document that `{name}` ends is never ended");
                        file.faults.push(Fault { span: instruction.span, message });
                        instruction.heredocs.push(Heredoc { name, body });
                    }
                }
            }
        }
        file.instructions.push(instruction);
    }
    file.comments = lines.comments;
    file
}

fn takes_heredocs(instruction: &Instruction) -> bool {
    let name = instruction.inner.as_deref().unwrap_or(&instruction.name);
    matches!(name, "RUN" | "COPY" | "ADD") && !instruction.json
}

impl Dockerfile {
    /// The stages, in their order.
    pub fn stages(&self) -> Vec<Stage<'_>> {
        stages::stages(self)
    }
}

/// The place of a logical line's bytes.
fn place(logical: &Logical, from: usize, to: usize) -> Span {
    logical.span(from, to)
}
