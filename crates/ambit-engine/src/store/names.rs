//! A persistent interner: names (a tag and a text) to dense numbers and back. Numbers are never given twice.
//!
//! Look-up costs one cache miss in a small open-addressed shard and two for comparing the text. A new name copies one
//! shard and one page; when shards fill up, twice as many are made from the hashes that the slots hold.

use super::rows::Rows;
use super::spine::Spine;
use foldhash::quality::RandomState;
use std::hash::{BuildHasher, Hasher};

const SLOTS: usize = 64;
/// Above this many names a shard is too full to be searched quickly.
const FULL: u32 = 52;
/// On average, shards are kept below this.
const AVERAGE: usize = 32;

/// `0` is free; else the number plus one in the low half and the upper half of the hash in the high half.
#[derive(Debug, Clone)]
struct Shard {
    used: u32,
    slots: [u64; SLOTS],
}

impl Default for Shard {
    fn default() -> Self {
        Self { used: 0, slots: [0; SLOTS] }
    }
}

impl Shard {
    fn insert(&mut self, hash: u64, number: u32) {
        let mut slot = hash as usize % SLOTS;
        while self.slots[slot] != 0 {
            slot = (slot + 1) % SLOTS;
        }
        self.slots[slot] = (hash & HIGH) | u64::from(number + 1);
        self.used += 1;
    }
}

const HIGH: u64 = 0xFFFF_FFFF_0000_0000;

/// A persistent interner.
#[derive(Debug, Clone)]
pub struct Names {
    hasher: RandomState,
    shards: Spine<Shard>,
    texts: Rows<u32, u8, ()>,
}

impl Default for Names {
    fn default() -> Self {
        let mut shards = Spine::default();
        shards.push(Shard::default());
        Self { hasher: RandomState::default(), shards, texts: Rows::default() }
    }
}

impl Names {
    /// How many names there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// The number of a name.
    #[inline]
    #[must_use]
    pub fn get(&self, tag: u32, text: &str) -> Option<u32> {
        let hash = self.hash(tag, text);
        let shard = self.shards.get(self.shard_of(hash))?;
        let mut slot = hash as usize % SLOTS;
        loop {
            let entry = shard.slots[slot];
            if entry == 0 {
                return None;
            }
            if entry & HIGH == hash & HIGH {
                let number = (entry as u32) - 1;
                let row = self.texts.get(number)?;
                if *row.head == tag && row.a == text.as_bytes() {
                    return Some(number);
                }
            }
            slot = (slot + 1) % SLOTS;
        }
    }

    /// The number of a name, given now if it has none; none when there is no room left.
    pub fn intern(&mut self, tag: u32, text: &str) -> Option<u32> {
        if let Some(number) = self.get(tag, text) {
            return Some(number);
        }
        let number = self.texts.push(tag, text.as_bytes(), &[])?;
        if self.texts.len() > self.shards.len() * AVERAGE {
            self.grow();
        } else {
            self.place(number);
        }
        Some(number)
    }

    /// The tag and text of a number.
    #[must_use]
    pub fn name(&self, number: u32) -> Option<(u32, &str)> {
        let row = self.texts.get(number)?;
        std::str::from_utf8(row.a).ok().map(|text| (*row.head, text))
    }

    /// All names in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &str)> {
        (0..self.len() as u32).filter_map(|number| self.name(number))
    }

    fn hash(&self, tag: u32, text: &str) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        hasher.write_u32(tag);
        hasher.write(text.as_bytes());
        hasher.finish()
    }

    /// Slots use the lowest bits of the hash and tags the highest, shards those between.
    fn shard_of(&self, hash: u64) -> usize {
        (hash >> 8) as usize & (self.shards.len() - 1)
    }

    fn place(&mut self, number: u32) {
        let Some((tag, text)) = self.name(number) else { return };
        let hash = self.hash(tag, text);
        let index = self.shard_of(hash);
        match self.shards.get_mut(index) {
            Some(shard) if shard.used < FULL => shard.insert(hash, number),
            _ => self.grow(),
        }
    }

    /// Makes twice as many shards, or more, until every name has its place.
    fn grow(&mut self) {
        let mut count = self.shards.len() * 2;
        loop {
            let mut shards = vec![Shard::default(); count];
            let placed = (0..self.len() as u32).all(|number| {
                let Some((tag, text)) = self.name(number) else { return true };
                let hash = self.hash(tag, text);
                let shard = &mut shards[(hash >> 8) as usize & (count - 1)];
                let room = shard.used < FULL;
                if room {
                    shard.insert(hash, number);
                }
                room
            });
            if placed {
                self.shards = Spine::default();
                shards.into_iter().for_each(|shard| {
                    self.shards.push(shard);
                });
                return;
            }
            count *= 2;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_their_numbers_through_growth() {
        let mut names = Names::default();
        for index in 0..20_000u32 {
            assert_eq!(names.intern(index % 3, &format!("name-{index}")), Some(index));
        }
        let before = names.clone();
        names.intern(0, "later");
        for index in 0..20_000u32 {
            let text = format!("name-{index}");
            assert_eq!(names.intern(index % 3, &text), Some(index));
            assert_eq!(names.get((index + 1) % 3, &text), None);
            assert_eq!(names.name(index), Some((index % 3, text.as_str())));
        }
        assert_eq!((before.get(0, "later"), names.get(0, "later")), (None, Some(20_000)));
    }
}
