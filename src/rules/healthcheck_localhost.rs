//! Probes that ask an address which nobody listens on.

use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::{Fact, Probe, Repository, Service};

rule! {
    /// A probe asks `localhost`, which may be IPv6 first, of a server that listens on IPv4 alone.
    ///
    /// ## What
    /// Reports a health check that asks `localhost` with `wget` in an image built on Alpine, whose command binds `0.0.0.0`. It is
    /// advice, shown with `--pedantic`.
    ///
    /// ## Why
    /// In Alpine `localhost` is `::1` first, and its `wget` tries no second address: the probe fails for ever though the server
    /// answers on 127.0.0.1.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   api:
    ///     image: acme/api:1.4-alpine
    ///     command: ["serve", "--host", "0.0.0.0"]
    ///     healthcheck: { test: wget -q --spider http://localhost:8000/health }
    /// ```
    ///
    /// ## Fix
    /// ```yaml
    ///     healthcheck: { test: wget -q --spider http://127.0.0.1:8000/health }
    /// ```
    pub HEALTHCHECK_LOCALHOST = Info "healthcheck-localhost";
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    for service in facts.deployments.iter().flat_map(|deployment| deployment.services.values()) {
        if !is_alpine(service) || !listens_on_ipv4_alone(service) {
            continue;
        }
        let words: Vec<&Fact<String>> = match service.health.as_ref().map(|health| &health.probe) {
            Some(Probe::Shell(text)) => vec![text],
            Some(Probe::Exec(words)) => words.iter().collect(),
            _ => continue,
        };
        let asks = words.iter().find(|word| word.value.shape().contains("localhost"));
        let by_wget = words.iter().any(|word| word.value.shape().contains("wget"));
        if let Some(word) = asks.filter(|_| by_wget) {
            findings.push(
                Diagnostic::new(
                    &HEALTHCHECK_LOCALHOST,
                    format!("the probe of `{}` asks `localhost`, which is `::1` first in this image", service.name),
                )
                .at(word.span, "the server listens on 127.0.0.1 alone")
                .help("Write `127.0.0.1` in place of `localhost`"),
            );
        }
    }
}

fn is_alpine(service: &Service) -> bool {
    let base = service.build.as_ref().and_then(|build| build.image.as_ref()?.base.as_ref()?.known());
    let image = service.image.as_ref().and_then(Fact::known).filter(|_| service.build.is_none());
    base.or(image).is_some_and(|image| image.contains("alpine"))
}

fn listens_on_ipv4_alone(service: &Service) -> bool {
    let own = service.command.iter().chain(&service.entrypoint).flat_map(|words| &words.words);
    let image = service.build.as_ref().and_then(|build| build.image.as_ref());
    let of_image = image.iter().flat_map(|image| image.command.iter().chain(&image.entrypoint)).flatten();
    let text: Vec<&str> = own.chain(of_image).map(|word| word.value.shape()).collect();
    text.iter().any(|word| word.contains("0.0.0.0")) && !text.iter().any(|word| word.contains("::"))
}
