//! Crontabs: when, who and what, with each command as a fragment that points into the file.

use crate::source::fragment::Cutting;
use crate::source::{Fragment, Spanned};

/// A crontab.
#[derive(Clone, Debug, Default)]
pub struct Crontab {
    /// `NAME=value`, each for the lines after it: how many there are before.
    pub variables: Vec<(Spanned<String>, Fragment, usize)>,
    /// The lines with a command.
    pub jobs: Vec<Job>,
}

/// A line with a command.
#[derive(Clone, Debug)]
pub struct Job {
    /// When: five fields, or `@daily`.
    pub schedule: Spanned<String>,
    /// Who, in a system's crontab.
    pub user: Option<Spanned<String>>,
    /// What: up to an unescaped `%`, after which comes what the command reads.
    pub command: Fragment,
}

/// Reads a crontab; `system` when each line names a user, as below `/etc`.
pub fn parse(file: &Fragment, system: bool) -> Crontab {
    let mut crontab = Crontab::default();
    let mut at = 0;
    for line in file.text().split_inclusive('\n') {
        let start = at + line.len() - line.trim_start().len();
        let text = line.trim();
        at += line.len();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        if let Some((name, value)) = setting(file, start, text) {
            crontab.variables.push((name, value, crontab.jobs.len()));
            continue;
        }
        crontab.jobs.extend(job(file, start, text, system));
    }
    crontab
}

fn setting(file: &Fragment, start: usize, text: &str) -> Option<(Spanned<String>, Fragment)> {
    let equals = text.find('=')?;
    let name = text[..equals].trim();
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return None;
    }
    let value = text[equals + 1..].trim();
    let lead = text[equals + 1..].len() - text[equals + 1..].trim_start().len();
    let quoted = value.len() > 1 && value.starts_with(['"', '\'']) && value.ends_with(['"', '\'']);
    let inside = usize::from(quoted);
    let from = start + equals + 1 + lead;
    let value = file.part(from + inside, from + value.len() - inside);
    Some((Spanned::new(name.to_owned(), file.span(start, start + name.len())), value))
}

fn job(file: &Fragment, start: usize, text: &str, system: bool) -> Option<Job> {
    let fields = if text.starts_with('@') { 1 } else { 5 };
    let mut at = 0;
    let mut schedule_end = 0;
    for _ in 0..fields {
        let word = text[at..].split_whitespace().next()?;
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"*/,-@~?#LW".contains(&byte);
        if !word.bytes().all(fits) {
            return None;
        }
        schedule_end = at + text[at..].find(word)? + word.len();
        at = schedule_end;
    }
    let spanned =
        |from: usize, to: usize| Spanned::new(text[from..to].to_owned(), file.span(start + from, start + to));
    let schedule = spanned(0, schedule_end);
    let mut user = None;
    let first = text[at..].split_whitespace().next()?;
    if system || first == "root" {
        let from = at + text[at..].find(first)?;
        user = Some(spanned(from, from + first.len()));
        at = from + first.len();
    }
    at += text[at..].len() - text[at..].trim_start().len();
    let mut cutting = Cutting::new(file.source());
    let mut from = at;
    for (found, _) in text[at..].match_indices('%').map(|(found, mark)| (found + at, mark)) {
        if text[..found].ends_with('\\') {
            cutting.copy_from(file, start + from, start + found - 1);
            cutting.replace_from("%", file, start + found - 1, start + found + 1);
            from = found + 1;
        } else {
            cutting.copy_from(file, start + from, start + found);
            from = text.len();
            break;
        }
    }
    cutting.copy_from(file, start + from, start + text.len());
    let command = cutting.finish(file.span(start + at, start + at).start as usize);
    (!command.text().trim().is_empty()).then_some(Job { schedule, user, command })
}
