//! Text that ends up in configuration files, one line each.

use super::define::{NO_BOOLEAN, is_boolean, refuse, stray, text_types};
use crate::diagnostic::Invalid;

text_types! {
    /// The name of a header: letters, digits and hyphens, beginning with a letter; at most 64.
    HeaderName text "a header's name", header_name, "^[A-Za-z](?:-?[A-Za-z0-9]){0,63}$";
    /// The value of a header: visible ASCII and spaces inside, no `$`, which nginx would take for a variable; at most
    /// 1024 characters, since nginx reads no word of 4096 bytes or more, quoted and escaped as it then is.
    HeaderValue text "a header's value", header_value, "^(?!.{1025})[!-#%-~](?:[ -#%-~]*[!-#%-~])?$";
    /// One line of text, not empty, without control characters.
    Line text "a line of text", line, "^(?=.*[^ ])[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]+$";
    /// The user, and maybe the group, that a process runs as: `node`, `1000`, `1000:1000`.
    RunUser scalar "a user", run_user,
        format!("^{NO_BOOLEAN}[A-Za-z0-9_][A-Za-z0-9_.-]{{0,63}}(?::[A-Za-z0-9_][A-Za-z0-9_.-]{{0,63}})?$");
}

fn header_name(text: &str) -> Result<String, Invalid> {
    let what = "a header's name";
    let help = "use letters, digits and single hyphens, as in `X-Frame-Options`";
    if let Some(refusal) = stray(text, what, |c| c.is_ascii_alphanumeric() || c == '-') {
        return Err(refusal.help(help));
    }
    let letters = text.bytes().filter(|byte| *byte != b'-').count();
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic());
    if begins && !text.ends_with('-') && !text.contains("--") && letters <= 64 {
        return Ok(text.to_owned());
    }
    Err(refuse(text, what).help(help))
}

fn header_value(text: &str) -> Result<String, Invalid> {
    let what = "a header's value";
    if let Some(refusal) = stray(text, what, |c| c == ' ' || (c.is_ascii_graphic() && c != '$')) {
        return Err(refusal.help("use visible ASCII characters and spaces, and no `$`"));
    }
    if text.is_empty() || text.trim() != text || text.len() > 1024 {
        return Err(refuse(text, what).help("write 1 to 1024 characters, without a space at either end"));
    }
    Ok(text.to_owned())
}

fn line(text: &str) -> Result<String, Invalid> {
    let what = "a line of text";
    if let Some(refusal) = stray(text, what, |c| !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}')) {
        return Err(refusal.help("write it on one line"));
    }
    if text.trim_matches(' ').is_empty() {
        return Err(Invalid::new("this text is empty").help("write something, or leave the key out"));
    }
    Ok(text.to_owned())
}

fn run_user(text: &str) -> Result<String, Invalid> {
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
            && name.len() <= 64
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b))
    };
    let (user, group) = match text.split_once(':') {
        Some((user, group)) => (user, Some(group)),
        None => (text, None),
    };
    if is_name(user) && !is_boolean(text) && group.is_none_or(is_name) {
        return Ok(text.to_owned());
    }
    Err(refuse(text, "a user").help("write a name or number, and maybe a group: `node`, `1000:1000`"))
}
