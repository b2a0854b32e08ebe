//! A persistent table of rows: each has a small head and two lists, and rows are kept together in pages, so that
//! reading one costs a page's line for the head and the lines of its lists, and no allocation of its own.

use super::spine::Spine;

const PAGE_BITS: usize = 5;
const PAGE: usize = 1 << PAGE_BITS;

#[derive(Debug, Clone, Copy, Default)]
struct Row<H> {
    head: H,
    a_at: u32,
    a_len: u32,
    b_at: u32,
    b_len: u32,
}

#[derive(Debug, Clone)]
struct Page<H, A, B> {
    a: Vec<A>,
    b: Vec<B>,
    rows: [Row<H>; PAGE],
}

impl<H: Copy + Default, A, B> Default for Page<H, A, B> {
    fn default() -> Self {
        Self { a: Vec::new(), b: Vec::new(), rows: [Row::default(); PAGE] }
    }
}

/// A persistent table whose rows have a head `H` and two lists, of `A` and of `B`.
#[derive(Debug)]
pub struct Rows<H, A, B> {
    pages: Spine<Page<H, A, B>>,
    len: usize,
}

impl<H, A, B> Clone for Rows<H, A, B> {
    fn clone(&self) -> Self {
        Self { pages: self.pages.clone(), len: self.len }
    }
}

impl<H, A, B> Default for Rows<H, A, B> {
    fn default() -> Self {
        Self { pages: Spine::default(), len: 0 }
    }
}

/// A row as it is read.
#[derive(Debug)]
pub struct RowRef<'a, H, A, B> {
    /// The head.
    pub head: &'a H,
    /// The first list.
    pub a: &'a [A],
    /// The second list.
    pub b: &'a [B],
}

impl<H: Copy + Default, A: Copy, B: Copy> Rows<H, A, B> {
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

    /// The row at an index.
    #[inline]
    #[must_use]
    pub fn get(&self, index: u32) -> Option<RowRef<'_, H, A, B>> {
        let index = index as usize;
        if index >= self.len {
            return None;
        }
        let page = self.pages.get(index >> PAGE_BITS)?;
        let row = &page.rows[index & (PAGE - 1)];
        Some(RowRef {
            head: &row.head,
            a: page.a.get(row.a_at as usize..(row.a_at + row.a_len) as usize)?,
            b: page.b.get(row.b_at as usize..(row.b_at + row.b_len) as usize)?,
        })
    }

    /// Adds a row and answers its index; none when the table is full.
    pub fn push(&mut self, head: H, a: &[A], b: &[B]) -> Option<u32> {
        let index = self.len;
        if index & (PAGE - 1) == 0 && !self.pages.push(Page::default()) {
            return None;
        }
        let page = self.pages.get_mut(index >> PAGE_BITS)?;
        page.rows[index & (PAGE - 1)] = Row {
            head,
            a_at: u32::try_from(page.a.len()).ok()?,
            a_len: u32::try_from(a.len()).ok()?,
            b_at: u32::try_from(page.b.len()).ok()?,
            b_len: u32::try_from(b.len()).ok()?,
        };
        page.a.extend_from_slice(a);
        page.b.extend_from_slice(b);
        self.len += 1;
        u32::try_from(index).ok()
    }

    /// Changes a row's head.
    pub fn set_head(&mut self, index: u32, head: H) {
        if let Some((page, at)) = self.page_mut(index) {
            page.rows[at].head = head;
        }
    }

    /// Replaces a row's first list.
    pub fn set_a(&mut self, index: u32, list: &[A]) {
        if let Some((page, at)) = self.page_mut(index) {
            let (from, len) = (page.rows[at].a_at, page.rows[at].a_len);
            splice(&mut page.a, from, len, list);
            page.rows[at].a_len = list.len() as u32;
            let others = page.rows.iter_mut().enumerate().filter(|(other, _)| *other != at);
            shift(others.map(|(_, row)| &mut row.a_at), from, len, list.len());
        }
    }

    /// Replaces a row's second list.
    pub fn set_b(&mut self, index: u32, list: &[B]) {
        if let Some((page, at)) = self.page_mut(index) {
            let (from, len) = (page.rows[at].b_at, page.rows[at].b_len);
            splice(&mut page.b, from, len, list);
            page.rows[at].b_len = list.len() as u32;
            let others = page.rows.iter_mut().enumerate().filter(|(other, _)| *other != at);
            shift(others.map(|(_, row)| &mut row.b_at), from, len, list.len());
        }
    }

    fn page_mut(&mut self, index: u32) -> Option<(&mut Page<H, A, B>, usize)> {
        let index = index as usize;
        if index >= self.len {
            return None;
        }
        self.pages.get_mut(index >> PAGE_BITS).map(|page| (page, index & (PAGE - 1)))
    }
}

