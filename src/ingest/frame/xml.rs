//! Elements of XML: those of the source, or those inside its one root.

use memchr::{memchr, memmem};

use super::{Piece, What, blank};
use crate::domain::json::Doc;
use crate::ingest::text;

/// Bytes that tell what a `<` begins.
const MARK: usize = b"<![CDATA[".len();

#[derive(Debug)]
pub(super) struct Xml {
    /// Elements around a record.
    around: u32,
    depth: u32,
    /// Where the record at hand begins.
    record: Option<u64>,
    /// End of what was understood last.
    done: u64,
}

/// What a `<` begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Open,
    /// An element without content.
    Whole,
    Close,
    /// Comments, instructions, declarations, plain text in brackets.
    Other,
}

impl Xml {
    pub(super) fn new(around: u32, base: u64) -> Xml {
        Xml { around, depth: 0, record: None, done: base }
    }

    pub(super) fn keep(&self) -> u64 {
        self.record.unwrap_or(self.done)
    }

    pub(super) fn split(&mut self, window: &[u8], base: u64, end: bool, out: &mut Vec<Piece>) {
        let mut at = (self.done - base) as usize;
        while let Some(found) = window.get(at..).and_then(|rest| memchr(b'<', rest)) {
            let start = at + found;
            let rest = window.get(start..).unwrap_or_default();
            if rest.len() < MARK && !end {
                break;
            }
            let Some((token, length)) = token(rest) else { break };
            self.between(window, base, start, out);
            at = start + length;
            self.take(token, base + start as u64, base + at as u64, out);
            self.done = base + at as u64;
        }
        if end {
            self.finish(window, base, out);
        }
    }

    /// Tells words outside of records.
    fn between(&self, window: &[u8], base: u64, until: usize, out: &mut Vec<Piece>) {
        let from = (self.done - base) as usize;
        let words = window.get(from..until).unwrap_or_default();
        if self.record.is_some() || words.iter().all(|&byte| blank(byte)) {
            return;
        }
        let lead = words.iter().take_while(|&&byte| blank(byte)).count();
        let trail = words.iter().rev().take_while(|&&byte| blank(byte)).count();
        let what = What::Bad("text outside of any element of the log".to_owned());
        out.push(Piece { start: base + (from + lead) as u64, end: base + (until - trail) as u64, what });
    }

    fn take(&mut self, token: Token, start: u64, end: u64, out: &mut Vec<Piece>) {
        let home = self.depth == self.around;
        match token {
            Token::Whole if home => out.push(Piece { start, end, what: What::Record }),
            Token::Open => {
                self.record = self.record.or(home.then_some(start));
                self.depth += 1;
            }
            Token::Close if self.depth == 0 => {
                let what = What::Bad("the end of an element that never began".to_owned());
                out.push(Piece { start, end, what });
            }
            Token::Close => {
                self.depth -= 1;
                if self.depth == self.around
                    && let Some(start) = self.record.take()
                {
                    out.push(Piece { start, end, what: What::Record });
                }
            }
            Token::Whole | Token::Other => {}
        }
    }

    fn finish(&mut self, window: &[u8], base: u64, out: &mut Vec<Piece>) {
        let end = base + window.len() as u64;
        match self.record.take() {
            Some(start) => {
                let what = What::Bad("the source ends inside this element".to_owned());
                out.push(Piece { start, end, what });
            }
            None => self.between(window, base, window.len(), out),
        }
        self.done = end;
    }
}

/// Returns what begins here and its length; `None` where its end is not in sight.
fn token(text: &[u8]) -> Option<(Token, usize)> {
    let until = |mark: &[u8]| memmem::find(text, mark).map(|at| (Token::Other, at + mark.len()));
    match text {
        [b'<', b'!', b'-', b'-', ..] => until(b"-->"),
        [b'<', b'!', b'[', ..] => until(b"]]>"),
        [b'<', b'?', ..] => until(b"?>"),
        [b'<', b'!', ..] => until(b">"),
        [b'<', b'/', ..] => until(b">").map(|(_, length)| (Token::Close, length)),
        _ => tag(text),
    }
}

fn tag(text: &[u8]) -> Option<(Token, usize)> {
    let mut at = 1;
    loop {
        let rest = text.get(at..)?;
        let found = rest.iter().position(|byte| matches!(byte, b'>' | b'"' | b'\''))?;
        at += found + 1;
        match rest.get(found)? {
            b'>' if text.get(at - 2) == Some(&b'/') => return Some((Token::Whole, at)),
            b'>' => return Some((Token::Open, at)),
            quote => at += memchr(*quote, text.get(at..)?)? + 1,
        }
    }
}

/// Returns how many elements stand around the records of a source that begins so; `None` where nothing in it says
/// when it happened.
pub(super) fn around(sample: &[u8], whole: bool) -> Option<u32> {
    let pieces = |around: u32| {
        let mut pieces = Vec::new();
        Xml::new(around, 0).split(sample, 0, whole, &mut pieces);
        pieces.retain(|piece: &Piece| piece.what == What::Record);
        pieces
    };
    let (outer, inner) = (pieces(0), pieces(1));
    let around = u32::from(is_list(sample, &outer, &inner));
    let records = if around == 1 { inner } else { outer };
    records.iter().take(5).any(|piece| is_timed(bytes(sample, piece))).then_some(around)
}

fn bytes<'a>(sample: &'a [u8], piece: &Piece) -> &'a [u8] {
    sample.get(piece.start as usize..piece.end as usize).unwrap_or_default()
}

/// Whether a root is a list of records, and no record itself.
fn is_list(sample: &[u8], outer: &[Piece], inner: &[Piece]) -> bool {
    let Some(first) = inner.first() else { return false };
    let child = name(bytes(sample, first));
    let root = outer.first().map(|piece| name(bytes(sample, piece)));
    // A root that goes on beyond the sample is no record.
    let Some(root) = root else { return inner.len() > 1 };
    let own = inner.iter().take_while(|piece| outer.first().is_some_and(|root| piece.end <= root.end));
    let own: Vec<_> = own.map(|piece| bytes(sample, piece)).collect();
    let same = own.iter().all(|piece| name(piece) == child);
    let built = own.first().is_some_and(|piece| {
        memmem::find(piece, b"><").is_some() || has_elements(piece) || has_attributes(piece)
    });
    let plural =
        root.len() > child.len() && root.to_ascii_lowercase().starts_with(&child.to_ascii_lowercase());
    same && built && (own.len() > 1 || plural)
}

fn has_elements(piece: &[u8]) -> bool {
    memchr::memchr_iter(b'<', piece).filter(|at| piece.get(at + 1) != Some(&b'/')).count() > 1
}

/// Whether an element says all it has to say in attributes.
fn has_attributes(piece: &[u8]) -> bool {
    piece.ends_with(b"/>") && memmem::find_iter(piece, b"=\"").count() > 2
}

fn name(piece: &[u8]) -> &[u8] {
    let rest = piece.get(1..).unwrap_or_default();
    let end = rest.iter().position(|byte| blank(*byte) || matches!(byte, b'>' | b'/'));
    rest.get(..end.unwrap_or(rest.len())).unwrap_or_default()
}

/// Objects within the document of a record that are searched for a time.
const TIME_DEPTH: usize = 4;

fn is_timed(record: &[u8]) -> bool {
    let Ok(record) = std::str::from_utf8(record) else { return false };
    let (mut doc, mut out) = (Doc::new(), String::new());
    let read = text::read(record, &mut doc, &mut out).is_ok();
    read && doc.parse(&out).is_ok_and(|root| text::says_when(root, TIME_DEPTH))
}
