//! Whole numbers with limits.

use crate::diagnostic::Invalid;
use serde::de::{Error, Unexpected, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// A number that has limits.
trait Bounded: Sized {
    const EXPECTED: &'static str;
    fn within(number: u64) -> Result<Self, Invalid>;
}

struct Number<T>(PhantomData<T>);

impl<T: Bounded> Visitor<'_> for Number<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        T::within(number).map_err(|_| E::invalid_value(Unexpected::Unsigned(number), &self))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        match u64::try_from(number) {
            Ok(number) => self.visit_u64(number),
            Err(_) => Err(E::invalid_value(Unexpected::Signed(number), &self)),
        }
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        Err(E::invalid_type(Unexpected::Float(number), &self))
    }
}

fn refusal<T: Bounded>(number: u64) -> Invalid {
    Invalid::new(format!("`{number}` is out of range")).help(format!("write {}", T::EXPECTED))
}

/// Declares whole numbers from one limit to another.
macro_rules! counts {
    ($($(#[doc = $doc:literal])+ $name:ident $least:literal..=$most:literal;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
        pub struct $name(u32);

        impl $name {
            #[doc = concat!("This number, if it is from ", $least, " to ", $most, ".")]
            pub fn new(number: u32) -> Result<Self, Invalid> {
                Self::within(u64::from(number))
            }

            #[doc = concat!("The number, from ", $least, " to ", $most, ".")]
            pub fn get(self) -> u32 {
                self.0
            }
        }

        impl Bounded for $name {
            const EXPECTED: &'static str = concat!("a whole number from ", $least, " to ", $most);

            fn within(number: u64) -> Result<Self, Invalid> {
                match u32::try_from(number) {
                    Ok(narrow) if ($least..=$most).contains(&narrow) => Ok(Self(narrow)),
                    _ => Err(refusal::<Self>(number)),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_u64(Number(PhantomData))
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({
                    "type": "integer", "minimum": $least, "maximum": $most,
                    "description": concat!($($doc),+).trim_ascii(),
                })
            }
        }
    )+};
}

counts! {
    /// How many containers of a service run: 1 to 100.
    Replicas 1..=100;
    /// How many probes in a row must fail before a container counts as unhealthy: 1 to 100.
    Retries 1..=100;
    /// How many processes a container may have: 1 to 4194304, Linux's own limit.
    Pids 1..=4_194_304;
    /// How many requests may come at once beyond a rate: 1 to 100000.
    Burst 1..=100_000;
    /// How many characters a secret has: 1 to 1024.
    Length 1..=1024;
}
