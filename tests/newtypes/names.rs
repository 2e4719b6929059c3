//! Names of things and of their parts.

use super::*;

#[test]
fn names() {
    let longest = repeat("a", 63);
    let too_long = repeat("a", 64);
    let good = ["a", "app", "my-app", "a1", "a-1-b", "wish-with-me", &longest];
    let bad = ["My_App", "my_app", "-a", "a-", "a--b", "1a", "a.b", "é", "A", "a/b", &too_long, "a\n"];
    texts::<ProjectName>(&good, &bad);
    texts::<EnvironmentName>(&good, &bad);
    texts::<HostName>(&good, &bad);
    texts::<SecretName>(&good, &bad);
    texts::<JobName>(&good, &bad);
    texts::<NetworkName>(&good, &bad);
    texts::<PortName>(&good, &[&bad[..], &FIELDS].concat());
    let reserved: Vec<_> = bad.into_iter().chain(RESERVED).collect();
    let near_reserved: Vec<_> = good.into_iter().chain(["secret", "secrets-a", "project2", "host"]).collect();
    texts::<ServiceName>(&near_reserved, &reserved);
    texts::<SiteName>(&near_reserved, &reserved);
    texts::<VolumeName>(&good[1..], &[&bad[..], &["a"]].concat());
    texts::<VarName>(
        &["a", "api_url", "api-url", "a1_b"],
        &["API_URL", "_a", "a_", "a__b", "a-_b", "a.b", &too_long],
    );
    values::<ProjectName>(&[], &[json!(1), json!(1.5)]);
}

#[test]
fn names_for_the_engine() {
    let long = repeat("a", 128);
    let good = ["platform-nginx", "a1", "9a", "My.Name_1-", "filter-ical-backend-production", &long];
    let too_long = repeat("a", 129);
    let bad = ["a", "-a", "_a", ".a", "a b", "a/b", "a$", &too_long];
    texts::<ContainerName>(&good, &bad);
    texts::<DockerObjectName>(&good, &bad);
    texts::<VariableName>(
        &["A", "_", "_a1", "DATABASE_URL", "http_proxy"],
        &["1A", "A-B", "A B", "A=", "é", "a.b", "---"],
    );
}
