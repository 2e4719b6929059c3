//! Whether services can be asked how they are.

use crate::catalog;
use crate::facts::model::{Condition, Deployment, Probe, Service};
use foldhash::HashSet;

/// Whether a service has a probe: in Compose, or in the Dockerfile that it is built from. None where that is an image's
/// business which cannot be seen.
pub(in crate::rules) fn has_probe(service: &Service) -> Option<bool> {
    match service.health.as_ref().map(|health| &health.probe) {
        Some(Probe::Disabled) => return Some(false),
        Some(Probe::Shell(_) | Probe::Exec(_)) => return Some(true),
        Some(Probe::OfImage) | None => {}
    }
    if let Some(build) = &service.build {
        let image = build.image.as_ref()?;
        return match (&image.health, &image.base) {
            (Some(health), _) => Some(!matches!(health.probe, Probe::Disabled)),
            (None, None) => Some(false),
            // An official image has no probe; anybody else's may.
            (None, Some(base)) => base.known().filter(|base| !base.contains('/')).map(|_| false),
        };
    }
    // The official images of these have none: that is what presets are for.
    catalog::by_image(service.repository()?).map(|_| false)
}

/// The services of a deployment that are meant to end.
pub(in crate::rules) struct OneShots<'d> {
    /// Those whose end others wait for.
    awaited: HashSet<&'d str>,
}

impl<'d> OneShots<'d> {
    pub(in crate::rules) fn of(deployment: &'d Deployment) -> Self {
        let needed = deployment.services.values().flat_map(|other| &other.depends_on);
        let awaited = needed.filter(|dependency| dependency.condition == Condition::Completed);
        Self { awaited: awaited.map(|dependency| dependency.service.as_str()).collect() }
    }

    /// Whether others wait for a service to complete, or nothing starts it again.
    pub(in crate::rules) fn has(&self, service: &Service) -> bool {
        let restart = service.restart.as_ref().and_then(|restart| restart.known());
        self.awaited.contains(service.name.as_str())
            || matches!(restart.map(String::as_str), Some("no" | "none"))
    }
}
