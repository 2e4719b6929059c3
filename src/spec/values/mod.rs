//! Values that stand for one thing each: a port, a domain, an image, an amount. None can hold a wrong one.

mod address;
mod amount;
mod count;
pub(crate) mod define;
mod domain;
mod duration;
mod header;
mod image;
mod path;
mod port;
mod schedule;
mod version;

pub use address::{Address, Allowed, BindAddress, IpNetwork, ServerAddress};
pub use amount::{ByteSize, Cpus, Per, Rate};
pub use count::{Burst, Length, Pids, Replicas, Retries};
pub use domain::{Domain, Email};
pub use duration::{Age, Duration};
pub use header::{HeaderName, HeaderValue, Line, RunUser};
pub use image::{ImageReference, ImageRepository, ImageTag};
pub use path::{AbsolutePath, MountTarget, RelativePath, SpecPath, UrlPath};
pub use port::{Port, PortSpan, Protocol};
pub use schedule::Schedule;
pub use version::Version;
