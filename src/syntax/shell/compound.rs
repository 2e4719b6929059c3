//! Compound commands: `if`, loops, `case`, functions, groups.

use super::ast::{Arm, Branch, Command, Kind, List, Word};
use super::parser::{Parser, Stop};

/// Ends `if` and its branches.
const IF: &[&str] = &["then", "elif", "else", "fi"];
/// Ends loops and their conditions.
const LOOP: &[&str] = &["do", "done"];

impl Parser<'_> {
    /// A compound command, if one begins here.
    pub(super) fn compound(&mut self) -> Option<Command> {
        self.skip_blanks();
        let start = self.at;
        let kind = match self.reserved() {
            Some("if") => self.conditional(),
            Some("for" | "select") => self.for_loop(),
            Some(word @ ("while" | "until")) => {
                let until = word == "until";
                self.at += word.len();
                let condition = self.list(Stop { words: LOOP, ..Stop::default() });
                let body = self.loop_body(start);
                Kind::While { until, condition, body }
            }
            Some("case") => self.case(),
            Some("{") => {
                self.at += 1;
                let list = self.list(Stop { words: &["}"], ..Stop::default() });
                self.close(start, "}", "the closing `}` is missing");
                Kind::Group(list)
            }
            Some("function") => {
                self.at += "function".len();
                self.skip_blanks();
                let name = self.word();
                let name = self.text.get(name.place.start..name.place.end).unwrap_or_default().to_owned();
                return self.function_after_name(start, name);
            }
            Some("[[") => self.test(start),
            _ if self.peek(0) == b'(' && self.peek(1) == b'(' && self.arithmetic(2) => Kind::Arithmetic,
            _ if self.peek(0) == b'(' => {
                self.at += 1;
                let list = self.list(Stop { paren: true, ..Stop::default() });
                if !self.eat(")") {
                    self.fault(start, "the closing `)` is missing");
                }
                Kind::Subshell(list)
            }
            _ => return None,
        };
        Some(self.with_redirections(start, kind))
    }

    fn with_redirections(&mut self, start: usize, kind: Kind) -> Command {
        let mut end = self.at;
        let mut redirections = Vec::new();
        loop {
            self.skip_blanks();
            let Some(redirection) = self.redirection() else { break };
            end = self.at;
            redirections.push(redirection);
        }
        Command { kind, redirections, place: super::Place { start, end } }
    }

    /// Goes past the word that closes what began at `start`.
    fn close(&mut self, start: usize, word: &str, message: &'static str) {
        self.skip_newlines();
        if !self.eat_reserved(word) {
            self.fault(start, message);
        }
    }

    fn conditional(&mut self) -> Kind {
        let start = self.at;
        let stop = Stop { words: IF, ..Stop::default() };
        let (mut branches, mut otherwise) = (Vec::new(), None);
        self.at += "if".len();
        loop {
            let condition = self.list(stop);
            if !self.eat_reserved("then") {
                self.fault(start, "the `then` of an `if` is missing");
            }
            let body = self.list(stop);
            branches.push(Branch { condition, body });
            if !self.eat_reserved("elif") {
                break;
            }
        }
        if self.eat_reserved("else") {
            otherwise = Some(self.list(stop));
        }
        self.close(start, "fi", "the `fi` of an `if` is missing");
        Kind::If { branches, otherwise }
    }

    /// `do … done`.
    fn loop_body(&mut self, start: usize) -> List {
        self.skip_newlines();
        if self.peek(0) == b';' {
            self.at += 1;
            self.skip_newlines();
        }
        if self.eat_reserved("{") {
            let body = self.list(Stop { words: &["}"], ..Stop::default() });
            self.close(start, "}", "the closing `}` is missing");
            return body;
        }
        if !self.eat_reserved("do") {
            self.fault(start, "the `do` of a loop is missing");
            return List::new();
        }
        let body = self.list(Stop { words: LOOP, ..Stop::default() });
        self.close(start, "done", "the `done` of a loop is missing");
        body
    }

    fn for_loop(&mut self) -> Kind {
        let start = self.at;
        self.at += self.reserved().map_or(0, str::len);
        self.skip_blanks();
        if self.peek(0) == b'(' && self.peek(1) == b'(' && self.arithmetic(2) {
            return Kind::Count(self.loop_body(start));
        }
        let name = self.word();
        let name = self.text.get(name.place.start..name.place.end).unwrap_or_default().to_owned();
        self.skip_newlines();
        let words = self.eat_reserved("in").then(|| self.words());
        Kind::For { name, words, body: self.loop_body(start) }
    }

    /// The words up to the end of the line or `;`.
    fn words(&mut self) -> Vec<Word> {
        let mut words = Vec::new();
        loop {
            self.skip_blanks();
            let before = self.at;
            let word = self.word();
            if self.at == before {
                return words;
            }
            words.push(word);
        }
    }

    fn case(&mut self) -> Kind {
        let start = self.at;
        self.at += "case".len();
        self.skip_blanks();
        let subject = self.word();
        self.skip_newlines();
        if !self.eat_reserved("in") {
            self.fault(start, "the `in` of a `case` is missing");
        }
        let mut arms = Vec::new();
        loop {
            self.skip_newlines();
            if self.at_end() || self.reserved() == Some("esac") {
                break;
            }
            let before = self.at;
            self.eat("(");
            let patterns = self.patterns();
            if !self.eat(")") {
                self.fault(before, "a branch of a `case` has no `)`");
                if self.at == before || !matches!(self.peek(0), b'\n' | b';') {
                    break;
                }
            }
            let body = self.list(Stop { words: &["esac"], arm: true, ..Stop::default() });
            let falls_through = self.starts_with(";&") || self.starts_with(";;&");
            let _ = self.eat(";;&") || self.eat(";;") || self.eat(";&");
            arms.push(Arm { patterns, body, falls_through });
        }
        self.close(start, "esac", "the `esac` of a `case` is missing");
        Kind::Case { subject, arms }
    }

    fn patterns(&mut self) -> Vec<Word> {
        let mut patterns = Vec::new();
        loop {
            self.skip_newlines();
            let before = self.at;
            let word = self.word();
            if self.at > before {
                patterns.push(word);
            }
            self.skip_blanks();
            if !self.eat("|") {
                return patterns;
            }
        }
    }

    /// A function whose name has been read.
    pub(super) fn function_after_name(&mut self, start: usize, name: String) -> Option<Command> {
        self.skip_blanks();
        if self.eat("(") {
            self.skip_blanks();
            if !self.eat(")") {
                self.fault(start, "the `)` of a function is missing");
                return None;
            }
        }
        self.skip_newlines();
        let Some(body) = self.command() else {
            self.fault(start, "a function has no body");
            return None;
        };
        let place = self.place(start);
        let kind = Kind::Function { name, body: Box::new(body) };
        Some(Command { kind, redirections: Vec::new(), place })
    }

    /// What follows `=~`: parentheses and bars are its own.
    fn regex(&mut self, parts: &mut Vec<super::Part>) {
        while !self.at_end() && !matches!(self.peek(0), b' ' | b'\t' | b'\n') {
            if b"()|<>&;".contains(&self.peek(0)) {
                let start = self.at;
                self.at += 1;
                self.text_with_holes(start, self.at, super::Quote::None, parts);
            } else {
                self.part(super::Quote::None, parts);
            }
        }
    }

    /// `[[ … ]]`.
    fn test(&mut self, start: usize) -> Kind {
        self.at += 2;
        let mut words: Vec<Word> = Vec::new();
        loop {
            self.skip_newlines();
            let before = self.at;
            if self.at_end() || (self.starts_with("]]") && !self.peek(2).is_ascii_alphanumeric()) {
                break;
            }
            let regex = words.last().and_then(Word::bare) == Some("=~");
            let operator =
                ["&&", "||", "(", ")", "<", ">", ";", "&", "|"].into_iter().find(|o| self.starts_with(o));
            match operator {
                Some(operator) if !regex || operator.len() == 2 => self.at += operator.len(),
                _ if regex => {
                    let mut parts = Vec::new();
                    self.regex(&mut parts);
                    words.push(Word { parts, place: self.place(before) });
                    if self.at > before {
                        continue;
                    }
                    words.pop();
                    self.skip_char();
                }
                _ => {
                    words.push(self.word());
                    if self.at > before {
                        continue;
                    }
                    words.pop();
                    self.skip_char();
                }
            }
            let mut parts = Vec::new();
            self.text_with_holes(before, self.at, super::Quote::None, &mut parts);
            words.push(Word { parts, place: self.place(before) });
        }
        if !self.eat("]]") {
            self.fault(start, "the closing `]]` is missing");
        }
        Kind::Test(words)
    }
}
