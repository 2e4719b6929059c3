//! Domains and mail addresses.

use super::define::{quoted, refuse, stray, text_types};
use crate::diagnostic::Invalid;

/// A label of a host name, and one that is not a number, as the last must be.
pub(super) const LABEL: &str = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
pub(super) const LAST_LABEL: &str = "[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?";

text_types! {
    /// A domain in lower case: `example.com`, `localhost`, or for all names below one, `*.example.com`. Names in other
    /// alphabets are written in punycode: `xn--bcher-kva.example`.
    Domain text "a domain", domain,
        format!(r"^(?!.{{254}})(?:localhost|(?:\*\.)?(?:{LABEL}\.)+{LAST_LABEL})$");
    /// A mail address: `ops@example.com`.
    Email text "a mail address", email,
        format!(r"^(?!.{{255}})[A-Za-z0-9_%+-]+(?:\.[A-Za-z0-9_%+-]+)*@(?:{LABEL}\.)+{LAST_LABEL}$");
}

impl Domain {
    /// Whether it stands for all names below one: `*.example.com`.
    pub fn is_wildcard(&self) -> bool {
        self.as_str().starts_with("*.")
    }

    /// Whether it only means the machine itself.
    pub fn is_local(&self) -> bool {
        self.as_str() == "localhost" || self.as_str().ends_with(".localhost")
    }
}

/// Whether `text` is labels with dots between them, the last of which is not a number.
pub(super) fn is_host_name(text: &str) -> bool {
    let edge = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let is_label = |label: &str| {
        let bytes = label.as_bytes();
        edge(bytes.first())
            && edge(bytes.last())
            && bytes.len() <= 63
            && bytes.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-')
    };
    let last = text.rsplit('.').next().unwrap_or_default();
    text.len() <= 253 && text.split('.').all(is_label) && last.starts_with(|c: char| c.is_ascii_lowercase())
}

fn domain(text: &str) -> Result<String, Invalid> {
    let named = text.strip_prefix("*.").unwrap_or(text);
    if text == "localhost" || (text.len() <= 253 && named.contains('.') && is_host_name(named)) {
        return Ok(text.to_owned());
    }
    let refusal = refuse(text, "a domain");
    Err(if let Some((scheme, rest)) = text.split_once("://") {
        let host = rest.split(['/', ':']).next().unwrap_or_default();
        let refusal = Invalid::new(format!("{} is a URL, not a domain", quoted(text)));
        refusal.help(format!("leave out `{scheme}://` and what follows the name: `{host}`"))
    } else if let Some(host) =
        text.split(['/', ':']).next().filter(|host| *host != text && is_host_name(host))
    {
        refusal.help(format!("write the name alone, without a port or path: `{host}`"))
    } else if !text.is_ascii() {
        refusal.help("write it in punycode, the form that begins with `xn--`")
    } else if text.parse::<std::net::IpAddr>().is_ok() {
        refusal.help("a site that is asked by address needs no domain: leave it out")
    } else if text.bytes().any(|b| b.is_ascii_uppercase()) && is_host_name(&named.to_ascii_lowercase()) {
        refusal.help(format!("write it in lower case: `{}`", text.to_ascii_lowercase()))
    } else if let Some(host) = text.strip_suffix('.').filter(|host| is_host_name(host)) {
        refusal.help(format!("leave out the last dot: `{host}`"))
    } else if !text.contains('.') && is_host_name(text) {
        refusal.help(format!("write the whole name, such as `{text}.example.com`, or `localhost`"))
    } else {
        refusal
            .help("write lower-case letters, digits and hyphens, with dots between them: `app.example.com`")
    })
}

fn email(text: &str) -> Result<String, Invalid> {
    let what = "a mail address";
    let help = "write a mail address such as `ops@example.com`";
    let (user, host) = text.split_once('@').ok_or_else(|| refuse(text, what).help(help))?;
    if let Some(refusal) = stray(user, what, |c| c.is_ascii_alphanumeric() || "._%+-".contains(c)) {
        return Err(refusal.help(help));
    }
    if user.split('.').all(|word| !word.is_empty())
        && host.contains('.')
        && is_host_name(host)
        && text.len() <= 254
    {
        return Ok(text.to_owned());
    }
    Err(refuse(text, what).help(help))
}
