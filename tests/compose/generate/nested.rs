//! The levels below a service: each function is a level, with every key of it.

use proptest::prelude::*;
use proptest::sample::select;

use super::values::{
    Values, boolean, duration, entries, list, map, named, one_of, one_or_list, plain, scalar, size, some,
    text, with,
};
use super::yaml::Yaml;

/// One of the names with one of the endings.
pub fn suffixed(names: &'static [&'static str], endings: &'static [&'static str]) -> Values {
    (select(names), select(endings))
        .prop_map(|(name, ending)| Yaml::Quoted(format!("{name}{ending}")))
        .boxed()
}

pub fn blkio() -> Values {
    let limit =
        |rates: Values| some(map(vec![("path", text(&["/dev/sda", "/dev/sdb"])), ("rate", rates)], 1.0), 2);
    let bytes = || one_of(vec![plain(&["1024"]), text(&["12mb", "1k"])]);
    let weight = map(vec![("path", text(&["/dev/sda"])), ("weight", plain(&["400"]))], 1.0);
    map(
        vec![
            ("device_read_bps", limit(bytes())),
            ("device_read_iops", limit(bytes())),
            ("device_write_bps", limit(bytes())),
            ("device_write_iops", limit(bytes())),
            ("weight", plain(&["300", "10"])),
            ("weight_device", some(weight, 1)),
        ],
        0.4,
    )
}

pub fn build() -> Values {
    let contexts = text(&["./app", ".", "../up", "/abs", "https://git.example/r.git#main", "${SET}/x"]);
    let more = vec![
        ("dockerfile", text(&["Dockerfile.prod", "../D", "/abs/D"])),
        ("dockerfile_inline", text(&["FROM alpine\nRUN true\n"])),
        ("entitlements", list(text(&["network.host"]), 1)),
        ("args", entries(&["A", "SET"])),
        ("ssh", one_of(vec![list(text(&["default"]), 1), named(&["default"], &plain(&["null"]))])),
        ("labels", entries(&["l", "m"])),
        ("cache_from", list(text(&["a:cache", "type=local,src=./c"]), 2)),
        ("cache_to", list(text(&["type=inline"]), 1)),
        ("no_cache", boolean()),
        (
            "additional_contexts",
            one_of(vec![
                named(
                    &["one", "two"],
                    &text(&["./ctx", "docker-image://alpine", "https://git.example/x.git", "/abs"]),
                ),
                list(text(&["one=./ctx", "two=docker-image://alpine"]), 2),
            ]),
        ),
        ("network", text(&["host", "none"])),
        ("pull", boolean()),
        ("target", text(&["prod"])),
        ("shm_size", size()),
        ("extra_hosts", extra_hosts()),
        ("isolation", text(&["default"])),
        ("privileged", boolean()),
        ("secrets", list(grant("token", "key"), 2)),
        ("tags", list(text(&["a:1", "b:2"]), 2)),
        ("ulimits", ulimits(plain)),
        ("platforms", list(text(&["linux/amd64", "linux/arm64"]), 2)),
        ("x-own", plain(&["1"])),
    ];
    one_of(vec![contexts.clone(), with(vec![("context", contexts)], more, 0.15)])
}

pub fn deploy() -> Values {
    let change = || {
        map(
            vec![
                ("parallelism", scalar(&["2", "0"])),
                ("delay", duration()),
                ("failure_action", text(&["pause", "rollback"])),
                ("monitor", duration()),
                ("max_failure_ratio", scalar(&["0.2", "0", "1"])),
                ("order", text(&["start-first", "stop-first"])),
            ],
            0.4,
        )
    };
    let kind = map(vec![("kind", text(&["gpu"])), ("value", scalar(&["2"]))], 1.0);
    let limits =
        vec![("cpus", scalar(&["0.5", "2"])), ("memory", text(&["50M", "1g"])), ("pids", scalar(&["100"]))];
    let reservations = vec![
        ("cpus", scalar(&["0.25"])),
        ("memory", text(&["20M"])),
        ("generic_resources", list(map(vec![("discrete_resource_spec", kind)], 1.0), 1)),
        ("devices", gpus()),
    ];
    let restart = vec![
        ("condition", text(&["on-failure", "any", "none"])),
        ("delay", duration()),
        ("max_attempts", scalar(&["3"])),
        ("window", duration()),
    ];
    let placement = vec![
        ("constraints", list(text(&["node.role==worker", "node.labels.a==b"]), 2)),
        ("preferences", list(map(vec![("spread", text(&["node.labels.zone"]))], 1.0), 1)),
        ("max_replicas_per_node", scalar(&["1"])),
    ];
    map(
        vec![
            ("mode", text(&["replicated", "global"])),
            ("endpoint_mode", text(&["vip", "dnsrr"])),
            ("replicas", scalar(&["1", "3", "0"])),
            ("labels", entries(&["a", "b"])),
            ("rollback_config", change()),
            ("update_config", change()),
            (
                "resources",
                map(vec![("limits", map(limits, 0.5)), ("reservations", map(reservations, 0.5))], 0.6),
            ),
            ("restart_policy", map(restart, 0.5)),
            ("placement", map(placement, 0.5)),
        ],
        0.3,
    )
}

