//! The table of keys, after the Compose Specification as the installed Compose has it.

use super::Shape::{Any, List, Map, Object as Obj, Or, Scalar, Within, Word};
use super::{BOOL, INT, Keys, NULL, NUMBER, Object, Shape, TEXT};

const STRING: Shape = Scalar(TEXT);
const STRINGS: Shape = List(&STRING, true);
const REPEATED: Shape = List(&STRING, false);
const STRING_OR_STRINGS: Shape = Or(&[STRING, STRINGS]);
const FLAG: Shape = Scalar(BOOL | TEXT);
const WHOLE: Shape = Scalar(INT | TEXT);
const AMOUNT: Shape = Scalar(NUMBER | TEXT);
const PAIRS: Shape = Or(&[Map(Keys::Some, &Scalar(TEXT | NUMBER | BOOL | NULL), true), STRINGS]);
const OPTIONS: Shape = Map(Keys::Some, &Scalar(TEXT | NUMBER), false);
const COMMAND: Shape = Or(&[Scalar(NULL | TEXT), REPEATED]);
const HOSTS: Shape = Or(&[Map(Keys::Some, &Or(&[STRING, REPEATED]), true), STRINGS]);
const NOTHING: Shape = Scalar(NULL);

/// A mapping that may have extensions.
const fn extensible(keys: &'static [(&'static str, Shape)]) -> Object {
    Object { keys, required: &[], extensions: true, open: false }
}

/// A mapping that has these keys and no others.
const fn closed(keys: &'static [(&'static str, Shape)]) -> Object {
    Object { keys, required: &[], extensions: false, open: false }
}

pub(super) static FILE: Object = extensible(&[
    ("version", STRING),
    ("name", STRING),
    ("include", List(&Any, false)),
    ("services", Map(Keys::Names, &Obj(&SERVICE), true)),
    ("networks", Map(Keys::Names, &Or(&[NOTHING, Obj(&NETWORK)]), false)),
    ("volumes", Map(Keys::Names, &Or(&[NOTHING, Obj(&VOLUME)]), true)),
    ("secrets", Map(Keys::Names, &Obj(&SECRET), true)),
    ("configs", Map(Keys::Names, &Obj(&CONFIG), true)),
]);

