//! Jobs: commands that run to their end before a service, or by the clock.

use super::codes;
use super::environment::{Container, Need, Restart, Role, Run, ScheduledJob};
use super::scope::{Member, Scope, by_service};
use crate::diagnostic::Diagnostic;
use crate::source::{Span, Spanned};
use crate::spec::model::Job;
use std::collections::HashMap;

impl<'a> Scope<'a> {
    /// The jobs of this environment, by name, with the place of the name.
    pub(super) fn find_jobs(&self) -> Vec<(&'a str, Span, &'a Job)> {
        let added = self.declared.jobs.iter().filter(|(key, _)| self.spec.jobs.get(key.as_str()).is_none());
        let all = self.spec.jobs.iter().chain(added);
        let mut jobs: Vec<_> = all
            .filter(|(key, _)| !self.placement.is_absent(key.as_str()))
            .map(|(key, base)| {
                (key.as_str(), key.span, &self.declared.jobs.get(key.as_str()).unwrap_or(base).value)
            })
            .collect();
        jobs.sort_by_key(|(name, _, _)| *name);
        jobs
    }

    /// The job of this name.
    pub(super) fn job(&self, name: &str) -> Option<&'a Job> {
        self.declared.jobs.get(name).or_else(|| self.spec.jobs.get(name)).map(|job| &job.value)
    }

    /// The jobs that a service waits for.
    pub(super) fn jobs_before(&self, service: &str) -> &[(&'a str, Span)] {
        self.jobs_before.get(service).map(Vec::as_slice).unwrap_or_default()
    }

    /// The jobs that each service waits for, by its name.
    pub(super) fn find_jobs_before(&self) -> HashMap<&'a str, Vec<(&'a str, Span)>> {
        let mut jobs: HashMap<_, Vec<_>> = HashMap::new();
        for (name, span, job) in &self.jobs {
            if let Some(before) = &job.before {
                jobs.entry(before.as_str()).or_default().push((*name, *span));
            }
        }
        jobs
    }

    /// The containers of jobs that run once before a service of host `host`: the container of the service that they
    /// belong to, with another command.
    pub(super) fn job_containers(&self, host: &str, containers: &[Container]) -> Vec<Container> {
        let mut made = Vec::new();
        let by_service = by_service(containers);
        for &(name, span, job) in &self.jobs {
            let Some(before) = &job.before else { continue };
            let Some(service) = self.job_service(name, span, job) else { continue };
            let Some(command) = &job.command else { continue };
            if service.host != Some(host) {
                continue;
            }
            let waiting = self.member(before.as_str(), before.span);
            if waiting.is_some_and(|waiting| waiting.host != service.host) {
                self.report_job(
                    name,
                    before.span,
                    "waits on another host than the one where it runs",
                    "run both on one host",
                );
                continue;
            }
            let Some(words) = self.words(service, command, "a command line, which `ps` shows") else {
                continue;
            };
            let Some(like) = by_service.get(service.name).and_then(|own| own.first()) else { continue };
            let others =
                |need: &&Need| !self.jobs_before(service.name).iter().any(|(job, _)| *job == need.key);
            let mut image = like.image.clone();
            if let super::environment::Image::Built { build, .. } = &mut image {
                *build = None;
            }
            made.push(Container {
                key: name.to_owned(),
                service: name.to_owned(),
                role: Role::Job,
                name: Spanned::new(self.naming.container(name), span),
                image,
                command: Some(words),
                ports: Vec::new(),
                needs: like.needs.iter().filter(others).cloned().collect(),
                networks: service_networks(like),
                probe: None,
                hostname: None,
                restart: Restart::No,
                raw: None,
                ..like.clone()
            });
        }
        made
    }

    /// What the crontab of host `host` runs.
    pub(super) fn schedule(&self, host: &str) -> Vec<ScheduledJob> {
        let mut scheduled = Vec::new();
        for &(name, span, job) in &self.jobs {
            self.check_job(name, span, job);
            let Some(schedule) = &job.schedule else { continue };
            let service = job.service.as_ref().and_then(|_| self.job_service(name, span, job));
            let place = service.map_or_else(|| self.placement.hosts().next(), |service| service.host);
            if place != Some(host) {
                continue;
            }
            let container =
                service.and_then(|service| service.keys().first().map(|key| self.naming.container(key)));
            let run = match (&job.run, &job.command, container) {
                (Some(path), None, container) => {
                    if self.host(host).is_some_and(|host| host.path.is_none()) {
                        self.report_job(
                            name,
                            path.span,
                            &format!(
                                "runs a script on host `{host}`, which does not say where the repository is"
                            ),
                            &format!("add `path:` to host `{host}`, the directory where it is unpacked"),
                        );
                    }
                    Run::Script { path: Spanned::new(path.to_string(), path.span), container }
                }
                (None, Some(command), Some(container)) => {
                    let Some(service) = service else { continue };
                    let Some(words) = self.words(service, command, "a crontab") else { continue };
                    let words = words.iter().map(|word| word.as_text().unwrap_or_default()).collect();
                    Run::Command { container, words }
                }
                _ => continue, // Reported by `check_job`.
            };
            scheduled.push(ScheduledJob { name: name.to_owned(), schedule: schedule.to_string(), run });
        }
        scheduled
    }

    fn job_service(&self, name: &str, span: Span, job: &Job) -> Option<&Member<'a>> {
        let named = job.service.as_ref().or(job.before.as_ref());
        let Some(named) = named else {
            self.report_job(
                name,
                span,
                "does not say which service's container it runs in",
                "add `service:`",
            );
            return None;
        };
        let member = self.member(named.as_str(), named.span)?;
        if member.service.external.is_some() {
            self.report_job(
                name,
                named.span,
                "belongs to a service that runs elsewhere",
                "name a service that runs here",
            );
            return None;
        }
        Some(member)
    }

    fn check_job(&self, name: &str, span: Span, job: &Job) {
        match (&job.schedule, &job.before) {
            (None, None) => self.report_job(
                name,
                span,
                "does not say when it runs",
                "add `schedule: \"0 2 * * *\"`, or `before:` and a service",
            ),
            (Some(schedule), Some(_)) => self.report_job(
                name,
                schedule.span,
                "runs by the clock and before a service",
                "keep one; write two jobs if both are meant",
            ),
            _ => {}
        }
        match (&job.run, &job.command) {
            (None, None) => {
                self.report_job(name, span, "does not say what it runs", "add `command:` or `run:`");
            }
            (Some(run), Some(_)) => self.report_job(
                name,
                run.span,
                "has both a script to run on the host and a command to run in a container",
                "keep `run` or `command`",
            ),
            (Some(run), None) if job.before.is_some() => self.report_job(
                name,
                run.span,
                "runs before a service, where only a command in a container can run",
                "write `command:` in place of `run:`",
            ),
            (Some(run), None) if job.service.is_none() && self.placement.hosts().count() > 1 => self
                .report_job(
                    name,
                    run.span,
                    "does not say on which of the hosts it runs",
                    "add `service:`, which it then runs beside",
                ),
            (None, Some(command)) if job.service.is_none() && job.before.is_none() => self.report_job(
                name,
                command.span,
                "has a command but no service to run it in",
                "add `service:`",
            ),
            _ => {}
        }
    }

    fn report_job(&self, name: &str, span: Span, what: &str, help: &str) {
        self.report(
            Diagnostic::new(&codes::INVALID_JOB, format!("job `{name}` {what}"))
                .at(span, if self.sources.text(span) == name { "this job" } else { "here" })
                .help(help),
        );
    }
}

/// A job asks others; nobody asks it, so it answers to no name of the service.
fn service_networks(like: &Container) -> Vec<super::environment::Attachment> {
    let mut networks = like.networks.clone();
    for network in &mut networks {
        network.aliases.clear();
    }
    networks
}
