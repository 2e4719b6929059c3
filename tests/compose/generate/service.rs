//! Every key of a service.

use proptest::prelude::*;

use super::nested;
use super::values::{
    Keys, Values, boolean, duration, entries, list, map, named, one_of, one_or_list, plain, scalar, size,
    some, text, with,
};

/// Which services a service may need: those before it, so that no ring arises.
pub type Others = &'static [&'static str];

/// A service that can stand alone.
pub fn service(others: Others) -> Values {
    let image = vec![("image", text(&["nginx", "registry.example:5000/a/b:1.2", "${IMAGE:-web}:$SET"]))];
    let build = vec![("build", nested::build())];
    let both = vec![image[0].clone(), build[0].clone()];
    let more = || keys(others).into_iter().filter(|(name, _)| !["image", "build"].contains(name)).collect();
    one_of(vec![with(image, more(), 0.09), with(build, more(), 0.05), with(both, more(), 0.05)])
}

/// What an override says of a service.
pub fn change(others: Others) -> Values {
    map(keys(others), 0.08)
}

fn keys(others: Others) -> Keys {
    let mut keys = alone();
    keys.extend(attached(others));
    keys
}

/// Keys that concern the container alone.
fn alone() -> Keys {
    let command = || {
        let words = text(&["sh", "-c", "echo $$HOME", "a b", ""]);
        let line = text(&["sh -c 'a b'", "run --flag=\"x y\" z", "", "a\\ b", "one\ntwo"]);
        one_of(vec![line, list(words, 3), plain(&["null", "~"])])
    };
    let namespace = || text(&["host", "shareable", "private", "container:old"]);
    vec![
        ("annotations", entries(&["a.b", "c"])),
        ("attach", boolean()),
        ("blkio_config", nested::blkio()),
        ("build", nested::build()),
        ("cap_add", list(text(&["ALL", "NET_ADMIN", "SYS_TIME"]), 3)),
        ("cap_drop", list(text(&["ALL", "NET_RAW"]), 2)),
        ("cgroup", text(&["host", "private"])),
        ("cgroup_parent", text(&["m-group"])),
        ("command", command()),
        ("container_name", text(&["${SET}", "x.y_z"])),
        ("cpu_count", scalar(&["1", "2"])),
        ("cpu_percent", plain(&["50", "0"])),
        ("cpu_shares", scalar(&["512"])),
        ("cpu_quota", scalar(&["50000"])),
        ("cpu_period", scalar(&["100000"])),
        ("cpu_rt_period", scalar(&["1000000"])),
        ("cpu_rt_runtime", scalar(&["95000"])),
        ("cpus", scalar(&["0.5", "2", "1.25"])),
        ("cpuset", text(&["0,1", "0-3"])),
        (
            "credential_spec",
            one_of(vec![
                map(vec![("file", text(&["cred.json"]))], 1.0),
                map(vec![("registry", text(&["cred"]))], 1.0),
                map(vec![("config", text(&["conf"]))], 1.0),
            ]),
        ),
        ("deploy", nested::deploy()),
        ("develop", nested::develop()),
        ("device_cgroup_rules", list(text(&["c 1:3 mr", "a 7:* rmw"]), 2)),
        ("devices", nested::devices()),
        ("dns", one_or_list(&["192.0.2.53", "192.0.2.54"])),
        ("dns_opt", list(text(&["use-vc", "ndots:2"]), 2)),
        ("dns_search", one_or_list(&["a.example", "b.example"])),
        ("domainname", text(&["app.example"])),
        ("entrypoint", command()),
        ("env_file", nested::env_file()),
        ("environment", entries(&["A", "B", "SET", "EMPTY", "c.d"])),
        ("expose", list(one_of(vec![text(&["80", "90-92", "53/udp"]), plain(&["81", "82"])]), 3)),
        ("extra_hosts", nested::extra_hosts()),
        ("gpus", one_of(vec![text(&["all"]), nested::gpus()])),
        ("group_add", list(one_of(vec![text(&["mail", "1001"]), plain(&["1000", "33"])]), 3)),
        ("healthcheck", nested::healthcheck()),
        ("hostname", text(&["app", "$SET"])),
        ("image", text(&["alpine", "web:${UNSET:-1}"])),
        ("init", boolean()),
        ("ipc", namespace()),
        ("isolation", text(&["default"])),
        ("label_file", one_or_list(&["a.labels", "./b.labels"])),
        ("labels", entries(&["a.b/c", "d", "e"])),
        ("logging", nested::logging()),
        ("mac_address", text(&["02:42:ac:11:65:43"])),
        ("mem_limit", size()),
        ("mem_reservation", size()),
        ("mem_swappiness", scalar(&["60", "0"])),
        ("memswap_limit", one_of(vec![size(), plain(&["-1"])])),
        ("oom_kill_disable", boolean()),
        ("oom_score_adj", scalar(&["500", "-1000"])),
        ("pid", text(&["host"])),
        ("pids_limit", scalar(&["100", "-1"])),
        ("platform", text(&["linux/amd64", "linux/arm64"])),
        ("ports", list(nested::port(), 3)),
        ("post_start", list(nested::hook(), 2)),
        ("pre_stop", list(nested::hook(), 2)),
        ("privileged", boolean()),
        ("profiles", list(text(&["debug", "tools"]), 2)),
        ("pull_policy", text(&["always", "never", "if_not_present", "build", "missing"])),
        ("read_only", boolean()),
        ("restart", text(&["always", "no", "on-failure:3", "unless-stopped", "${SET}"])),
        ("runtime", text(&["runc"])),
        ("scale", scalar(&["1", "2", "0"])),
        ("security_opt", list(text(&["seccomp:unconfined", "no-new-privileges:true"]), 2)),
        ("shm_size", size()),
        ("stdin_open", boolean()),
        ("stop_grace_period", duration()),
        ("stop_signal", text(&["SIGQUIT"])),
        ("storage_opt", named(&["size", "other"], &text(&["1G"]))),
        ("sysctls", entries(&["net.core.somaxconn", "kernel.x"])),
        ("tmpfs", one_or_list(&["/run", "/tmp:size=64m,mode=755"])),
        ("tty", boolean()),
        ("ulimits", nested::ulimits(scalar)),
        ("user", text(&["1000:1000", "root", "${SET}"])),
        ("userns_mode", text(&["host"])),
        ("uts", text(&["host"])),
        ("working_dir", text(&["/srv", "rel/x"])),
        ("x-own", entries(&["a", "b"])),
    ]
}

/// Keys that name something else of the project.
fn attached(others: Others) -> Keys {
    let mount = || nested::grant("conf", "motd");
    let mut keys = vec![
        ("configs", list(mount(), 2)),
        ("external_links", list(text(&["old", "old:alias"]), 2)),
        ("networks", nested::networks()),
        ("secrets", list(nested::grant("token", "key"), 2)),
        ("volumes", list(nested::volume(), 3)),
        ("network_mode", text(&["host", "none", "bridge", "container:old"])),
        ("extends", nested::extends()),
    ];
    if others.is_empty() {
        return keys;
    }
    let other = move || Just(others).prop_flat_map(text);
    let need = with(
        vec![("condition", text(&["service_started", "service_healthy", "service_completed_successfully"]))],
        vec![("restart", boolean()), ("required", boolean())],
        0.4,
    );
    keys.extend([
        ("depends_on", one_of(vec![list(other().boxed(), 2), named(others, &need)])),
        ("links", list(nested::suffixed(others, &["", ":alias"]), 2)),
        ("volumes_from", some(nested::suffixed(others, &["", ":ro", ":rw"]), 2)),
    ]);
    keys
}
