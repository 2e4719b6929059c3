//! What several rules ask: which deployments meet, under which names, and from where they are started.

mod address;
mod clash;
mod fallback;
mod health;
mod images;
mod made;
mod project;
mod reach;
mod readers;
mod refused;
mod secrets;
mod shipment;
mod spoken;
mod words;

pub(super) use address::{Part, endpoint, url};
pub(super) use clash::{Claim, Clash, Groups, Meeting, clashes, clashes_of_services};
pub(super) use fallback::tried_first;
pub(super) use health::{OneShots, has_probe};
pub(super) use images::{NamedImage, Use, named_images, split};
pub(super) use made::{Made, examples_of};
pub(super) use project::{distinct, one_project, same_directory, starts, two_names_for_one};
pub(super) use reach::{Names, sees_others};
pub(super) use readers::{ByFile, Exported, Readers};
pub(super) use refused::{is_completed_elsewhere, lacks, refused};
pub(super) use secrets::{Replaced, is_given, is_placeholder, is_placeholder_secret, is_secret};
pub(super) use shipment::{Sent, Shipment, shipments};
pub(super) use spoken::Spoken;
pub(super) use words::{quoted, titles, who};
