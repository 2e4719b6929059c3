//! The files of nginx: a whole configuration where nginx is part of the deployment, a project's own part elsewhere.

mod control;
mod headers;
mod http;
mod names;
mod site;
mod word;

pub(super) use headers::response;

use super::Artifact;
use super::template::{environment, render};
use crate::resolve::environment::Deployment;
use crate::resolve::proxy::{NGINX_DIRECTORY, Placement, Proxy, Server, Site, Tls};
use minijinja::value::Serde;
use minijinja::{Environment, Value, context};
use names::Names;
use std::collections::BTreeSet;

const TEMPLATES: [(&str, &str); 7] = [
    ("nginx", include_str!("../../../templates/nginx/nginx.conf.j2")),
    ("default", include_str!("../../../templates/nginx/default.conf.j2")),
    ("http", include_str!("../../../templates/nginx/http.conf.j2")),
    ("site", include_str!("../../../templates/nginx/site.conf.j2")),
    ("tls", include_str!("../../../templates/nginx/tls.j2")),
    ("control", include_str!("../../../templates/nginx/control.sh.j2")),
    ("certificates", include_str!("../../../templates/nginx/certificates.sh.j2")),
];

/// The files of a deployment's nginx; none when it has no nginx.
pub fn emit(deployment: &Deployment) -> Vec<Artifact> {
    let Some(proxy) = deployment.proxy.as_ref().filter(|proxy| proxy.server == Server::Nginx) else {
        return Vec::new();
    };
    let names = Names::new(proxy);
    let emitter =
        Emitter { templates: environment(&TEMPLATES), deployment, proxy, notice: notice(deployment) };
    let mut artifacts = Vec::new();
    if matches!(proxy.placement, Placement::Service { .. }) {
        artifacts.push(emitter.main(&names));
        artifacts.extend(emitter.default(&names));
    }
    let http = emitter.text("http", context! { http => Serde(http::http(proxy, &names)) });
    artifacts.push(file(&format!("conf.d/{}.conf", proxy.prefix), http));
    for site in &proxy.sites {
        let name = names.of(&site.name);
        match site.tls {
            Tls::Off => artifacts.push(emitter.site(&names, site, false, &format!("conf.d/{name}.conf"))),
            Tls::Files { .. } => {
                artifacts.push(emitter.site(&names, site, true, &format!("conf.d/{name}.conf")));
            }
            Tls::LetsEncrypt { .. } => {
                artifacts.push(emitter.site(&names, site, false, &format!("available/{name}.http.conf")));
                artifacts.push(emitter.site(&names, site, true, &format!("available/{name}.tls.conf")));
            }
        }
    }
    let control = context! { control => Serde(control::control(proxy, &names)) };
    artifacts.push(program("control.sh", emitter.text("control", control)));
    if let Some(certificates) = control::certificates(proxy) {
        let text = emitter.text("certificates", context! { certificates => Serde(certificates) });
        artifacts.push(program("certificates.sh", text));
    }
    artifacts
}

/// What every file says first.
pub(super) fn notice(deployment: &Deployment) -> String {
    let Deployment { project, environment, .. } = deployment;
    format!("Written by specc for {project}, {environment}: change the spec and render it, not this file.")
}

struct Emitter<'a> {
    templates: Environment<'static>,
    deployment: &'a Deployment,
    proxy: &'a Proxy,
    notice: String,
}

impl Emitter<'_> {
    fn text(&self, template: &str, context: Value) -> String {
        render(&self.templates, template, context! { notice => &self.notice, ..context })
    }

    fn main(&self, names: &Names<'_>) -> Artifact {
        let domains = self.proxy.sites.iter().flat_map(|site| &site.domains);
        // A cell holds a name, a pointer and a length.
        let longest = domains.map(|domain| domain.len() + 24).max().unwrap_or(0);
        let context = context! {
            log_format => names.of("access"),
            names_bucket => longest.next_power_of_two().max(128),
            probe_port => control::probe_port(self.proxy),
            directory => NGINX_DIRECTORY,
            enabled => control::enabled(self.proxy),
        };
        file("nginx.conf", self.text("nginx", context))
    }

    /// What answers for names that nobody serves; only where nginx is this deployment's own.
    fn default(&self, names: &Names<'_>) -> Option<Artifact> {
        let sites = &self.proxy.sites;
        let mut ports: BTreeSet<u16> = sites.iter().map(|site| site.listen).collect();
        for site in sites.iter().filter(|site| site.domains.is_empty()) {
            ports.remove(&site.listen);
        }
        let tls = sites.iter().any(|site| site.tls != Tls::Off);
        let tls = tls.then(|| site::Profile::of(self.proxy, names));
        if ports.is_empty() && tls.is_none() {
            return None;
        }
        let context = context! { ports => Serde(ports), tls => Serde(tls) };
        Some(file("conf.d/00-default.conf", self.text("default", context)))
    }

    fn site(&self, names: &Names<'_>, site: &Site, over_tls: bool, path: &str) -> Artifact {
        let page = site::page(self.deployment, names, site, over_tls);
        let context = context! { site => Serde(page) };
        file(path, self.text("site", context))
    }
}

fn file(path: &str, contents: String) -> Artifact {
    Artifact { path: format!("nginx/{path}"), contents, executable: false }
}

fn program(path: &str, contents: String) -> Artifact {
    Artifact { path: format!("nginx/{path}"), contents, executable: true }
}
