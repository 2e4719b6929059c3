//! postgres: `pg_isready`, and `psql` with the URL.

use crate::harness::{Trial, said, signal, succeeds, unprivileged};
use crate::support::programs::{Server, command, wait_until};
use specc::catalog::Credentials;
use std::fs;
use std::process::Stdio;

const STATED: Credentials<'static> =
    Credentials { user: Some("wish"), password: true, root_password: false, database: Some("wishes") };

#[test]
fn postgres_is_reached_and_asked() {
    let trial = Trial::new("postgres", STATED, "Pa55.word_-~");
    let Some(mut initdb) = unprivileged("initdb", "postgres") else { return };
    let Some(mut psql) = command("psql") else { return };
    let data = trial.data("data", "postgres");
    let secret = trial.folder.path().join("secret");
    fs::write(&secret, trial.password).expect("a file");
    // As the entrypoint: the stated user is the superuser, hosts must log in, the socket is trusted.
    initdb.args(["-U", "wish", "--auth-host=scram-sha-256", "--auth-local=trust", "-N", "-D"]).arg(&data);
    assert!(succeeds(initdb.arg("--pwfile").arg(&secret)), "initdb");
    let server = |addresses: &str| {
        let mut postgres = unprivileged("postgres", "postgres").expect("it came with initdb");
        postgres.arg("-D").arg(&data).arg("-k").arg(&data).arg("-p").arg(trial.port.to_string());
        Server::start(postgres.args(["-F", "-c", &format!("listen_addresses={addresses}")]))
    };

    assert!(!trial.is_ready("16"), "nothing runs");

    // The entrypoint's first server has the socket alone; it makes the database there.
    let first = server("");
    let mut create = command("psql").expect("it was there");
    create.arg("-h").arg(&data).arg("-p").arg(trial.port.to_string());
    create.args(["-U", "wish", "-d", "postgres", "-c", "CREATE DATABASE wishes"]).stdout(Stdio::null());
    wait_until("the first server makes the database", || succeeds(&mut create));
    assert!(!trial.is_ready("16-alpine"), "the server that initialises is not the service");
    signal("-INT", &first);
    wait_until("the first server stops", || !data.join("postmaster.pid").exists());

    let second = server("127.0.0.1");
    wait_until("the probe passes", || trial.is_ready("16"));
    for scheme in [None, Some("postgres")] {
        let mut ask = command("psql").expect("it was there");
        ask.args(["-Atc", "SELECT current_user, current_database()", &trial.url(scheme)]);
        assert_eq!(said(&mut ask), "wish|wishes");
    }
    assert!(!succeeds(psql.args(["-c", "SELECT 1", &trial.url_with(None, "wrong")])), "any password will do");
    drop(second);
    wait_until("the probe fails again", || !trial.is_ready("16"));
}
