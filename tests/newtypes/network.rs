//! Ports, domains, addresses.

use super::*;

#[test]
fn ports() {
    let good = ["1", "80", "8000", "9999", "65535", "59999", "60000", "65499", "65529"];
    let bad = [
        "0",
        "65536",
        "70000",
        "080",
        "+80",
        "-1",
        "80/tcp",
        "80:80",
        "8000.0",
        "http",
        "1_000",
        "0x50",
        "99999999999",
    ];
    texts::<Port>(&good, &bad);
    values::<Port>(&[json!(1), json!(65535)], &[json!(0), json!(65536), json!(80.5)]);
    texts::<PortSpan>(
        &[&good[..], &["8000-8001", "1-65535", "80-80"]].concat(),
        &[&bad[..], &["80-", "-80", "0-80", "9-8", "1-2-3"]].concat(),
    );
    values::<PortSpan>(&[json!(1), json!(65535)], &[json!(0), json!(65536), json!(80.5)]);
    let span = PortSpan::parse("8000-8003").unwrap();
    assert_eq!((span.first().get(), span.last().get(), span.count()), (8000, 8003, 4));
    let help = PortSpan::parse("8003-8000").unwrap_err().help.unwrap();
    assert_eq!(help, "write `8000-8003`");
}

#[test]
fn domains() {
    let label = repeat("a", 63);
    let long_label = repeat("a", 64);
    let (fits, long_label) = (format!("{label}.example"), format!("{long_label}.example"));
    let longest = format!("{}.com", [label.as_str(); 4].join(".").split_at(249).0);
    let too_long = format!("{}.com", [label.as_str(); 4].join(".").split_at(250).0);
    assert_eq!((longest.len(), too_long.len()), (253, 254));
    texts::<Domain>(
        &[
            "localhost",
            "example.com",
            "app.localhost",
            "a.b.c.example",
            "*.example.com",
            "xn--bcher-kva.example",
            "3com.com",
            &fits,
            &longest,
        ],
        &[
            "example",
            "Example.com",
            "https://example.com/x",
            "example.com:80",
            "example.com/",
            "example.com.",
            "*",
            "*.com",
            "a.*.com",
            "*.localhost",
            "203.0.113.1",
            "a.1",
            "bücher.example",
            "_a.example",
            "-a.example",
            "a-.example",
            "a..b",
            ".a.b",
            &long_label,
            &too_long,
            "example.com;",
        ],
    );
    texts::<Email>(
        &["ops@example.com", "a.b+c@x.example"],
        &[
            "ops",
            "@example.com",
            "ops@",
            "ops@localhost",
            "a b@x.y",
            "a..b@x.example",
            ".a@x.example",
            "a@b@c.example",
            "a;b@x.example",
        ],
    );
}

#[test]
fn addresses() {
    let ips = [
        "203.0.113.20",
        "0.0.0.0",
        "255.255.255.255",
        "::1",
        "::",
        "2001:db8::20",
        "1:2:3:4:5:6:7:8",
        "1::",
        "1:2:3:4:5:6:7::",
        "::2:3:4:5:6:7:8",
        "2001:DB8::1",
    ];
    let never = [
        "256.0.0.1",
        "1.2.3",
        "1.2.3.4.5",
        "01.2.3.4",
        "1.2.3.4:80",
        "[::1]",
        "::1%eth0",
        ":::",
        "1::2::3",
        "12345::",
        "::ffff:1.2.3.4",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",
    ];
    texts::<Address>(
        &[&ips[..], &["server", "server.example.com"]].concat(),
        &[&never[..], &["ssh://x", "root@x", "Server", "a..b", "10.0.0.0/8"]].concat(),
    );
    texts::<ServerAddress>(
        &[&ips[..], &["db", "postgres-platform", "Shared_db.1", "a..b", "db."]].concat(),
        &[&never[..], &["ssh://x", "_a", "a/b", "db:5432", "10.0.0.0/8"]].concat(),
    );
    texts::<BindAddress>(&ips, &[&never[..], &["localhost", "*", "10.0.0.0/8"]].concat());
    let networks =
        ["10.0.0.0/8", "0.0.0.0/0", "10.1.2.3/32", "::/0", "2001:db8::/32", "2001:db8::1/128", "10.1.2.3/9"];
    let not_networks =
        ["10.0.0.0/33", "10.0.0.0/", "10.0.0.0/08", "::/129", "/8", "10.0.0.0/8/8", "10.0.0.0/+8"];
    texts::<IpNetwork>(&[&ips[..], &networks].concat(), &[&never[..], &not_networks, &["ubuntu"]].concat());
    texts::<Allowed>(
        &[&ips[..], &networks, &["ubuntu", "my-host"]].concat(),
        &[&never[..], &not_networks, &["Ubuntu", "a_b"]].concat(),
    );
    assert_eq!(IpNetwork::parse("10.1.2.3/8").unwrap().to_string(), "10.0.0.0/8");
    assert_eq!(IpNetwork::parse("2001:db8::1/0").unwrap().to_string(), "::/0");
    assert_eq!(Address::parse("2001:DB8::1").unwrap().to_string(), "2001:db8::1");
}
