//! Upper and lower case made alike: Unicode simple case folding, one character to one character.
//!
//! Two texts are alike where their folded characters are. `ß` is not alike `ss` and `İ` not alike `i`, since
//! those need more than one character for one. A test compares every letter with the tables of `regex`.

use std::borrow::Cow;

/// Returns the representative of all characters that are alike `c`.
pub fn fold_char(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    match c {
        // The dotless i is an own letter although its upper case is I.
        'ı' => c,
        // Alike by the Unicode tables, but without single-character case mappings that would say so.
        '\u{1fd3}' => '\u{390}',
        '\u{1fe3}' => '\u{3b0}',
        '\u{fb05}' => '\u{fb06}',
        _ => {
            let upper = only(c.to_uppercase()).unwrap_or(c);
            only(upper.to_lowercase()).unwrap_or(upper)
        }
    }
}

fn only(mut chars: impl Iterator<Item = char>) -> Option<char> {
    let first = chars.next()?;
    if chars.next().is_some() { None } else { Some(first) }
}

/// Returns the text with every character folded; borrowed where nothing changes.
pub fn fold(text: &str) -> Cow<'_, str> {
    match text.char_indices().find(|&(_, c)| fold_char(c) != c) {
        None => Cow::Borrowed(text),
        Some((at, _)) => {
            let mut out = String::with_capacity(text.len());
            let (same, rest) = text.split_at(at);
            out.push_str(same);
            out.extend(rest.chars().map(fold_char));
            Cow::Owned(out)
        }
    }
}

/// Appends bytes with every character folded. Bytes that are no UTF-8 stay as they are.
///
/// Where a folded literal is alike a piece of `bytes`, the folded bytes contain it: what a filter of trigrams
/// relies on.
pub fn fold_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    let mut rest = bytes;
    loop {
        let plain = ascii_end(rest);
        let (ascii, other) = rest.split_at(plain);
        let from = out.len();
        out.extend_from_slice(ascii);
        out[from..].make_ascii_lowercase();
        if other.is_empty() {
            return;
        }
        let end = other.iter().position(u8::is_ascii).unwrap_or(other.len());
        let (other, behind) = other.split_at(end);
        fold_chars(other, out);
        rest = behind;
    }
}

/// Returns how many bytes in front are ASCII.
fn ascii_end(bytes: &[u8]) -> usize {
    let lines = bytes.as_chunks::<64>().0.iter();
    let whole = lines.take_while(|line| line.is_ascii()).count() * 64;
    let rest = bytes.get(whole..).unwrap_or_default();
    whole + rest.iter().position(|byte| !byte.is_ascii()).unwrap_or(rest.len())
}

fn fold_chars(bytes: &[u8], out: &mut Vec<u8>) {
    let mut buffer = [0; 4];
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            out.extend_from_slice(fold_char(c).encode_utf8(&mut buffer).as_bytes());
        }
        out.extend_from_slice(chunk.invalid());
    }
}

/// Whether two texts are alike.
pub fn alike(a: &str, b: &str) -> bool {
    a.chars().map(fold_char).eq(b.chars().map(fold_char))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn agrees_with_the_unicode_tables_of_regex() {
        let cased = regex::Regex::new(r"[\p{Cased}\p{CWCM}\p{CWCF}]").unwrap();
        let mut buffer = [0; 4];
        let letters: Vec<char> =
            ('\0'..=char::MAX).filter(|c| cased.is_match(c.encode_utf8(&mut buffer))).collect();
        assert!(letters.len() > 2_000, "{}", letters.len());
        let all: String = letters.iter().collect();
        let mut classes: BTreeMap<char, Vec<char>> = BTreeMap::new();
        for &c in &letters {
            classes.entry(fold_char(c)).or_default().push(c);
        }
        for class in classes.values() {
            let alike = regex::Regex::new(&format!("(?i){}", class[0])).unwrap();
            let found: Vec<char> = alike.find_iter(&all).flat_map(|m| m.as_str().chars()).collect();
            assert_eq!(&found, class);
        }
    }

    #[test]
    fn folds_text_and_bytes_alike() {
        for (text, folded) in [
            ("Straße", "straße"),
            ("ΟΔΟΣ ς", "οδοσ σ"),
            ("\u{212a}elvin", "kelvin"),
            ("İı", "İı"),
            ("plain", "plain"),
            ("", ""),
        ] {
            assert_eq!(fold(text), folded);
            let mut bytes = Vec::new();
            fold_bytes(text.as_bytes(), &mut bytes);
            assert_eq!(bytes, folded.as_bytes());
        }
        let mut bytes = Vec::new();
        fold_bytes(b"\xffA\xc3\x84\xe2\x84", &mut bytes);
        assert_eq!(bytes, b"\xffa\xc3\xa4\xe2\x84");
    }
}
