//! YAML: events, an arena tree with byte spans, and a typed reader that reports every error at once.

mod build;
mod entries;
mod event;
mod scalar;
mod tree;
mod trouble;

pub use build::{parse, parse_stream};
pub use event::{DEPTH_LIMIT, Event, Events, Failure, FailureKind, Style, Tag};
pub use scalar::{Scalar, resolve};
pub use tree::{Kind, NodeId, Tree};
