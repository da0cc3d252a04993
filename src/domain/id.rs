//! The identity of an entry: 128 bits, written as 26 characters of Crockford base 32.

use std::str::FromStr;

use sha2::{Digest as _, Sha256};

/// Crockford's alphabet in lower case: no i, l, o, u.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// What each byte stands for in an id, in any case; 32 where it cannot stand there.
const VALUES: [u8; 256] = values();

const fn values() -> [u8; 256] {
    let mut values = [32; 256];
    let mut at = 0;
    while at < ALPHABET.len() {
        let letter = ALPHABET[at];
        values[letter as usize] = at as u8;
        values[letter.to_ascii_uppercase() as usize] = at as u8;
        at += 1;
    }
    // Letters that look like digits are read as those.
    (values[b'i' as usize], values[b'I' as usize]) = (1, 1);
    (values[b'l' as usize], values[b'L' as usize]) = (1, 1);
    (values[b'o' as usize], values[b'O' as usize]) = (0, 0);
    values
}

/// Characters of a full id.
pub const ID_LEN: usize = 26;

/// Fewest characters of a prefix that may stand for an id.
pub const MIN_PREFIX: usize = 7;

/// Identity of an entry: the first 128 bits of a SHA-256 over the record's content.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryId(pub [u8; 16]);

impl EntryId {
    /// Returns the id of a record's content: the first 128 bits of SHA-256 over the number of the part and
    /// the content (JSON less its insignificant white space, or a CSV row as a JSON object of its cells).
    pub fn of(content: &[u8], part: u32) -> EntryId {
        let mut head = *b"part\0\0\0\0";
        head[4..].copy_from_slice(&part.to_be_bytes());
        EntryId::digest(&[&head, content])
    }

    /// Returns the id of the `occurrence`th record, from 0, among identical ones of a source whose vendor
    /// gives no ids. The first keeps its id.
    pub fn nth(self, occurrence: u32) -> EntryId {
        if occurrence == 0 {
            return self;
        }
        EntryId::digest(&[b"occurrence", &occurrence.to_be_bytes(), &self.0])
    }

    fn digest(pieces: &[&[u8]]) -> EntryId {
        let mut hash = Sha256::new();
        for piece in pieces {
            hash.update(piece);
        }
        let mut id = [0; 16];
        id.copy_from_slice(&hash.finalize()[..16]);
        EntryId(id)
    }

    /// Returns the id that a text of 26 characters states, spelled as [`IdPrefix`] allows; `None` where it is none.
    pub fn stated(text: &str) -> Option<EntryId> {
        let letters: &[u8; ID_LEN] = text.as_bytes().try_into().ok()?;
        let (letters, last) = letters.split_at(ID_LEN - 1);
        let value = |letter: &u8| Some(VALUES[usize::from(*letter)]).filter(|value| *value < 32);
        let bits =
            letters.iter().try_fold(0u128, |bits, letter| Some((bits << 5) | u128::from(value(letter)?)));
        // Of the last letter three bits belong to the id.
        let last = last.first().and_then(value).filter(|value| value & 3 == 0)?;
        Some(EntryId(((bits? << 3) | u128::from(last >> 2)).to_be_bytes()))
    }

    /// Returns the id as a big-endian number, so that numbers sort as texts do.
    pub fn to_u128(self) -> u128 {
        u128::from_be_bytes(self.0)
    }

    /// Returns the leading 64 bits.
    pub fn head(self) -> u64 {
        (self.to_u128() >> 64) as u64
    }

    /// Returns its text.
    #[inline]
    pub fn text(&self) -> [u8; ID_LEN] {
        // 26 x 5 = 130 bits: two zero bits stand behind the 128, so that a prefix of the text is a prefix
        // of the bits. Twelve letters of each half are cut out of 64 bits, which is four times as fast.
        let bits = self.to_u128();
        let (high, low) = ((bits >> 64) as u64, (bits << 2) as u64);
        let letter = |bits: u64| ALPHABET[(bits & 31) as usize];
        std::array::from_fn(|at| match at {
            0..12 => letter(high >> (59 - 5 * at)),
            12 => letter((bits >> 63) as u64),
            13 => letter((bits >> 58) as u64),
            _ => letter(low >> (125 - 5 * at)),
        })
    }

    /// Returns the first seven characters, as shown on the screen.
    pub fn short(self) -> String {
        self.to_string().chars().take(MIN_PREFIX).collect()
    }
}

