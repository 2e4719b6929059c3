//! What the directives of nginx say.

use super::address::{self, Written};
use super::text::{Sets, evaluated, filled, is_plain};
use super::{
    Block, BlockKind, Header, HeaderKind, Listen, Lookup, Proxy, Redirect, Site, Target, TlsSetting,
    Upstream, UpstreamServer,
};
use crate::facts::model::{ByName, EnvVariable, Fact};
use crate::facts::value::{HOLE, Unknown, Value};
use crate::source::{Span, Spanned};
use crate::syntax::nginx::{Directive, Word};

/// Reads directives, whose includes are in place, into what is known of the proxy.
pub(super) struct Reader<'a> {
    pub(super) proxy: Proxy,
    pub(super) environment: Option<&'a ByName<EnvVariable>>,
}

/// What holds around a directive.
#[derive(Clone, Default)]
struct Scope {
    block: usize,
    site: Option<usize>,
    resolver: Option<Span>,
    sets: Sets,
    conditional: bool,
    /// Whether bytes are passed on, not requests.
    stream: bool,
}

impl Reader<'_> {
    /// Reads a conf: a whole one, or a part of one.
    pub(super) fn whole(&mut self, directives: &[Directive], title: &str) {
        let frames: Vec<&Directive> = directives.iter().filter(|directive| is_frame(directive)).collect();
        for frame in &frames {
            let block = self.block(BlockKind::Whole, frame.name.text.clone(), frame.head, None);
            let inside: Vec<&Directive> = frame.inside().iter().collect();
            self.inside(&inside, &Scope { block, stream: frame.is("stream"), ..Scope::default() });
        }
        // A part of a conf, which stands in a frame elsewhere.
        if let Some(first) = directives.first().filter(|_| frames.is_empty()) {
            let block = self.block(BlockKind::Whole, title.to_owned(), first.head, None);
            let inside: Vec<&Directive> = directives.iter().collect();
            self.inside(&inside, &Scope { block, ..Scope::default() });
        }
    }

    /// Finds the groups that targets name.
    pub(super) fn finish(mut self) -> Proxy {
        for target in &mut self.proxy.targets {
            let Some(host) = target.endpoint.host.known() else { continue };
            target.upstream = self
                .proxy
                .upstreams
                .iter()
                .position(|upstream| upstream.name.value.eq_ignore_ascii_case(host));
        }
        self.proxy
    }

    fn block(&mut self, kind: BlockKind, title: String, span: Span, parent: Option<usize>) -> usize {
        self.proxy.blocks.push(Block::new(kind, title, span, parent));
        self.proxy.blocks.len() - 1
    }

    fn inside(&mut self, directives: &[&Directive], around: &Scope) {
        let mut scope = around.clone();
        // The order of these decides nothing, or almost nothing: they hold for the whole block.
        for directive in directives {
            match directive.name.text.as_str() {
                "resolver" => scope.resolver = Some(directive.span),
                "set" => self.set(directive, &mut scope.sets),
                _ => {}
            }
        }
        for directive in directives {
            self.directive(directive, &scope);
        }
    }

    fn set(&self, directive: &Directive, sets: &mut Sets) {
        let (Some(name), Some(value)) = (directive.arg(0), directive.args.get(1)) else { return };
        let name = name.trim_start_matches('$').trim_matches(['{', '}']).to_owned();
        let (value, _) = evaluated(filled(value, self.environment).value.shape(), sets);
        sets.entry(name)
            .and_modify(|known| *known = known.take().filter(|known| *known == value))
            .or_insert(Some(value).filter(|value| !value.contains(HOLE)));
    }

    fn directive(&mut self, directive: &Directive, scope: &Scope) {
        let here = scope.block;
        match directive.name.text.as_str() {
            "add_header" => self.header(directive, here, HeaderKind::Answer),
            "proxy_set_header" | "grpc_set_header" => self.header(directive, here, HeaderKind::Forwarded),
            "add_header_inherit" => self.inherit(directive, here, HeaderKind::Answer),
            "proxy_set_header_inherit" => self.inherit(directive, here, HeaderKind::Forwarded),
            "ssl_protocols" | "ssl_ciphers" => {
                let name = Spanned::new(directive.name.text.clone(), directive.span);
                let values =
                    directive.args.iter().map(|word| Spanned::new(word.text.clone(), word.span)).collect();
                self.proxy.tls.push(TlsSetting { directive: name, values, block: here });
            }
            "upstream" if directive.block.is_some() => self.upstream(directive),
            "server" if directive.block.is_some() => self.site(directive, scope),
            "location" | "if" | "limit_except" if directive.block.is_some() => {
                let kind = if directive.is("location") { BlockKind::Location } else { BlockKind::If };
                let block = self.block(kind, title(directive), directive.head, Some(here));
                let conditional = scope.conditional || directive.is("if");
                let inside: Vec<&Directive> = directive.inside().iter().collect();
                self.inside(&inside, &Scope { block, conditional, ..scope.clone() });
            }
            "proxy_pass" | "fastcgi_pass" | "uwsgi_pass" | "scgi_pass" | "grpc_pass" | "memcached_pass" => {
                self.target(directive, scope);
            }
            "return" => {
                let (code, to) = match (directive.arg(0), directive.args.get(1)) {
                    (Some(code), Some(to)) => {
                        self.proxy.blocks[here].fixed |= is_plain(&to.text);
                        (code, Some(to))
                    }
                    (Some(code), None) => {
                        // Nothing but a number: a preflight that is allowed, something that is refused.
                        self.proxy.blocks[here].fixed |=
                            matches!(code.as_bytes(), [b'4' | b'5', _, _] | b"204" | b"304");
                        ("302", directive.args.first())
                    }
                    (None, _) => return,
                };
                if let Some(to) = to.filter(|_| matches!(code, "301" | "302" | "303" | "307" | "308")) {
                    self.redirect(to, directive.span, scope);
                }
            }
            "rewrite" => {
                if let Some(to) = directive.args.get(1) {
                    self.redirect(to, directive.span, scope);
                }
            }
            _ => {}
        }
    }

    fn header(&mut self, directive: &Directive, block: usize, kind: HeaderKind) {
        let Some(name) = directive.arg(0) else { return };
        let header = Header {
            name: name.to_owned(),
            value: directive.arg(1).unwrap_or_default().to_owned(),
            span: directive.span,
        };
        let block = &mut self.proxy.blocks[block];
        match kind {
            HeaderKind::Answer => block.answer.push(header),
            HeaderKind::Forwarded => block.forwarded.push(header),
        }
    }

    fn inherit(&mut self, directive: &Directive, block: usize, kind: HeaderKind) {
        if let Some(word) = directive.arg(0) {
            let word = Spanned::new(word.to_owned(), directive.span);
            self.proxy.blocks[block].inherit.push((kind, word));
        }
    }

    fn upstream(&mut self, directive: &Directive) {
        let Some(name) = directive.args.first() else { return };
        let mut servers = Vec::new();
        for server in directive.inside().iter().filter(|inside| inside.is("server")) {
            let Some(word) = server.args.first() else { continue };
            let address = filled(word, self.environment);
            let part = |from, to| word.part(from, to);
            let mut endpoint = address::endpoint(
                &as_written(word, &part),
                address.value.shape(),
                address.interpolated,
                "http",
            );
            // In the blocks of `stream`, the port is always written.
            endpoint.scheme = String::new();
            let resolve =
                server.args.iter().any(|arg| arg.text == "resolve" || arg.text.starts_with("service="));
            servers.push(UpstreamServer { endpoint, resolve });
        }
        let name = Spanned::new(name.text.clone(), name.span);
        self.proxy.upstreams.push(Upstream { name, servers });
    }

    fn site(&mut self, directive: &Directive, scope: &Scope) {
        let inside: Vec<&Directive> = directive.inside().iter().collect();
        let named = |name: &'static str| inside.iter().filter(move |inside| inside.is(name));
        let names: Vec<Fact<String>> = named("server_name")
            .flat_map(|directive| &directive.args)
            .map(|word| self.name(word))
            .filter(|name| name.known().is_none_or(|name| !matches!(name.as_str(), "" | "_")))
            .collect();
        let all_tls = named("ssl").any(|ssl| ssl.arg(0) == Some("on"));
        let mut catches_all = false;
        let mut listens = Vec::new();
        for listen in named("listen") {
            let Some(word) = listen.args.first() else { continue };
            let (address, port) = address::listen(filled(word, self.environment).value.shape());
            let tls = all_tls || listen.args.iter().any(|arg| matches!(arg.text.as_str(), "ssl" | "quic"));
            catches_all |=
                listen.args.iter().any(|arg| matches!(arg.text.as_str(), "default_server" | "default"));
            listens.push(Listen { span: listen.span, address, port, tls, written: true });
        }
        if listens.is_empty() && !scope.stream {
            let span = directive.head;
            listens.push(Listen { span, address: None, port: Some(80), tls: all_tls, written: false });
        }
        let certificate = named("ssl_certificate").next().map(|certificate| certificate.span);
        let title = names
            .iter()
            .find_map(Fact::known)
            .map_or_else(|| "server".to_owned(), |name| format!("server {name}"));
        let block = self.block(BlockKind::Site, title, directive.head, Some(scope.block));
        let span = directive.head;
        let redirects = Vec::new();
        self.proxy.sites.push(Site {
            span,
            block,
            listens,
            names,
            fallbacks: Vec::new(),
            catches_all,
            certificate,
            redirects,
        });
        let site = Some(self.proxy.sites.len() - 1);
        self.inside(&inside, &Scope { block, site, ..scope.clone() });
    }

    fn name(&self, word: &Word) -> Fact<String> {
        let name = filled(word, self.environment);
        let is_pattern = word.text.starts_with('~');
        let value = match name.value {
            // A regular expression is kept as it is: `$` is its end.
            _ if is_pattern => Value::Known(word.text.clone()),
            Value::Known(text) if text.contains('$') => {
                Value::Unknown(Unknown::at(word.span, "a variable decides it"))
            }
            Value::Known(text) => Value::Known(text.to_ascii_lowercase()),
            unknown @ Value::Unknown(_) => unknown,
        };
        Fact { value, ..name }
    }

    fn target(&mut self, directive: &Directive, scope: &Scope) {
        let Some(word) = directive.args.first() else { return };
        let written = filled(word, self.environment);
        let (text, variable) = evaluated(written.value.shape(), &scope.sets);
        let scheme = match directive.name.text.trim_end_matches("_pass") {
            "proxy" if scope.stream => "",
            "proxy" => "http",
            other => other,
        };
        let part = |from, to| word.part(from, to);
        let endpoint =
            address::endpoint(&as_written(word, &part), &text, written.interpolated || variable, scheme);
        self.proxy.blocks[scope.block].proxies = true;
        self.proxy.targets.push(Target {
            directive: directive.name.text.clone(),
            endpoint,
            upstream: None,
            lookup: if variable { Lookup::Again } else { Lookup::Once },
            resolver: scope.resolver,
            site: scope.site,
            block: scope.block,
        });
    }

    fn redirect(&mut self, to: &Word, span: Span, scope: &Scope) {
        let Some(site) = scope.site.and_then(|site| self.proxy.sites.get_mut(site)) else { return };
        let text = to.text.as_str();
        if !text.contains("://") && !text.starts_with("$scheme") {
            return;
        }
        site.redirects.push(Redirect {
            span,
            to: text.to_owned(),
            to_https: text.starts_with("https://"),
            keeps_host: ["$host", "${host}", "$server_name", "$http_host"]
                .iter()
                .any(|host| text.contains(host)),
            conditional: scope.conditional,
        });
    }
}

/// Whether a directive frames a whole conf.
fn is_frame(directive: &Directive) -> bool {
    directive.block.is_some() && (directive.is("http") || directive.is("stream"))
}

/// A block's head, as messages call it.
fn title(directive: &Directive) -> String {
    let words = std::iter::once(&directive.name).chain(&directive.args);
    words.map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
}

fn as_written<'a>(word: &'a Word, part: &'a dyn Fn(usize, usize) -> Span) -> Written<'a> {
    Written { text: &word.text, span: word.span, part }
}
