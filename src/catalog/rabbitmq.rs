//! The rabbitmq preset.

use super::account::{Account, Field, Part};
use super::image::{Image, Kind, Port};
use super::preset::{DataPath, Preset, Setup, argv};
use super::url::UrlForm;

/// `rabbitmq`, the Docker Official Image. Variables, ports, the host name: its page (docker-library/docs,
/// `rabbitmq/`) and Dockerfiles (docker-library/rabbitmq, 3.x and 4.1), read 2026-11.
pub(super) static PRESET: Preset = Preset {
    name: "rabbitmq",
    image: Image {
        repository: "rabbitmq",
        engine: "rabbitmq",
        kind: Kind::Broker,
        ports: &[Port::tcp("amqp", 5672), Port::tcp("management", 15672).only("management")],
    },
    aliases: &[],
    data: &[DataPath { volume: "data", path: |_| "/var/lib/rabbitmq" }],
    account: Account {
        // Without them everybody on the network may log in as guest:guest, which the image allows from outside.
        user: Field::REQUIRED,
        password: Field::REQUIRED,
        database: Field::OPTIONAL,
        variables: &[
            ("RABBITMQ_DEFAULT_USER", Part::User),
            ("RABBITMQ_DEFAULT_PASS", Part::Password),
            ("RABBITMQ_DEFAULT_VHOST", Part::Database),
        ],
        ..Account::NONE
    },
    url: Some(UrlForm {
        // An AMQP URL without path means the virtual host `/` (rabbitmq.com/docs/uri-spec); `pyamqp` is Celery's.
        schemes: &["amqp", "pyamqp"],
        credentials: true,
        database: true,
        with_user: None,
    }),
    persistence: false,
    // Its data is kept under the node's name, `rabbit@` and the host name, which Docker makes up for each
    // container: without a fixed one a recreated broker starts empty.
    fixed_hostname: true,
    stop_grace: Some(60),
    shm_size: None,
    start_period: 60,
    refuse_tag: |_| None,
    environment: Account::plain,
    probe,
    command: |_| None,
};

/// Not `ping`, which only tells that the runtime is up, nor `check_port_connectivity`, which tries those
/// listeners that there are: this one fails until the broker itself listens.
fn probe(setup: &Setup<'_>) -> Vec<String> {
    argv(["rabbitmq-diagnostics", "-q", "check_port_listener", &setup.port.to_string()])
}
