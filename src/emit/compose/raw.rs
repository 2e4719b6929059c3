//! Raw blocks of a spec, merged over what was computed: maps by key, all else replaced, null removes.

use serde_yaml::{Mapping, Value};

/// Merges a raw block over a value of the Compose file. The block is Compose's own language: its `$` are its author's.
///
/// Where the file has a list of `KEY=value` and the block a map, the list becomes a map first, as Compose takes either:
/// a block that adds one variable does not lose the others.
pub(super) fn merge(base: &mut Value, raw: &Value) {
    match (&mut *base, raw) {
        (Value::Mapping(base), Value::Mapping(raw)) => merge_map(base, raw),
        (Value::Sequence(items), Value::Mapping(raw)) if items.iter().all(is_assignment) => {
            let mut map: Mapping = items.iter().filter_map(assignment).collect();
            merge_map(&mut map, raw);
            *base = Value::Mapping(map);
        }
        (base, Value::Mapping(raw)) => {
            let mut map = Mapping::new();
            merge_map(&mut map, raw);
            *base = Value::Mapping(map);
        }
        (base, raw) => *base = raw.clone(),
    }
}

fn merge_map(base: &mut Mapping, raw: &Mapping) {
    for (key, value) in raw {
        if value.is_null() {
            base.shift_remove(key);
        } else {
            merge(base.entry(key.clone()).or_insert(Value::Null), value);
        }
    }
}

fn is_assignment(item: &Value) -> bool {
    assignment(item).is_some()
}

fn assignment(item: &Value) -> Option<(Value, Value)> {
    let (key, value) = item.as_str()?.split_once('=')?;
    Some((key.into(), value.into()))
}
