//! What text of a spec a web server's configuration can carry.

/// How many bytes a value may have: nginx reads its configuration by 4096 bytes, and no word may be longer, quoted
/// and escaped as it then is.
pub const LONGEST_VALUE: usize = 1024;

/// Whether nginx's configuration cannot carry a value as it is: control characters would end a header, and nothing
/// escapes them there. Quotes, backslashes, `$`, `;` and braces are carried.
pub fn unsafe_for_nginx(text: &str) -> bool {
    text.len() > LONGEST_VALUE || text.chars().any(char::is_control)
}

/// Whether a Caddyfile cannot carry a value as it is: beyond control characters, braces are placeholders there, and a
/// backquote is what its values are quoted by.
pub fn unsafe_for_caddy(text: &str) -> bool {
    unsafe_for_nginx(text) || text.contains(['{', '}', '`'])
}

/// Whether a route's path (or what replaces it) cannot be matched as it is written: paths are compared once they
/// are decoded and cleaned, and a `*`, `?` or `#` would mean something else.
pub fn unsafe_for_path(path: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~!&'()+,;=:@".contains(&byte);
    !path.starts_with('/')
        || path.len() > LONGEST_VALUE
        || !path.bytes().all(plain)
        || path.contains("//")
        || path.split('/').any(|segment| segment == "." || segment == "..")
}
