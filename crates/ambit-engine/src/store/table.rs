//! A persistent table of named rows. A name (a tag and a text) has a dense number, never given twice; under that number
//! stand a small head and two lists.
//!
//! Rows are kept together in pages, each one flat slice of words: where its rows begin, then the rows, name and lists
//! side by side. Finding a row by its name thus costs a line of the index, one of the page and those of the row, and
//! nothing is spent on a row's own allocation. A change writes the page anew.

use super::index::Index;
use super::spine::Spine;
use bytemuck::{Pod, try_cast_slice};
use foldhash::quality::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::marker::PhantomData;
use std::sync::Arc;

const PAGE_BITS: usize = 5;
const PAGE: usize = 1 << PAGE_BITS;
/// Tag and length of the text, head, lengths of the lists.
const FIXED: usize = 4;

/// The small part of a row: one word, and whatever the tag tells.
pub trait Head: Copy + Default {
    /// As a word.
    fn pack(self) -> u32;
    /// From the word and the tag of the row's name.
    fn unpack(word: u32, tag: u32) -> Self;
}

impl Head for () {
    fn pack(self) -> u32 {
        0
    }

    fn unpack(_: u32, _: u32) -> Self {}
}

/// A persistent table whose rows have a name, a head `H` and two lists, of `A` and of `B`.
#[derive(Debug)]
pub struct Table<H, A, B> {
    hasher: RandomState,
    index: Index,
    pages: Spine<u32>,
    len: usize,
    kinds: PhantomData<(H, A, B)>,
}

impl<H, A, B> Clone for Table<H, A, B> {
    fn clone(&self) -> Self {
        let Self { hasher, index, pages, len, kinds } = self;
        Self { hasher: hasher.clone(), index: index.clone(), pages: pages.clone(), len: *len, kinds: *kinds }
    }
}

impl<H, A, B> Default for Table<H, A, B> {
    fn default() -> Self {
        Self {
            hasher: RandomState::default(),
            index: Index::default(),
            pages: Spine::default(),
            len: 0,
            kinds: PhantomData,
        }
    }
}

/// A row as it is read.
#[derive(Debug, Clone, Copy)]
pub struct RowRef<'a, H, A, B> {
    /// The head.
    pub head: H,
    /// The first list.
    pub a: &'a [A],
    /// The second list.
    pub b: &'a [B],
}

/// A row as it is written at once.
#[derive(Debug, Clone, Copy)]
pub struct NewRow<'a, H, A, B> {
    /// The tag of the name.
    pub tag: u32,
    /// The text of the name.
    pub text: &'a str,
    /// Head and lists.
    pub row: RowRef<'a, H, A, B>,
}

impl<H: Head, A: Pod, B: Pod> Table<H, A, B> {
    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The number of a name.
    #[inline]
    #[must_use]
    pub fn find(&self, tag: u32, text: &str) -> Option<u32> {
        self.find_words(tag, text).map(|(number, _)| number)
    }

    /// The number and the row of a name.
    #[inline]
    #[must_use]
    pub fn find_row(&self, tag: u32, text: &str) -> Option<(u32, RowRef<'_, H, A, B>)> {
        let (number, words) = self.find_words(tag, text)?;
        Some((number, read(words)?))
    }

    #[inline]
    fn find_words(&self, tag: u32, text: &str) -> Option<(u32, &[u32])> {
        self.index.find(self.hash(tag, text), |number| {
            let row = self.words(number)?;
            (tag_of(row) == Some(tag) && text_of(row)? == text.as_bytes()).then_some((number, row))
        })
    }

    /// The number of a name, given now if it has none; none when it is too long or there is no room left.
    pub fn intern(&mut self, tag: u32, text: &str) -> Option<u32> {
        if let Some(number) = self.find(tag, text) {
            return Some(number);
        }
        let number = u32::try_from(self.len).ok().filter(|number| *number < u32::MAX)?;
        let row = RowRef { head: H::default(), a: &[], b: &[] };
        self.push(NewRow { tag, text, row })?;
        self.index.insert(self.hash(tag, text), number);
        Some(number)
    }

