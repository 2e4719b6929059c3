//! filter-ical: staging and production behind one nginx that is somebody else's.

use crate::played::{Played, one};
use crate::proxy::client::{ask, get, secure};
use crate::proxy::nginx::Machine;
use crate::support::programs::program;
use std::collections::BTreeMap;

#[test]
fn both_environments_are_served_by_one_nginx_and_never_mixed_up() {
    let Some(machine) = Machine::new() else { return };
    if program("openssl").is_none() || program("curl").is_none() {
        return;
    }
    machine.write_own_nginx();
    let staging = Played::new(one("filter-ical", "staging"), BTreeMap::new());
    let production = Played::new(one("filter-ical", "production"), staging.ports.clone());
    let both = [(&staging, "staging.filter-ical.example"), (&production, "filter-ical.example")];
    let http = staging.http();
    let install = || {
        for (played, _) in &both {
            played.install(&machine);
        }
    };
    install();
    let nginx = machine.start_own(http);
    for (played, domain) in both {
        let environment = &played.deployment.environment;
        for (path, service) in [
            ("/", "frontend"),
            ("/apifoo", "frontend"),
            ("/domain", "frontend"),
            ("/assets/x.js", "frontend"),
            ("/api", "backend"),
            ("/api/health", "backend"),
            ("/domains/x?y=1", "backend"),
            ("/calendars", "backend"),
            ("/admin/", "backend"),
        ] {
            let answer = get(http, domain, path);
            let said =
                format!("name: filter-ical-{service}-{environment}\nGET {path} HTTP/1.1\nHost: {domain}");
            assert!(answer.status == 200 && answer.body.starts_with(&said), "{said} / {answer:?}");
        }
    }
    drop(nginx);

    // With certificates, one after the other.
    assert!(production.certify(&machine));
    install();
    assert!(staging.certify(&machine));
    install();
    Machine::assert_quiet(&machine.path("nginx.conf"));
    let _nginx = machine.start_own(http);
    for (played, domain) in both {
        let environment = &played.deployment.environment;
        let plain = get(http, domain, "/api/x");
        let to = format!("https://{domain}/api/x");
        assert_eq!((plain.status, plain.header("location")), (301, Some(to.as_str())));
        let answer = secure(machine.tls, domain, "/api/x");
        assert!(answer.body.starts_with(&format!("name: filter-ical-backend-{environment}\n")), "{answer:?}");
        assert_eq!(answer.header("strict-transport-security"), Some("max-age=63072000"));
    }
    // What is asked by other names is no business of ours: the first server of the file answers, as it would without us.
    assert!(ask(http, "GET", "other.example", "/", &[], b"").is_some());
}
