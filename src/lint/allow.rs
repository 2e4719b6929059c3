//! `# specc: allow(rule) reason`: comments that set findings aside, in every kind of file.

use crate::diagnostic::{Diagnostic, suggestion};
use crate::rules::{self, unused_allow::UNUSED_ALLOW};
use crate::source::{Source, SourceId, Sources, Span};
use foldhash::HashMap;

/// One rule that one comment allows.
#[derive(Debug)]
struct Allow {
    /// The rule's name in the comment.
    span: Span,
    rule: String,
    /// The line that it is about, from 1; the whole file when there is none.
    line: Option<usize>,
    used: bool,
}

/// Every `allow` comment of a repository.
#[derive(Debug, Default)]
pub(super) struct Allows {
    by_file: HashMap<SourceId, Vec<Allow>>,
    /// What is wrong with comments as such.
    faults: Vec<Diagnostic>,
}

impl Allows {
    /// Gathers the comments of all texts.
    pub(super) fn gather(sources: &Sources) -> Self {
        let mut allows = Self::default();
        for (id, source) in sources.iter() {
            if source.text.contains("specc:") {
                allows.add(id, source);
            }
        }
        allows
    }

    fn add(&mut self, id: SourceId, source: &Source) {
        let mut start = 0;
        // Until something else than comments stands there, a comment is about the whole file.
        let mut head = true;
        // Comments that stand alone are about the next line that is none.
        let mut waiting: Vec<usize> = Vec::new();
        let list = self.by_file.entry(id).or_default();
        for (index, whole) in source.text.split_inclusive('\n').enumerate() {
            let line = whole.trim_end();
            let trimmed = line.trim_start().trim_start_matches('\u{feff}');
            let alone = trimmed.starts_with('#');
            if !trimmed.is_empty() && !alone {
                for waited in waiting.drain(..) {
                    list[waited].line = Some(index + 1);
                }
                head = head && trimmed == "---";
            }
            if let Some(comment) = Comment::find(line) {
                let at = |from: usize, to: usize| Span::new(id, start + from, start + to);
                for (from, to) in &comment.rules {
                    let rule = line[*from..*to].to_owned();
                    if alone && !head {
                        waiting.push(list.len());
                    }
                    let about = if head && alone { None } else { Some(index + 1) };
                    // What is wrong with the comment itself is told once.
                    let used = comment.wrong.is_some();
                    list.push(Allow { span: at(*from, *to), rule, line: about, used });
                }
                let span = at(comment.start, line.len());
                self.faults.extend(comment.fault(span));
            }
            start += whole.len();
        }
    }

    /// Whether a comment allows this finding: where it points, or at another place that it names.
    pub(super) fn allows(&mut self, sources: &Sources, finding: &Diagnostic) -> bool {
        let mut allowed = false;
        for label in &finding.labels {
            let Some(list) = self.by_file.get_mut(&label.span.source) else { continue };
            let line = sources.get(label.span.source).position(label.span.start).line;
            let here = |allow: &&mut Allow| {
                allow.rule == finding.code.name && allow.line.is_none_or(|about| about == line)
            };
            for allow in list.iter_mut().filter(here) {
                allow.used = true;
                allowed = true;
            }
        }
        allowed
    }

    /// What is wrong with the comments, once all findings have been asked about.
    pub(super) fn unused(self) -> Vec<Diagnostic> {
        let names: Vec<&str> = rules::ALL.iter().map(|rule| rule.code.name).collect();
        let mut found = self.faults;
        for allow in self.by_file.into_values().flatten().filter(|allow| !allow.used) {
            let known = names.contains(&allow.rule.as_str());
            found.push(if known {
                Diagnostic::new(
                    &UNUSED_ALLOW,
                    format!("this allows `{}`, which is not found here", allow.rule),
                )
                .at(allow.span, "nothing to allow")
                .help("remove it, or move it to the line that the finding points at")
            } else {
                let help = suggestion(&allow.rule, &names).unwrap_or_default();
                Diagnostic::new(&UNUSED_ALLOW, format!("there is no rule `{}`", allow.rule))
                    .at(allow.span, "no such rule")
                    .help(if help.len() > 80 { "`specc rules` lists them".to_owned() } else { help })
            });
        }
        found
    }
}

/// A comment for specc in a line.
struct Comment {
    start: usize,
    /// Where the names of rules stand.
    rules: Vec<(usize, usize)>,
    wrong: Option<Wrong>,
}

/// What can be wrong with the form of a comment.
enum Wrong {
    Form,
    NoReason,
}

/// Words that people know from other tools.
const MEANT: [&str; 6] = ["allow", "ignore", "disable", "skip", "expect", "noqa"];

