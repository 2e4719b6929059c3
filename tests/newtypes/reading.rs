//! How values arrive from YAML, and what is said of wrong ones.

use super::*;

#[test]
fn scalars_are_read_as_they_are_written() {
    #[derive(serde::Deserialize)]
    #[allow(dead_code)]
    struct All {
        tag: ImageTag,
        port: Port,
        text: Template,
        cpus: Cpus,
        version: Version,
    }
    fn read<T: DeserializeOwned>(text: &str) -> (Option<T>, Vec<String>) {
        let mut diags = Diagnostics::default();
        let mut sources = Sources::default();
        let source = sources.add("specc.yaml", text);
        let tree = parse(source, text, &mut diags).expect("it is YAML");
        let value = specc::syntax::yaml::read(&tree, tree.root(), &mut diags);
        (
            value,
            diags
                .iter()
                .map(|d| {
                    format!("{}: {} / {}", d.code.name, d.message, d.help.as_deref().unwrap_or_default())
                })
                .collect(),
        )
    }
    let (all, said) = read::<All>("{tag: 7.0, port: 8000, text: 0123, cpus: 1.50, version: 1.10}");
    let all = all.expect("it is read");
    assert!(said.is_empty());
    assert_eq!(
        (all.tag.as_str(), all.text.as_written(), all.cpus.to_string().as_str()),
        ("7.0", "0123", "1.5")
    );
    assert_eq!(all.version.to_string(), "1.10");
    let (none, said) = read::<All>("{tag: true, port: 0, text: $x, cpus: 0, version: 1}");
    assert!(none.is_none());
    assert_eq!(said.len(), 5, "{said:#?}");
    assert_eq!(said[1], "invalid-value: `0` is not a port / write a number from 1 to 65535");
    let (_, said) = read::<Replicas>("0");
    assert_eq!(
        said,
        ["out-of-range: `0` is not a whole number from 1 to 100 / write a whole number from 1 to 100"]
    );
}

#[test]
fn refusals_say_what_to_write() {
    fn help<T: FromStr<Err = Invalid> + Debug>(text: &str) -> String {
        let refusal = T::from_str(text).expect_err("it is refused");
        format!("{}; {}", refusal.message, refusal.help.unwrap_or_default())
    }
    for (said, expected) in [
        (
            help::<ProjectName>("My_App"),
            "`My_App` is not a project name; write `my-app`: lower-case letters, digits and single hyphens, beginning with a letter",
        ),
        (
            help::<ServiceName>("coreApi"),
            "`coreApi` is not a service name; write `core-api`: lower-case letters, digits and single hyphens, beginning with a letter",
        ),
        (
            help::<VarName>("API_URL"),
            "`API_URL` is not a variable name; write `api_url`: lower-case letters, digits, hyphens and underscores, beginning with a letter",
        ),
        (
            help::<VariableName>("2-A"),
            "`2-A` is not an environment variable's name; write `A`: letters, digits and underscores, not beginning with a digit",
        ),
        (help::<ByteSize>("2Gi"), "`2Gi` is not an amount of bytes; write `2GiB`"),
        (help::<Duration>("10"), "`10` has no unit; write `10s` for seconds"),
        (
            help::<Domain>("https://a.example/x"),
            "`https://a.example/x` is a URL, not a domain; leave out `https://` and what follows the name: `a.example`",
        ),
        (
            help::<ImageRepository>("a/b:1"),
            "`a/b:1` is an image with a tag or digest; leave out the tag: `a/b`",
        ),
        (help::<Schedule>("@dayly"), "`@dayly` is not a schedule; did you mean `@daily`?"),
    ] {
        assert_eq!(said, expected);
    }
}

/// Two keys of a type, both missing: a stand-in takes the place of the first, or the second would never be found.
fn assert_both_missing<T: DeserializeOwned>() {
    #[derive(serde::Deserialize)]
    #[serde(bound = "T: DeserializeOwned")]
    #[allow(dead_code)]
    struct Two<T> {
        first: T,
        second: T,
    }
    let text = "{}";
    let mut diags = Diagnostics::default();
    let source = Sources::default().add("specc.yaml", text);
    let tree = parse(source, text, &mut diags).expect("it is YAML");
    assert!(specc::syntax::yaml::read::<Two<T>>(&tree, tree.root(), &mut diags).is_none());
    let codes: Vec<_> = diags.iter().map(|d| d.code.name).collect();
    assert_eq!(codes, ["missing-key"; 2], "{}", std::any::type_name::<T>());
}

macro_rules! assert_all_missing {
    ($($type:ty),+ $(,)?) => { $(assert_both_missing::<$type>();)+ };
}

#[test]
fn every_missing_key_is_found_whatever_belongs_there() {
    use specc::spec::forms::*;

    assert_all_missing!(
        ProjectName,
        EnvironmentName,
        HostName,
        ServiceName,
        SiteName,
        SecretName,
        JobName,
        NetworkName,
        PortName,
        VolumeName,
        VarName,
        VariableName,
        ContainerName,
        DockerObjectName,
        Address,
        Allowed,
        BindAddress,
        IpNetwork,
        ServerAddress,
        ByteSize,
        Cpus,
        Rate,
        Burst,
        Length,
        Pids,
        Replicas,
        Retries,
        Domain,
        Email,
        Age,
        Duration,
        HeaderName,
        HeaderValue,
        Line,
        RunUser,
        ImageReference,
        ImageRepository,
        ImageTag,
        AbsolutePath,
        MountTarget,
        RelativePath,
        SpecPath,
        UrlPath,
        Port,
        PortSpan,
        Schedule,
        Version,
        Template,
        CommandLine,
    );
    assert_all_missing!(
        Build,
        Command,
        Needs,
        PublishTarget,
        RunsOn,
        Health,
        PlacedName,
        PresetName,
        ServicePort,
        VolumeRef,
        RouteTarget,
        TlsSpec,
        VolumeBacking,
        VolumeMount,
        VolumeSource,
        LoggingSpec,
        LimitSpec,
        CacheSpec,
        Via,
        NeedCondition,
        HealthCheck,
    );
}
