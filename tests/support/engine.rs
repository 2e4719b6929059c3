//! A Docker engine of the test's own.
//!
//! It runs in its own network, mount and process namespaces. So its tests may publish any port (80, 443, the ports
//! that a fixture says) and run beside each other and beside the machine's own engine; two engines are two hosts.
//! Nothing is left behind, not even by a test that is killed: the first process of the namespace waits for the end
//! of a pipe that the test holds, and the kernel ends everything in the namespace with it.
//!
//! It has no network but its own, so no image is ever pulled: [`Engine::image`] makes what a test needs.
//!
//! ```ignore
//! let Some(engine) = Engine::start() else { return };
//! engine.image("nginx:1.27-alpine", &["nginx"], &[]);
//! run(engine.compose().current_dir(rendered).args(["up", "-d", "--wait"]));
//! run(engine.inside("curl").args(["-sf", "http://127.0.0.1/"]));
//! ```

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::programs::{self, command, program, root};

/// The first process of the engine's namespaces: it ends when its standard input does, and everything with it.
/// `/run` is replaced because the engine, containerd and iptables keep sockets and locks there.
const INIT: &str = r#"
    mount -t tmpfs tmpfs /run
    busybox ifconfig lo 127.0.0.1 up
    dockerd --data-root "$1/data" --exec-root "$1/exec" --pidfile "$1/pid" --host "unix://$1/docker.sock" \
        --exec-opt native.cgroupdriver=cgroupfs --cgroup-parent "$2" </dev/null >"$1/log" 2>&1 &
    cat >/dev/null
"#;

pub struct Engine {
    folder: TempDir,
    /// `unshare`: outside of the process namespace, and inside of the network.
    init: Child,
    cgroup: String,
}

impl Engine {
    /// Starts an engine and waits until it answers (about two seconds). `None` if the test must be skipped: as
    /// [`program`].
    pub fn start() -> Option<Self> {
        for name in
            ["docker", "dockerd", "containerd", "runc", "iptables", "busybox", "nsenter", "tar", "ldd"]
        {
            program(name)?;
        }
        programs::docker()?;
        root()?;
        let folder = tempfile::Builder::new().prefix("specc-engine-").tempdir().expect("a folder");
        let name = folder.path().file_name().expect("a folder has a name").to_string_lossy().into_owned();
        let cgroup = format!("/{name}");
        let init = command("unshare")?
            .args(["--net", "--mount", "--pid", "--fork", "--mount-proc", "sh", "-euc", INIT, "sh"])
            .arg(folder.path())
            .arg(&cgroup)
            .stdin(Stdio::piped())
            .spawn()
            .expect("unshare runs");
        let mut engine = Self { folder, init, cgroup };
        engine.wait();
        Some(engine)
    }

    /// `docker`, talking to this engine.
    pub fn docker(&self) -> Command {
        let mut docker = programs::docker().expect("found when the engine started");
        docker.env("DOCKER_HOST", format!("unix://{}", self.folder.path().join("docker.sock").display()));
        docker
    }

    /// `docker compose`, talking to this engine; nothing of the shell's environment reaches it.
    pub fn compose(&self) -> Command {
        let mut docker = self.docker();
        docker.arg("compose");
        docker
    }

    /// A cable to another engine: this one gets `address`, the other one gets `other`, and they reach each other.
    pub fn connect(&self, address: &str, to: &Self, other: &str) {
        let peer = to.init.id().to_string();
        let add = ["link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns", &peer];
        run(self.inside("ip").args(add));
        for (engine, own, far) in [(self, address, other), (to, other, address)] {
            run(engine.inside("ip").args(["address", "add", own, "dev", "cable"]));
            run(engine.inside("ip").args(["link", "set", "cable", "up"]));
            run(engine.inside("ip").args(["route", "add", far, "dev", "cable"]));
        }
    }

    /// A program in this host's network, where published ports answer: `curl`, say.
    pub fn inside(&self, name: &str) -> Command {
        let mut inside = command("nsenter").expect("found when the engine started");
        inside.arg(format!("--net=/proc/{}/ns/net", self.init.id()));
        inside.arg(program(name).unwrap_or_else(|| panic!("{name} is not installed")));
        inside
    }

