//! rabbitmq: the account from the environment, the probe, and a login with the URL.

use crate::amqp;
use crate::harness::{Trial, succeeds};
use crate::support::programs::{Server, free_port, program, wait_until};
use specc::catalog::Credentials;
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};

const STATED: Credentials<'static> =
    Credentials { user: Some("wish"), password: true, root_password: false, database: Some("wishes") };

/// Debian's own wrappers insist on its user and folders; these are what they wrap.
const SCRIPTS: &str = "/usr/lib/rabbitmq/bin";

#[test]
fn rabbitmq_is_reached_and_asked() {
    let trial = Trial::new("rabbitmq", STATED, "Pa55.word_-~");
    let (Some(_), Some(_)) = (program("rabbitmq-server"), program("epmd")) else { return };
    let (node, names, distribution) = (format!("specc-{}@localhost", trial.port), free_port(), free_port());
    // What places this broker beside others; the account comes from the preset's own variables.
    let place = |words: &[String]| -> Command {
        let mut command = trial.inside(words, Path::new(SCRIPTS));
        command.env("RABBITMQ_NODENAME", &node).env("ERL_EPMD_PORT", names.to_string());
        command
            .env("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1")
            .env("RABBITMQ_NODE_PORT", trial.port.to_string());
        command.env("RABBITMQ_DIST_PORT", distribution.to_string()).env("RUNNING_UNDER_SYSTEMD", "true");
        for (name, file) in [
            ("RABBITMQ_MNESIA_BASE", "data"),
            ("RABBITMQ_LOG_BASE", "log"),
            ("RABBITMQ_CONFIG_FILE", "rabbitmq.conf"),
            ("RABBITMQ_CONF_ENV_FILE", "rabbitmq-env.conf"),
            ("RABBITMQ_ENABLED_PLUGINS_FILE", "plugins"),
        ] {
            command.env(name, trial.folder.path().join(file));
        }
        command
    };
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let ready = || succeeds(&mut place(&trial.preset.probe(&trial.setup("4.1-alpine"))));

    assert!(!ready(), "nothing runs");
    let mut server =
        Server::start(place(&words(&["rabbitmq-server"])).stdout(Stdio::null()).stderr(Stdio::null()));
    // Ended with the test, since the server leaves it behind.
    let _names = Names(names);
    // Each probe starts a runtime of its own, which on a busy machine would slow the server down.
    wait_until("the broker listens", || {
        server.assert_running();
        TcpStream::connect(("127.0.0.1", trial.port)).is_ok()
    });
    wait_until("the probe passes", ready);

    assert_eq!(amqp::login(&trial.url(None)), Ok(()));
    assert_eq!(amqp::login(&trial.url(Some("pyamqp"))), Ok(()));
    assert!(amqp::login(&trial.url_with(None, "wrong")).is_err(), "any password will do");
    let guest = trial.url_with(None, "guest").replace("wish:", "guest:");
    assert!(amqp::login(&guest).is_err(), "the guest is let in");

    // The runtime runs on and answers pings, but no client gets in.
    assert!(succeeds(&mut place(&words(&["rabbitmqctl", "-q", "stop_app"]))));
    assert!(succeeds(&mut place(&words(&["rabbitmq-diagnostics", "-q", "ping"]))));
    assert!(!ready(), "the probe takes the runtime for the broker");
    drop(server);
    assert!(!ready(), "nothing runs any more");
}

/// Erlang's name server of the test.
struct Names(u16);

impl Drop for Names {
    fn drop(&mut self) {
        if let Some(epmd) = program("epmd") {
            // Refused while a node is still known to it; the node's end is noticed at once.
            let kill = || Command::new(&epmd).args(["-port", &self.0.to_string(), "-kill"]).output();
            for _ in 0..50 {
                if kill().is_ok_and(|output| !output.stdout.starts_with(b"Killing not allowed")) {
                    return;
                }
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
        }
    }
}
