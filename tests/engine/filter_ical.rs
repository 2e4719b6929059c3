//! F1 to F6: staging and production on one machine, behind an nginx that other projects use too, with a database
//! server that belongs to none of them.

use crate::images;
use crate::machine::{Machine, recreated, said};
use crate::support::engine::run;
use crate::support::programs::{command, wait_until};
use std::fs;
use std::process::Output;

const STAGING: [(&str, &str); 6] = [
    ("FILTER_ICAL_STAGING_RELEASE", "7"),
    ("FILTER_ICAL_STAGING_ADMIN_PASSWORD", "admin of staging"),
    ("FILTER_ICAL_STAGING_DATABASE_PASSWORD", "database-of-staging"),
    ("FILTER_ICAL_STAGING_JWT_SECRET_KEY", "jwt of staging"),
    ("FILTER_ICAL_STAGING_SECRET_KEY", "secret of staging"),
    ("FILTER_ICAL_STAGING_SMTP_PASSWORD", "smtp of staging"),
];

const PRODUCTION: [(&str, &str); 6] = [
    ("FILTER_ICAL_PRODUCTION_RELEASE", "6"),
    ("FILTER_ICAL_PRODUCTION_ADMIN_PASSWORD", "admin of production"),
    ("FILTER_ICAL_PRODUCTION_DATABASE_PASSWORD", "database-of-production"),
    ("FILTER_ICAL_PRODUCTION_JWT_SECRET_KEY", "jwt of production"),
    ("FILTER_ICAL_PRODUCTION_SECRET_KEY", "secret of production"),
    ("FILTER_ICAL_PRODUCTION_SMTP_PASSWORD", "smtp of production"),
];

/// The machine with what the platform gives, and both environments rendered and built.
fn machine() -> Option<Machine> {
    let machine = Machine::start("filter-ical")?;
    machine.edit("/opt/platform/nginx/conf.d", &machine.place("conf.d").to_string_lossy());
    images::application(&machine.engine);
    images::postgres(&machine.engine, "postgres:15");
    machine.dockerfile("backend", "FROM application:1\nCMD [\"application\", \"3000\"]\n");
    let frontend = "FROM application:1\nARG VITE_API_BASE_URL\nENV BUILT_FOR=$VITE_API_BASE_URL\n";
    machine.dockerfile("frontend", &format!("{frontend}CMD [\"application\", \"80\"]\n"));

    machine.docker(&["network", "create", "platform"]);
    let server = ["run", "-d", "--name", "postgres-platform", "--network", "platform"];
    machine.docker(&[&server[..], &["-e", "POSTGRES_PASSWORD=platform", "postgres:15"]].concat());
    machine.wait_for("postgres-platform", &["pg_isready", "-q", "-h", "127.0.0.1"]);
    for environment in ["staging", "production"] {
        let role = format!("filter_ical_{environment}");
        for statement in [
            format!("create role {role} login password 'database-of-{environment}'"),
            format!("create database {role} owner {role}"),
        ] {
            machine.docker(&["exec", "postgres-platform", "psql", "-U", "postgres", "-qc", &statement]);
        }
    }

    machine.render();
    for (environment, secrets) in [("staging", STAGING), ("production", PRODUCTION)] {
        machine.secrets(environment, &secrets);
        machine.build(environment);
    }
    Some(machine)
}

const NAMES: [&str; 3] = ["backend", "frontend", "migrate"];

#[test]
fn two_environments_on_one_machine_leave_each_other_alone() {
    let Some(machine) = machine() else { return };
    machine.up("production");
    machine.up("staging");

    let all = machine.containers();
    for environment in ["staging", "production"] {
        for service in NAMES {
            let name = format!("filter-ical-{service}-{environment}");
            let state = if service == "migrate" { "exited" } else { "running" };
            assert_eq!(all.get(&name).map(|found| found.state.as_str()), Some(state), "{name}: {all:#?}");
        }
        let [backend, migrate] =
            ["backend", "migrate"].map(|service| &all[&format!("filter-ical-{service}-{environment}")]);
        assert!(migrate.finished <= backend.started, "the migration ended {migrate:?} after {backend:?}");
        let rows = "select count(*) from migrated";
        let database = format!("filter_ical_{environment}");
        let words = ["exec", "postgres-platform", "psql", "-U", "postgres", "-d", &database, "-tAc", rows];
        assert_eq!(machine.docker(&words), "1", "{environment} migrates its own database");
        let url = machine.exec(&format!("filter-ical-frontend-{environment}"), "echo \"$BUILT_FOR\"");
        let domain = if environment == "staging" { "staging." } else { "" };
        assert_eq!(url, format!("https://{domain}filter-ical.example"));
        let secrets =
            machine.exec(&format!("filter-ical-backend-{environment}"), "echo \"$SECRET_KEY, $PUBLIC_URL\"");
        assert_eq!(secrets, format!("secret of {environment}, {url}"));
    }

    // F1, F2: up again, and after a change.
    let production = machine.containers_of("production");
    assert_eq!(
        recreated(&all, &{
            machine.up("staging");
            machine.containers()
        }),
        [""; 0]
    );
    assert_eq!(machine.containers_of("production"), production);
    machine.edit("via: wget }", "via: wget, timeout: 4s }");
    let before = machine.containers();
    machine.render();
    machine.up("staging");
    assert_eq!(recreated(&before, &machine.containers()), ["filter-ical-frontend-staging"]);
    assert_eq!(machine.containers_of("production"), production);

    // F3, F5: all of staging goes.
    for down in [&["down"][..], &["down", "-v", "--remove-orphans"]] {
        run(&mut machine.compose("staging", down));
        assert_eq!(machine.containers_of("staging").len(), 0);
        assert_eq!(machine.containers_of("production"), production);
        machine.up("staging");
    }
    assert_eq!(machine.containers_of("production"), production);
    machine.exec("filter-ical-backend-production", "curl -fsS http://127.0.0.1:3000/health >/dev/null");
}

