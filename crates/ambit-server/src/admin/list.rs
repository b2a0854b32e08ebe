//! Lists in pages. A cursor is where the last page ended, in the numbers of the view, which are never given twice; it
//! stays good while the organization changes, and items that come or go meanwhile are seen or not.

use crate::error::{Error, Result};
use crate::hex;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How much a page holds when nobody says.
const DEFAULT: usize = 100;
/// How much a page holds at most.
const MOST: usize = 1_000;

/// Which part of a list is wanted.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct Part {
    /// At most so many.
    pub limit: Option<usize>,
    /// After the page that ended here.
    pub cursor: Option<String>,
}

/// The place of an item in a list.
pub type Key = [u32; 3];

/// One page.
#[derive(Debug, Serialize, JsonSchema)]
pub struct List<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// The cursor of the next page; none on the last one.
    pub next: Option<String>,
    /// The revision that was read.
    pub revision: u64,
}

impl Part {
    /// The place after which the page begins.
    ///
    /// # Errors
    /// If the cursor is none of ours.
    pub fn after(&self) -> Result<Option<Key>> {
        let Some(cursor) = &self.cursor else { return Ok(None) };
        let key = hex::decode(cursor).filter(|bytes| bytes.len() == 12).map(|bytes| {
            let (numbers, _) = bytes.as_chunks::<4>();
            let mut key = [0; 3];
            for (number, bytes) in key.iter_mut().zip(numbers) {
                *number = u32::from_be_bytes(*bytes);
            }
            key
        });
        key.map(Some)
            .ok_or_else(|| Error::bad_request("invalid_cursor", "the cursor is not one that was given here"))
    }

    fn size(&self) -> usize {
        self.limit.unwrap_or(DEFAULT).clamp(1, MOST)
    }

    /// Cuts the page out of items that come in the order of their keys.
    ///
    /// # Errors
    /// If the cursor is none of ours, or an item cannot be shown.
    pub fn of<I, T>(
        &self,
        revision: u64,
        items: impl Iterator<Item = (Key, I)>,
        show: impl Fn(I) -> Result<T>,
    ) -> Result<List<T>> {
        let after = self.after()?;
        let size = self.size();
        let mut page = Vec::new();
        let mut last = None;
        for (key, item) in items.filter(|(key, _)| after.is_none_or(|after| *key > after)) {
            if page.len() == size {
                return Ok(List { items: page, next: last.map(cursor), revision });
            }
            page.push(show(item)?);
            last = Some(key);
        }
        Ok(List { items: page, next: None, revision })
    }
}

fn cursor(key: Key) -> String {
    hex::encode(&key.map(u32::to_be_bytes).concat())
}

/// Keys for items that are few and have no numbers: their positions.
pub fn counted<I>(items: impl Iterator<Item = I>) -> impl Iterator<Item = (Key, I)> {
    items.zip(0u32..).map(|(item, position)| ([position, 0, 0], item))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_put_together_are_the_whole() {
        let all: Vec<Key> = (0..25).map(|n| [n / 7, n % 7, 1]).collect();
        for limit in [1, 2, 7, 24, 25, 26] {
            let mut seen = Vec::new();
            let mut part = Part { limit: Some(limit), cursor: None };
            loop {
                let page = part.of(1, all.iter().map(|key| (*key, *key)), Ok).unwrap();
                assert!(page.items.len() <= limit);
                seen.extend(page.items);
                match page.next {
                    Some(next) => part.cursor = Some(next),
                    None => break,
                }
            }
            assert_eq!(seen, all, "limit {limit}");
        }
    }

    #[test]
    fn strange_cursors_are_refused() {
        for cursor in ["", "zz", "00", &"0".repeat(26), "é"] {
            let part = Part { limit: None, cursor: Some(cursor.into()) };
            assert!(part.after().is_err(), "{cursor}");
        }
    }
}
