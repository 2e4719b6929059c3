//! What a file is, as far as a look at its text says it. Nothing is parsed here: most files are something else.

use super::Kind;

/// Whether a text looks like a file of this kind.
pub(super) fn looks_like(kind: Kind, path: &str, text: &str) -> bool {
    match kind {
        Kind::Compose => compose(text),
        Kind::Nginx => nginx(path, text),
        Kind::Shell => shell(text),
        Kind::GithubAction => has_top_level_key(text, "runs"),
        _ => true,
    }
}

/// Keys at the start of a line that show that the file belongs to another program, though it has `services:`.
const STRANGERS: &[&str] = &[
    "apiVersion",
    "kind",
    "openapi",
    "swagger",
    "asyncapi",
    "jobs",
    "on",
    "stages",
    "pipelines",
    "pipeline",
    "steps",
    "provider",
    "functions",
    "hosts",
    "tasks",
    "plugins",
    "language",
    "environments",
    "project",
    "sites",
    "framework",
    "definitions",
    "infra",
    "applications",
    "_defaults",
    "parameters",
    "trigger",
    "pool",
    "workflow",
    "default",
    "script",
    "recipe",
    "clone",
    "when",
    "labels",
    "workspace",
    "_common",
    "app",
    "dev",
    "deploy",
    "description",
    "type",
    "tags",
    "variants",
    "components",
];

/// A mapping `services:` at the top whose values have `image:`, `build:` or `extends:`, in a file that is no other
/// program's.
fn compose(text: &str) -> bool {
    let Some(at) = top_level_key(text, "services") else { return false };
    if top_level_keys(text).any(|key| STRANGERS.contains(&key)) || is_template(Kind::Compose, text) {
        return false;
    }
    let mut services = text[at..].lines();
    let head = services.next().unwrap_or("");
    let value = head.split_once(':').map_or("", |(_, value)| value.trim());
    if !(value.is_empty() || value.starts_with(['#', '&', '!'])) {
        return false;
    }
    let mut outer = None;
    let mut inner = None;
    for line in services {
        let content = line.trim_start_matches(' ');
        let indent = line.len() - content.len();
        if content.trim().is_empty() || content.starts_with('#') {
            continue;
        }
        if indent == 0 {
            return false;
        }
        let outer = *outer.get_or_insert(indent);
        if indent <= outer {
            // A list of services is another program's.
            if content.starts_with("- ") {
                return false;
            }
            inner = None;
            continue;
        }
        let key = content.split(':').next().unwrap_or("").trim_matches(['"', '\'']);
        if *inner.get_or_insert(indent) == indent && matches!(key, "image" | "build" | "extends") {
            return true;
        }
    }
    false
}

/// Whether the text is written for a template engine. In YAML, braces have a meaning of their own, and Docker has templates
/// in values: there a line begins with `{%` or `{{`.
pub(super) fn is_template(kind: Kind, text: &str) -> bool {
    match kind {
        Kind::Compose => {
            has_marks(text)
                && text.lines().any(|line| {
                    let start = line.trim_start();
                    ["{%", "{{", "<%"].iter().any(|mark| start.starts_with(mark)) || line.contains("<%=")
                })
        }
        Kind::Nginx => has_marks(text),
        _ => false,
    }
}

fn has_marks(text: &str) -> bool {
    text.as_bytes().windows(2).any(|pair| matches!(pair, b"{{" | b"{%" | b"<%"))
}

fn top_level_keys(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let first = line.bytes().next()?;
        (first.is_ascii_alphabetic() || matches!(first, b'_' | b'"' | b'\'')).then_some(())?;
        line.split_once(':').map(|(key, _)| key.trim_matches(['"', '\'']))
    })
}

fn has_top_level_key(text: &str, key: &str) -> bool {
    top_level_key(text, key).is_some()
}

/// Where the line begins that has this key at its start.
fn top_level_key(text: &str, key: &str) -> Option<usize> {
    let found = text.match_indices(key).find(|(at, _)| {
        let begins =
            *at == 0 || text.as_bytes()[at - 1] == b'\n' || (*at == 3 && text.starts_with('\u{feff}'));
        begins && text[at + key.len()..].starts_with(':')
    });
    found.map(|(at, _)| at)
}

