//! What a container waits for, and whether the waiting ever ends.

use super::codes;
use super::environment::{Condition, Need};
use super::scope::{Member, Scope};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::spec::forms::NeedCondition;
use std::collections::{BTreeMap, BTreeSet};

impl<'a> Scope<'a> {
    /// What the containers of a service wait for.
    pub(super) fn needs(&self, member: &Member<'a>) -> Vec<Need> {
        let mut needs = BTreeMap::new();
        for (name, span, stated) in member.service.needs.iter().flat_map(|needs| needs.entries()) {
            let Some(needed) = self.member(name, span) else { continue };
            if needed.service.external.is_some() || member.host.is_none() || needed.host.is_none() {
                continue;
            }
            if needed.host != member.host {
                self.report(
                    Diagnostic::new(
                        &codes::NEEDS_ACROSS_HOSTS,
                        format!(
                            "`{}` cannot wait for `{}`, which runs on another host",
                            member.name, needed.name
                        ),
                    )
                    .at(span, "waited for here")
                    .help("take it out of `needs`; a client must bear that a server elsewhere is not up yet"),
                );
                continue;
            }
            let healthy = if needed.has_probe() { Condition::Healthy } else { Condition::Started };
            let condition = match stated {
                None => healthy,
                Some(NeedCondition::Started) => Condition::Started,
                Some(NeedCondition::Completed) => Condition::Completed,
                Some(NeedCondition::Healthy) if healthy == Condition::Started => {
                    self.report(
                        Diagnostic::new(
                            &codes::INCOMPLETE,
                            format!(
                                "`{}` waits for the health of `{}`, which has no probe",
                                member.name, needed.name
                            ),
                        )
                        .at(span, "waited for here")
                        .at(needed.span, "no `health` here")
                        .help(format!("give `{}` a `health:`, or write `started`", needed.name)),
                    );
                    continue;
                }
                Some(NeedCondition::Healthy) => Condition::Healthy,
            };
            for key in needed.keys() {
                needs.insert(key.clone(), Need { key, condition, restart: false });
            }
        }
        for (job, _) in self.jobs_before(member.name) {
            let key = (*job).to_owned();
            needs.insert(key.clone(), Need { key, condition: Condition::Completed, restart: false });
        }
        needs.into_values().collect()
    }

    /// Reports services that wait for each other in a circle, once for each circle.
    pub(super) fn check_cycles(&self) {
        let mut done: BTreeSet<&str> = BTreeSet::new();
        for start in self.members.keys() {
            if done.contains(start) {
                continue;
            }
            // Depth first with a stack of our own: a chain may be as long as there are services.
            let mut path: Vec<(&str, Vec<(&str, Span)>)> = vec![(start, self.waits_for(start))];
            let mut depths = BTreeMap::from([(*start, 0)]);
            while let Some((_, rest)) = path.last_mut() {
                let Some((next, span)) = rest.pop() else {
                    if let Some((name, _)) = path.pop() {
                        depths.remove(name);
                        done.insert(name);
                    }
                    continue;
                };
                if let Some(begin) = depths.get(next) {
                    let circle: Vec<_> = path[*begin..].iter().map(|(name, _)| *name).collect();
                    self.report_cycle(&circle, span);
                } else if !done.contains(next) {
                    depths.insert(next, path.len());
                    path.push((next, self.waits_for(next)));
                }
            }
        }
    }

    /// What a service waits for, or a job: what the service that it belongs to waits for.
    fn waits_for(&self, name: &str) -> Vec<(&'a str, Span)> {
        let job = if self.members.contains_key(name) { None } else { self.job(name) };
        let service = match job {
            None => name,
            Some(job) => match job.service.as_ref().or(job.before.as_ref()) {
                Some(service) => service.as_str(),
                None => return Vec::new(),
            },
        };
        let Some(member) = self.members.get(service) else { return Vec::new() };
        let needs = member.service.needs.iter().flat_map(|needs| needs.entries());
        let mut list: Vec<_> = needs
            .filter_map(|(needed, span, _)| self.members.get(needed).map(|needed| (needed.name, span)))
            .collect();
        if job.is_none() {
            list.extend(self.jobs_before(service));
        }
        list.reverse();
        list
    }

    fn report_cycle(&self, circle: &[&str], span: Span) {
        let mut around: Vec<_> = circle.iter().map(|name| format!("`{name}`")).collect();
        around.extend(around.first().cloned());
        let jobs = circle.iter().any(|name| !self.members.contains_key(name));
        let message = match circle {
            [one] => format!("service `{one}` waits for itself"),
            _ if jobs => format!("services and jobs wait for each other: {}", around.join(" → ")),
            _ => format!("services wait for each other: {}", around.join(" → ")),
        };
        let help = if jobs {
            "a job waits for what its service waits for: run it as another service, or before another one"
        } else {
            "take one of them out of `needs`: a service may refer to another without waiting for it"
        };
        self.report(
            Diagnostic::new(&codes::DEPENDENCY_CYCLE, message).at(span, "closes the circle").help(help),
        );
    }
}
