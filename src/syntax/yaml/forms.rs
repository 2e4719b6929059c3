//! Types that can be written shortly or at length.

use super::de::magic;
use serde::de::{DeserializeSeed, Deserializer, EnumAccess, Error, Unexpected, VariantAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// A type with several forms, told apart by the kind of the node. Each form reads the node itself, so that spans and
/// errors inside are exact; serde's `untagged` would lose both. Usually declared with [`forms!`](crate::forms).
pub trait Forms: Sized {
    /// All forms, for "expected …": "a path, or a mapping with `path` and `via`".
    const EXPECTED: &'static str;

    /// Reads a single value.
    fn scalar<'de, D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(D::Error::invalid_type(Unexpected::Other("a value"), &Self::EXPECTED))
    }

    /// Reads a list.
    fn list<'de, D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(D::Error::invalid_type(Unexpected::Seq, &Self::EXPECTED))
    }

    /// Reads a mapping.
    fn mapping<'de, D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(D::Error::invalid_type(Unexpected::Map, &Self::EXPECTED))
    }
}

/// Reads whichever form the node has: the body of `Deserialize::deserialize` of a type with [`Forms`].
pub fn read_forms<'de, T: Forms, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_enum(magic::FORMS, &["scalar", "list", "mapping"], FormsVisitor(PhantomData))
}

struct FormsVisitor<T>(PhantomData<T>);

impl<'de, T: Forms> Visitor<'de> for FormsVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_enum<A: EnumAccess<'de>>(self, access: A) -> Result<T, A::Error> {
        let (form, node) = access.variant::<u8>()?;
        node.newtype_variant_seed(Form(form, PhantomData))
    }
}

struct Form<T>(u8, PhantomData<T>);

impl<'de, T: Forms> DeserializeSeed<'de> for Form<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, node: D) -> Result<T, D::Error> {
        match self.0 {
            0 => T::scalar(node),
            1 => T::list(node),
            _ => T::mapping(node),
        }
    }
}

/// Declares the forms of a type: for each, the type it is read as and how that becomes the type itself. Writes
/// `Forms`, `Deserialize` and `JsonSchema` (any of the forms, in this order).
///
/// ```
/// # use serde::Deserialize; use schemars::JsonSchema;
/// use specc::source::Spanned;
///
/// pub struct Health { pub path: Spanned<String>, pub via: Option<String> }
///
/// #[derive(Deserialize, JsonSchema)]
/// #[serde(deny_unknown_fields)]
/// struct Long { path: Spanned<String>, via: Option<String> }
///
/// specc::forms! {
///     /// How a service is asked whether it is well.
///     Health = "a path, or a mapping with `path` and `via`" {
///         scalar: Spanned<String> => |path| Health { path, via: None },
///         mapping: Long => |long| Health { path: long.path, via: long.via },
///     }
/// }
/// ```
#[macro_export]
macro_rules! forms {
    ($(#[doc = $doc:literal])* $type:ident = $expected:literal { $($form:ident: $of:ty => $build:expr),+ $(,)? }) => {
        impl $crate::syntax::yaml::Forms for $type {
            const EXPECTED: &'static str = $expected;

            $(fn $form<'de, D: ::serde::Deserializer<'de>>(node: D) -> Result<Self, D::Error> {
                <$of as ::serde::Deserialize<'de>>::deserialize(node).map($build)
            })+
        }

        impl<'de> ::serde::Deserialize<'de> for $type {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::syntax::yaml::read_forms(deserializer)
            }
        }

        impl ::schemars::JsonSchema for $type {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }

            fn schema_id() -> ::std::borrow::Cow<'static, str> {
                concat!(module_path!(), "::", stringify!($type)).into()
            }

            fn json_schema(generator: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                let forms = vec![$(generator.subschema_for::<$of>()),+];
                let mut schema = ::schemars::Schema::default();
                let doc = [$($doc),*].map(str::trim).join("\n");
                if !doc.is_empty() {
                    schema.insert("description".to_owned(), doc.into());
                }
                let forms = forms.into_iter().map(::serde_json::Value::from).collect();
                schema.insert("anyOf".to_owned(), ::serde_json::Value::Array(forms));
                schema
            }
        }
    };
}
