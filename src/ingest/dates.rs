//! Is `4/5/2026` in April or in May? What the dates of a whole source say about it.

use crate::domain::json::{Kind, Node};

/// Levels of a record that are searched for dates.
const DEPTH: usize = 2;

/// What the dates seen so far say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DateOrder {
    day_first: u64,
    month_first: u64,
    /// Dates that could be either.
    open: u64,
    /// The first of those.
    example: String,
    /// The last date under each reading, and how often times rose and fell.
    last: [Option<(u32, u32, u32)>; 2],
    rises: [u64; 2],
    falls: [u64; 2],
}

impl DateOrder {
    /// Looks at the texts of a record.
    pub fn look(&mut self, record: Node<'_>) {
        self.visit(record, DEPTH);
    }

    fn visit(&mut self, node: Node<'_>, depth: usize) {
        for (_, value) in node.members() {
            match value.kind() {
                Kind::String => {
                    if let Some(text) = value.as_str() {
                        self.text(&text);
                    }
                }
                Kind::Object if depth > 1 => self.visit(value, depth - 1),
                _ => {}
            }
        }
    }

    fn text(&mut self, text: &str) {
        let Some((a, b, year)) = numbers(text) else { return };
        match (a, b) {
            (13..=31, 1..=12) => self.day_first += 1,
            (1..=12, 13..=31) => self.month_first += 1,
            (1..=12, 1..=12) => {
                self.open += u64::from(a != b);
                if self.example.is_empty() && a != b {
                    self.example = text.split([' ', ',', 'T']).next().unwrap_or(text).to_owned();
                }
            }
            _ => return,
        }
        for (at, (month, day)) in [(b, a), (a, b)].into_iter().enumerate() {
            let date = (year, month, day);
            if let Some(last) = self.last[at].replace(date) {
                self.rises[at] += u64::from(date > last);
                self.falls[at] += u64::from(date < last);
            }
        }
    }

    /// Whether there are dates that could be either, and nothing yet tells which.
    pub fn is_open(&self) -> bool {
        self.open > 0 && self.evidence().is_none()
    }

    /// Returns whether the day comes first, where a date shows it: there is no thirteenth month.
    pub fn evidence(&self) -> Option<bool> {
        match (self.day_first, self.month_first) {
            (0, 0) => None,
            (day, month) => Some(day > month),
        }
    }

    /// Returns whether the day comes first, where the order of the records shows it: a log goes forward or back, and
    /// read the wrong way it does both.
    fn by_order(&self) -> Option<bool> {
        let mixed = |at: usize| self.rises[at].min(self.falls[at]);
        let steady = |at: usize| self.rises[at] + self.falls[at] >= 2 && mixed(at) == 0;
        match (steady(0), steady(1)) {
            (true, false) if mixed(1) > 0 => Some(true),
            (false, true) if mixed(0) > 0 => Some(false),
            _ => None,
        }
    }

    /// Returns which comes first and why, in words; nothing where no date could be either.
    pub fn decide(&self, given: Option<bool>, stated: Option<bool>) -> Option<(bool, String)> {
        if self.open == 0 && given.is_none() {
            return self.evidence().map(|day_first| (day_first, String::new()));
        }
        let decided = [
            (given, "as you said"),
            (self.evidence(), "as other dates of the file show"),
            (stated, "as this vendor writes them"),
            (self.by_order(), "as the order of the records shows"),
        ];
        let found = decided.into_iter().find_map(|(day_first, why)| Some((day_first?, why)));
        let (day_first, why) = found.unwrap_or((
            false,
            "which nothing in the file shows; --dates day-first reads them the other way",
        ));
        let (order, example) = (if day_first { "day" } else { "month" }, &self.example);
        Some((day_first, format!("dates like {example} are read with the {order} first, {why}")))
    }
}

/// Reads `4/5/2026` or `4-5-2026` at the beginning of a text.
fn numbers(text: &str) -> Option<(u32, u32, u32)> {
    let head = text.get(..text.len().min(10)).unwrap_or(text);
    let mark = head.find(['/', '-'])?;
    let separator = head.get(mark..=mark)?;
    let mut parts = text.trim_start().splitn(3, separator);
    let short = |part: &str| (1..=2).contains(&part.len()).then(|| part.parse::<u32>().ok()).flatten();
    let (a, b) = (short(parts.next()?)?, short(parts.next()?)?);
    let rest = parts.next()?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let bounded = rest.as_bytes().get(digits).is_none_or(|byte| matches!(byte, b' ' | b',' | b'T'));
    let year = rest.get(..digits)?.parse().ok()?;
    (matches!(digits, 2 | 4) && bounded).then_some((a, b, year))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::json::Doc;

    fn order(dates: &[&str]) -> DateOrder {
        let mut order = DateOrder::default();
        for date in dates {
            let text = format!("{{\"at\":\"{date}\",\"n\":{{\"x\":\"9/9\"}}}}");
            order.look(Doc::new().parse(&text).unwrap());
        }
        order
    }

    fn day_first(dates: &[&str]) -> bool {
        order(dates).decide(None, None).unwrap().0
    }

    #[test]
    fn a_thirteenth_month_shows_it() {
        assert!(day_first(&["4/5/2026 10:00", "13/5/2026 10:00"]));
        assert!(!day_first(&["4/5/2026 10:00", "5/13/2026, 9:00 AM"]));
        assert!(order(&["04/05/2026"]).is_open());
        assert!(!order(&["04/05/2026", "25/05/2026"]).is_open());
        assert_eq!(order(&["2026-04-05", "1.2.3.4", "4/5", "a/b/2026"]).decide(None, None), None);
    }

    #[test]
    fn the_order_of_the_records_shows_it() {
        // Forward from April to May, or through the year and back.
        assert!(day_first(&["9/4/2026", "11/4/2026", "1/5/2026", "2/5/2026"]));
        assert!(!day_first(&["4/11/2026", "5/1/2026", "5/2/2026"]));
    }

    #[test]
    fn what_nothing_shows_is_said() {
        let (day_first, why) = order(&["4/5/2026 10:00", "4/5/2026 11:00"]).decide(None, None).unwrap();
        assert!(!day_first && why.contains("4/5/2026") && why.contains("nothing in the file shows"), "{why}");
        let order = order(&["4/5/2026"]);
        assert!(order.decide(None, Some(true)).unwrap().0);
        assert!(!order.decide(Some(false), Some(true)).unwrap().0);
    }
}
