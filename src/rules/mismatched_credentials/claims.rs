//! What clients are told of servers: connection URLs, and variables that belong together by their names.

use crate::facts::model::{EnvVariable, Fact, Service};
use crate::rules::support::{Part, endpoint, url};
use crate::source::Span;

/// What a client is told of one server.
#[derive(Debug)]
pub(super) struct Claim {
    /// The server's name, as the client knows it.
    pub(super) host: String,
    /// The port, if one is given.
    port: Option<u16>,
    pub(super) user: Given,
    pub(super) password: Given,
    pub(super) database: Given,
    /// The value that names the server.
    pub(super) span: Span,
    /// Whether it is meant for tests, which make their databases themselves.
    pub(super) is_test: bool,
    url: bool,
}

/// A part of what a client is given.
#[derive(Debug)]
pub(super) enum Given {
    Absent,
    Known(String, Span),
    Unknown,
}

impl Given {
    fn of(part: Part, span: Span) -> Self {
        match part {
            Part::Absent => Self::Absent,
            Part::Known(text) => Self::Known(text, span),
            Part::Unknown => Self::Unknown,
        }
    }
}

impl Claim {
    /// Whether all of it is one URL.
    pub(super) fn is_url(&self) -> bool {
        self.url
    }

    /// Whether it is about something else that runs at the same name.
    pub(super) fn about_another_port(&self, service: &Service) -> bool {
        let Some(image) = service.known_image() else { return true };
        self.port.is_some_and(|port| !image.ports.iter().any(|known| known.number == port))
    }
}

/// Ends of variables that name a server, the longer ones first.
const HOSTS: &[&str] = &["_ENDPOINT_URL", "_HOSTNAME", "_ENDPOINT", "_SERVER", "_HOST", "_ADDR", "_URL", "_URI"];
const USERS: &[&str] = &["_USER", "_USERNAME", "_ACCESS_KEY", "_ACCESS_KEY_ID", "_ROOT_USER", "_USR"];
const PASSWORDS: &[&str] =
    &["_PASSWORD", "_PASS", "_PASSWD", "_PWD", "_SECRET_KEY", "_SECRET_ACCESS_KEY", "_ROOT_PASSWORD"];
const DATABASES: &[&str] = &["_NAME", "_DATABASE", "_DB", "_DBNAME", "_DB_NAME", "_DATABASE_NAME"];

/// Everything that a service is told of servers.
pub(super) fn claims(client: &Service) -> Vec<Claim> {
    client
        .environment
        .iter()
        .filter_map(|(name, variable)| claim(client, name, variable.value.as_ref()?))
        .collect()
}

fn claim(client: &Service, name: &str, value: &Fact<String>) -> Option<Claim> {
    let upper = name.to_ascii_uppercase();
    let is_test = upper.split('_').any(|word| matches!(word, "TEST" | "TESTS" | "TESTING" | "SHADOW"));
    if let Some(address) = url(value.value.shape())
        && (address.password != Part::Absent || !is_paired(client, &upper))
    {
        // Without a user or database it is the address of something else: `http://api:8000`.
        let http = matches!(address.scheme.as_deref(), Some("http" | "https" | "ws" | "wss"));
        if http && address.user == Part::Absent {
            return paired(client, &upper, value, is_test);
        }
        // Prisma, which alone has this parameter, makes the database that it is told of.
        let makes_it = value.value.shape().contains("?schema=") || value.value.shape().contains("&schema=");
        return Some(Claim {
            host: address.host,
            port: address.port,
            user: Given::of(address.user, value.span),
            password: Given::of(address.password, value.span),
            database: if makes_it { Given::Unknown } else { Given::of(address.database, value.span) },
            span: value.span,
            is_test,
            url: true,
        });
    }
    paired(client, &upper, value, is_test)
}

/// Whether variables beside a URL say what it leaves out.
fn is_paired(client: &Service, name: &str) -> bool {
    let Some(prefix) = HOSTS.iter().find_map(|end| name.strip_suffix(end)) else { return false };
    find(client, prefix, PASSWORDS).is_some()
}

fn paired(client: &Service, name: &str, value: &Fact<String>, is_test: bool) -> Option<Claim> {
    let (prefix, address) = match name {
        "PGHOST" => ("PG", endpoint(value.value.shape())?),
        _ => (HOSTS.iter().find_map(|end| name.strip_suffix(end))?, endpoint(value.value.shape())?),
    };
    // The names that the tools of a vendor read, whatever the address is called.
    let prefixes: &[&str] = if prefix.ends_with("S3") || prefix.starts_with("AWS") { &[prefix, "AWS"] } else { &[prefix] };
    let part = |ends: &[&str]| {
        let found = prefixes.iter().find_map(|prefix| find(client, prefix, ends));
        match found.map(|variable| variable.value.as_ref()) {
            None => Given::Absent,
            Some(Some(fact)) => fact.known().map_or(Given::Unknown, |text| Given::Known(text.clone(), fact.span)),
            Some(None) => Given::Unknown,
        }
    };
    let password = part(PASSWORDS);
    if matches!(password, Given::Absent) {
        return None;
    }
    let database = match Given::of(address.database, value.span) {
        Given::Absent => part(DATABASES),
        given => given,
    };
    Some(Claim {
        host: address.host,
        port: address.port,
        user: part(USERS),
        password,
        database,
        span: value.span,
        is_test,
        url: false,
    })
}

fn find<'s>(client: &'s Service, prefix: &str, ends: &[&str]) -> Option<&'s EnvVariable> {
    let named = |end: &str| {
        let is_it = |name: &str| {
            let parts = name.split_at_checked(prefix.len());
            parts.is_some_and(|(one, two)| {
                one.eq_ignore_ascii_case(prefix) && two.eq_ignore_ascii_case(end)
            })
        };
        client.environment.iter().find(|(name, _)| is_it(name)).map(|(_, variable)| variable)
    };
    // `PGPASSWORD` has no line between.
    ends.iter().find_map(|end| named(if prefix == "PG" { &end[1..] } else { end }))
}
