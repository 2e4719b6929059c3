//! What is mounted into a service's containers, and where an environment keeps it.

use super::codes;
use super::environment::{Mount, MountSource, Volume};
use super::scope::{Member, Scope, unknown_of};
use crate::diagnostic::Diagnostic;
use crate::source::Spanned;
use crate::spec::forms::{VolumeBacking, VolumeOrigin};
use crate::spec::model::Persistence;
use std::collections::BTreeSet;

impl<'a> Scope<'a> {
    /// The mounts of a service: its preset's data, then its own, in the order of where they are mounted.
    pub(super) fn mounts(&self, member: &Member<'a>, tag: &str) -> Vec<Mount> {
        let mut mounts = Vec::new();
        let kept = member.service.persistence.as_ref().map(|kept| kept.value) != Some(Persistence::None);
        for data in member.preset.iter().flat_map(|preset| preset.data).filter(|_| kept) {
            let replaced = member.service.volumes.iter().any(|(key, _)| key.volume() == Some(data.volume));
            if !replaced {
                let source = self.volume_source(member, data.volume);
                let target = (data.path)(tag).to_owned();
                mounts.push(Spanned::new(Mount { source, target, read_only: false }, member.span));
            }
        }
        for (key, mount) in member.service.volumes.iter() {
            let source = match key.origin() {
                VolumeOrigin::Named(name) => self.volume_source(member, name),
                VolumeOrigin::Repository(path) => {
                    MountSource::Repository(Spanned::new(path.to_owned(), key.span))
                }
                VolumeOrigin::Host(path) => MountSource::Host(path.to_owned()),
            };
            let target = mount.to.to_string();
            mounts.push(Spanned::new(Mount { source, target, read_only: mount.read_only }, mount.to.span));
        }
        mounts.sort_by(|one, other| one.target.cmp(&other.target));
        for pair in mounts.windows(2) {
            if pair[0].target == pair[1].target {
                self.report(
                    Diagnostic::new(
                        &codes::CONFLICTING_KEYS,
                        format!("two things are mounted at `{}` in `{}`", pair[0].target, member.name),
                    )
                    .at(pair[1].span, "one here")
                    .at(pair[0].span, "the other here")
                    .help("mount one of them elsewhere"),
                );
            }
        }
        mounts.into_iter().map(|mount| mount.value).collect()
    }

    fn volume_source(&self, member: &Member<'a>, volume: &str) -> MountSource {
        match self.backing(member.name, volume).map(|backing| &backing.value) {
            Some(VolumeBacking::Host(path)) => MountSource::Host(path.to_string()),
            _ => MountSource::Volume(key(member.name, volume)),
        }
    }

    fn backing(&self, service: &str, volume: &str) -> Option<&'a Spanned<VolumeBacking>> {
        self.backings.get(&(service, volume)).copied()
    }

    /// The named volumes of a service.
    pub(super) fn volumes(&self, member: &Member<'a>) -> Vec<Volume> {
        Self::volume_names(member)
            .into_iter()
            .filter_map(|volume| {
                let key = key(member.name, volume);
                let computed = || Spanned::new(self.naming.volume(member.name, volume), member.span);
                Some(match self.backing(member.name, volume).map(|backing| &backing.value) {
                    Some(VolumeBacking::Host(_)) => return None,
                    Some(VolumeBacking::Named(name)) => {
                        Volume { key, name: Spanned::new(name.to_string(), name.span), external: false }
                    }
                    Some(VolumeBacking::External(name)) => {
                        Volume { key, name: Spanned::new(name.to_string(), name.span), external: true }
                    }
                    None => Volume { key, name: computed(), external: false },
                })
            })
            .collect()
    }

    fn volume_names(member: &Member<'a>) -> BTreeSet<&'a str> {
        let service = member.service;
        let kept = service.persistence.as_ref().map(|kept| kept.value) != Some(Persistence::None);
        let preset = member.preset.into_iter().flat_map(|preset| preset.data).map(|data| data.volume);
        let own = service.volumes.iter().filter_map(|(key, _)| key.volume());
        if service.external.is_some() {
            BTreeSet::new()
        } else {
            preset.filter(|_| kept).chain(own).collect()
        }
    }

    /// Reports where the environment says where a volume is kept that no service has.
    pub(super) fn check_backings(&self) {
        for (name, _) in self.declared.volumes.iter() {
            let Some(member) = self.member(name.service(), name.span) else { continue };
            let known = Self::volume_names(member);
            if !known.contains(name.volume()) {
                let owner = (&*format!("service `{}`", member.name), "volume");
                let known = known.into_iter();
                self.report(unknown_of(&codes::UNKNOWN_VOLUME, owner, name.volume(), name.span, known));
            }
        }
    }
}

fn key(service: &str, volume: &str) -> String {
    format!("{service}-{volume}")
}
