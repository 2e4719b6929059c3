//! mariadb, and mysql's probe: `mariadb-admin` and `mysqladmin`, and the client with what the URL says.

use crate::harness::{Trial, said, signal, succeeds, unprivileged};
use crate::support::programs::{Server, command, wait_until};
use specc::catalog::Credentials;
use std::process::Command;

const STATED: Credentials<'static> =
    Credentials { user: Some("wish"), password: true, root_password: false, database: Some("wishes") };

#[test]
fn mariadb_is_reached_and_asked() {
    let trial = Trial::new("mariadb", STATED, "Pa55.word_-~");
    let mysql = trial.taken_for("mysql");
    let Some(mut install) = unprivileged("mariadb-install-db", "mysql") else { return };
    let (Some(_), Some(_)) = (unprivileged("mariadbd", "mysql"), command("mariadb")) else { return };
    let data = trial.data("data", "mysql");
    let (socket, pid) = (data.join("socket"), data.join("pid"));
    install.args(["--no-defaults", "--skip-test-db", "--auth-root-authentication-method=normal"]);
    assert!(succeeds(install.arg(format!("--datadir={}", data.display()))), "mariadb-install-db");
    let server = |network: &[&str]| {
        let mut mariadbd = unprivileged("mariadbd", "mysql").expect("it was there");
        mariadbd.arg("--no-defaults").arg(format!("--datadir={}", data.display())).args(network);
        mariadbd.arg(format!("--pid-file={}", pid.display()));
        Server::start(mariadbd.arg(format!("--socket={}", socket.display())))
    };
    // By name, these are the programs of the images before 11, since 11, and of mysql.
    let ready = || [trial.is_ready("10.11"), trial.is_ready("11.4"), mysql.is_ready("8.4")];

    assert_eq!(ready(), [false; 3], "nothing runs");

    // The entrypoint's first server has the socket alone; it makes the account there.
    let first = server(&["--skip-networking"]);
    let statements = "CREATE DATABASE wishes; CREATE USER 'wish'@'%' IDENTIFIED BY 'Pa55.word_-~'; \
                      GRANT ALL ON wishes.* TO 'wish'@'%'; ALTER USER 'root'@'localhost' IDENTIFIED BY 'other'";
    let mut create = command("mariadb").expect("it was there");
    create.args(["--no-defaults", "-u", "root", "-e", statements]).arg("-S").arg(&socket);
    wait_until("the first server makes the account", || succeeds(&mut create));
    assert_eq!(ready(), [false; 3], "the server that initialises is not the service");
    signal("-TERM", &first);
    wait_until("the first server stops", || !pid.exists());

    let port = format!("--port={}", trial.port);
    let second = server(&["--bind-address=127.0.0.1", &port]);
    wait_until("the probes pass", || ready() == [true; 3]);

    assert_eq!(said(&mut client(&trial.url(None))), "wish@%\twishes");
    assert_eq!(said(&mut client(&trial.url(Some("mariadb+asyncmy")))), "wish@%\twishes");
    let wrong = trial.url_with(None, "wrong");
    assert!(!succeeds(&mut client(&wrong)), "any password will do");

    // The administrator's password is not the stated one: the probe still tells that the server is up.
    let root = Trial {
        stated: Credentials { password: true, ..Credentials::default() },
        ..trial.taken_for("mariadb")
    };
    assert!(root.is_ready("11.4"), "a rotated password makes the service unhealthy");

    drop(second);
    wait_until("the probes fail again", || ready() == [false; 3]);
}

/// The client, with what a URL of the form `scheme://user:password@host:port/database` says: it takes no URL itself.
fn client(url: &str) -> Command {
    let (_, rest) = url.split_once("://").expect("a scheme");
    let (login, rest) = rest.split_once('@').expect("a login");
    let (user, password) = login.split_once(':').expect("a password");
    let (address, database) = rest.split_once('/').expect("a database");
    let (host, port) = address.split_once(':').expect("a port");
    let mut client = command("mariadb").expect("it was there");
    client
        .args(["--no-defaults", "-h", host, "-P", port, "-u", user, "-D", database])
        .env("MYSQL_PWD", password);
    client.args(["-N", "-B", "-e", "SELECT CURRENT_USER(), DATABASE()"]);
    client
}
