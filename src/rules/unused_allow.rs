//! Comments that allow nothing.

use super::{Findings, rule};
use crate::facts::model::Repository;

rule! {
    /// An `allow` comment allows nothing, or does not say why.
    ///
    /// ## What
    /// `# specc: allow(rule) reason` silences a rule for the line it stands on, or for the next line when it stands
    /// alone, or for the whole file when it stands at its top. This rule reports such a comment when it names no rule
    /// that exists, when nothing is found where it stands, and when it has no reason.
    ///
    /// ## Why
    /// A silenced rule is a decision, and whoever meets it later must be able to judge it. One that silences nothing
    /// any more hides the next mistake at the same line.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   db:
    ///     # specc: allow(exposed-internal-port)
    ///     image: postgres:16
    /// ```
    ///
    /// ## Fix
    /// Remove the comment, or correct the name in it, or write the reason behind the bracket:
    /// ```yaml
    ///     ports:
    ///       # specc: allow(exposed-internal-port) the firewall lets only the office through
    ///       - "5432:5432"
    /// ```
    pub UNUSED_ALLOW = Warning "unused-allow";
}

/// Nothing here: `lint` knows what each comment allowed once every rule has spoken.
pub(super) fn check(_: &Repository, _: &mut Findings<'_>) {}
