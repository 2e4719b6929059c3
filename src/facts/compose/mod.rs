//! Compose's own semantics: what `docker compose` makes of files that people write, without Docker.
//!
//! ```text
//!  Request ──find──▶ files, env-files ──read──▶ trees ──interpolate──▶ nodes ──extends, include, merge──▶ one tree
//!          ──canonical──▶ short forms written out ──normalise──▶ defaults, names, environments ──check──▶ Loaded
//! ```
//!
//! Every value keeps the place where a person wrote it, and what cannot be known is unknown, never guessed. The installed
//! Compose decides what is right: `tests/compose` compares the two.

mod amounts;
mod canonical;
mod check;
pub mod codes;
mod decode;
mod defaults;
mod env_file;
mod environments;
mod extends;
mod find;
mod include;
mod load;
mod loaded;
mod map;
mod merge;
mod node;
mod normalise;
mod number;
mod paths;
mod print;
mod read;
mod request;
mod schema;
mod substitute;
mod timestamp;
mod types;
mod unique;
mod variables;
mod words;

pub use canonical::{Mount, PortEntry, parse_mount, parse_port};
pub use find::{FILE_NAMES, OVERRIDE_NAMES, normalise as normalise_name};
pub use loaded::Loaded;
pub use map::Map;
pub use node::{Data, Entry, HOLE, Node, Partial};
pub use request::{Given, Request, Shell};

pub use print::json;
pub use words::split as split_words;

use crate::facts::model::ProjectOrigin;
use crate::source::Span;
use crate::workspace::Files;
use load::{Cache, Place, Work};
use std::path::PathBuf;

/// Evaluates projects. Keeps what it has parsed, so that a file that several deployments share is parsed once.
#[derive(Debug, Default)]
pub struct Loader {
    cache: Cache,
    home: Option<PathBuf>,
}

impl Loader {
    /// A loader that has not read anything.
    pub fn new() -> Self {
        Self::default()
    }

    /// What `~` stands for in paths. Without it they stay as they are.
    #[must_use]
    pub fn with_home(mut self, home: Option<PathBuf>) -> Self {
        self.home = home;
        self
    }

    /// What Compose would make of this call.
    pub fn load(&mut self, files: &mut Files, request: &Request) -> Loaded {
        let mut work = Work::new(files, &mut self.cache, self.home.clone());
        let mut call = work.call(request);
        let name = work.name(request, &mut call);
        let paths: Vec<(PathBuf, Option<Span>)> =
            call.files.iter().map(|path| (path.clone(), None)).collect();
        let place = Place { directory: &call.directory, variables: &call.variables, included: &[] };
        let model = work.model(&paths, place);
        let sources = call.files.iter().filter_map(|path| work.files.read(path).ok()).collect();
        let empty = model.as_ref().and_then(Node::as_map).is_none_or(Map::is_empty);
        if empty && !call.files.is_empty() && work.out.faults.is_empty() {
            let message = "the Compose file is empty";
            let fault = crate::diagnostic::Diagnostic::new(&codes::COMPOSE_SCHEMA, message);
            work.out.faults.push(fault.in_file(&call.files[0]).help("write `services:` and what they are"));
        }
        let span = Span::new(crate::source::SourceId(0), 0, 0);
        let mut model = model.unwrap_or_else(|| Node::map(span));
        normalise::normalise(&mut work, &mut model, &name.value, &call.variables);
        let mut disabled = environments::profiles(&mut model, &call.profiles);
        check::services(&model, &disabled, &mut work.out.faults);
        if let Some(Data::Map(services)) =
            model.as_map_mut().and_then(|map| map.get_mut("services")).map(|entry| &mut entry.node.data)
        {
            for (service, entry) in services.iter_mut() {
                normalise::replicas(&mut entry.node);
                work.environment(service, &mut entry.node, &call.variables, true);
            }
        }
        for (service, entry) in disabled.as_map_mut().into_iter().flat_map(Map::iter_mut) {
            work.environment(service, &mut entry.node, &call.variables, false);
        }
        debug_assert!(name.origin != ProjectOrigin::Name || name.written.is_some());
        let mut loaded = Loaded {
            name,
            directory: call.directory,
            model,
            disabled,
            files: sources,
            read: Vec::new(),
            env_files: Vec::new(),
            uses: Vec::new(),
            faults: Vec::new(),
            warnings: Vec::new(),
            gaps: Vec::new(),
        };
        work.finish(&mut loaded);
        loaded
    }
}
