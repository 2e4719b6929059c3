//! The parts of a node, one after the other, as serde asks for them.

use super::error::{Error, Kind as ErrorKind};
use super::node::{NodeReader, Role};
use super::standin::StandIn;
use crate::source::Span;
use crate::syntax::yaml::{Kind, NodeId};
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
};

/// The entries of a mapping, then stand-ins for the keys that it lacks.
pub(super) struct Entries<'r, 't> {
    of: NodeReader<'r, 't>,
    all: &'t [(NodeId, NodeId)],
    /// The keys of the struct that is read: one of these without a value counts as absent.
    fields: &'static [&'static str],
    next: usize,
    stand_ins: usize,
    value: Next,
}

/// What the next value is.
#[derive(Clone, Copy)]
enum Next {
    Entry(NodeId, NodeId),
    StandIn(&'static str, usize),
}

impl<'r, 't> Entries<'r, 't> {
    pub(super) fn new(of: NodeReader<'r, 't>, fields: &'static [&'static str]) -> Self {
        let all = of.reading.tree.mapping(of.node).unwrap_or_default();
        Self { of, all, fields, next: 0, stand_ins: 0, value: Next::StandIn("", 0) }
    }

    fn is_absent(&self, key: NodeId, value: NodeId) -> bool {
        let (reading, tree) = (self.of.reading, self.of.reading.tree);
        reading.is_poisoned(key)
            || reading.is_poisoned(value)
            || (!self.fields.is_empty()
                && tree.is_null(value)
                && tree.text(key).is_some_and(|text| self.fields.contains(&text)))
    }
}

impl<'de> MapAccess<'de> for Entries<'_, '_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        while let Some((key, value)) = self.all.get(self.next).copied() {
            self.next += 1;
            if self.is_absent(key, value) {
                continue;
            }
            self.value = Next::Entry(key, value);
            let result = seed.deserialize(NodeReader::key(self.of.reading, key));
            return result.map(Some).map_err(|error| error.at(key).out_of_key(key, self.of.node));
        }
        let Some((name, attempt)) = self.of.reading.stand_in(self.of.node, self.stand_ins) else {
            return Ok(None);
        };
        self.stand_ins += 1;
        self.value = Next::StandIn(name, attempt);
        seed.deserialize(IntoDeserializer::<Error>::into_deserializer(name)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        match self.value {
            Next::Entry(key, value) => seed
                .deserialize(NodeReader::new(self.of.reading, value))
                .map_err(|error| error.at(value).out_of(value, Some(key))),
            Next::StandIn(name, attempt) => {
                self.of.reading.invented.set(true);
                let refused = |_| Error::new(ErrorKind::StandIn(self.of.node, name));
                seed.deserialize(StandIn(attempt)).map_err(refused)
            }
        }
    }
}

/// The items of a sequence.
pub(super) struct Items<'r, 't> {
    of: NodeReader<'r, 't>,
    all: &'t [NodeId],
    next: usize,
    /// Whether an item can be left out without the others changing their meaning.
    skippable: bool,
}

impl<'r, 't> Items<'r, 't> {
    pub(super) fn new(of: NodeReader<'r, 't>, skippable: bool) -> Self {
        Self { of, all: of.reading.tree.sequence(of.node).unwrap_or_default(), next: 0, skippable }
    }
}

impl<'de> SeqAccess<'de> for Items<'_, '_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        while let Some(item) = self.all.get(self.next).copied() {
            self.next += 1;
            if self.skippable && self.of.reading.is_poisoned(item) {
                continue;
            }
            let result = seed.deserialize(NodeReader::new(self.of.reading, item));
            return result.map(Some).map_err(|error| {
                let error = error.at(item);
                if self.skippable { error.out_of(item, None) } else { error }
            });
        }
        Ok(None)
    }
}

/// A value between the numbers of its span, for [`Spanned`](crate::source::Spanned).
pub(super) struct SpannedAccess<D> {
    numbers: std::array::IntoIter<u32, 3>,
    value: Option<D>,
}