/// Devices of a reservation, or of `gpus`.
pub fn gpus() -> Values {
    let more = || vec![("driver", text(&["nvidia"])), ("options", entries(&["a"]))];
    let capabilities = || ("capabilities", some(text(&["gpu", "utility", "tpu"]), 2));
    let mut counted = more();
    counted.push(("count", one_of(vec![plain(&["1", "2"]), text(&["all", "2"])])));
    let mut chosen = more();
    chosen.push(("device_ids", list(text(&["0", "GPU-1"]), 2)));
    let device =
        one_of(vec![with(vec![capabilities()], counted, 0.5), with(vec![capabilities()], chosen, 0.5)]);
    list(device, 2)
}

pub fn develop() -> Values {
    let watch = with(
        vec![
            ("path", text(&["./web", "package.json", "/abs"])),
            ("action", text(&["rebuild", "sync", "sync+restart", "restart", "sync+exec"])),
        ],
        vec![("target", text(&["/src"])), ("ignore", list(text(&["node_modules/"]), 1)), ("exec", hook())],
        0.5,
    );
    map(vec![("watch", list(watch, 2))], 0.9)
}

/// What runs after a start or before a stop.
pub fn hook() -> Values {
    with(
        vec![("command", one_of(vec![text(&["run it"]), list(text(&["run", "it"]), 2)]))],
        vec![
            ("user", text(&["root"])),
            ("privileged", boolean()),
            ("working_dir", text(&["/srv"])),
            ("environment", entries(&["A", "SET"])),
        ],
        0.4,
    )
}

pub fn devices() -> Values {
    let long = with(
        vec![("source", text(&["/dev/a", "/dev/b"])), ("target", text(&["/dev/c"]))],
        vec![("permissions", text(&["rwm", "r"]))],
        0.5,
    );
    list(one_of(vec![text(&["/dev/null", "/dev/a:/dev/b", "/dev/a:/dev/b:r"]), long]), 2)
}

pub fn env_file() -> Values {
    let long = with(
        vec![("path", text(&["a.env", "./b.env", "none.env"]))],
        vec![("required", scalar(&["false"]))],
        0.9,
    );
    let plain_format = map(vec![("path", text(&["a.env"])), ("format", text(&[""]))], 1.0);
    let short = || text(&["a.env", "./b.env", "${NONE:-a}.env"]);
    one_of(vec![
        short(),
        list(short(), 2),
        list(one_of(vec![short(), short(), long]), 2),
        some(plain_format, 1),
    ])
}

pub fn extra_hosts() -> Values {
    one_of(vec![
        list(text(&["h:192.0.2.1", "i=192.0.2.2", "v6:::1", "g:host-gateway", "h=[::1]"]), 3),
        named(&["h", "i"], &text(&["192.0.2.1", "::1"])),
    ])
}

pub fn healthcheck() -> Values {
    let test = one_of(vec![
        text(&["curl -f x", "", "pg_isready -U $${U}"]),
        plain(&["[CMD, curl, x]", "[CMD-SHELL, curl x]", "[NONE]", "[]"]),
    ]);
    map(
        vec![
            ("disable", boolean()),
            ("interval", duration()),
            ("retries", scalar(&["3", "0"])),
            ("test", test),
            ("timeout", duration()),
            ("start_period", duration()),
            ("start_interval", duration()),
        ],
        0.4,
    )
}

pub fn logging() -> Values {
    let options = named(
        &["max-size", "max-file", "tag"],
        &one_of(vec![text(&["10m", ""]), plain(&["3", "1.5", "null"])]),
    );
    map(vec![("driver", text(&["local", "json-file", "none"])), ("options", options)], 0.7)
}

pub fn port() -> Values {
    let short = text(&[
        "80",
        "8080:80",
        "127.0.0.1:8080:80",
        "127.0.0.1::80",
        "3000-3002",
        "9090-9092:8080-8082/udp",
        "[::1]:1:2",
        "9100-9101:80",
        "${UNSET:-8443}:443",
        "53:53/udp",
    ]);
    let long = with(
        vec![("target", scalar(&["80", "443"]))],
        vec![
            ("name", text(&["web"])),
            ("mode", text(&["host", "ingress"])),
            ("host_ip", text(&["127.0.0.1", "::1"])),
            ("published", one_of(vec![plain(&["8080", "0"]), text(&["8081", "8082-8084", ""])])),
            ("protocol", text(&["tcp", "udp"])),
            ("app_protocol", text(&["http"])),
        ],
        0.4,
    );
    one_of(vec![short, plain(&["80", "8080"]), long])
}

