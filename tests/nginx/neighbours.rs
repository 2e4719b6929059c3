//! Several projects behind one nginx.

use crate::proxy::client::get;
use crate::proxy::model::{deployment, limited, rewritten, route, site, upstream};
use crate::proxy::nginx::Machine;
use crate::proxy::port;
use crate::proxy::upstream::Upstream;
use specc::resolve::environment::Deployment;
use specc::resolve::proxy::{Balance, Per, Placement, Route};

/// Everything that has a name.
fn project(name: &str, domain: &str, http: u16, app: &Upstream) -> Deployment {
    let upstreams = vec![upstream("app", &[app.port], Balance::RoundRobin)];
    let socket = Route { websocket: true, ..route("/socket", "app") };
    let routes = vec![
        limited("/login", "app", 1, Per::Minute, 0),
        rewritten("/old", "/new", "app"),
        socket,
        route("/", "app"),
    ];
    let mut web = site("web", &[domain], http, routes);
    web.headers = vec![("X-Dollar".into(), "$".into())];
    deployment(name, Placement::Host, upstreams, vec![web])
}

#[test]
fn two_projects_share_an_nginx_and_nothing_else() {
    let Some(machine) = Machine::new() else { return };
    let (one, two) = (Upstream::start("one"), Upstream::start("two"));
    let http = port();
    machine.write_own_nginx();
    // The longest prefix there may be, since variables have little room.
    let long = "a-very-long-name-of-a-project-that-hardly-anybody-would-give-it";
    for (name, domain, app) in [("shop", "shop.test", &one), (long, "long.test", &two)] {
        machine.write(&project(name, domain, http, app));
        let put = machine.run(name, None);
        assert!(put.status.success(), "{put:?}");
    }
    let _nginx = machine.start_own(http);
    for (domain, name) in [("shop.test", "one"), ("long.test", "two")] {
        assert!(get(http, domain, "/x").body.starts_with(&format!("name: {name}\nGET /x ")));
        assert!(get(http, domain, "/old/x").body.starts_with(&format!("name: {name}\nGET /new/x ")));
        assert_eq!(get(http, domain, "/socket/x").header("X-Dollar"), Some("$"));
        let statuses = [get(http, domain, "/login").status, get(http, domain, "/login").status];
        assert_eq!(statuses, [200, 429], "{domain} has a limit of its own");
    }

    // A project that goes wrong is taken back, and its neighbour never notices.
    let mut wrong = project("shop", "shop.test", http, &one);
    wrong.proxy.as_mut().expect("a proxy").upstreams[0].servers = vec!["no-such-host.invalid:1".to_owned()];
    machine.write(&wrong);
    let reload = machine.run("shop", Some("reload"));
    assert!(!reload.status.success());
    Machine::assert_quiet(&machine.path("nginx.conf"));
    let reload = machine.run(long, Some("reload"));
    assert!(reload.status.success(), "{reload:?}");
    assert!(get(http, "shop.test", "/").body.starts_with("name: one"));

    // A site that is gone leaves nothing behind.
    let mut fewer = project("shop", "shop.test", http, &one);
    fewer.proxy.as_mut().expect("a proxy").sites.clear();
    machine.write(&fewer);
    assert!(machine.run("shop", Some("reload")).status.success());
    assert!(!machine.path("conf.d/shop__production__web.conf").exists());
    assert!(machine.path("conf.d/shop__production.conf").exists());
}
