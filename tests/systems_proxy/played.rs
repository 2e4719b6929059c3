//! A system's deployment with this machine's ports in place of its own, and threads in place of its containers.

use crate::proxy::nginx::Machine;
use crate::proxy::port;
use crate::proxy::upstream::Upstream;
use crate::support::project::{compile, fixtures, specs};
use specc::resolve::environment::Deployment;
use specc::resolve::proxy::{Placement, Proxy, Server, Tls, Version};
use std::collections::BTreeMap;
use std::path::Path;

/// Every deployment of a spec that has a web server; none of one that does not compile, which is what it is for.
pub(crate) fn deployments(directory: &Path) -> Vec<Deployment> {
    let text = std::fs::read_to_string(directory.join("specc.yaml")).expect("specs are text");
    let (environments, diagnostics) = compile(&text);
    if diagnostics.has_errors() {
        return Vec::new();
    }
    let all = environments.into_iter().flat_map(|environment| environment.deployments);
    all.filter(|deployment| deployment.proxy.is_some()).collect()
}

/// Those of all fixtures.
pub(crate) fn all() -> Vec<Deployment> {
    specs().iter().flat_map(|directory| deployments(directory)).collect()
}

/// One deployment of a fixture, by its directory below the output.
pub(crate) fn one(spec: &str, directory: &str) -> Deployment {
    let found = deployments(&fixtures().join("specs").join(spec)).into_iter();
    let mut found = found.filter(|deployment| deployment.directory == directory);
    found.next().unwrap_or_else(|| panic!("{spec} has no {directory}"))
}

/// A deployment that can be served here.
pub(crate) struct Played {
    pub(crate) deployment: Deployment,
    /// What listens here, by what listens there: `core-api-1:8000`.
    pub(crate) containers: BTreeMap<String, Upstream>,
    /// The ports here, by those of the spec.
    pub(crate) ports: BTreeMap<u16, u16>,
}

impl Played {
    /// Ports given in `ports` are used again: several deployments behind one web server share them.
    pub(crate) fn new(mut deployment: Deployment, mut ports: BTreeMap<u16, u16>) -> Self {
        // Two environments of one project are two folders.
        deployment.project.clone_from(&deployment.compose_project);
        let mut containers = BTreeMap::new();
        let proxy = proxy_of(&mut deployment);
        if proxy.server == Server::Nginx {
            // The one that Debian packages: directives that newer ones take are tried as text.
            proxy.version = Version(1, 22, 1);
        }
        for server in proxy.upstreams.iter_mut().flat_map(|upstream| &mut upstream.servers) {
            let name = server.split(':').next().unwrap_or_default().to_owned();
            let container = containers.entry(server.clone()).or_insert_with(|| Upstream::start(&name));
            *server = format!("127.0.0.1:{}", container.port);
        }
        for site in &mut proxy.sites {
            site.listen = *ports.entry(site.listen).or_insert_with(port);
        }
        Self { deployment, containers, ports }
    }

    pub(crate) fn proxy(&self) -> &Proxy {
        self.deployment.proxy.as_ref().expect("it was asked for")
    }

    /// The port here where plain HTTP is asked for.
    pub(crate) fn http(&self) -> u16 {
        self.ports[&80]
    }

    /// Writes the confs and lets the machine's nginx read them, where it is not the deployment's own.
    pub(crate) fn install(&self, machine: &Machine) {
        machine.write(&self.deployment);
        if !matches!(self.proxy().placement, Placement::Service { .. }) {
            let put = machine.run(&self.deployment.project, None);
            assert!(put.status.success(), "{put:?}");
        }
    }

    /// Makes the certificates that Let's Encrypt would issue; whether there are any.
    pub(crate) fn certify(&self, machine: &Machine) -> bool {
        let names = self.proxy().sites.iter().filter_map(|site| match &site.tls {
            Tls::LetsEncrypt { name, .. } => Some(name),
            _ => None,
        });
        names.map(|name| machine.certify(name)).count() > 0
    }
}

fn proxy_of(deployment: &mut Deployment) -> &mut Proxy {
    deployment.proxy.as_mut().expect("it was asked for")
}
