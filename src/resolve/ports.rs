//! The ports that a service listens on, and which of them is meant.

use super::codes;
use super::scope::{Member, Scope, unknown_of};
use crate::catalog::Preset;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::spec::model::Service;

/// The ports that a service listens on.
#[derive(Clone, Debug, Default)]
pub(super) struct Ports {
    /// All of them, by name.
    named: Vec<(String, u16)>,
    /// The one that is meant where none is named. With several of a service's own there is none: the first that
    /// happens to be written must not decide.
    main: Option<u16>,
}

impl Ports {
    /// The port that is meant where none is named.
    pub(super) fn main(&self) -> Option<u16> {
        self.main
    }
}

impl<'a> Scope<'a> {
    /// The ports of a service: its own, or those of its preset.
    pub(super) fn ports(&self, name: &str, service: &Service, preset: Option<&'static Preset>) -> Ports {
        if let (Some(port), Some(ports)) = (&service.port, &service.ports) {
            self.report(
                Diagnostic::new(
                    &codes::CONFLICTING_KEYS,
                    format!("service `{name}` has both `port` and `ports`"),
                )
                .at(ports.span, "several ports here")
                .at(port.span, "one port here")
                .help("keep one of them"),
            );
        }
        let own = service.ports.iter().flat_map(|ports| ports.iter());
        let mut named: Vec<_> = own.map(|(key, port)| (key.as_str().to_owned(), port.value.get())).collect();
        if let Some(port) = &service.port {
            self.check_fixed(service, preset, port.span);
            named.push(("port".to_owned(), port.value.get()));
        }
        if !named.is_empty() {
            let main = if let [(_, port)] = named.as_slice() { Some(*port) } else { None };
            return Ports { named, main };
        }
        let tag = service.version.as_ref().map_or("", |tag| tag.as_str());
        let ports = preset.into_iter().flat_map(|preset| preset.ports(tag));
        let named = ports.map(|port| (port.name.to_owned(), port.number)).collect();
        Ports { named, main: preset.map(|preset| preset.port().number) }
    }

    fn check_fixed(&self, service: &Service, preset: Option<&'static Preset>, span: Span) {
        let elsewhere = service.external.is_some() || service.image.is_some() || service.build.is_some();
        let Some(preset) = preset.filter(|_| !elsewhere) else { return };
        self.report(
            Diagnostic::new(
                &codes::MEANINGLESS_KEY,
                format!(
                    "the image of preset `{}` listens on its own port, whatever is said here",
                    preset.name
                ),
            )
            .at(span, "this port")
            .help("take `port` out; to publish it elsewhere, say so in the environment's `publish`"),
        );
    }

    /// The port `name` of a service, or the one that is meant where none is named; a report at `span` when there is none.
    pub(super) fn port(&self, member: &Member<'a>, name: Option<&str>, span: Span) -> Option<u16> {
        let known = &member.ports.named;
        if let Some(name) = name {
            let found = known.iter().find(|(known, _)| known == name);
            if found.is_none() {
                let owner = (&*format!("service `{}`", member.name), "port");
                let known = known.iter().map(|(known, _)| &**known);
                self.report(unknown_of(&codes::UNKNOWN_PORT, owner, name, span, known));
            }
            return found.map(|(_, port)| *port);
        }
        if member.ports.main.is_some() {
            return member.ports.main;
        }
        let diagnostic = match known.first() {
            None => Diagnostic::new(&codes::NO_PORT, format!("service `{}` has no port", member.name))
                .at(span, "its port is needed here")
                .help(format!("say where it listens: `port:` of service `{}`", member.name)),
            Some((first, _)) => Diagnostic::new(
                &codes::AMBIGUOUS_PORT,
                format!("service `{}` has several ports", member.name),
            )
            .at(span, "which of them is meant here?")
            .help(format!("name one of them: `{}.{first}`", member.name)),
        };
        self.report(diagnostic);
        None
    }
}
