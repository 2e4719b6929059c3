//! The redis preset, and what valkey shares with it.

use super::account::{Account, Fallback, Field, Part};
use super::image::{Image, Kind, Port};
use super::preset::{DataPath, Persistence, Preset, Setup, argv};
use super::url::UrlForm;

/// `redis`, the Docker Official Image. Paths and behaviour: its page (docker-library/docs, `redis/`) and entrypoint
/// (redis/docker-library-redis, 5 to 8), read 2026-11.
pub(super) static PRESET: Preset = Preset {
    name: "redis",
    image: Image {
        repository: "redis",
        engine: "redis",
        kind: Kind::Cache,
        ports: &[Port::tcp("redis", 6379)],
    },
    aliases: &[],
    data: &[DataPath { volume: "data", path: |_| "/data" }],
    account: Account {
        // The image reads no variable. This one is redis-cli's own (since 4.0.10): whoever opens a shell in the
        // container is logged in, and the command below takes the password from it.
        variables: &[("REDISCLI_AUTH", Part::Password)],
        ..ACCOUNT
    },
    url: Some(UrlForm { schemes: &["redis"], ..URL }),
    persistence: true,
    fixed_hostname: false,
    stop_grace: Some(30),
    shm_size: None,
    start_period: 10,
    refuse_tag: |_| None,
    environment: Account::plain,
    probe: |setup| probe(setup, "redis-cli", ""),
    command: |setup| command(setup, "redis-server", "REDISCLI_AUTH"),
};

/// A password for everybody; databases are numbers, and only the URL says which.
pub(super) const ACCOUNT: Account = Account {
    password: Field::OPTIONAL,
    database: Field::OPTIONAL,
    default_database: Fallback::Is("0"),
    refuse_database: |name| {
        (!matches!(name.parse::<u8>(), Ok(0..=15))).then_some("databases are numbers from 0 to 15")
    },
    password_flags: &["--requirepass"],
    ..Account::NONE
};

/// `redis://:password@host:6379/0`, which every library reads, old ones and old servers too; `redis-cli -u` of 6.2
/// to 8 alone wants `default` before the colon (redis/redis issues 9186 and 12746, mended in pull request 15255).
/// Not `rediss`, which is TLS and needs a certificate.
pub(super) const URL: UrlForm =
    UrlForm { schemes: &["redis"], credentials: true, database: true, with_user: None };

/// The client exits 0 on `NOAUTH` and while data is still loading, so the answer itself is read.
/// `auth` sets variables before the client.
pub(super) fn probe(setup: &Setup<'_>, client: &str, auth: &str) -> Vec<String> {
    let port = setup.port;
    let auth = if setup.credentials.password { auth } else { "" };
    let text = format!("{auth}{client} -h 127.0.0.1 -p {port} ping | grep -q PONG");
    argv(["sh", "-c", &text])
}

/// The image's own command saves snapshots. Everything else is spelled out, because a server older than 7 that is
/// given any option forgets its default snapshots.
///
/// A password goes to the server's standard input as a line of configuration, quoted as its parser reads it: as an
/// option it would show in `ps`. The entrypoint is called again by name since it gives up root only for the
/// server itself, and it does so with this standard input; it leaves `-`, which means standard input, alone.
pub(super) fn command(setup: &Setup<'_>, server: &str, variable: &str) -> Option<Vec<String>> {
    let options: &[(&str, &str)] = match setup.persistence {
        Persistence::None => &[("save", ""), ("appendonly", "no")],
        Persistence::Rdb => &[("save", "3600 1"), ("save", "300 100"), ("save", "60 10000")],
        Persistence::Aof => {
            &[("save", "3600 1"), ("save", "300 100"), ("save", "60 10000"), ("appendonly", "yes")]
        }
    };
    if !setup.credentials.password {
        if setup.persistence == Persistence::default() {
            return None;
        }
        let words = options.iter().flat_map(|(name, value)| [format!("--{name}"), (*value).to_owned()]);
        return Some(std::iter::once(server.to_owned()).chain(words).collect());
    }
    let lines: String = options.iter().fold(String::new(), |lines, (name, value)| {
        let value = if value.is_empty() { "\"\"" } else { value };
        lines + name + " " + value + "\n"
    });
    let text = format!(
        "password=$(printf %s \"${variable}\" | sed 's/[\\\\\"]/\\\\&/g')\n\
         exec docker-entrypoint.sh {server} - <<END\n\
         {lines}requirepass \"$password\"\n\
         END\n"
    );
    Some(argv(["sh", "-c", &text]))
}