    /// The tag and text of a number.
    #[must_use]
    pub fn name(&self, number: u32) -> Option<(u32, &str)> {
        let row = self.words(number)?;
        std::str::from_utf8(text_of(row)?).ok().map(|text| Some((tag_of(row)?, text)))?
    }

    /// All names in the order of their numbers.
    pub fn names(&self) -> impl Iterator<Item = (u32, &str)> {
        (0..self.len as u32).filter_map(|number| self.name(number))
    }

    /// The row of a number.
    #[inline]
    #[must_use]
    pub fn get(&self, number: u32) -> Option<RowRef<'_, H, A, B>> {
        read(self.words(number)?)
    }

    /// Changes a row's head.
    pub fn set_head(&mut self, number: u32, head: H) {
        self.rewrite(number, Some(head), None, None);
    }

    /// Replaces a row's first list.
    pub fn set_a(&mut self, number: u32, list: &[A]) {
        self.rewrite(number, None, Some(list), None);
    }

    /// Replaces a row's second list.
    pub fn set_b(&mut self, number: u32, list: &[B]) {
        self.rewrite(number, None, None, Some(list));
    }

    fn hash(&self, tag: u32, text: &str) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        hasher.write_u32(tag);
        hasher.write(text.as_bytes());
        hasher.finish()
    }

    /// A row's words; those of other rows may follow.
    #[inline]
    fn words(&self, number: u32) -> Option<&[u32]> {
        let page = self.pages.get(number as usize >> PAGE_BITS)?;
        page.get(*page.get(number as usize % PAGE)? as usize..)
    }

    fn push(&mut self, new: NewRow<'_, H, A, B>) -> Option<()> {
        let (page, at) = (self.len >> PAGE_BITS, self.len % PAGE);
        if at == 0 {
            self.pages.push(vec![PAGE as u32; PAGE].into()).then_some(())?;
        }
        let written = with_row(self.pages.get(page)?, at, new)?;
        *self.pages.place(page)? = written;
        self.len += 1;
        Some(())
    }

    /// Writes the page of a row anew, with parts of this row replaced.
    fn rewrite(&mut self, number: u32, head: Option<H>, a: Option<&[A]>, b: Option<&[B]>) -> Option<()> {
        let (page, at) = (number as usize >> PAGE_BITS, number as usize % PAGE);
        let (tag, text) = self.name(number)?;
        let old = self.get(number)?;
        let row = RowRef { head: head.unwrap_or(old.head), a: a.unwrap_or(old.a), b: b.unwrap_or(old.b) };
        let written = with_row(self.pages.get(page)?, at, NewRow { tag, text, row })?;
        *self.pages.place(page)? = written;
        Some(())
    }
}

/// A page in which one row is written anew and the others stay as they are.
fn with_row<H: Head, A: Pod, B: Pod>(
    page: &[u32],
    at: usize,
    new: NewRow<'_, H, A, B>,
) -> Option<Arc<[u32]>> {
    let start = *page.get(at)? as usize;
    let end = if at + 1 < PAGE { *page.get(at + 1)? as usize } else { page.len() };
    let mut written = Vec::with_capacity(page.len() + new.size());
    written.extend_from_slice(page.get(..start)?);
    new.write(&mut written)?;
    let moved = u32::try_from(written.len()).ok()?;
    written.extend_from_slice(page.get(end..)?);
    u32::try_from(written.len()).ok()?;
    for following in &mut written[at + 1..PAGE] {
        *following = *following - end as u32 + moved;
    }
    Some(written.into())
}

/// A table that is made at once, row by row, without keeping it readable in between.
#[derive(Debug)]
pub struct Builder<H, A, B> {
    table: Table<H, A, B>,
    hashes: Vec<u64>,
    page: Vec<u32>,
}

impl<H, A, B> Default for Builder<H, A, B> {
    fn default() -> Self {
        Self { table: Table::default(), hashes: Vec::new(), page: Vec::new() }
    }
}

