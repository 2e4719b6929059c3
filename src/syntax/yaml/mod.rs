//! YAML: events, an arena tree with byte spans, and a typed reader that reports every error at once.

mod anchors;
mod build;
mod collections;
mod de;
mod entries;
mod event;
mod forms;
mod scalar;
mod text;
mod tree;
mod trouble;

pub use build::{parse, parse_stream};
pub use collections::{List, Map};
pub use de::{Error, read};
pub use event::{DEPTH_LIMIT, Event, Events, Failure, FailureKind, Style, Tag};
pub use forms::{Forms, read_forms};
pub use scalar::{Scalar, resolve};
pub use text::Text;
pub use tree::{Kind, NodeId, Tree};
