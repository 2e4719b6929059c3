//! Tests of the table: what its facts must agree on, and what it says for well-known uses.

use super::*;

const TAGS: &[&str] =
    &["latest", "16-alpine", "17", "7.0", "8-alpine3.22", "RELEASE.2025-01-20T14-49-07Z", "10.6"];

/// What an application usually states, as far as the preset takes it.
fn usual(preset: &Preset) -> Credentials<'static> {
    let takes = |part| preset.account.field(part).need != Need::Unsupported;
    Credentials {
        user: takes(Part::User).then_some("wish"),
        password: takes(Part::Password),
        root_password: false,
        database: takes(Part::Database).then_some("1"),
    }
}

/// A URL with its values in place.
fn url(name: &str, stated: Credentials<'_>, scheme: Option<&str>, query: Option<&str>) -> String {
    let preset = find(name).unwrap();
    let parts = preset.url(&stated, scheme, query).unwrap();
    parts.into_iter().fold(String::new(), |text, part| {
        text + &match part {
            UrlPart::Literal(text) => text,
            UrlPart::User => preset.account.user(&stated).unwrap().to_owned(),
            UrlPart::Password => "SECRET".to_owned(),
            UrlPart::Host => "db".to_owned(),
            UrlPart::Port => preset.port().number.to_string(),
            UrlPart::Database => preset.account.database(&stated).unwrap().to_owned(),
        }
    })
}

fn stated<'a>(user: Option<&'a str>, password: bool, database: Option<&'a str>) -> Credentials<'a> {
    Credentials { user, password, root_password: false, database }
}

#[test]
fn names_images_and_ports_are_unique() {
    let mut seen = std::collections::HashSet::new();
    for preset in PRESETS {
        assert!(seen.insert(preset.name), "{} is there twice", preset.name);
        let mut ports = std::collections::HashSet::new();
        for port in preset.image.ports {
            assert!(ports.insert(port.name) && !port.name.contains('.'), "{}.{}", preset.name, port.name);
        }
        for alias in preset.aliases {
            assert!(std::ptr::eq(by_image(alias).unwrap(), *preset), "{alias} is claimed twice");
        }
        assert!(std::ptr::eq(by_image(preset.image.repository).unwrap(), *preset));
    }
}

#[test]
fn images_are_found_however_docker_hub_is_spelled() {
    for repository in ["postgres", "docker.io/library/postgres", "library/postgres", "docker.io/postgres"] {
        assert_eq!(by_image(repository).unwrap().name, "postgres");
    }
    assert_eq!(by_image("public.ecr.aws/docker/library/redis").unwrap().name, "redis");
    assert_eq!(by_image("docker.io/valkey/valkey").unwrap().name, "valkey");
    assert_eq!(by_image("minio/minio").unwrap().name, "minio");
    assert_eq!(image("docker.io/library/nginx").unwrap().kind, Kind::Proxy);
    assert!(by_image("bitnami/postgresql").is_none(), "other variables, other paths");
    assert!(by_image("ghcr.io/acme/postgres").is_none(), "anybody's image of that name");
    assert!(image("acme/app").is_none());
}

#[test]
fn usual_credentials_are_accepted_and_every_part_is_passed_on() {
    for preset in PRESETS {
        let stated = usual(preset);
        assert_eq!(preset.account.faults(&stated), [], "{}", preset.name);
        for (name, setting) in preset.environment(&stated) {
            match setting {
                Setting::Stated(part) => {
                    assert_eq!(preset.account.holds(name), Some(part), "{name}");
                    assert!(stated.has(part), "{name} is set to what is not stated");
                }
                Setting::Literal(text) => assert!(!text.is_empty()),
            }
        }
        if stated.password {
            let passes = |setting: &(&str, Setting)| setting.1 == Setting::Stated(Part::Password);
            assert!(preset.environment(&stated).iter().any(passes), "{} loses the password", preset.name);
        }
    }
}

