//! The images that the systems ask for. There is no registry, so they are made of what the machine has.

use crate::support::engine::{Engine, add, libraries};
use crate::support::programs::program;
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

/// Listens on a port, and answers each connection.
const APPLICATION: &str = "#!/bin/sh
exec nc -ll -p \"$1\" -e /bin/answer
";

/// Says which container answers, what it was asked and how. Below `/api/events`, four events, one each half second.
const ANSWER: &str = r#"#!/bin/sh
read -r method path version
headers=
while IFS= read -r line; do
    line=$(printf %s "$line" | tr -d '\r')
    [ -n "$line" ] || break
    headers="$headers$line
"
done
case $path in
/api/events*)
    printf 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n'
    for event in 1 2 3 4; do
        printf 'data: event %s\n\n' "$event"
        sleep 0.5
    done
    ;;
*)
    body="$(hostname) $method $path
$headers"
    printf 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %s\r\nConnection: close\r\n\r\n%s' "${#body}" "$body"
    ;;
esac
"#;

/// Stands in for python: knows the one probe that specc writes, and asks what that asks.
const PYTHON: &str = r#"#!/bin/sh
[ "$1" = -c ] || exit 2
url=${2#"import urllib.request as r; r.urlopen('"}
[ "$url" != "$2" ] || exit 2
exec curl -fsS -o /dev/null --max-time 5 "${url%%"'"*}"
"#;

/// The same for node.
const NODE: &str = r#"#!/bin/sh
[ "$1" = -e ] || exit 2
url=${2#"fetch('"}
[ "$url" != "$2" ] || exit 2
exec curl -fsS -o /dev/null --max-time 5 "${url%%"'"*}"
"#;

/// Stands in for a migration: changes the database that it was given, and takes its time.
const ALEMBIC: &str = r#"#!/bin/sh
set -e
[ "$*" = "upgrade head" ]
psql "$DATABASE_URL" -v ON_ERROR_STOP=1 -qc 'create table if not exists migrated (at timestamptz default now())'
sleep 1
psql "$DATABASE_URL" -v ON_ERROR_STOP=1 -qc 'insert into migrated default values'
"#;

/// What every application here is built from: `FROM application:1`, and `CMD ["application", "<port>"]`. It has the
/// programs that probes need, and clients of the databases.
pub fn application(engine: &Engine) {
    let programs = ["curl", "redis-cli"];
    engine.image_with("application:1", &programs, &[], |tree| {
        install(tree, "psql");
        for (name, text) in [
            ("application", APPLICATION),
            ("answer", ANSWER),
            ("python", PYTHON),
            ("node", NODE),
            ("alembic", ALEMBIC),
        ] {
            script(tree, name, text);
        }
    });
}

/// Does as the entrypoint of the official image does, where it matters: leaves root behind, makes the account and the
/// database at the first start (listening nowhere meanwhile), asks for the password on the network.
const POSTGRES: &str = r#"#!/bin/sh
set -eu
if [ "$(id -u)" = 0 ]; then
    mkdir -p "$PGDATA"
    chown postgres "$PGDATA"
    chmod 700 "$PGDATA"
    # Not the shell's own, which knows no users.
    exec /bin/setpriv --reuid=postgres --regid=postgres --clear-groups -- "$0" "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    printf '%s\n' "$POSTGRES_PASSWORD" >/tmp/password
    initdb --username "${POSTGRES_USER:-postgres}" --pwfile /tmp/password --locale=C --encoding=UTF8 --no-sync >/dev/null
    echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
    pg_ctl -w start -o "-c listen_addresses='' -c fsync=off" >/dev/null
    if [ "${POSTGRES_DB:-postgres}" != postgres ]; then
        psql -v ON_ERROR_STOP=1 -U "${POSTGRES_USER:-postgres}" -d postgres -c "create database \"$POSTGRES_DB\""
    fi
    pg_ctl -m fast -w stop >/dev/null
fi
exec "$@" -c listen_addresses='*' -c fsync=off
"#;

/// Debian's postgres, whatever `name` says.
pub fn postgres(engine: &Engine, name: &str) {
    let changes = [
        "ENV PGDATA=/var/lib/postgresql/data",
        r#"ENTRYPOINT ["docker-entrypoint.sh"]"#,
        r#"CMD ["postgres"]"#,
        "VOLUME /var/lib/postgresql/data",
    ];
    engine.image_with(name, &["setpriv"], &changes, |tree| {
        user(tree, "postgres");
        for name in ["postgres", "initdb", "pg_ctl", "psql", "pg_isready"] {
            install(tree, name);
        }
        let server = server();
        let version = server.parent().and_then(Path::parent).expect("it is in a folder of its version");
        for library in ["plpgsql.so", "dict_snowball.so"] {
            add(tree, &version.join("lib").join(library));
        }
        let share = Path::new("/usr/share/postgresql").join(version.file_name().expect("a version"));
        for file in walkdir::WalkDir::new(share) {
            let file = file.expect("a package's files can be read");
            if file.file_type().is_file() && !file.path().components().any(|part| part.as_os_str() == "man") {
                add(tree, file.path());
            }
        }
        let sockets = tree.join("var/run/postgresql");
        fs::create_dir_all(&sockets).expect("a folder");
        fs::set_permissions(&sockets, Permissions::from_mode(0o777)).expect("it is ours");
        script(tree, "docker-entrypoint.sh", POSTGRES);
    });
}

/// Debian's redis, behind an entrypoint that runs what it is told. The official image is built without protected mode,
/// which answers other containers only when there is a password.
pub fn redis(engine: &Engine, name: &str) {
    let changes = ["WORKDIR /data", r#"ENTRYPOINT ["docker-entrypoint.sh"]"#, r#"CMD ["redis-server"]"#];
    engine.image_with(name, &["redis-server", "redis-cli"], &changes, |tree| {
        let entrypoint = "#!/bin/sh
[ \"$1\" = redis-server ] && set -- \"$@\" --protected-mode no
exec \"$@\"\n";
        script(tree, "docker-entrypoint.sh", entrypoint);
    });
}

/// Debian's nginx.
pub fn nginx(engine: &Engine, name: &str) {
    engine.image_with(name, &["nginx"], &[r#"CMD ["nginx", "-g", "daemon off;"]"#], |tree| {
        user(tree, "nginx");
        add(tree, Path::new("/etc/nginx/mime.types"));
        for folder in ["var/lib/nginx", "var/log/nginx"] {
            fs::create_dir_all(tree.join(folder)).expect("a folder");
        }
    });
}

/// Debian's Caddy, run as the official image runs it.
pub fn caddy(engine: &Engine, name: &str) {
    let changes = [
        "ENV XDG_CONFIG_HOME=/config",
        "ENV XDG_DATA_HOME=/data",
        r#"CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]"#,
    ];
    engine.image(name, &["caddy"], &changes);
}

/// Listens where minio does; its `mc` asks whether it is ready.
pub fn minio(engine: &Engine, name: &str) {
    let changes = [r#"ENTRYPOINT ["docker-entrypoint.sh"]"#];
    engine.image_with(name, &["curl"], &changes, |tree| {
        let entrypoint = "#!/bin/sh
[ \"$1\" = server ] && [ \"$2\" = /data ] && [ -d /data ] && exec application 9000\n";
        script(tree, "docker-entrypoint.sh", entrypoint);
        script(
            tree,
            "mc",
            "#!/bin/sh\n[ \"$*\" = 'ready local' ] && exec curl -fs -o /dev/null http://127.0.0.1:9000/\n",
        );
        script(tree, "application", APPLICATION);
        script(tree, "answer", ANSWER);
    });
}

/// Listens where mongo does; its `mongosh` says whether something listens.
pub fn mongo(engine: &Engine, name: &str) {
    engine.image_with(name, &["curl"], &[r#"CMD ["application", "27017"]"#], |tree| {
        let mongosh = "#!/bin/sh
while [ $# -gt 0 ]; do
    case $1 in
    --host) host=$2 ;;
    --port) port=$2 ;;
    esac
    shift
done
exec curl -fs -o /dev/null \"http://$host:$port/\"\n";
        script(tree, "mongosh", mongosh);
        script(tree, "application", APPLICATION);
        script(tree, "answer", ANSWER);
    });
}

/// A program where the machine has it, since it finds its files from there; linked where the shell finds it.
fn install(tree: &Path, name: &str) {
    // Debian's clients in PATH are Perl that chooses a version: the real ones are beside the server.
    let path = server().with_file_name(name);
    add(tree, &path);
    for library in libraries(&path) {
        add(tree, Path::new(&library));
    }
    symlink(&path, tree.join("bin").join(name)).expect("a link");
}

/// postgres's server, in the folder of its version.
fn server() -> PathBuf {
    let found = program("postgres").expect("postgres is not installed");
    found.canonicalize().expect("it exists")
}

/// Puts a script among the programs.
pub fn script(tree: &Path, name: &str, text: &str) {
    let path = tree.join("bin").join(name);
    let _ = fs::remove_file(&path);
    fs::write(&path, text).expect("a file");
    fs::set_permissions(&path, Permissions::from_mode(0o755)).expect("it is ours");
}

fn user(tree: &Path, name: &str) {
    for (file, line) in [
        ("etc/passwd", format!("{name}:x:999:999::/tmp:/bin/sh\n")),
        ("etc/group", format!("{name}:x:999:\n")),
    ] {
        let path = tree.join(file);
        let text = fs::read_to_string(&path).expect("a file");
        fs::write(path, text + &line).expect("a file");
    }
    // As in every image: anybody's.
    fs::set_permissions(tree.join("tmp"), Permissions::from_mode(0o777)).expect("it is ours");
}
