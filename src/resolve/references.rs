//! References followed: `${postgres.url}` and its kin, as the service that they stand in sees them.

use super::codes;
use super::environment::{Piece, Value};
use super::scope::{Member, Scope, unknown_of};
use crate::catalog::{Credentials, Need, Part, UrlPart};
use crate::diagnostic::Diagnostic;
use crate::source::{Span, Spanned};
use crate::spec::template::{self, Field, Reference, Target, Template, TemplatePiece};
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

/// Text that grows, in which neighbouring literals are one piece.
#[derive(Default)]
pub(super) struct ValueBuilder(Vec<Piece>);

impl ValueBuilder {
    pub(super) fn text(&mut self, text: &str) {
        match self.0.last_mut() {
            Some(Piece::Text(last)) => last.push_str(text),
            _ if text.is_empty() => {}
            _ => self.0.push(Piece::Text(text.to_owned())),
        }
    }

    fn append(&mut self, value: Value) {
        for piece in value.0 {
            match piece {
                Piece::Text(text) => self.text(&text),
                secret @ Piece::Secret(_) => self.0.push(secret),
            }
        }
    }

    /// Whether what is there so far begins a URL, so that a secret in it would have to be encoded.
    fn in_url(&self) -> bool {
        self.0.iter().any(|piece| matches!(piece, Piece::Text(text) if text.contains("://")))
    }

    pub(super) fn finish(self) -> Value {
        Value(self.0)
    }
}

impl<'a> Scope<'a> {
    /// The value of a template that stands in service `from`; `None` when something in it means nothing.
    pub(super) fn value(&self, from: &Member<'a>, template: &Spanned<Template>) -> Option<Value> {
        let mut built = ValueBuilder::default();
        let mut sound = true;
        for piece in template.pieces() {
            match piece {
                TemplatePiece::Text(text) => built.text(text),
                TemplatePiece::Reference(reference) => {
                    let span = self.locate(template, reference);
                    match self.follow(from, reference, span, built.in_url()) {
                        Some(value) => built.append(value),
                        None => sound = false,
                    }
                }
            }
        }
        sound.then(|| built.finish())
    }

    /// The text of a template in which neither a secret nor a service may stand, such as a domain: `what` says what
    /// it is for.
    pub(super) fn plain(&self, what: &str, template: &Spanned<Template>) -> Option<String> {
        let mut text = String::new();
        let mut sound = true;
        for piece in template.pieces() {
            match piece {
                TemplatePiece::Text(literal) => text.push_str(literal),
                TemplatePiece::Reference(reference) => {
                    let span = self.locate(template, reference);
                    match self.plain_reference(what, reference, span) {
                        Some(value) => text.push_str(&value),
                        None => sound = false,
                    }
                }
            }
        }
        sound.then_some(text)
    }

    /// The secret that a password is; anything else than one reference to a secret is refused.
    pub(super) fn password(&self, template: &Spanned<Template>) -> Option<String> {
        if let [TemplatePiece::Reference(reference)] = template.pieces()
            && let Target::Secret(name) = &reference.target
        {
            return self.secret(name.as_str(), self.locate(template, reference));
        }
        self.report(
            Diagnostic::new(
                &codes::LITERAL_PASSWORD,
                "a password is a secret, and a secret is never written here",
            )
            .at(template.span, "must be one reference, such as `${secrets.database-password}`")
            .help(
                "declare it under `secrets:` and refer to it; each environment has its own value in `.env`",
            ),
        );
        None
    }

    /// The name of a secret, noted as used, if there is one of that name.
    pub(super) fn secret(&self, name: &str, span: Span) -> Option<String> {
        if self.spec.secrets.get(name).is_none() {
            let known = self.spec.secrets.iter().map(|(key, _)| key.as_str());
            self.report_unknown(&codes::UNKNOWN_SECRET, "secret", name, span, known);
            return None;
        }
        self.uses.borrow_mut().secrets.insert(name.to_owned());
        Some(name.to_owned())
    }

    /// Where a reference stands.
    pub(super) fn locate(&self, template: &Spanned<Template>, reference: &Reference) -> Span {
        template::locate(
            template.span,
            self.sources.text(template.span),
            template.as_written(),
            reference.range.clone(),
        )
    }

    fn follow(&self, from: &Member<'a>, reference: &Reference, span: Span, in_url: bool) -> Option<Value> {
        match &reference.target {
            Target::Secret(name) => {
                let name = self.secret(name.as_str(), span)?;
                Some(self.secret_value(&name, in_url))
            }
            Target::Service(service, field) => {
                let to = self.member(service.as_str(), span)?;
                self.field(from, to, field, span)
            }
            Target::SiteUrl(site) => self.site_url(site.as_str(), span).map(Value::text),
            _ => self.plain_reference("this", reference, span).map(Value::text),
        }
    }

    fn secret_value(&self, name: &str, in_url: bool) -> Value {
        if in_url {
            self.uses.borrow_mut().in_url.insert(name.to_owned());
        }
        Value(vec![Piece::Secret(self.naming.variable(name))])
    }

