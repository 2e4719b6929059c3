//! The canonical model's types: the fields of each thing, in the order in which Compose prints them.

/// How a field is read, and when it is left out.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// Text; left out when empty.
    Text,
    /// A truth value; left out when false.
    Bool,
    /// A truth value that may be absent.
    MaybeBool,
    /// A whole number; left out when zero.
    Int,
    /// A whole number that is not written as text; left out when zero.
    StrictInt,
    /// A whole number that may be absent.
    MaybeInt,
    /// A whole number that is not written as text, and may be absent.
    StrictMaybeInt,
    /// A number; left out when zero.
    Float,
    /// A size, printed as text; left out when zero.
    Bytes,
    /// A time; left out when zero.
    Duration,
    /// A time that may be absent.
    MaybeDuration,
    /// Text, a number or a size that is printed in any case.
    AnyText,
    AnyInt,
    AnyBytes,
    /// A list of texts.
    Texts,
    /// A command: null when absent, split when it is one text.
    Words,
    /// A probe: one text is for a shell.
    Probe,
    /// Variables, which may have no value.
    Variables,
    /// Keys and texts; a key alone has an empty one.
    Pairs,
    /// Keys and texts, none of which is written as a number with a point.
    StrictPairs,
    /// Names and addresses, printed as `name=address`.
    Hosts,
    /// Names and paths of keys, printed as `name=path`.
    Keys,
    /// How many devices: `all` is -1.
    Count,
    /// A limit: one number, or two.
    Ulimits,
    /// A limit of numbers that are not written as text.
    StrictUlimits,
    /// A thing that may be absent.
    Object(&'static [Field]),
    /// A thing that is printed in any case.
    Always(&'static [Field]),
    /// A list of things.
    Objects(&'static [Field]),
    /// Things by name; each may be null.
    Named(&'static [Field]),
}

/// A key, how it is printed, and what it holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    pub(super) key: &'static str,
    pub(super) printed: &'static str,
    pub(super) kind: Kind,
}

const fn f(key: &'static str, kind: Kind) -> Field {
    Field { key, printed: key, kind }
}

const fn printed(key: &'static str, printed: &'static str, kind: Kind) -> Field {
    Field { key, printed, kind }
}

use Kind::{
    Always, AnyBytes, AnyInt, AnyText, Bool, Bytes, Count, Duration, Float, Hosts, Int, Keys, MaybeBool,
    MaybeDuration, MaybeInt, Named, Object, Objects, Pairs, Probe, StrictInt, StrictMaybeInt, StrictPairs,
    StrictUlimits, Text, Texts, Ulimits, Variables, Words,
};

pub(super) const SERVICE: &[Field] = &[
    f("profiles", Texts),
    f("annotations", Pairs),
    f("attach", MaybeBool),
    f("build", Object(BUILD)),
    f("develop", Object(DEVELOP)),
    f("blkio_config", Object(BLKIO)),
    f("cap_add", Texts),
    f("cap_drop", Texts),
    f("cgroup_parent", Text),
    f("cgroup", Text),
    f("cpu_count", Int),
    f("cpu_percent", Float),
    f("cpu_period", Int),
    f("cpu_quota", Int),
    f("cpu_rt_period", Int),
    f("cpu_rt_runtime", Int),
    f("cpus", Float),
    f("cpuset", Text),
    f("cpu_shares", Int),
    f("command", Words),
    f("configs", Objects(FILE_MOUNT)),
    f("container_name", Text),
    f("credential_spec", Object(CREDENTIAL_SPEC)),
    f("depends_on", Named(DEPENDENCY)),
    f("deploy", Object(DEPLOY)),
    f("device_cgroup_rules", Texts),
    f("devices", Objects(DEVICE_MAPPING)),
    f("dns", Texts),
    f("dns_opt", Texts),
    f("dns_search", Texts),
    f("domainname", Text),
    f("entrypoint", Words),
    f("environment", Variables),
    f("env_file", Objects(ENV_FILE)),
    f("expose", Texts),
    f("external_links", Texts),
    f("extra_hosts", Hosts),
    f("group_add", Texts),
    f("gpus", Objects(DEVICE_REQUEST)),
    f("hostname", Text),
    f("healthcheck", Object(HEALTHCHECK)),
    f("image", Text),
    f("init", MaybeBool),
    f("ipc", Text),
    f("isolation", Text),
    f("labels", Pairs),
    f("label_file", Texts),
    f("links", Texts),
    f("logging", Object(LOGGING)),
    f("mem_limit", Bytes),
    f("mem_reservation", Bytes),
    f("memswap_limit", Bytes),
    f("mem_swappiness", Bytes),
    f("mac_address", Text),
    f("network_mode", Text),
    f("networks", Named(ATTACHMENT)),
    f("oom_kill_disable", Bool),
    f("oom_score_adj", Int),
    f("pid", Text),
    f("pids_limit", Int),
    f("platform", Text),
    f("ports", Objects(PORT)),
    f("privileged", Bool),
    f("pull_policy", Text),
    f("read_only", Bool),
    f("restart", Text),
    f("runtime", Text),
    f("scale", MaybeInt),
    f("secrets", Objects(FILE_MOUNT)),
    f("security_opt", Texts),
    f("shm_size", Bytes),
    f("stdin_open", Bool),
    f("stop_grace_period", MaybeDuration),
    f("stop_signal", Text),
    f("storage_opt", StrictPairs),
    f("sysctls", Pairs),
    f("tmpfs", Texts),
    f("tty", Bool),
    f("ulimits", Ulimits),
    f("user", Text),
    f("userns_mode", Text),
    f("uts", Text),
    f("volumes", Objects(MOUNT)),
    f("volumes_from", Texts),
    f("working_dir", Text),
    f("post_start", Objects(HOOK)),
    f("pre_stop", Objects(HOOK)),
];

const BUILD: &[Field] = &[
    f("context", Text),
    f("dockerfile", Text),
    f("dockerfile_inline", Text),
    f("entitlements", Texts),
    f("args", Variables),
    f("ssh", Keys),
    f("labels", Pairs),
    f("cache_from", Texts),
    f("cache_to", Texts),
    f("no_cache", Bool),
    f("additional_contexts", Pairs),
    f("pull", Bool),
    f("extra_hosts", Hosts),
    f("isolation", Text),
    f("network", Text),
    f("target", Text),
    f("secrets", Objects(FILE_MOUNT)),
    f("shm_size", Bytes),
    f("tags", Texts),
    f("ulimits", StrictUlimits),
    f("platforms", Texts),
    f("privileged", Bool),
];

const DEVELOP: &[Field] = &[f("watch", Objects(WATCH))];

const WATCH: &[Field] =
    &[f("path", Text), f("action", Text), f("target", Text), f("exec", Always(HOOK)), f("ignore", Texts)];

const HOOK: &[Field] = &[
    f("command", Words),
    f("user", Text),
    f("privileged", Bool),
    f("working_dir", Text),
    f("environment", Variables),
];

const BLKIO: &[Field] = &[
    f("weight", StrictInt),
    f("weight_device", Objects(&[printed("path", "Path", AnyText), printed("weight", "Weight", AnyInt)])),
    f("device_read_bps", Objects(THROTTLE)),
    f("device_read_iops", Objects(THROTTLE)),
    f("device_write_bps", Objects(THROTTLE)),
    f("device_write_iops", Objects(THROTTLE)),
];

const THROTTLE: &[Field] = &[printed("path", "Path", AnyText), printed("rate", "Rate", AnyBytes)];

const FILE_MOUNT: &[Field] =
    &[f("source", Text), f("target", Text), f("uid", Text), f("gid", Text), f("mode", StrictMaybeInt)];

const CREDENTIAL_SPEC: &[Field] = &[f("config", Text), f("file", Text), f("registry", Text)];

const DEPENDENCY: &[Field] = &[f("condition", Text), f("restart", Bool), f("required", MaybeBool)];

const DEPLOY: &[Field] = &[
    f("mode", Text),
    f("replicas", MaybeInt),
    f("labels", Pairs),
    f("update_config", Object(UPDATE)),
    f("rollback_config", Object(UPDATE)),
    f("resources", Always(&[f("limits", Object(RESOURCE)), f("reservations", Object(RESOURCE))])),
    f(
        "restart_policy",
        Object(&[
            f("condition", Text),
            f("delay", MaybeDuration),
            f("max_attempts", MaybeInt),
            f("window", MaybeDuration),
        ]),
    ),
    f(
        "placement",
        Always(&[
            f("constraints", Texts),
            f("preferences", Objects(&[f("spread", Text)])),
            f("max_replicas_per_node", Int),
        ]),
    ),
    f("endpoint_mode", Text),
];

const UPDATE: &[Field] = &[
    f("parallelism", MaybeInt),
    f("delay", Duration),
    f("failure_action", Text),
    f("monitor", Duration),
    f("max_failure_ratio", Float),
    f("order", Text),
];

const RESOURCE: &[Field] = &[
    f("cpus", Float),
    f("memory", Bytes),
    f("pids", Int),
    f("devices", Objects(DEVICE_REQUEST)),
    f(
        "generic_resources",
        Objects(&[f("discrete_resource_spec", Object(&[f("kind", Text), f("value", MaybeInt)]))]),
    ),
];

const DEVICE_REQUEST: &[Field] = &[
    f("capabilities", Texts),
    f("driver", Text),
    f("count", Count),
    f("device_ids", Texts),
    f("options", Pairs),
];

const DEVICE_MAPPING: &[Field] = &[f("source", Text), f("target", Text), f("permissions", Text)];

const ENV_FILE: &[Field] = &[f("path", Text), f("required", MaybeBool), f("format", Text)];

const HEALTHCHECK: &[Field] = &[
    f("test", Probe),
    f("timeout", MaybeDuration),
    f("interval", MaybeDuration),
    f("retries", MaybeInt),
    f("start_period", MaybeDuration),
    f("start_interval", MaybeDuration),
    f("disable", Bool),
];

const LOGGING: &[Field] = &[f("driver", Text), f("options", Pairs)];

const ATTACHMENT: &[Field] = &[
    f("priority", Int),
    f("aliases", Texts),
    f("ipv4_address", Text),
    f("ipv6_address", Text),
    f("link_local_ips", Texts),
    f("mac_address", Text),
    f("driver_opts", Pairs),
];

const PORT: &[Field] = &[
    f("name", Text),
    f("mode", Text),
    f("host_ip", Text),
    f("target", Int),
    f("published", Text),
    f("protocol", Text),
    f("app_protocol", Text),
];

const MOUNT: &[Field] = &[
    f("type", Text),
    f("source", Text),
    f("target", Text),
    f("read_only", Bool),
    f("consistency", Text),
    f(
        "bind",
        Object(&[
            f("selinux", Text),
            f("propagation", Text),
            f("create_host_path", Bool),
            f("recursive", Text),
        ]),
    ),
    f("volume", Object(&[f("nocopy", Bool), f("subpath", Text)])),
    f("tmpfs", Object(&[f("size", Bytes), f("mode", StrictInt)])),
];

pub(super) const NETWORK: &[Field] = &[
    f("name", Text),
    f("driver", Text),
    f("driver_opts", Pairs),
    f(
        "ipam",
        Always(&[
            f("driver", Text),
            f(
                "config",
                Objects(&[
                    f("subnet", Text),
                    f("gateway", Text),
                    f("ip_range", Text),
                    f("aux_addresses", Pairs),
                ]),
            ),
        ]),
    ),
    f("external", Bool),
    f("internal", Bool),
    f("attachable", Bool),
    f("labels", Pairs),
    f("enable_ipv4", MaybeBool),
    f("enable_ipv6", MaybeBool),
];

pub(super) const VOLUME: &[Field] =
    &[f("name", Text), f("driver", Text), f("driver_opts", Pairs), f("external", Bool), f("labels", Pairs)];

/// Secrets and configs.
pub(super) const FILE_OBJECT: &[Field] = &[
    f("name", Text),
    f("file", Text),
    f("environment", Text),
    f("content", Text),
    f("external", Bool),
    f("labels", Pairs),
    f("driver", Text),
    f("driver_opts", StrictPairs),
    f("template_driver", Text),
];
