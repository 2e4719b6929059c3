//! Amounts and counts.

use super::*;

#[test]
fn amounts() {
    texts::<ByteSize>(
        &[
            "1",
            "1b",
            "1024",
            "64k",
            "512M",
            "512m",
            "2g",
            "2GB",
            "2GiB",
            "1.5G",
            "0.5g",
            "0.001k",
            "9999999k",
            "999999t",
            "999999999999999999",
            "1048576kb",
        ],
        &[
            "0",
            "0M",
            "0.0G",
            "012",
            "-1",
            "1.5",
            "1.5b",
            "2Gi",
            "1.2345G",
            "2 G",
            "2p",
            "1e3",
            "1_000",
            "G",
            ".5G",
            "1.G",
            "10000000k",
            "1000000t",
            "1000000000000000000",
            "1bb",
            "1..5k",
            "1.1.1k",
        ],
    );
    values::<ByteSize>(&[json!(1), json!(1_048_576)], &[json!(0), json!(1.5)]);
    assert_eq!(ByteSize::parse("1.5G").unwrap().bytes(), 1_610_612_736);
    assert_eq!(ByteSize::parse("2GiB").unwrap().to_string(), "2g");
    texts::<Cpus>(
        &["2", "0.5", "0.01", "0.05", "1.5", "9999", "9999.999999999", "0.123456789", "2.0", "0.010"],
        &[
            "0",
            "0.0",
            "0.001",
            "0.009999999",
            "-1",
            "01",
            ".5",
            "1.",
            "10000",
            "1e2",
            "1.1.1",
            "0.1234567891",
            "2 cpus",
        ],
    );
    values::<Cpus>(&[json!(2), json!(0.5), json!(0.01)], &[json!(0), json!(0.001), json!(10000)]);
    assert_eq!(
        (Cpus::parse("2.0").unwrap().to_string(), Cpus::parse("0.50").unwrap().to_string()),
        ("2".into(), "0.5".into())
    );
    texts::<Duration>(
        &["1s", "10s", "1m30s", "90m", "12h", "30d", "1d2h3m4s", "0m1s", "01s", "99999d", "0d0h0m1s"],
        &[
            "0s", "0m0s", "10", "1.5s", "500ms", "1500ms", "1s1m", "1s1s", "1w", "1M", "s", "-1s", "+1s",
            "1 s", "100000d", "10us", "0",
        ],
    );
    values::<Duration>(&[], &[json!(10), json!(1.5)]);
    texts::<Age>(&["0s", "0d", "1s", "30d", "1h0m0s"], &["0", "10", "1.5s", "-1s", "s", "1s1s"]);
    values::<Age>(&[], &[json!(0), json!(10)]);
    assert_eq!(Duration::parse("1h1m1s").unwrap().seconds(), 3661);
    texts::<Rate>(
        &["1r/s", "10r/s", "5r/m", "999999r/m"],
        &["0r/s", "10", "10/s", "10r/h", "10 r/s", "1.5r/s", "01r/s", "1000000r/s", "-1r/s", "r/s", "10R/s"],
    );
    let rate = Rate::parse("5r/m").unwrap();
    assert_eq!((rate.requests(), rate.per()), (5, Per::Minute));
}

#[test]
fn counts() {
    fn limits<T: DeserializeOwned + JsonSchema + Debug>(least: u32, most: u32) {
        let schema = jsonschema::validator_for(schema_for!(T).as_value()).expect("the schema is one");
        for (value, good) in [
            (json!(least), true),
            (json!(most), true),
            (json!(least - 1), false),
            (json!(most + 1), false),
            (json!(-1), false),
            (json!(1.5), false),
            (json!("1"), false),
            (json!(u64::MAX), false),
        ] {
            let read = serde_json::from_value::<T>(value.clone());
            assert_eq!((read.is_ok(), schema.is_valid(&value)), (good, good), "{value}: {read:?}");
        }
    }
    limits::<Replicas>(1, 100);
    limits::<Retries>(1, 100);
    limits::<Pids>(1, 4_194_304);
    limits::<Burst>(1, 100_000);
    limits::<Length>(1, 1024);
}