static SERVICE: Object = extensible(&[
    ("develop", Or(&[NOTHING, Obj(&DEVELOP)])),
    ("deploy", Or(&[NOTHING, Obj(&DEPLOY)])),
    ("annotations", PAIRS),
    ("attach", FLAG),
    ("build", Or(&[STRING, Obj(&BUILD)])),
    ("blkio_config", Obj(&BLKIO)),
    ("cap_add", STRINGS),
    ("cap_drop", STRINGS),
    ("cgroup", Word(&["host", "private"])),
    ("cgroup_parent", STRING),
    ("command", COMMAND),
    ("configs", FILE_MOUNTS),
    ("container_name", STRING),
    ("cpu_count", Within(0, i64::MAX)),
    ("cpu_percent", Within(0, 100)),
    ("cpu_shares", AMOUNT),
    ("cpu_quota", AMOUNT),
    ("cpu_period", AMOUNT),
    ("cpu_rt_period", AMOUNT),
    ("cpu_rt_runtime", AMOUNT),
    ("cpus", AMOUNT),
    ("cpuset", STRING),
    ("credential_spec", Obj(&extensible(&[("config", STRING), ("file", STRING), ("registry", STRING)]))),
    ("depends_on", Or(&[STRINGS, Map(Keys::Names, &Obj(&DEPENDENCY), true)])),
    ("device_cgroup_rules", STRINGS),
    ("devices", List(&Or(&[STRING, Obj(&DEVICE)]), false)),
    ("dns", STRING_OR_STRINGS),
    ("dns_opt", STRINGS),
    ("dns_search", STRING_OR_STRINGS),
    ("domainname", STRING),
    ("entrypoint", COMMAND),
    ("env_file", Or(&[STRING, List(&Or(&[STRING, Obj(&ENV_FILE)]), false)])),
    ("label_file", Or(&[STRING, REPEATED])),
    ("environment", PAIRS),
    ("expose", List(&Scalar(TEXT | NUMBER), true)),
    (
        "extends",
        Or(&[
            STRING,
            Obj(&Object {
                keys: &[("service", STRING), ("file", STRING)],
                required: &["service"],
                extensions: false,
                open: false,
            }),
        ]),
    ),
    ("external_links", STRINGS),
    ("extra_hosts", HOSTS),
    ("gpus", Or(&[Word(&["all"]), List(&Obj(&GPU), false)])),
    ("group_add", List(&Scalar(TEXT | NUMBER), true)),
    ("healthcheck", Obj(&HEALTHCHECK)),
    ("hostname", STRING),
    ("image", STRING),
    ("init", FLAG),
    ("ipc", STRING),
    ("isolation", STRING),
    ("labels", PAIRS),
    ("links", STRINGS),
    (
        "logging",
        Obj(&extensible(&[
            ("driver", STRING),
            ("options", Map(Keys::Some, &Scalar(TEXT | NUMBER | NULL), false)),
        ])),
    ),
    ("mac_address", STRING),
    ("mem_limit", AMOUNT),
    ("mem_reservation", WHOLE),
    ("mem_swappiness", WHOLE),
    ("memswap_limit", AMOUNT),
    ("network_mode", STRING),
    ("networks", Or(&[STRINGS, Map(Keys::Names, &Or(&[NOTHING, Obj(&ATTACHMENT)]), true)])),
    ("oom_kill_disable", FLAG),
    ("oom_score_adj", Within(-1000, 1000)),
    ("pid", Scalar(TEXT | NULL)),
    ("pids_limit", AMOUNT),
    ("platform", STRING),
    ("ports", List(&Or(&[Scalar(NUMBER | TEXT), Obj(&PORT)]), true)),
    ("post_start", List(&Obj(&HOOK), false)),
    ("pre_stop", List(&Obj(&HOOK), false)),
    ("privileged", FLAG),
    ("profiles", STRINGS),
    ("pull_policy", Word(&["always", "never", "if_not_present", "build", "missing"])),
    ("read_only", FLAG),
    ("restart", STRING),
    ("runtime", STRING),
    ("scale", WHOLE),
    ("security_opt", STRINGS),
    ("shm_size", AMOUNT),
    ("secrets", FILE_MOUNTS),
    ("sysctls", PAIRS),
    ("stdin_open", FLAG),
    ("stop_grace_period", STRING),
    ("stop_signal", STRING),
    ("storage_opt", Map(Keys::Some, &Any, false)),
    ("tmpfs", STRING_OR_STRINGS),
    ("tty", FLAG),
    ("ulimits", ULIMITS),
    ("user", STRING),
    ("uts", STRING),
    ("userns_mode", STRING),
    ("volumes", List(&Or(&[STRING, Obj(&MOUNT)]), true)),
    ("volumes_from", STRINGS),
    ("working_dir", STRING),
]);

static BUILD: Object = extensible(&[
    ("context", STRING),
    ("dockerfile", STRING),
    ("dockerfile_inline", STRING),
    ("entitlements", REPEATED),
    ("args", PAIRS),
    ("ssh", PAIRS),
    ("labels", PAIRS),
    ("cache_from", REPEATED),
    ("cache_to", REPEATED),
    ("no_cache", FLAG),
    ("additional_contexts", PAIRS),
    ("network", STRING),
    ("pull", FLAG),
    ("target", STRING),
    ("shm_size", WHOLE),
    ("extra_hosts", HOSTS),
    ("isolation", STRING),
    ("privileged", FLAG),
    ("secrets", FILE_MOUNTS),
    ("tags", REPEATED),
    ("ulimits", ULIMITS),
    ("platforms", REPEATED),
]);