impl std::fmt::Display for EntryId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(std::str::from_utf8(&self.text()).unwrap_or_default())
    }
}

impl std::fmt::Debug for EntryId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

/// The beginning of an id as a person types it: at least seven characters. `I`, `L` are read as 1 and `O`
/// as 0, and upper case as lower.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IdPrefix {
    text: String,
    low: u128,
    high: u128,
}

impl IdPrefix {
    /// Returns the lowest and highest id that begin so.
    pub fn range(&self) -> (EntryId, EntryId) {
        (EntryId(self.low.to_be_bytes()), EntryId(self.high.to_be_bytes()))
    }

    /// Whether an id begins so.
    pub fn matches(&self, id: EntryId) -> bool {
        (self.low..=self.high).contains(&id.to_u128())
    }

    /// Returns the prefix in its canonical spelling.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl From<EntryId> for IdPrefix {
    fn from(id: EntryId) -> IdPrefix {
        IdPrefix { text: id.to_string(), low: id.to_u128(), high: id.to_u128() }
    }
}

/// Why a text is no id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdError {
    /// Fewer than seven characters.
    TooShort,
    /// More than 26 characters, or bits behind the 128th.
    TooLong,
    /// A character outside the alphabet.
    BadChar(char),
}

impl std::fmt::Display for IdError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            IdError::TooShort => write!(f, "an id needs at least {MIN_PREFIX} characters"),
            IdError::TooLong => {
                write!(
                    f,
                    "an entry's id has {ID_LEN} characters, 128 bits; a vendor's own id is found as a word"
                )
            }
            IdError::BadChar(c) => write!(f, "{c:?} does not occur in an id"),
        }
    }
}

impl std::error::Error for IdError {}

impl FromStr for IdPrefix {
    type Err = IdError;

    fn from_str(text: &str) -> Result<IdPrefix, IdError> {
        let mut canonical = String::with_capacity(ID_LEN);
        let mut bits: u128 = 0;
        for (at, typed) in text.chars().enumerate() {
            let c = match typed.to_ascii_lowercase() {
                'i' | 'l' => '1',
                'o' => '0',
                other => other,
            };
            let value = u8::try_from(c).map_or(32, |byte| VALUES[usize::from(byte)]);
            if value == 32 {
                return Err(IdError::BadChar(typed));
            }
            match at {
                0..=24 => bits = (bits << 5) | u128::from(value),
                25 if value & 3 == 0 => bits = (bits << 3) | u128::from(value >> 2),
                _ => return Err(IdError::TooLong),
            }
            canonical.push(c);
        }
        if canonical.len() < MIN_PREFIX {
            return Err(IdError::TooShort);
        }
        let free = 128usize.saturating_sub(5 * canonical.len());
        let low = if free == 0 { bits } else { bits << free };
        let high = if free == 0 { bits } else { low | ((1u128 << free) - 1) };
        Ok(IdPrefix { text: canonical, low, high })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn text_and_bits_agree(bits: u128, other: u128, len in MIN_PREFIX..=ID_LEN) {
            let id = EntryId(bits.to_be_bytes());
            let text = id.to_string();
            let prefix: IdPrefix = text.get(..len).unwrap().to_uppercase().parse().unwrap();
            assert!(prefix.matches(id));
            let other = EntryId(other.to_be_bytes());
            assert_eq!(prefix.matches(other), other.to_string().starts_with(text.get(..len).unwrap()));
            assert_eq!(id.cmp(&other), text.cmp(&other.to_string()));
        }

        #[test]
        fn a_full_text_states_what_its_prefix_says(text in "[0-9a-zA-Z\u{e4}]{24,27}|[0-9a-hjkmnp-tv-z]{25}[048cgmrw]") {
            let prefix = text.parse::<IdPrefix>().ok().map(|prefix| prefix.range());
            let stated = prefix.filter(|(low, high)| low == high).map(|(low, _)| low);
            assert_eq!(EntryId::stated(&text), stated);
        }
    }

    #[test]
    fn refuses_what_is_no_id() {
        assert_eq!("abc".parse::<IdPrefix>().unwrap_err(), IdError::TooShort);
        assert_eq!("abcdefu".parse::<IdPrefix>().unwrap_err(), IdError::BadChar('u'));
        assert_eq!("zzzzzzzzzzzzzzzzzzzzzzzzzzz".parse::<IdPrefix>().unwrap_err(), IdError::TooLong);
        assert_eq!("OIL0000".parse::<IdPrefix>().unwrap().as_str(), "0110000");
    }
}
