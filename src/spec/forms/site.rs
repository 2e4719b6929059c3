//! How a site is encrypted, and where a route leads.

use super::ServicePort;
use crate::forms;
use crate::source::Spanned;
use crate::spec::values::{AbsolutePath, Burst, ByteSize, Duration, Email, Rate, UrlPath};
use schemars::JsonSchema;
use serde::Deserialize;

/// How a site is encrypted.
#[derive(Clone, Debug)]
pub enum TlsSpec {
    /// Not at all.
    Off,
    /// With a certificate of Let's Encrypt.
    LetsEncrypt {
        /// Where Let's Encrypt may write to.
        email: Option<Spanned<Email>>,
    },
    /// With files that are there already.
    Files {
        /// The chain.
        certificate: Spanned<AbsolutePath>,
        /// The private key.
        key: Spanned<AbsolutePath>,
    },
}

/// How a site is encrypted, in a word.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum TlsWord {
    /// Not at all: plain HTTP.
    Off,
    /// With a certificate of Let's Encrypt.
    LetsEncrypt,
}

/// How a site is encrypted, at length: `{ email }` for Let's Encrypt, or both files.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct LongTls {
    /// The certificate's chain, where the web server runs.
    certificate: Spanned<AbsolutePath>,
    /// Its private key, where the web server runs.
    key: Spanned<AbsolutePath>,
}

forms! {
    /// How a site is encrypted: `off`, `letsencrypt`, or `{ certificate, key }` with files that are there already.
    TlsSpec = "`off`, `letsencrypt`, or a mapping with `certificate` and `key`" {
        scalar: TlsWord => |word| match word {
            TlsWord::Off => TlsSpec::Off,
            TlsWord::LetsEncrypt => TlsSpec::LetsEncrypt { email: None },
        },
        mapping: LongTls => |long| TlsSpec::Files { certificate: long.certificate, key: long.key },
    }
}

/// Where a route leads.
#[derive(Clone, Debug)]
pub struct RouteTarget {
    /// The service, and maybe one of its ports.
    pub to: Spanned<ServicePort>,
    /// What the route's path is replaced by on the way.
    pub path: Option<Spanned<UrlPath>>,
    /// Whether answers are passed on as they come.
    pub stream: bool,
    /// Whether connections may be upgraded to websockets.
    pub websocket: bool,
    /// How many requests one client may make.
    pub limit: Option<Spanned<LimitSpec>>,
    /// The greatest request body.
    pub body: Option<Spanned<ByteSize>>,
    /// How long an answer may take.
    pub timeout: Option<Spanned<Duration>>,
    /// How long browsers may keep the answer.
    pub cache: Option<Spanned<CacheSpec>>,
}

/// Where a route leads, at length.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct LongRoute {
    /// The service, or one of its ports by name: `minio.console`.
    to: Spanned<ServicePort>,
    /// What the route's path is replaced by on the way; it is kept where nothing is said.
    path: Option<Spanned<UrlPath>>,
    /// Whether answers are passed on as they come, as event streams need, and may last an hour.
    #[serde(default)]
    stream: bool,
    /// Whether connections may be upgraded to websockets.
    #[serde(default)]
    websocket: bool,
    /// How many requests one client may make; more are answered with 429.
    limit: Option<Spanned<LimitSpec>>,
    /// The greatest request body, where it differs from the site's.
    body: Option<Spanned<ByteSize>>,
    /// How long an answer may take; a minute where nothing is said.
    timeout: Option<Spanned<Duration>>,
    /// How long browsers may keep the answer.
    cache: Option<Spanned<CacheSpec>>,
}

forms! {
    /// Where a route leads: a service, or one of its ports by name; at length, also how.
    RouteTarget = "a service, or a mapping with `to`" {
        scalar: Spanned<ServicePort> => |to| RouteTarget {
            to, path: None, stream: false, websocket: false, limit: None, body: None, timeout: None, cache: None,
        },
        mapping: LongRoute => |long| RouteTarget {
            to: long.to,
            path: long.path,
            stream: long.stream,
            websocket: long.websocket,
            limit: long.limit,
            body: long.body,
            timeout: long.timeout,
            cache: long.cache,
        },
    }
}

/// How many requests one client may make.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LimitSpec {
    /// Requests in a time: `10r/s`, `5r/m`.
    pub rate: Spanned<Rate>,
    /// How many may come at once beyond that; none where nothing is said.
    pub burst: Option<Spanned<Burst>>,
}

/// How long browsers may keep an answer.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CacheSpec {
    /// How long.
    pub age: Spanned<Duration>,
    /// Whether it never changes under its URL.
    #[serde(default)]
    pub immutable: bool,
}
