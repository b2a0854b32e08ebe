//! A view as bytes, so that starting need not fold the whole log: `from_snapshot(to_snapshot(v))` answers as `v` does.
//!
//! A magic number with the version, the small irregular records as JSON, then the tables of subjects, resources and
//! relations row by row, in the order of their numbers. What follows from the tables (who holds what where, who is in a
//! group, what stands under what) is not written but sorted out anew. Whether the bytes are the ones that were written
//! is for the log to check; here any bytes end in a view or an error, and nothing larger than them is ever set aside.

mod bytes;
mod records;

use crate::registry::TypeIx;
use crate::store::{Builder, Head, NewRow, RowRef, Table};
use crate::view::{View, subject_tag};
use ambit_model::SubjectKind;
use bytemuck::{Pod, try_cast_slice};
use bytes::{Reader, Writer};
use imbl::OrdSet;
use records::{Records, numbers_fit};

/// What every snapshot of this version begins with.
const MAGIC: &[u8; 8] = b"ambit\0v1";

/// Why bytes are not a snapshot.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// They do not begin like one, or like one of another version.
    #[error("not a snapshot of this version")]
    Version,
    /// They end too early.
    #[error("the snapshot ends too early")]
    Truncated,
    /// A part is not what it should be.
    #[error("the snapshot is malformed: {0}")]
    Malformed(&'static str),
    /// The records are not the JSON that is expected.
    #[error("the records of the snapshot: {0}")]
    Records(String),
    /// A stored catalog is not accepted any more.
    #[error("catalog `{product}`: {problem}")]
    Catalog {
        /// The product.
        product: String,
        /// What is wrong.
        problem: String,
    },
}

type Result<T> = std::result::Result<T, SnapshotError>;
type Triple = (u32, u32, u32);

impl View {
    /// The view as bytes; the same view gives the same bytes.
    #[must_use]
    pub fn to_snapshot(&self) -> Vec<u8> {
        let mut out = Writer(MAGIC.to_vec());
        // Records without maps of other keys than texts always have a form in JSON; without it, reading ends in an error.
        out.bytes(&serde_json::to_vec(&Records::of(self)).unwrap_or_default());
        write_table(&mut out, &self.subjects);
        write_table(&mut out, &self.nodes);
        write_table(&mut out, &self.relation_names);
        out.length(self.relations.len());
        for (node, relation, subject) in &self.relations {
            [node, relation, subject].into_iter().for_each(|number| out.number(*number));
        }
        out.0
    }

    /// The view that was written as these bytes.
    ///
    /// # Errors
    /// If they are not a snapshot, or one of another version.
    pub fn from_snapshot(bytes: &[u8]) -> Result<Self> {
        let mut from = Reader(bytes.strip_prefix(MAGIC).ok_or(SnapshotError::Version)?);
        let records: Records<'_> = serde_json::from_slice(from.bytes()?)
            .map_err(|error| SnapshotError::Records(error.to_string()))?;
        let mut view = records.into_view()?;
        view.subjects = read_table(&mut from)?;
        view.nodes = read_table(&mut from)?;
        view.relation_names = read_table(&mut from)?;
        let relations = read_triples(&mut from)?;
        if !from.0.is_empty() {
            return Err(SnapshotError::Malformed("more than a snapshot"));
        }
        view.check_tables(&relations)?;
        view.restore_sets(relations);
        Ok(view)
    }

    /// Every number is that of a row; the tree is one; heads say what names say.
    fn check_tables(&self, relations: &[Triple]) -> Result<()> {
        let (subjects, nodes) = (self.subjects.len() as u32, self.nodes.len() as u32);
        let roles = self.roles.len();
        for (number, (tag, _)) in (0..subjects).zip(self.subjects.names()) {
            let Some(row) = self.subjects.get(number) else { continue };
            let known = row.a.iter().all(|held| (held.role.0 as usize) < roles && held.scope.0 < nodes);
            let own_kind = u32::from(row.head.kind) == tag || !row.head.exists;
            if !known
                || !own_kind
                || tag > subject_tag(SubjectKind::ApiKey)
                || row.b.iter().any(|b| *b >= subjects)
            {
                return Err(SnapshotError::Malformed("the subjects"));
            }
        }
        if !(0..nodes).all(|node| self.node_fits(node)) {
            return Err(SnapshotError::Malformed("the resources"));
        }
        let names = self.relation_names.len() as u32;
        let related = |(node, name, subject): &Triple| *node < nodes && *name < names && *subject < subjects;
        if !relations.iter().all(related) || !numbers_fit(self) {
            return Err(SnapshotError::Malformed("a number without a row"));
        }
        Ok(())
    }

