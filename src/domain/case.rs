//! Upper and lower case of names and titles.

/// Returns a text with its first letter in upper case and the rest as it is.
pub(crate) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_letter_becomes_a_capital() {
        let cases = [("user login", "User login"), ("élan", "Élan"), ("ßa", "SSa"), ("9 x", "9 x"), ("", "")];
        for (text, expect) in cases {
            assert_eq!(capital(text), expect, "{text}");
        }
    }
}
