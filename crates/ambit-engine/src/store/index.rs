//! A persistent index from hashes to numbers: shards of open-addressed slots, each of which grows on its own.
//!
//! A look-up costs one cache miss. A new number copies one small shard; when shards get long on average, twice as many
//! are made from the hashes that the slots hold, without reading a single name.

use super::spine::Spine;
use std::sync::Arc;

/// On average, shards hold no more numbers than this.
const AVERAGE_MAX: usize = 64;
const SLOTS_MIN: usize = 8;
const NUMBER: u64 = 0xFFFF_FFFF;

/// A persistent index from hashes to numbers. A slot is free if it is `0`; else it holds the upper half of a hash and,
/// in its low half, the number plus one.
#[derive(Debug, Clone)]
pub struct Index {
    shards: Spine<u64>,
    len: usize,
}

impl Default for Index {
    fn default() -> Self {
        Self::from_slots(Vec::new())
    }
}

impl Index {
    /// An index of these hashes with their numbers, made at once.
    #[must_use]
    pub fn build(hashes: impl Iterator<Item = u64>) -> Self {
        Self::from_slots(hashes.zip(1..).map(|(hash, number)| (hash & !NUMBER) | number).collect())
    }

    fn from_slots(taken: Vec<u64>) -> Self {
        let count = (taken.len() / AVERAGE_MAX + 1).next_power_of_two();
        let mut by_shard = vec![Vec::new(); count];
        let len = taken.len();
        taken.into_iter().for_each(|slot| by_shard[shard_of(slot, count)].push(slot));
        let mut shards = Spine::default();
        by_shard.iter().for_each(|slots| {
            shards.push(shard(slots.iter().copied(), slots.len()));
        });
        Self { shards, len }
    }

    /// What the caller makes of a number that was put under a hash, the first time that it makes anything; few numbers
    /// that are not meant are offered.
    #[inline]
    #[must_use]
    pub fn find<T>(&self, hash: u64, mut recognize: impl FnMut(u32) -> Option<T>) -> Option<T> {
        let shard = self.shards.get(shard_of(hash, self.shards.len()))?;
        let mut at = slot_of(hash, shard.len());
        loop {
            let slot = *shard.get(at)?;
            if slot == 0 {
                return None;
            }
            if (slot ^ hash) & !NUMBER == 0 {
                let found = recognize((slot & NUMBER) as u32 - 1);
                if found.is_some() {
                    return found;
                }
            }
            at = if at + 1 == shard.len() { 0 } else { at + 1 };
        }
    }

    /// Puts a number under a hash.
    pub fn insert(&mut self, hash: u64, number: u32) {
        self.len += 1;
        if self.len > self.shards.len() * AVERAGE_MAX {
            self.double();
        }
        let at = shard_of(hash, self.shards.len());
        let Some(place) = self.shards.place(at) else { return };
        let slot = (hash & !NUMBER) | u64::from(number + 1);
        let used = place.iter().filter(|slot| **slot != 0).count();
        if (used + 1) * 5 > place.len() * 4 {
            let all = place.iter().copied().filter(|slot| *slot != 0).chain([slot]);
            *place = shard(all, used + 1);
        } else {
            put(Arc::make_mut(place), slot);
        }
    }

    fn double(&mut self) {
        let blocks = (0..self.shards.len()).filter_map(|at| self.shards.get(at));
        let taken = blocks.flatten().copied().filter(|slot| *slot != 0).collect();
        *self = Self { len: self.len, ..Self::from_slots(taken) };
    }
}

/// Shards are told apart by the lowest bits of the hash's upper half, slots by its highest ones.
#[inline]
fn shard_of(hash: u64, count: usize) -> usize {
    (hash >> 32 & (count as u64 - 1)) as usize
}

#[inline]
fn slot_of(hash: u64, slots: usize) -> usize {
    (((hash >> 40) * slots as u64) >> 24) as usize
}

/// A shard with room for a few more.
fn shard(taken: impl Iterator<Item = u64>, count: usize) -> Arc<[u64]> {
    let mut slots = vec![0; (count * 8 / 5 + 1).max(SLOTS_MIN)];
    taken.for_each(|slot| put(&mut slots, slot));
    slots.into()
}

fn put(slots: &mut [u64], slot: u64) {
    let mut at = slot_of(slot, slots.len());
    while slots[at] != 0 {
        at = if at + 1 == slots.len() { 0 } else { at + 1 };
    }
    slots[at] = slot;
}
