//! The real programs that rendered files are tried with: found, or their absence said loudly.
//!
//! `tests/run` installs all of them and sets `SPECC_TOOLS=required`: a missing program then fails the test. Plain
//! `cargo test` skips such a test and says so on the terminal:
//!
//! ```ignore
//! let Some(nginx) = program("nginx") else { return };
//! ```
//!
//! A test that needs a program asks for it first, and returns at `None`. A new program gets a line in `tests/tools`.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Where the program is: in `.tools/bin`, in `PATH`, or where Debian puts servers.
pub fn program(name: &str) -> Option<PathBuf> {
    let found = folders().into_iter().map(|folder| folder.join(name)).find(|path| is_executable(path));
    if found.is_none() {
        skip(name);
    }
    found
}

/// A program in an environment that holds nothing of the developer's shell: `PATH` and `HOME` only.
pub fn command(name: &str) -> Option<Command> {
    let mut command = Command::new(program(name)?);
    command.env_clear().env("PATH", path()).stdin(Stdio::null());
    if let Some(home) = env::var_os("HOME") {
        command.env("HOME", home);
    }
    Some(command)
}

/// `docker`, with the Compose that `tests/tools` installed as its plugin.
pub fn docker() -> Option<Command> {
    let config = tools().join("docker");
    if !is_executable(&config.join("cli-plugins/docker-compose")) {
        skip("docker compose");
        return None;
    }
    let mut command = command("docker")?;
    command.env("DOCKER_CONFIG", config);
    Some(command)
}

/// `docker compose`, as `env -i` with `PATH`, `HOME` and `DOCKER_CONFIG`. What reads a project only (`config`) needs
/// no engine.
pub fn compose() -> Option<Command> {
    let mut command = docker()?;
    command.arg("compose");
    Some(command)
}

/// The official schema of a format, as `tests/tools` fetched it.
pub fn schema(name: &str) -> Option<PathBuf> {
    let path = tools().join("schemas").join(name);
    if !path.exists() {
        skip(name);
        return None;
    }
    Some(path)
}

/// `pre-commit`, from a directory of its own.
pub fn pre_commit() -> Option<Command> {
    let folder = tools().join("pre-commit");
    if !folder.join("pre_commit").exists() {
        skip("pre-commit");
        return None;
    }
    let mut command = command("python3")?;
    command.env("PYTHONPATH", folder).args(["-m", "pre_commit"]);
    Some(command)
}

/// Compose without the `docker` before it, which takes as long again: for tests that ask it hundreds of times.
pub fn compose_alone() -> Option<PathBuf> {
    let plugin = tools().join("docker/cli-plugins/docker-compose");
    if !is_executable(&plugin) {
        skip("docker compose");
        return None;
    }
    Some(plugin)
}

/// Python with `PyYAML`.
pub fn python() -> Option<Command> {
    let mut command = command("python3")?;
    command.env("PYTHONPATH", tools().join("python"));
    if !probe(&command).args(["-c", "import yaml"]).status().is_ok_and(|status| status.success()) {
        skip("PyYAML");
        return None;
    }
    Some(command)
}

/// Whether the test may do what only root may; said as a missing program is.
pub fn root() -> Option<()> {
    let output = command("id")?.arg("-u").output().expect("id runs");
    if output.stdout.trim_ascii() != b"0" {
        skip("root");
        return None;
    }
    Some(())
}

/// A TCP port of 127.0.0.1 that nothing listens on. Nobody holds it: use it at once.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("the address of a bound socket").port()
}

/// Waits until something is so, and panics when it is not after 30 seconds.
pub fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(30);
    while !is_so() {
        assert!(Instant::now() < end, "waited 30 seconds until {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// A server that a test started; killed when the value goes.
///
/// Start the server in the foreground (`daemon off;`, `--daemonize no`), since only the process itself is killed.
pub struct Server(Child);

impl Server {
    pub fn start(command: &mut Command) -> Self {
        Self(command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}")))
    }

    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Panics if the server has ended: what to ask while waiting for it, so that a bad configuration fails at once.
    pub fn assert_running(&mut self) {
        if let Some(status) = self.0.try_wait().expect("the state of a child") {
            panic!("the server ended: {status}");
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Fails only if it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Says that the running test is skipped for want of something, or fails it where nothing may be skipped.
pub fn skip(what: &str) {
    // nextest runs each test in a process of its own and says which; the built-in runner names the thread.
    let test = env::var("NEXTEST_TEST_NAME")
        .unwrap_or_else(|_| thread::current().name().unwrap_or("a test").to_owned());
    assert!(
        env::var_os("SPECC_TOOLS").is_none_or(|value| value != "required"),
        "{test}: needs {what}, and SPECC_TOOLS=required: nothing is skipped (tests/tools installs it)"
    );
    // Not `eprintln!`, which the runner captures and shows for failed tests only.
    let _ = writeln!(io::stderr(), "SKIPPED: {test}: needs {what}; tests/run installs it");
}

/// `PATH` for what a test runs: a program finds its helpers where [`program`] finds it.
pub fn path() -> OsString {
    env::join_paths(folders()).expect("folders that were split from PATH")
}

/// Where `tests/tools` puts what the machine's packages do not give.
pub fn tools() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(".tools")
}

fn folders() -> Vec<PathBuf> {
    let mut folders = vec![tools().join("bin")];
    folders.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    folders.extend(["/usr/local/sbin", "/usr/sbin", "/sbin"].map(PathBuf::from));
    // Debian keeps each version of PostgreSQL in a folder of its own; the newest is taken.
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<_> = versions.map(|version| version.path().join("bin")).collect();
    versions.sort_by_key(|path| path.to_string_lossy().len());
    folders.extend(versions.into_iter().rev());
    folders
}

fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

/// The same program in the same environment, without arguments and silent.
fn probe(command: &Command) -> Command {
    let mut probe = Command::new(command.get_program());
    probe.env_clear().stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            probe.env(name, value);
        }
    }
    probe
}
