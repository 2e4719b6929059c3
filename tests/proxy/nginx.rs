//! Rendered files of nginx, served on loopback by the real one.

use super::port;
use crate::support::programs::{command, path, program, wait_until};
use specc::emit::Artifact;
use specc::emit::nginx::emit;
use specc::resolve::environment::Deployment;
use specc::resolve::proxy::Placement;
use std::fs;
use std::net::TcpStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

/// A machine of the test's own: everything absolute that rendered files name is in a folder.
pub struct Machine {
    folder: TempDir,
    /// What listens where the files say 443.
    pub tls: u16,
    probe: u16,
    root: bool,
}

/// An nginx that runs.
pub struct Nginx<'a> {
    machine: &'a Machine,
    child: Child,
}

impl Machine {
    /// `None` where nginx is missing.
    pub fn new() -> Option<Self> {
        program("nginx")?;
        let folder = tempfile::Builder::new().prefix("specc-nginx-").tempdir().expect("a folder");
        for name in ["run", "acme", "letsencrypt", "conf.d", "temp"] {
            fs::create_dir(folder.path().join(name)).expect("a folder");
        }
        let id = command("id")?.arg("-u").output().expect("id runs");
        Some(Self { folder, tls: port(), probe: port(), root: id.stdout.trim_ascii() == b"0" })
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a deployment's files, as `render` would, with this machine's places for those they name.
    pub fn write(&self, deployment: &Deployment) {
        let folder = self.path(&deployment.project);
        let _ = fs::remove_dir_all(&folder);
        for Artifact { path, contents, .. } in emit(deployment) {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder");
            fs::write(&path, self.adapt(&contents, deployment)).expect("a file");
        }
    }

    fn adapt(&self, text: &str, deployment: &Deployment) -> String {
        let at = |name: &str| self.path(name).display().to_string();
        let temp = self.temporary();
        let main = at("nginx.conf");
        let here = at(&deployment.project);
        // A container's nginx is played by this machine's.
        let (inside, conf) = match deployment.proxy.as_ref().map(|proxy| &proxy.placement) {
            Some(Placement::Shared { container, conf }) => {
                (format!("docker exec {container} "), conf.as_str())
            }
            _ => ("docker exec nothing ".to_owned(), "/etc/nginx/conf.d"),
        };
        text.replace(&inside, "")
            .replace(conf, &at("conf.d"))
            .replace("/etc/specc/nginx", &format!("{here}/nginx"))
            .replace("/run/specc", &at("run"))
            .replace("/run/nginx.pid", &at("nginx.pid"))
            .replace("/var/www/acme", &at("acme"))
            .replace("/etc/letsencrypt", &at("letsencrypt"))
            .replace("/dev/stdout", &at("access.log"))
            .replace("error_log stderr", &format!("error_log {}", at("error.log")))
            .replace("listen 443 ", &format!("listen {} ", self.tls))
            .replace("127.0.0.1:8181", &format!("127.0.0.1:{}", self.probe))
            .replace("worker_processes auto;", self.user())
            .replace("\nhttp {\n", &format!("\nhttp {{\n{temp}"))
            .replace("server() { nginx \"$@\"; }", &format!("server() {{ nginx -c {main} \"$@\"; }}"))
            .replace("sleep 30", "sleep 1")
    }

    /// Few workers, who may read the test's folder.
    fn user(&self) -> &'static str {
        if self.root { "user root; worker_processes 2;" } else { "worker_processes 2;" }
    }