    /// A node's ancestors are its parent and the ancestors of that, so that there is no way around in the tree.
    fn node_fits(&self, number: u32) -> bool {
        let Some(row) = self.nodes.get(number) else { return false };
        let ancestors = match row.a {
            [] => true,
            [parent, above @ ..] => self.nodes.get(*parent).is_some_and(|parent| parent.a == above),
        };
        let TypeIx(kind) = row.head.kind;
        let product = row.head.product;
        ancestors
            && usize::from(kind) < self.registry.types().len()
            && (product == u16::MAX || usize::from(product) < self.registry.products().len())
    }

    /// The ordered sets that follow from the tables.
    fn restore_sets(&mut self, relations: Vec<Triple>) {
        let (mut holders, mut members, mut children) = (Vec::new(), Vec::new(), Vec::new());
        for subject in 0..self.subjects.len() as u32 {
            if let Some(row) = self.subjects.get(subject) {
                holders.extend(row.a.iter().map(|held| (held.scope.0, held.role.0, subject)));
                members.extend(row.b.iter().map(|group| (*group, subject)));
            }
        }
        for node in 0..self.nodes.len() as u32 {
            if let Some(RowRef { a: [parent, ..], .. }) = self.nodes.get(node) {
                children.push((*parent, node));
            }
        }
        self.holders = ordered(holders);
        self.members = ordered(members);
        self.children = ordered(children);
        self.related =
            ordered(relations.iter().map(|(node, name, subject)| (*subject, *name, *node)).collect());
        self.relations = ordered(relations);
    }
}

fn ordered<T: Ord + Copy>(mut items: Vec<T>) -> OrdSet<T> {
    items.sort_unstable();
    items.into_iter().collect()
}

fn write_table<H: Head, A: Pod, B: Pod>(out: &mut Writer, table: &Table<H, A, B>) {
    out.length(table.len());
    for (number, (tag, text)) in (0..).zip(table.names()) {
        let Some(row) = table.get(number) else { continue };
        out.number(tag);
        out.bytes(text.as_bytes());
        out.number(row.head.pack());
        out.numbers(try_cast_slice(row.a).unwrap_or_default());
        out.numbers(try_cast_slice(row.b).unwrap_or_default());
    }
}

fn read_table<H: Head, A: Pod, B: Pod>(from: &mut Reader<'_>) -> Result<Table<H, A, B>> {
    const PROBLEM: SnapshotError = SnapshotError::Malformed("a table");
    let mut rows = Builder::default();
    let (mut a, mut b) = (Vec::new(), Vec::new());
    for _ in 0..from.length()? {
        let (tag, text) = (from.number()?, from.text()?);
        let head = H::unpack(from.number()?, tag);
        from.numbers(&mut a)?;
        from.numbers(&mut b)?;
        let a = try_cast_slice(&a).map_err(|_| PROBLEM)?;
        let b = try_cast_slice(&b).map_err(|_| PROBLEM)?;
        rows.push(NewRow { tag, text, row: RowRef { head, a, b } }).ok_or(PROBLEM)?;
    }
    rows.finish().ok_or(PROBLEM)
}

fn read_triples(from: &mut Reader<'_>) -> Result<Vec<Triple>> {
    (0..from.length()?).map(|_| Ok((from.number()?, from.number()?, from.number()?))).collect()
}

#[cfg(test)]
#[path = "snapshot/tests.rs"]
mod tests;
