//! Two sides of a connection that were told different things.

mod claims;
mod server;

use super::support::Names;
use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::{Deployment, Repository, Service, Supply, VariableUse};
use crate::source::Span;
use claims::{Claim, Given, claims};
use server::{Role, Server, Setting};

rule! {
    /// A client is given another user, password or database than its server is set up with.
    ///
    /// ## What
    /// Follows connection URLs (`DATABASE_URL`) and pairs of variables (`DB_HOST` with `DB_PASSWORD`, `MINIO_ENDPOINT` with
    /// `MINIO_SECRET_KEY`) to the service of the same deployment that they name, and compares user, password and database with
    /// what that service is set up with: its variables, or its command line (`--requirepass`). Values are compared as
    /// Compose evaluates them, those of URLs decoded. Another user than the one the image makes is a second role, and
    /// nobody's fault; what cannot be known is never compared, nor are the defaults of two variables (`${A:-x}`, `${B:-y}`)
    /// where an env-file that the repository does not hold may set both.
    ///
    /// ## Why
    /// Nothing notices it before the first connection. One system restarted for hours with `SignatureDoesNotMatch`: the
    /// store's `MINIO_ROOT_PASSWORD` had been changed, the application's `MINIO_SECRET_KEY` had not.
    ///
    /// ## Example
    /// ```yaml
    /// services:
    ///   api:
    ///     image: acme/api:1.2
    ///     environment:
    ///       DATABASE_URL: postgres://shop:hunter2@db/shop
    ///   db:
    ///     image: postgres:16
    ///     environment: { POSTGRES_USER: shop, POSTGRES_PASSWORD: hunter3, POSTGRES_DB: shop }
    /// ```
    ///
    /// ## Fix
    /// Write the value once, and refer to it on both sides:
    /// ```yaml
    ///       DATABASE_URL: postgres://shop:${DB_PASSWORD:?}@db/shop
    ///   db:
    ///     environment: { POSTGRES_USER: shop, POSTGRES_PASSWORD: "${DB_PASSWORD:?}", POSTGRES_DB: shop }
    /// ```
    pub MISMATCHED_CREDENTIALS = Error "mismatched-credentials";
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    for deployment in &facts.deployments {
        let names = Names::of(deployment);
        for client in deployment.services.values() {
            for claim in claims(client) {
                let Some(service) = names.reached(client, &claim.host) else { continue };
                if service.name == client.name || claim.about_another_port(service) {
                    continue;
                }
                if let Some(server) = Server::of(service) {
                    compare((facts, deployment), client, &claim, service, &server, findings);
                }
            }
        }
    }
}

fn compare(
    (facts, deployment): (&Repository, &Deployment),
    client: &Service,
    claim: &Claim,
    service: &Service,
    server: &Server<'_>,
    findings: &mut Findings<'_>,
) {
    let pair = Pair { facts, deployment, client, service };
    let role = server.role(&claim.user);
    if let (Given::Known(ours, span), Some(Setting::Known(theirs, place))) =
        (&claim.password, server.password(role))
        && *ours != theirs
    {
        if !pair.are_two_defaults(*span, place) {
            findings.push(pair.differ("password", *span, place, None));
        }
        return;
    }
    // Another user is a second role, unless it comes with the password of the first.
    if let (Given::Known(name, span), Some(Setting::Known(user, place)), Role::Other) =
        (&claim.user, server.user(), role)
        && let (Given::Known(ours, _), Some(Setting::Known(theirs, _))) =
            (&claim.password, server.password(Role::Own))
        && *ours == theirs
        && !server.makes_databases(service)
    {
        if !pair.are_two_defaults(*span, place) {
            findings.push(pair.differ("user", *span, place, Some((name, &user))));
        }
        return;
    }
    if let (Given::Absent, Some(Setting::Known(_, place))) = (&claim.password, server.password(role))
        && server.demands_password()
        && claim.is_url()
    {
        findings.push(pair.missing(claim.span, place));
        return;
    }
    if role == Role::Other || server.makes_databases(service) || claim.is_test {
        return;
    }
    if let (Given::Known(ours, span), Some(Setting::Known(theirs, place))) = (&claim.database, server.database())
        && *ours != theirs
        && !pair.are_two_defaults(*span, place)
    {
        findings.push(pair.differ("database", *span, place, Some((ours, &theirs))));
    }
}

/// A client and the server that it names.
struct Pair<'d> {
    facts: &'d Repository,
    deployment: &'d Deployment,
    client: &'d Service,
    service: &'d Service,
}

impl Pair<'_> {
    /// Whether each side is the default of a variable of its own, and somebody's env-file may say otherwise of both.
    fn are_two_defaults(&self, ours: Span, theirs: Span) -> bool {
        let env_file = self.deployment.directory.join(".env");
        let unseen = self.deployment.env_files.iter().any(|file| file.source.is_none()) || self.facts.ignores(&env_file);
        let defaults = |place: Span| -> Vec<&VariableUse> {
            let inside = |used: &&VariableUse| {
                used.span.source == place.source && place.start <= used.span.start && used.span.end <= place.end
            };
            let unset = |used: &&VariableUse| matches!(used.supply, Supply::Nobody | Supply::Unknown(_)) && used.word.is_some();
            self.deployment.variables.iter().filter(inside).filter(unset).collect()
        };
        let (ours, theirs) = (defaults(ours), defaults(theirs));
        unseen
            && !ours.is_empty()
            && !theirs.is_empty()
            && !ours.iter().any(|one| theirs.iter().any(|other| one.name == other.name))
    }

    fn differ(&self, what: &str, ours: Span, theirs: Span, names: Option<(&str, &str)>) -> Diagnostic {
        let (client, server) = (&self.client.name, &self.service.name);
        let (given, kept) = match names {
            Some((given, kept)) => (format!("connects with {what} `{given}`"), format!("is set up with `{kept}`")),
            None => (format!("connects with one {what}"), "is set up with another".to_owned()),
        };
        let of = self.deployment.environment.as_ref().map_or_else(String::new, |it| format!(" in {}", it.name));
        Diagnostic::new(
            &MISMATCHED_CREDENTIALS,
            format!("`{client}` and `{server}` do not agree on the {what}{of}"),
        )
        .at(ours, format!("`{client}` {given}"))
        .at(theirs, format!("`{server}` {kept}"))
        .help(format!(
            "Write the {what} once, in the env-file, and refer to it in both places. A database that exists already keeps what \
             it was first set up with"
        ))
    }

    fn missing(&self, ours: Span, theirs: Span) -> Diagnostic {
        let (client, server) = (&self.client.name, &self.service.name);
        Diagnostic::new(&MISMATCHED_CREDENTIALS, format!("`{client}` gives no password to `{server}`, which asks for one"))
            .at(ours, "no password")
            .at(theirs, format!("`{server}` asks for this one"))
            .help("Refer to the same password in both places")
    }
}
