//! Which values are secrets, and which only stand where one should.

use crate::facts::model::Repository;
use crate::source::SourceId;
use crate::syntax::secrets::is_secret_name;
use foldhash::HashMap;
use std::cell::OnceCell;
use std::collections::BTreeSet;

/// Whether a variable of this name with this value holds a secret: something that whoever knows it can use.
pub(in crate::rules) fn is_secret(name: &str, value: &str) -> bool {
    is_secret_name(name)
        && !is_public(name)
        && !is_amount(name, value)
        && is_value(value)
        && !is_shown_to_all(name, value.trim())
        && !is_placeholder(value)
        && !is_word(value.trim())
}

/// Whether a variable of this name should hold a secret and holds something that nobody means to keep.
pub(in crate::rules) fn is_placeholder_secret(name: &str, value: &str) -> bool {
    // A number as short is no secret otherwise, but a length or a number of seconds.
    let tried_first = matches!(value.trim(), "123" | "1234") && name.to_ascii_uppercase().contains("PASSW");
    is_secret_name(name) && !is_public(name) && (tried_first || is_value(value) && is_placeholder(value))
}

/// Whether a secret of this name is one that another service hands out: nobody can make one up.
pub(in crate::rules) fn is_given(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let own = ["APP_", "INTERNAL_", "API_KEY", "ADMIN_"].iter().any(|start| name.starts_with(start));
    let ends =
        ["_API_KEY", "_API_SECRET", "_API_TOKEN", "_DSN", "_CLIENT_SECRET", "_BOT_TOKEN", "_AUTH_TOKEN"];
    let of = ["SMTP_", "MAIL_", "EMAIL_", "MAILGUN_", "SENDGRID_", "AWS_", "STRIPE_", "TWILIO_", "OPENAI_"];
    name == "DSN"
        || !own
            && (ends.iter().any(|end| name.ends_with(end)) || of.iter().any(|start| name.starts_with(start)))
}

/// What is sent to every visitor's browser, or only says something of a secret: where it is, how it is made.
fn is_public(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    ["PUBLIC", "PUBLISHABLE", "VITE_", "REACT_APP_", "VUE_APP_"].iter().any(|word| name.contains(word))
        || [
            "_FILE",
            "_PATH",
            "_TTL",
            "_EXPIRY",
            "_EXPIRES_IN",
            "_EXPIRE",
            "_LENGTH",
            "_ID",
            "_NAME",
            "_HEADER",
            "_URL",
            "_ADDRESS",
            "_FILENAME",
            "_LOCATION",
            "_INTERVAL",
            "_TIMEOUT",
            "_SIZE",
            "_VERSION",
            "_MODE",
            "_SYMBOL",
            "ANON_KEY",
            "FIREBASE_API_KEY",
        ]
        .iter()
        .any(|end| name.ends_with(end))
        // Brokers of Confluent read these from files that are called so.
        || name.contains("_SSL_") && name.ends_with("_CREDENTIALS")
}

