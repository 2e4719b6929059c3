//! What is masked, and what stays readable.

use super::{is_secret_name, masked, masked_sentence};
use proptest::prelude::*;

fn line(text: &str) -> String {
    masked(text, 0..text.len())
}

#[test]
fn values_of_telling_names_are_masked() {
    for (text, shown) in [
        ("POSTGRES_PASSWORD=s3cr-et", "POSTGRES_PASSWORD=•••"),
        ("export JWT_SECRET_KEY=\"two words\" # why", "export JWT_SECRET_KEY=\"•••\" # why"),
        ("ADMIN_PASSWORD=three plain words", "ADMIN_PASSWORD=•••"),
        ("      POSTGRES_PASSWORD: hunter2 # why", "      POSTGRES_PASSWORD: ••• # why"),
        ("      - MINIO_ROOT_PASSWORD=hunter2", "      - MINIO_ROOT_PASSWORD=•••"),
        ("    environment: { DB_PASSWORD: hunter2, A: b }", "    environment: { DB_PASSWORD: •••, A: b }"),
        ("{\"api_key\":\"abc\",\"port\":1}", "{\"api_key\":\"•••\",\"port\":1}"),
        ("      DB_PASSWORD: ${DB_PASSWORD}", "      DB_PASSWORD: ${DB_PASSWORD}"),
        ("      DB_PASSWORD: ${DB_PASSWORD:-hunter2}", "      DB_PASSWORD: ${DB_PASSWORD:-•••}"),
        ("      X: a${DB_PASSWORD:-hunter2}b", "      X: a${DB_PASSWORD:-•••}b"),
        (
            "command: redis-server --requirepass hunter2 --save",
            "command: redis-server --requirepass ••• --save",
        ),
        (
            "command: [\"redis-server\", \"--requirepass\", \"hunter2\"]",
            "command: [\"redis-server\", \"--requirepass\", \"•••\"]",
        ),
        ("requirepass hunter2", "requirepass •••"),
        (
            "PGPASSWORD=hunter2 pg_dump -U app shop > dump.sql",
            "PGPASSWORD=••• pg_dump -U app shop > dump.sql",
        ),
        ("docker run -e DB_PASSWORD=hunter2 -p 80:80 app", "docker run -e DB_PASSWORD=••• -p 80:80 app"),
        ("ssh host \"DB_PASSWORD='hunter2' ./deploy.sh\"", "ssh host \"DB_PASSWORD='•••' ./deploy.sh\""),
        ("DB_PASSWORD := hunter2", "DB_PASSWORD := •••"),
        ("DB_PASSWORD=${A:-two #words} # why", "DB_PASSWORD=${A:-•••} # why"),
        ("curl --token=hunter2 x", "curl --token=••• x"),
        ("mysqldump -u root -phunter2 shop", "mysqldump -u root -p••• shop"),
        ("redis-cli -a hunter2 ping", "redis-cli -a ••• ping"),
        ("curl -u admin:hunter2 http://a", "curl -u admin:••• http://a"),
        ("curl -H \"Authorization: Bearer abcdefgh12\"", "curl -H \"Authorization: Bearer •••\""),
        (
            "echo hunter2 | docker login -u me --password-stdin",
            "echo ••• | docker login -u me --password-stdin",
        ),
        (
            "      - traefik.http.middlewares.a.basicauth.users=me:$$2y$$05$$abc",
            "      - traefik.http.middlewares.a.basicauth.users=me:•••",
        ),
    ] {
        assert_eq!(line(text), shown);
    }
}

#[test]
fn passwords_in_urls_are_masked() {
    for (text, shown) in [
        (
            "DATABASE_URL=postgresql://app:hunter2@db:5432/shop",
            "DATABASE_URL=postgresql://app:•••@db:5432/shop",
        ),
        ("url: redis://:hunter2@redis:6379/0", "url: redis://:•••@redis:6379/0"),
        ("url: amqp://app:${RABBIT_PASSWORD}@mq", "url: amqp://app:${RABBIT_PASSWORD}@mq"),
        ("url: amqp://app:${P:-hunter2}@mq", "url: amqp://app:${P:-•••}@mq"),
        ("url: postgres://app:a/b#c@db/shop", "url: postgres://app:•••@db/shop"),
        ("git clone https://abcdef@git.example/a.git", "git clone https://•••@git.example/a.git"),
        ("url: http://api:8000/@me", "url: http://api:8000/@me"),
    ] {
        assert_eq!(line(text), shown);
    }
}

