//! H1, H8: one credential on both sides, whatever characters it holds; Caddy on a machine that has only an address.

use crate::images;
use crate::machine::Machine;

/// Everything that a shell, dotenv, YAML or Compose takes for its own.
const AWKWARD: &str = "it's \"$HOME\" ${HOME} $$ #1 \\n \\\\ `id` {a} %41 é";

#[test]
fn both_sides_of_a_connection_get_the_same_credential() {
    let Some(machine) = Machine::start("chitram") else { return };
    machine.edit("version: \"2.8\"", "version: \"2.6\"");
    images::application(&machine.engine);
    images::postgres(&machine.engine, "postgres:16");
    images::minio(&machine.engine, "quay.io/minio/minio:RELEASE.2025-01-20T14-49-07Z");
    images::caddy(&machine.engine, "caddy:2.6-alpine");
    machine.dockerfile("backend", "FROM application:1\nCMD [\"application\", \"8000\"]\n");
    machine.render();
    let secrets = [
        ("CHITRAM_PRODUCTION_RELEASE", "2026-11-21"),
        ("CHITRAM_PRODUCTION_JWT_SECRET", &format!("{AWKWARD}\\")),
        ("CHITRAM_PRODUCTION_MINIO_PASSWORD", AWKWARD),
        ("CHITRAM_PRODUCTION_POSTGRES_PASSWORD", "Aa0._~-password"),
    ];
    machine.secrets("production", &secrets);
    machine.build("production");
    machine.up("production");

    let print = |service: &str, name: &str| {
        machine.exec(&format!("chitram-production-{service}"), &format!("printf %s \"${name}\""))
    };
    assert_eq!(print("minio", "MINIO_ROOT_PASSWORD"), AWKWARD);
    assert_eq!(print("app", "MINIO_SECRET_KEY"), AWKWARD);
    assert_eq!(print("app", "JWT_SECRET_KEY"), format!("{AWKWARD}\\"));
    assert_eq!(print("minio", "MINIO_ROOT_USER"), print("app", "MINIO_ACCESS_KEY"));
    let app = "chitram-production-app";
    machine.exec(app, "curl -fsS -o /dev/null \"http://$MINIO_ENDPOINT/\"");
    let login = "psql \"$(echo \"$DATABASE_URL\" | sed s/+asyncpg//)\" -tAc 'select current_user, current_database()'";
    assert_eq!(machine.exec(app, login), "chitram|chitram");

    let container = machine.containers()[app].id[..12].to_owned();
    for host in ["192.0.2.40", "whatever.example"] {
        let answer = machine.curl(&["--connect-to", "::127.0.0.1:", &format!("http://{host}/health?a=b")]);
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(answer.contains(&format!("{container} GET /health?a=b\n")), "{answer}");
        assert!(answer.contains("X-Frame-Options: SAMEORIGIN\r\n"), "{answer}");
        assert!(!answer.contains("Strict-Transport-Security") && !answer.contains("Location"), "{answer}");
    }
    // What specc named, and nothing else: the volume that the spec calls by its old name among them.
    let volumes = machine.docker(&["volume", "ls", "--format", "{{.Name}}"]);
    let mut volumes: Vec<_> = volumes.lines().collect();
    volumes.sort_unstable();
    let named =
        ["caddy-config", "caddy-data", "postgres-data"].map(|name| format!("chitram-production-{name}"));
    assert_eq!(volumes, [&["chitram-minio-data".to_owned()][..], &named].concat());

    // Caddy finds an application that was made anew.
    let stranger = ["run", "-d", "--init", "--name", "stranger", "--network", "chitram-production"];
    machine.docker(&["rm", "-f", app]);
    machine.docker(&[&stranger[..], &["application:1", "sleep", "1000"]].concat());
    machine.up("production");
    let container = machine.containers()[app].id[..12].to_owned();
    assert!(machine.curl(&["http://127.0.0.1/health"]).contains(&format!("{container} GET /health\n")));
}
