//! A service kind that specc knows how to run, ask and connect to.

use super::account::{Account, Credentials, Setting};
use super::image::{Image, Port};
use super::url::{Asked, UrlForm, UrlPart};

/// A service kind that specc knows.
#[derive(Debug)]
pub struct Preset {
    /// What a spec writes: `preset: postgres`.
    pub name: &'static str,
    /// The image and what it listens on.
    pub image: Image,
    /// Other repositories, in short form, whose images take the same variables. For lint.
    pub aliases: &'static [&'static str],
    /// What has to survive the container.
    pub data: &'static [DataPath],
    /// The account that the image creates.
    pub account: Account,
    /// The URL that its clients use; none where clients take host and port apart.
    pub url: Option<UrlForm>,
    /// Whether a spec may say how its data is kept.
    pub persistence: bool,
    /// Whether the data belongs to the host name, so that the container needs a fixed one.
    pub fixed_hostname: bool,
    /// Seconds between the stop signal and the kill, where Docker's ten are too few.
    pub stop_grace: Option<u32>,
    /// Bytes of `/dev/shm`, where Docker's 64 MiB are too few.
    pub shm_size: Option<u64>,
    /// Seconds that a first start on an empty volume may take before a failed probe counts.
    pub start_period: u32,
    /// Why an image of this tag cannot do; `None` for all others.
    pub refuse_tag: fn(&str) -> Option<&'static str>,
    /// See [`Preset::environment`].
    pub(super) environment: fn(&Account, &Credentials<'_>) -> Vec<(&'static str, Setting)>,
    /// See [`Preset::probe`].
    pub(super) probe: fn(&Setup<'_>) -> Vec<String>,
    /// See [`Preset::command`].
    pub(super) command: fn(&Setup<'_>) -> Option<Vec<String>>,
}

/// A path inside the container that has to survive it.
#[derive(Clone, Copy, Debug)]
pub struct DataPath {
    /// What the volume is called: `postgres.data`.
    pub volume: &'static str,
    /// Where it is mounted, by the tag of the image.
    pub path: fn(&str) -> &'static str,
}

/// How a store in memory keeps its data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Persistence {
    /// Not at all.
    None,
    /// Snapshots now and then: what the images do by themselves.
    #[default]
    Rdb,
    /// Snapshots, and a log of every write.
    Aof,
}

/// One use of a preset.
#[derive(Clone, Copy, Debug)]
pub struct Setup<'a> {
    /// The tag of the image.
    pub tag: &'a str,
    /// What the spec states.
    pub credentials: Credentials<'a>,
    /// How data is kept.
    pub persistence: Persistence,
    /// The port that the server listens on; anything but the image's own is for tests.
    pub port: u16,
}

impl Preset {
    /// The port that `.port` and URLs mean.
    pub fn port(&self) -> &'static Port {
        &self.image.ports[0]
    }

    /// The ports that an image of this tag listens on.
    pub fn ports(&self, tag: &str) -> impl Iterator<Item = &'static Port> + use<'_> {
        let ports = self.image.ports;
        let tag = tag.to_owned();
        ports.iter().filter(move |port| port.only.is_none_or(|word| tag.split('-').any(|part| part == word)))
    }

    /// The preset as it is used with this tag and these credentials, on its own port.
    pub fn setup<'a>(&self, tag: &'a str, credentials: Credentials<'a>) -> Setup<'a> {
        Setup { tag, credentials, persistence: Persistence::default(), port: self.port().number }
    }

    /// The variables that the container needs, for what is stated.
    pub fn environment(&self, stated: &Credentials<'_>) -> Vec<(&'static str, Setting)> {
        (self.environment)(&self.account, stated)
    }

    /// The command that asks the server, inside its container, whether it is ready. Its program is in the image;
    /// passwords come from the container's environment and are never in the text. Dollars are plain `sh`.
    pub fn probe(&self, setup: &Setup<'_>) -> Vec<String> {
        (self.probe)(setup)
    }

    /// The command that the container runs, where it is not the image's own. Dollars are plain `sh`.
    pub fn command(&self, setup: &Setup<'_>) -> Option<Vec<String>> {
        (self.command)(setup)
    }

    /// The pieces of the URL that clients use. The scheme should be one of [`UrlForm::schemes`].
    pub fn url(
        &self,
        stated: &Credentials<'_>,
        scheme: Option<&str>,
        query: Option<&str>,
    ) -> Option<Vec<UrlPart>> {
        let form = self.url?;
        Some(form.parts(&Asked {
            scheme,
            query,
            user: self.account.user(stated).is_some(),
            password: stated.password,
            database: self.account.database(stated).is_some(),
        }))
    }
}

/// Owned words from literals and strings.
pub(super) fn argv<const N: usize>(words: [&str; N]) -> Vec<String> {
    words.into_iter().map(str::to_owned).collect()
}
