//! Numbers as people read them.

/// Returns a number with a gap between thousands: `1 234 567`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// Returns the number of a record as people count, from 1, where a text editor counts lines; what programs read
/// (`record` in JSON and in columns) is its index, from 0.
pub fn ordinal(index: u64) -> String {
    grouped(index.saturating_add(1))
}

/// Returns a size in bytes: `12 kB`, `4.1 MB`.
pub fn size(bytes: u64) -> String {
    let mut value = bytes as f64;
    for unit in ["B", "kB", "MB", "GB"] {
        if value < 1000.0 {
            return if unit == "B" || value >= 100.0 {
                format!("{value:.0} {unit}")
            } else {
                format!("{value:.1} {unit}")
            };
        }
        value /= 1000.0;
    }
    format!("{value:.1} TB")
}

/// Returns a number of things with their name in the singular or plural: `1 entry`, `1 204 entries`.
pub fn counted(number: u64, one: &str) -> String {
    match (number, one.strip_suffix('y')) {
        (1, _) => format!("1 {one}"),
        (number, Some(stem)) => format!("{} {stem}ies", grouped(number)),
        (number, None) => format!("{} {one}s", grouped(number)),
    }
}

/// Returns the first `most` of some names and how many more there are; `None` of none.
pub fn named<T: AsRef<str>>(names: &[T], most: usize) -> Option<String> {
    let more = names.len().saturating_sub(most);
    let list = names.iter().take(most).map(T::as_ref).collect::<Vec<_>>().join(", ");
    match (names, more) {
        ([], _) => None,
        (_, 0) => Some(list),
        _ => Some(format!("{list} and {more} more")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(1_234_567), "1 234 567");
        assert_eq!(counted(1, "entry"), "1 entry");
        assert_eq!(counted(2_000, "entry"), "2 000 entries");
        assert_eq!(counted(0, "record"), "0 records");
        assert_eq!(ordinal(0), "1");
    }

    #[test]
    fn sizes_read_well() {
        assert_eq!(size(999), "999 B");
        assert_eq!(size(4_100_000), "4.1 MB");
        assert_eq!(size(151_000), "151 kB");
    }
}
