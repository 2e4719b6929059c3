//! specc: one typed spec in, self-contained Docker Compose deployments out.
//!
//! The folders of `src/` are the stages of two pipelines that meet in the middle, each named for what it does:
//!
//! ```text
//!  specc.yaml ──syntax──▶ tree ──spec──▶ Spec ──resolve──▶ Environment ──emit──▶ files
//!                                                              │
//!                                                              ▼
//!  compose · env · nginx · sh ──workspace, syntax──▶ tree ──▶ facts ──▶ rules ──▶ lint ──▶ report
//! ```
//!
//! | folder | verb | may use |
//! |---|---|---|
//! | [`source`] | where text lives: sources, spans, values with their place | – |
//! | [`diagnostic`] | one diagnostic: severity, message, places in any file, help | source |
//! | [`syntax`] | text → tree with spans; typed reading that reports every error at once | source, diagnostic |
//! | [`workspace`] | disk → sources; the only reader of disk | source, syntax, diagnostic |
//! | [`catalog`] | what is known of well-known images | – |
//! | [`spec`] | tree → typed spec; newtypes that cannot hold a wrong value; the schema | source, syntax, diagnostic, catalog |
//! | [`resolve`] | (spec, environment) → `Environment`, total, nothing optional left | source, spec, catalog, diagnostic |
//! | [`emit`] | `Environment` → artifacts, pure; `emit::write` is the only writer of disk | source, resolve, diagnostic |
//! | [`facts`] | whatever is deployed, whoever wrote it: deployments with known and unknown values | source, syntax, workspace, spec, resolve, catalog, diagnostic |
//! | [`rules`] | facts → findings; one file a rule | source, syntax, facts, catalog, diagnostic |
//! | [`lint`] | runs the rules, project by project; levels, excludes, `allow` comments, baseline | source, syntax, workspace, spec, facts, rules, diagnostic |
//! | [`report`] | findings → bytes; one file a format | source, diagnostic, syntax, rules, lint |
//! | [`cli`] | the command line; one file a command | all |
//!
//! `tests/architecture.rs` keeps the table true. Three rules hold everywhere:
//!
//! - A span says where a person wrote it: [`source::Spanned`] survives every step, so that whatever goes wrong, however
//!   late, points at a line of the spec.
//! - Wrong input is never an error value that stops at the first fault: stages add to [`diagnostic::Diagnostics`] and go
//!   on. Every kind of diagnostic is declared with its stage's `codes!`, and a test fails when one is reached by no
//!   fixture.
//! - The output is a function of what the spec means: no clock, no version, no order of keys, no other environment.

pub mod catalog;
pub mod cli;
pub mod diagnostic;
pub mod emit;
pub mod facts;
pub mod lint;
pub mod report;
pub mod resolve;
pub mod rules;
pub mod source;
pub mod spec;
pub mod syntax;
pub mod workspace;
