//! What a service may use of a machine, and what is kept for it.

use super::codes;
use super::environment::Resources;
use super::scope::{Member, Scope};
use crate::diagnostic::Diagnostic;
use crate::source::Spanned;
use crate::spec::model::ResourceSpec;

/// The least memory that the engine gives a container, in bytes ("Minimum memory limit allowed is 6MB", Engine 20.10).
const LEAST_MEMORY: u64 = 6 << 20;

impl<'a> Scope<'a> {
    /// What a service may use at most.
    pub(super) fn limits(&self, member: &Member<'a>) -> Resources {
        let limits = resources(member.service.limits.as_deref());
        let stated = member.service.limits.as_ref().and_then(|stated| stated.memory.as_ref());
        if let Some(memory) = stated.filter(|memory| memory.value.bytes() < LEAST_MEMORY) {
            self.report(
                Diagnostic::new(
                    &codes::MEMORY_TOO_SMALL,
                    format!(
                        "`{}` may use {} bytes of memory, and no container starts with so little",
                        member.name,
                        memory.value.bytes()
                    ),
                )
                .at(memory.span, "less than 6 MiB")
                .help(format!("say the unit, for instance `{}M`", memory.value.bytes().clamp(6, 512))),
            );
        }
        limits
    }

    /// What is kept for a service.
    pub(super) fn reservations(&self, member: &Member<'a>) -> Resources {
        let reservations = resources(member.service.reservations.as_deref());
        let limits = resources(member.service.limits.as_deref());
        let stated = member.service.reservations.as_ref();
        if let Some(cpus) = stated.and_then(|stated| stated.cpus.as_ref()) {
            self.report(
                Diagnostic::new(
                    &codes::IGNORED_RESERVATION,
                    "Compose ignores a reservation of processors outside Swarm",
                )
                .at(cpus.span, "has no effect")
                .help("take it out; `limits: { cpus: … }` is honoured"),
            );
        }
        if let (Some(memory), Some(reserved), Some(limit)) =
            (stated.and_then(|stated| stated.memory.as_ref()), reservations.memory, limits.memory)
            && reserved > limit
        {
            self.report(
                Diagnostic::new(
                    &codes::RESERVATION_ABOVE_LIMIT,
                    format!("`{}` reserves more memory than it may use", member.name),
                )
                .at(memory.span, "more than the limit")
                .help("lower the reservation, or raise `limits: { memory: … }`"),
            );
        }
        reservations
    }
}

fn resources(stated: Option<&Spanned<ResourceSpec>>) -> Resources {
    stated.map_or_else(Resources::default, |stated| Resources {
        cpus: stated.cpus.as_ref().map(ToString::to_string),
        memory: stated.memory.as_ref().map(|memory| memory.value.bytes()),
        pids: stated.pids.as_ref().map(|pids| pids.value.get()),
    })
}
