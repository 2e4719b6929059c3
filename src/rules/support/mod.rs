//! What several rules ask: which deployments meet, under which names, and from where they are started.

mod address;
mod reach;
mod refused;

pub(super) use address::{Part, endpoint, url};
pub(super) use reach::reached;
pub(super) use refused::refused;
