//! chitram: Caddy on a machine that has only an address.

use crate::played::{Played, one};
use crate::proxy::caddy::Caddy;
use crate::proxy::client::get;
use specc::emit::caddy::emit;
use std::collections::BTreeMap;

#[test]
fn an_address_is_served_in_plain_http_and_never_sent_to_tls() {
    let Some(mut caddy) = Caddy::new() else { return };
    let deployment = one("chitram", "production");
    let text = emit(&deployment).remove(0).contents;
    assert!(
        text.contains("\nhttp://:80 {\n") && !text.contains("https") && !text.contains("redir"),
        "{text}"
    );
    caddy.write(&deployment);

    let played = Played::new(deployment, BTreeMap::new());
    caddy.write(&played.deployment);
    let http = played.http();
    caddy.start(&[http]);
    for path in ["/", "/x", "/status/500"] {
        let answer = get(http, "192.0.2.40", path);
        assert!(answer.body.starts_with(&format!("name: app\nGET {path} HTTP/1.1\n")), "{answer:?}");
        assert_eq!(answer.status, if path.contains("500") { 500 } else { 200 });
        assert_eq!(answer.header("x-frame-options"), Some("SAMEORIGIN"));
        assert_eq!(answer.header("referrer-policy"), Some("strict-origin-when-cross-origin"));
        assert_eq!((answer.header("location"), answer.header("strict-transport-security")), (None, None));
    }
    played.containers["app:8000"].stop();
    let gone = get(http, "192.0.2.40", "/");
    assert_eq!((gone.status, gone.header("x-frame-options")), (502, Some("SAMEORIGIN")));
}
