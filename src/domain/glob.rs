//! Patterns with `*` for any run of characters, as formats use them for paths.

/// Whether a whole text is what a pattern describes, ASCII upper and lower case alike.
pub fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    // Behind the last star: where the pattern goes on, and how much of the text the star took.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        if pattern.get(p) == Some(&b'*') {
            star = Some((p + 1, t));
            p += 1;
        } else if pattern.get(p).is_some_and(|byte| byte.eq_ignore_ascii_case(&text[t])) {
            p += 1;
            t += 1;
        } else if let Some((behind, taken)) = star {
            star = Some((behind, taken + 1));
            p = behind;
            t = taken + 1;
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}

/// Returns the longest run of a pattern without a star or a dot: what a text must hold to match.
pub fn literal(pattern: &str) -> &str {
    pattern.split(['*', '.', '[', ']']).max_by_key(|piece| piece.len()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_anything() {
        for (pattern, text, wanted) in [
            ("a.b", "a.b", true),
            ("a.b", "A.B", true),
            ("a.b", "a.bc", false),
            ("*", "", true),
            ("*password*", "smtp.password_hash", true),
            ("*.key", "a.key", true),
            ("*.key", "key", false),
            ("*.key", "a.key.b", false),
            ("a*b*c", "aXbbYc", true),
            ("a*b*c", "aXbbYcd", false),
            ("**a", "ba", true),
            ("", "a", false),
        ] {
            assert_eq!(matches(pattern, text), wanted, "{pattern} {text}");
        }
        assert_eq!(literal("*.api_key*"), "api_key");
    }

    proptest::proptest! {
        #[test]
        fn agrees_with_an_expression(pattern in "[ab*]{0,8}", text in "[ab]{0,10}") {
            let expression = format!("^(?i:{})$", pattern.replace('*', ".*"));
            let regex = regex::Regex::new(&expression).unwrap();
            proptest::prop_assert_eq!(matches(&pattern, &text), regex.is_match(&text));
        }
    }
}
