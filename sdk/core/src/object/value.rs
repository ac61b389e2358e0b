//! The two views of a value: [`Ref`] to read it and [`Mut`] to decode into it.

use super::{Edit, Entries, Fields, Object, OpenEnum, Sequence};
use crate::{ByteString, IntOrString, Map, MicroTime, Quantity, RawJson, Str, Time};

/// A value of an object, to read.
#[derive(Clone, Copy)]
pub enum Ref<'a> {
    /// Not set.
    None,
    /// A string, the value of an open enum, or a quantity.
    Str(&'a str),
    /// A boolean.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A floating-point number.
    Float(f64),
    /// A time in whole seconds.
    Time(Time),
    /// A time in microseconds.
    MicroTime(MicroTime),
    /// Bytes, base64 in JSON.
    Bytes(&'a [u8]),
    /// Free-form JSON text.
    Raw(&'a RawJson),
    /// A struct.
    Object(&'a dyn Object),
    /// An array.
    Sequence(&'a dyn Sequence),
    /// A map with string keys.
    Map(&'a dyn Entries),
}

/// A place of an object, to decode into.
pub enum Mut<'a> {
    /// A string.
    Str(&'a mut Str),
    /// A quantity: a string that may also arrive as a number.
    Quantity(&'a mut Quantity),
    /// An open enum.
    Enum(&'a mut dyn OpenEnum),
    /// A boolean.
    Bool(&'a mut bool),
    /// A 32-bit integer.
    I32(&'a mut i32),
    /// A 64-bit integer.
    I64(&'a mut i64),
    /// A floating-point number.
    Float(&'a mut f64),
    /// A time in whole seconds.
    Time(&'a mut Time),
    /// A time in microseconds.
    MicroTime(&'a mut MicroTime),
    /// An integer or a string.
    IntOrString(&'a mut IntOrString),
    /// Bytes, base64 in JSON.
    Bytes(&'a mut ByteString),
    /// Free-form JSON text.
    Raw(&'a mut RawJson),
    /// A struct.
    Object(&'a mut dyn Object),
    /// An array.
    Sequence(&'a mut dyn Sequence),
    /// A map with string keys.
    Map(&'a mut dyn Entries),
    /// No such place: whatever comes is checked and skipped.
    Skip,
}

/// A type that a field can have.
pub trait Value {
    /// The value, to read.
    fn view(&self) -> Ref<'_>;
    /// The place, to decode into; an optional one is made first.
    fn slot(&mut self) -> Mut<'_>;
}

impl Ref<'_> {
    /// True for what an optional field is left out for: not set, or an array or map without elements.
    #[inline]
    pub fn is_empty(&self) -> bool {
        match self {
            Ref::None => true,
            Ref::Sequence(sequence) => sequence.is_empty(),
            Ref::Map(map) => map.is_empty(),
            Ref::Str(_)
            | Ref::Bool(_)
            | Ref::Int(_)
            | Ref::Float(_)
            | Ref::Time(_)
            | Ref::MicroTime(_)
            | Ref::Bytes(_)
            | Ref::Raw(_)
            | Ref::Object(_) => false,
        }
    }
}

impl<'a> Ref<'a> {
    /// A struct that may not be there.
    #[inline]
    pub fn boxed<T: Object>(it: &'a Option<Box<T>>) -> Self {
        match it {
            Some(object) => Ref::Object(&**object),
            None => Ref::None,
        }
    }

    /// The text, of a string, the value of an open enum, or a quantity.
    pub fn as_str(&self) -> Option<&'a str> {
        match self {
            Ref::Str(it) => Some(it),
            _ => None,
        }
    }

    /// The integer.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Ref::Int(it) => Some(*it),
            _ => None,
        }
    }

    /// The boolean.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Ref::Bool(it) => Some(*it),
            _ => None,
        }
    }

    /// The struct.
    pub fn as_object(&self) -> Option<&'a dyn Object> {
        match self {
            Ref::Object(it) => Some(*it),
            _ => None,
        }
    }
}

impl<'a> Mut<'a> {
    /// The place of a struct that may not be there; it is made first.
    #[inline]
    pub fn boxed<T: Object + Default>(it: &'a mut Option<Box<T>>) -> Self {
        if it.is_none() {
            // What is replaced is nothing: an assignment would compile how to drop it, once more for every type.
            std::mem::forget(it.replace(Box::new(T::default())));
        }
        match it {
            Some(object) => Mut::Object(&mut **object),
            None => Mut::Skip,
        }
    }
}

macro_rules! leaf {
    ($($type:ty => $place:ident, |$it:ident| $view:expr;)*) => {$(
        impl Value for $type {
            #[inline]
            fn view(&self) -> Ref<'_> {
                let $it = self;
                $view
            }
            #[inline]
            fn slot(&mut self) -> Mut<'_> {
                Mut::$place(self)
            }
        }
    )*};
}

leaf! {
    Str => Str, |it| Ref::Str(it.as_str());
    Quantity => Quantity, |it| Ref::Str(it.as_str());
    bool => Bool, |it| Ref::Bool(*it);
    i32 => I32, |it| Ref::Int(i64::from(*it));
    i64 => I64, |it| Ref::Int(*it);
    f64 => Float, |it| Ref::Float(*it);
    Time => Time, |it| if it.is_zero() { Ref::None } else { Ref::Time(*it) };
    MicroTime => MicroTime, |it| if it.is_zero() { Ref::None } else { Ref::MicroTime(*it) };
    IntOrString => IntOrString, |it| it.view();
    ByteString => Bytes, |it| Ref::Bytes(it.as_slice());
    RawJson => Raw, |it| Ref::Raw(it);
}

impl<T: Value + Default> Value for Option<T> {
    #[inline]
    fn view(&self) -> Ref<'_> {
        match self {
            Some(value) => value.view(),
            None => Ref::None,
        }
    }
    #[inline]
    fn slot(&mut self) -> Mut<'_> {
        if self.is_none() {
            // As in `Mut::boxed`.
            std::mem::forget(self.replace(T::default()));
        }
        match self {
            Some(value) => value.slot(),
            None => Mut::Skip,
        }
    }
}

/// A struct behind a box is the struct.
impl<T: Object> Object for Box<T> {
    fn fields(&self) -> &'static Fields {
        (**self).fields()
    }
    fn get(&self, field: usize) -> Ref<'_> {
        (**self).get(field)
    }
    fn get_mut(&mut self, field: usize) -> Mut<'_> {
        (**self).get_mut(field)
    }
    fn may_be_set(&self) -> u64 {
        (**self).may_be_set()
    }
}

/// One for all structs, not one for each.
impl<T: Object> Value for T {
    #[inline]
    fn view(&self) -> Ref<'_> {
        Ref::Object(self)
    }
    #[inline]
    fn slot(&mut self) -> Mut<'_> {
        Mut::Object(self)
    }
}

impl<T: Value + Default + Send + Sync> Value for Vec<T> {
    #[inline]
    fn view(&self) -> Ref<'_> {
        Ref::Sequence(self)
    }
    #[inline]
    fn slot(&mut self) -> Mut<'_> {
        Mut::Sequence(self)
    }
}

/// Spelled out, without combinators and closures: each generic function that is called here is compiled once more for
/// every type of elements.
impl<T: Value + Default + Send + Sync> Sequence for Vec<T> {
    fn count(&self) -> usize {
        let items: &[T] = self;
        items.len()
    }
    fn get(&self, index: usize) -> Ref<'_> {
        let items: &[T] = self;
        if index < items.len() { items[index].view() } else { Ref::None }
    }
    fn edit(&mut self, edit: Edit) -> Mut<'_> {
        match edit {
            Edit::Push | Edit::Null => {
                let element = self.push_mut(T::default());
                if edit == Edit::Push {
                    return element.slot();
                }
            }
            Edit::At(index) => {
                let items: &mut [T] = self;
                if index < items.len() {
                    return items[index].slot();
                }
            }
            Edit::Clear => self.clear(),
            Edit::Reserve(additional) => self.reserve_exact(additional),
            Edit::Finish => self.shrink_to_fit(),
        }
        Mut::Skip
    }
}

impl<T: Value + Default + Send + Sync> Value for Map<T> {
    #[inline]
    fn view(&self) -> Ref<'_> {
        Ref::Map(self)
    }
    #[inline]
    fn slot(&mut self) -> Mut<'_> {
        Mut::Map(self)
    }
}
