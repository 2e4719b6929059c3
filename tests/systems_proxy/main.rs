//! The confs of the systems under `fixtures/specs`, served by the real web servers, with threads in the containers'
//! place.

#[path = "../proxy/mod.rs"]
mod proxy;
#[path = "../support/mod.rs"]
mod support;

mod accepted;
mod chitram;
mod filter_ical;
mod played;
mod side_by_side;
mod wish_with_me;
