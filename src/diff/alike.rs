//! Texts that look the same and are not: a letter with its mark may be one character or two, and some characters show
//! nothing.

use unicode_normalization::UnicodeNormalization as _;

/// Returns why two texts that differ look the same; `None` where they do not.
pub fn why_alike(a: &str, b: &str) -> Option<&'static str> {
    if a == b {
        return None;
    }
    if visible(a) == visible(b) {
        return Some("differs in characters that show nothing");
    }
    a.nfd()
        .eq(b.nfd())
        .then_some("looks the same: the same letters and marks as other characters (Unicode NFC, NFD)")
}

fn visible(text: &str) -> String {
    text.chars().filter(|c| !is_invisible(*c)).collect()
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_look_alike_are_told() {
        let cases = [
            ("caf\u{e9}", "cafe\u{301}", Some("Unicode")),
            ("\u{1d6}", "u\u{308}\u{304}", Some("Unicode")),
            ("\u{439}", "\u{438}\u{306}", Some("Unicode")),
            // Hangul, Devanagari and Hebrew; marks in another order.
            ("\u{ac01}", "\u{1100}\u{1161}\u{11a8}", Some("Unicode")),
            ("\u{929}", "\u{928}\u{93c}", Some("Unicode")),
            ("\u{fb2a}", "\u{5e9}\u{5c1}", Some("Unicode")),
            ("e\u{323}\u{302}", "e\u{302}\u{323}", Some("Unicode")),
            ("ana", "a\u{200b}na", Some("show nothing")),
            ("caf\u{e9}", "cafe", None),
            ("caf\u{e9}", "caf\u{e9}", None),
            ("a", "b", None),
        ];
        for (a, b, told) in cases {
            let why = why_alike(a, b);
            assert_eq!(why.is_some(), told.is_some(), "{a} {b}");
            assert!(why.unwrap_or_default().contains(told.unwrap_or_default()), "{a} {b}: {why:?}");
        }
    }
}
