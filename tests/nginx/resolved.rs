//! What a spec says of its sites, in the files that come of it.

use crate::support::project::render;
use std::collections::BTreeMap;

/// A spec with one service, whose site says `site`, behind `proxy`.
fn rendered(proxy: &str, site: &str) -> BTreeMap<String, String> {
    let publish = if proxy.contains("nginx: host") { "publish: { api: 8000 }" } else { "" };
    render(&format!(
        "project: shop\n\
         hosts:\n  metal: {{ address: 203.0.113.50, proxy: {{ {proxy} }} }}\n\
         services:\n  api: {{ image: shop/api:1.4.0, port: 8000 }}\n\
         sites:\n  web: {{ {site}, routes: {{ /: api }} }}\n\
         environments:\n  production: {{ runs_on: metal, {publish} }}\n"
    ))
}

#[test]
fn certificates_of_certbot_are_mounted_with_what_they_link_to() {
    let live = "/etc/letsencrypt/live/shop.example";
    let tls =
        |chain: &str, key: &str| format!("domain: shop.example, tls: {{ certificate: {chain}, key: {key} }}");
    let site = tls(&format!("{live}/fullchain.pem"), &format!("{live}/privkey.pem"));
    let compose = &rendered("nginx: service", &site)["production/compose.yaml"];
    assert!(
        compose.contains("source: /etc/letsencrypt\n") && !compose.contains("source: /etc/letsencrypt/live")
    );
    let compose = &rendered("nginx: service", &tls("/etc/ssl/shop/a.pem", "/srv/keys/a.key"))["production/compose.yaml"];
    assert!(
        compose.contains("source: /etc/ssl/shop\n") && compose.contains("source: /srv/keys\n"),
        "{compose}"
    );
}

#[test]
fn lets_encrypt_is_told_the_address_that_it_may_write_to() {
    let site = "domain: shop.example, tls: { email: ops@shop.example }";
    let files = rendered("nginx: service", site);
    let script = &files["production/nginx/certificates.sh"];
    assert!(
        script.contains(" --email ops@shop.example ")
            && script.contains(" --cert-name shop--production--web ")
    );
    // Who reads a script learns how it is meant to be run.
    let asked = "docker compose --profile certificates up certbot";
    assert!(script.contains(asked) && files["production/nginx/control.sh"].contains(asked));
    let reload = "docker compose exec nginx sh /etc/specc/nginx/control.sh reload";
    assert!(files["production/nginx/control.sh"].contains(reload));
    let caddyfile = &rendered("caddy: service", site)["production/caddy/Caddyfile"];
    assert!(caddyfile.contains("\ttls ops@shop.example\n"), "{caddyfile}");
}

#[test]
fn a_site_without_a_domain_has_its_hosts_address_alone_where_others_are_served_too() {
    let shared = "nginx: shared, container: platform, network: platform, conf: /opt/platform/conf.d";
    for proxy in ["nginx: host", shared] {
        let conf = &rendered(proxy, "listen: 8090")["production/nginx/conf.d/shop__production__web.conf"];
        assert!(conf.contains("listen 8090;\n    server_name 203.0.113.50;\n"), "{conf}");
    }
    let conf =
        &rendered("nginx: service", "listen: 8090")["production/nginx/conf.d/shop__production__web.conf"];
    assert!(conf.contains("listen 8090 default_server;\n"), "{conf}");
}

#[test]
fn the_machines_nginx_reads_confs_where_the_spec_says() {
    let control =
        |proxy: &str| rendered(proxy, "domain: shop.example")["production/nginx/control.sh"].clone();
    assert!(control("nginx: host").contains("\nenabled=/etc/nginx/conf.d\n"));
    assert!(
        control("nginx: host, conf: /usr/local/nginx/sites").contains("\nenabled=/usr/local/nginx/sites\n")
    );
}

/// Names that are alike once hyphens are underscores.
#[test]
fn no_two_deployments_have_one_name_for_anything() {
    let spec = |project: &str, environment: &str| {
        render(&format!(
            "project: {project}\n\
             hosts:\n  metal: {{ proxy: {{ nginx: host }} }}\n\
             services:\n  tls: {{ image: shop/api:1.4.0, port: 8000 }}\n\
             sites:\n  web: {{ domain: a.example, tls: letsencrypt, routes: {{ /: tls }} }}\n\
             environments:\n  {environment}: {{ runs_on: metal, publish: {{ tls: 8000 }} }}\n"
        ))
    };
    let names = |files: BTreeMap<String, String>| -> Vec<String> {
        let confs = files.into_iter().filter(|(path, _)| path.contains("/nginx/"));
        let words = confs.flat_map(|(path, text)| {
            let words = text.split(|c: char| c.is_whitespace() || ";:/=$".contains(c)).map(str::to_owned);
            words.chain([path.rsplit('/').next().unwrap_or_default().to_owned()]).collect::<Vec<_>>()
        });
        words
            .filter(|word| (word.contains("__") && !word.contains("{prefix}")) || word.ends_with("--web"))
            .collect()
    };
    let (one, other) = (names(spec("a", "b-c")), names(spec("a-b", "c")));
    assert!(one.len() > 5 && other.len() == one.len());
    let both: Vec<_> = one.iter().filter(|name| other.contains(name)).collect();
    assert!(both.is_empty(), "{both:?}");
    // The memory of TLS sessions is not that of the service called `tls`.
    assert!(one.iter().any(|name| name == "a__b_c___tls") && one.iter().any(|name| name == "a__b_c__tls"));
}
