//! Single values: texts, truth values, numbers, sizes, times.

use super::Decoder;
use crate::facts::compose::amounts;
use crate::facts::compose::node::{Data, Node};
use crate::facts::compose::read::{bool, go_int};

impl Decoder<'_> {
    pub(super) fn text(&mut self, node: &mut Node) -> bool {
        match &node.data {
            Data::Text(_) => true,
            Data::Int(number) => {
                node.data = Data::Text(number.to_string());
                true
            }
            Data::Null => false,
            _ => self.fault(node, "a text"),
        }
    }

    pub(super) fn bool(&mut self, node: &mut Node) -> bool {
        let value = match &node.data {
            Data::Bool(_) => return true,
            Data::Null => return false,
            Data::Text(text) => bool(text),
            _ => None,
        };
        match value {
            Some(value) => {
                node.data = Data::Bool(value);
                true
            }
            None => self.fault(node, "a truth value"),
        }
    }

    pub(super) fn int(&mut self, node: &mut Node) -> bool {
        let value = match &node.data {
            Data::Int(_) => return true,
            Data::Null => return false,
            #[allow(clippy::cast_possible_truncation)] // as Go converts
            Data::Float(number) => Some(*number as i64),
            Data::Text(text) => go_int(text),
            _ => None,
        };
        match value {
            Some(value) => {
                node.data = Data::Int(value);
                true
            }
            None => self.fault(node, "a whole number"),
        }
    }

    pub(super) fn float(&mut self, node: &mut Node) -> bool {
        let value = match &node.data {
            Data::Float(number) => Some(*number),
            #[allow(clippy::cast_precision_loss)] // nobody has so many processors
            Data::Int(number) => Some(*number as f64),
            Data::Null => return false,
            Data::Text(text) => amounts::float(text),
            _ => None,
        };
        let Some(value) = value else { return self.fault(node, "a number") };
        node.data = Data::Float(value);
        value != 0.0
    }

    pub(super) fn bytes(&mut self, node: &mut Node) -> bool {
        let size = match &node.data {
            Data::Int(number) => Some(*number),
            Data::Text(text) => amounts::bytes(text),
            // A fraction without a unit counts as nothing.
            Data::Null | Data::Float(_) => return false,
            _ => None,
        };
        let Some(size) = size else { return self.fault(node, "a size such as `64m`") };
        node.data = Data::Text(size.to_string());
        size != 0
    }

    pub(super) fn duration(&mut self, node: &mut Node) -> bool {
        let Data::Text(text) = &node.data else {
            return !node.is_null() && self.fault(node, "a time such as `30s`");
        };
        match amounts::duration(text) {
            Some(time) => {
                node.data = Data::Text(amounts::show_duration(time));
                true
            }
            None => self.fault(node, "a time such as `30s`"),
        }
    }

    pub(super) fn count(&mut self, node: &mut Node) -> bool {
        if let Data::Text(text) = &node.data {
            match if text.eq_ignore_ascii_case("all") { Some(-1) } else { go_int(text) } {
                Some(count) => node.data = Data::Int(count),
                None => return self.fault(node, "a whole number or `all`"),
            }
        }
        self.int(node) && node.as_int() != Some(0)
    }
}
