//! Secrets that stand in command lines without a name: `mysql -p…`, `curl -u user:…`, `Authorization: Bearer …`.

use std::ops::Range;

/// A program, its flag for a password, and whether the password is what follows a colon.
const FLAGS: [(&str, &str, bool); 8] = [
    ("sshpass", "-p", false),
    ("redis-cli", "-a", false),
    ("valkey-cli", "-a", false),
    ("docker login", "-p", false),
    ("podman login", "-p", false),
    ("mongo", "-p", false),
    ("curl", "-u", true),
    ("wget", "--user", true),
];

/// Programs that take the password in the same word: `-psecret`.
const ATTACHED: [&str; 2] = ["mysql", "mariadb"];

/// How hashes of passwords begin; in Compose files each `$` is doubled.
const HASHES: [&str; 8] = ["$apr1$", "$2y$", "$2a$", "$2b$", "$$apr1$$", "$$2y$$", "$$2a$$", "$$2b$$"];

/// Which ASCII characters stand in a line: most lines cannot hold what is looked for, and one look tells.
#[derive(Clone, Copy)]
struct Letters(u128);

impl Letters {
    const fn of(text: &str) -> Self {
        let (bytes, mut letters, mut at) = (text.as_bytes(), 0_u128, 0);
        while at < bytes.len() {
            if bytes[at].is_ascii() {
                letters |= 1 << bytes[at];
            }
            at += 1;
        }
        Self(letters)
    }

    /// Whether all the letters of a word are there.
    fn hold(self, word: Self) -> bool {
        self.0 & word.0 == word.0
    }
}

/// What one of [`FLAGS`] is written with.
static FLAG_LETTERS: [Letters; FLAGS.len()] = {
    let (mut letters, mut at) = ([Letters(0); FLAGS.len()], 0);
    while at < FLAGS.len() {
        letters[at] = Letters(Letters::of(FLAGS[at].0).0 | Letters::of(FLAGS[at].1).0);
        at += 1;
    }
    letters
};

/// The secrets of commands in `line`.
pub(super) fn secrets(line: &str) -> Vec<Range<usize>> {
    let letters = Letters::of(line);
    let holds = |word: Letters| letters.hold(word);
    let mut found = Vec::new();
    for ((program, flag, after_colon), needed) in FLAGS.into_iter().zip(FLAG_LETTERS) {
        if !holds(needed) || !line.contains(program) {
            continue;
        }
        for word in words(line).windows(2) {
            let (before, value) = (&line[word[0].clone()], word[1].clone());
            if before == flag && !line[value.clone()].starts_with(['$', '-']) {
                let colon = line[value.clone()].find(':').map(|at| value.start + at + 1);
                match colon {
                    Some(start) if after_colon => found.push(start..value.end),
                    _ if !after_colon => found.push(value),
                    _ => {}
                }
            }
        }
    }
    if holds(const { Letters::of("-p") }) && ATTACHED.iter().any(|program| line.contains(program)) {
        let attached = words(line).into_iter().filter(|word| line[word.clone()].starts_with("-p"));
        found.extend(
            attached
                .map(|word| word.start + 2..word.end)
                .filter(|word| !word.is_empty() && !line[word.clone()].starts_with(['$', '"', '\'', 'r'])),
        );
    }
    let schemes: &[&str] = if holds(const { Letters::of("Ba ") }) { &["Bearer ", "Basic "] } else { &[] };
    for scheme in schemes {
        for (at, _) in line.match_indices(scheme) {
            let start = at + scheme.len();
            let word = &line[start..start + end_of_word(&line[start..])];
            if word.len() >= 8 && !word.starts_with(['$', '<', '{']) {
                found.push(start..start + word.len());
            }
        }
    }
    // `echo … | docker login --password-stdin`, `echo … | sudo -S …`
    if let Some((said, read)) = line.split_once('|')
        && (read.contains("--password-stdin") || read.contains("sudo -S"))
        && let Some(at) = said.find("echo ")
    {
        let word =
            words(&line[at + 5..]).into_iter().find(|word| !line[at + 5..][word.clone()].starts_with('-'));
        found.extend(
            word.map(|word| at + 5 + word.start..at + 5 + word.end)
                .filter(|word| !line[word.clone()].starts_with('$')),
        );
    }
    let hashes = holds(const { Letters::of("$2") }) || holds(const { Letters::of("$1") });
    for hash in HASHES.into_iter().filter(|_| hashes) {
        let mut end = 0;
        for (at, _) in line.match_indices(hash) {
            // One hash in another is a part of its word.
            if at >= end {
                end = at + end_of_word(&line[at..]);
                found.push(at..end);
            }
        }
    }
    found
}

fn end_of_word(text: &str) -> usize {
    text.find(|c: char| c.is_whitespace() || "\"'`,;|)".contains(c)).unwrap_or(text.len())
}

/// The words of a line, without their quotes.
fn words(line: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, letter) in line.char_indices().chain([(line.len(), ' ')]) {
        let ends = letter.is_whitespace() || "\"'`,;|()[]".contains(letter);
        match (start, ends) {
            (None, false) => start = Some(at),
            (Some(from), true) => {
                found.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    found
}
