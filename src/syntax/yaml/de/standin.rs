//! Invented values that take the place of missing ones, so that what else is missing can be found.

use super::access::{Content, SpannedAccess};
use super::{Error, magic};
use crate::source::{SourceId, Span, spanned};
use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, Visitor};

/// Texts of which every newtype of the spec accepts one.
const TEXTS: &[&str] = &[
    "x",
    "1",
    "/x",
    "x.example",
    "1s",
    "1m",
    "1r/s",
    "x/x:1",
    "1.0",
    "${vars.x}",
    "xx",
    "@daily",
    "::1",
    "x@x.example",
    "redis",
];

/// How many stand-ins there are: each text in the short form, then in the long form.
pub(super) const ATTEMPTS: usize = 2 * TEXTS.len();

/// The value with this number of whatever type is asked for. It never reaches the user.
#[derive(Clone, Copy)]
pub(super) struct StandIn(pub(super) usize);

impl StandIn {
    fn text(self) -> &'static str {
        TEXTS[self.0 % TEXTS.len()]
    }
}

macro_rules! give {
    ($($method:ident => $visit:ident($($value:expr)?);)+) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            visitor.$visit($($value)?)
        }
    )+};
}

impl<'de> Deserializer<'de> for StandIn {
    type Error = Error;

    give! {
        deserialize_bool => visit_bool(false);
        deserialize_i8 => visit_i8(1);
        deserialize_i16 => visit_i16(1);
        deserialize_i32 => visit_i32(1);
        deserialize_i64 => visit_i64(1);
        deserialize_i128 => visit_i128(1);
        deserialize_u8 => visit_u8(1);
        deserialize_u16 => visit_u16(1);
        deserialize_u32 => visit_u32(1);
        deserialize_u64 => visit_u64(1);
        deserialize_u128 => visit_u128(1);
        deserialize_f32 => visit_f32(1.0);
        deserialize_f64 => visit_f64(1.0);
        deserialize_char => visit_char('x');
        deserialize_option => visit_none();
        deserialize_unit => visit_unit();
        deserialize_ignored_any => visit_unit();
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(self.text())
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(self.text())
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(self.text())
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_bytes(self.text().as_bytes())
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_bytes(self.text().as_bytes())
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(self.text())
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        match name {
            magic::TEXT => visitor.visit_str(self.text()),
            magic::LIST | magic::MAP => self.deserialize_seq(visitor),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_tuple(0, visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(SeqDeserializer::new(std::iter::repeat_n(self, length)))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_tuple(length, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_map(MapDeserializer::new(std::iter::empty::<(&str, Self)>()))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if name == spanned::NAME {
            return visitor.visit_seq(SpannedAccess::at(Span::new(SourceId(0), 0, 0), self));
        }
        visitor.visit_map(MapDeserializer::new(fields.iter().map(|field| (*field, self))))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let variant = if name == magic::FORMS { None } else { variants.first().copied() };
        visitor.visit_enum(Variant { name: variant, value: self })
    }
}

impl IntoDeserializer<'_, Error> for StandIn {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// The first variant of an enum, or a short or long form.
struct Variant {
    name: Option<&'static str>,
    value: StandIn,
}

impl<'de> EnumAccess<'de> for Variant {
    type Error = Error;
    type Variant = Content<StandIn>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self::Variant), Error> {
        let form = if self.value.0 < TEXTS.len() { 0u8 } else { 2 };
        let variant = match self.name {
            Some(name) => seed.deserialize(IntoDeserializer::<Error>::into_deserializer(name)),
            None => seed.deserialize(IntoDeserializer::<Error>::into_deserializer(form)),
        };
        Ok((variant?, Content(self.value)))
    }
}
