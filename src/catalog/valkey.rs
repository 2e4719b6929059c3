//! The valkey preset.

use super::account::{Account, Part};
use super::image::{Image, Kind, Port};
use super::preset::{DataPath, Preset};
use super::redis::{ACCOUNT, URL, command, probe};
use super::url::UrlForm;

/// `valkey/valkey`, the project's image. Paths and behaviour: its page and entrypoint (valkey-io/valkey-container,
/// 7.2 to 9.2), read 2026-11. A fork of redis 7.2 that behaves like it in everything used here.
pub(super) static PRESET: Preset = Preset {
    name: "valkey",
    image: Image {
        repository: "valkey/valkey",
        engine: "valkey",
        kind: Kind::Cache,
        ports: &[Port::tcp("valkey", 6379)],
    },
    aliases: &["ghcr.io/valkey-io/valkey", "public.ecr.aws/valkey/valkey"],
    data: &[DataPath { volume: "data", path: |_| "/data" }],
    account: Account { variables: &[("VALKEYCLI_AUTH", Part::Password)], ..ACCOUNT },
    // Clients took redis' scheme over; the project's own libraries know both.
    url: Some(UrlForm { schemes: &["redis", "valkey"], ..URL }),
    persistence: true,
    fixed_hostname: false,
    stop_grace: Some(30),
    shm_size: None,
    start_period: 10,
    refuse_tag: |_| None,
    environment: Account::plain,
    // The client reads `VALKEYCLI_AUTH` (valkey.io/topics/cli); 7.2 only knew the name it had in redis.
    probe: |setup| probe(setup, "valkey-cli", "REDISCLI_AUTH=\"$VALKEYCLI_AUTH\" "),
    command: |setup| command(setup, "valkey-server", "VALKEYCLI_AUTH"),
};
