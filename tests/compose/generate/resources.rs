//! The sections beside the services.

use super::values::{Values, boolean, entries, list, map, named, one_of, plain, scalar, text, with};

pub fn network() -> Values {
    let subnet = map(
        vec![
            ("subnet", text(&["192.0.2.0/24", "2001:db8::/64"])),
            ("ip_range", text(&["192.0.2.128/25"])),
            ("gateway", text(&["192.0.2.1"])),
            ("aux_addresses", named(&["a", "b"], &text(&["192.0.2.5"]))),
        ],
        0.6,
    );
    let ipam = map(
        vec![
            ("driver", text(&["default"])),
            ("config", list(subnet, 2)),
            ("options", named(&["o"], &text(&["v"]))),
        ],
        0.5,
    );
    let keys = vec![
        ("name", text(&["real", "n-${SET}"])),
        ("driver", text(&["bridge", "overlay"])),
        ("driver_opts", options()),
        ("ipam", ipam),
        ("internal", boolean()),
        ("enable_ipv4", boolean()),
        ("enable_ipv6", boolean()),
        ("attachable", boolean()),
        ("labels", entries(&["a", "b"])),
        ("x-own", plain(&["1", "[a]"])),
    ];
    one_of(vec![plain(&["null", "{}"]), map(keys, 0.25), external()])
}

pub fn volume() -> Values {
    let keys = vec![
        ("name", text(&["real", "v-$SET"])),
        ("driver", text(&["local"])),
        ("driver_opts", options()),
        ("labels", entries(&["a", "b"])),
    ];
    one_of(vec![plain(&["null", "{}"]), map(keys, 0.4), external()])
}

pub fn secret() -> Values {
    let more = || {
        vec![
            ("name", text(&["real"])),
            ("labels", entries(&["a"])),
            ("driver", text(&["vault"])),
            ("driver_opts", named(&["a", "b"], &scalar(&["1", "2"]))),
            ("template_driver", text(&["golang"])),
        ]
    };
    one_of(vec![
        with(vec![("file", text(&["s.txt", "/abs/s", "../s", "~/s"]))], more(), 0.2),
        with(vec![("environment", text(&["SET", "UNSET"]))], more(), 0.2),
        external(),
    ])
}

pub fn config() -> Values {
    let more = || {
        vec![("name", text(&["real"])), ("labels", entries(&["a"])), ("template_driver", text(&["golang"]))]
    };
    one_of(vec![
        with(vec![("file", text(&["./c.conf", "/abs/c"]))], more(), 0.2),
        with(vec![("content", text(&["a = $SET\n", "$${x}", ""]))], more(), 0.2),
        with(vec![("environment", text(&["SET", "UNSET"]))], more(), 0.2),
        external(),
    ])
}

/// Something that is made elsewhere.
fn external() -> Values {
    let old = map(vec![("name", text(&["theirs"]))], 1.0);
    one_of(vec![
        with(vec![("external", scalar(&["true"]))], vec![("name", text(&["theirs"]))], 0.5),
        with(vec![("external", old)], vec![], 0.0),
    ])
}

fn options() -> Values {
    named(&["type", "o"], &one_of(vec![text(&["nfs", "addr=192.0.2.1,rw", ""]), plain(&["1", "1.5"])]))
}
