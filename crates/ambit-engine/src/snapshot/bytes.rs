//! Numbers and texts as bytes, and back. Numbers take as many bytes as they need, seven bits in each.

use super::SnapshotError;

/// Appends values to bytes.
#[derive(Debug, Default)]
pub struct Writer(pub Vec<u8>);

impl Writer {
    /// A number.
    pub fn number(&mut self, mut number: u32) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    /// A number for each item, after their count.
    pub fn numbers(&mut self, numbers: &[u32]) {
        self.length(numbers.len());
        numbers.iter().for_each(|number| self.number(*number));
    }

    /// Bytes, after their count.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.length(bytes.len());
        self.0.extend_from_slice(bytes);
    }

    /// A count. What is longer than any table can be is cut off when it is read: it ends in an error there.
    pub fn length(&mut self, length: usize) {
        self.number(u32::try_from(length).unwrap_or(u32::MAX));
    }
}

/// Takes values from bytes.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a>(pub &'a [u8]);

type Result<T> = std::result::Result<T, SnapshotError>;

impl<'a> Reader<'a> {
    /// A number.
    #[inline]
    pub fn number(&mut self) -> Result<u32> {
        let mut number = 0;
        for shift in [0, 7, 14, 21, 28] {
            let (byte, rest) = self.0.split_first().ok_or(SnapshotError::Truncated)?;
            self.0 = rest;
            number |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return u32::try_from(number).map_err(|_| SnapshotError::Malformed("a number"));
            }
        }
        Err(SnapshotError::Malformed("a number"))
    }

    /// A count of things that each take a byte at least, so that no more is ever set aside than was sent.
    pub fn length(&mut self) -> Result<usize> {
        let length = self.number()? as usize;
        if length > self.0.len() { Err(SnapshotError::Truncated) } else { Ok(length) }
    }

    /// Numbers, put in place of those that are there.
    pub fn numbers(&mut self, into: &mut Vec<u32>) -> Result<()> {
        let length = self.length()?;
        into.clear();
        into.reserve(length);
        for _ in 0..length {
            into.push(self.number()?);
        }
        Ok(())
    }

    /// Bytes.
    pub fn bytes(&mut self) -> Result<&'a [u8]> {
        let length = self.length()?;
        let (bytes, rest) = self.0.split_at(length);
        self.0 = rest;
        Ok(bytes)
    }

    /// A text.
    pub fn text(&mut self) -> Result<&'a str> {
        std::str::from_utf8(self.bytes()?).map_err(|_| SnapshotError::Malformed("a text"))
    }
}
