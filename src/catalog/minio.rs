//! The minio preset.

use super::account::{Account, Field, Part};
use super::image::{Image, Kind, Port};
use super::preset::{DataPath, Preset, Setup, argv};
use super::url::UrlForm;

/// The newest release that there is an image of: since October 2025 the project publishes source only
/// (minio/minio issue 21647).
const LAST: &str = "RELEASE.2025-09-07T16-13-09Z";

/// `curl` left the image after this release (minio/minio issues 18371 and 18373), `mc` had come before.
const CURL: &str = "RELEASE.2023-10-25T06-33-25Z";

/// `quay.io/minio/minio`. The repository on Docker Hub, `minio/minio`, was removed in September 2026 and can no
/// longer be pulled; quay.io has the same images under the same tags (makeplane/plane pull request 9829,
/// dfpc-coe/CloudTAK issue 1803). Ports, paths, variables: `Dockerfile.release` and the project's documentation of its
/// container, read 2026-11.
pub(super) static PRESET: Preset = Preset {
    name: "minio",
    image: Image {
        repository: "quay.io/minio/minio",
        engine: "minio",
        kind: Kind::ObjectStore,
        ports: &[Port::tcp("api", 9000), Port::tcp("console", 9001)],
    },
    aliases: &["minio/minio"],
    data: &[DataPath { volume: "data", path: |_| "/data" }],
    account: Account {
        // Without them the server is open to minioadmin:minioadmin; with shorter ones it does not start.
        user: Field::at_least(3),
        password: Field::at_least(8),
        variables: &[
            ("MINIO_ROOT_USER", Part::User),
            ("MINIO_ROOT_PASSWORD", Part::Password),
            ("MINIO_ACCESS_KEY", Part::User),
            ("MINIO_SECRET_KEY", Part::Password),
        ],
        ..Account::NONE
    },
    // The endpoint; clients take user and password as access and secret key beside it.
    url: Some(UrlForm { schemes: &["http"], credentials: false, database: false, with_user: None }),
    persistence: false,
    fixed_hostname: false,
    stop_grace: Some(30),
    shm_size: None,
    start_period: 10,
    refuse_tag: |tag| {
        (tag.starts_with("RELEASE.") && tag > LAST)
            .then_some("the project publishes no image since RELEASE.2025-09-07T16-13-09Z")
    },
    environment: Account::plain,
    probe,
    // Without the address the console takes a random port at each start.
    command: |_| Some(argv(["server", "/data", "--console-address", ":9001"])),
};

/// `mc` knows the server beside it as `local`, at port 9000, and asks whether it can serve; no login is needed.
fn probe(setup: &Setup<'_>) -> Vec<String> {
    if setup.tag.starts_with("RELEASE.") && setup.tag <= CURL {
        let url = format!("http://127.0.0.1:{}/minio/health/ready", setup.port);
        argv(["curl", "-fsS", "-o", "/dev/null", &url])
    } else {
        argv(["mc", "ready", "local"])
    }
}
