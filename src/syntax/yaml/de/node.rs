//! One node of the tree as a serde deserializer.

use super::access::{Entries, FormAccess, Items, SpannedAccess, TaggedAccess, VariantReader};
use super::error::{Error, Kind as ErrorKind};
use super::lenient::Lenient;
use super::{Reading, magic};
use crate::source::spanned;
use crate::syntax::yaml::{Kind, NodeId, Scalar, resolve};
use serde::de::{Deserializer, Error as _, Expected, Unexpected, Visitor};

/// What a node is read as.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// A value.
    Value,
    /// The value under a tag that was dealt with.
    Untagged,
    /// A key, whose text counts as written: `80:` is the text `80` wherever text is asked for.
    Key,
}

#[derive(Clone, Copy)]
pub(super) struct NodeReader<'r, 't> {
    pub(super) reading: &'r Reading<'t>,
    pub(super) node: NodeId,
    pub(super) role: Role,
}

impl<'r, 't> NodeReader<'r, 't> {
    pub(super) fn new(reading: &'r Reading<'t>, node: NodeId) -> Self {
        Self { reading, node, role: Role::Value }
    }

    pub(super) fn key(reading: &'r Reading<'t>, node: NodeId) -> Self {
        Self { reading, node, role: Role::Key }
    }

    pub(super) fn kind(&self) -> Kind {
        self.reading.tree.kind(self.node)
    }

    /// Whether the node has a tag that is not YAML's own and was not dealt with.
    fn is_tagged(&self) -> bool {
        self.role != Role::Untagged && self.reading.tree.custom_tag(self.node).is_some()
    }

    fn scalar(&self) -> Scalar<'t> {
        let tree = self.reading.tree;
        match (self.role, tree.text(self.node), tree.style(self.node)) {
            (Role::Untagged, Some(text), Some(style)) => resolve(text, style, None),
            _ => tree.scalar(self.node).unwrap_or(Scalar::Null),
        }
    }

    pub(super) fn is_null(&self) -> bool {
        self.kind() == Kind::Scalar && !self.is_tagged() && self.scalar() == Scalar::Null
    }

    /// The text of a scalar that says something, whatever its value would be.
    fn written(&self) -> Option<&'t str> {
        let text = self.reading.tree.text(self.node)?;
        (!self.is_tagged() && (self.role == Role::Key || !self.is_null())).then_some(text)
    }

    pub(super) fn wrong_type(&self, expected: &dyn Expected) -> Error {
        Error::invalid_type(Unexpected::Other("node"), expected).at(self.node)
    }

    /// The node as what it is.
    fn any<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let result = if self.is_tagged() {
            visitor.visit_enum(TaggedAccess(self))
        } else {
            match self.kind() {
                Kind::Mapping => visitor.visit_map(Entries::new(self, &[])),
                Kind::Sequence => visitor.visit_seq(Items::new(self, true)),
                Kind::Scalar => match self.scalar() {
                    Scalar::Null => visitor.visit_unit(),
                    Scalar::Bool(value) => visitor.visit_bool(value),
                    Scalar::Int(value) => match u64::try_from(value) {
                        Ok(value) => visitor.visit_u64(value),
                        Err(_) => visitor.visit_i64(value),
                    },
                    Scalar::Uint(value) => visitor.visit_u64(value),
                    Scalar::Float(value) => visitor.visit_f64(value),
                    Scalar::Text(text) => visitor.visit_str(text),
                },
            }
        };
        result.map_err(|error| error.at(self.node))
    }

    /// The node as text: a key as written, a value only if it is text.
    fn text<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.written() {
            Some(text) if self.role == Role::Key => {
                visitor.visit_str(text).map_err(|error: Error| error.at(self.node))
            }
            _ => self.any(visitor),
        }
    }

    /// The node as text, as written.
    fn verbatim<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.written() {
            Some(text) => visitor.visit_str(text).map_err(|error: Error| error.at(self.node)),
            None => Err(self.wrong_type(&visitor)),
        }
    }
}

macro_rules! forward {
    ($way:ident: $($method:ident)+) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            self.$way(visitor)
        }
    )+};
}

impl<'de> Deserializer<'de> for NodeReader<'_, '_> {
    type Error = Error;

    forward! { any:
        deserialize_any deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_i128 deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_f32 deserialize_f64 deserialize_unit deserialize_seq deserialize_map
    }
    forward! { text: deserialize_char deserialize_str deserialize_string deserialize_bytes deserialize_byte_buf }
    forward! { verbatim: deserialize_identifier }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.any(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        let wanted = match name {
            magic::TEXT => return self.verbatim(visitor),
            magic::LIST => Kind::Sequence,
            magic::MAP => Kind::Mapping,
            _ => return visitor.visit_newtype_struct(self).map_err(|error| error.at(self.node)),
        };
        if self.kind() != wanted || self.is_tagged() {
            return Err(self.wrong_type(&visitor));
        }
        visitor.visit_seq(Lenient::new(self)).map_err(|error| error.at(self.node))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        match self.kind() {
            Kind::Sequence if !self.is_tagged() => {
                visitor.visit_seq(Items::new(self, false)).map_err(|error| error.at(self.node))
            }
            _ => self.any(visitor),
        }
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_tuple(length, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let result = match self.kind() {
            _ if name == spanned::NAME => visitor.visit_seq(SpannedAccess::new(self)),
            Kind::Mapping if !self.is_tagged() => visitor.visit_map(Entries::new(self, fields)),
            // A list could be read as a struct by position, which nobody means.
            _ => return Err(self.wrong_type(&visitor)),
        };
        result.map_err(|error| error.at(self.node))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if name == magic::FORMS {
            return visitor.visit_enum(FormAccess(self)).map_err(|error| error.at(self.node));
        }
        let result = match self.reading.tree.mapping(self.node) {
            Some([(key, value)]) if !self.is_tagged() => {
                let key = NodeReader::key(self.reading, *key);
                visitor.visit_enum(VariantReader { name: key, content: Some(*value) })
            }
            None if self.written().is_some() => {
                let name = NodeReader { role: Role::Key, ..self };
                visitor.visit_enum(VariantReader { name, content: None })
            }
            _ => {
                let words: Vec<_> = variants.iter().map(|variant| format!("`{variant}`")).collect();
                let expected = format!("one of {}", words.join(", "));
                Err(Error::new(ErrorKind::WrongType { expected }))
            }
        };
        result.map_err(|error| error.at(self.node))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }
}
