//! The macros that give generated types their traits: each one line that forwards to a walk.

/// Gives structs that implement [`Object`](crate::Object) their `Debug`, `PartialEq`, `Serialize` and
/// `Deserialize`: one-line forwarders to functions over `&dyn Object`.
///
/// The forwarders are `#[inline]`, so that nothing is compiled for a type until it is used: without it the
/// release build of the generated crate took 1.4 times as long.
#[macro_export]
macro_rules! objects {
    ($($type:ident)*) => {$(
        impl ::std::cmp::PartialEq for $type {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                $crate::object::equal(self, other)
            }
        }
        impl ::std::fmt::Debug for $type {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                $crate::object::debug(self, f)
            }
        }
        impl $crate::macro_support::serde::Serialize for $type {
            fn serialize<S>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error>
            where
                S: $crate::macro_support::serde::Serializer,
            {
                $crate::macro_support::serialize(self, serializer)
            }
        }
        impl<'de> $crate::macro_support::serde::Deserialize<'de> for $type {
            fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
            where
                D: $crate::macro_support::serde::Deserializer<'de>,
            {
                $crate::macro_support::deserialize(deserializer)
            }
        }
    )*};
}

/// Gives enums that implement [`OpenEnum`](crate::OpenEnum) their `Value`, `Debug`, `Display`, conversions from
/// strings, comparison by their text with each other and with `str`, `Hash`, `Serialize` and `Deserialize`.
///
/// What `derive` makes for an enum is several times as much to check as these lines.
#[macro_export]
macro_rules! open_enums {
    ($($type:ident)*) => {$(
        impl $crate::Value for $type {
            #[inline]
            fn view(&self) -> $crate::Ref<'_> {
                $crate::Ref::Str($crate::OpenEnum::as_str(self))
            }
            #[inline]
            fn slot(&mut self) -> $crate::Mut<'_> {
                $crate::Mut::Enum(self)
            }
        }
        impl ::std::fmt::Debug for $type {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Debug::fmt($crate::OpenEnum::as_str(self), f)
            }
        }
        impl ::std::fmt::Display for $type {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad($crate::OpenEnum::as_str(self))
            }
        }
        impl ::std::convert::From<&str> for $type {
            #[inline]
            fn from(value: &str) -> Self {
                let mut it = <$type>::default();
                $crate::OpenEnum::set(&mut it, &value.into());
                it
            }
        }
        impl ::std::cmp::PartialEq for $type {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                $crate::OpenEnum::as_str(self) == $crate::OpenEnum::as_str(other)
            }
        }
        impl ::std::cmp::Eq for $type {}
        impl ::std::cmp::PartialOrd for $type {
            #[inline]
            fn partial_cmp(&self, other: &Self) -> ::std::option::Option<::std::cmp::Ordering> {
                ::std::option::Option::Some(::std::cmp::Ord::cmp(self, other))
            }
        }
        impl ::std::cmp::Ord for $type {
            #[inline]
            fn cmp(&self, other: &Self) -> ::std::cmp::Ordering {
                ::std::cmp::Ord::cmp($crate::OpenEnum::as_str(self), $crate::OpenEnum::as_str(other))
            }
        }
        impl ::std::hash::Hash for $type {
            #[inline]
            fn hash<H: ::std::hash::Hasher>(&self, state: &mut H) {
                ::std::hash::Hash::hash($crate::OpenEnum::as_str(self), state)
            }
        }
        impl ::std::cmp::PartialEq<str> for $type {
            #[inline]
            fn eq(&self, other: &str) -> bool {
                $crate::OpenEnum::as_str(self) == other
            }
        }
        impl ::std::cmp::PartialEq<&str> for $type {
            #[inline]
            fn eq(&self, other: &&str) -> bool {
                $crate::OpenEnum::as_str(self) == *other
            }
        }
        impl $crate::macro_support::serde::Serialize for $type {
            fn serialize<S>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error>
            where
                S: $crate::macro_support::serde::Serializer,
            {
                serializer.serialize_str($crate::OpenEnum::as_str(self))
            }
        }
        impl<'de> $crate::macro_support::serde::Deserialize<'de> for $type {
            fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
            where
                D: $crate::macro_support::serde::Deserializer<'de>,
            {
                $crate::macro_support::deserialize_enum(deserializer)
            }
        }
    )*};
}