impl<H: Head, A: Pod, B: Pod> Builder<H, A, B> {
    /// Adds a row under a name that no other row has; none if there is no room for it.
    pub fn push(&mut self, new: NewRow<'_, H, A, B>) -> Option<()> {
        let at = self.table.len % PAGE;
        if at == 0 {
            self.page.resize(PAGE, 0);
        }
        self.page[at] = u32::try_from(self.page.len()).ok()?;
        new.write(&mut self.page)?;
        self.hashes.push(self.table.hash(new.tag, new.text));
        self.table.len += 1;
        if at + 1 == PAGE { self.end_page() } else { Some(()) }
    }

    /// The rows that are not there begin where the page ends.
    fn end_page(&mut self) -> Option<()> {
        let (used, end) = ((self.table.len - 1) % PAGE + 1, u32::try_from(self.page.len()).ok()?);
        self.page[used..PAGE].fill(end);
        let pushed = self.table.pages.push(self.page.as_slice().into());
        self.page.clear();
        pushed.then_some(())
    }

    /// The table; none if there are too many rows.
    #[must_use]
    pub fn finish(mut self) -> Option<Table<H, A, B>> {
        if !self.page.is_empty() {
            self.end_page()?;
        }
        u32::try_from(self.table.len).ok().filter(|len| *len < u32::MAX)?;
        self.table.index = Index::build(self.hashes.into_iter());
        Some(self.table)
    }
}

impl<H: Head, A: Pod, B: Pod> NewRow<'_, H, A, B> {
    /// About how many words it takes.
    fn size(&self) -> usize {
        let lists = size_of_val(self.row.a) + size_of_val(self.row.b);
        FIXED + (self.text.len() + lists).div_ceil(4) + 1
    }

    fn write(&self, into: &mut Vec<u32>) -> Option<()> {
        let text = self.text.as_bytes();
        let (tag, length) = (u16::try_from(self.tag).ok()?, u16::try_from(text.len()).ok()?);
        into.push(u32::from(tag) << 16 | u32::from(length));
        into.push(self.row.head.pack());
        into.push(u32::try_from(self.row.a.len()).ok()?);
        into.push(u32::try_from(self.row.b.len()).ok()?);
        let word = |bytes: &[u8]| {
            let mut word = [0; 4];
            word[..bytes.len()].copy_from_slice(bytes);
            u32::from_ne_bytes(word)
        };
        into.extend(text.chunks(4).map(word));
        into.extend_from_slice(try_cast_slice(self.row.a).ok()?);
        into.extend_from_slice(try_cast_slice(self.row.b).ok()?);
        Some(())
    }
}

#[inline]
fn tag_of(row: &[u32]) -> Option<u32> {
    row.first().map(|word| word >> 16)
}

#[inline]
fn text_of(row: &[u32]) -> Option<&[u8]> {
    let length = (*row.first()? & 0xFFFF) as usize;
    let bytes: &[u8] = try_cast_slice(row.get(FIXED..FIXED + length.div_ceil(4))?).ok()?;
    bytes.get(..length)
}

