//! A persistent vector of blocks, each a shared slice: a radix tree of fixed depth whose nodes are plain arrays.
//!
//! Reading costs three dependent loads before the block itself, and they stay in cache; changing one block of a shared
//! tree copies one array of each level, and nothing when it is not shared. The widths are small, since copying an array
//! touches the counter of everything that it points to.

use std::sync::Arc;

const LEAF_BITS: usize = 5;
const LEAF: usize = 1 << LEAF_BITS;
const BRANCH_BITS: usize = 5;
const BRANCH: usize = 1 << BRANCH_BITS;
const ROOT_MAX: usize = 1 << 12;
/// How many blocks fit.
pub const CAPACITY: usize = LEAF * BRANCH * ROOT_MAX;

type Block<W> = Arc<[W]>;
type Leaf<W> = [Block<W>; LEAF];
type Branch<W> = [Arc<Leaf<W>>; BRANCH];

/// A persistent, growable vector of slices of `W`.
#[derive(Debug)]
pub struct Spine<W> {
    root: Arc<Vec<Arc<Branch<W>>>>,
    len: usize,
}

impl<W> Clone for Spine<W> {
    fn clone(&self) -> Self {
        Self { root: Arc::clone(&self.root), len: self.len }
    }
}

impl<W> Default for Spine<W> {
    fn default() -> Self {
        Self { root: Arc::new(Vec::new()), len: 0 }
    }
}

impl<W> Spine<W> {
    /// How many blocks there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The block at an index; beyond the end none, or an empty one.
    #[inline]
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&[W]> {
        let branch = self.root.get(index >> (LEAF_BITS + BRANCH_BITS))?;
        Some(&branch[(index >> LEAF_BITS) % BRANCH][index % LEAF])
    }

    /// The place of a block, made this tree's own; the block itself may still be shared.
    pub fn place(&mut self, index: usize) -> Option<&mut Arc<[W]>> {
        if index >= self.len {
            return None;
        }
        let branch = Arc::make_mut(&mut self.root).get_mut(index >> (LEAF_BITS + BRANCH_BITS))?;
        let leaf = &mut Arc::make_mut(branch)[(index >> LEAF_BITS) % BRANCH];
        Some(&mut Arc::make_mut(leaf)[index % LEAF])
    }

    /// Adds a block at the end; false when there is no room.
    pub fn push(&mut self, block: Arc<[W]>) -> bool {
        if self.len == CAPACITY {
            return false;
        }
        if self.len.is_multiple_of(LEAF * BRANCH) {
            let leaf = Arc::new(std::array::from_fn(|_| Arc::default()));
            let branch = Arc::new(std::array::from_fn(|_| Arc::clone(&leaf)));
            Arc::make_mut(&mut self.root).push(branch);
        }
        self.len += 1;
        if let Some(place) = self.place(self.len - 1) {
            *place = block;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_found_and_clones_do_not_see_later_changes() {
        let block = |item: u32| Arc::<[u32]>::from([item]);
        let mut spine = Spine::default();
        for item in 0..10_000 {
            assert!(spine.push(block(item)));
        }
        let before = spine.clone();
        *spine.place(4_321).unwrap() = block(7);
        assert!(spine.push(block(1)));
        assert_eq!((before.get(4_321), spine.get(4_321)), (Some(&[4_321][..]), Some(&[7][..])));
        assert_eq!((before.len(), spine.len()), (10_000, 10_001));
        assert!(before.get(10_000).is_none_or(<[u32]>::is_empty));
        assert!(spine.place(10_001).is_none());
        assert!((0..10_000).all(|item| before.get(item) == Some(&[item as u32][..])));
    }
}
