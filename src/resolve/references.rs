//! References followed: `${postgres.url}` and its kin, as the service that they stand in sees them.

use super::codes;
use super::environment::{Piece, Value};
use super::scope::{Member, Scope};
use crate::diagnostic::Diagnostic;
use crate::source::{Span, Spanned};
use crate::spec::template::{self, Reference, Target, Template, TemplatePiece};

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

    pub(super) fn append(&mut self, value: Value) {
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

    pub(super) fn secret_value(&self, name: &str, in_url: bool) -> Value {
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
            environment.vars.get_entry(name).map(|(var, _)| (key.as_str(), var.span))
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
}

/// What build arguments are called where one cannot be told: they alone may name a site.
pub(super) const BUILD_ARGUMENT: &str = "a build argument, which everybody who has the image can read";
