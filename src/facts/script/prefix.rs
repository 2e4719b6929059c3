//! What programs are started with: `sudo`, `env X=1`, `exec`, `timeout 60`.

use super::word::Word;
use crate::source::Spanned;

/// The words before the program that is really meant.
#[derive(Clone, Debug, Default)]
pub(super) struct Prefix {
    /// The programs, outermost first.
    pub(super) programs: Vec<Spanned<String>>,
    /// What `env` and `sudo` set.
    pub(super) variables: Vec<(Spanned<String>, Word)>,
    /// How many words all of it takes.
    pub(super) length: usize,
}

/// Options of each program that take a value of their own.
const WITH_VALUE: &[(&str, &[&str])] = &[
    ("sudo", &["-u", "-g", "-h", "-p", "-C", "-D", "-R", "-T", "-U", "--user", "--group", "--chdir"]),
    ("doas", &["-u", "-C"]),
    ("env", &["-u", "--unset", "-C", "--chdir"]),
    ("timeout", &["-s", "-k", "--signal", "--kill-after"]),
    ("nice", &["-n", "--adjustment"]),
    ("ionice", &["-c", "-n", "--class", "--classdata"]),
    ("sshpass", &["-p", "-f", "-d", "-P"]),
    ("flock", &["-w", "-E", "--timeout"]),
    ("exec", &["-a"]),
    ("time", &["-f", "-o"]),
    ("nohup", &[]),
    ("command", &[]),
    ("builtin", &[]),
    ("setsid", &[]),
    ("stdbuf", &["-o", "-e", "-i"]),
    ("chronic", &[]),
    ("unbuffer", &[]),
    ("dotenv", &["-e", "-f"]),
];

/// The prefix of these words.
pub(super) fn of(words: &[Word]) -> Prefix {
    let mut prefix = Prefix::default();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let Some(name) = word.known().map(|name| name.rsplit('/').next().unwrap_or(name)) else { break };
        let Some((_, with_value)) = WITH_VALUE.iter().find(|(program, _)| *program == name) else { break };
        let mut next = at + 1;
        let mut variables = Vec::new();
        while let Some(option) = words.get(next) {
            let text = option.prefix();
            if text == "--" {
                next += 1;
                break;
            }
            if text.len() > 1 && text.starts_with('-') {
                // `command -v docker` runs nothing.
                if name == "command" && text.to_ascii_lowercase().starts_with("-v") {
                    return prefix;
                }
                next += if option.known().is_some_and(|known| with_value.contains(&known)) { 2 } else { 1 };
            } else if let Some(equals) = assignment(text).filter(|_| matches!(name, "env" | "sudo")) {
                let key = option.after(0);
                let name = Spanned::new(text[..equals].to_owned(), key.span);
                variables.push((name, option.after(equals + 1)));
                next += 1;
            } else {
                break;
            }
        }
        // The duration of `timeout`, the file of `flock`.
        next += usize::from(matches!(name, "timeout" | "flock"));
        if next >= words.len() {
            break;
        }
        prefix.programs.push(Spanned::new(name.to_owned(), word.span));
        prefix.variables.append(&mut variables);
        prefix.length = next;
        at = next;
    }
    prefix
}

/// Where the `=` of `NAME=…` stands.
pub(super) fn assignment(text: &str) -> Option<usize> {
    let equals = text.find('=')?;
    let name = &text[..equals];
    let fits = !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    fits.then_some(equals)
}
