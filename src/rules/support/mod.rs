//! What several rules ask: which deployments meet, under which names, and from where they are started.

mod refused;

pub(super) use refused::refused;
