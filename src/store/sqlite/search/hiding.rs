//! Where records hide values from who searches their bytes: in base 64, under keys that formats name.

use crate::query::fold::fold;
use crate::query::{Needles, Text, TextMatcher};
use crate::store::block::Block;
use crate::store::sqlite::filters::Excluded;

/// Keys under which values may stand encoded.
#[derive(Default)]
pub(in crate::store::sqlite) struct Hiding {
    /// The keys; `None` where these could be any.
    keys: Option<Vec<Vec<u8>>>,
    /// What all keys begin with: each begins with one of these.
    heads: Vec<TextMatcher>,
    /// Blocks that hold none of them by their text filters.
    open: Excluded,
}

impl Hiding {
    /// Returns what finds some keys; `open` are the blocks that lack what [`Self::needles`] names.
    pub(super) fn new(keys: &[String], open: Excluded) -> Hiding {
        let mut keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        keys.sort_unstable();
        let mut heads: Vec<&str> = Vec::new();
        for key in &keys {
            if heads.last().is_none_or(|head| !key.starts_with(head)) {
                heads.push(key);
            }
        }
        // Without the quote in front, of which records are full.
        let matcher =
            |head: &&str| TextMatcher::literal(&Text { literal: (*head).to_owned(), exact_case: false });
        Hiding {
            heads: heads.iter().map(matcher).collect(),
            keys: Some(keys.iter().map(|key| key.as_bytes().to_vec()).collect()),
            open,
        }
    }

    /// Returns what a block holds that holds one of some keys, however it is spelled.
    pub(super) fn needles(keys: &[String]) -> Needles {
        // What follows a key, also in a string within a string: the more of it is asked for, the fewer blocks have it.
        let ends = ["\":", "\" ", "\"\t", "\"\n", "\"\r", "\\\"", "\\\\"];
        let spellings = keys.iter().flat_map(|key| ends.map(|end| format!("\"{key}{end}")));
        // A character of a key that is escaped is spelled like this.
        let escaped = (!keys.is_empty()).then(|| "\\u00".to_owned());
        Needles(spellings.chain(escaped).map(|text| vec![fold(&text).into_owned()]).collect())
    }

    /// Whether one of the keys stands in a block; its characters may be escaped only where that is asked for apart.
    pub(super) fn is_in_block(&self, number: u64, block: &Block) -> bool {
        !self.open.has(number) && self.is_in(block.raw())
    }

    /// Whether one of the keys stands in bytes.
    pub(super) fn is_in(&self, bytes: &[u8]) -> bool {
        let Some(keys) = &self.keys else { return true };
        let key_at = |start: usize| keys.iter().any(|key| stands_at(bytes, start, key));
        self.heads.iter().any(|head| head.hits(bytes).any(|hit| key_at(hit.start)))
    }
}

/// Whether a key stands at a byte, between quotes; in a string within a string these stand behind a backslash.
fn stands_at(bytes: &[u8], start: usize, key: &[u8]) -> bool {
    let rest = bytes.get(start..).and_then(|rest| rest.split_at_checked(key.len()));
    let Some((text, rest)) = rest else { return false };
    start.checked_sub(1).and_then(|before| bytes.get(before)) == Some(&b'"')
        && text.eq_ignore_ascii_case(key)
        && matches!(rest.first(), None | Some(b'"' | b'\\'))
        && may_be_encoded(rest)
}

/// Fewest characters of base 64 in which a value before or after a change could stand, as in `{"a":1}`.
const SHORTEST: usize = 10;

/// Whether what follows a key may be base 64: not where it is an object, a short text or one of words.
fn may_be_encoded(rest: &[u8]) -> bool {
    let begins = rest.iter().position(|byte| !b"\"\\: \t\r\n".contains(byte));
    let code = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/-_=\\".contains(byte);
    let value = begins.and_then(|at| rest.get(at..)).unwrap_or_default();
    value.iter().take(SHORTEST).all(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_however_they_are_spelled() {
        let keys = ["data".to_owned(), "data_base64".to_owned(), "body".to_owned()];
        let hiding = Hiding::new(&keys, Excluded::default());
        assert_eq!(hiding.heads.len(), 2);
        let found = [
            r#"{"data":"eyJhIjoxfQ=="}"#,
            r#"{"a":"{\"Data_Base64\":\"eyJhIjoxfQ\"}"}"#,
            r#"{"a":{"BODY" : "W3sieCI6Mn1d"}}"#,
        ];
        for found in found {
            assert!(hiding.is_in(found.as_bytes()), "{found}");
        }
        let not = [
            r#"{"event":"Data & Imports"}"#,
            r#"{"metadata":1,"data2":2}"#,
            r#"{"a":"body of"}"#,
            r#"{"data":{"a":"eyJhIjoxfQ=="}}"#,
            r#"{"body":"premium","data":"in plain words","data_base64":[1,2]}"#,
        ];
        for not in not {
            assert!(!hiding.is_in(not.as_bytes()), "{not}");
        }
        assert!(Hiding::default().is_in(b""), "where keys could be any, every record may hide something");
    }
}
