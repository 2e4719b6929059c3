//! Names on a host: Compose projects, containers, volumes, networks and the variables of secrets.

use super::codes;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::Spanned;
use crate::spec::model::{Names, Spec};
use crate::spec::pattern::{Field, Pattern};

/// How names are made in one environment.
#[derive(Clone, Debug)]
pub(super) struct Naming<'a> {
    project: &'a str,
    environment: &'a str,
    names: &'a Names,
}

impl<'a> Naming<'a> {
    pub(super) fn new(spec: &'a Spec, environment: &'a str) -> Self {
        Self { project: spec.project.as_str(), environment, names: &spec.names }
    }

    /// The Compose project's name.
    pub(super) fn compose_project(&self) -> String {
        self.fill(self.names.project.as_ref(), &[self.project, self.environment], |_| "")
    }

    /// A container's name; `key` is a service, one replica of it, a proxy or a job.
    pub(super) fn container(&self, key: &str) -> String {
        let default = [self.project, self.environment, key];
        self.fill(self.names.container.as_ref(), &default, |_| key)
    }

    /// The name of a service's volume.
    pub(super) fn volume(&self, service: &str, volume: &str) -> String {
        let default = [self.project, self.environment, service, volume];
        self.fill(
            self.names.volume.as_ref(),
            &default,
            |field| if field == Field::Volume { volume } else { service },
        )
    }

    /// The name of a network; that of the default one is the Compose project's.
    pub(super) fn network(&self, key: &str) -> String {
        if key == "default" {
            return self.compose_project();
        }
        self.fill(self.names.network.as_ref(), &[self.project, self.environment, key], |_| key)
    }

    /// The variable that holds a secret (or the release): prefixed by project and environment, because a variable
    /// that somebody exported silently beats `.env`.
    pub(super) fn variable(&self, name: &str) -> String {
        [self.project, self.environment, name].join("_").replace(['-', '.'], "_").to_ascii_uppercase()
    }

    /// The prefix of names in a proxy's configuration, where a hyphen would end a variable's name. No name has two
    /// hyphens in a row, so two underscores tell `a` with `b-c` from `a-b` with `c`.
    pub(super) fn prefix(&self) -> String {
        [self.project, self.environment].join("__").replace('-', "_")
    }

    /// The name of a site's certificate, in a directory that all projects of a host may share: as with the prefix,
    /// two hyphens tell apart what one would not.
    pub(super) fn certificate(&self, site: &str) -> String {
        [self.project, self.environment, site].join("--")
    }

    fn fill(
        &self,
        pattern: Option<&Spanned<Pattern>>,
        default: &[&str],
        rest: impl Fn(Field) -> &'a str,
    ) -> String
    where
        Self: 'a,
    {
        match pattern {
            None => default.join("-"),
            Some(pattern) => pattern.fill(|field| match field {
                Field::Project => self.project,
                Field::Environment => self.environment,
                other => rest(other),
            }),
        }
    }
}

/// What a pattern names, the pattern, and the placeholders without which it cannot tell things apart.
type Named<'a> = (&'a str, &'a Option<Spanned<Pattern>>, &'a [Field]);

/// Checks that no pattern can give one name to two things, that each placeholder means something where it stands, and
/// that Docker and Compose take what it makes. Whether names can be compared at all.
pub(super) fn check_patterns(spec: &Spec, diagnostics: &mut Diagnostics) -> bool {
    use Field::{Environment, Network, Service, Volume};
    let names = &spec.names;
    let patterns: [Named<'_>; 4] = [
        ("Compose projects", &names.project, &[Environment]),
        ("containers", &names.container, &[Environment, Service]),
        ("volumes", &names.volume, &[Environment, Service, Volume]),
        ("networks", &names.network, &[Environment, Network]),
    ];
    let mut sound = true;
    for (what, pattern, needed) in patterns {
        let Some(pattern) = pattern else { continue };
        let missing: Vec<_> = needed.iter().filter(|field| !pattern.mentions(**field)).collect();
        if !missing.is_empty() {
            sound = false;
            let list: Vec<_> = missing.iter().map(|field| format!("`{{{}}}`", field.name())).collect();
            let list = list.join(" and ");
            diagnostics.push(
                Diagnostic::new(
                    &codes::AMBIGUOUS_NAMES,
                    format!("this pattern would give several {what} one name: it lacks {list}"),
                )
                .at(pattern.span, "one name for all of them")
                .help(format!("add {list} to the pattern")),
            );
        }
        let foreign = pattern.fields().find(|field| *field != Field::Project && !needed.contains(field));
        if let Some(field) = foreign {
            diagnostics.push(
                Diagnostic::new(
                    &codes::AMBIGUOUS_NAMES,
                    format!("`{{{}}}` says nothing in the names of {what}", field.name()),
                )
                .at(pattern.span, "a placeholder that has no value here")
                .help(format!("take `{{{}}}` out of the pattern", field.name())),
            );
        }
        let made = pattern.fill(|_| "x");
        let dotted = what == "Compose projects" && made.contains('.');
        if dotted || made.starts_with(['-', '_', '.']) {
            let (program, also) =
                if dotted { ("Compose", "`-` and `_`") } else { ("Docker", "`-`, `_` and `.`") };
            diagnostics.push(
                Diagnostic::new(
                    &codes::INVALID_NAME,
                    format!("{program} refuses the names that this pattern makes"),
                )
                .at(pattern.span, "a pattern of names")
                .help(format!("begin with a letter, a digit or a placeholder, and join with {also}")),
            );
        }
    }
    sound
}
