//! The mysql preset, and what mariadb shares with it.

use super::account::{Account, Credentials, Fallback, Field, Part, Setting};
use super::image::{Image, Kind, Port};
use super::preset::{DataPath, Preset, Setup, argv};
use super::tag::is_alpine;
use super::url::UrlForm;

/// `mysql`, the Docker Official Image. Variables and paths: its page (docker-library/docs, `mysql/`) and
/// entrypoint (docker-library/mysql, 8.0 to 9.7), read 2026-11.
pub(super) static PRESET: Preset = Preset {
    name: "mysql",
    image: Image {
        repository: "mysql",
        engine: "mysql",
        kind: Kind::Database,
        // The X protocol is on by default since 8.0 (`EXPOSE 3306 33060`).
        ports: &[Port::tcp("mysql", 3306), Port::tcp("x", 33060)],
    },
    aliases: &["mysql/mysql-server", "container-registry.oracle.com/mysql/community-server"],
    data: &[DataPath { volume: "data", path: |_| "/var/lib/mysql" }],
    account: Account {
        // The entrypoint: `MYSQL_USER="root"` stops it; user and password only count together.
        variables: &[
            ("MYSQL_USER", Part::User),
            ("MYSQL_PASSWORD", Part::Password),
            ("MYSQL_ROOT_PASSWORD", Part::RootPassword),
            ("MYSQL_DATABASE", Part::Database),
        ],
        ..ACCOUNT
    },
    url: Some(UrlForm {
        // SQLAlchemy's page on MySQL (2.0); `mysql2` is Rails'.
        schemes: &[
            "mysql",
            "mysql+pymysql",
            "mysql+aiomysql",
            "mysql+asyncmy",
            "mysql+mysqldb",
            "mysql+mysqlconnector",
            "mysql2",
        ],
        ..URL
    }),
    persistence: false,
    fixed_hostname: false,
    stop_grace: Some(60),
    shm_size: None,
    // The first start makes the system tables and loads the time zones.
    start_period: 60,
    refuse_tag: no_alpine,
    environment: |account, stated| environment(account, stated, "MYSQL_RANDOM_ROOT_PASSWORD"),
    probe: |setup| ping(setup, "mysqladmin", "MYSQL", ""),
    command: |_| None,
};

/// What both servers want: a password always; the administrator's own only beside a user.
pub(super) const ACCOUNT: Account = Account {
    user: Field::OPTIONAL,
    password: Field::REQUIRED,
    root_password: Field::OPTIONAL,
    database: Field::OPTIONAL,
    default_user: Fallback::Is("root"),
    forbidden_users: &["root"],
    ..Account::NONE
};

/// What both servers' URLs have in common.
pub(super) const URL: UrlForm =
    UrlForm { schemes: &["mysql"], credentials: true, database: true, with_user: None };

/// Neither repository has Alpine tags (`versions.json` of both, 2026-11).
pub(super) fn no_alpine(tag: &str) -> Option<&'static str> {
    is_alpine(tag).then_some("this image has no Alpine variant")
}

/// With a user, the administrator's password is the stated one, or random: the entrypoint insists on something,
/// and a random one cannot leak from the spec (it is in the container's first log, once).
/// Without a user, the application is the administrator.
pub(super) fn environment(
    account: &Account,
    stated: &Credentials<'_>,
    random: &'static str,
) -> Vec<(&'static str, Setting)> {
    let mut variables = account.plain(stated);
    if stated.user.is_some() {
        if !stated.root_password {
            variables.push((random, Setting::Literal("yes")));
        }
    } else if !stated.root_password
        && let Some(root) = account.variable(Part::RootPassword)
    {
        for (name, setting) in &mut variables {
            if *setting == Setting::Stated(Part::Password) {
                *name = root;
            }
        }
    }
    variables
}

/// By TCP, since the entrypoint's first server has no network (`--skip-networking`). A ping that reaches the server
/// exits 0 even when the password is refused, so a rotated password does not make the service unhealthy; it is
/// given all the same, for without it the server logs a refused login at each probe.
pub(super) fn ping(setup: &Setup<'_>, program: &str, prefix: &str, options: &str) -> Vec<String> {
    let (user, password) = if setup.credentials.user.is_some() {
        (format!("\"${prefix}_USER\""), "PASSWORD")
    } else {
        ("root".to_owned(), "ROOT_PASSWORD")
    };
    let port = setup.port;
    let text = format!(
        "MYSQL_PWD=\"${prefix}_{password}\" exec {program} ping -h 127.0.0.1 -P {port} -u {user}{options}"
    );
    argv(["sh", "-c", &text])
}
