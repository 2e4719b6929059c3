//! How a site is encrypted, and where a route leads.

use super::ServicePort;
use crate::diagnostic::Invalid;
use crate::forms;
use crate::source::Spanned;
use crate::spec::values::{AbsolutePath, Burst, ByteSize, Duration, Email, Rate, UrlPath};
use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

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

/// How a site is encrypted, at length.
#[derive(JsonSchema)]
#[schemars(untagged, deny_unknown_fields)]
enum LongTls {
    /// With a certificate of Let's Encrypt.
    LetsEncrypt {
        /// Where Let's Encrypt may write to, when a certificate is about to end unrenewed.
        email: Spanned<Email>,
    },
    /// With files that are there already.
    Files {
        /// The certificate's chain, where the web server runs.
        certificate: Spanned<AbsolutePath>,
        /// Its private key, where the web server runs.
        key: Spanned<AbsolutePath>,
    },
}

/// The same, before it is known which of the two it is: serde's own way of telling them apart would lose every place.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AnyTls {
    email: Option<Spanned<Email>>,
    certificate: Option<Spanned<AbsolutePath>>,
    key: Option<Spanned<AbsolutePath>>,
}

impl<'de> Deserialize<'de> for LongTls {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match AnyTls::deserialize(deserializer)? {
            AnyTls { email: Some(email), certificate: None, key: None } => Ok(Self::LetsEncrypt { email }),
            AnyTls { email: None, certificate: Some(certificate), key: Some(key) } => {
                Ok(Self::Files { certificate, key })
            }
            AnyTls { email: None, certificate: Some(_), key: None } => Err(D::Error::missing_field("key")),
            AnyTls { email: None, certificate: None, key: Some(_) } => {
                Err(D::Error::missing_field("certificate"))
            }
            // What is there and wrong has been reported, and is not reported as missing.
            AnyTls { email: None, certificate: None, key: None } => Err(D::Error::missing_field("email")),
            AnyTls { .. } => Err(D::Error::custom(
                Invalid::new(
                    "`email` is for a certificate of Let's Encrypt, not for files that are there already",
                )
                .help("take out `email`, or `certificate` and `key`"),
            )),
        }
    }
}

forms! {
    /// How a site is encrypted: `off`, `letsencrypt`, `{ email }` for Let's Encrypt with an address that it may write
    /// to, or `{ certificate, key }` with files that are there already.
    TlsSpec = "`off`, `letsencrypt`, or a mapping with `email`, or with `certificate` and `key`" {
        scalar: TlsWord => |word| match word {
            TlsWord::Off => TlsSpec::Off,
            TlsWord::LetsEncrypt => TlsSpec::LetsEncrypt { email: None },
        },
        mapping: LongTls => |long| match long {
            LongTls::LetsEncrypt { email } => TlsSpec::LetsEncrypt { email: Some(email) },
            LongTls::Files { certificate, key } => TlsSpec::Files { certificate, key },
        },
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