/// Blocks or directives that only nginx has. A conf in a directory of nginx may be a part of a block.
fn nginx(path: &str, text: &str) -> bool {
    let in_nginx = path.to_ascii_lowercase().contains("nginx");
    let mut block = false;
    let mut directive = false;
    let mut statements = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with('#') {
            continue;
        }
        // Apache's, and other programs' sections.
        if line.starts_with('<') || line.starts_with('[') && line.ends_with(']') {
            return false;
        }
        statements |= line.trim_end_matches(|c: char| c != ';').ends_with(';');
        let mut words = line.split_ascii_whitespace();
        let word = words.next().unwrap_or("");
        let opens = line.contains('{');
        block |= match word.trim_end_matches('{') {
            "server" | "http" | "stream" | "events" => word.ends_with('{') || words.next() == Some("{"),
            "upstream" | "location" | "map" | "geo" | "if" => opens,
            _ => false,
        };
        directive |= is_directive(word) || in_nginx && is_common_directive(word);
    }
    statements && (block || directive)
}

fn is_directive(word: &str) -> bool {
    matches!(
        word,
        "proxy_pass"
            | "proxy_set_header"
            | "fastcgi_pass"
            | "uwsgi_pass"
            | "grpc_pass"
            | "ssl_certificate"
            | "ssl_protocols"
            | "ssl_ciphers"
            | "add_header"
            | "try_files"
            | "fastcgi_param"
            | "limit_req"
            | "limit_req_zone"
            | "proxy_http_version"
            | "proxy_read_timeout"
            | "server_tokens"
            | "set_real_ip_from"
    )
}

fn is_common_directive(word: &str) -> bool {
    matches!(
        word,
        "gzip"
            | "gzip_types"
            | "set"
            | "deny"
            | "allow"
            | "include"
            | "listen"
            | "server_name"
            | "resolver"
            | "client_max_body_size"
            | "return"
            | "rewrite"
            | "root"
            | "log_format"
            | "access_log"
    )
}

/// A first line that names a shell.
fn shell(text: &str) -> bool {
    let first = text.lines().next().unwrap_or("");
    let Some(program) = first.strip_prefix("#!") else { return false };
    let mut words = program.split_ascii_whitespace().map(|word| word.rsplit('/').next().unwrap_or(word));
    let mut word = words.next().unwrap_or("");
    if word == "env" {
        word = words.find(|word| !word.starts_with('-') && !word.contains('=')).unwrap_or("");
    }
    matches!(word, "sh" | "bash" | "dash" | "ash" | "ksh" | "zsh" | "busybox")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compose_is_told_from_what_else_has_services() {
        for (text, is) in [
            ("services:\n  web:\n    image: a\n", true),
            ("\u{feff}services:\n  web:\n    image: a\n", true),
            ("x-a: &a\n  b: c\n# why\nservices: # all\n\n  web:\n    ports: []\n    build: .\n", true),
            ("version: '3'\r\nservices:\r\n  web:\r\n    image: a\r\n", true),
            ("services:\n  web:\n    environment:\n      image: a\n", false),
            ("services:\n  App\\:\n    resource: '../src'\n", false),
            ("services:\n  - postgres\n", false),
            ("services: []\n", false),
            ("apiVersion: v1\nservices:\n  web:\n    image: a\n", false),
            ("jobs:\n  a:\n    services:\n      db:\n        image: a\n", false),
            ("pipeline:\n  a: {}\nservices:\n  db:\n    image: a\n", false),
            ("project: shop\nservices:\n  db:\n    image: a\n", false),
            ("{% if a %}\nservices:\n  db:\n    image: a\n", false),
            ("a:\n  services:\n    b:\n      image: c\n", false),
            ("", false),
        ] {
            assert_eq!(compose(text), is, "{text}");
        }
    }

    #[test]
    fn nginx_is_told_from_other_confs() {
        for (path, text, is) in [
            ("a.conf", "server {\n  listen 80;\n}\n", true),
            ("a.conf", "server{ listen 80; }\n", true),
            ("a.conf", "location /a { return 404; }\n", true),
            ("a.conf", "proxy_set_header Host $host;\n", true),
            ("nginx/gzip.conf", "gzip on;\n", true),
            ("a.conf", "gzip on;\n", false),
            ("supervisor.conf", "[program:a]\ncommand=a;b\n", false),
            ("apache.conf", "<VirtualHost *:80>\n</VirtualHost>\n", false),
            ("akka.conf", "http {\n  server {\n    a = 1\n  }\n}\n", false),
            ("redis.conf", "bind 0.0.0.0\n", false),
        ] {
            assert_eq!(nginx(path, text), is, "{path}: {text}");
        }
    }

    #[test]
    fn shells_are_named_in_the_first_line() {
        for (text, is) in [
            ("#!/bin/sh\n", true),
            ("#! /usr/bin/env bash\n", true),
            ("#!/usr/bin/env -S bash -e\n", true),
            ("#!/usr/bin/env python3\n", false),
            ("echo\n", false),
        ] {
            assert_eq!(shell(text), is, "{text}");
        }
    }
}
