//! The postgres preset.

use super::account::{Account, Fallback, Field, Part};
use super::image::{Image, Kind, Port};
use super::preset::{DataPath, Preset, Setup, argv};
use super::tag::major;
use super::url::UrlForm;

/// `postgres`, the Docker Official Image. Variables, ports, paths: its page (docker-library/docs, `postgres/`),
/// Dockerfiles and entrypoint (docker-library/postgres), read 2026-11.
pub(super) static PRESET: Preset = Preset {
    name: "postgres",
    image: Image {
        repository: "postgres",
        engine: "postgres",
        kind: Kind::Database,
        ports: &[Port::tcp("postgres", 5432)],
    },
    // Built FROM postgres, with its entrypoint. Not timescaledb-ha and not bitnami: other paths and variables.
    aliases: &["postgis/postgis", "pgvector/pgvector", "timescale/timescaledb", "imresamu/postgis"],
    data: &[DataPath { volume: "data", path: data_path }],
    account: Account {
        user: Field::OPTIONAL,
        // The entrypoint refuses to start on an empty volume without one (or `trust`, which nobody should have).
        password: Field::REQUIRED,
        database: Field::OPTIONAL,
        default_user: Fallback::Is("postgres"),
        default_database: Fallback::User,
        variables: &[
            ("POSTGRES_USER", Part::User),
            ("POSTGRES_PASSWORD", Part::Password),
            ("POSTGRES_DB", Part::Database),
        ],
        ..Account::NONE
    },
    url: Some(UrlForm {
        // libpq reads the first two; the rest are SQLAlchemy's dialects and drivers (its page on PostgreSQL,
        // 2.0), dj-database-url's and Laravel's words.
        schemes: &[
            "postgresql",
            "postgres",
            "postgresql+asyncpg",
            "postgresql+psycopg",
            "postgresql+psycopg2",
            "postgresql+psycopg_async",
            "postgresql+pg8000",
            "postgres+asyncpg",
            "postgis",
            "pgsql",
        ],
        credentials: true,
        database: true,
        with_user: None,
    }),
    persistence: false,
    fixed_hostname: false,
    // The Dockerfile's own comment on STOPSIGNAL: ten seconds are too few, ninety may be.
    stop_grace: Some(90),
    // Parallel queries fail with "could not resize shared memory segment" on 64 MiB; the image's page shows 128.
    shm_size: Some(128 << 20),
    start_period: 30,
    refuse_tag: |_| None,
    environment: Account::plain,
    probe,
    command: |_| None,
};

/// Since 18, `PGDATA` is `/var/lib/postgresql/18/docker` and the volume is its grandparent; a volume at the old
/// place makes the entrypoint stop. (`18/trixie/Dockerfile`; a moving tag is taken for a new one.)
fn data_path(tag: &str) -> &'static str {
    match major(tag) {
        Some(..18) => "/var/lib/postgresql/data",
        _ => "/var/lib/postgresql",
    }
}

/// By TCP: while the entrypoint initialises an empty volume, its server listens on the socket only
/// (`listen_addresses=''`), and a probe of the socket would call that ready. User and database keep
/// "role does not exist" out of the log. `pg_isready` is in the Debian and the Alpine variants.
fn probe(setup: &Setup<'_>) -> Vec<String> {
    let account = &PRESET.account;
    let user = account.user(&setup.credentials).unwrap_or_default();
    let database = account.database(&setup.credentials).unwrap_or_default();
    let port = setup.port.to_string();
    argv(["pg_isready", "-q", "-h", "127.0.0.1", "-p", &port, "-U", user, "-d", database])
}