/// F6: nothing starts on a database that was not migrated, and what runs stays as it is.
#[test]
fn a_migration_that_fails_keeps_its_backend_down() {
    let Some(machine) = machine() else { return };
    machine.up("production");
    let production = machine.containers_of("production");
    let wrong = STAGING.map(|(name, value)| (name, if name.contains("DATABASE") { "wrong" } else { value }));
    machine.secrets("staging", &wrong);
    let up = machine.try_up("staging");
    assert!(!up.status.success());
    assert!(said(&up).contains("service \"migrate\" didn't complete successfully"), "{}", said(&up));
    assert_eq!(machine.containers()["filter-ical-backend-staging"].state, "created");
    assert_eq!(machine.containers_of("production"), production);
}

/// F1, F3: the directory of one environment under the project name of the other. What makes containers stops. What only
/// ends them (`down`, `stop`) does not, and no file could make it: given a name, Compose does without one.
#[test]
fn a_foreign_project_name_stops_before_anything_is_touched() {
    let Some(machine) = machine() else { return };
    machine.up("production");
    machine.up("staging");
    let before = machine.containers();
    let foreign = "filter-ical-production";
    let names_what_is_missing = |output: &Output| {
        let said = said(output);
        said.contains("/deploy/staging/env/filter-ical-production/") && said.contains(".env not found")
    };

    for command in [&["up", "-d"][..], &["create"], &["run", "--rm", "backend", "true"], &["config", "-q"]] {
        let mut shell = machine.compose("staging", command);
        let mut option = machine.compose("staging", &[&["-p", foreign], command].concat());
        for compose in [shell.env("COMPOSE_PROJECT_NAME", foreign), &mut option] {
            let output = compose.output().expect("compose runs");
            assert!(!output.status.success(), "{compose:?}");
            assert!(names_what_is_missing(&output), "{compose:?}: {}", said(&output));
            assert_eq!(machine.containers(), before, "{compose:?}");
        }
    }
    let file = machine.deployment("staging").join(".env");
    let text = fs::read_to_string(&file).expect("it was written");
    fs::write(&file, format!("{text}COMPOSE_PROJECT_NAME={foreign}\n")).expect("a file");
    let up = machine.try_up("staging");
    assert!(!up.status.success() && names_what_is_missing(&up), "{}", said(&up));
    assert_eq!(machine.containers(), before);
    fs::write(&file, text).expect("a file");

    // A shell that has exported what an application calls its settings.
    let mut up = machine.compose("staging", &["up", "-d", "--wait"]);
    for (name, _) in STAGING {
        up.env(name.replace("FILTER_ICAL_STAGING_", ""), "of the shell");
        up.env(name.replace("STAGING", "PRODUCTION"), "of the other environment");
    }
    run(up
        .env("DATABASE_URL", "of the shell")
        .env("ENVIRONMENT", "production")
        .env("PUBLIC_URL", "of the shell"));
    assert_eq!(recreated(&before, &machine.containers()), [""; 0]);

    // F4: `.env` is not there, or lacks one.
    let file = machine.deployment("staging").join(".env");
    let text = fs::read_to_string(&file).expect("it was written");
    let lacks: String = text.split_inclusive('\n').filter(|line| !line.contains("JWT")).collect();
    let blank = text.replace("'jwt of staging'", "");
    let before = machine.containers();
    for (contents, name) in [(lacks, "_JWT_SECRET_KEY"), (blank, "_JWT_SECRET_KEY"), (String::new(), "")] {
        fs::write(&file, &contents).expect("a file");
        if contents.is_empty() {
            fs::remove_file(&file).expect("it is ours");
        }
        let up = machine.try_up("staging");
        let wanted = format!("required variable FILTER_ICAL_STAGING{name}");
        assert!(!up.status.success() && said(&up).contains(&wanted), "{}", said(&up));
        assert!(said(&up).contains("see .env.example"), "{}", said(&up));
        assert_eq!(machine.containers(), before);
    }

    // As the header of the Compose file says.
    let header =
        fs::read_to_string(machine.deployment("staging").join("compose.yaml")).expect("it was rendered");
    let words = "docker compose -p filter-ical-staging down";
    assert!(header.contains(&format!("# To stop it where .env is missing: {words}\n")));
    run(&mut machine.compose("staging", &["-p", "filter-ical-staging", "down"]));
    assert_eq!(machine.containers_of("staging").len(), 0);
    let production = |(name, _): &(&String, _)| name.contains("production");
    let expected: Vec<_> = before.iter().filter(production).collect();
    let found = machine.containers_of("production");
    assert_eq!(found.iter().collect::<Vec<_>>(), expected);
}