    fn temporary(&self) -> String {
        let folder = self.path("temp");
        ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|name| format!("{name}_temp_path {};\n", folder.display()))
            .concat()
    }

    /// An nginx that the machine has already, which reads `conf.d`.
    pub fn write_own_nginx(&self) {
        let at = |name: &str| self.path(name).display().to_string();
        let text = format!(
            "{}\npid {};\nerror_log {} warn;\nevents {{}}\nhttp {{\naccess_log off;\n{}include {}/*.conf;\n}}\n",
            self.user(),
            at("nginx.pid"),
            at("error.log"),
            self.temporary(),
            at("conf.d"),
        );
        fs::write(self.path("nginx.conf"), text).expect("a file");
    }

    /// A certificate of its own making where certbot would put one.
    pub fn certify(&self, name: &str) {
        let live = self.path("letsencrypt/live").join(name);
        fs::create_dir_all(&live).expect("a folder");
        let made = command("openssl")
            .expect("openssl is installed")
            .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"])
            .args(["-days", "30", "-subj", &format!("/CN={name}"), "-keyout"])
            .arg(live.join("privkey.pem"))
            .arg("-out")
            .arg(live.join("fullchain.pem"))
            .output()
            .expect("openssl runs");
        assert!(made.status.success(), "{made:?}");
    }

    /// `control.sh` of a project.
    pub fn control(&self, project: &str, verb: Option<&str>) -> Command {
        let mut control = Command::new("sh");
        control.env_clear().env("PATH", path()).stdin(Stdio::null());
        control.arg(self.path(project).join("nginx/control.sh")).args(verb);
        control
    }

    /// Runs `control.sh` to its end.
    pub fn run(&self, project: &str, verb: Option<&str>) -> Output {
        self.control(project, verb).output().expect("sh runs")
    }

    /// Starts what a deployment's container runs, and waits for an answer at its probe.
    pub fn start(&self, project: &str) -> Nginx<'_> {
        let nginx = self.spawn(self.control(project, Some("run")));
        wait_until("nginx answers its probe", || {
            nginx.assert_running();
            self.run(project, Some("probe")).status.success()
        });
        Self::assert_quiet(&self.path(project).join("nginx/nginx.conf"));
        nginx
    }

    /// Starts the nginx that the machine has already, and waits until it listens.
    pub fn start_own(&self, listens: u16) -> Nginx<'_> {
        Self::assert_quiet(&self.path("nginx.conf"));
        let mut own = command("nginx").expect("found when the machine was made");
        own.arg("-c").arg(self.path("nginx.conf")).args(["-g", "daemon off;"]);
        let nginx = self.spawn(own);
        wait_until("nginx listens", || {
            nginx.assert_running();
            TcpStream::connect(("127.0.0.1", listens)).is_ok()
        });
        nginx
    }

    /// nginx accepts a configuration, and warns of nothing.
    pub fn assert_quiet(conf: &Path) {
        let test =
            command("nginx").expect("nginx").arg("-c").arg(conf).arg("-t").output().expect("nginx runs");
        let said = String::from_utf8_lossy(&test.stderr).into_owned();
        assert!(test.status.success() && !said.contains("[warn]"), "{said}");
    }

    /// What nginx has logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.path("error.log")).unwrap_or_default()
    }

    fn spawn(&self, mut start: Command) -> Nginx<'_> {
        // A group, so that its end is the end of workers and of the watch too.
        let said = fs::File::create(self.path("said")).expect("a file");
        start.process_group(0).stderr(said).stdout(Stdio::null());
        Nginx { machine: self, child: start.spawn().expect("nginx starts") }
    }
}

impl Nginx<'_> {
    fn assert_running(&self) {
        let process = Path::new("/proc").join(self.child.id().to_string()).join("stat");
        let state = fs::read_to_string(process).unwrap_or_default();
        let ended = state.rsplit(')').next().is_none_or(|rest| rest.trim_start().starts_with('Z'));
        let said = fs::read_to_string(self.machine.path("said")).unwrap_or_default();
        assert!(!ended, "nginx ended: {said}{}", self.machine.log());
    }
}

impl Drop for Nginx<'_> {
    fn drop(&mut self) {
        let group = format!("-{}", self.child.id());
        let _ = Command::new("kill").args(["-TERM", "--", &group]).status();
        let _ = self.child.wait();
    }
}
