//! Pipelines and simple commands.

use super::ast::{AndOr, Assignment, Command, Kind, Link, Pipeline, Place, Word};
use super::parser::Parser;

impl Parser<'_> {
    /// Pipelines joined by `&&` and `||`.
    pub(super) fn links(&mut self) -> Vec<Link> {
        let mut links = Vec::new();
        let mut operator = None;
        loop {
            let before = self.at;
            match self.pipeline() {
                Some(pipeline) => links.push(Link { operator, pipeline }),
                None if operator.is_some() => {
                    self.fault(before, "a command is missing after `&&` or `||`");
                    return links;
                }
                None => return links,
            }
            self.skip_blanks();
            operator = match (self.peek(0), self.peek(1)) {
                (b'&', b'&') => Some(AndOr::And),
                (b'|', b'|') => Some(AndOr::Or),
                _ => return links,
            };
            self.at += 2;
            self.skip_newlines();
        }
    }

    fn pipeline(&mut self) -> Option<Pipeline> {
        let start = self.at;
        let (mut negated, mut timed) = (false, false);
        loop {
            self.skip_blanks();
            if self.eat_reserved("!") {
                negated = !negated;
            } else if self.eat_reserved("time") {
                timed = true;
                self.skip_blanks();
                if self.starts_with("-p ") {
                    self.at += 2;
                }
            } else {
                break;
            }
        }
        let mut commands = Vec::new();
        loop {
            let before = self.at;
            match self.command() {
                Some(command) => commands.push(command),
                None if commands.is_empty() => return None,
                None => {
                    self.fault(before, "a command is missing after `|`");
                    break;
                }
            }
            self.skip_blanks();
            if self.peek(0) != b'|' || self.peek(1) == b'|' {
                break;
            }
            self.at += if self.peek(1) == b'&' { 2 } else { 1 };
            self.skip_newlines();
        }
        let end = commands.last().map_or(start, |command| command.place.end);
        Some(Pipeline { negated, timed, commands, place: Place { start, end } })
    }

    /// One command; none where none begins.
    pub(super) fn command(&mut self) -> Option<Command> {
        if !self.enter() {
            return None;
        }
        let command = self.compound().or_else(|| self.simple());
        self.leave();
        command
    }

    fn simple(&mut self) -> Option<Command> {
        let start = self.at;
        let mut end = start;
        let (mut assignments, mut words) = (Vec::new(), Vec::<Word>::new());
        let mut redirections = Vec::new();
        loop {
            self.skip_blanks();
            if self.at_end() || self.at_newline() {
                break;
            }
            if let Some(redirection) = self.redirection() {
                redirections.push(redirection);
                end = self.at;
                continue;
            }
            match self.peek(0) {
                b'(' if words.len() == 1 && assignments.is_empty() && redirections.is_empty() => {
                    let Some(name) = words[0].bare().map(str::to_owned) else { break };
                    return self.function_after_name(start, name);
                }
                b';' | b'&' | b'|' | b')' => break,
                b'(' => {
                    let stray = self.at;
                    self.at += 1;
                    self.fault(stray, "`(` cannot stand here");
                    continue;
                }
                _ => {}
            }
            let before = self.at;
            if words.is_empty()
                && let Some(assignment) = self.assignment()
            {
                assignments.push(assignment);
            } else {
                words.push(self.word());
            }
            if self.at == before {
                break;
            }
            end = self.at;
        }
        if assignments.is_empty() && words.is_empty() && redirections.is_empty() {
            return None;
        }
        Some(Command { kind: Kind::Simple { assignments, words }, redirections, place: Place { start, end } })
    }

    /// `NAME=value`, `NAME+=value`, `NAME[…]=value`, if that comes next.
    fn assignment(&mut self) -> Option<Assignment> {
        let start = self.at;
        let name_end = start + self.name_length()?;
        let mut at = name_end;
        let element = self.bytes[..self.end].get(at) == Some(&b'[');
        if element {
            let inside = self.text.get(at..self.end)?;
            let close =
                inside.bytes().take_while(|byte| !b" \t\n;|&".contains(byte)).position(|b| b == b']')?;
            at += close + 1;
        }
        let append = self.bytes[..self.end].get(at) == Some(&b'+');
        at += usize::from(append);
        if self.bytes[..self.end].get(at) != Some(&b'=') {
            return None;
        }
        self.at = at + 1;
        let value = self.value();
        Some(Assignment {
            name: self.text[start..name_end].to_owned(),
            name_place: Place { start, end: name_end },
            append,
            element,
            value,
            place: self.place(start),
        })
    }

    /// What is assigned: a word, an array, or nothing.
    fn value(&mut self) -> Word {
        if self.peek(0) == b'(' {
            let start = self.at;
            let part = self.array();
            return Word { parts: vec![part], place: self.place(start) };
        }
        self.word()
    }

    /// The length of the name that stands here.
    pub(super) fn name_length(&self) -> Option<usize> {
        let bytes = &self.bytes[self.at.min(self.end)..self.end];
        let length = bytes.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        (length > 0 && !bytes[0].is_ascii_digit()).then_some(length)
    }
}
