//! A persistent vector of shared items: a radix tree of fixed depth, three pointers from root to item.
//!
//! Reading costs three dependent loads, the first two of which stay in cache; changing one item copies three nodes of
//! 64 pointers when the tree is shared, and nothing when it is not.

use std::sync::Arc;

const BITS: usize = 6;
const WIDTH: usize = 1 << BITS;
/// How many items fit.
pub const CAPACITY: usize = WIDTH * WIDTH * WIDTH;

type Leaf<T> = Vec<Arc<T>>;
type Branch<T> = Vec<Arc<Leaf<T>>>;

/// A persistent, growable vector of `Arc<T>`.
#[derive(Debug)]
pub struct Spine<T> {
    root: Arc<Vec<Arc<Branch<T>>>>,
    len: usize,
}

impl<T> Clone for Spine<T> {
    fn clone(&self) -> Self {
        Self { root: Arc::clone(&self.root), len: self.len }
    }
}

impl<T> Default for Spine<T> {
    fn default() -> Self {
        Self { root: Arc::new(Vec::new()), len: 0 }
    }
}

impl<T: Clone> Spine<T> {
    /// How many items there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The item at an index.
    #[inline]
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&T> {
        let branch = self.root.get(index >> (2 * BITS))?;
        let leaf = branch.get((index >> BITS) & (WIDTH - 1))?;
        leaf.get(index & (WIDTH - 1)).map(Arc::as_ref)
    }

    /// The item at an index, made this tree's own.
    pub fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        let root = Arc::make_mut(&mut self.root);
        let branch = Arc::make_mut(root.get_mut(index >> (2 * BITS))?);
        let leaf = Arc::make_mut(branch.get_mut((index >> BITS) & (WIDTH - 1))?);
        leaf.get_mut(index & (WIDTH - 1)).map(Arc::make_mut)
    }

    /// Adds an item at the end; false when there is no room.
    pub fn push(&mut self, item: T) -> bool {
        if self.len == CAPACITY {
            return false;
        }
        let root = Arc::make_mut(&mut self.root);
        if self.len.is_multiple_of(WIDTH * WIDTH) {
            root.push(Arc::new(Vec::with_capacity(WIDTH)));
        }
        if let Some(branch) = root.last_mut() {
            let branch = Arc::make_mut(branch);
            if self.len.is_multiple_of(WIDTH) {
                branch.push(Arc::new(Vec::with_capacity(WIDTH)));
            }
            if let Some(leaf) = branch.last_mut() {
                Arc::make_mut(leaf).push(Arc::new(item));
            }
        }
        self.len += 1;
        true
    }

    /// All items in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.root.iter().flat_map(|branch| branch.iter()).flat_map(|leaf| leaf.iter()).map(Arc::as_ref)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_found_and_clones_do_not_see_later_changes() {
        let mut spine = Spine::default();
        for item in 0..10_000usize {
            assert!(spine.push(item));
        }
        let before = spine.clone();
        *spine.get_mut(4_321).unwrap() = 7;
        assert!(spine.push(1));
        assert_eq!((before.get(4_321), spine.get(4_321)), (Some(&4_321), Some(&7)));
        assert_eq!((before.len(), spine.len(), before.get(10_000)), (10_000, 10_001, None));
        assert!(before.iter().copied().eq(0..10_000));
    }
}
