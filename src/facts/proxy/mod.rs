//! What reverse proxies do, as their confs say it: sites, upstreams, where requests go, which headers are set.

mod address;
mod caddy;
mod expand;
mod headers;
mod layout;
mod nginx;
mod read;
mod text;

pub use read::{gaps, read};

use super::model::{DeploymentId, Fact};
use crate::source::{SourceId, Span, Spanned};
use std::net::IpAddr;

/// One reverse proxy: everything that it loads together.
#[derive(Clone, Debug)]
pub struct Proxy {
    /// Whose conf it is.
    pub software: Software,
    /// Its texts, in the order in which they are loaded.
    pub files: Vec<SourceId>,
    /// The service whose container it runs in. None where it runs on a host, or nothing says where.
    pub runs_in: Option<(DeploymentId, String)>,
    /// Whether all that it loads is known. Where it is not, something may be defined elsewhere: what is missing here is no
    /// defect.
    pub complete: bool,
    /// The includes that lead out of the repository.
    pub not_followed: Vec<Span>,
    /// Places that are not the syntax of a conf, and why.
    pub faults: Vec<(Span, String)>,
    /// What it serves, in the order of the text.
    pub sites: Vec<Site>,
    /// Named groups of servers.
    pub upstreams: Vec<Upstream>,
    /// Every place that requests are sent to.
    pub targets: Vec<Target>,
    /// Every block in which headers can be set, those around a block before it.
    pub blocks: Vec<Block>,
    /// Every setting of TLS protocols and ciphers.
    pub tls: Vec<TlsSetting>,
}

/// The program that a conf is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Software {
    /// nginx, and what is made of it.
    Nginx,
    /// Caddy.
    Caddy,
}

/// A `server` of nginx, a site of Caddy.
#[derive(Clone, Debug)]
pub struct Site {
    /// Where it begins: its head.
    pub span: Span,
    /// Its block, among [`Proxy::blocks`].
    pub block: usize,
    /// The addresses that it listens on; those that are meant where none is written, too.
    pub listens: Vec<Listen>,
    /// The names that it answers to, lower case. For nginx without `_` and the empty name, which no client asks for.
    pub names: Vec<Fact<String>>,
    /// What it answers to where a variable of its address has no value: `{$DOMAIN:localhost}`. Caddy's alone.
    pub fallbacks: Vec<Fallback>,
    /// Whether it answers to any name of its addresses that no other site has: nginx's `default_server`, Caddy's `:80`.
    pub catches_all: bool,
    /// Where a certificate is named; for Caddy, a `tls` directive.
    pub certificate: Option<Span>,
    /// Redirects, in the site itself and in its locations.
    pub redirects: Vec<Redirect>,
}

/// What takes the place of a variable that has no value.
#[derive(Clone, Debug)]
pub struct Fallback {
    /// The variable.
    pub variable: String,
    /// Its default.
    pub name: String,
    /// The address that it stands in.
    pub span: Span,
}

/// An address that a site listens on.
#[derive(Clone, Debug)]
pub struct Listen {
    /// Where it is written; the site's head, where it is not.
    pub span: Span,
    /// The address; none for all of them.
    pub address: Option<IpAddr>,
    /// The port. None where it is not known, or it is no port: `unix:`.
    pub port: Option<u16>,
    /// Whether TLS is spoken.
    pub tls: bool,
    /// Whether it was written.
    pub written: bool,
}

/// A redirect.
#[derive(Clone, Debug)]
pub struct Redirect {
    /// Where it is written.
    pub span: Span,
    /// Where it leads: `https://$host$request_uri`, as written.
    pub to: String,
    /// Whether it leads to HTTPS.
    pub to_https: bool,
    /// Whether it keeps the name that was asked for: `$host`, `$server_name`.
    pub keeps_host: bool,
    /// Whether a condition stands around it (`if`), which may leave it out.
    pub conditional: bool,
}

/// A named group of servers.
#[derive(Clone, Debug)]
pub struct Upstream {
    /// Its name.
    pub name: Spanned<String>,
    /// Its servers.
    pub servers: Vec<UpstreamServer>,
}

/// One server of a group.
#[derive(Clone, Debug)]
pub struct UpstreamServer {
    /// Where it is.
    pub endpoint: Endpoint,
    /// Whether its name is looked up again when its address changes: `resolve`.
    pub resolve: bool,
}

/// Something that requests are sent to.
#[derive(Clone, Debug)]
pub struct Target {
    /// The directive: `proxy_pass`, `fastcgi_pass`, `reverse_proxy`.
    pub directive: String,
    /// Where it leads.
    pub endpoint: Endpoint,
    /// The group that it names, among [`Proxy::upstreams`].
    pub upstream: Option<usize>,
    /// When the name is looked up.
    pub lookup: Lookup,
    /// The `resolver` in force.
    pub resolver: Option<Span>,
    /// The site it is in, among [`Proxy::sites`].
    pub site: Option<usize>,
    /// The block it is in, among [`Proxy::blocks`].
    pub block: usize,
}

