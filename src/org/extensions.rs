//! State that layers above keep with an org: compiled queries, metadata definitions. The org holds it and does not know it.

use std::any::{Any, TypeId};

use elsa::FrozenMap;

/// One value of each type, made when it is first asked for and kept as long as the org.
#[derive(Default)]
pub struct Extensions(FrozenMap<TypeId, Box<dyn Any + Send>>);

impl Extensions {
    /// The value of this type.
    pub fn get<T: Any + Send + Default>(&self) -> &T {
        let key = TypeId::of::<T>();
        let value = self.0.get(&key).unwrap_or_else(|| self.0.insert(key, Box::new(T::default())));
        // The key is the type, so that the downcast succeeds.
        value.downcast_ref().unwrap_or_else(|| unreachable!("an extension is kept under its type"))
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn a_value_stays() {
        let extensions = Extensions::default();
        extensions.get::<Cell<u8>>().set(7);
        extensions.get::<Cell<i64>>().set(-1);
        assert_eq!(extensions.get::<Cell<u8>>().get(), 7);
        assert_eq!(extensions.get::<Cell<i64>>().get(), -1);
    }
}
