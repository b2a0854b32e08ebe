//! Hexadecimal digits, both ways.

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// The bytes as lower case digits.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// The digits of 32 bytes, without an allocation.
#[must_use]
pub fn encode_32(bytes: &[u8; 32]) -> [u8; 64] {
    let mut digits = [0; 64];
    for (pair, byte) in digits.chunks_exact_mut(2).zip(bytes) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 15)];
    }
    digits
}

/// The bytes that digits stand for; none if they are not an even number of digits.
#[must_use]
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text
        .chars()
        .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<_>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

fn digit(nibble: u8) -> char {
    char::from(DIGITS[usize::from(nibble & 15)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_go_there_and_back() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(decode(&encode(&bytes)), Some(bytes));
        assert_eq!(std::str::from_utf8(&encode_32(&[0xa7; 32])).unwrap(), encode(&[0xa7; 32]));
        for text in ["0", "0g", "é0"] {
            assert_eq!(decode(text), None);
        }
    }
}
