//! The tree of a shell script. Places are bytes of the text that was parsed, which may be a fragment of a file.

/// The bytes `start..end` of the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A whole text.
#[derive(Clone, Debug, Default)]
pub struct Script {
    /// Its commands.
    pub body: List,
    /// Its comments, each beginning with its `#`.
    pub comments: Vec<Place>,
    /// Its heredocs, in the order in which they are announced.
    pub heredocs: Vec<Heredoc>,
    /// What was not understood.
    pub faults: Vec<Fault>,
}

/// Something that was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub place: Place,
    /// What, in a few words.
    pub message: &'static str,
}

/// Commands one after the other.
pub type List = Vec<Item>;

/// Pipelines joined by `&&` and `||`.
#[derive(Clone, Debug)]
pub struct Item {
    /// The pipelines; the first one has no operator.
    pub links: Vec<Link>,
    /// `&` follows.
    pub background: bool,
    /// All of it.
    pub place: Place,
}

/// A pipeline and how it is joined to the one before it.
#[derive(Clone, Debug)]
pub struct Link {
    /// The operator before it.
    pub operator: Option<AndOr>,
    /// The pipeline.
    pub pipeline: Pipeline,
}

/// How pipelines are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AndOr {
    /// `&&`.
    And,
    /// `||`.
    Or,
}

/// Commands joined by `|`.
#[derive(Clone, Debug)]
pub struct Pipeline {
    /// `!` stands before it.
    pub negated: bool,
    /// `time` stands before it.
    pub timed: bool,
    /// The commands; at least one.
    pub commands: Vec<Command>,
    /// All of it.
    pub place: Place,
}

/// One command, simple or compound.
#[derive(Clone, Debug)]
pub struct Command {
    /// What it is.
    pub kind: Kind,
    /// Its redirections, in order.
    pub redirections: Vec<Redirection>,
    /// All of it, heredocs left out.
    pub place: Place,
}

/// What a command is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A program and its arguments, or assignments alone.
    Simple {
        /// `X=1` before the program.
        assignments: Vec<Assignment>,
        /// The program and its arguments.
        words: Vec<Word>,
    },
    /// `( … )`.
    Subshell(List),
    /// `{ …; }`.
    Group(List),
    /// `if`, with its `elif`s.
    If {
        /// The branches with a condition.
        branches: Vec<Branch>,
        /// `else`.
        otherwise: Option<List>,
    },
    /// `for NAME in …` and `select`.
    For {
        /// The variable.
        name: String,
        /// The words; none for `for NAME`, which goes through the arguments.
        words: Option<Vec<Word>>,
        /// What is repeated.
        body: List,
    },
    /// `for ((…))`, of which nothing is known.
    Count(List),
    /// `while` and `until`.
    While {
        /// Whether it is `until`.
        until: bool,
        /// The condition.
        condition: List,
        /// What is repeated.
        body: List,
    },
    /// `case`.
    Case {
        /// What is compared.
        subject: Word,
        /// The branches.
        arms: Vec<Arm>,
    },
    /// A function is defined.
    Function {
        /// Its name.
        name: String,
        /// What it does.
        body: Box<Command>,
    },
    /// `[[ … ]]`: its words, operators included.
    Test(Vec<Word>),
    /// `(( … ))`.
    Arithmetic,
}

/// A condition and what is done when it holds.
#[derive(Clone, Debug)]
pub struct Branch {
    /// The condition.
    pub condition: List,
    /// What is done.
    pub body: List,
}

/// A branch of `case`.
#[derive(Clone, Debug)]
pub struct Arm {
    /// The patterns.
    pub patterns: Vec<Word>,
    /// What is done.
    pub body: List,
    /// Whether it goes on with the next one: `;&`, `;;&`.
    pub falls_through: bool,
}

/// `NAME=value` before a command.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// The variable's name.
    pub name: String,
    /// Where the name stands.
    pub name_place: Place,
    /// `+=`.
    pub append: bool,
    /// An element of an array is set: `NAME[…]=`.
    pub element: bool,
    /// The value; without parts when it is empty.
    pub value: Word,
    /// All of it.
    pub place: Place,
}

/// A redirection.
#[derive(Clone, Debug)]
pub struct Redirection {
    /// The descriptor before it.
    pub descriptor: Option<u32>,
    /// `>`, `>>`, `<`, `<>`, `>|`, `>&`, `<&`, `&>`, `&>>`, `<<`, `<<-`, `<<<`.
    pub operator: &'static str,
    /// The file, descriptor, text or delimiter.
    pub target: Word,
    /// The heredoc's place in [`Script::heredocs`].
    pub heredoc: Option<usize>,
    /// All of it.
    pub place: Place,
}

/// The body of a heredoc.
#[derive(Clone, Debug, Default)]
pub struct Heredoc {
    /// The word that ends it.
    pub delimiter: String,
    /// Whether the delimiter is quoted: nothing is expanded then.
    pub quoted: bool,
    /// `<<-`: tabs at the start of lines are no part of it.
    pub strip_tabs: bool,
    /// Its lines, the last one's end included.
    pub body: Word,
}

/// A word as written.
#[derive(Clone, Debug, Default)]
pub struct Word {
    /// Its parts, in order.
    pub parts: Vec<Part>,
    /// All of it, quotes included.
    pub place: Place,
}

/// A part of a word.
#[derive(Clone, Debug)]
pub struct Part {
    /// What it is.
    pub kind: PartKind,
    /// How it is quoted.
    pub quote: Quote,
    /// Where it stands, without its quotes.
    pub place: Place,
}

/// What a part of a word is.
#[derive(Clone, Debug)]
pub enum PartKind {
    /// This text. It is as long as its place when it is written as it reads.
    Text(Box<str>),
    /// `$NAME`, `${NAME…}`.
    Variable(Box<Expansion>),
    /// `$(…)` and backticks.
    Substitution(List),
    /// `$((…))`.
    Arithmetic,
    /// `<(…)` and `>(…)`.
    Process(List),
    /// `(…)` after `NAME=`: the elements of an array.
    Array(Vec<Word>),
    /// A hole of the fragment that is parsed.
    Hole,
    /// `${…}` that was not understood.
    Unreadable,
}

/// How a part of a word is quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quote {
    /// Not at all.
    None,
    /// `\x`.
    Escape,
    /// `'…'`, `$'…'`.
    Single,
    /// `"…"`, and in a heredoc.
    Double,
}

/// The use of a variable.
#[derive(Clone, Debug)]
pub struct Expansion {
    /// Its name: `TAG`, `1`, `@`.
    pub name: String,
    /// What stands in brackets: `@` of `${ARGS[@]}`.
    pub index: Option<String>,
    /// `${#NAME}`.
    pub length: bool,
    /// `${!NAME}`.
    pub indirect: bool,
    /// `:-`, `-`, `:=`, `=`, `:?`, `?`, `:+`, `+`, `#`, `##`, `%`, `%%`, `/`, `//`, `^`, `^^`, `,`, `,,`, `:`, `@`; empty
    /// for none.
    pub operator: &'static str,
    /// What follows the operator.
    pub word: Word,
}

impl Word {
    /// The text, if nothing in it is expanded.
    pub fn literal(&self) -> Option<String> {
        self.parts
            .iter()
            .map(|part| match &part.kind {
                PartKind::Text(text) => Some(&**text),
                _ => None,
            })
            .collect()
    }

    /// The text, if nothing in it is quoted or expanded.
    pub fn bare(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [Part { kind: PartKind::Text(text), quote: Quote::None, .. }] => Some(text),
            _ => None,
        }
    }
}