static BLKIO: Object = closed(&[
    ("device_read_bps", LIMITS),
    ("device_read_iops", LIMITS),
    ("device_write_bps", LIMITS),
    ("device_write_iops", LIMITS),
    ("weight", WHOLE),
    ("weight_device", List(&Obj(&closed(&[("path", STRING), ("weight", WHOLE)])), false)),
]);

const LIMITS: Shape = List(&Obj(&closed(&[("path", STRING), ("rate", WHOLE)])), false);

const FILE_MOUNTS: Shape = List(
    &Or(&[
        STRING,
        Obj(&extensible(&[
            ("source", STRING),
            ("target", STRING),
            ("uid", STRING),
            ("gid", STRING),
            ("mode", AMOUNT),
        ])),
    ]),
    false,
);

const ULIMITS: Shape = Map(
    Keys::Lower,
    &Or(&[
        WHOLE,
        Obj(&Object {
            keys: &[("hard", WHOLE), ("soft", WHOLE)],
            required: &["soft", "hard"],
            extensions: true,
            open: false,
        }),
    ]),
    false,
);

static DEPENDENCY: Object = Object {
    keys: &[
        ("restart", FLAG),
        ("required", Scalar(BOOL)),
        ("condition", Word(&["service_started", "service_healthy", "service_completed_successfully"])),
    ],
    required: &["condition"],
    extensions: true,
    open: false,
};

static DEVICE: Object = Object {
    keys: &[("source", STRING), ("target", STRING), ("permissions", STRING)],
    required: &["source"],
    extensions: true,
    open: false,
};

static ENV_FILE: Object = Object {
    keys: &[("path", STRING), ("format", STRING), ("required", FLAG)],
    required: &["path"],
    extensions: false,
    open: false,
};

static GPU: Object = Object { keys: REQUEST, required: &[], extensions: true, open: true };

static REQUESTED: Object =
    Object { keys: REQUEST, required: &["capabilities"], extensions: true, open: false };

const REQUEST: &[(&str, Shape)] = &[
    ("capabilities", STRINGS),
    ("count", WHOLE),
    ("device_ids", STRINGS),
    ("driver", STRING),
    ("options", PAIRS),
];

static HEALTHCHECK: Object = extensible(&[
    ("disable", FLAG),
    ("interval", STRING),
    ("retries", AMOUNT),
    ("test", Or(&[STRING, REPEATED])),
    ("timeout", STRING),
    ("start_period", STRING),
    ("start_interval", STRING),
]);

static ATTACHMENT: Object = extensible(&[
    ("aliases", STRINGS),
    ("ipv4_address", STRING),
    ("ipv6_address", STRING),
    ("link_local_ips", STRINGS),
    ("mac_address", STRING),
    ("driver_opts", OPTIONS),
    ("priority", Scalar(NUMBER)),
    ("gw_priority", Scalar(NUMBER)),
]);

static PORT: Object = extensible(&[
    ("name", STRING),
    ("mode", STRING),
    ("host_ip", STRING),
    ("target", WHOLE),
    ("published", WHOLE),
    ("protocol", STRING),
    ("app_protocol", STRING),
]);

static HOOK: Object = extensible(&[
    ("command", COMMAND),
    ("user", STRING),
    ("privileged", FLAG),
    ("working_dir", STRING),
    ("environment", PAIRS),
]);

static MOUNT: Object = Object {
    keys: &[
        ("type", STRING),
        ("source", STRING),
        ("target", STRING),
        ("read_only", FLAG),
        ("consistency", STRING),
        (
            "bind",
            Obj(&extensible(&[
                ("propagation", STRING),
                ("create_host_path", FLAG),
                ("recursive", Word(&["enabled", "disabled", "writable", "readonly"])),
                ("selinux", Word(&["z", "Z"])),
            ])),
        ),
        ("volume", Obj(&extensible(&[("nocopy", FLAG), ("subpath", STRING)]))),
        ("tmpfs", Obj(&extensible(&[("size", Within(0, i64::MAX)), ("mode", AMOUNT)]))),
    ],
    required: &["type"],
    extensions: true,
    open: false,
};

