//! What the directives of a site do.

use super::{Reader, Scope};
use crate::facts::proxy::{BlockKind, Header, Lookup, Redirect, Target, TlsSetting, address};
use crate::facts::value::Value;
use crate::source::Spanned;
use crate::syntax::caddyfile::{Directive, Word};

impl Reader<'_> {
    /// Reads the directives of a block, and those of the blocks in it.
    pub(super) fn inside(&mut self, directives: &[Directive], scope: Scope, depth: usize) {
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

/// The words of a directive after its matcher: `/api/*`, `@name`, `*`.
fn without_matcher(args: &[Word]) -> &[Word] {
    match args.split_first() {
        Some((first, rest)) if first.text.starts_with(['/', '@']) || first.text == "*" => rest,
        _ => args,
    }
}