    /// Makes an image: busybox as its shell and tools, and the machine's own `programs` with their libraries. The
    /// `changes` are lines of a Dockerfile, as `docker import --change` takes them. So `postgres:16-alpine` can be an
    /// image that sleeps, or Debian's real server.
    pub fn image(&self, name: &str, programs: &[&str], changes: &[&str]) {
        self.image_with(name, programs, changes, |_| {});
    }

    /// The same, with what `fill` adds to the folder that becomes its file system.
    pub fn image_with(&self, name: &str, programs: &[&str], changes: &[&str], fill: impl FnOnce(&Path)) {
        let tree = tempfile::tempdir().expect("a folder");
        // Servers that leave root behind must pass through it, too.
        fs::set_permissions(tree.path(), Permissions::from_mode(0o755)).expect("it is ours");
        let bin = tree.path().join("bin");
        for folder in ["bin", "etc", "tmp", "run", "var/log"] {
            fs::create_dir_all(tree.path().join(folder)).expect("an empty folder");
        }
        let users = "root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n";
        fs::write(tree.path().join("etc/passwd"), users).expect("a file");
        fs::write(tree.path().join("etc/group"), "root:x:0:\nnogroup:x:65534:\n").expect("a file");

        let busybox = program("busybox").expect("found when the engine started");
        fs::copy(&busybox, bin.join("busybox")).expect("a copy of busybox");
        let applets = run(Command::new(&busybox).arg("--list"));
        for applet in String::from_utf8_lossy(&applets.stdout).lines().filter(|applet| *applet != "busybox") {
            symlink("busybox", bin.join(applet)).expect("a link");
        }
        for name in programs {
            let path = program(name).unwrap_or_else(|| panic!("{name} is not installed"));
            // A program replaces the applet of its name, and is not written through its link.
            let _ = fs::remove_file(bin.join(name));
            fs::copy(&path, bin.join(name)).expect("a copy of a program");
            for library in libraries(&path) {
                add(tree.path(), Path::new(&library));
            }
        }
        fill(tree.path());

        let mut tar = command("tar").expect("found when the engine started");
        tar.arg("-C").arg(tree.path()).args(["-c", "."]).stdout(Stdio::piped());
        let mut tar = tar.spawn().expect("tar runs");
        let mut import = self.docker();
        import.arg("import");
        for change in changes {
            import.args(["--change", change]);
        }
        run(import.args(["-", name]).stdin(tar.stdout.take().expect("a pipe")));
        assert!(tar.wait().expect("tar ends").success(), "tar failed");
    }

    /// What the engine logged: why something failed.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    fn wait(&mut self) {
        let end = Instant::now() + Duration::from_secs(60);
        while !self.docker().arg("version").output().is_ok_and(|output| output.status.success()) {
            let ended = self.init.try_wait().expect("the state of a child");
            assert!(
                ended.is_none() && Instant::now() < end,
                "the Docker engine did not start ({ended:?}):\n{}",
                self.log()
            );
            thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        drop(self.init.stdin.take());
        let _ = self.init.wait();
        // The kernel keeps the groups of killed containers, empty.
        let _ = Command::new("find")
            .args(["/sys/fs/cgroup", "-depth", "-type", "d", "-path"])
            .arg(format!("*{}*", self.cgroup))
            .args(["-exec", "rmdir", "{}", "+"])
            .stderr(Stdio::null())
            .status();
    }
}

/// Runs a command to its end, and panics with what it said if it failed.
pub fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

/// Copies a file of the machine to the same place in an image's `tree`.
pub fn add(tree: &Path, file: &Path) {
    let copy = tree.join(file.strip_prefix("/").expect("an absolute path"));
    fs::create_dir_all(copy.parent().expect("a file is in a folder")).expect("a folder");
    fs::copy(file, copy).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
}

/// The files a program loads when it starts, the loader among them; none for a static one.
pub fn libraries(program: &Path) -> Vec<String> {
    let output =
        command("ldd").expect("found when the engine started").arg(program).output().expect("ldd runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.split_whitespace().filter(|word| word.starts_with('/')).map(str::to_owned).collect()
}
