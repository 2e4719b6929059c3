//! The memcached preset.

use super::account::Account;
use super::image::{Image, Kind, Port};
use super::preset::{Preset, Setup, argv};
use super::tag::is_alpine;
use super::url::UrlForm;

/// `memcached`, the Docker Official Image. Port and programs: its Dockerfiles (docker-library/memcached, 1.6), read
/// 2026-11. It can ask for a login (SASL) only over a protocol that few clients speak: not offered.
pub(super) static PRESET: Preset = Preset {
    name: "memcached",
    image: Image {
        repository: "memcached",
        engine: "memcached",
        kind: Kind::Cache,
        ports: &[Port::tcp("memcached", 11211)],
    },
    aliases: &[],
    data: &[],
    account: Account::NONE,
    // There is no standard; this is what the libraries that take a URL at all take.
    url: Some(UrlForm { schemes: &["memcached"], credentials: false, database: false, with_user: None }),
    persistence: false,
    fixed_hostname: false,
    stop_grace: None,
    shm_size: None,
    start_period: 5,
    refuse_tag: |_| None,
    environment: Account::plain,
    probe,
    command: |_| None,
};

/// Neither variant brings a client. The Debian one has bash, which can open a connection; the Alpine one has no
/// bash, but busybox's `nc`, whose own `-w` does not end a read (tried: 1.35).
fn probe(setup: &Setup<'_>) -> Vec<String> {
    let port = setup.port;
    if is_alpine(setup.tag) {
        let text =
            format!("printf 'version\\r\\nquit\\r\\n' | timeout 3 nc 127.0.0.1 {port} | grep -q '^VERSION '");
        argv(["sh", "-c", &text])
    } else {
        let text = format!(
            "exec 3<>/dev/tcp/127.0.0.1/{port} && printf 'version\\r\\n' >&3 \
             && IFS= read -r -t 3 answer <&3 && [[ $answer == 'VERSION '* ]]"
        );
        argv(["bash", "-c", &text])
    }
}
