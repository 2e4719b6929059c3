//! Probes: how the engine asks a container whether it is well, by a program that is in its image.

use super::codes;
use super::environment::{Probe, Value};
use super::scope::{Member, Scope};
use crate::catalog::Setup;
use crate::diagnostic::Diagnostic;
use crate::source::{Span, Spanned};
use crate::spec::forms::{Health, HealthCheck, Via};

/// Times where a spec says nothing, in seconds. Without `start_interval`, which Engine 20.10 refuses, the interval is
/// also how soon a healthy service is noticed.
const INTERVAL: u64 = 10;
const TIMEOUT: u64 = 5;
const RETRIES: u32 = 6;
const START_PERIOD: u64 = 30;

/// A probe and the variables that it reads: a header may hold a secret, which a probe's text would show.
pub(super) struct Probed {
    pub(super) probe: Probe,
    pub(super) variables: Vec<(String, Spanned<Value>)>,
}

impl<'a> Scope<'a> {
    /// The probe of a service, its own or its preset's; `None` when it has none, or says `none`.
    pub(super) fn probe(&self, member: &Member<'a>, setup: Option<&Setup<'_>>) -> Option<Probed> {
        match member.service.health.as_ref() {
            Some(Spanned { value: Health::None, .. }) => None,
            Some(Spanned { value: Health::Check(check), span }) => self.own_probe(member, check, *span),
            None => {
                let (preset, setup) = (member.preset?, setup?);
                let probe = Probe {
                    test: preset.probe(setup),
                    interval: INTERVAL,
                    timeout: TIMEOUT,
                    retries: RETRIES,
                    start_period: u64::from(preset.start_period),
                };
                Some(Probed { probe, variables: Vec::new() })
            }
        }
    }

    fn own_probe(&self, member: &Member<'a>, check: &HealthCheck, span: Span) -> Option<Probed> {
        let seconds = |time: &Option<Spanned<crate::spec::values::Duration>>, default| {
            time.as_ref().map_or(default, |time| time.value.seconds())
        };
        let timeout = seconds(&check.timeout, TIMEOUT);
        let mut variables = Vec::new();
        if let (Some(command), Some(path)) = (&check.command, &check.path) {
            self.report(
                Diagnostic::new(
                    &codes::CONFLICTING_KEYS,
                    format!("the probe of `{}` has both `command` and `path`", member.name),
                )
                .at(command.span, "a command here")
                .at(path.span, "a request here")
                .help("keep one of them"),
            );
        }
        let test = if let Some(command) = &check.command {
            self.words(member, command, "a probe, which everybody who can inspect the container reads")?
                .iter()
                .map(|word| word.as_text().unwrap_or_default())
                .collect()
        } else {
            let port = check.port.as_ref().map(|port| port.value.get()).or_else(|| member.ports.main());
            let (Some(path), Some(via), Some(port)) = (&check.path, &check.via, port) else {
                self.report_incomplete(member, check, port, span);
                return None;
            };
            // Not `localhost`, which is ::1 first in many images while servers listen on IPv4 only.
            let url = format!("http://127.0.0.1:{port}{}", path.as_str());
            let mut headers: Vec<_> = check.headers.iter().collect();
            headers.sort_by_key(|(name, _)| *name);
            for (index, (name, value)) in headers.into_iter().enumerate() {
                let value_there = self.value(member, value)?;
                let header = std::iter::once(super::environment::Piece::Text(format!("{}: ", name.as_str())));
                let line = Value(header.chain(value_there.0).collect());
                variables.push((format!("SPECC_PROBE_HEADER_{}", index + 1), Spanned::new(line, value.span)));
            }
            ask(via.value, &url, timeout, variables.len())
        };
        let probe = Probe {
            test,
            interval: seconds(&check.interval, INTERVAL),
            timeout,
            retries: check.retries.as_ref().map_or(RETRIES, |retries| retries.value.get()),
            start_period: seconds(&check.start_period, START_PERIOD),
        };
        Some(Probed { probe, variables })
    }

    fn report_incomplete(&self, member: &Member<'a>, check: &HealthCheck, port: Option<u16>, span: Span) {
        let path = check.path.as_ref().map_or(span, |path| path.span);
        let (message, help) = if check.path.is_none() {
            ("does not say what it asks for", "add `path: /health`, or `command: …`")
        } else if check.via.is_none() {
            (
                "does not say which program in the image asks",
                "add `via:` and one that is in the image: `curl`, `wget`, `python` or `node`",
            )
        } else {
            debug_assert!(port.is_none());
            (
                "has no port to ask",
                "say where the service listens: `port:`, or which of its ports is asked: `health: { port: … }`",
            )
        };
        self.report(
            Diagnostic::new(&codes::INCOMPLETE, format!("the probe of `{}` {message}", member.name))
                .at(path, "this probe")
                .help(help),
        );
    }
}

/// The words that ask `url` by a program, with as many headers from `SPECC_PROBE_HEADER_1`, `_2`, … as there are.
///
/// Each fails on a status of 400 and above: curl by `--fail`, wget and urllib by themselves.
fn ask(via: Via, url: &str, timeout: u64, headers: usize) -> Vec<String> {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let shell = |program: &str, option: &str| {
        let headers: Vec<_> =
            (1..=headers).map(|index| format!(" {option} \"$SPECC_PROBE_HEADER_{index}\"")).collect();
        let headers = headers.concat();
        words(&["sh", "-c", &format!("exec {program}{headers} '{url}'")])
    };
    match (via, headers) {
        (Via::Curl, 0) => words(&["curl", "-fsS", "-o", "/dev/null", url]),
        (Via::Curl, _) => shell("curl -fsS -o /dev/null", "-H"),
        (Via::Wget, 0) => words(&["wget", "-q", "-O", "/dev/null", url]),
        (Via::Wget, _) => shell("wget -q -O /dev/null", "--header"),
        (Via::Python, _) => {
            let code = format!(
                "import os, urllib.request as r; \
                 h = [os.environ['SPECC_PROBE_HEADER_%d' % n].split(': ', 1) for n in range(1, {})]; \
                 r.urlopen(r.Request('{url}', headers=dict(h)), timeout={timeout})",
                headers + 1
            );
            let plain = format!("import urllib.request as r; r.urlopen('{url}', timeout={timeout})");
            words(&["python", "-c", if headers == 0 { &plain } else { &code }])
        }
        (Via::Node, _) => {
            let options = if headers == 0 {
                String::new()
            } else {
                let list: Vec<_> = (1..=headers)
                    .map(|index| {
                        format!("process.env.SPECC_PROBE_HEADER_{index}.split(/: (.*)/s).slice(0, 2)")
                    })
                    .collect();
                format!(", {{ headers: [{}] }}", list.join(", "))
            };
            let code = format!(
                "fetch('{url}'{options}).then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"
            );
            words(&["node", "-e", &code])
        }
    }
}