fn splice<T: Copy>(items: &mut Vec<T>, from: u32, len: u32, list: &[T]) {
    let range = from as usize..(from + len) as usize;
    if range.len() == list.len() {
        items[range].copy_from_slice(list);
    } else {
        items.splice(range, list.iter().copied());
    }
}

/// Lists behind the replaced one move by the difference of the lengths; empty lists that pointed into it move to its
/// beginning, so that every list stays within the page's items.
fn shift<'a>(starts: impl Iterator<Item = &'a mut u32>, from: u32, old_len: u32, new_len: usize) {
    for start in starts {
        if *start >= from + old_len {
            *start = *start - old_len + new_len as u32;
        } else if *start > from {
            *start = from;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Debug, Clone)]
    enum Step {
        Push(u8, Vec<u8>, Vec<u16>),
        SetA(usize, Vec<u8>),
        SetB(usize, Vec<u16>),
        SetHead(usize, u8),
    }

    fn step() -> impl Strategy<Value = Step> {
        let bytes = || prop::collection::vec(any::<u8>(), 0..6);
        let words = || prop::collection::vec(any::<u16>(), 0..6);
        prop_oneof![
            3 => (any::<u8>(), bytes(), words()).prop_map(|(head, a, b)| Step::Push(head, a, b)),
            2 => (0..200usize, bytes()).prop_map(|(at, list)| Step::SetA(at, list)),
            2 => (0..200usize, words()).prop_map(|(at, list)| Step::SetB(at, list)),
            1 => (0..200usize, any::<u8>()).prop_map(|(at, head)| Step::SetHead(at, head)),
        ]
    }

    type Plain = Vec<(u8, Vec<u8>, Vec<u16>)>;

    fn assert_same(rows: &Rows<u8, u8, u16>, plain: &Plain) {
        assert_eq!(rows.len(), plain.len());
        for (index, (head, a, b)) in plain.iter().enumerate() {
            let row = rows.get(index as u32).unwrap();
            assert_eq!((row.head, row.a, row.b), (head, a.as_slice(), b.as_slice()));
        }
    }

    proptest! {
        #[test]
        fn rows_behave_like_a_plain_vector_and_clones_stay_as_they_were(
            steps in prop::collection::vec(step(), 1..200), clone_at in 0..200usize
        ) {
            let (mut rows, mut plain) = (Rows::default(), Plain::new());
            let mut kept = None;
            for (number, step) in steps.into_iter().enumerate() {
                if number == clone_at {
                    kept = Some((rows.clone(), plain.clone()));
                }
                match step {
                    Step::Push(head, a, b) => {
                        assert_eq!(rows.push(head, &a, &b), Some(plain.len() as u32));
                        plain.push((head, a, b));
                    }
                    Step::SetA(at, list) => {
                        rows.set_a(at as u32, &list);
                        if let Some(row) = plain.get_mut(at) { row.1 = list; }
                    }
                    Step::SetB(at, list) => {
                        rows.set_b(at as u32, &list);
                        if let Some(row) = plain.get_mut(at) { row.2 = list; }
                    }
                    Step::SetHead(at, head) => {
                        rows.set_head(at as u32, head);
                        if let Some(row) = plain.get_mut(at) { row.0 = head; }
                    }
                }
                assert_same(&rows, &plain);
            }
            if let Some((rows, plain)) = kept {
                assert_same(&rows, &plain);
            }
        }
    }
}