    fn plain_reference(&self, what: &str, reference: &Reference, span: Span) -> Option<String> {
        match &reference.target {
            Target::Project => Some(self.spec.project.as_str().to_owned()),
            Target::Environment => Some(self.environment.to_owned()),
            Target::Var(name) => self.variable(name.as_str(), span),
            Target::HostAddress(name) => self.host_address(name.as_str(), span),
            Target::SiteUrl(site) if what == BUILD_ARGUMENT => self.site_url(site.as_str(), span),
            Target::Secret(name) => {
                self.report(
                    Diagnostic::new(
                        &codes::SECRET_SHOWN,
                        format!("secret `{}` would be shown in {what}", name.as_str()),
                    )
                    .at(span, "a secret here")
                    .help(
                        "pass it through `env:`, where only the container sees it; what may be seen is a variable, \
                         `${vars.…}`",
                    ),
                );
                None
            }
            Target::Service(..) | Target::SiteUrl(_) => {
                self.report(
                    Diagnostic::new(&codes::NO_SUCH_FIELD, format!("{what} cannot refer to a service or site"))
                        .at(span, "this reference")
                        .help("only `${vars.…}`, `${hosts.….address}`, `${project}` and `${environment}` stand here"),
                );
                None
            }
        }
    }

    fn variable(&self, name: &str, span: Span) -> Option<String> {
        let value = self.declared.vars.get(name).or_else(|| self.spec.vars.get(name));
        if let Some(value) = value {
            self.uses.borrow_mut().variables.insert(name.to_owned());
            return Some(value.value.0.clone());
        }
        let elsewhere = self.spec.environments.iter().find_map(|(key, environment)| {
            environment
                .vars
                .iter()
                .find(|(var, _)| var.as_str() == name)
                .map(|(var, _)| (key.as_str(), var.span))
        });
        if let Some((other, there)) = elsewhere {
            self.uses.borrow_mut().variables.insert(name.to_owned());
            self.report_once(
                format!("variable {name}"),
                Diagnostic::new(
                    &codes::MISSING_VARIABLE,
                    format!("environment `{}` gives variable `{name}` no value", self.environment),
                )
                .at(self.span, "not supplied by this environment")
                .at(span, "needed here")
                .at(there, format!("supplied by `{other}`"))
                .help(format!(
                    "add `{name}` to `vars:` of `{}`, or to the project's `vars:` if all share it",
                    self.environment
                )),
            );
        } else {
            let environments =
                self.spec.environments.iter().flat_map(|(_, environment)| environment.vars.iter());
            let known = self.spec.vars.iter().chain(environments).map(|(key, _)| key.as_str());
            self.report_unknown(&codes::UNKNOWN_VARIABLE, "variable", name, span, known);
        }
        None
    }

    fn host_address(&self, name: &str, span: Span) -> Option<String> {
        let Some(host) = self.host(name) else {
            let known = self.spec.hosts.iter().map(|(key, _)| key.as_str());
            self.report_unknown(&codes::UNKNOWN_HOST, "host", name, span, known);
            return None;
        };
        if host.address.is_none() {
            self.report(
                Diagnostic::new(&codes::NO_SUCH_FIELD, format!("host `{name}` has no address"))
                    .at(span, "its address is needed here")
                    .help(format!("add `address:` to host `{name}`")),
            );
        }
        host.address.as_ref().map(ToString::to_string)
    }

    fn field(&self, from: &Member<'a>, to: &Member<'a>, field: &Field, span: Span) -> Option<Value> {
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

    /// What a spec states of the account of a preset.
    pub(super) fn account(&self, member: &Member<'a>) -> StatedAccount {
        let service = member.service;
        if member.preset.is_none() {
            return StatedAccount::default(); // `user` is the one that the process runs as.
        }
        let text = |template: &Option<Spanned<Template>>, what| {
            template.as_ref().map(|template| self.plain(what, template)).map_or((None, false), |text| {
                let broken = text.is_none();
                (text, broken)
            })
        };
        let secret = |template: &Option<Spanned<Template>>| {
            template.as_ref().map(|template| self.password(template)).map_or((None, false), |name| {
                let broken = name.is_none();
                (name, broken)
            })
        };
        let (user, a) = text(&service.user, "the name of an account");
        let (database, b) = text(&service.database, "the name of a database");
        let (password, c) = secret(&service.password);
        let (root_password, d) = secret(&service.root_password);
        StatedAccount { user, password, root_password, database, broken: a || b || c || d }
    }
}

/// What build arguments are called where one cannot be told: they alone may name a site.
pub(super) const BUILD_ARGUMENT: &str = "a build argument, which everybody who has the image can read";

/// What a spec states of an account; the passwords are names of secrets.
#[derive(Default)]
pub(super) struct StatedAccount {
    pub(super) user: Option<String>,
    pub(super) password: Option<String>,
    pub(super) root_password: Option<String>,
    pub(super) database: Option<String>,
    /// Whether something in it means nothing, which has been reported.
    pub(super) broken: bool,
}

impl StatedAccount {
    pub(super) fn stated(&self) -> Credentials<'_> {
        Credentials {
            user: self.user.as_deref(),
            password: self.password.is_some(),
            root_password: self.root_password.is_some(),
            database: self.database.as_deref(),
        }
    }
}