/// When a name is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lookup {
    /// Once, when the conf is loaded.
    Once,
    /// Again and again.
    Again,
}

/// An address as a conf writes it.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Where it is written.
    pub span: Span,
    /// `http`, `https`, `grpc`, `fastcgi`, …
    pub scheme: String,
    /// The name or address, lower case. Unknown where a variable decides it.
    pub host: Fact<String>,
    /// The port: the scheme's own where none is written. None where there is none to know.
    pub port: Option<Fact<u16>>,
    /// Whether it is a socket in the file system.
    pub socket: bool,
}

/// A block in which headers can be set.
#[derive(Clone, Debug)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Its head, as messages call it: `location /api/`.
    pub title: String,
    /// Where its head stands.
    pub span: Span,
    /// The block around it, among [`Proxy::blocks`].
    pub parent: Option<usize>,
    /// The headers of answers that it sets itself.
    pub answer: Vec<Header>,
    /// The headers of forwarded requests that it sets itself.
    pub forwarded: Vec<Header>,
    /// `add_header_inherit` or `proxy_set_header_inherit`, if it is written here, with its word.
    pub inherit: Vec<(HeaderKind, Spanned<String>)>,
    /// Whether it sends requests somewhere, itself.
    pub proxies: bool,
    /// Whether it answers with a text that is written here and is no page, or with none: `return 200 "ok"`, `return 204`.
    pub fixed: bool,
}

/// What a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BlockKind {
    /// All of it: `http`, `stream`, or a conf without one.
    Whole,
    /// A `server` of nginx, a site of Caddy.
    Site,
    /// A `location` of nginx, a `handle` or `route` of Caddy.
    Location,
    /// An `if`.
    If,
}

/// Which headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HeaderKind {
    /// Those of answers: `add_header`.
    Answer,
    /// Those of forwarded requests: `proxy_set_header`.
    Forwarded,
}

/// A header that is set.
#[derive(Clone, Debug)]
pub struct Header {
    /// Its name, as written.
    pub name: String,
    /// Its value, as written.
    pub value: String,
    /// Where it is set.
    pub span: Span,
}

/// A setting of TLS.
#[derive(Clone, Debug)]
pub struct TlsSetting {
    /// `ssl_protocols`, `ssl_ciphers`, `tls`.
    pub directive: Spanned<String>,
    /// What it allows: `TLSv1`, `TLSv1.2`, `HIGH:!aNULL`.
    pub values: Vec<Spanned<String>>,
    /// The block it is in, among [`Proxy::blocks`].
    pub block: usize,
}

/// A place that a proxy sends requests to, through a group or not.
#[derive(Clone, Copy, Debug)]
pub struct Hop<'a> {
    /// The place.
    pub endpoint: &'a Endpoint,
    /// When its name is looked up.
    pub lookup: Lookup,
    /// The group that it is a server of.
    pub upstream: Option<&'a Upstream>,
}

impl Block {
    fn new(kind: BlockKind, title: String, span: Span, parent: Option<usize>) -> Self {
        let (answer, forwarded, inherit) = (Vec::new(), Vec::new(), Vec::new());
        Self { kind, title, span, parent, answer, forwarded, inherit, proxies: false, fixed: false }
    }
}

impl Proxy {
    /// Notes a text that is loaded and what is wrong with it, once; says whether it is new.
    fn takes(&mut self, source: SourceId, faults: impl Iterator<Item = (Span, String)>) -> bool {
        let new = !self.files.contains(&source);
        if new {
            self.files.push(source);
            self.faults.extend(faults);
        }
        new
    }

    /// Nothing yet.
    fn new(software: Software) -> Self {
        Self {
            software,
            files: Vec::new(),
            runs_in: None,
            complete: false,
            not_followed: Vec::new(),
            faults: Vec::new(),
            sites: Vec::new(),
            upstreams: Vec::new(),
            targets: Vec::new(),
            blocks: Vec::new(),
            tls: Vec::new(),
        }
    }

    /// Every place that requests are sent to: the servers of every group, and the targets that name none.
    pub fn hops(&self) -> impl Iterator<Item = Hop<'_>> {
        let servers = self.upstreams.iter().flat_map(move |upstream| {
            upstream.servers.iter().map(move |server| Hop {
                endpoint: &server.endpoint,
                lookup: if server.resolve || self.software == Software::Caddy {
                    Lookup::Again
                } else {
                    Lookup::Once
                },
                upstream: Some(upstream),
            })
        });
        let targets = self.targets.iter().filter(|target| target.upstream.is_none());
        servers.chain(targets.map(|target| Hop {
            endpoint: &target.endpoint,
            lookup: target.lookup,
            upstream: None,
        }))
    }
}
