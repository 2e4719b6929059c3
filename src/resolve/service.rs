//! A service as the containers that run it.

use super::account::StatedAccount;
use super::codes;
use super::environment::{Container, Image, Logging, Protocol, Publish, Restart, Role, Value};
use super::scope::{Member, Scope};
use crate::catalog::{self, Part, Setting, Setup};
use crate::diagnostic::Diagnostic;
use crate::source::{Span, Spanned};
use crate::spec::forms::{Command, LoggingSpec};
use crate::spec::model::{Persistence, RestartPolicy};
use crate::spec::template::{Field, Reference, Target, Template};
use crate::spec::values::{self, Port};
use std::borrow::Cow;

/// What every container's output goes to unless a service says otherwise: files that cannot fill the disk.
const LOG_SIZE: &str = "10m";
const LOG_FILES: &str = "3";

impl<'a> Scope<'a> {
    /// The containers of a service; empty for an external one and for one that runs nothing, which is reported.
    pub(super) fn containers(&self, member: &Member<'a>) -> Vec<Container> {
        let service = member.service;
        if !self.check_keys(member) {
            return Vec::new(); // It is not known what runs.
        }
        if service.external.is_some() || member.host.is_none() {
            let _ = self.account(member);
            return Vec::new();
        }
        let account = self.account(member);
        self.check_account(member, &account);
        let tag = service.version.as_ref().map_or("", |tag| tag.as_str());
        let setup = member.preset.map(|preset| Setup {
            persistence: persistence(service.persistence.as_ref().map(|kept| kept.value)),
            ..preset.setup(tag, account.stated())
        });
        let image = self.image(member);
        let probed = self.probe(member, setup.as_ref());
        let mut environment = self.environment(member, &account);
        let probe = probed.map(|probed| {
            environment.extend(probed.variables);
            probed.probe
        });
        environment.sort_by(|(one, _), (other, _)| one.cmp(other));
        let preset = member.preset;
        let own = |command: Option<&Spanned<Command>>| {
            command.and_then(|command| self.words(member, command, "a command line, which `ps` shows"))
        };
        let command = own(service.command.as_ref()).or_else(|| {
            let words = preset?.command(setup.as_ref()?)?;
            Some(words.into_iter().map(Value::text).collect())
        });
        let user = match preset {
            Some(_) => None,
            None => service.user.as_ref().and_then(|user| self.user(user)),
        };
        let (mounts, needs, published) =
            (self.mounts(member, tag), self.needs(member), self.published(member));
        let (entrypoint, reservations) = (own(service.entrypoint.as_deref()), self.reservations(member));
        // Last, so that everything else that is wrong with the service is said too.
        let Some(image) = image else { return Vec::new() };
        let base = Container {
            key: member.name.to_owned(),
            service: member.name.to_owned(),
            role: Role::Service,
            name: Spanned::new(String::new(), member.span),
            image,
            command,
            entrypoint,
            user,
            environment,
            ports: Vec::new(),
            mounts,
            networks: Vec::new(),
            needs,
            probe,
            limits: self.limits(member),
            reservations,
            stop_grace: service
                .stop_grace
                .as_ref()
                .map(|time| time.value.seconds())
                .or_else(|| preset?.stop_grace.map(u64::from)),
            shm_size: service.shm_size.as_ref().map(|size| size.value.bytes()).or_else(|| preset?.shm_size),
            hostname: preset.filter(|preset| preset.fixed_hostname).map(|_| member.name.to_owned()),
            logging: logging(service.logging.as_deref()),
            restart: restart(service.restart.as_ref().map(|policy| policy.value)),
            profile: None,
            raw: service.compose.as_ref().map(|raw| Box::new(raw.value.value().clone())),
        };
        let keys = member.keys();
        // The last one takes it without a copy; mostly that is the only one.
        let bases = std::iter::repeat_n(base, keys.len());
        keys.into_iter()
            .zip(bases)
            .enumerate()
            .map(|(index, (key, base))| {
                let mut container = Container {
                    name: Spanned::new(self.naming.container(&key), member.span),
                    networks: self.attachments(member, &key),
                    ports: published.iter().filter_map(|ports| ports.get(index).cloned()).collect(),
                    key,
                    ..base
                };
                // One container builds the image that all replicas run.
                if index > 0
                    && let Image::Built { build, .. } = &mut container.image
                {
                    *build = None;
                }
                container
            })
            .collect()
    }

    /// The user that a container's processes run as.
    fn user(&self, template: &Spanned<Template>) -> Option<String> {
        let text = self.plain("a container's user", template)?;
        match values::RunUser::parse(&text) {
            Ok(user) => Some(user.to_string()),
            Err(invalid) => {
                let label = if template.as_written() == text {
                    "no user".to_owned()
                } else {
                    format!("is `{text}` in `{}`", self.environment)
                };
                let diagnostic =
                    Diagnostic::new(&codes::INVALID_USER, invalid.message).at(template.span, label);
                self.report(invalid.help.into_iter().fold(diagnostic, Diagnostic::help));
                None
            }
        }
    }

    /// The words of a command, in which a secret would be shown: `what` says where.
    pub(super) fn words(
        &self,
        member: &Member<'a>,
        command: &Spanned<Command>,
        what: &str,
    ) -> Option<Vec<Value>> {
        let mut words = Vec::new();
        for template in command.words() {
            let Some(value) = self.value(member, template) else { continue };
            if value.has_secret() {
                let span = secret_in(template).map_or(template.span, |secret| self.locate(template, secret));
                self.report(
                    Diagnostic::new(&codes::SECRET_SHOWN, format!("a secret would be shown in {what}"))
                        .at(span, "a secret here")
                        .help("pass it through `env:`, and let the program read it from there"),
                );
            } else {
                words.push(value);
            }
        }
        (words.len() == command.words().len()).then_some(words)
    }