/// Whether a value is made to be seen: the key of a browser, the address of a contract, where errors are reported to.
fn is_shown_to_all(name: &str, value: &str) -> bool {
    let contract = value
        .strip_prefix("0x")
        .is_some_and(|digits| digits.len() == 40 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    // Sentry's: a key that lets everybody report, and nobody read.
    let reports = name.to_ascii_uppercase().ends_with("DSN")
        && value
            .strip_prefix("https://")
            .and_then(|rest| rest.split_once('@'))
            .is_some_and(|(key, _)| !key.contains(':'));
    let starts = [
        "pk_test_",
        "pk_live_",
        "pk.ey",
        "phc_",
        "ssh-rsa ",
        "ssh-ed25519 ",
        "-----BEGIN PUBLIC",
        "-----BEGIN CERT",
    ];
    contract || reports || starts.iter().any(|start| value.starts_with(start))
}

/// Whether a value is a number of tokens, such as language models count.
fn is_amount(name: &str, value: &str) -> bool {
    let value = value.trim();
    name.to_ascii_uppercase().contains("TOKEN")
        && value.ends_with("000")
        && value.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a value can be a secret at all: not empty, no switch, no number of seconds, no path, no address.
fn is_value(value: &str) -> bool {
    let value = value.trim();
    let switch = matches!(
        value.to_ascii_lowercase().as_str(),
        "true" | "false" | "yes" | "no" | "on" | "off" | "none" | "null"
    );
    let number = value.len() < 5 && value.bytes().all(|byte| byte.is_ascii_digit());
    let reference = value.starts_with('$')
        || is_filled_in(value)
        || value.starts_with("ENC[")
        || value.starts_with("/run/")
        || is_path(value)
        || value.contains("://") && !has_password(value);
    !value.is_empty() && !switch && !number && !reference && !is_address(value)
}

/// Whether an address holds a password, and not merely the name of a variable in its place: `${DB_PASSWORD}`.
fn has_password(address: &str) -> bool {
    let Some((_, rest)) = address.split_once("://") else { return false };
    let Some((user, _)) = rest.rsplit_once('@') else { return false };
    !user.rsplit_once(':').map_or(user, |(_, password)| password).starts_with('$')
}

/// Whether a value names a file that holds a secret: `certs/node.key`, `service-account.json`, `/etc/shop/token`.
fn is_path(value: &str) -> bool {
    if value.contains("://") || value.contains(char::is_whitespace) {
        return false;
    }
    let starts =
        ["./", "../", "/etc/", "/var/", "/opt/", "/app/", "/usr/", "/home/", "/secrets/", "/certs/", "/tmp/"];
    if starts.iter().any(|start| value.starts_with(start)) {
        return true;
    }
    let name = value.rsplit('/').next().unwrap_or(value);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    matches!(ending, "key" | "pem" | "crt" | "cer" | "p12" | "pfx" | "jks" | "txt" | "json" | "yml" | "yaml")
}

/// Whether a value only says where a database is, as PHP writes it: `mysql:host=db;dbname=shop`.
fn is_address(value: &str) -> bool {
    let Some((_, parts)) =
        value.split_once(':').filter(|(driver, _)| driver.bytes().all(|byte| byte.is_ascii_lowercase()))
    else {
        return false;
    };
    parts.contains('=')
        && parts.split(';').all(|part| part.split_once('=').is_some_and(|(key, _)| !is_secret_name(key)))
}

/// Whether a value only says that something belongs there, or is what everybody tries first.
pub(in crate::rules) fn is_placeholder(value: &str) -> bool {
    const WHOLE: &[&str] = &[
        "password",
        "passwd",
        "pass",
        "passw0rd",
        "secret",
        "admin",
        "root",
        "postgres",
        "mysql",
        "mongo",
        "redis",
        "guest",
        "minioadmin",
        "minioaccesskey",
        "miniosecretkey",
        "test",
        "testing",
        "dev",
        "local",
        "default",
        "example",
        "sample",
        "dummy",
        "demo",
        "foo",
        "bar",
        "123456",
        "12345678",
        "1234567890",
        "qwerty",
        "letmein",
        "token",
        "key",
        "user",
        "hunter2",
        "12345",
        "testpw",
        "testpass",
    ];
    const PARTS: &[&str] = &[
        "changeme",
        "change_me",
        "change-me",
        "changethis",
        "change_this",
        "change-this",
        "change_in",
        "change-in",
        "your_",
        "your-",
        "yourpassword",
        "yoursecret",
        "replace",
        "placeholder",
        "example",
        "fixme",
        "todo",
        "insert",
        "put_",
        "put-",
        "_here",
        "-here",
        "dummy",
        "notsecret",
        "not-secret",
        "not_secret",
        "insecure",
        "xxxx",
        "fill_in",
        "fill-in",
        "set_me",
        "set-me",
        "setme",
        "generate",
        "mysecret",
        "mypassword",
        "super-secret",
        "super_secret",
        "supersecret",
        "dev-secret",
        "dev_secret",
        "test-secret",
        "test_secret",
        "dev-only",
        "dev_only",
        "local-only",
        "local_only",
        "not-for-prod",
        "not_for_prod",
        "do-not-use",
        "do_not_use",
    ];
    let lower = value.trim().to_ascii_lowercase();
    // `password123` is one of the first that everybody tries.
    let bare = lower.trim_end_matches(|c: char| c.is_ascii_digit() || c == '!');
    let all_one = lower.len() > 2 && lower.chars().all(|c| lower.starts_with(c));
    WHOLE.contains(&lower.as_str())
        || WHOLE.contains(&bare)
        || PARTS.iter().any(|part| lower.contains(part))
        || lower.starts_with('<') && lower.ends_with('>')
        || lower.starts_with('[') && lower.ends_with(']')
        || is_of_plain_words(&lower)
        || lower.contains("...")
        || all_one
}

/// A short word in small letters: the application's name, as development has it.
fn is_word(value: &str) -> bool {
    value.len() <= 8 && value.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// Whether a deploy puts a value in the place of this one: `__DB_PASSWORD__`.
fn is_filled_in(value: &str) -> bool {
    [("__", "__"), ("{{", "}}"), ("@@", "@@"), ("%%", "%%")]
        .iter()
        .any(|(start, end)| value.len() > 4 && value.starts_with(start) && value.ends_with(end))
}

/// Whether a value is made of words alone, one of which says what it is: `db-password`, `rootpassword`, `test_pass`.
fn is_of_plain_words(lower: &str) -> bool {
    let plain =
        lower.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'-' | b'_' | b'.' | b' '));
    plain
        && lower.len() < 32
        && (["password", "passwd", "secret"].iter().any(|word| lower.contains(word))
            || lower.split(['-', '_', '.', ' ']).any(|word| matches!(word, "pass" | "pw" | "pwd" | "key")))
}

/// The values in whose place a script puts something else: `sed -i "s/VALUE/$SECRET/" compose.yaml`.
pub(in crate::rules) struct Replaced<'f> {
    facts: &'f Repository,
    /// What follows each `s/` of a script, by how it begins, with the mark.
    after: OnceCell<HashMap<&'f [u8], Vec<(u8, &'f [u8])>>>,
}

