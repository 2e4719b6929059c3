//! Words that nobody made up: tokens and keys without a name.

use std::ops::Range;

/// What tokens of well-known services begin with.
const PREFIXES: [&str; 20] = [
    "ghp_",
    "gho_",
    "ghs_",
    "ghu_",
    "github_pat_",
    "glpat-",
    "glptt-",
    "xoxb-",
    "xoxp-",
    "xapp-",
    "sk-",
    "sk_live_",
    "sk_test_",
    "rk_live_",
    "whsec_",
    "AKIA",
    "AIza",
    "npm_",
    "dckr_pat_",
    "hvs.",
];

/// The words of `line` that look like keys and tokens.
pub(super) fn secrets(line: &str) -> Vec<Range<usize>> {
    let bytes = line.as_bytes();
    let fits =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'=' | b'_' | b'-' | b'.' | b'/');
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !fits(bytes[at]) {
            at += 1;
            continue;
        }
        let mut end = at;
        while end < bytes.len() && fits(bytes[end]) {
            end += 1;
        }
        // `KEY=value` is two words; the `=` at the end of base64 is none.
        let word = line[at..end].trim_end_matches('=');
        let start = at + word.rfind('=').map_or(0, |equals| equals + 1);
        let digest = bytes[..start].last().is_some_and(|before| matches!(before, b':' | b'@'))
            && (line[..start].ends_with('@') || line[..start].ends_with("sha256:"));
        if !digest && is_secret(&line[start..end]) {
            found.push(start..end);
        }
        at = end;
    }
    found
}

/// Nothing shorter is a token: the shortest prefix, and what must follow it.
const SHORTEST: usize = 3 + 12;

fn is_secret(word: &str) -> bool {
    if word.len() < SHORTEST {
        return false;
    }
    if PREFIXES.iter().any(|prefix| word.starts_with(prefix) && word.len() >= prefix.len() + 12) {
        return true;
    }
    // A token of three parts, the first of which is JSON.
    if word.starts_with("eyJ") && word.len() >= 24 {
        return true;
    }
    let has = |kind: fn(&u8) -> bool| word.bytes().any(|byte| kind(&byte));
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    if word.len() >= 32 && word.bytes().all(|byte| byte.is_ascii_hexdigit()) && digits >= 6 {
        return true;
    }
    // Paths, versions and host names are made of short words.
    let longest = word.split(['.', '/', '-', '_']).map(str::len).max().unwrap_or(0);
    longest >= 16
        && word.len() >= 20
        && digits >= 2
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && bits(word) >= 3.5
}

/// How many bits a letter of the word carries.
fn bits(word: &str) -> f64 {
    let mut counts = [0_u32; 256];
    word.bytes().for_each(|byte| counts[usize::from(byte)] += 1);
    let whole = f64::from(u32::try_from(word.len()).unwrap_or(u32::MAX));
    let part = |count: &u32| f64::from(*count) / whole;
    counts.iter().filter(|count| **count > 0).map(|count| -part(count) * part(count).log2()).sum()
}
