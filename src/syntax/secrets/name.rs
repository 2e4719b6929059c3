//! Names whose values are secrets.

/// The words that make a name one of a secret, wherever they stand in it.
const SECRET: [&str; 15] = [
    "password",
    "passwd",
    "passphrase",
    "pass",
    "pwd",
    "secret",
    "token",
    "credential",
    "credentials",
    "dsn",
    "apikey",
    "secretkey",
    "accesskey",
    "requirepass",
    "masterauth",
];

/// What such words end with: `PGPASSWORD`, `authtoken`.
const SECRET_ENDS: [&str; 6] = ["password", "passwd", "passphrase", "secret", "token", "apikey"];

/// The words that make `…_KEY` another kind of key.
const OTHER_KEYS: [&str; 20] = [
    "public",
    "publishable",
    "pub",
    "cache",
    "primary",
    "foreign",
    "sort",
    "partition",
    "routing",
    "restore",
    "ssh",
    "host",
    "certificate",
    "idempotency",
    "site",
    "index",
    "group",
    "message",
    "unique",
    "shift",
];

/// The last words of names that say something about a secret and do not hold it: `POSTGRES_PASSWORD_FILE`.
const ABOUT: [&str; 36] = [
    "file",
    "path",
    "dir",
    "name",
    "id",
    "length",
    "len",
    "min",
    "max",
    "ttl",
    "expire",
    "expires",
    "expiry",
    "expiration",
    "lifetime",
    "minutes",
    "seconds",
    "hours",
    "days",
    "url",
    "uri",
    "endpoint",
    "issuer",
    "audience",
    "algorithm",
    "alg",
    "type",
    "prefix",
    "header",
    "field",
    "count",
    "limit",
    "enabled",
    "required",
    "policy",
    "stdin",
];

/// Some letters of every word that can make a name one of a secret, of those that begin with this one.
const fn stems(first: u8) -> &'static [&'static [u8]] {
    match first.to_ascii_lowercase() {
        b'p' => &[b"pass", b"pwd", b"pepper"],
        b's' => &[b"secret", b"salt"],
        b't' => &[b"token"],
        b'c' => &[b"credential"],
        b'd' => &[b"dsn"],
        b'k' => &[b"key"],
        b'm' => &[b"masterauth"],
        _ => &[],
    }
}

/// Whether a name of a secret can stand in a text.
fn tells(text: &str) -> bool {
    telling(text, 0).is_some()
}

/// Where something of a name of a secret stands in a text, not before `from`: hardly any line has one, and every line is
/// asked.
pub(super) fn telling(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let pairs = bytes.get(from..)?.windows(2);
    let begins = pairs.enumerate().filter(|(_, pair)| SECOND[usize::from(pair[0])] & bit(pair[1]) != 0);
    begins.map(|(at, _)| from + at).find(|at| {
        let rest = &bytes[*at..];
        let begins =
            |stem: &&[u8]| rest.get(..stem.len()).is_some_and(|part| part.eq_ignore_ascii_case(stem));
        stems(rest[0]).iter().any(begins)
    })
}

/// The bit of a letter, small or capital; of any other byte, that of some letter.
const fn bit(letter: u8) -> u32 {
    1 << (letter & 31)
}

/// The second letters of the [`stems`] that begin with a byte.
static SECOND: [u32; 256] = {
    let (mut second, mut byte) = ([0; 256], 0_u8);
    loop {
        let stems = stems(byte);
        let mut at = 0;
        while at < stems.len() {
            second[byte as usize] |= bit(stems[at][1]);
            at += 1;
        }
        if byte == u8::MAX {
            break second;
        }
        byte += 1;
    }
};

/// Whether a variable, key or flag of this name holds a secret: `DB_PASSWORD`, `jwtSecret`, `--api-key`.
pub fn is_secret_name(name: &str) -> bool {
    if !tells(name) {
        return false;
    }
    let joined = words(name);
    let words: Vec<&str> = joined.split_ascii_whitespace().collect();
    let Some(&last) = words.last() else { return false };
    if ABOUT.contains(&last) {
        return false;
    }
    if words.len() > 1
        && matches!(words[0], "proxy" | "fastcgi" | "uwsgi" | "grpc" | "scgi")
        && last == "pass"
    {
        return false;
    }
    // The directory that a shell is in.
    if name == "PWD" {
        return false;
    }
    let is_secret = |word: &str| SECRET.contains(&word) || SECRET_ENDS.iter().any(|end| word.ends_with(end));
    if words.iter().any(|word| is_secret(word)) {
        return true;
    }
    let key = words.len() > 1 && matches!(last, "key" | "salt" | "pepper");
    key && !words.iter().any(|word| OTHER_KEYS.contains(word))
}

/// The words of a name, in lower case and with blanks between: `jwtSecretKey`, `JWT_SECRET_KEY` and `jwt-secret-key` have the
/// same.
fn words(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 8);
    let mut small = false;
    for letter in name.chars() {
        if !letter.is_ascii_alphanumeric() || letter.is_ascii_uppercase() && small {
            words.push(' ');
        }
        if letter.is_ascii_alphanumeric() {
            words.push(letter.to_ascii_lowercase());
        }
        small = letter.is_ascii_lowercase();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_a_secret_tells() {
        for word in SECRET.iter().chain(&SECRET_ENDS).chain(&["key", "salt", "pepper"]) {
            assert!(tells(word), "{word}");
            assert!(tells(&format!("X_{}", word.to_uppercase())), "{word}");
        }
    }
}