    /// The environment of a service's containers: what its preset sets, then its own.
    fn environment(&self, member: &Member<'a>, account: &StatedAccount) -> Vec<(String, Spanned<Value>)> {
        let mut environment = Vec::new();
        for (name, setting) in
            member.preset.map(|preset| preset.environment(&account.stated())).unwrap_or_default()
        {
            let secret = |name: &Option<String>| {
                name.as_ref()
                    .map(|name| Value(vec![super::environment::Piece::Secret(self.naming.variable(name))]))
            };
            let value = match setting {
                Setting::Literal(text) => Some(Value::text(text)),
                Setting::Stated(Part::User) => account.user.as_ref().map(Value::text),
                Setting::Stated(Part::Database) => account.database.as_ref().map(Value::text),
                Setting::Stated(Part::Password) => secret(&account.password),
                Setting::Stated(Part::RootPassword) => secret(&account.root_password),
            };
            environment.extend(value.map(|value| (name.to_owned(), Spanned::new(value, member.span))));
        }
        for (key, template) in member.service.env.iter() {
            if environment.iter().any(|(name, _)| name == key.as_str()) {
                self.report(
                    Diagnostic::new(
                        &codes::CONFLICTING_KEYS,
                        format!("the preset of `{}` sets `{}` itself", member.name, key.as_str()),
                    )
                    .at(key.span, "set again here")
                    .help("state it once: `user`, `password`, `root_password` and `database` of the service"),
                );
                continue;
            }
            if let Some(value) = self.value(member, template) {
                environment.push((key.as_str().to_owned(), Spanned::new(value, key.span)));
            }
        }
        environment
    }

    /// For each `publish` of a service, its ports container by container.
    fn published(&self, member: &Member<'a>) -> Vec<Vec<Spanned<Publish>>> {
        let replicas = member.replicas();
        let mut all = Vec::new();
        let mut entries = self.publish.get(member.name).cloned().unwrap_or_default();
        entries.sort_by_key(|(key, _)| key.to_string());
        for (key, target) in entries {
            let Some(container) = self.port(member, key.port(), key.span) else { continue };
            let hosts: Vec<u16> = target.port.value.iter().map(Port::get).collect();
            if hosts.len() != replicas {
                self.report(
                    Diagnostic::new(
                        &codes::PUBLISH_REPLICAS,
                        format!(
                            "`{}` runs {} here and publishes {}",
                            member.name,
                            count(replicas, "container"),
                            count(hosts.len(), "port")
                        ),
                    )
                    .at(target.span, "a port for each container is needed")
                    .help(match (replicas, hosts[0].checked_add(u16::try_from(replicas - 1).unwrap_or(u16::MAX))) {
                        (1, _) | (_, None) => format!("publish one port: `{}: {}`", member.name, hosts[0]),
                        (_, Some(last)) => format!(
                            "publish a range, `{}: {}-{last}`, or run one container here: `services: {{ {}: {{ replicas: 1 }} }}`",
                            member.name, hosts[0], member.name
                        ),
                    }),
                );
                continue;
            }
            let publish = |host| Publish {
                bind: target.bind(),
                host,
                container,
                protocol: match target.protocol() {
                    values::Protocol::Tcp => Protocol::Tcp,
                    values::Protocol::Udp => Protocol::Udp,
                },
            };
            all.push(hosts.into_iter().map(|host| Spanned::new(publish(host), target.span)).collect());
        }
        all
    }
}

/// The reference of a text that brings a secret into it.
fn secret_in(template: &Template) -> Option<&Reference> {
    template.references().find(|reference| match &reference.target {
        Target::Secret(_) => true,
        Target::Service(_, field) => {
            matches!(field, Field::Url { .. } | Field::Password | Field::RootPassword)
        }
        _ => false,
    })
}

/// `1 port`, `2 ports`.
fn count(number: usize, word: &str) -> String {
    format!("{number} {word}{}", if number == 1 { "" } else { "s" })
}

pub(super) fn logging(stated: Option<&Spanned<LoggingSpec>>) -> Logging {
    match stated {
        None => Logging {
            driver: "json-file".into(),
            options: vec![("max-file".into(), LOG_FILES.into()), ("max-size".into(), LOG_SIZE.into())],
        },
        Some(stated) => {
            let text = |text: &dyn ToString| Cow::Owned(text.to_string());
            let mut options: Vec<_> =
                stated.options.iter().map(|(name, value)| (text(name), text(value))).collect();
            options.sort();
            Logging { driver: text(&stated.driver.as_str()), options }
        }
    }
}

fn restart(stated: Option<RestartPolicy>) -> Restart {
    match stated {
        Some(RestartPolicy::Never) => Restart::No,
        Some(RestartPolicy::Always) => Restart::Always,
        Some(RestartPolicy::OnFailure) => Restart::OnFailure,
        Some(RestartPolicy::UnlessStopped) | None => Restart::UnlessStopped,
    }
}

fn persistence(stated: Option<Persistence>) -> catalog::Persistence {
    match stated {
        Some(Persistence::None) => catalog::Persistence::None,
        Some(Persistence::Aof) => catalog::Persistence::Aof,
        Some(Persistence::Rdb) | None => catalog::Persistence::Rdb,
    }
}

/// Where a service says that it is, for things that it says nothing about.
pub(super) fn place(span: Option<Span>, member: &Member<'_>) -> Span {
    span.unwrap_or(member.span)
}
