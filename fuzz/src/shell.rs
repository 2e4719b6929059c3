//! Shell scripts: every node of the tree.

use super::place::text;
use specc::source::{Fragment, SourceId};
use specc::syntax::shell::{Command, Expansion, Kind, List, Part, PartKind, Place, Quote, Word, parse};

/// A shell script.
pub fn shell(data: &[u8]) {
    let text = &*text(data);
    let script = parse(&Fragment::whole(SourceId(0), text));
    let tree = Tree { text };
    tree.list(&script.body);
    script.comments.iter().for_each(|place| assert!(tree.written(*place).starts_with('#')));
    script.heredocs.iter().for_each(|heredoc| tree.word(&heredoc.body));
    script.faults.iter().for_each(|fault| tree.inside(fault.place));
}

struct Tree<'a> {
    text: &'a str,
}

impl Tree<'_> {
    fn written(&self, place: Place) -> &str {
        self.text.get(place.start..place.end).unwrap_or_else(|| panic!("{place:?} is no part of the text"))
    }

    fn inside(&self, place: Place) {
        self.written(place);
    }

    fn list(&self, list: &List) {
        for item in list {
            self.inside(item.place);
            for (at, link) in item.links.iter().enumerate() {
                assert_eq!(at == 0, link.operator.is_none(), "operators are between pipelines");
                assert!(!link.pipeline.commands.is_empty(), "a pipeline has commands");
                self.inside(link.pipeline.place);
                link.pipeline.commands.iter().for_each(|command| self.command(command));
            }
        }
    }

    fn command(&self, command: &Command) {
        self.inside(command.place);
        for redirection in &command.redirections {
            self.inside(redirection.place);
            self.word(&redirection.target);
        }
        match &command.kind {
            Kind::Simple { assignments, words } => {
                for assignment in assignments {
                    self.inside(assignment.place);
                    assert_eq!(self.written(assignment.name_place), assignment.name);
                    self.word(&assignment.value);
                }
                self.words(words);
            }
            Kind::Subshell(list) | Kind::Group(list) | Kind::Count(list) => self.list(list),
            Kind::If { branches, otherwise } => {
                for branch in branches {
                    self.list(&branch.condition);
                    self.list(&branch.body);
                }
                otherwise.iter().for_each(|list| self.list(list));
            }
            Kind::For { words, body, .. } => {
                self.words(words.as_deref().unwrap_or_default());
                self.list(body);
            }
            Kind::While { condition, body, .. } => {
                self.list(condition);
                self.list(body);
            }
            Kind::Case { subject, arms } => {
                self.word(subject);
                for arm in arms {
                    self.words(&arm.patterns);
                    self.list(&arm.body);
                }
            }
            Kind::Function { body, .. } => self.command(body),
            Kind::Test(words) => self.words(words),
            Kind::Arithmetic => {}
        }
    }

    fn words(&self, words: &[Word]) {
        words.iter().for_each(|word| self.word(word));
    }

    fn word(&self, word: &Word) {
        self.inside(word.place);
        word.parts.iter().for_each(|part| self.part(part));
    }

    fn part(&self, part: &Part) {
        let there = self.written(part.place);
        match &part.kind {
            PartKind::Text(text) => {
                let reads = text.len() != there.len() || **text == *there;
                assert!(reads || part.quote == Quote::Escape, "{text:?} is written as {there:?}");
            }
            PartKind::Variable(expansion) => self.expansion(expansion),
            PartKind::Substitution(list) | PartKind::Process(list) => self.list(list),
            PartKind::Array(words) => self.words(words),
            PartKind::Arithmetic | PartKind::Hole | PartKind::Unreadable => {}
        }
    }

    fn expansion(&self, expansion: &Expansion) {
        assert!(!expansion.name.is_empty(), "a variable has a name");
        self.word(&expansion.word);
    }
}
