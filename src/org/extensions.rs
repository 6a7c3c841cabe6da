//! State that layers above keep with an org: compiled queries, metadata definitions. The org holds it and does not know it.

use std::any::Any;

use elsa::FrozenVec;

/// What a layer above keeps with an org.
pub trait Extension: Any + Send + Default {
    /// What a copy of the org has in its place. A cache begins anew, and need not say so.
    fn copy(&self) -> Self {
        Self::default()
    }
}

/// An [`Extension`] whose type is not known.
trait Kept: Send {
    fn copy(&self) -> Box<dyn Kept>;
    fn as_any(&self) -> &dyn Any;
}

impl<T: Extension> Kept for T {
    fn copy(&self) -> Box<dyn Kept> {
        Box::new(Extension::copy(self))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// One value of each type, made when it is first asked for and kept as long as the org. There are few, so a list does.
#[derive(Default)]
pub struct Extensions(FrozenVec<Box<dyn Kept>>);

impl Extensions {
    /// The value of this type.
    pub fn get<T: Extension>(&self) -> &T {
        match self.0.iter().find_map(|kept| kept.as_any().downcast_ref()) {
            Some(value) => value,
            None => {
                let value = self.0.push_get(Box::new(T::default()));
                value.as_any().downcast_ref().unwrap_or_else(|| unreachable!("it was made with this type"))
            }
        }
    }

    /// Those of a copy of the org.
    pub fn copy(&self) -> Extensions {
        Extensions(self.0.iter().map(Kept::copy).collect())
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    impl Extension for Cell<u8> {}

    impl Extension for Cell<i64> {
        fn copy(&self) -> Self {
            self.clone()
        }
    }

    #[test]
    fn a_value_stays() {
        let extensions = Extensions::default();
        extensions.get::<Cell<u8>>().set(7);
        extensions.get::<Cell<i64>>().set(-1);
        assert_eq!(extensions.get::<Cell<u8>>().get(), 7);
        assert_eq!(extensions.get::<Cell<i64>>().get(), -1);
        let copy = extensions.copy();
        assert_eq!(copy.get::<Cell<u8>>().get(), 0);
        assert_eq!(copy.get::<Cell<i64>>().get(), -1);
    }
}