impl<'r, 't> SpannedAccess<NodeReader<'r, 't>> {
    pub(super) fn new(value: NodeReader<'r, 't>) -> Self {
        Self::at(value.reading.tree.value_span(value.node), value)
    }
}

impl<D> SpannedAccess<D> {
    pub(super) fn at(span: Span, value: D) -> Self {
        Self { numbers: [span.source.0, span.start, span.end].into_iter(), value: Some(value) }
    }
}

impl<'de, D: Deserializer<'de, Error = Error>> SeqAccess<'de> for SpannedAccess<D> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        if let Some(number) = self.numbers.next() {
            return seed.deserialize(IntoDeserializer::<Error>::into_deserializer(number)).map(Some);
        }
        self.value.take().map(|value| seed.deserialize(value)).transpose()
    }
}

/// Which of its forms a node has, and the node, for [`Forms`](crate::syntax::yaml::Forms).
pub(super) struct FormAccess<'r, 't>(pub(super) NodeReader<'r, 't>);

impl<'de, 'r, 't> EnumAccess<'de> for FormAccess<'r, 't> {
    type Error = Error;
    type Variant = Content<NodeReader<'r, 't>>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self::Variant), Error> {
        let form = match self.0.kind() {
            Kind::Scalar => 0u8,
            Kind::Sequence => 1,
            Kind::Mapping => 2,
        };
        let form = seed.deserialize(IntoDeserializer::<Error>::into_deserializer(form))?;
        Ok((form, Content(self.0)))
    }
}

/// A tag and what it is the tag of, which is how `serde_yaml`'s values see it.
pub(super) struct TaggedAccess<'r, 't>(pub(super) NodeReader<'r, 't>);

impl<'de, 'r, 't> EnumAccess<'de> for TaggedAccess<'r, 't> {
    type Error = Error;
    type Variant = Content<NodeReader<'r, 't>>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self::Variant), Error> {
        let name = self.0.reading.tree.custom_tag(self.0.node).map_or("!", |tag| tag.name.as_str());
        let tag = seed.deserialize(IntoDeserializer::<Error>::into_deserializer(name))?;
        Ok((tag, Content(NodeReader { role: Role::Untagged, ..self.0 })))
    }
}

/// A variant written as a word, or as a mapping of that word to its content.
pub(super) struct VariantReader<'r, 't> {
    pub(super) name: NodeReader<'r, 't>,
    pub(super) content: Option<NodeId>,
}

impl<'de, 'r, 't> EnumAccess<'de> for VariantReader<'r, 't> {
    type Error = Error;
    type Variant = VariantContent<'r, 't>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self::Variant), Error> {
        let variant = seed.deserialize(self.name).map_err(|error| error.at(self.name.node))?;
        Ok((variant, VariantContent(self)))
    }
}

pub(super) struct VariantContent<'r, 't>(VariantReader<'r, 't>);

impl<'r, 't> VariantContent<'r, 't> {
    /// Reads the content, or says that there is none.
    fn read<T>(self, read: impl FnOnce(NodeReader<'r, 't>) -> Result<T, Error>) -> Result<T, Error> {
        let name = self.0.name;
        match self.0.content {
            Some(value) => {
                read(NodeReader::new(name.reading, value)).map_err(|error| error.owned_by(value, name.node))
            }
            None => Err(name.wrong_type(&"a mapping of this word to what belongs to it")),
        }
    }
}

impl<'de> VariantAccess<'de> for VariantContent<'_, '_> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        match self.0.content {
            Some(value) => {
                Err(NodeReader::new(self.0.name.reading, value).wrong_type(&"only the word before the `:`"))
            }
            None => Ok(()),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        self.read(|node| seed.deserialize(node))
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Error> {
        self.read(|node| node.deserialize_tuple(length, visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.read(|node| node.deserialize_struct("", fields, visitor))
    }
}

/// The content of a variant that is told by other means than a word.
pub(super) struct Content<D>(pub(super) D);

impl<'de, D: Deserializer<'de, Error = Error>> VariantAccess<'de> for Content<D> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(self.0)
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Error> {
        self.0.deserialize_tuple(length, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.0.deserialize_struct("", fields, visitor)
    }
}
