//! W1 to W8: two machines, replicas behind the deployment's own nginx, and a database whose address is nobody's to
//! write by hand.

use crate::images;
use crate::machine::{Machine, recreated, said};
use crate::support::engine::run;
use crate::support::programs::{command, wait_until};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

const UBUNTU: &str = "production/ubuntu";
const MONTREAL: &str = "production/montreal";
const TOKEN: &str = "it's a \"token\" of $HOME, #1 \\n";

/// The first machine, rendered and built, where postgres is to keep its data: the directory is not there yet.
fn ubuntu() -> Option<(Machine, PathBuf)> {
    let machine = Machine::start("wish-with-me")?;
    let data = machine.place("opt").join("postgres");
    machine.edit("/opt/wishwithme/data/postgres", &data.to_string_lossy());
    machine.edit("version: \"1.27\"", "version: \"1.22\"");
    images::application(&machine.engine);
    images::postgres(&machine.engine, "postgres:16-alpine");
    images::redis(&machine.engine, "redis:7-alpine");
    images::nginx(&machine.engine, "nginx:1.22-alpine");
    for (context, port) in [("core-api", 8000), ("frontend", 80)] {
        let text = format!("FROM application:1\nCMD [\"application\", \"{port}\"]\n");
        machine.dockerfile(&format!("services/{context}"), &text);
    }
    machine.render();
    let secrets = [
        ("WISH_WITH_ME_PRODUCTION_RELEASE", "1.0"),
        ("WISH_WITH_ME_PRODUCTION_POSTGRES_PASSWORD", "Aa0._~-password"),
        ("WISH_WITH_ME_PRODUCTION_RESOLVER_TOKEN", TOKEN),
    ];
    machine.secrets(UBUNTU, &secrets);
    machine.build(UBUNTU);
    // The machine's address, and clients of eight networks.
    run(machine.engine.inside("ip").args(["address", "add", "203.0.113.20/32", "dev", "lo"]));
    for client in 1..=8 {
        let address = format!("10.1.{client}.1/32");
        run(machine.engine.inside("ip").args(["address", "add", &address, "dev", "lo"]));
    }
    Some((machine, data))
}

/// What a client gets from the site: its headers and what the application said.
fn ask(machine: &Machine, client: u8, path: &str) -> String {
    let address = format!("10.1.{client}.1");
    let url = format!("http://wishwith.example{path}");
    machine.curl(&["--interface", &address, "--connect-to", "::203.0.113.20:", &url])
}

/// The containers of the project by the short ids that they take for their host names.
fn hosts(machine: &Machine) -> BTreeMap<String, String> {
    let short = |(name, container): (String, crate::machine::Container)| {
        let name = name.strip_prefix("wish-with-me-production-").expect("the only project").to_owned();
        (name, container.id[..12].to_owned())
    };
    machine.containers_of("wish-with-me").into_iter().map(short).collect()
}

/// The name of the container that answered.
fn who(machine: &Machine, answer: &str) -> String {
    let found = hosts(machine).into_iter().find(|(_, host)| answer.contains(&format!("\r\n\r\n{host} ")));
    found.unwrap_or_else(|| panic!("nobody of this project answered: {answer}")).0
}

