//! Images, paths, schedules, versions and lines of text.

use super::*;

#[test]
fn images() {
    let good = [
        "postgres",
        "wish-with-me/core-api",
        "ghcr.io/filter-ical/backend",
        "localhost/x",
        "localhost:5000/x",
        "registry:5000/a/b",
        "a.b_c",
        "a__b/c--d",
        "quay.io/a.b/c",
    ];
    let bad = [
        "Postgres",
        "postgres:16",
        "/a",
        "a/",
        "a//b",
        "a_-b",
        "a___b",
        "-a",
        "a..b",
        "https://ghcr.io/a",
        "ghcr.io/",
        "x:y/z",
        "registry:123456/x",
        "a/b:c/d",
        "ghcr.io/Owner/x",
    ];
    texts::<ImageRepository>(&good, &bad);
    let digest = format!("postgres@sha256:{}", repeat("0a", 32));
    let both = format!("ghcr.io/a/b:1@sha256:{}", repeat("0a", 32));
    let short = format!("postgres@sha256:{}", repeat("0a", 31));
    texts::<ImageReference>(
        &[
            &good[..],
            &[
                "postgres:16-alpine",
                "registry:5000/a:1",
                "a:_",
                "minio/minio:RELEASE.2025-01-20T14-49-07Z",
                &digest,
                &both,
            ],
        ]
        .concat(),
        &[
            "postgres:",
            "postgres:-a",
            "postgres:a:b",
            "postgres:a b",
            "Postgres:16",
            "@sha256:1",
            &short,
            "postgres@md5:1",
            "a:b/c:d/e",
        ],
    );
    let image = ImageReference::parse(&both).unwrap();
    assert_eq!(image.repository().registry(), Some("ghcr.io"));
    assert_eq!(image.tag().map(ImageTag::as_str), Some("1"));
    assert!(image.digest().unwrap().starts_with("sha256:0a0a"));
    let longest = repeat("a", 128);
    texts::<ImageTag>(
        &["16", "16-alpine", "7.0", "_x", "RELEASE.2025", &longest],
        &["-a", ".a", "a:b", "a/b", "a+b", &format!("{longest}a")],
    );
    values::<ImageTag>(&[json!(16), json!(7.5), json!(0)], &[]);
}

#[test]
fn paths() {
    let long = format!("/{}", repeat("a", 1024));
    texts::<AbsolutePath>(
        &["/", "/opt/app", "/opt/app/", "/a.b/c_d-e@f+g=h~i", "/..a/.b/c..", "/.../x"],
        &[
            "opt", "./a", "/a/../b", "/..", "/.", "/a/./b", "//", "/a//b", "/a:b", "/a,b", "/a b", "/a'b",
            "/a\"b", "/a$b", "/a\\b", "/a%b", "/a;b", "/é", &long,
        ],
    );
    assert_eq!(AbsolutePath::parse("/opt/app/").unwrap().as_str(), "/opt/app");
    texts::<MountTarget>(&["/data", "/var/lib/data/"], &["/", "data", "/a:ro", "/../x", "//"]);
    texts::<RelativePath>(
        &[".", "./", "a", "./a", "services/api", "scripts/", "a.b/.c", "...", "./a/"],
        &[
            "/a", "..", "../a", "a/../b", "a/..", "a//b", "a/./b", "././a", ".//", "a b", "a:b", "~$",
            "a\\b", "a*", "./..",
        ],
    );
    assert_eq!(RelativePath::parse("./scripts/").unwrap().as_str(), "scripts");
    assert!(RelativePath::parse("./").unwrap().is_root());
    texts::<SpecPath>(
        &["specc.yaml", "./specc.yaml", "../billing/specc.yaml", "../../a/b.yaml", "a/b", "./../a"],
        &["/a", "..", "../", "../..", "a/", "a/../b", "../a//b", "a b", ".", "./", "../."],
    );
    texts::<UrlPath>(
        &["/", "/api", "/api/", "/a/b.c/d~e", "/v1:x@y", "/a&b=c,d!e+f", "/..."],
        &[
            "api",
            "/a?b",
            "/a#b",
            "/a b",
            "/a%20b",
            "/a;b",
            "/a{b",
            "/a$b",
            "/a\"b",
            "/a'b",
            "/a\\b",
            "/a/../b",
            "/..",
            "/.",
            "//",
            "/a//b",
            "https://x/y",
            "/é",
            "/a*",
        ],
    );
    assert_eq!(
        (UrlPath::parse("/api/").unwrap().without_slash(), UrlPath::parse("/").unwrap().without_slash()),
        ("/api", "/")
    );
}

#[test]
fn schedules_versions_and_lines() {
    texts::<Schedule>(
        &[
            "0 2 * * *",
            "30 3 * * *",
            "*/5 * * * *",
            "0-59/10 0,12 1-15 1,6 mon-fri",
            "0 0 31 12 7",
            "0  0 1 jan sun",
            "@daily",
            "@hourly",
            "@annually",
        ],
        &[
            "",
            "* * * *",
            "* * * * * *",
            "60 * * * *",
            "* 24 * * *",
            "* * 0 * *",
            "* * 32 * *",
            "* * * 13 *",
            "* * * * 8",
            "5/10 * * * *",
            "*/0 * * * *",
            "*/100 * * * *",
            "5-1 * * * *",
            "* * * * fri-mon",
            "* * * * Mon",
            "00 * * * *",
            "@reboot",
            "@dayly",
            "1,,2 * * * *",
            " * * * * *",
            "* * * * * ",
            "-1 * * * *",
            "mon * * * *",
            "% * * * *",
        ],
    );
    assert_eq!(Schedule::parse("0  2 * * *").unwrap().as_str(), "0 2 * * *");
    texts::<Version>(
        &["1.27", "1.27.3", "0.0", "2.8", "1.10", "999999999.0"],
        &["1", "1.", "v1.2", "1.2.3.4", "01.2", "1.02", "1.27-alpine", "1..2", "-1.2", "9999999999.0"],
    );
    values::<Version>(&[json!(1.27), json!(2.8)], &[json!(1), json!("1")]);
    assert!(
        Version::parse("1.27").unwrap().at_least(1, 25) && !Version::parse("1.9").unwrap().at_least(1, 25)
    );
    texts::<HeaderName>(
        &["X-Frame-Options", "a", "X1"],
        &["1X", "X_Y", "X Y", "X:", "X-", "X--Y", "-X", "é"],
    );
    texts::<HeaderValue>(
        &["SAMEORIGIN", "default-src 'self'; img-src *", "a \"b\" \\ {c}", "a  b", "~"],
        &["a$b", " a", "a ", "a\nb", "a\rb", "é", "\u{7f}", ""],
    );
    texts::<Line>(
        &["a", "any text, with $ and \"quotes\"", "日本"],
        &["a\nb", "a\tb", "\u{85}", "a\u{2028}b", "   ", "\0"],
    );
    texts::<RunUser>(
        &["node", "1000", "1000:1000", "www-data:www-data", "_x", "0"],
        &["a b", ":1", "1:", "1:2:3", "-a", "a$", "é"],
    );
    values::<RunUser>(&[json!(1000), json!(0)], &[]);
}