/// A secret or config of a service.
pub fn grant(one: &'static str, other: &'static str) -> Values {
    let name = || select(vec![one, other]).prop_map(|name| Yaml::Quoted(name.to_owned())).boxed();
    let long = with(
        vec![("source", name())],
        vec![
            ("target", text(&["/etc/x", "x"])),
            ("uid", text(&["103"])),
            ("gid", text(&["103"])),
            ("mode", one_of(vec![plain(&["0440", "0o400", "256"]), text(&["0440", "288"])])),
        ],
        0.4,
    );
    one_of(vec![name(), long])
}

pub fn networks() -> Values {
    let options = one_of(vec![
        plain(&["null", "{}"]),
        map(
            vec![
                ("aliases", list(text(&["x", "y"]), 2)),
                ("ipv4_address", text(&["192.0.2.10"])),
                ("ipv6_address", text(&["2001:db8::10"])),
                ("link_local_ips", list(text(&["169.254.1.1"]), 1)),
                ("mac_address", text(&["02:42:ac:11:65:43"])),
                ("driver_opts", named(&["a", "b"], &scalar(&["1", "2"]))),
                ("priority", plain(&["100", "1.5"])),
                ("gw_priority", plain(&["1"])),
            ],
            0.3,
        ),
    ]);
    let names = &["front", "back", "default"];
    one_of(vec![list(text(names), 2), named(names, &options)])
}

pub fn ulimits(number: fn(&'static [&'static str]) -> Values) -> Values {
    let limits = map(vec![("soft", number(&["1", "-1"])), ("hard", number(&["2"]))], 1.0);
    named(&["nofile", "nproc"], &one_of(vec![number(&["1024", "-1"]), limits]))
}

pub fn volume() -> Values {
    let short = text(&[
        "/anon",
        "data:/data",
        "cache:/c:ro",
        "./rel:/rel",
        "../up:/up:z",
        "/abs:/abs:rw,Z",
        ".:/here",
        "~/h:/h",
        "./p:/p:rslave",
        "data:/n:nocopy",
        "${UNSET:-./d}:/d",
        "c:\\x:/win",
    ]);
    let more = || vec![("read_only", boolean()), ("consistency", text(&["cached"]))];
    let typed = |kind: &'static [&'static str], keys: Vec<(&'static str, Values)>| {
        let mut required = vec![("type", text(kind)), ("target", text(&["/t", "/data", "/u"]))];
        required.extend(keys);
        required
    };
    let bind = vec![
        ("propagation", text(&["rshared"])),
        ("create_host_path", boolean()),
        ("recursive", text(&["enabled", "disabled", "writable", "readonly"])),
        ("selinux", text(&["z", "Z"])),
    ];
    let options = vec![("nocopy", boolean()), ("subpath", text(&["sub"]))];
    let temporary = vec![("size", size()), ("mode", scalar(&["01777", "511"]))];
    let or = |mut keys: Vec<(&'static str, Values)>, name, value| {
        keys.push((name, value));
        keys
    };
    one_of(vec![
        short,
        with(
            typed(&["bind"], vec![("source", text(&["./b", "/abs", "../up", "~/h"]))]),
            or(more(), "bind", map(bind, 0.4)),
            0.4,
        ),
        with(
            typed(&["volume"], vec![("source", text(&["data", "cache"]))]),
            or(more(), "volume", map(options, 0.5)),
            0.4,
        ),
        with(typed(&["tmpfs"], vec![]), or(more(), "tmpfs", map(temporary, 0.6)), 0.5),
        with(typed(&["volume", "npipe"], vec![]), more(), 0.4),
    ])
}

/// What another service of the project, or of another file, gives.
pub fn extends() -> Values {
    let from = |file: &'static str, names: &'static [&'static str]| {
        map(vec![("file", one_or_list_of_one(file)), ("service", text(names))], 1.0)
    };
    one_of(vec![
        text(&["base"]),
        map(vec![("service", text(&["base"]))], 1.0),
        from("other/more.yaml", &["far"]),
    ])
}

fn one_or_list_of_one(file: &'static str) -> Values {
    Just(Yaml::Quoted(file.to_owned())).boxed()
}

/// The path of an include, and what else may be said of it.
pub fn include() -> Values {
    let paths = || one_or_list(&["part.yaml"]);
    one_of(vec![
        text(&["part.yaml"]),
        with(
            vec![("path", paths())],
            vec![
                ("env_file", one_or_list(&["a.env", "b.env"])),
                ("project_directory", text(&[".", "other"])),
            ],
            0.5,
        ),
    ])
}
