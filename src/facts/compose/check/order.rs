//! Services beside each other: names that clash, and circles of waiting.

use crate::diagnostic::Diagnostic;
use crate::facts::compose::Map;
use crate::facts::compose::codes;
use crate::source::Span;
use foldhash::HashMap;

/// Two services cannot have one container name.
pub(super) fn container_names(services: &Map, faults: &mut Vec<Diagnostic>) {
    let mut seen: HashMap<&str, Span> = HashMap::default();
    for entry in services.values() {
        let Some(node) = entry.node.get("container_name") else { continue };
        let Some(name) = node.as_text() else { continue };
        if let Some(before) = seen.get(name) {
            faults.push(
                Diagnostic::new(
                    &codes::COMPOSE_CONFLICT,
                    format!("two services have the container name `{name}`"),
                )
                .at(node.span, "again")
                .at(*before, "before")
                .help("give each service a name of its own, or none"),
            );
        }
        seen.entry(name).or_insert(node.span);
    }
}

/// Services that wait for each other.
pub(super) fn cycles(services: &Map, faults: &mut Vec<Diagnostic>) {
    // 1 while its dependencies are walked, 2 when they are done.
    let mut state = vec![0u8; services.len()];
    let after = |at: usize| -> Vec<(usize, Span)> {
        let depends =
            services.get_index(at).and_then(|(_, service)| service.node.get("depends_on")?.as_map());
        let known = depends.into_iter().flatten();
        known.filter_map(|(name, entry)| Some((services.get_index_of(name)?, entry.key))).collect()
    };
    for start in 0..services.len() {
        if state[start] != 0 {
            continue;
        }
        state[start] = 1;
        let mut stack = vec![(start, after(start))];
        while let Some((at, rest)) = stack.last_mut() {
            let at = *at;
            let Some((next, span)) = rest.pop() else {
                state[at] = 2;
                stack.pop();
                continue;
            };
            match state[next] {
                0 => {
                    state[next] = 1;
                    stack.push((next, after(next)));
                }
                1 => {
                    let name = services.get_index(next).map_or("", |(name, _)| name.as_str());
                    let message = format!("the service `{name}` waits for itself, through others or not");
                    faults.push(
                        Diagnostic::new(&codes::COMPOSE_CYCLE, message)
                            .at(span, "closes the circle")
                            .help("take one of the dependencies out"),
                    );
                    return;
                }
                _ => {}
            }
        }
    }
}