#[inline]
fn read<H: Head, A: Pod, B: Pod>(row: &[u32]) -> Option<RowRef<'_, H, A, B>> {
    let [name, head, a_len, b_len, rest @ ..] = row else { return None };
    let (tag, text) = (name >> 16, (*name as usize & 0xFFFF).div_ceil(4));
    let a_end = text + *a_len as usize * (size_of::<A>() / 4);
    let b_end = a_end + *b_len as usize * (size_of::<B>() / 4);
    Some(RowRef {
        head: H::unpack(*head, tag),
        a: try_cast_slice(rest.get(text..a_end)?).ok()?,
        b: try_cast_slice(rest.get(a_end..b_end)?).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    impl Head for u32 {
        fn pack(self) -> u32 {
            self
        }

        fn unpack(word: u32, _: u32) -> Self {
            word
        }
    }

    #[derive(Debug, Clone)]
    enum Step {
        Intern(u32, String),
        SetA(usize, Vec<[u32; 3]>),
        SetB(usize, Vec<u32>),
        SetHead(usize, u32),
    }

    fn step() -> impl Strategy<Value = Step> {
        let threes = || prop::collection::vec(any::<[u32; 3]>(), 0..6);
        let words = || prop::collection::vec(any::<u32>(), 0..6);
        prop_oneof![
            3 => (0..3u32, "[a-c]{0,9}").prop_map(|(tag, text)| Step::Intern(tag, text)),
            2 => (0..200usize, threes()).prop_map(|(at, list)| Step::SetA(at, list)),
            2 => (0..200usize, words()).prop_map(|(at, list)| Step::SetB(at, list)),
            1 => (0..200usize, any::<u32>()).prop_map(|(at, head)| Step::SetHead(at, head)),
        ]
    }

    type Words = Table<u32, [u32; 3], u32>;
    type Plain = Vec<((u32, String), u32, Vec<[u32; 3]>, Vec<u32>)>;

    fn assert_same(table: &Words, plain: &Plain) {
        assert_eq!(table.len(), plain.len());
        for (number, ((tag, text), head, a, b)) in (0..).zip(plain) {
            let row = table.get(number).unwrap();
            assert_eq!((row.head, row.a, row.b), (*head, a.as_slice(), b.as_slice()));
            assert_eq!(table.name(number), Some((*tag, text.as_str())));
            assert_eq!(table.find(*tag, text), Some(number));
        }
        assert!(table.get(plain.len() as u32).is_none());
    }

    fn rebuilt(plain: &Plain) -> Words {
        let mut builder = Builder::default();
        for ((tag, text), head, a, b) in plain {
            builder.push(NewRow { tag: *tag, text, row: RowRef { head: *head, a, b } }).unwrap();
        }
        builder.finish().unwrap()
    }

    fn take(table: &mut Words, plain: &mut Plain, step: Step) {
        match step {
            Step::Intern(tag, text) => {
                let known = plain.iter().position(|(name, ..)| *name == (tag, text.clone()));
                assert_eq!(table.find(tag, &text), known.map(|number| number as u32));
                let number = table.intern(tag, &text).unwrap() as usize;
                assert_eq!(number, known.unwrap_or(plain.len()));
                if known.is_none() {
                    plain.push(((tag, text), 0, Vec::new(), Vec::new()));
                }
            }
            Step::SetA(at, list) => {
                table.set_a(at as u32, &list);
                plain.get_mut(at).into_iter().for_each(|row| row.2.clone_from(&list));
            }
            Step::SetB(at, list) => {
                table.set_b(at as u32, &list);
                plain.get_mut(at).into_iter().for_each(|row| row.3.clone_from(&list));
            }
            Step::SetHead(at, head) => {
                table.set_head(at as u32, head);
                plain.get_mut(at).into_iter().for_each(|row| row.1 = head);
            }
        }
    }

    proptest! {
        #[test]
        fn rows_behave_like_a_plain_vector_and_clones_stay_as_they_were(
            steps in prop::collection::vec(step(), 1..300), clone_at in 0..300usize
        ) {
            let (mut table, mut plain) = (Words::default(), Plain::new());
            let mut kept = None;
            for (number, step) in steps.into_iter().enumerate() {
                if number == clone_at {
                    kept = Some((table.clone(), plain.clone()));
                }
                take(&mut table, &mut plain, step);
            }
            assert_same(&table, &plain);
            assert_same(&rebuilt(&plain), &plain);
            if let Some((table, plain)) = kept {
                assert_same(&table, &plain);
            }
        }
    }

    #[test]
    fn names_keep_their_numbers_through_growth() {
        let mut names: Table<(), u32, u32> = Table::default();
        for index in 0..20_000u32 {
            assert_eq!(names.intern(index % 3, &format!("name-{index}")), Some(index));
        }
        let before = names.clone();
        names.intern(0, "later");
        for index in 0..20_000u32 {
            let text = format!("name-{index}");
            assert_eq!(names.intern(index % 3, &text), Some(index));
            assert_eq!(names.find((index + 1) % 3, &text), None);
            assert_eq!(names.name(index), Some((index % 3, text.as_str())));
        }
        assert_eq!((before.find(0, "later"), names.find(0, "later")), (None, Some(20_000)));
    }

    #[test]
    fn names_that_are_too_long_are_refused() {
        let mut names: Table<(), u32, u32> = Table::default();
        assert_eq!(names.intern(0, &"x".repeat(70_000)), None);
        assert_eq!(names.intern(70_000, "x"), None);
        assert_eq!(names.intern(0, "x"), Some(0));
    }
}