#[test]
fn every_tag_has_a_probe_and_none_asks_for_localhost() {
    for preset in PRESETS {
        for tag in TAGS {
            for persistence in [Persistence::None, Persistence::Rdb, Persistence::Aof] {
                let setup = Setup { persistence, ..preset.setup(tag, usual(preset)) };
                let probe = preset.probe(&setup);
                assert!(!probe.is_empty());
                for word in probe.iter().chain(preset.command(&setup).iter().flatten()) {
                    // It is `::1` first in some images, while the server listens on IPv4 only.
                    assert!(!word.contains("localhost"), "{}: {word}", preset.name);
                }
            }
        }
    }
}

#[test]
fn tags_say_version_and_variant() {
    let cases = [
        ("16-alpine", Some(16)),
        ("7.0", Some(7)),
        ("18beta1-trixie", Some(18)),
        ("0.8.0-pg17", Some(17)),
        ("pg16", Some(16)),
        ("latest-pg16", Some(16)),
        ("v8.1.2", Some(8)),
        ("latest", None),
        ("alpine3.22", None),
        ("RELEASE.2025-01-20T14-49-07Z", None),
        ("99999999999999", None),
        ("", None),
    ];
    for (tag, expected) in cases {
        assert_eq!(major(tag), expected, "{tag}");
    }
    assert!(is_alpine("16-alpine3.22") && is_alpine("alpine") && !is_alpine("16-bookworm"));
}

#[test]
fn postgres_moved_its_volume_in_18() {
    let path = find("postgres").unwrap().data[0].path;
    assert_eq!(path("17-alpine"), "/var/lib/postgresql/data");
    assert_eq!(path("pg17"), "/var/lib/postgresql/data");
    for new in ["18", "18.1-alpine", "19beta1", "latest", "alpine"] {
        assert_eq!(path(new), "/var/lib/postgresql", "{new}");
    }
}

#[test]
fn urls_are_what_clients_expect() {
    let full = stated(Some("wish"), true, Some("wishes"));
    assert_eq!(url("postgres", full, None, None), "postgresql://wish:SECRET@db:5432/wishes");
    assert_eq!(
        url("postgres", stated(None, true, None), Some("postgresql+asyncpg"), Some("ssl=disable")),
        "postgresql+asyncpg://postgres:SECRET@db:5432/postgres?ssl=disable"
    );
    assert_eq!(
        url("postgres", stated(Some("wish"), true, None), None, None),
        "postgresql://wish:SECRET@db:5432/wish"
    );
    assert_eq!(url("mysql", full, Some("mysql+pymysql"), None), "mysql+pymysql://wish:SECRET@db:3306/wishes");
    assert_eq!(url("mariadb", stated(None, true, None), None, None), "mysql://root:SECRET@db:3306");
    assert_eq!(url("mongo", full, None, None), "mongodb://wish:SECRET@db:27017/wishes?authSource=admin");
    assert_eq!(
        url("mongo", full, None, Some("authSource=wishes&tls=false")),
        "mongodb://wish:SECRET@db:27017/wishes?authSource=wishes&tls=false"
    );
    assert_eq!(
        url("mongo", stated(Some("wish"), true, None), None, Some("retryWrites=false")),
        "mongodb://wish:SECRET@db:27017/?retryWrites=false&authSource=admin"
    );
    assert_eq!(url("mongo", stated(None, false, None), None, None), "mongodb://db:27017");
    assert_eq!(url("redis", stated(None, false, None), None, None), "redis://db:6379/0");
    assert_eq!(url("redis", stated(None, true, Some("2")), None, None), "redis://:SECRET@db:6379/2");
    assert_eq!(url("valkey", stated(None, true, None), Some("valkey"), None), "valkey://:SECRET@db:6379/0");
    assert_eq!(url("memcached", stated(None, false, None), None, None), "memcached://db:11211");
    assert_eq!(url("minio", stated(Some("wish"), true, None), None, None), "http://db:9000");
    assert_eq!(url("rabbitmq", full, None, None), "amqp://wish:SECRET@db:5672/wishes");
    assert_eq!(
        url("rabbitmq", stated(Some("wish"), true, None), Some("pyamqp"), None),
        "pyamqp://wish:SECRET@db:5672"
    );
}

