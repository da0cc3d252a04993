//! Objects that programs print instead of JSON: `{'a': 'b', 'x': None}` of Python, `{"a"=>1, :b=>nil}` of Ruby,
//! `{a: 'b', at: ISODate("..")}` of JavaScript and database shells. Written again as JSON, value by value; what is
//! none of these is left to whoever says why it is no JSON.

use std::iter::Peekable;
use std::str::CharIndices;

use crate::domain::json::push_string;

/// How deep values may lie in each other.
const DEPTH: usize = 64;

/// How many braces of a line are tried before it is taken to hold no object.
const BRACES: usize = 8;

/// Writes an object as JSON; returns false, with nothing of use written, where the text is none.
pub(super) fn write(text: &str, out: &mut String) -> bool {
    let mut reader = Reader { text, chars: text.char_indices().peekable() };
    reader.blanks();
    reader.chars.peek().is_some_and(|(_, c)| *c == '{')
        && reader.value(DEPTH, out).is_some()
        && reader.blanks().is_none()
}

/// Returns what stands before an object at the end of a line, and the object as JSON.
pub(super) fn at_end(text: &str) -> Option<(&str, String)> {
    let single = text.contains("{'") || text.contains("=>");
    if !single || !text.trim_end().ends_with('}') {
        return None;
    }
    text.match_indices('{').take(BRACES).find_map(|(at, _)| {
        let mut out = String::new();
        write(text.get(at..)?, &mut out).then(|| (text.get(..at).unwrap_or_default(), out))
    })
}

struct Reader<'a> {
    text: &'a str,
    chars: Peekable<CharIndices<'a>>,
}

impl<'a> Reader<'a> {
    /// Passes over white space and returns what stands behind it.
    fn blanks(&mut self) -> Option<char> {
        while self.chars.next_if(|(_, c)| c.is_whitespace()).is_some() {}
        self.chars.peek().map(|(_, c)| *c)
    }

    fn take(&mut self, wanted: char) -> Option<()> {
        self.chars.next_if(|(_, c)| *c == wanted).map(|_| ())
    }

