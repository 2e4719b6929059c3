//! Where the files of the repository stand for a proxy: mounted into its container, or beside its main conf.

use crate::facts::model::{Bind, BuiltImage, Fact, MountSource, Service};
use crate::workspace::{Files, clean};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What the proxy sees of the repository.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    /// Paths as the proxy sees them, and what of the repository stands there.
    places: BTreeMap<String, PathBuf>,
    copied: BTreeMap<String, PathBuf>,
    /// Whether everything that the proxy sees is known: it runs in a container of an image that others made.
    pub(super) closed: bool,
}

impl Layout {
    /// What a service's container sees.
    pub(super) fn of(files: &Files, service: &Service) -> Self {
        let mut places = BTreeMap::new();
        let mut closed = service.configs.is_empty();
        for mount in &service.mounts {
            match (&mount.source, mount.target.known()) {
                (MountSource::Bind(Bind::Inside(path)), Some(target)) => {
                    places.insert(trimmed(target), path.clone());
                }
                (_, Some(target)) if !concerns_confs(target) => {}
                _ => closed = false,
            }
        }
        let mut layout = Self { places, copied: BTreeMap::new(), closed };
        if let Some(build) = &service.build {
            match &build.image {
                Some(image) => layout.add_image(files, image),
                None => layout.closed = false,
            }
        }
        layout
    }

    /// Adds what is copied into an image: what is mounted hides it.
    fn add_image(&mut self, files: &Files, image: &BuiltImage) {
        // Whatever a command does to the confs is not known.
        let changes = |text: &str| concerns_a_proxy(text) && !is_removal(text);
        self.closed &= !image.runs.iter().any(|(text, _)| changes(text));
        for copy in &image.copies {
            let target = copy.target.value.shape();
            let sources: Option<Vec<&String>> = copy.sources.iter().map(Fact::known).collect();
            let (Some(sources), Some(_)) = (sources, copy.target.known()) else {
                self.closed &= !concerns_a_proxy(target);
                continue;
            };
            let concerned = |source: &&&String| concerns_a_proxy(target) || concerns_a_proxy(source);
            for source in sources.iter().filter(concerned) {
                let path = clean(&image.context.join(source.trim_start_matches('/')));
                // A directory's content is copied; a file keeps its name in a directory, and in another one takes its name.
                let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
                let is_file = files.is_file(&path);
                let place = match name.filter(|_| is_file && target.ends_with('/')) {
                    Some(name) => format!("{target}{name}"),
                    None => target.to_owned(),
                };
                if source.contains(['*', '?']) {
                    self.closed &= !concerns_a_proxy(&place);
                } else if concerns_a_proxy(&place) {
                    // The last one wins.
                    self.copied.insert(trimmed(&place), path);
                }
            }
        }
        for (target, path) in std::mem::take(&mut self.copied) {
            self.places.entry(target).or_insert(path);
        }
    }

    /// What a proxy sees that is installed on a host: the directory of its main conf as that of its confs.
    pub(super) fn beside(main: &Path, etc: &str) -> Self {
        let directory = main.parent().unwrap_or(Path::new("")).to_owned();
        let places = BTreeMap::from([(etc.to_owned(), directory)]);
        Self { places, ..Self::default() }
    }

    /// The file of the repository that stands at a path of the proxy, if there is one.
    pub(super) fn find(&self, files: &Files, path: &str) -> Option<PathBuf> {
        let path = trimmed(path);
        let found = ancestors(&path).find_map(|above| {
            let place = self.places.get(above)?;
            Some(clean(&place.join(path[above.len()..].trim_start_matches('/'))))
        })?;
        files.is_file(&found).then_some(found)
    }

    /// The files at the paths of the proxy that a pattern with `*` and `?` names, sorted by those paths.
    pub(super) fn glob(&self, files: &Files, pattern: &str) -> Vec<(String, PathBuf)> {
        let pattern = trimmed(pattern);
        let parts: Vec<&str> = pattern.split('/').skip(1).collect();
        let mut reached = vec![String::new()];
        for part in &parts {
            let mut next = Vec::new();
            for directory in &reached {
                if part.contains(['*', '?', '[']) {
                    let names = self.names(files, directory);
                    let hidden = part.starts_with('.');
                    let fitting = names
                        .into_iter()
                        .filter(|name| (hidden || !name.starts_with('.')) && matches(part, name));
                    next.extend(fitting.map(|name| format!("{directory}/{name}")));
                } else {
                    next.push(format!("{directory}/{part}"));
                }
            }
            // A pattern that names more than any conf includes is no pattern of a conf.
            next.truncate(1000);
            reached = next;
        }
        let found = reached.into_iter().filter_map(|path| Some((path.clone(), self.find(files, &path)?)));
        found.collect()
    }

