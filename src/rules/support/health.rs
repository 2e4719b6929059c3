//! Whether services can be asked how they are.

use crate::catalog;
use crate::facts::model::{Condition, Deployment, Probe, Service};

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

/// Whether a service is meant to end: others wait for it to complete, or nothing starts it again.
pub(in crate::rules) fn is_one_shot(deployment: &Deployment, service: &Service) -> bool {
    let awaited =
        deployment.services.values().flat_map(|other| &other.depends_on).any(|dependency| {
            dependency.service == service.name && dependency.condition == Condition::Completed
        });
    let ends = service
        .restart
        .as_ref()
        .is_some_and(|restart| matches!(restart.known().map(String::as_str), Some("no" | "none")));
    awaited || ends
}
