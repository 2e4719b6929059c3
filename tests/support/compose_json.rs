//! What Compose prints, brought into the form in which `compose_meaning` says what it must be.

use serde_json::{Value, json};

/// Takes away what Compose adds, and reads durations, so that values can be compared.
pub fn normalise(service: &mut Value) {
    for field in
        ["stop_grace_period", "healthcheck/interval", "healthcheck/timeout", "healthcheck/start_period"]
    {
        if let Some(value) = service.pointer_mut(&format!("/{field}")) {
            *value = json!(seconds(value.as_str().expect("a duration")));
        }
    }
    if let Some(deploy) = service.get_mut("deploy").and_then(Value::as_object_mut) {
        deploy.remove("placement");
    }
    for network in service
        .get_mut("networks")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flat_map(serde_json::Map::values_mut)
    {
        if network.is_null() {
            *network = json!({});
        }
    }
    for mount in service.get_mut("volumes").and_then(Value::as_array_mut).into_iter().flatten() {
        let kind = mount["type"].as_str().unwrap_or_default().to_owned();
        // Options of the kind, empty; a bind's would say that its path is to be made.
        if kind != "bind" && mount.get(&kind) == Some(&json!({})) {
            mount.as_object_mut().expect("a map").remove(&kind);
        }
    }
}

/// Sorts lists that have no order of their own.
pub fn sort_sets(service: &mut Value) {
    let sort = |list: &mut Value| list.as_array_mut().expect("a list").sort_by_key(Value::to_string);
    for network in service
        .get_mut("networks")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flat_map(serde_json::Map::values_mut)
    {
        network.get_mut("aliases").into_iter().for_each(sort);
    }
    // The order of an entry's keys is in its text.
    service.sort_all_objects();
    for field in ["ports", "volumes"] {
        service.get_mut(field).into_iter().for_each(sort);
    }
}

/// Networks without the `ipam` that Compose adds.
pub fn strip(resources: &Value) -> Value {
    let mut resources = resources.clone();
    for resource in resources.as_object_mut().into_iter().flat_map(serde_json::Map::values_mut) {
        resource.as_object_mut().expect("a map").remove("ipam");
    }
    resources
}

/// `1h1m30s` in seconds.
fn seconds(text: &str) -> u64 {
    let (mut total, mut number) = (0, 0);
    for c in text.chars() {
        if let Some(digit) = c.to_digit(10) {
            number = number * 10 + u64::from(digit);
        } else {
            let unit = match c {
                'h' => 3600,
                'm' => 60,
                _ => 1,
            };
            total += std::mem::take(&mut number) * unit;
        }
    }
    total
}