#[test]
fn faults_are_told_all_at_once() {
    let faults = |name, credentials: Credentials<'_>| find(name).unwrap().account.faults(&credentials);
    assert_eq!(faults("postgres", stated(Some("a"), false, None)), [Fault::Missing(Part::Password)]);
    assert_eq!(
        faults("redis", stated(Some("a"), true, Some("cache"))),
        [
            Fault::Unsupported(Part::User),
            Fault::Invalid(Part::Database, "databases are numbers from 0 to 15")
        ]
    );
    assert_eq!(faults("mongo", stated(None, true, None)), [Fault::Missing(Part::User)]);
    assert_eq!(faults("mongo", stated(Some("a"), false, None)), [Fault::Missing(Part::Password)]);
    assert_eq!(
        faults("rabbitmq", stated(None, false, None)),
        [Fault::Missing(Part::User), Fault::Missing(Part::Password)]
    );
    assert_eq!(faults("minio", stated(Some("me"), true, None)), [Fault::TooShort(Part::User, 3)]);
    assert!(matches!(faults("mysql", stated(Some("root"), true, None))[..], [Fault::Invalid(Part::User, _)]));
    let root_only = Credentials { root_password: true, password: true, ..Credentials::default() };
    assert_eq!(faults("mariadb", root_only), [Fault::Missing(Part::User)]);
    assert_eq!(faults("memcached", stated(None, true, None)), [Fault::Unsupported(Part::Password)]);
}

#[test]
fn mysql_always_settles_the_administrator() {
    let variables = |credentials: Credentials<'_>| find("mysql").unwrap().environment(&credentials);
    let password = Setting::Stated(Part::Password);
    assert_eq!(
        variables(stated(Some("wish"), true, Some("wishes"))),
        [
            ("MYSQL_USER", Setting::Stated(Part::User)),
            ("MYSQL_PASSWORD", password),
            ("MYSQL_DATABASE", Setting::Stated(Part::Database)),
            ("MYSQL_RANDOM_ROOT_PASSWORD", Setting::Literal("yes")),
        ]
    );
    assert_eq!(variables(stated(None, true, None)), [("MYSQL_ROOT_PASSWORD", password)]);
    let both = Credentials { root_password: true, ..stated(Some("wish"), true, None) };
    assert_eq!(
        variables(both),
        [
            ("MYSQL_USER", Setting::Stated(Part::User)),
            ("MYSQL_PASSWORD", password),
            ("MYSQL_ROOT_PASSWORD", Setting::Stated(Part::RootPassword)),
        ]
    );
}

#[test]
fn tags_without_an_image_are_refused() {
    let refuses = |name, tag| (find(name).unwrap().refuse_tag)(tag).is_some();
    assert!(refuses("minio", "RELEASE.2025-10-15T17-29-55Z"));
    assert!(!refuses("minio", "RELEASE.2025-09-07T16-13-09Z"));
    assert!(!refuses("minio", "RELEASE.2025-01-20T14-49-07Z"));
    assert!(refuses("mysql", "8-alpine") && !refuses("mysql", "8.4"));
    assert!(!refuses("postgres", "16-alpine"));
}

#[test]
fn probes_follow_what_is_in_the_image() {
    let program = |name, tag| {
        let preset = find(name).unwrap();
        preset.probe(&preset.setup(tag, usual(preset))).join(" ")
    };
    assert!(program("mongo", "4.4").contains("exec mongo --quiet"));
    assert!(program("mongo", "5.0").contains("exec mongosh --quiet"));
    assert!(program("mariadb", "10.6").contains("exec mysqladmin ping"));
    assert!(program("mariadb", "lts").contains("exec mariadb-admin ping"));
    assert!(program("memcached", "1.6").starts_with("bash "));
    assert!(program("memcached", "1.6-alpine").starts_with("sh "));
    assert_eq!(program("minio", "RELEASE.2025-01-20T14-49-07Z"), "mc ready local");
    assert!(program("minio", "RELEASE.2023-09-30T07-02-29Z").starts_with("curl "));
}

#[test]
fn management_is_listened_on_in_management_images_only() {
    let preset = find("rabbitmq").unwrap();
    let names = |tag| preset.ports(tag).map(|port| port.name).collect::<Vec<_>>();
    assert_eq!(names("4.1-management-alpine"), ["amqp", "management"]);
    assert_eq!(names("4.1"), ["amqp"]);
}