/// The least that a value is found by.
const START: usize = 3;

impl<'f> Replaced<'f> {
    pub(in crate::rules) fn of(facts: &'f Repository) -> Self {
        Self { facts, after: OnceCell::new() }
    }

    /// Whether a script puts something else in the place of this value.
    pub(in crate::rules) fn has(&self, value: &str) -> bool {
        let value = value.as_bytes();
        let begins = |(mark, text): &(u8, &[u8])| {
            text.strip_prefix(value).is_some_and(|rest| rest.first() == Some(mark))
        };
        let after = self.after.get_or_init(|| Self::gather(self.facts));
        match value.get(..START) {
            Some(start) => after.get(start).is_some_and(|alike| alike.iter().any(begins)),
            None => after.values().flatten().any(begins),
        }
    }

    fn gather(facts: &'f Repository) -> HashMap<&'f [u8], Vec<(u8, &'f [u8])>> {
        let sources: BTreeSet<SourceId> = facts.scripts.iter().map(|script| script.source).collect();
        let mut after: HashMap<&[u8], Vec<(u8, &[u8])>> = HashMap::default();
        for source in sources {
            let text = facts.sources.get(source).text.as_bytes();
            for (at, pair) in text.windows(2).enumerate() {
                if let [b's', mark @ (b'/' | b'|' | b'#' | b'@' | b',')] = pair {
                    let rest = &text[at + 2..];
                    let start = rest.get(..START).unwrap_or(rest);
                    after.entry(start).or_default().push((*mark, rest));
                }
            }
        }
        after
    }
}