    /// Whether something of the repository stands in a directory of the proxy, or at it.
    pub(super) fn knows(&self, directory: &str) -> bool {
        let directory = trimmed(directory);
        ancestors(&directory).any(|above| self.places.contains_key(above))
    }

    /// Every file that stands at or below one of these places, by the path that the proxy sees.
    pub(super) fn places(&self) -> impl Iterator<Item = (&str, &Path)> {
        self.places.iter().map(|(target, path)| (target.as_str(), path.as_path()))
    }

    fn names(&self, files: &Files, directory: &str) -> Vec<String> {
        let below = format!("{directory}/");
        let mounted = self.places.keys().filter_map(|place| place.strip_prefix(below.as_str()));
        let mut names: Vec<String> =
            mounted.filter_map(|rest| rest.split('/').next()).map(str::to_owned).collect();
        let place = ancestors(directory).find_map(|above| {
            let place = self.places.get(above)?;
            Some(place.join(directory[above.len()..].trim_start_matches('/')))
        });
        names.extend(place.map(|place| files.names(&place)).unwrap_or_default());
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// Whether a mount at this path may hold confs: certificates, logs and what is served do not.
fn concerns_confs(target: &str) -> bool {
    let target = trimmed(target);
    ["/etc/nginx", "/etc/caddy", "/usr/local/openresty", "/config"]
        .iter()
        .any(|etc| target == *etc || target.strip_prefix(etc).is_some_and(|rest| rest.starts_with('/')))
        && !["/ssl", "/certs", "/html", "/logs"].iter().any(|end| target.ends_with(end))
}

/// Whether a text of a Dockerfile is about a proxy's confs.
fn concerns_a_proxy(text: &str) -> bool {
    ["nginx", "openresty", "Caddyfile", "caddy"].iter().any(|word| text.contains(word))
}

/// Whether a command removes something and does nothing else.
fn is_removal(text: &str) -> bool {
    text.starts_with("rm ") && !text.contains(['&', ';', '|'])
}

/// An absolute path without `.`, `..` and a slash at its end.
pub(super) fn trimmed(path: &str) -> String {
    let path = clean(&Path::new("/").join(path));
    let text = path.to_string_lossy().into_owned();
    if text == "/" { String::new() } else { text }
}

/// `/a/b`, `/a`, the empty path for `/a/b`.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    std::iter::once(path).chain(path.rmatch_indices('/').map(|(at, _)| &path[..at]))
}

/// Whether a name fits a pattern with `*`, `?` and `[…]`. All ways through it are followed at once.
fn matches(pattern: &str, name: &str) -> bool {
    let name: Vec<char> = name.chars().collect();
    let mut reached = vec![false; name.len() + 1];
    reached[0] = true;
    let mut rest = pattern.chars();
    while let Some(token) = rest.next() {
        let mut next = vec![false; name.len() + 1];
        let class = (token == '[').then(|| {
            let class: Vec<char> = rest.by_ref().take_while(|c| *c != ']').collect();
            class
        });
        for at in (0..=name.len()).filter(|at| reached[*at]) {
            if token == '*' {
                next[at..].fill(true);
                break;
            }
            let Some(c) = name.get(at) else { continue };
            next[at + 1] |= match &class {
                Some(class) => in_class(class, *c),
                None => token == '?' || token == *c,
            };
        }
        reached = next;
    }
    reached[name.len()]
}

fn in_class(class: &[char], c: char) -> bool {
    let (not, class) = match class {
        ['!' | '^', rest @ ..] => (true, rest),
        class => (false, class),
    };
    let mut at = 0;
    let mut found = false;
    while at < class.len() {
        if class.get(at + 1) == Some(&'-') && at + 2 < class.len() {
            found |= (class[at]..=class[at + 2]).contains(&c);
            at += 3;
        } else {
            found |= class[at] == c;
            at += 1;
        }
    }
    found != not
}
