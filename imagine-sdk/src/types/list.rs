//! The common methods of list types.

/// Implements the methods and traits of a newtype around a `Vec`.
macro_rules! list {
    ([$($generics:ident),*] $list:ty, $item:ty) => {
        impl<$($generics),*> $list {
            /// Returns the number of items.
            pub fn len(&self) -> usize {
                self.0.len()
            }

            /// Returns true if there are no items.
            pub fn is_empty(&self) -> bool {
                self.0.is_empty()
            }

            /// Returns an iterator over the items.
            pub fn iter(&self) -> std::slice::Iter<'_, $item> {
                self.0.iter()
            }

            /// Returns the first item.
            pub fn first(&self) -> Option<&$item> {
                self.0.first()
            }

            /// Returns the last item.
            pub fn last(&self) -> Option<&$item> {
                self.0.last()
            }

            /// Returns the items as a slice.
            pub fn as_slice(&self) -> &[$item] {
                &self.0
            }

            /// Returns the items as a vector.
            pub fn into_vec(self) -> Vec<$item> {
                self.0
            }
        }

        impl<$($generics),*> IntoIterator for $list {
            type Item = $item;
            type IntoIter = std::vec::IntoIter<$item>;

            fn into_iter(self) -> Self::IntoIter {
                self.0.into_iter()
            }
        }

        impl<'list, $($generics),*> IntoIterator for &'list $list {
            type Item = &'list $item;
            type IntoIter = std::slice::Iter<'list, $item>;

            fn into_iter(self) -> Self::IntoIter {
                self.0.iter()
            }
        }

        impl<$($generics),*> FromIterator<$item> for $list {
            fn from_iter<I: IntoIterator<Item = $item>>(items: I) -> Self {
                let mut list = Self::default();
                list.0.extend(items);
                list
            }
        }

        impl<$($generics),*> AsRef<[$item]> for $list {
            fn as_ref(&self) -> &[$item] {
                &self.0
            }
        }
    };
}

pub(crate) use list;