#[test]
fn replicas_and_their_servers_run_behind_the_deployments_own_nginx() {
    let Some((machine, data)) = ubuntu() else { return };

    // A disk that is not mounted is not replaced by an empty directory.
    let up = machine.try_up(UBUNTU);
    assert!(
        !up.status.success() && said(&up).contains(&data.to_string_lossy().into_owned()),
        "{}",
        said(&up)
    );
    assert!(!data.exists());
    fs::create_dir(&data).expect("a folder");
    machine.up(UBUNTU);
    assert!(data.join("PG_VERSION").exists());

    let names: Vec<_> = hosts(&machine).into_keys().collect();
    assert_eq!(names, ["core-api-1", "core-api-2", "frontend", "nginx", "postgres", "redis"]);
    // On IPv6 as well where the machine has it.
    let published = machine.docker(&["ps", "--format", "{{.Ports}}"]).replace('\n', " ");
    let published = published.split([' ', ',']).filter_map(|word| word.split_once("->"));
    let published: BTreeSet<_> = published.map(|(from, _)| from.rsplit(':').next().unwrap_or(from)).collect();
    assert_eq!(published.into_iter().collect::<Vec<_>>(), ["443", "80"], "only the site is reachable");

    // W8: what the application was told connects, as the account and to the database that were meant.
    for replica in ["core-api-1", "core-api-2"] {
        let replica = format!("wish-with-me-production-{replica}");
        let login = "psql \"$(echo \"$DATABASE_URL\" | sed s/+asyncpg//)\" -tAc 'select current_user, current_database()'";
        assert_eq!(machine.exec(&replica, login), "wishwithme|wishwithme");
        assert_eq!(
            machine.exec(&replica, "redis-cli -u \"$REDIS_URL\" config get appendonly"),
            "appendonly\nyes"
        );
        assert_eq!(machine.exec(&replica, "printf %s \"$RESOLVER_TOKEN\""), TOKEN);
    }

    // W2: one client keeps one replica, and different ones get different ones.
    assert_eq!(who(&machine, &ask(&machine, 1, "/")), "frontend");
    let mut replicas = BTreeSet::new();
    for client in 1..=8 {
        let path = format!("/api/wishes?of={client}");
        let answer = ask(&machine, client, &path);
        assert!(answer.contains(&format!(" GET {path}\n")), "{answer}");
        assert!(answer.contains(&format!("X-Real-IP: 10.1.{client}.1\n")), "{answer}");
        let replica = who(&machine, &answer);
        assert_eq!(who(&machine, &ask(&machine, client, &path)), replica);
        replicas.insert(replica);
    }
    assert_eq!(replicas.into_iter().collect::<Vec<_>>(), ["core-api-1", "core-api-2"]);
    assert!(ask(&machine, 1, "/health").contains(" GET /live\n"));

    // An event is there when it is sent, though the client would take it compressed.
    let mut curl = machine.engine.inside("curl");
    curl.args(["-sN", "--max-time", "1.2", "-H", "Accept-Encoding: gzip", "-H", "Host: wishwith.example"]);
    let output = curl.arg("http://203.0.113.20/api/events").output().expect("curl runs");
    let events = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(events.contains("data: event 1\n") && !events.contains("event 4"), "{events}");

    // W6: 10 requests a second and 20 more at once.
    let mut curl = machine.engine.inside("curl");
    curl.args(["-sZ", "--parallel-immediate", "--parallel-max", "60", "--interface", "10.1.2.1"]);
    curl.args(["-o", "/dev/null", "-w", "%{http_code}\n", "-H", "Host: wishwith.example"]);
    let output = run(curl.arg("http://203.0.113.20/api/[1-60]"));
    let codes = String::from_utf8_lossy(&output.stdout).into_owned();
    let count = |code| codes.lines().filter(|line| *line == code).count();
    assert!(count("200") >= 21 && count("429") >= 10 && count("200") + count("429") == 60, "{codes}");
    assert!(ask(&machine, 3, "/api/other").contains(" 200 OK"), "another client is not limited");
}

