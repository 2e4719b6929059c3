//! What a reference asks of a service: its host, ports, credentials and URL.

use super::codes;
use super::environment::Value;
use super::references::ValueBuilder;
use super::scope::{Member, Scope, unknown_of};
use crate::catalog::{Need, Part, UrlPart};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::spec::template::Field;
use std::fmt::Write;

/// Characters that stand for themselves in every part of a URL (RFC 3986, "unreserved").
fn percent_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}"); // Writing to a string does not fail.
        }
    }
    encoded
}

impl<'a> Scope<'a> {
    /// What `from` gets when it asks `to` for a field.
    pub(super) fn field(
        &self,
        from: &Member<'a>,
        to: &Member<'a>,
        field: &Field,
        span: Span,
    ) -> Option<Value> {
        match field {
            Field::Host => Some(Value::text(self.reach(from, to, span)?.host)),
            Field::Port => {
                let port = self.port(to, None, span)?;
                Some(Value::text(self.reach(from, to, span)?.port_or(port)))
            }
            Field::NamedPort(name) => {
                let port = self.port(to, Some(name.as_str()), span)?;
                Some(Value::text(self.reach(from, to, span)?.port_or(port)))
            }
            Field::Url { scheme, query } => {
                let query: Vec<_> = query.iter().map(|argument| argument.text.as_str()).collect();
                let query = (!query.is_empty()).then(|| query.join("&"));
                let scheme = scheme.as_ref().map(|argument| argument.text.as_str());
                self.url(from, to, scheme, query.as_deref(), span)
            }
            Field::User => self.credential(to, Part::User, span),
            Field::Password => self.credential(to, Part::Password, span),
            Field::RootPassword => self.credential(to, Part::RootPassword, span),
            Field::Database => self.credential(to, Part::Database, span),
        }
    }

    fn credential(&self, to: &Member<'a>, part: Part, span: Span) -> Option<Value> {
        let account = self.account(to);
        let value = match part {
            Part::User => account.user.map(Value::text),
            Part::Database => account.database.map(Value::text),
            Part::Password => account.password.map(|name| self.secret_value(&name, false)),
            Part::RootPassword => account.root_password.map(|name| self.secret_value(&name, false)),
        };
        if value.is_none() && !account.broken {
            let help = match to.preset {
                Some(preset) if preset.account.field(part).need == Need::Unsupported => {
                    format!("preset `{}` knows none: take the reference out", preset.name)
                }
                Some(_) => format!("add `{}:` to the service", part.name()),
                None => format!(
                    "only a service with a `preset` has a {}: write the value itself here",
                    part.name()
                ),
            };
            self.report(
                Diagnostic::new(
                    &codes::NO_SUCH_FIELD,
                    format!("service `{}` has no {}", to.name, part.name()),
                )
                .at(span, "needed here")
                .at(to.span, "the service")
                .help(help),
            );
        }
        value
    }

    fn url(
        &self,
        from: &Member<'a>,
        to: &Member<'a>,
        scheme: Option<&str>,
        query: Option<&str>,
        span: Span,
    ) -> Option<Value> {
        let port = self.port(to, None, span)?;
        let reached = self.reach(from, to, span)?;
        let Some(preset) = to.preset else {
            if let Some(url) = reached.url {
                return Some(Value::text(url));
            }
            let query = query.map(|query| format!("?{query}")).unwrap_or_default();
            return Some(Value::text(format!(
                "{}://{}:{port}{query}",
                scheme.unwrap_or("http"),
                reached.host
            )));
        };
        let account = self.account(to);
        let stated = account.stated();
        let Some(parts) = preset.url(&stated, scheme, query) else {
            self.report(
                Diagnostic::new(&codes::NO_SUCH_FIELD, format!("clients of `{}` take no URL", preset.name))
                    .at(span, "a URL is asked for here")
                    .help(format!("write `${{{}.host}}:${{{}.port}}`", to.name, to.name)),
            );
            return None;
        };
        self.check_scheme(to, scheme, span);
        let mut built = ValueBuilder::default();
        for part in parts {
            match part {
                UrlPart::Literal(text) => built.text(&text),
                UrlPart::User => {
                    built.text(&percent_encode(preset.account.user(&stated).unwrap_or_default()));
                }
                UrlPart::Password => {
                    built.append(self.secret_value(account.password.as_deref().unwrap_or_default(), true));
                }
                UrlPart::Host => built.text(&reached.host),
                UrlPart::Port => built.text(&reached.port_or(port)),
                UrlPart::Database => {
                    built.text(&percent_encode(preset.account.database(&stated).unwrap_or_default()));
                }
            }
        }
        (!account.broken).then(|| built.finish())
    }

    fn check_scheme(&self, to: &Member<'a>, scheme: Option<&str>, span: Span) {
        let (Some(scheme), Some(form)) = (scheme, to.preset.and_then(|preset| preset.url)) else { return };
        if !form.schemes.contains(&scheme) {
            let known = form.schemes.iter().copied();
            let owner = format!("preset `{}`", to.preset.map_or("", |preset| preset.name));
            self.report(unknown_of(&codes::NO_SUCH_FIELD, (&owner, "URL scheme"), scheme, span, known));
        }
    }
}