static DEVELOP: Object = extensible(&[(
    "watch",
    List(
        &Obj(&Object {
            keys: &[
                ("ignore", REPEATED),
                ("path", STRING),
                ("action", Word(&["rebuild", "sync", "restart", "sync+restart", "sync+exec"])),
                ("target", STRING),
                ("exec", Obj(&HOOK)),
            ],
            required: &["path", "action"],
            extensions: true,
            open: false,
        }),
        false,
    ),
)]);

static DEPLOY: Object = extensible(&[
    ("mode", STRING),
    ("endpoint_mode", STRING),
    ("replicas", WHOLE),
    ("labels", PAIRS),
    ("rollback_config", Obj(&UPDATE)),
    ("update_config", Obj(&UPDATE)),
    (
        "resources",
        Obj(&extensible(&[
            ("limits", Obj(&extensible(&[("cpus", AMOUNT), ("memory", STRING), ("pids", WHOLE)]))),
            (
                "reservations",
                Obj(&extensible(&[
                    ("cpus", AMOUNT),
                    ("memory", STRING),
                    ("generic_resources", List(&Obj(&GENERIC), false)),
                    ("devices", List(&Obj(&REQUESTED), false)),
                ])),
            ),
        ])),
    ),
    (
        "restart_policy",
        Obj(&extensible(&[
            ("condition", STRING),
            ("delay", STRING),
            ("max_attempts", WHOLE),
            ("window", STRING),
        ])),
    ),
    (
        "placement",
        Obj(&extensible(&[
            ("constraints", REPEATED),
            ("preferences", List(&Obj(&extensible(&[("spread", STRING)])), false)),
            ("max_replicas_per_node", WHOLE),
        ])),
    ),
]);

static UPDATE: Object = extensible(&[
    ("parallelism", WHOLE),
    ("delay", STRING),
    ("failure_action", STRING),
    ("monitor", STRING),
    ("max_failure_ratio", AMOUNT),
    ("order", Word(&["start-first", "stop-first"])),
]);

static GENERIC: Object =
    extensible(&[("discrete_resource_spec", Obj(&extensible(&[("kind", STRING), ("value", AMOUNT)])))]);

static NETWORK: Object = extensible(&[
    ("name", STRING),
    ("driver", STRING),
    ("driver_opts", OPTIONS),
    (
        "ipam",
        Obj(&extensible(&[
            ("driver", STRING),
            (
                "config",
                List(
                    &Obj(&extensible(&[
                        ("subnet", STRING),
                        ("ip_range", STRING),
                        ("gateway", STRING),
                        ("aux_addresses", Map(Keys::Some, &STRING, true)),
                    ])),
                    false,
                ),
            ),
            ("options", Map(Keys::Some, &STRING, true)),
        ])),
    ),
    ("external", EXTERNAL),
    ("internal", FLAG),
    ("enable_ipv4", FLAG),
    ("enable_ipv6", FLAG),
    ("attachable", FLAG),
    ("labels", PAIRS),
]);

static VOLUME: Object = extensible(&[
    ("name", STRING),
    ("driver", STRING),
    ("driver_opts", OPTIONS),
    ("external", EXTERNAL),
    ("labels", PAIRS),
]);

const EXTERNAL: Shape = Or(&[FLAG, Obj(&extensible(&[("name", STRING)]))]);

const EXTERNAL_FILE: Shape =
    Or(&[FLAG, Obj(&Object { keys: &[("name", STRING)], required: &[], extensions: true, open: true })]);

static SECRET: Object = extensible(&[
    ("name", STRING),
    ("environment", STRING),
    ("file", STRING),
    ("external", EXTERNAL_FILE),
    ("labels", PAIRS),
    ("driver", STRING),
    ("driver_opts", OPTIONS),
    ("template_driver", STRING),
]);

static CONFIG: Object = extensible(&[
    ("name", STRING),
    ("content", STRING),
    ("environment", STRING),
    ("file", STRING),
    ("external", EXTERNAL_FILE),
    ("labels", PAIRS),
    ("template_driver", STRING),
]);
