//! A conf with everything that it includes, in place.

use super::Proxy;
use super::layout::{Layout, trimmed};
use super::text::filled;
use crate::facts::model::{ByName, EnvVariable};
use crate::facts::value::HOLE;
use crate::source::{SourceId, Span};
use crate::syntax::nginx::{Conf, Directive, parse};
use crate::workspace::Files;
use foldhash::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// How deep includes may be nested: nginx itself stops somewhere, and people long before.
const DEPTH: usize = 16;
/// How many directives one proxy may have, when what is included often is counted as often.
const SIZE: usize = 100_000;

/// The confs of a repository, each parsed once.
#[derive(Default)]
pub(super) struct Confs {
    parsed: HashMap<SourceId, Rc<Conf>>,
}

impl Confs {
    pub(super) fn read(&mut self, files: &mut Files, path: &Path) -> Option<(SourceId, Rc<Conf>)> {
        let source = files.read(path).ok()?;
        let conf = self.parsed.entry(source).or_insert_with(|| {
            let text = files.sources().get(source).text.clone();
            Rc::new(parse(source, &text))
        });
        Some((source, Rc::clone(conf)))
    }
}

/// Follows the includes of one proxy.
pub(super) struct Expansion<'a> {
    pub(super) files: &'a mut Files,
    pub(super) confs: &'a mut Confs,
    pub(super) layout: &'a Layout,
    /// The directory of the main conf, as the proxy sees it: relative includes start there.
    pub(super) etc: String,
    pub(super) environment: Option<&'a ByName<EnvVariable>>,
    /// What is learnt on the way: files, faults, includes that lead nowhere.
    pub(super) proxy: Proxy,
    /// The paths of what was read.
    pub(super) read: Vec<PathBuf>,
    size: usize,
    open: Vec<SourceId>,
}

impl<'a> Expansion<'a> {
    pub(super) fn new(
        files: &'a mut Files,
        confs: &'a mut Confs,
        layout: &'a Layout,
        environment: Option<&'a ByName<EnvVariable>>,
        proxy: Proxy,
    ) -> Self {
        let etc = "/etc/nginx".to_owned();
        let (read, size, open) = (Vec::new(), 0, Vec::new());
        Self { files, confs, layout, etc, environment, proxy, read, size, open }
    }

    /// The directives of a file of the repository.
    pub(super) fn file(&mut self, path: &Path) -> Vec<Directive> {
        let Some((source, conf)) = self.confs.read(self.files, path) else {
            self.proxy.complete = false;
            return Vec::new();
        };
        if self.open.contains(&source) || self.open.len() >= DEPTH {
            self.proxy.complete = false;
            return Vec::new();
        }
        if self.proxy.takes(source, conf.faults.iter().map(|fault| (fault.span, fault.message.clone()))) {
            self.read.push(path.to_owned());
        }
        // A part that cannot be read may say anything.
        self.proxy.complete &= conf.faults.is_empty();
        self.open.push(source);
        let found = self.block(&conf.directives);
        self.open.pop();
        found
    }

    fn block(&mut self, directives: &[Directive]) -> Vec<Directive> {
        let mut found = Vec::with_capacity(directives.len());
        for directive in directives {
            self.size += 1;
            if self.size > SIZE {
                self.proxy.complete = false;
                break;
            }
            match (directive.is("include"), directive.args.first()) {
                (true, Some(pattern)) => {
                    let pattern = filled(pattern, self.environment);
                    let pattern = pattern.value.shape().to_owned();
                    found.extend(self.include(&pattern, directive.span));
                }
                _ => found.push(Directive {
                    name: directive.name.clone(),
                    args: directive.args.clone(),
                    block: directive.block.as_ref().map(|inside| self.block(inside)),
                    head: directive.head,
                    span: directive.span,
                }),
            }
        }
        found
    }

    fn include(&mut self, pattern: &str, span: Span) -> Vec<Directive> {
        let path =
            if pattern.starts_with('/') { pattern.to_owned() } else { format!("{}/{pattern}", self.etc) };
        let path = trimmed(&path);
        if pattern.contains(HOLE) || pattern.contains('$') {
            self.proxy.complete = false;
            self.proxy.not_followed.push(span);
            return Vec::new();
        }
        if path.contains(['*', '?', '[']) {
            let directory = path.split(['*', '?', '[']).next().unwrap_or("");
            let directory = directory.rsplit_once('/').map_or("", |(above, _)| above);
            let found = self.layout.glob(self.files, &path);
            // Nothing may be there; but elsewhere, somebody may have put something there.
            if !self.layout.closed && !self.layout.knows(directory) && !is_of_the_package(&path) {
                self.proxy.complete = false;
                self.proxy.not_followed.push(span);
            }
            return found.into_iter().flat_map(|(_, file)| self.file(&file)).collect();
        }
        match self.layout.find(self.files, &path) {
            Some(file) => self.file(&file),
            None if is_of_the_package(&path) => Vec::new(),
            None => {
                self.proxy.complete = false;
                self.proxy.not_followed.push(span);
                Vec::new()
            }
        }
    }
}

/// Whether a file comes with nginx or with certbot: none of them names a server.
fn is_of_the_package(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    matches!(
        name,
        "mime.types"
            | "fastcgi_params"
            | "fastcgi.conf"
            | "fastcgi-php.conf"
            | "uwsgi_params"
            | "scgi_params"
            | "proxy_params"
            | "koi-utf"
            | "koi-win"
            | "win-utf"
            | "options-ssl-nginx.conf"
            | "ssl-dhparams.pem"
    ) || path.contains("/modules-enabled/")
        || path.starts_with("/usr/share/nginx/modules/")
        || path.starts_with("/etc/letsencrypt/")
}
