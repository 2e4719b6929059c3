//! Shell: enough of POSIX `sh` and bash to see every command, word, variable and redirection, each with its place.
//!
//! The parser is total and forgiving: what it does not understand it skips, and says so in [`Script::faults`]. It reads
//! each byte a bounded number of times and nests no deeper than [`DEPTH_LIMIT`].

mod ast;
mod command;
mod compound;
mod dollar;
mod heredoc;
mod parser;
mod quoted;
mod redirect;
mod word;

pub use ast::{
    AndOr, Arm, Assignment, Branch, Command, Expansion, Fault, Heredoc, Item, Kind, Link, List, Part,
    PartKind, Pipeline, Place, Quote, Redirection, Script, Word,
};
pub use parser::{DEPTH_LIMIT, parse};