    fn value(&mut self, depth: usize, out: &mut String) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        match self.blanks()? {
            '{' => self.members(depth, out),
            '[' => self.items('[', ']', depth, out),
            '(' => self.items('(', ')', depth, out),
            quote @ ('\'' | '"') => {
                push_string(out, &self.quoted(quote)?);
                Some(())
            }
            c if c.is_ascii_digit() || c == '-' || c == '+' => self.number(out),
            ':' => {
                self.take(':')?;
                push_string(out, self.word()?);
                Some(())
            }
            _ => self.named(depth, out),
        }
    }

    fn members(&mut self, depth: usize, out: &mut String) -> Option<()> {
        self.take('{')?;
        out.push('{');
        let mut first = true;
        loop {
            if self.blanks()? == '}' {
                out.push('}');
                return self.take('}');
            }
            out.push_str(if std::mem::take(&mut first) { "" } else { "," });
            push_string(out, &self.key()?);
            self.blanks();
            match self.take('=') {
                Some(()) => self.take('>')?,
                None => self.take(':')?,
            }
            out.push(':');
            self.value(depth, out)?;
            self.between('}')?;
        }
    }

    /// Passes over the comma between members, where no end follows.
    fn between(&mut self, end: char) -> Option<()> {
        match self.blanks()? {
            ',' => self.take(','),
            c => (c == end).then_some(()),
        }
    }

    fn key(&mut self) -> Option<String> {
        match self.blanks()? {
            quote @ ('\'' | '"') => self.quoted(quote),
            ':' => {
                self.take(':')?;
                self.word().map(str::to_owned)
            }
            _ => self.word().map(str::to_owned),
        }
    }

    fn items(&mut self, open: char, close: char, depth: usize, out: &mut String) -> Option<()> {
        self.take(open)?;
        out.push('[');
        let mut first = true;
        while self.blanks()? != close {
            out.push_str(if std::mem::take(&mut first) { "" } else { "," });
            self.value(depth, out)?;
            self.between(close)?;
        }
        out.push(']');
        self.take(close)
    }

    /// A word that is a value, or the name of what stands in brackets behind it: `None`, `ISODate("..")`.
    fn named(&mut self, depth: usize, out: &mut String) -> Option<()> {
        let word = self.word()?;
        match (word, self.chars.peek().map(|(_, c)| *c)) {
            ("None" | "null" | "nil" | "undefined", _) => out.push_str("null"),
            ("True" | "true", _) => out.push_str("true"),
            ("False" | "false", _) => out.push_str("false"),
            ("b" | "u" | "r", Some(quote @ ('\'' | '"'))) => push_string(out, &self.quoted(quote)?),
            (_, Some('(')) => {
                self.take('(')?;
                self.value(depth, out)?;
                self.blanks();
                self.take(')')?;
            }
            _ => return None,
        }
        Some(())
    }

    fn word(&mut self) -> Option<&'a str> {
        let fits = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '.' | '?' | '!');
        let (start, _) = *self.chars.peek().filter(|(_, c)| c.is_alphabetic() || matches!(c, '_' | '$'))?;
        let mut end = start;
        while let Some((at, c)) = self.chars.next_if(|(_, c)| fits(*c)) {
            end = at + c.len_utf8();
        }
        self.text.get(start..end)
    }

    fn number(&mut self, out: &mut String) -> Option<()> {
        let (start, _) = *self.chars.peek()?;
        let mut end = start;
        while let Some((at, _)) = self.chars.next_if(|(_, c)| c.is_ascii_digit() || "+-.eE_".contains(*c)) {
            end = at + 1;
        }
        let number = self.text.get(start..end)?.replace('_', "");
        let number = number.strip_prefix('+').unwrap_or(&number);
        serde_json::from_str::<serde_json::Number>(number).ok()?;
        out.push_str(number);
        Some(())
    }

    fn quoted(&mut self, quote: char) -> Option<String> {
        self.take(quote)?;
        let mut value = String::new();
        loop {
            match self.chars.next()?.1 {
                c if c == quote => return Some(value),
                '\\' => self.escape(&mut value)?,
                // Programs escape these: bare, something is broken.
                c if c.is_control() && c != '\t' => return None,
                c => value.push(c),
            }
        }
    }

    fn escape(&mut self, value: &mut String) -> Option<()> {
        let digits = match self.chars.next()?.1 {
            'n' => return push(value, '\n'),
            't' => return push(value, '\t'),
            'r' => return push(value, '\r'),
            'b' => return push(value, '\u{8}'),
            'f' => return push(value, '\u{c}'),
            '0' => return push(value, '\0'),
            'x' => 2,
            'u' => 4,
            'U' => 8,
            // `\q` means nothing: no program wrote it.
            c => return if c.is_alphanumeric() { None } else { push(value, c) },
        };
        let mut code = 0;
        for _ in 0..digits {
            code = code * 16 + self.chars.next()?.1.to_digit(16)?;
        }
        push(value, char::from_u32(code).unwrap_or('\u{fffd}'))
    }
}

fn push(value: &mut String, c: char) -> Option<()> {
    value.push(c);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: Option<&str>) {
        let mut out = String::new();
        let found = write(text, &mut out).then_some(out.as_str());
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn objects_of_programs_become_json() {
        check(
            "{'a': 'it\\'s', \"b\": None, 'c': [True, (1, -2.5)], 'd': {}, }",
            Some(r#"{"a":"it's","b":null,"c":[true,[1,-2.5]],"d":{}}"#),
        );
        check(r#"{"a"=>"x", :b=>nil, :c=>:on}"#, Some(r#"{"a":"x","b":null,"c":"on"}"#));
        check(
            r#"{ _id : ObjectId("65f0"), at: ISODate('2026-01-02T03:04:05Z'), n : NumberLong(7) }"#,
            Some(r#"{"_id":"65f0","at":"2026-01-02T03:04:05Z","n":7}"#),
        );
        check("{'a': b'x\\x41', 'u': u'\\u00e9'}", Some(r#"{"a":"xA","u":"é"}"#));
    }

    #[test]
    fn what_is_no_object_is_left() {
        for text in [
            "",
            "{",
            "{'a'}",
            "{'a': }",
            "{'a': 1} x",
            "['a']",
            "{'a': what}",
            "{a b}",
            "{'a': 'b",
            "{'a': '\u{1}'}",
        ] {
            check(text, None);
        }
        check(&"{'a':".repeat(200), None);
    }

    #[test]
    fn an_object_may_end_a_line() {
        let (before, object) = at_end("INFO audit {'user': 'ana', 'ok': True}").unwrap();
        assert_eq!((before, object.as_str()), ("INFO audit ", r#"{"user":"ana","ok":true}"#));
        assert_eq!(at_end("a set {'a', 'b'}"), None);
    }
}
