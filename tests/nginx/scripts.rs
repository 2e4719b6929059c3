//! The scripts beside the confs.

use crate::proxy::model::{deployment, letsencrypt, route, service, site, upstream};
use crate::support::programs::command;
use specc::emit::Artifact;
use specc::emit::nginx::emit;
use specc::resolve::proxy::{Balance, Placement, Tls};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

fn scripts(placement: Placement, certificates: bool) -> Vec<Artifact> {
    let mut web = site("web", &["a.test", "b.test"], 80, vec![route("/", "app")]);
    let mut other = site("other", &["c.test"], 80, vec![route("/", "app")]);
    if certificates {
        let email = Some("it's@a.test".to_owned());
        web.tls = Tls::LetsEncrypt { name: "a.test".to_owned(), email, hsts: 0 };
        other.tls = letsencrypt("c.test");
    }
    let upstreams = vec![upstream("app", &[8000], Balance::RoundRobin)];
    let artifacts = emit(&deployment("shop", placement, upstreams, vec![web, other]));
    artifacts.into_iter().filter(|artifact| artifact.executable).collect()
}

#[test]
fn scripts_are_posix_and_without_fault() {
    let Some(shellcheck) = command("shellcheck") else { return };
    let shared = Placement::Shared { container: "it's".to_owned(), conf: "/opt/my confs".to_owned() };
    for placement in [service(), Placement::Host, shared] {
        for certificates in [false, true] {
            for script in scripts(placement.clone(), certificates) {
                let folder = tempfile::tempdir().expect("a folder");
                let path = folder.path().join("script.sh");
                fs::write(&path, &script.contents).expect("a file");
                let mut check = Command::new(shellcheck.get_program());
                let said = check.arg("--shell=sh").arg(&path).output().expect("shellcheck runs");
                assert!(
                    said.status.success(),
                    "{}\n{}",
                    String::from_utf8_lossy(&said.stdout),
                    script.contents
                );
            }
        }
    }
}

#[test]
fn each_certificate_is_asked_for_even_if_one_cannot_be_had() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let certbot = "#!/bin/sh\nfor word; do printf '[%s]' \"$word\"; done >>\"$0.said\"\necho >>\"$0.said\"\n\
                   case $* in *c.test*) ;; *) exit 1 ;; esac\n";
    fs::write(at("certbot"), certbot).expect("a file");
    fs::set_permissions(at("certbot"), fs::Permissions::from_mode(0o755)).expect("a program");
    let scripts = scripts(service(), true);
    let script = scripts.iter().find(|script| script.path == "nginx/certificates.sh").expect("the script");
    let here = at("acme").display().to_string();
    fs::write(at("certificates.sh"), script.contents.replace("/var/www/acme", &here)).expect("a file");
    let path = format!("{}:/usr/bin:/bin", folder.path().display());
    let ran = Command::new("sh").arg(at("certificates.sh")).env("PATH", path).output().expect("sh runs");
    assert_eq!(ran.status.code(), Some(1), "{ran:?}");
    let rest = "[--agree-tos][--non-interactive][--keep-until-expiring][--renew-with-new-domains]";
    let begin = format!("[certonly][--webroot][--webroot-path][{here}]");
    let expected = format!(
        "{begin}[--cert-name][a.test][--domain][a.test][--domain][b.test][--email][it's@a.test]{rest}\n\
         {begin}[--cert-name][c.test][--domain][c.test][--register-unsafely-without-email]{rest}\n"
    );
    assert_eq!(fs::read_to_string(at("certbot.said")).expect("what certbot was asked"), expected);
    assert!(at("acme").is_dir());
}
