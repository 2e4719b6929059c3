//! Files of CI: the jobs of GitHub workflows and of GitLab CI, with the scripts in them as fragments that point into
//! the file.

mod expression;
mod github;
mod gitlab;
mod scalar;

pub use expression::{Filling, fill};
pub use github::github;
pub use gitlab::gitlab;
pub use scalar::fragment;

use crate::source::{Fragment, Span, Spanned};

/// A file of CI.
#[derive(Clone, Debug, Default)]
pub struct Workflow {
    /// Variables of all jobs: `env:`, `variables:`.
    pub variables: Vec<Setting>,
    /// `defaults: run: working-directory:`.
    pub directory: Option<Fragment>,
    /// `defaults: run: shell:`.
    pub shell: Option<String>,
    /// The inputs of a workflow that are one of a few words.
    pub inputs: Vec<Choice>,
    /// The jobs.
    pub jobs: Vec<Job>,
}

/// `NAME: value`.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The name.
    pub name: Spanned<String>,
    /// The value, with the expressions in it.
    pub value: Fragment,
}

/// Something that is one of a few words: an input, a dimension of a matrix.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Its name.
    pub name: String,
    /// Where its name is written.
    pub span: Span,
    /// The words.
    pub values: Vec<Spanned<String>>,
}

/// A job.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its key.
    pub key: Spanned<String>,
    /// Everything below it.
    pub span: Span,
    /// Its variables.
    pub variables: Vec<Setting>,
    /// `runs-on:`, `tags:`.
    pub runs_on: Vec<Fragment>,
    /// `environment:`, or its `name:`.
    pub environment: Option<Fragment>,
    /// `defaults: run: working-directory:`.
    pub directory: Option<Fragment>,
    /// `defaults: run: shell:`.
    pub shell: Option<String>,
    /// The images of `services:`.
    pub services: Vec<Fragment>,
    /// `container:`, `image:`.
    pub image: Option<Fragment>,
    /// `needs:`.
    pub needs: Vec<String>,
    /// `strategy: matrix:`: each one a combination of names and words.
    pub matrix: Vec<Vec<(String, Spanned<String>)>>,
    /// What is done, in order.
    pub steps: Vec<Step>,
    /// `artifacts: paths:`.
    pub artifacts: Vec<Fragment>,
}

/// A step of a job.
#[derive(Clone, Debug)]
pub struct Step {
    /// Where it is written.
    pub span: Span,
    /// What it does.
    pub what: What,
    /// Its variables.
    pub variables: Vec<Setting>,
    /// `working-directory:`.
    pub directory: Option<Fragment>,
    /// `shell:`.
    pub shell: Option<String>,
    /// Whether it has an `if:`.
    pub conditional: bool,
}

/// What a step does.
#[derive(Clone, Debug)]
pub enum What {
    /// Commands for one shell.
    Run(Vec<Fragment>),
    /// `uses:` and `with:`.
    Use(Spanned<String>, Vec<Setting>),
    /// Nothing that is known.
    Nothing,
}
