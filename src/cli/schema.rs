//! `specc schema`: what an editor completes and checks a spec with.

use super::{Output, Status, compile};
use clap::Args;

/// Print the JSON schema of specc.yaml
///
/// Editors that speak YAML complete and check a spec with it, once its first line says where it is:
/// `# yaml-language-server: $schema=specc.schema.json`
#[derive(Debug, Args)]
pub(super) struct Schema {}

impl Schema {
    pub(super) fn run(&self, output: &Output) -> Status {
        let Self {} = self;
        output.print(&compile::schema());
        Status::Clean
    }
}
