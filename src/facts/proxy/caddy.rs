//! What a Caddyfile says, with its snippets and imports in place.

use super::address;
use super::layout::{Layout, trimmed};
use super::{Block, BlockKind, Fallback, Header, Listen, Lookup, Proxy, Redirect, Site, Target, TlsSetting};
use crate::facts::model::{ByName, EnvVariable, Fact};
use crate::facts::value::{HOLE, Unknown, Value};
use crate::source::{Span, Spanned};
use crate::syntax::caddyfile::{BlockKind as Kind, Caddyfile, Directive, Word, parse, parse_part};
use crate::workspace::Files;
use foldhash::HashMap;
use std::path::{Path, PathBuf};

/// How deep snippets and imports may be nested.
const DEPTH: usize = 16;
/// How many directives one proxy may have, when what is imported often is counted as often.
const SIZE: usize = 20_000;

/// The environment that a Caddyfile is filled in with.
#[derive(Clone, Copy)]
pub(super) struct Environment<'a> {
    pub(super) variables: &'a ByName<EnvVariable>,
    /// Whether there is nothing else in it.
    pub(super) whole: bool,
}

pub(super) struct Reader<'a> {
    pub(super) files: &'a mut Files,
    pub(super) layout: &'a Layout,
    pub(super) environment: Option<Environment<'a>>,
    pub(super) proxy: Proxy,
    /// The paths of what was read.
    pub(super) read: Vec<PathBuf>,
    snippets: HashMap<String, Vec<Directive>>,
    size: usize,
    auto_https: bool,
}

