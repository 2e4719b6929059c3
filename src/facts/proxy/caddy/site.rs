//! Sites of Caddyfiles, their addresses, and the environment that these are filled in with.

use super::{Reader, Scope};
use crate::facts::model::{EnvVariable, Fact};
use crate::facts::proxy::{BlockKind, Fallback, Listen, Site, address};
use crate::facts::value::{HOLE, Unknown, Value};
use crate::source::Span;
use crate::syntax::caddyfile::{Directive, Word};

impl Reader<'_> {
    pub(super) fn site(&mut self, keys: &[Word], head: Span, directives: &[Directive]) {
        let mut site = Site {
            span: head,
            block: self.block(BlockKind::Site, keys, head, None),
            listens: Vec::new(),
            names: Vec::new(),
            fallbacks: Vec::new(),
            catches_all: false,
            certificate: None,
            redirects: Vec::new(),
        };
        for key in keys {
            self.address(key, &mut site);
        }
        let block = site.block;
        self.proxy.sites.push(site);
        let scope = Scope { block, site: self.proxy.sites.len() - 1, conditional: false };
        self.inside(directives, scope, 0);
    }

    fn address(&self, key: &Word, site: &mut Site) {
        let (text, fallback) = self.filled(key);
        let shape = text.value.shape();
        if let Some((variable, name)) = fallback {
            site.fallbacks.push(Fallback { variable, name, span: key.span });
        }
        let (scheme, rest) =
            shape.split_once("://").map_or((None, shape), |(scheme, rest)| (Some(scheme), rest));
        let rest = rest.split('/').next().unwrap_or(rest);
        let (host, port) = address::split(rest);
        // What is unknown may bring a port with it.
        let open = host.ends_with(HOLE);
        let port = match (port, scheme) {
            (Some(port), _) => port.parse().ok(),
            _ if open => None,
            (None, Some("http")) => Some(80),
            _ => Some(443),
        };
        let tls = scheme != Some("http")
            && port != Some(80)
            && self.auto_https
            && !(host.is_empty() && port != Some(443));
        site.listens.push(Listen { span: key.span, address: None, port, tls, written: true });
        site.catches_all |= host.is_empty();
        if !host.is_empty() {
            let value = if host.contains(HOLE) {
                Value::Unknown(Unknown::at(key.span, "the environment decides it").shaped(host))
            } else {
                Value::Known(host.to_ascii_lowercase())
            };
            site.names.push(Fact { value, span: key.span, interpolated: text.interpolated });
        }
    }

    /// A word with the environment's variables in it; and the first of them that has a default, with that.
    pub(super) fn filled(&self, word: &Word) -> (Fact<String>, Option<(String, String)>) {
        let mut text = String::new();
        let (mut interpolated, mut hole, mut fallback) = (false, false, None);
        let mut rest = word.text.as_str();
        while let Some(at) = rest.find('{') {
            text.push_str(&rest[..at]);
            let after = &rest[at..];
            let Some(end) = after.find('}') else { break };
            let inside = &after[1..end];
            rest = &after[end + 1..];
            interpolated = true;
            let (name, default) = match inside.strip_prefix('$') {
                Some(name) => {
                    name.split_once(':').map_or((name, None), |(name, default)| (name, Some(default)))
                }
                None => (inside.strip_prefix("env.").unwrap_or(""), None),
            };
            if let Some(default) = default {
                fallback.get_or_insert((name.to_owned(), default.to_owned()));
            }
            if let Some(value) = self.variable(name, default) {
                text.push_str(&value);
            } else {
                hole = true;
                text.push(HOLE);
            }
        }
        text.push_str(rest);
        let value = if hole {
            Value::Unknown(Unknown::at(word.span, "the environment decides it").shaped(text))
        } else {
            Value::Known(text)
        };
        (Fact { value, span: word.span, interpolated }, fallback)
    }

    fn variable(&self, name: &str, default: Option<&str>) -> Option<String> {
        let environment = self.environment.filter(|_| !name.is_empty())?;
        match environment.variables.get(name) {
            // Named, and given by nobody: then it is not set.
            Some(EnvVariable { value: None, .. }) => {
                environment.whole.then(|| default.unwrap_or("").to_owned())
            }
            Some(variable) => variable.value.as_ref()?.known().cloned(),
            None => environment.whole.then(|| default.unwrap_or("").to_owned()),
        }
    }
}
