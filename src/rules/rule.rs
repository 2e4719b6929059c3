//! One rule: what it is called, what it says of itself, and how it looks.

use crate::diagnostic::{Code, Diagnostic};
use crate::facts::model::Repository;
use crate::source::Span;
use foldhash::HashMap;
use std::cell::OnceCell;

/// A rule of `specc lint`. Declared with `rule!`, one file each.
#[derive(Debug)]
pub struct Rule {
    /// Its name, its usual severity and its summary.
    pub code: &'static Code,
    /// The doc comment as it is written: a blank before each line, the summary first.
    pub comment: &'static str,
    /// Looks at a repository and says what it finds.
    pub check: fn(&Repository, &mut Findings<'_>),
}

impl Rule {
    /// What `specc explain` prints below the summary, as Markdown.
    pub fn docs(&self) -> String {
        let lines = self.comment.lines().skip_while(|line| !line.trim().is_empty());
        let lines: Vec<&str> = lines.map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end()).collect();
        lines.join("\n").trim_matches('\n').to_owned() + "\n"
    }
}

/// What the rules found so far, and where the one that is looking adds to it.
#[derive(Debug)]
pub struct Findings<'f> {
    code: &'static Code,
    list: &'f mut Vec<Diagnostic>,
    /// Where those of this rule stand in the list, by their first place.
    own: HashMap<Option<Span>, Vec<usize>>,
    /// Where those of the rules above do, by every place, once somebody asks.
    above: OnceCell<HashMap<Span, Vec<usize>>>,
    /// How many the rules above found.
    start: usize,
}

impl<'f> Findings<'f> {
    /// Findings of the rule `code`, added to `list`.
    pub fn new(code: &'static Code, list: &'f mut Vec<Diagnostic>) -> Self {
        let start = list.len();
        Self { code, list, own: HashMap::default(), above: OnceCell::new(), start }
    }

    /// Keeps a finding. One that says the same at the same place (as a base file gives for each environment that uses
    /// it) is the same finding: it only adds its other places and, if it is worse, its severity.
    ///
    /// # Panics
    /// In debug builds, when it has the code of another rule: `explain` and `allow` would not know it.
    pub fn push(&mut self, finding: Diagnostic) {
        debug_assert_eq!(finding.code, self.code, "a rule reports under its own name");
        let place = finding.labels.first().map(|label| label.span);
        let here = self.own.entry(place).or_default();
        let Some(at) = here.iter().find(|at| self.list[**at].message == finding.message) else {
            here.push(self.list.len());
            return self.list.push(finding);
        };
        let known = &mut self.list[*at];
        known.severity = known.severity.max(finding.severity);
        for label in finding.labels {
            if !known.labels.iter().any(|have| have.span == label.span) {
                known.labels.push(label);
            }
        }
    }

    /// Keeps what there is of a finding.
    pub fn extend(&mut self, found: impl IntoIterator<Item = Diagnostic>) {
        found.into_iter().for_each(|finding| self.push(finding));
    }

    /// Whether a rule above, one of `codes`, already speaks of this very place: one cause gives one finding.
    pub fn has(&self, codes: &[&Code], place: Span) -> bool {
        let above = self.above.get_or_init(|| {
            let mut above: HashMap<Span, Vec<usize>> = HashMap::default();
            for (at, finding) in self.list[..self.start].iter().enumerate() {
                for label in &finding.labels {
                    above.entry(label.span).or_default().push(at);
                }
            }
            above
        });
        above.get(&place).is_some_and(|list| list.iter().any(|at| codes.contains(&self.list[*at].code)))
    }
}

/// The first line of a doc comment.
pub(super) const fn summary(comment: &'static str) -> &'static str {
    let bytes = comment.as_bytes();
    let mut end = 0;
    while end < bytes.len() && bytes[end] != b'\n' {
        end += 1;
    }
    comment.split_at(end).0.trim_ascii()
}

/// Declares the rule of a file, from its doc comment: the first line is the summary that lists show; what follows the
/// empty line is what `specc explain` prints and SARIF links to. The file also has a `check`.
macro_rules! rule {
    ($(#[doc = $line:literal])+ pub $id:ident = $severity:ident $name:literal;) => {
        $(#[doc = $line])+
        pub static $id: $crate::diagnostic::Code = $crate::diagnostic::Code {
            name: $name,
            severity: $crate::diagnostic::Severity::$severity,
            summary: $crate::rules::rule::summary(RULE.comment),
        };

        /// The rule of this file.
        pub static RULE: $crate::rules::Rule =
            $crate::rules::Rule { code: &$id, comment: concat!($($line, "\n"),+), check };
    };
}

pub(super) use rule;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Severity;
    use crate::source::SourceId;

    static UPPER: Code = Code { name: "upper", severity: Severity::Error, summary: "." };
    static LOWER: Code = Code { name: "lower", severity: Severity::Warning, summary: "." };

    fn place(start: usize) -> Span {
        Span::new(SourceId(0), start, start + 1)
    }

    #[test]
    fn what_is_said_twice_of_one_place_is_one_finding() {
        let mut list = Vec::new();
        let mut findings = Findings::new(&LOWER, &mut list);
        let found = |message: &str| Diagnostic::new(&LOWER, message).at(place(0), "here");
        findings.push(found("one").at(place(2), "and here"));
        findings.push(found("other"));
        findings.push(found("one").at(place(4), "and there").at(place(2), "again").level(Severity::Error));
        findings.push(Diagnostic::new(&LOWER, "one").at(place(6), "elsewhere"));
        let said: Vec<_> =
            list.iter().map(|one| (one.message.as_str(), one.severity, one.labels.len())).collect();
        assert_eq!(
            said,
            [("one", Severity::Error, 3), ("other", Severity::Warning, 1), ("one", Severity::Warning, 1)]
        );
    }

    #[test]
    fn a_lower_rule_can_ask_what_an_upper_one_said() {
        let mut list = vec![Diagnostic::new(&UPPER, "found").at(place(0), "here").at(place(2), "and here")];
        let findings = Findings::new(&LOWER, &mut list);
        assert!(findings.has(&[&UPPER], place(2)));
        assert!(!findings.has(&[&UPPER], place(4)) && !findings.has(&[&LOWER], place(2)));
    }

    #[test]
    fn a_doc_comment_is_a_summary_and_the_rest() {
        let comment = " A summary.\n\n ## What\n Indented:\n     code\n";
        assert_eq!(summary(comment), "A summary.");
        let rule = Rule { code: &UPPER, comment, check: |_, _| {} };
        assert_eq!(rule.docs(), "## What\nIndented:\n    code\n");
    }
}