/// P3: one nginx, of somebody else, in front of both; its confs come and go with `control.sh`.
#[test]
fn one_shared_nginx_serves_both() {
    let Some(machine) = machine() else { return };
    images::nginx(&machine.engine, "nginx:1.25");
    let conf = machine.place("platform").join("nginx.conf");
    let text =
        "events {}\nerror_log stderr;\npid /run/nginx.pid;\nhttp {\n  include /etc/nginx/conf.d/*.conf;\n}\n";
    fs::write(&conf, text).expect("a file");
    let certificates = machine.place("letsencrypt");
    let volumes = [
        format!("{}:/etc/nginx/nginx.conf:ro", conf.display()),
        format!("{}:/etc/nginx/conf.d:ro", machine.place("conf.d").display()),
        format!("{}:/etc/letsencrypt:ro", certificates.display()),
    ];
    let [conf, confs, live] = volumes.each_ref().map(String::as_str);
    let mut words = vec!["run", "-d", "--name", "platform-nginx", "--network", "platform"];
    words.extend(["-p", "80:80", "-p", "443:443", "-v", conf, "-v", confs, "-v", live, "nginx:1.25"]);
    machine.docker(&words);

    let reload = |environment: &str| {
        let docker = machine.engine.docker();
        let mut control = command("sh").expect("a shell");
        for (name, value) in docker.get_envs() {
            control.env(name, value.unwrap_or_default());
        }
        control.arg(machine.deployment(environment).join("nginx/control.sh")).arg("reload");
        run(&mut control);
    };
    let ask = |url: &str| machine.curl(&["--connect-to", "::127.0.0.1:", url]);
    for (environment, domain) in
        [("production", "filter-ical.example"), ("staging", "staging.filter-ical.example")]
    {
        machine.up(environment);
        reload(environment);
        let hosts = machine.docker(&["ps", "--format", "{{.Names}} {{.ID}}"]);
        let host = |service: &str| {
            let name = format!("filter-ical-{service}-{environment} ");
            hosts.lines().find_map(|line| line.strip_prefix(&name)).expect("it runs").to_owned()
        };
        for (path, service) in
            [("/", "frontend"), ("/api/health", "backend"), ("/apifoo", "frontend"), ("/admin", "backend")]
        {
            let expected = format!("{} GET {path}\n", host(service));
            wait_until("nginx has reloaded", || ask(&format!("http://{domain}{path}")).contains(&expected));
        }
        let live = certificates.join(format!("live/filter-ical--{environment}--web"));
        fs::create_dir_all(&live).expect("a folder");
        let mut openssl = command("openssl").expect("openssl is not installed");
        openssl.current_dir(&live).args([
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-keyout",
            "privkey.pem",
        ]);
        run(openssl.args(["-out", "fullchain.pem", "-subj", &format!("/CN={domain}")]));
        reload(environment);
        wait_until("there is TLS", || ask(&format!("http://{domain}/")).contains(" 301 "));
        // A worker of before may still answer for a moment, with the site that it takes for the default one.
        let api = || ask(&format!("https://{domain}/api/x?y"));
        let backend = format!("{} GET /api/x?y\n", host("backend"));
        wait_until("TLS is answered", || api().contains(&backend));
        let answer = api();
        assert!(answer.contains("X-Forwarded-Proto: https\n"), "{answer}");
    }
    // The second reload took nothing from the first.
    assert!(ask("https://filter-ical.example/").contains(" 200 "));
}
