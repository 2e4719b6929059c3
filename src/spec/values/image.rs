//! Names of images, in the engine's grammar.

use super::define::{NO_BOOLEAN, is_boolean, quoted, readable, refuse, schema, text_types};
use crate::diagnostic::Invalid;
use std::fmt;

/// What stands between slashes.
const COMPONENT: &str = "[a-z0-9]+(?:(?:[.]|_|__|-+)[a-z0-9]+)*";
/// A registry: a name with a dot or a port, or `localhost`.
const REGISTRY: &str = "(?:localhost(?::[0-9]{1,5})?|L(?:\\.L)+(?::[0-9]{1,5})?|L:[0-9]{1,5})";
const REGISTRY_LABEL: &str = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?";
const TAG: &str = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}";
const DIGEST: &str = "sha256:[0-9a-f]{64}";

fn repository_pattern() -> String {
    let registry = REGISTRY.replace('L', REGISTRY_LABEL);
    format!("(?:{registry}/)?{COMPONENT}(?:/{COMPONENT})*")
}

text_types! {
    /// An image without a tag, in a registry or not: `postgres`, `wish-with-me/core-api`, `ghcr.io/owner/name`.
    ImageRepository text "an image without a tag", repository, format!("^(?!.{{256}}){}$", repository_pattern());
    /// The tag of an image: `16-alpine`. Letters, digits, `_`, `.` and `-`, not beginning with the last two; at most
    /// 128.
    ImageTag scalar "a tag", tag, format!("^{NO_BOOLEAN}{TAG}$");
}

impl ImageRepository {
    /// The registry, when one is named: `ghcr.io`.
    pub fn registry(&self) -> Option<&str> {
        let (first, _) = self.as_str().split_once('/')?;
        is_registry(first).then_some(first)
    }
}

fn is_component(text: &str) -> bool {
    let bytes = text.as_bytes();
    let word = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let joined = bytes.split(word).filter(|joint| !joint.is_empty()).all(|joint| match joint {
        b"." | b"_" | b"__" => true,
        hyphens => hyphens.iter().all(|byte| *byte == b'-'),
    });
    joined && bytes.first().is_some_and(word) && bytes.last().is_some_and(word)
}

fn is_registry(text: &str) -> bool {
    let (name, port) = match text.split_once(':') {
        Some((name, port)) => (name, Some(port)),
        None => (text, None),
    };
    let edge = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let is_label = |label: &str| {
        let bytes = label.as_bytes();
        edge(bytes.first()) && edge(bytes.last()) && bytes.iter().all(|b| edge(Some(b)) || *b == b'-')
    };
    let known = name == "localhost" || name.contains('.') || port.is_some();
    let port =
        port.is_none_or(|port| (1..=5).contains(&port.len()) && port.bytes().all(|b| b.is_ascii_digit()));
    known && port && name.split('.').all(is_label)
}

fn is_repository(text: &str) -> bool {
    let path = |path: &str| path.split('/').all(is_component);
    let in_registry = text.split_once('/').is_some_and(|(first, rest)| is_registry(first) && path(rest));
    text.len() <= 255 && (in_registry || path(text))
}

/// Where the tag begins, at its `:`.
fn tag_start(text: &str) -> Option<usize> {
    let name = text.rfind('/').map_or(0, |slash| slash + 1);
    text[name..].find(':').map(|colon| name + colon)
}

fn repository(text: &str) -> Result<String, Invalid> {
    if is_repository(text) {
        return Ok(text.to_owned());
    }
    let bare = text.split('@').next().unwrap_or_default();
    let bare = tag_start(bare).map_or(bare, |at| &bare[..at]);
    if bare != text && is_repository(bare) {
        let refusal = Invalid::new(format!("{} is an image with a tag or digest", quoted(text)));
        return Err(refusal.help(format!("leave out the tag: `{bare}`")));
    }
    Err(bad_name(text, "an image without a tag"))
}

fn bad_name(text: &str, what: &str) -> Invalid {
    let refusal = refuse(text, what);
    if let Some((_, name)) = text.split_once("://") {
        return refusal.help(format!("leave out the scheme: `{name}`"));
    }
    let lower = text.to_ascii_lowercase();
    if lower != text && is_repository(&lower) {
        return refusal.help(format!("write it in lower case: `{lower}`"));
    }
    refusal.help(
        "write lower-case letters and digits, with `.`, `_`, `-` and `/` between them: `ghcr.io/owner/name`",
    )
}

fn tag(text: &str) -> Result<String, Invalid> {
    let begins = text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    if begins
        && !is_boolean(text)
        && text.len() <= 128
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b))
    {
        return Ok(text.to_owned());
    }
    let refusal = refuse(text, "a tag");
    Err(match text.rsplit_once(':') {
        Some((_, tag)) if !tag.is_empty() => refusal.help(format!("write the tag alone: `{tag}`")),
        _ => refusal
            .help("write up to 128 letters, digits, `_`, `.` and `-`, beginning with a letter, digit or `_`"),
    })
}

/// An image: `postgres:16-alpine`, `ghcr.io/owner/name@sha256:…`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ImageReference {
    repository: ImageRepository,
    tag: Option<ImageTag>,
    digest: Option<String>,
}

impl ImageReference {
    /// An image with a tag.
    pub fn tagged(repository: ImageRepository, tag: ImageTag) -> Self {
        Self { repository, tag: Some(tag), digest: None }
    }

    /// Reads an image.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let (named, digest) = match text.split_once('@') {
            Some((named, digest)) => (named, Some(digest)),
            None => (text, None),
        };
        if digest.is_some_and(|digest| !is_digest(digest)) {
            let refusal = Invalid::new(format!("{} does not end in a digest", quoted(text)));
            return Err(refusal.help("write `@sha256:` and 64 digits of 0-9 and a-f"));
        }
        let (name, tag) = match tag_start(named) {
            Some(at) => (&named[..at], Some(&named[at + 1..])),
            None => (named, None),
        };
        if !is_repository(name) {
            return Err(bad_name(text, "an image"));
        }
        let repository = ImageRepository(name.to_owned());
        Ok(Self { repository, tag: tag.map(ImageTag::parse).transpose()?, digest: digest.map(str::to_owned) })
    }

    /// The image without tag and digest.
    pub fn repository(&self) -> &ImageRepository {
        &self.repository
    }

    /// The tag, if one is written; the engine would take `latest`.
    pub fn tag(&self) -> Option<&ImageTag> {
        self.tag.as_ref()
    }

    /// `sha256:…`, if it is written.
    pub fn digest(&self) -> Option<&str> {
        self.digest.as_deref()
    }
}

fn is_digest(text: &str) -> bool {
    text.strip_prefix("sha256:").is_some_and(|hex| {
        hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    })
}

impl fmt::Display for ImageReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.repository.fmt(f)?;
        self.tag.iter().try_for_each(|tag| write!(f, ":{tag}"))?;
        self.digest.iter().try_for_each(|digest| write!(f, "@{digest}"))
    }
}

readable!(
    ImageReference,
    text,
    "an image",
    "An image: postgres:16-alpine, ghcr.io/owner/name@sha256:….",
    schema::text(&format!(
        "^(?![^:@]{{256}}){}(?::(?!(?:[Tt]rue|TRUE|[Ff]alse|FALSE)(?:$|@)){TAG})?(?:@{DIGEST})?$",
        repository_pattern()
    ))
);
