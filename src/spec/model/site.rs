//! A site: names or an address, and what is served there.

use crate::source::Spanned;
use crate::spec::forms::{RouteTarget, TlsSpec};
use crate::spec::template::Template;
use crate::spec::values::{Age, Allowed, ByteSize, HeaderName, HeaderValue, Port, UrlPath};
use crate::syntax::yaml::{List, Map};
use schemars::JsonSchema;
use serde::Deserialize;

/// A domain or address that the host's web server answers to, with routes to services.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// The domain it answers to. Without any it is asked by address.
    pub domain: Option<Spanned<Template>>,
    /// The domains it answers to, where there are several; the first is the one that URLs name.
    pub domains: Option<Spanned<List<Spanned<Template>>>>,
    /// The port for plain HTTP; 80 where nothing is said, and always with a certificate of Let's Encrypt, which asks
    /// there for its proof. TLS is at 443.
    pub listen: Option<Spanned<Port>>,
    /// How it is encrypted; `off` where nothing is said.
    pub tls: Option<Spanned<TlsSpec>>,
    /// How long browsers must insist on HTTPS; `730d` with TLS where nothing is said, `0s` sends no HSTS.
    pub hsts: Option<Spanned<Age>>,
    /// Who may ask: hosts of this spec, addresses, networks. Everyone where nothing is said.
    #[serde(default)]
    pub allow: List<Spanned<Allowed>>,
    /// Response headers, beside or in place of the security headers that every site has.
    #[serde(default)]
    pub headers: Map<HeaderName, Spanned<HeaderValue>>,
    /// The greatest request body: `20M`.
    pub body: Option<Spanned<ByteSize>>,
    /// Whether answers are compressed; they are where nothing is said.
    pub gzip: Option<Spanned<bool>>,
    /// Paths that must answer well after a deploy.
    #[serde(default)]
    pub smoke: List<Spanned<UrlPath>>,
    /// What is served, by path. A path matches whole segments: `/api` and `/api/x`, not `/apifoo`.
    pub routes: Map<UrlPath, Spanned<RouteTarget>>,
}
