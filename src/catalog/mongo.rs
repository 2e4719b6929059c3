//! The mongo preset.

use super::account::{Account, Fallback, Field, Part};
use super::image::{Image, Kind, Port};
use super::mysql::no_alpine;
use super::preset::{DataPath, Preset, Setup, argv};
use super::tag::major;
use super::url::UrlForm;

/// `mongo`, the Docker Official Image. Variables and paths: its page (docker-library/docs, `mongo/`) and entrypoint
/// (docker-library/mongo), read 2026-11.
pub(super) static PRESET: Preset = Preset {
    name: "mongo",
    image: Image {
        repository: "mongo",
        engine: "mongo",
        kind: Kind::Database,
        ports: &[Port::tcp("mongo", 27017)],
    },
    aliases: &["mongodb/mongodb-community-server"],
    // The image declares `/data/configdb` too, which only config servers of a cluster write to.
    data: &[DataPath { volume: "data", path: |_| "/data/db" }],
    account: Account {
        user: Field::OPTIONAL,
        password: Field::OPTIONAL,
        database: Field::OPTIONAL,
        default_user: Fallback::Nothing,
        // The entrypoint stops when only one of them is set; with neither, the server asks nobody who they are.
        together: true,
        // The database variable creates none: it names where the scripts of a first start run.
        variables: &[
            ("MONGO_INITDB_ROOT_USERNAME", Part::User),
            ("MONGO_INITDB_ROOT_PASSWORD", Part::Password),
            ("MONGO_INITDB_DATABASE", Part::Database),
        ],
        ..Account::NONE
    },
    url: Some(UrlForm {
        // Not `mongodb+srv`: it looks up DNS records that no container has.
        schemes: &["mongodb"],
        credentials: true,
        database: true,
        // The user is created in `admin`; without this a client looks for it in the database of the path.
        with_user: Some(("authSource", "admin")),
    }),
    persistence: false,
    fixed_hostname: false,
    stop_grace: Some(60),
    shm_size: None,
    start_period: 30,
    // `windowsservercore` tags exist but are nobody's here; Alpine ones do not.
    refuse_tag: no_alpine,
    environment: Account::plain,
    probe,
    command: |_| None,
};

/// By the container's own address: while the entrypoint initialises an empty volume, its server listens on
/// 127.0.0.1 at this very port, and a probe of that would call it ready; the real one listens on all addresses.
///
/// `mongosh` is in the image since 5.0 and the old `mongo` is gone since 6.0 (docker-library/docs pull request 2183,
/// docker-library/mongo issues 497 and 558). A ping asks for no login.
fn probe(setup: &Setup<'_>) -> Vec<String> {
    let shell = match major(setup.tag) {
        Some(..5) => "mongo",
        _ => "mongosh",
    };
    let port = setup.port;
    let text = format!(
        "exec {shell} --quiet --norc --host \"$(hostname)\" --port {port} \
         --eval 'quit(db.adminCommand(\"ping\").ok ? 0 : 1)'"
    );
    argv(["sh", "-c", &text])
}