#[test]
fn words_that_look_like_keys_are_masked() {
    for (text, shown) in [
        ("THING=ghp_abcdefghij0123456789ABCDEFGHIJ", "THING=•••"),
        ("x: Zm9vYmFyMTIzNDU2Nzg5MEFCQ0RFRg==", "x: •••"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "•••"),
        (
            "image: a@sha256:0123456789abcdef0123456789abcdef",
            "image: a@sha256:0123456789abcdef0123456789abcdef",
        ),
        (
            "uses: actions/checkout@0123456789abcdef0123456789abcdef01234567",
            "uses: actions/checkout@0123456789abcdef0123456789abcdef01234567",
        ),
    ] {
        assert_eq!(line(text), shown);
    }
}

#[test]
fn what_tells_nothing_stays() {
    for text in [
        "      POSTGRES_PASSWORD_FILE: /run/secrets/db",
        "TOKEN_TTL=3600",
        "  export REDIS_PASSWORD=\\$(cat /home/deploy/redis-password) && docker compose up -d\"",
        "    proxy_pass http://api:8000;",
        "    ssl_certificate_key /etc/letsencrypt/live/shop.example/privkey.pem;",
        "          key: ${{ runner.os }}-cargo",
        "          password: ${{ secrets.REGISTRY_TOKEN }}",
        "    secrets: [db_password]",
        "image: ghcr.io/example/shop-api:1.4.0",
        "docker compose -f docker-compose.production.yml --env-file .env.production up -d",
        "DOMAIN=app.long-subdomain-of-the-shop.example",
    ] {
        assert_eq!(line(text), text);
    }
}

#[test]
fn private_keys_and_blocks_are_masked() {
    let text =
        "key: |\n  -----BEGIN PRIVATE KEY-----\n  MIIabc\n  ab==\n  -----END PRIVATE KEY-----\nnext: 1\n";
    let shown = masked(text, 0..text.len() - 1);
    assert_eq!(
        shown,
        "key: |\n  -----BEGIN PRIVATE KEY-----\n  •••\n  •••\n  -----END PRIVATE KEY-----\nnext: 1"
    );
    let text = "jwt_secret: |\n  first\n  second\nnext: one\n";
    assert_eq!(masked(text, 0..text.len() - 1), "jwt_secret: |\n  •••\n  •••\nnext: one");
}

#[test]
fn sentences_lose_what_is_known() {
    assert_eq!(masked_sentence("`hunter2!` is used twice", ["hunter2!"]), "`•••` is used twice");
    assert_eq!(masked_sentence("service `postgres` is down", ["postgres"]), "service `postgres` is down");
    assert_eq!(masked_sentence("`DB_PASSWORD=hunter2`", []), "`DB_PASSWORD=•••`");
}

#[test]
fn names_tell() {
    for name in [
        "DB_PASSWORD",
        "jwtSecret",
        "--api-key",
        "SENTRY_DSN",
        "REDIS_PASS",
        "AWS_SECRET_ACCESS_KEY",
        "PASSWORD_SALT",
        "PGPASSWORD",
        "MYSQL_PWD",
    ] {
        assert!(is_secret_name(name), "{name}");
    }
    for name in [
        "DB_PASSWORD_FILE",
        "PUBLIC_KEY",
        "key",
        "MONKEY",
        "COMPASS",
        "AWS_ACCESS_KEY_ID",
        "proxy_pass",
        "",
        "-",
    ] {
        assert!(!is_secret_name(name), "{name}");
    }
}

/// Each of these, over and over in one line, took a time that grew with its square, or a stack that grew with it.
#[test]
fn long_lines_end() {
    for piece in [
        "://{",
        "PASSWORD=${A:-",
        "{password: a, ",
        "password: a ",
        "x PASSWORD=a ",
        "=",
        "$apr1$",
        "Bearer abcdefgh",
        "${{ ",
        "$(",
        "--token \"",
        "postgres://a:b@",
    ] {
        let text = piece.repeat(100_000 / piece.len()) + "z";
        let started = std::time::Instant::now();
        let _ = line(&text);
        let took = started.elapsed();
        assert!(took.as_secs() < 10, "{piece} takes {took:?}");
    }
}

proptest! {
    /// Whatever a line holds, masking ends, stays on character boundaries, and masks a planted value.
    #[test]
    fn nothing_panics(text in "[ a-zA-Z0-9_:=/@${}\"'#|>\\-.äß\n]{0,120}", from in 0..140_usize, to in 0..140_usize) {
        let mut ends = [from.min(text.len()), to.min(text.len())];
        ends.sort_unstable();
        let [from, to] = ends.map(|at| (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0));
        let _ = masked(&text, from..to);
        let planted = format!("DB_PASSWORD=hunter2\n{text}");
        prop_assert!(!masked(&planted, 0..19).contains("hunter2"));
    }
}
