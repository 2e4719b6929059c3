//! redis, and valkey with redis' programs: the preset's command, `redis-cli` with the URL.

use crate::harness::{Trial, alpine, linked, said};
use crate::support::programs::{Server, command, program, wait_until};
use specc::catalog::{Credentials, Persistence, Setup};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const PASSWORD: Credentials<'static> =
    Credentials { user: None, password: true, root_password: false, database: Some("3") };
const OPEN: Credentials<'static> =
    Credentials { user: None, password: false, root_password: false, database: None };

/// What sh, redis' own parser and a heredoc each read in a way of their own. Not for URLs.
const AWKWARD: &str = r#"a"b\c $HOME `id` $(id) 'q' #x %41 \n \\"é{}*"#;

/// Starts the server as its container would: by the preset's command, through a stand-in for the image's entrypoint
/// that appends options as that of redis 8 does.
fn start(trial: &Trial, tag: &'static str, persistence: Persistence, shell: &Path) -> Server {
    let name = trial.preset.name;
    let setup = Setup { persistence, ..trial.setup(tag) };
    let words = trial.preset.command(&setup).unwrap_or_else(|| vec![format!("{name}-server")]);
    let folder = trial.folder.path();
    let entrypoint = folder.join("docker-entrypoint.sh");
    let text =
        format!("#!/bin/sh\nexec \"$@\" --port {} --dir {} --bind 127.0.0.1\n", trial.port, folder.display());
    fs::write(&entrypoint, text).expect("a file");
    fs::set_permissions(&entrypoint, fs::Permissions::from_mode(0o755)).expect("it is ours");
    let words: Vec<String> =
        if words[0] == "sh" { words } else { [vec!["docker-entrypoint.sh".to_owned()], words].concat() };
    let mut command = trial.inside(&words, folder);
    let path = std::env::join_paths(
        [shell, folder, &programs(trial)]
            .map(Path::to_owned)
            .into_iter()
            .chain(std::env::split_paths(&crate::support::programs::path())),
    );
    command.env("PATH", path.expect("folders of PATH"));
    Server::start(command.stdout(Stdio::null()))
}

/// The programs under the names that the preset uses.
fn programs(trial: &Trial) -> PathBuf {
    trial.folder.path().join("programs")
}

fn ready(trial: &Trial) -> bool {
    trial.is_ready_with("7", &programs(trial))
}

/// A client that is logged in by the environment.
fn client(trial: &Trial) -> Command {
    let mut client = command("redis-cli").expect("it was there");
    client.args(["-p", &trial.port.to_string()]).env("REDISCLI_AUTH", trial.password);
    client
}

fn config(trial: &Trial, name: &str) -> String {
    said(client(trial).args(["CONFIG", "GET", name])).lines().nth(1).unwrap_or_default().to_owned()
}

fn try_out(preset: &str, stated: Credentials<'static>, password: &'static str, persistence: Persistence) {
    let trial = Trial::new(preset, stated, password);
    let (Some(_), Some(_)) = (program("redis-server"), program("redis-cli")) else { return };
    for end in ["server", "cli"] {
        linked(&trial, "programs", &format!("redis-{end}"), &[&format!("{preset}-{end}")]);
    }
    let Some(busybox) = alpine(&trial, &["sh", "sed", "grep"]) else { return };
    for shell in [Path::new("/nowhere"), &busybox] {
        assert!(!ready(&trial), "nothing runs");
        let mut server = start(&trial, "7", persistence, shell);
        wait_until("the probe passes", || {
            server.assert_running();
            ready(&trial)
        });
        let snapshots = if persistence == Persistence::None { "" } else { "3600 1 300 100 60 10000" };
        assert_eq!(config(&trial, "save"), snapshots);
        assert_eq!(config(&trial, "appendonly") == "yes", persistence == Persistence::Aof);
        if stated.password {
            assert_eq!(config(&trial, "requirepass"), password);
            let line = fs::read_to_string(format!("/proc/{}/cmdline", server.id())).expect("it runs");
            assert!(line.contains("redis-server") || line.contains(&format!("{preset}-server")), "{line}");
            assert!(!line.contains(password), "ps shows the password");
            let wrong = Trial { password: "wrong", ..trial.taken_for(preset) };
            linked(&wrong, "programs", "redis-cli", &[&format!("{preset}-cli")]);
            assert!(!ready(&wrong), "the probe takes NOAUTH for an answer");
        }
        drop(server);
        wait_until("the probe fails again", || !ready(&trial));
    }
}

#[test]
fn redis_keeps_its_password_to_itself() {
    for persistence in [Persistence::None, Persistence::Rdb, Persistence::Aof] {
        try_out("redis", PASSWORD, "Pa55.word_-~", persistence);
        try_out("redis", OPEN, "", persistence);
    }
    try_out("redis", PASSWORD, AWKWARD, Persistence::Aof);
}

#[test]
fn valkey_does_as_redis_does() {
    try_out("valkey", PASSWORD, AWKWARD, Persistence::Rdb);
    try_out("valkey", OPEN, "", Persistence::Aof);
}

#[test]
fn redis_urls_log_in_and_choose_the_database() {
    for (stated, database) in [(PASSWORD, "db=3"), (OPEN, "db=0")] {
        let trial = Trial::new("redis", stated, "Pa55.word_-~");
        let (Some(_), Some(_)) = (program("redis-server"), program("redis-cli")) else { return };
        linked(&trial, "programs", "redis-server", &["redis-server"]);
        let _server = start(&trial, "7", Persistence::None, Path::new("/nowhere"));
        wait_until("the probe passes", || trial.is_ready("7-alpine"));
        let list = ask(&trial.url(None)).expect("the URL logs in");
        assert!(list.split_whitespace().any(|word| word == database), "{list}");
        assert_eq!(ask(&trial.url_with(None, "wrong")).is_err(), stated.password, "any password will do");
    }
}

/// What libraries do with `redis://[:password@]host:port/database`, and the list of clients then; or the server's
/// complaint. Not with `redis-cli -u`, which takes an empty user for a user (6.2 to 8), as no library does.
fn ask(url: &str) -> Result<String, String> {
    let rest = url.strip_prefix("redis://").expect("its scheme");
    let (login, rest) = rest.split_once('@').unwrap_or(("", rest));
    let (address, database) = rest.split_once('/').expect("a database");
    let mut commands = vec![format!("SELECT {database}"), "CLIENT LIST".to_owned()];
    if !login.is_empty() {
        commands.insert(0, format!("AUTH {}", login.strip_prefix(':').expect("no user")));
    }
    let mut connection = BufReader::new(TcpStream::connect(address).expect("the address of the URL"));
    let mut answer = String::new();
    for command in commands {
        write!(connection.get_mut(), "{command}\r\n").expect("it listens");
        answer.clear();
        connection.read_line(&mut answer).expect("it answers");
        if answer.starts_with('-') {
            return Err(answer);
        }
    }
    // `$` and a length, then the list on a line of its own.
    answer.clear();
    connection.read_line(&mut answer).expect("it answers");
    Ok(answer)
}
