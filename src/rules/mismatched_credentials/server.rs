//! What a server is set up with.

use super::claims::Given;
use crate::catalog::{self, Account, Fallback, Part, Preset};
use crate::facts::model::{Fact, MountSource, Service};
use crate::source::Span;

/// A service whose image is known to make an account.
pub(super) struct Server<'s> {
    service: &'s Service,
    preset: &'static Preset,
}

/// What a part of the account is, as far as it is known.
#[derive(Clone, Debug)]
pub(super) enum Setting {
    /// This, as it is written there.
    Known(String, Span),
    /// Not known.
    Unknown,
}

/// Whose account a client uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The one that the image makes for the application.
    Own,
    /// The administrator's.
    Root,
    /// Another one, made by somebody else.
    Other,
    /// It cannot be known.
    Unknown,
}

impl<'s> Server<'s> {
    /// The server that a service is.
    pub(super) fn of(service: &'s Service) -> Option<Self> {
        let preset = catalog::by_image(service.repository()?)?;
        Some(Self { service, preset })
    }

    fn account(&self) -> &'static Account {
        &self.preset.account
    }

    /// The part as it is stated in a variable, or on the command line.
    fn stated(&self, part: Part) -> Option<Setting> {
        let account = self.account();
        let variable = account.variables.iter().filter(|(_, held)| *held == part).find_map(|(name, _)| {
            // What a file holds is not known here.
            if self.service.environment.keys().any(|key| key.strip_suffix("_FILE") == Some(name)) {
                return Some(Setting::Unknown);
            }
            let value = self.service.environment.get(*name)?.value.as_ref();
            Some(value.map_or(Setting::Unknown, known))
        });
        variable.or_else(|| (part == Part::Password).then(|| self.flag()).flatten())
    }

    /// `--requirepass secret`, `--requirepass=secret`, as a word or inside a shell's text.
    fn flag(&self) -> Option<Setting> {
        let commands = [&self.service.command, &self.service.entrypoint];
        let words: Vec<&Fact<String>> = commands.into_iter().flatten().flat_map(|words| &words.words).collect();
        for (at, word) in words.iter().enumerate() {
            let text = word.value.shape();
            for flag in self.account().password_flags {
                if text == *flag {
                    return Some(words.get(at + 1).map_or(Setting::Unknown, |value| known(value)));
                }
                if let Some(value) = text.strip_prefix(flag).and_then(|rest| rest.strip_prefix('=')) {
                    let is_known = word.known().is_some();
                    return Some(if is_known { Setting::Known(value.to_owned(), word.span) } else { Setting::Unknown });
                }
                if text.contains(flag) {
                    return Some(Setting::Unknown); // a shell's text
                }
            }
        }
        None
    }

    /// The application's user.
    pub(super) fn user(&self) -> Option<Setting> {
        self.stated(Part::User).or_else(|| match self.account().default_user {
            Fallback::Is(user) => Some(Setting::Known(user.to_owned(), self.service.span)),
            Fallback::Nothing | Fallback::User => None,
        })
    }

    /// Whose account a client with this user name uses.
    pub(super) fn role(&self, user: &Given) -> Role {
        match (user, self.user()) {
            (Given::Absent, _) => Role::Own,
            (Given::Known(name, _), _) if name == "root" && self.has(Part::RootPassword) => Role::Root,
            (Given::Known(name, _), Some(Setting::Known(user, _))) => {
                if *name == user {
                    Role::Own
                } else {
                    Role::Other
                }
            }
            // An image without users takes any name, or `default`.
            (Given::Known(..), None) if !self.has(Part::User) => Role::Own,
            _ => Role::Unknown,
        }
    }

    fn has(&self, part: Part) -> bool {
        self.account().variable(part).is_some()
    }

    /// The password of a role.
    pub(super) fn password(&self, role: Role) -> Option<Setting> {
        match role {
            // A second role has its own password; that it equals the first one's is looked at, too.
            Role::Own => self.stated(Part::Password),
            Role::Root => self.stated(Part::RootPassword),
            Role::Other | Role::Unknown => None,
        }
    }

    /// Whether the server refuses who gives none.
    pub(super) fn demands_password(&self) -> bool {
        !self.account().password_flags.is_empty()
    }

    /// The database that the image makes, where one is stated.
    pub(super) fn database(&self) -> Option<Setting> {
        self.stated(Part::Database)
    }

    /// Whether databases come from elsewhere, too: scripts at the first start, or a server that makes them when they are used.
    pub(super) fn makes_databases(&self, service: &Service) -> bool {
        let init = service.mounts.iter().any(|mount| {
            let below = |target: &String| target.contains("initdb") || target.contains("docker-entrypoint");
            mount.target.known().is_none_or(below) && !matches!(mount.source, MountSource::Tmpfs)
        });
        init || service.build.is_some() || matches!(self.preset.name, "mongo" | "redis" | "valkey" | "minio" | "memcached")
    }
}

fn known(value: &Fact<String>) -> Setting {
    value.known().map_or(Setting::Unknown, |text| Setting::Known(text.clone(), value.span))
}
