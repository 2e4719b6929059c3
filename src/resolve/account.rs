//! What a spec states of the account of a service: who its clients are, and how they prove it.

use super::codes;
use super::scope::{Member, Scope};
use crate::catalog::Credentials;
use crate::diagnostic::Diagnostic;
use crate::source::Spanned;
use crate::spec::template::{Target, Template, TemplatePiece};

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

impl<'a> Scope<'a> {
    /// What a spec states of the account of a preset.
    pub(super) fn account(&self, member: &Member<'a>) -> StatedAccount {
        let service = member.service;
        if member.preset.is_none() {
            return StatedAccount::default(); // `user` is the one that the process runs as.
        }
        let text = |template: &Option<Box<Spanned<Template>>>, what| {
            template.as_ref().map(|template| self.plain(what, template)).map_or((None, false), |text| {
                let broken = text.is_none();
                (text, broken)
            })
        };
        let secret = |template: &Option<Box<Spanned<Template>>>| {
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
}
