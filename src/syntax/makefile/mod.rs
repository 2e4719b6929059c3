//! Makefiles and justfiles: variables, targets and their recipes as fragments that point into the file.

mod expand;
mod just;
mod make;

pub use expand::{Known, in_braces, in_parentheses};
pub use just::justfile;
pub use make::makefile;

use crate::source::{Fragment, Span, Spanned};

/// What a Makefile or justfile says.
#[derive(Clone, Debug, Default)]
#[allow(clippy::struct_excessive_bools)] // each is a line of its own
pub struct Makefile {
    /// Variables, in order.
    pub variables: Vec<Variable>,
    /// Names of included files.
    pub includes: Vec<Fragment>,
    /// Targets and recipes, in order.
    pub targets: Vec<Target>,
    /// Variables that programs get: `export NAME`.
    pub exports: Vec<String>,
    /// Whether programs get all of them: `export` by itself, `set export`.
    pub exports_all: bool,
    /// Whether a recipe is given to one shell as a whole: `.ONESHELL`.
    pub one_shell: bool,
    /// Whether recipes read `.env`: `set dotenv-load`.
    pub dotenv: bool,
    /// Whether pipelines fail when one of their commands does.
    pub pipefail: bool,
}

/// A variable.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Its name.
    pub name: Spanned<String>,
    /// `=`, `:=`, `?=`, `+=`, `!=`.
    pub operator: &'static str,
    /// What follows. In a justfile, a text in quotes without them; any other expression is a hole.
    pub value: Fragment,
    /// Whether programs get it.
    pub exported: bool,
    /// In one branch of `ifeq` and the like.
    pub conditional: bool,
}

/// A target with its recipe.
#[derive(Clone, Debug)]
pub struct Target {
    /// Its name.
    pub name: Spanned<String>,
    /// What is done before.
    pub prerequisites: Vec<Spanned<String>>,
    /// Variables that hold for it and what it needs.
    pub variables: Vec<Variable>,
    /// The parameters of a justfile's recipe, with their defaults.
    pub parameters: Vec<(String, Option<String>)>,
    /// Its lines, continued ones together.
    pub recipe: Vec<Line>,
    /// Whether the whole recipe is one script: it begins with `#!`.
    pub script: bool,
}

/// A line of a recipe.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its text without tabs and `@`, `-`, `+`.
    pub text: Fragment,
    /// Whether its failure is ignored: `-`.
    pub ignores_failure: bool,
    /// Where it is written.
    pub span: Span,
}
