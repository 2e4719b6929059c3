//! Old versions of TLS, and ciphers that are broken.

use super::{Findings, rule};
use crate::diagnostic::Diagnostic;
use crate::facts::model::Repository;
use std::collections::BTreeSet;

rule! {
    /// A proxy allows a version of TLS or a cipher that is broken.
    ///
    /// ## What
    /// Reports SSLv2, SSLv3, TLS 1.0 and 1.1, and ciphers with RC4, DES, 3DES, MD5, NULL, EXPORT or anonymous keys in the confs of
    /// nginx and Caddy.
    ///
    /// ## Why
    /// Browsers have refused TLS 1.0 and 1.1 since 2020 (RFC 8996); what still speaks them is old, or somebody who tries to
    /// read along.
    ///
    /// ## Example
    /// ```nginx
    /// ssl_protocols TLSv1 TLSv1.1 TLSv1.2;
    /// ```
    ///
    /// ## Fix
    /// ```nginx
    /// ssl_protocols TLSv1.2 TLSv1.3;
    /// ```
    pub WEAK_TLS = Warning "weak-tls";
}

pub(super) fn check(facts: &Repository, findings: &mut Findings<'_>) {
    let mut seen = BTreeSet::new();
    for setting in facts.proxies.iter().flat_map(|proxy| &proxy.tls) {
        let weak: Vec<_> = setting.values.iter().filter(|value| is_weak(value)).collect();
        let Some(first) = weak.first() else { continue };
        if !seen.insert(setting.directive.span) {
            continue;
        }
        let protocols = weak.iter().all(|value| version(value).is_some());
        let (message, label, help) = if protocols {
            let named: Vec<&str> = weak.iter().map(|value| version(value).unwrap_or_default()).collect();
            (
                format!(
                    "{} {} allowed, and broken",
                    named.join(" and "),
                    if named.len() == 1 { "is" } else { "are" }
                ),
                "no browser speaks it since 2020",
                format!("Leave TLS 1.2 and 1.3: `{} TLSv1.2 TLSv1.3`", setting.directive.value),
            )
        } else {
            (
                "broken ciphers are allowed".to_owned(),
                "among these",
                "Take the list of Mozilla's guideline for intermediate compatibility, or leave the directive out".to_owned(),
            )
        };
        let mut finding = Diagnostic::new(&WEAK_TLS, message).at(first.span, label);
        for value in weak.iter().skip(1) {
            finding = finding.at(value.span, "and this");
        }
        findings.push(finding.help(help));
    }
}

fn version(value: &str) -> Option<&'static str> {
    match value.to_ascii_lowercase().as_str() {
        "sslv2" => Some("SSL 2"),
        "sslv3" => Some("SSL 3"),
        "tlsv1" | "tls1.0" | "tlsv1.0" => Some("TLS 1.0"),
        "tlsv1.1" | "tls1.1" => Some("TLS 1.1"),
        _ => None,
    }
}

/// Of a list of ciphers, those that are taken in: `!RC4` takes one out.
fn is_weak(value: &str) -> bool {
    if version(value).is_some() {
        return true;
    }
    value.split([':', ' ', ',']).filter(|cipher| !cipher.starts_with(['!', '-'])).any(|cipher| {
        let upper = cipher.to_ascii_uppercase();
        let words: Vec<&str> = upper.split(['-', '+', '_']).collect();
        ["RC4", "DES", "3DES", "MD5", "NULL", "ENULL", "ANULL", "EXP", "EXPORT", "ADH", "AECDH", "DES3"]
            .iter()
            .any(|weak| words.contains(weak))
    })
}
