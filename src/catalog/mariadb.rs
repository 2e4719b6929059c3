//! The mariadb preset.

use super::account::{Account, Part};
use super::image::{Image, Kind, Port};
use super::mysql::{self, no_alpine, ping};
use super::preset::{DataPath, Preset, Setup};
use super::tag::major;
use super::url::UrlForm;

/// `mariadb`, the Docker Official Image. Variables, paths, programs: its entrypoint, `healthcheck.sh` and Dockerfiles
/// (MariaDB/mariadb-docker, 10.6 to 11.4), read 2026-11.
pub(super) static PRESET: Preset = Preset {
    name: "mariadb",
    image: Image {
        repository: "mariadb",
        engine: "mariadb",
        kind: Kind::Database,
        ports: &[Port::tcp("mariadb", 3306)],
    },
    aliases: &["quay.io/mariadb-foundation/mariadb-devel"],
    data: &[DataPath { volume: "data", path: |_| "/var/lib/mysql" }],
    account: Account {
        // The MYSQL_ names still work; where both are set the MARIADB_ ones win.
        variables: &[
            ("MARIADB_USER", Part::User),
            ("MARIADB_PASSWORD", Part::Password),
            ("MARIADB_ROOT_PASSWORD", Part::RootPassword),
            ("MARIADB_DATABASE", Part::Database),
            ("MYSQL_USER", Part::User),
            ("MYSQL_PASSWORD", Part::Password),
            ("MYSQL_ROOT_PASSWORD", Part::RootPassword),
            ("MYSQL_DATABASE", Part::Database),
        ],
        ..mysql::ACCOUNT
    },
    url: Some(UrlForm {
        // Most clients know the server by MySQL's name; SQLAlchemy and JDBC-like clients know its own.
        schemes: &[
            "mysql",
            "mariadb",
            "mysql+pymysql",
            "mysql+aiomysql",
            "mysql+asyncmy",
            "mysql+mysqldb",
            "mysql+mysqlconnector",
            "mariadb+pymysql",
            "mariadb+aiomysql",
            "mariadb+asyncmy",
            "mariadb+mysqldb",
            "mariadb+mariadbconnector",
            "mysql2",
        ],
        ..mysql::URL
    }),
    persistence: false,
    fixed_hostname: false,
    stop_grace: Some(60),
    shm_size: None,
    start_period: 60,
    refuse_tag: no_alpine,
    environment: |account, stated| mysql::environment(account, stated, "MARIADB_RANDOM_ROOT_PASSWORD"),
    probe,
    command: |_| None,
};

/// Not the image's `healthcheck.sh --innodb_initialized`: it logs in with an account that only volumes made since
/// 2023 have, and would call an older database unhealthy for ever.
///
/// Programs called `mysql…` are gone since 11, their new names came during 10.4. Since 11.4 the client wants
/// to verify a certificate by default, which nobody has on loopback.
fn probe(setup: &Setup<'_>) -> Vec<String> {
    let program = match major(setup.tag) {
        Some(..11) => "mysqladmin",
        _ => "mariadb-admin",
    };
    ping(setup, program, "MARIADB", " --skip-ssl")
}