#[derive(Clone, Copy)]
struct Scope {
    block: usize,
    site: usize,
    conditional: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        files: &'a mut Files,
        layout: &'a Layout,
        environment: Option<Environment<'a>>,
        proxy: Proxy,
    ) -> Self {
        let (read, snippets) = (Vec::new(), HashMap::default());
        Self { files, layout, environment, proxy, read, snippets, size: 0, auto_https: true }
    }

    /// Reads a file, which its proxy sees at `seen`.
    pub(super) fn file(&mut self, path: &Path, seen: &str, depth: usize) {
        let Some(file) = self.parse(path, false) else { return };
        let directory = seen.rsplit_once('/').map_or("", |(above, _)| above).to_owned();
        for block in &file.blocks {
            match block.kind {
                Kind::Options => {
                    let off = |option: &Directive| {
                        option.is("auto_https") && option.args.iter().any(|word| word.text == "off")
                    };
                    self.auto_https &= !block.directives.iter().any(off);
                }
                Kind::Snippet | Kind::Route => {
                    if let Some(name) = block.keys.first() {
                        self.snippets.insert(name.text.clone(), block.directives.clone());
                    }
                }
                Kind::Import => {
                    let Some(pattern) = block.keys.first() else { continue };
                    for (seen, path) in self.imported(pattern, &directory, depth) {
                        self.file(&path, &seen, depth + 1);
                    }
                }
                Kind::Site => {
                    let directives = self.expand(&block.directives, &directory, &[], depth);
                    self.site(&block.keys, block.head, &directives);
                }
            }
        }
    }

    fn parse(&mut self, path: &Path, part: bool) -> Option<Caddyfile> {
        let Ok(source) = self.files.read(path) else {
            self.proxy.complete = false;
            return None;
        };
        let text = self.files.sources().get(source).text.clone();
        let file = if part { parse_part(source, &text) } else { parse(source, &text) };
        if !self.proxy.files.contains(&source) {
            self.proxy.files.push(source);
            self.read.push(path.to_owned());
            let faults = file.faults.iter().map(|fault| (fault.span, fault.message.clone()));
            self.proxy.faults.extend(faults);
        }
        self.proxy.complete &= file.faults.is_empty();
        Some(file)
    }

    /// The files that a pattern names, as the proxy sees them and in the repository.
    fn imported(&mut self, pattern: &Word, directory: &str, depth: usize) -> Vec<(String, PathBuf)> {
        let path = if pattern.text.starts_with('/') {
            pattern.text.clone()
        } else {
            format!("{directory}/{}", pattern.text)
        };
        let path = trimmed(&path);
        let found = if path.contains(['*', '?']) {
            self.layout.glob(self.files, &path)
        } else {
            self.layout.find(self.files, &path).map(|file| (path.clone(), file)).into_iter().collect()
        };
        let known = path.contains('*') && (self.layout.closed || self.layout.knows(directory));
        if depth >= DEPTH || pattern.text.contains('{') || found.is_empty() && !known {
            self.proxy.complete = false;
            self.proxy.not_followed.push(pattern.span);
            return Vec::new();
        }
        found
    }

    /// The directives with what they import in place, and with the arguments that they were imported with.
    fn expand(
        &mut self,
        directives: &[Directive],
        directory: &str,
        args: &[Word],
        depth: usize,
    ) -> Vec<Directive> {
        let mut found = Vec::with_capacity(directives.len());
        for directive in directives {
            self.size += 1;
            if self.size > SIZE {
                self.proxy.complete = false;
                break;
            }
            let words: Vec<Word> = directive.args.iter().flat_map(|word| given(word, args)).collect();
            match (directive.is("import") || directive.is("invoke"), words.split_first()) {
                (true, Some((name, rest))) => {
                    if let Some(snippet) = self.snippets.get(&name.text).filter(|_| depth < DEPTH).cloned() {
                        found.extend(self.expand(&snippet, directory, rest, depth + 1));
                        continue;
                    }
                    for (seen, path) in self.imported(name, directory, depth) {
                        let Some(file) = self.parse(&path, true) else { continue };
                        let directory = seen.rsplit_once('/').map_or("", |(above, _)| above).to_owned();
                        for block in file.blocks {
                            found.extend(self.expand(&block.directives, &directory, rest, depth + 1));
                        }
                    }
                }
                _ => found.push(Directive {
                    name: given(&directive.name, args).pop().unwrap_or_else(|| directive.name.clone()),
                    args: words,
                    block: directive.block.as_ref().map(|inside| self.expand(inside, directory, args, depth)),
                    head: directive.head,
                    span: directive.span,
                }),
            }
        }
        found
    }

    fn site(&mut self, keys: &[Word], head: Span, directives: &[Directive]) {
        let mut site = Site {
            span: head,
            block: self.block(BlockKind::Site, keys, head, None),
            listens: Vec::new(),
            names: Vec::new(),
            fallbacks: Vec::new(),
            catches_all: false,
            certificate: None,
            redirects: Vec::new(),
        };
        for key in keys {
            self.address(key, &mut site);
        }
        let block = site.block;
        self.proxy.sites.push(site);
        let scope = Scope { block, site: self.proxy.sites.len() - 1, conditional: false };
        self.inside(directives, scope, 0);
    }

    fn address(&self, key: &Word, site: &mut Site) {
        let (text, fallback) = self.filled(key);
        let shape = text.value.shape();
        if let Some((variable, name)) = fallback {
            site.fallbacks.push(Fallback { variable, name, span: key.span });
        }
        let (scheme, rest) =
            shape.split_once("://").map_or((None, shape), |(scheme, rest)| (Some(scheme), rest));
        let rest = rest.split('/').next().unwrap_or(rest);
        let (host, port) = address::split(rest);
        // What is unknown may bring a port with it.
        let open = host.ends_with(HOLE);
        let port = match (port, scheme) {
            (Some(port), _) => port.parse().ok(),
            _ if open => None,
            (None, Some("http")) => Some(80),
            _ => Some(443),
        };
        let tls = scheme != Some("http")
            && port != Some(80)
            && self.auto_https
            && !(host.is_empty() && port != Some(443));
        site.listens.push(Listen { span: key.span, address: None, port, tls, written: true });
        site.catches_all |= host.is_empty();
        if !host.is_empty() {
            let value = if host.contains(HOLE) {
                Value::Unknown(Unknown::at(key.span, "the environment decides it").shaped(host))
            } else {
                Value::Known(host.to_ascii_lowercase())
            };
            site.names.push(Fact { value, span: key.span, interpolated: text.interpolated });
        }
    }

    /// A word with the environment's variables in it; and the first of them that has a default, with that.
    fn filled(&self, word: &Word) -> (Fact<String>, Option<(String, String)>) {
        let mut text = String::new();
        let (mut interpolated, mut hole, mut fallback) = (false, false, None);
        let mut rest = word.text.as_str();
        while let Some(at) = rest.find('{') {
            text.push_str(&rest[..at]);
            let after = &rest[at..];
            let Some(end) = after.find('}') else { break };
            let inside = &after[1..end];
            rest = &after[end + 1..];
            interpolated = true;
            let (name, default) = match inside.strip_prefix('$') {
                Some(name) => {
                    name.split_once(':').map_or((name, None), |(name, default)| (name, Some(default)))
                }
                None => (inside.strip_prefix("env.").unwrap_or(""), None),
            };
            if let Some(default) = default {
                fallback.get_or_insert((name.to_owned(), default.to_owned()));
            }
            if let Some(value) = self.variable(name, default) {
                text.push_str(&value);
            } else {
                hole = true;
                text.push(HOLE);
            }
        }
        text.push_str(rest);
        let value = if hole {
            Value::Unknown(Unknown::at(word.span, "the environment decides it").shaped(text))
        } else {
            Value::Known(text)
        };
        (Fact { value, span: word.span, interpolated }, fallback)
    }

    fn variable(&self, name: &str, default: Option<&str>) -> Option<String> {
        let environment = self.environment.filter(|_| !name.is_empty())?;
        match environment.variables.get(name) {
            // Named, and given by nobody: then it is not set.
            Some(EnvVariable { value: None, .. }) => {
                environment.whole.then(|| default.unwrap_or("").to_owned())
            }
            Some(variable) => variable.value.as_ref()?.known().cloned(),
            None => environment.whole.then(|| default.unwrap_or("").to_owned()),
        }
    }

    fn block(&mut self, kind: BlockKind, words: &[Word], span: Span, parent: Option<usize>) -> usize {
        let title = words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
        self.proxy.blocks.push(Block::new(kind, title, span, parent));
        self.proxy.blocks.len() - 1
    }

    fn inside(&mut self, directives: &[Directive], scope: Scope, depth: usize) {
        for directive in directives {
            match directive.name.text.as_str() {
                "handle" | "handle_path" | "handle_errors" | "route" | "intercept" | "handle_response"
                    if depth < 64 =>
                {
                    let mut words = vec![directive.name.clone()];
                    words.extend(directive.args.iter().cloned());
                    let block = self.block(BlockKind::Location, &words, directive.head, Some(scope.block));
                    let conditional = scope.conditional || !directive.args.is_empty();
                    self.inside(directive.inside(), Scope { block, conditional, ..scope }, depth + 1);
                }
                "reverse_proxy" | "php_fastcgi" | "forward_auth" => self.targets(directive, scope),
                "redir" => self.redirect(directive, scope),
                "header" => self.headers(directive, scope),
                "tls" => self.tls(directive, scope),
                _ => {}
            }
        }
    }

    fn targets(&mut self, directive: &Directive, scope: Scope) {
        let to = directive.inside().iter().filter(|option| option.is("to")).flat_map(|option| &option.args);
        let words: Vec<Word> = without_matcher(&directive.args).iter().chain(to).cloned().collect();
        let scheme = if directive.is("php_fastcgi") { "fastcgi" } else { "http" };
        for word in words {
            let (text, _) = self.filled(&word);
            let shape = text.value.shape();
            let socket = shape.strip_prefix("unix/").map(|path| format!("unix:{path}"));
            let address = socket.as_deref().unwrap_or(shape);
            let written =
                address::Written { text: &word.text, span: word.span, part: &|from, to| word.part(from, to) };
            let mut endpoint = address::endpoint(&written, address, text.interpolated, scheme);
            // `:9000` is a port of the proxy's own container or host.
            if shape.starts_with(':') {
                endpoint.host.value = Value::Known("localhost".to_owned());
            }
            self.proxy.targets.push(Target {
                directive: directive.name.text.clone(),
                endpoint,
                upstream: None,
                lookup: Lookup::Again,
                resolver: None,
                site: Some(scope.site),
                block: scope.block,
            });
        }
        self.proxy.blocks[scope.block].proxies = true;
    }

    fn redirect(&mut self, directive: &Directive, scope: Scope) {
        let args = without_matcher(&directive.args);
        let conditional = scope.conditional || args.len() < directive.args.len();
        let Some(to) = args.first().filter(|to| to.text.contains("://")) else { return };
        self.proxy.sites[scope.site].redirects.push(Redirect {
            span: directive.span,
            to: to.text.clone(),
            to_https: to.text.starts_with("https://"),
            keeps_host: to.text.contains("{host}") || to.text.contains("{http.request.host}"),
            conditional,
        });
    }

    fn headers(&mut self, directive: &Directive, scope: Scope) {
        let args = without_matcher(&directive.args);
        let inside = directive.inside().iter().map(|line| (&line.name, line.args.first(), line.span));
        let own = args.first().map(|name| (name, args.get(1), directive.span));
        for (name, value, span) in own.into_iter().chain(inside) {
            let name = name.text.trim_start_matches(['+', '?', '>']);
            if !name.starts_with('-') {
                let value = value.map(|value| value.text.clone()).unwrap_or_default();
                self.proxy.blocks[scope.block].answer.push(Header { name: name.to_owned(), value, span });
            }
        }
    }

    fn tls(&mut self, directive: &Directive, scope: Scope) {
        let site = &mut self.proxy.sites[scope.site];
        site.certificate.get_or_insert(directive.span);
        for option in
            directive.inside().iter().filter(|option| option.is("protocols") || option.is("ciphers"))
        {
            let values = option.args.iter().map(|word| Spanned::new(word.text.clone(), word.span)).collect();
            let name = Spanned::new(option.name.text.clone(), option.span);
            self.proxy.tls.push(TlsSetting { directive: name, values, block: scope.block });
        }
    }
}

/// The words that stand for a word of a snippet: `{args[0]}`, `{args.0}`, `{args[:]}`.
fn given(word: &Word, args: &[Word]) -> Vec<Word> {
    if !word.text.contains("{args") {
        return vec![word.clone()];
    }
    if word.text == "{args[:]}" {
        return args.to_vec();
    }
    let mut text = word.text.clone();
    for (at, arg) in args.iter().enumerate() {
        for placeholder in [format!("{{args[{at}]}}"), format!("{{args.{at}}}")] {
            if word.text == placeholder {
                return vec![arg.clone()];
            }
            text = text.replace(&placeholder, &arg.text);
        }
    }
    vec![Word { text, plain: false, ..word.clone() }]
}

/// The words of a directive after its matcher: `/api/*`, `@name`, `*`.
fn without_matcher(args: &[Word]) -> &[Word] {
    match args.split_first() {
        Some((first, rest)) if first.text.starts_with(['/', '@']) || first.text == "*" => rest,
        _ => args,
    }
}