/// An edit touches what it is about, and nginx finds what was made anew.
#[test]
fn a_change_recreates_what_it_is_about_and_nginx_follows() {
    let Some((machine, data)) = ubuntu() else { return };
    fs::create_dir(&data).expect("a folder");
    machine.up(UBUNTU);
    let before = machine.containers();

    // Of another environment, a comment, the order of keys.
    machine.edit("publish: { frontend: 9000, core-api: 8000,", "publish: { core-api: 8000, frontend: 9009,");
    machine.edit("    needs: [postgres, redis]    # waits for their health\n", "    # A comment.\n");
    machine.edit("    balance: ip_hash\n", "    needs: [postgres, redis]\n    balance: ip_hash\n");
    machine.render();
    let up = machine.up(UBUNTU);
    assert!(!["Recreate", "Creat", "Start"].iter().any(|word| up.contains(word)), "{up}");
    assert_eq!(machine.containers(), before);

    // One service, while something else takes the address that one of its containers had.
    machine.edit("vars: { debug: false,", "vars: { debug: true,");
    machine.render();
    let take = |container: &str, name: &str| {
        machine.docker(&["stop", container]);
        let network = ["run", "-d", "--init", "--name", name, "--network", "wish-with-me-production"];
        machine.docker(&[&network[..], &["application:1", "sleep", "1000"]].concat());
    };
    let address = |container: &str| {
        let format = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
        machine.docker(&["inspect", "--format", format, container])
    };
    let first = address("wish-with-me-production-core-api-1");
    take("wish-with-me-production-core-api-1", "stranger");
    assert_eq!(address("stranger"), first);
    let before = machine.containers();
    machine.up(UBUNTU);
    let after = machine.containers();
    let replicas = ["wish-with-me-production-core-api-1", "wish-with-me-production-core-api-2"];
    // nginx is to start again, since it depends on them. Compose 2.26 makes whatever depends on a container that it
    // makes anew likewise anew; later ones start it again where `restart: true` says so.
    let nginx = "wish-with-me-production-nginx";
    assert_ne!(before[nginx].started, after[nginx].started);
    let anew: Vec<_> = recreated(&before, &after).into_iter().filter(|name| name != nginx).collect();
    assert_eq!(anew, replicas);
    assert_ne!(address(replicas[0]), first);
    for client in 1..=8 {
        assert!(who(&machine, &ask(&machine, client, "/api/")).starts_with("core-api-"));
    }
    for name in ["frontend", "postgres", "redis"].map(|name| format!("wish-with-me-production-{name}")) {
        assert_eq!(before[&name], after[&name]);
    }

    // One that somebody removed: for Compose that is no reason to start nginx again, and before 1.27.3 nginx does not
    // look names up again. The other replica answers; a reload brings both back.
    take(replicas[1], "another-stranger");
    machine.docker(&["rm", replicas[1]]);
    machine.up(UBUNTU);
    let everybody = || -> BTreeSet<String> {
        (1..=8).map(|client| who(&machine, &ask(&machine, client, "/api/"))).collect()
    };
    assert_eq!(everybody().into_iter().collect::<Vec<_>>(), ["core-api-1"]);
    run(&mut machine.compose(UBUNTU, &["exec", "-T", "nginx", "sh", "/etc/specc/nginx/control.sh", "reload"]));
    wait_until("nginx has looked up the names again", || everybody().len() == 2);
}

/// W1: the other machine's site lets this machine's containers in, and nobody else.
#[test]
fn a_service_reaches_another_machine_through_its_site() {
    let Some((ubuntu, data)) = ubuntu() else { return };
    let Some(montreal) = Machine::start("wish-with-me") else { return };
    fs::create_dir(&data).expect("a folder");
    montreal.edit("proxy: { nginx: service }", "proxy: { nginx: service, version: \"1.22\" }");
    montreal.edit("limits: { cpus: 2,", "limits: { cpus: 1,"); // There may be no second one.
    images::application(&montreal.engine);
    images::nginx(&montreal.engine, "nginx:1.22-alpine");
    let dockerfile = "FROM application:1\nCMD [\"application\", \"8000\"]\n";
    montreal.dockerfile("services/item-resolver", dockerfile);
    montreal.render();
    let secrets =
        [("WISH_WITH_ME_PRODUCTION_RELEASE", "1.0"), ("WISH_WITH_ME_PRODUCTION_RESOLVER_TOKEN", TOKEN)];
    montreal.secrets(MONTREAL, &secrets);
    montreal.build(MONTREAL);
    ubuntu.engine.connect("203.0.113.20", &montreal.engine, "198.51.100.30");
    montreal.up(MONTREAL);
    ubuntu.up(UBUNTU);

    let call = "curl -fsS \"$ITEM_RESOLVER_URL/item\"";
    let mut answered = BTreeSet::new();
    for _ in 0..8 {
        let answer = ubuntu.exec("wish-with-me-production-core-api-1", call);
        assert!(answer.contains(" GET /item\n") && answer.contains("X-Real-IP: 203.0.113.20\n"), "{answer}");
        answered.insert(answer[..12].to_owned());
    }
    assert_eq!(answered.len(), 2, "least_conn reaches both");
    let same = "printf %s \"$RESOLVER_TOKEN\"";
    assert_eq!(ubuntu.exec("wish-with-me-production-core-api-2", same), TOKEN);
    assert_eq!(montreal.exec("wish-with-me-production-item-resolver-2", same), TOKEN);
    assert!(montreal.curl(&["http://198.51.100.30:8001/item"]).contains(" 403 Forbidden"));

    // W4.
    let format = "{{.HostConfig.NanoCpus}} {{.HostConfig.Memory}} {{.HostConfig.MemoryReservation}}";
    let limits = montreal.docker(&["inspect", "--format", format, "wish-with-me-production-item-resolver-1"]);
    assert_eq!(limits, "1000000000 4294967296 2147483648");
}

