//! How certbot is asked for the certificates of a deployment's sites.

use super::proxy::{ACME_DIRECTORY, Proxy, Site, Tls};

/// The image that a deployment's own certbot runs: never `latest`, so that a render says what runs.
pub const CERTBOT_IMAGE: &str = "certbot/certbot:v5.0.0";

/// The words that get a site's certificate, renew it when it is due and do nothing otherwise; `None` for a site
/// that has none of Let's Encrypt.
pub fn certonly(site: &Site) -> Option<Vec<String>> {
    let Tls::LetsEncrypt { name, email, .. } = &site.tls else { return None };
    let mut words = words(&["certbot", "certonly", "--webroot", "--webroot-path", ACME_DIRECTORY]);
    words.extend(words_of("--cert-name", name));
    for domain in &site.domains {
        words.extend(words_of("--domain", &domain.value));
    }
    match email {
        Some(email) => words.extend(words_of("--email", email)),
        None => words.push("--register-unsafely-without-email".to_owned()),
    }
    // A certificate for other names than before is asked anew rather than kept.
    let quiet = ["--agree-tos", "--non-interactive", "--keep-until-expiring", "--renew-with-new-domains"];
    words.extend(quiet.map(str::to_owned));
    Some(words)
}

/// The words that renew every certificate that is due.
pub fn renew() -> Vec<String> {
    words(&["certbot", "renew", "--webroot", "--webroot-path", ACME_DIRECTORY, "--non-interactive"])
}

/// Whether a site of the proxy has a certificate of Let's Encrypt.
pub fn is_needed(proxy: &Proxy) -> bool {
    proxy.sites.iter().any(|site| matches!(site.tls, Tls::LetsEncrypt { .. }))
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

fn words_of(option: &str, value: &str) -> [String; 2] {
    [option.to_owned(), value.to_owned()]
}
