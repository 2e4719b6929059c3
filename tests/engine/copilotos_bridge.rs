//! C1, C3: a redis whose password nobody can read in a process list, on a port that is this machine's only.

use crate::images;
use crate::machine::Machine;
use crate::support::engine::run;

const AWKWARD: &str = "it's \"$HOME\" ${HOME} $$ #1 \\n \\\\ `id` {a} %41 é";

/// The system, running, with this password for redis.
fn running(edit: impl FnOnce(&Machine), password: &str) -> Option<Machine> {
    let machine = Machine::start("copilotos-bridge")?;
    edit(&machine);
    images::application(&machine.engine);
    images::mongo(&machine.engine, "mongo:7.0");
    images::redis(&machine.engine, "redis:7-alpine");
    for (context, port) in [("apps/api", 8001), ("apps/web", 3000)] {
        machine.dockerfile(context, &format!("FROM application:1\nCMD [\"application\", \"{port}\"]\n"));
    }
    machine.render();
    let secrets = [
        ("COPILOTOS_PROD_RELEASE", "v1"),
        ("COPILOTOS_PROD_JWT_SECRET", AWKWARD),
        ("COPILOTOS_PROD_MONGODB_PASSWORD", "mongodb-password-0"),
        ("COPILOTOS_PROD_REDIS_PASSWORD", password),
    ];
    machine.secrets("prod", &secrets);
    machine.build("prod");
    machine.up("prod");
    Some(machine)
}

/// What may not hold the password: how the container was made (but for its environment), its probe and what that
/// printed, its processes, its log.
fn shown(machine: &Machine, container: &str) -> String {
    let format = "{{json .Args}} {{json .Path}} {{json .Config.Cmd}} {{json .Config.Entrypoint}} \
                  {{json .Config.Healthcheck}} {{json .Config.Labels}} {{json .State}}";
    let inspected = machine.docker(&["inspect", "--format", format, container]);
    let processes = machine.exec(container, "cat /proc/[0-9]*/cmdline | tr '\\0' ' '");
    assert!(processes.contains("redis-server"), "{processes}");
    let log = run(machine.engine.docker().args(["logs", container]));
    format!(
        "{inspected}{processes}{}{}",
        String::from_utf8_lossy(&log.stdout),
        String::from_utf8_lossy(&log.stderr)
    )
}

#[test]
fn names_and_ports_are_kept_and_urls_log_in() {
    let Some(machine) = running(|_| {}, "Aa0._~-password") else { return };
    let names: Vec<_> = machine.containers().into_keys().collect();
    assert_eq!(names, ["api", "mongodb", "redis", "web"].map(|name| format!("copilotos-prod-{name}")));

    // As libraries do: `redis-cli -u` takes the empty user for a user.
    let login = r#"
        rest=${REDIS_URL#redis://:}
        password=${rest%%@*}
        address=${rest#*@}
        [ "${address#*/}" = 0 ]
        host=${address%%:*}
        port=${address#*:}
        REDISCLI_AUTH=$password redis-cli -h "$host" -p "${port%/*}" ping
        REDISCLI_AUTH=wrong redis-cli -h "$host" -p "${port%/*}" ping 2>&1 | grep -o NOAUTH"#;
    assert_eq!(machine.exec("copilotos-prod-api", login), "PONG\nNOAUTH");
    assert!(!shown(&machine, "copilotos-prod-redis").contains("Aa0._~-password"));
    machine.exec("copilotos-prod-web", "curl -fsS \"$API_BASE_URL/api/health\"");

    // 6380 and the others, from this machine only.
    run(machine.engine.inside("ip").args(["address", "add", "203.0.113.30/32", "dev", "lo"]));
    let redis = |address: &str| {
        let mut client = machine.engine.inside("redis-cli");
        client.args(["-h", address, "-p", "6380", "ping"]).env("REDISCLI_AUTH", "Aa0._~-password");
        String::from_utf8_lossy(&client.output().expect("redis-cli runs").stdout).into_owned()
    };
    assert_eq!(redis("127.0.0.1"), "PONG\n");
    assert_eq!(redis("203.0.113.30"), "");
    for port in [3000, 8001, 27018] {
        assert!(machine.curl(&[&format!("http://127.0.0.1:{port}/")]).contains(" 200 OK"));
        assert_eq!(machine.curl(&[&format!("http://203.0.113.30:{port}/")]), "");
    }
}

/// A password that stands in no URL may hold anything.
#[test]
fn redis_takes_any_password_and_shows_it_to_nobody() {
    let edit = |machine: &Machine| {
        let (from, to) = ("REDIS_URL: ${redis.url}", "REDIS_PASSWORD: ${redis.password}");
        machine.edit(from, to);
    };
    let Some(machine) = running(edit, AWKWARD) else { return };
    let ask = "REDISCLI_AUTH=$REDIS_PASSWORD redis-cli -h redis config get requirepass | tail -n 1; redis-cli -h redis ping";
    let answer = machine.exec("copilotos-prod-api", ask);
    assert_eq!(answer, format!("{AWKWARD}\nNOAUTH Authentication required."));
    let shown = shown(&machine, "copilotos-prod-redis");
    // As it is, and as JSON, the shell or redis would write it: some piece would stay.
    for piece in ["it's", "%41", "`id`", "{a}"] {
        assert!(!shown.contains(piece), "{piece}: {shown}");
    }
}