impl Comment {
    fn find(line: &str) -> Option<Self> {
        let start = line.match_indices('#').map(|(at, _)| at).find(|at| {
            let before = line[..*at].chars().next_back();
            let after = line[*at..].trim_start_matches('#').trim_start();
            before.is_none_or(|c| c.is_whitespace() || c == '\u{feff}') && after.starts_with("specc:")
        })?;
        let colon = start + line[start..].find(':')? + 1;
        let words = line[colon..].trim_start();
        let word = words.find(|c: char| !c.is_ascii_alphabetic()).map_or(words, |end| &words[..end]);
        if !MEANT.contains(&word) {
            return None;
        }
        let form = Self { start, rules: Vec::new(), wrong: Some(Wrong::Form) };
        let Some(inner) = words.strip_prefix("allow(") else { return Some(form) };
        let Some(close) = inner.find(')') else { return Some(form) };
        let mut at = line.len() - inner.len();
        let mut rules = Vec::new();
        for name in inner[..close].split(',') {
            let from = at + (name.len() - name.trim_start().len());
            if !name.trim().is_empty() {
                rules.push((from, from + name.trim().len()));
            }
            at += name.len() + 1;
        }
        let reason = inner[close + 1..].trim_matches(|c: char| c.is_whitespace() || ":-–—".contains(c));
        let wrong = if rules.is_empty() {
            Some(Wrong::Form)
        } else {
            Some(Wrong::NoReason).filter(|_| !reason.chars().any(char::is_alphanumeric))
        };
        Some(Self { start, rules, wrong })
    }

    fn fault(&self, span: Span) -> Option<Diagnostic> {
        Some(match self.wrong.as_ref()? {
            Wrong::Form => Diagnostic::new(&UNUSED_ALLOW, "this comment allows nothing")
                .at(span, "not of the form `specc: allow(rule) reason`")
                .help(
                    "write `# specc: allow(rule) reason`, with the name that the finding shows in brackets",
                ),
            Wrong::NoReason => Diagnostic::new(&UNUSED_ALLOW, "this comment does not say why")
                .at(span, "a reason is missing behind the bracket")
                .help("say why it is right here, for whoever reads it next: `# specc: allow(rule) reason`"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Code, Severity};

    static RULE: Code = Code { name: "port-collision", severity: Severity::Error, summary: "." };

    /// The messages that remain, of a finding at each line that holds `HERE`.
    fn left(text: &str) -> (usize, Vec<String>) {
        let mut sources = Sources::default();
        let id = sources.add("compose.yaml", text);
        let mut allows = Allows::gather(&sources);
        let findings: Vec<_> = text
            .match_indices("HERE")
            .map(|(at, word)| Diagnostic::new(&RULE, "found").at(Span::new(id, at, at + word.len()), ""))
            .collect();
        let left = findings.iter().filter(|finding| !allows.allows(&sources, finding)).count();
        (left, allows.unused().into_iter().map(|fault| fault.message).collect())
    }

    #[test]
    fn comments_allow_their_line_the_next_one_or_the_file() {
        let none: Vec<String> = Vec::new();
        for text in [
            "a: 1\nb: HERE # specc: allow(port-collision) one host each\n",
            "a: 1\n# specc: allow(port-collision) one host each\n# another comment\nb: HERE\n",
            "a: 1\n  # specc: allow(port-collision): one host each\n\nb: HERE\r\n",
            "#!/bin/sh\n# specc: allow(port-collision) one host each\n\nset -e\nHERE\nHERE\n",
            "---\n# specc: allow(port-collision) one host each\na: 1\nb: HERE\n",
        ] {
            assert_eq!(left(text), (0, none.clone()), "{text}");
        }
        assert_eq!(left("a: 1\n# nothing\nb: HERE\n"), (1, none));
    }

    #[test]
    fn comments_that_allow_nothing_are_told() {
        let found = |text| left(text).1;
        let why = "this comment does not say why";
        assert_eq!(left("a: 1\nb: HERE # specc: allow(port-collision)\n"), (0, vec![why.into()]));
        let unused = "this allows `unused-allow`, which is not found here";
        assert_eq!(found("a: 1\nb: 1 # specc: allow(unused-allow) because\n"), [unused]);
        assert_eq!(found("a: 1\nb: 1 # specc: allow(prot) because\n"), ["there is no rule `prot`"]);
        assert_eq!(found("a: 1\nb: 1 # specc: ignore port-collision\n"), ["this comment allows nothing"]);
        assert_eq!(found("# written by specc: do not edit\n"), Vec::<String>::new());
    }

    #[test]
    fn several_rules_fit_in_one_comment() {
        let (left, faults) = left("a: 1\nHERE # specc: allow(unused-allow, port-collision) both are meant\n");
        assert_eq!((left, faults.len()), (0, 1));
    }
}