/// Let's Encrypt's part: asks for the challenge over plain HTTP before it gives the certificate; renews it in the night.
const CERTBOT: &str = r#"#!/bin/sh
set -e
[ "$1" = certonly ]
name= domains=
while [ $# -gt 0 ]; do
    case $1 in
    --cert-name) name=$2 ;;
    --domain) domains="$domains $2" ;;
    --webroot-path) root=$2 ;;
    esac
    shift
done
mkdir -p "$root/.well-known/acme-challenge"
echo proof >"$root/.well-known/acme-challenge/token"
for domain in $domains; do
    [ "$(curl -fsS --connect-to "::nginx:80" "http://$domain/.well-known/acme-challenge/token")" = proof ]
done
mkdir -p "/etc/letsencrypt/live/$name"
cd "/etc/letsencrypt/live/$name"
OPENSSL_CONF=/dev/null openssl req -x509 -newkey rsa:2048 -nodes -subj "/CN=certificate of$domains" \
    -keyout privkey.pem -out fullchain.pem
echo "asked for$domains"
"#;

/// From plain HTTP to TLS, by what the README says and the crontab runs.
#[test]
fn a_site_turns_to_tls_when_its_certificate_is_there() {
    let Some((machine, data)) = ubuntu() else { return };
    fs::create_dir(&data).expect("a folder");
    let image = specc::resolve::certbot::CERTBOT_IMAGE;
    machine
        .engine
        .image_with(image, &["curl", "openssl"], &[], |tree| images::script(tree, "certbot", CERTBOT));
    machine.up(UBUNTU);
    assert!(ask(&machine, 1, "/").contains(" 200 OK"));

    run(&mut machine.compose(UBUNTU, &["--profile", "certificates", "up", "--no-deps", "certbot"]));
    let crontab = fs::read_to_string(machine.deployment(UBUNTU).join("crontab")).expect("it was rendered");
    let (_, line) = crontab.split_once("# certificates\n").expect("a job");
    let (_, renewal) = line.trim_end().split_once(" * * * root ").expect("a time and a user");
    let mut shell = command("sh").expect("a shell");
    for (name, value) in machine.engine.docker().get_envs() {
        shell.env(name, value.unwrap_or_default());
    }
    let renewed = said(&run(shell.args(["-c", renewal])));
    assert!(renewed.contains("asked for wishwith.example api.wishwith.example"), "{renewed}");

    run(&mut machine.compose(UBUNTU, &["exec", "-T", "nginx", "sh", "/etc/specc/nginx/control.sh", "reload"]));
    // A worker of before may still answer for a moment, on 443 too.
    let moved = "Location: https://wishwith.example/x\r\n";
    wait_until("the site has turned to TLS", || ask(&machine, 1, "/x").contains(moved));
    let url = "https://api.wishwith.example/api/";
    let tls = || machine.curl(&["--http1.1", "--connect-to", "::203.0.113.20:", url]);
    wait_until("TLS is answered", || tls().contains(" 200 OK"));
    let answer = tls();
    assert!(who(&machine, &answer).starts_with("core-api-"), "{answer}");
    assert!(answer.contains("Strict-Transport-Security: max-age=63072000\r\n"), "{answer}");
    assert!(answer.contains("X-Forwarded-Proto: https\n"), "{answer}");
    // A start after that, with the certificate there from the first moment.
    run(&mut machine.compose(UBUNTU, &["up", "-d", "--wait", "--force-recreate", "--no-deps", "nginx"]));
    assert!(tls().contains(" 200 OK"));
}
