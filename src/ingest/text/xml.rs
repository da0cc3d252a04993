//! An XML element as a JSON object.
//!
//! Attributes come under `#attributes`, text beside them under `#text`, repeated children as a list. A child
//! `<Data Name="x">y</Data>`, as Windows writes them, is the member `x`.

use std::borrow::Cow;
use std::collections::HashMap;

use super::object::Object;
use crate::domain::json::push_string;

/// Elements within elements that are followed.
const MAX_DEPTH: usize = 64;

/// What is wrong with the XML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct XmlError {
    what: &'static str,
    at: usize,
}

impl std::fmt::Display for XmlError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} (byte {} of the element)", self.what, self.at)
    }
}

/// Whether a text begins with an element.
pub(super) fn begins(text: &str) -> bool {
    matches!(text.as_bytes(), [b'<', b'A'..=b'Z' | b'a'..=b'z' | b'_', ..]) && text.trim_end().ends_with('>')
}

/// Writes the element as a member of its name.
pub(super) fn write(text: &str, out: &mut Object<'_>) -> Result<(), XmlError> {
    let mut reader = Reader { text, at: 0 };
    let element = reader.element(0)?;
    reader.skip_comments();
    if !reader.rest().trim().is_empty() {
        return Err(reader.error("something follows the element"));
    }
    let mut json = String::new();
    element.write(&mut json);
    out.json(element.name, &json);
    Ok(())
}

#[derive(Debug, Default)]
struct Element<'a> {
    name: &'a str,
    attributes: Vec<(&'a str, Cow<'a, str>)>,
    children: Vec<Element<'a>>,
    text: String,
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn error(&self, what: &'static str) -> XmlError {
        XmlError { what, at: self.at }
    }

    fn eat(&mut self, mark: &str) -> bool {
        let found = self.rest().starts_with(mark);
        self.at += if found { mark.len() } else { 0 };
        found
    }

    /// Goes behind the next `mark` and returns what stood before it.
    fn until(&mut self, mark: &str) -> Result<&'a str, XmlError> {
        let rest = self.rest();
        let end = rest.find(mark).ok_or_else(|| self.error("it ends too early"))?;
        self.at += end + mark.len();
        Ok(rest.get(..end).unwrap_or_default())
    }

    fn blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn skip_comments(&mut self) {
        self.blanks();
        while self.eat("<!--") && self.until("-->").is_ok() {
            self.blanks();
        }
    }

    fn name(&mut self) -> Result<&'a str, XmlError> {
        let rest = self.rest();
        let end = rest.find(|c: char| c.is_whitespace() || "<>/='\"".contains(c)).unwrap_or(rest.len());
        if end == 0 {
            return Err(self.error("a name is missing"));
        }
        self.at += end;
        Ok(rest.get(..end).unwrap_or_default())
    }

    fn element(&mut self, depth: usize) -> Result<Element<'a>, XmlError> {
        if depth > MAX_DEPTH {
            return Err(self.error("elements lie too deep"));
        }
        if !self.eat("<") {
            return Err(self.error("an element is missing"));
        }
        let mut element = Element { name: self.name()?, ..Element::default() };
        loop {
            self.blanks();
            if self.eat("/>") {
                return Ok(element);
            }
            if self.eat(">") {
                break;
            }
            let attribute = self.attribute()?;
            // What a name space is called says nothing about the event.
            if attribute.0 != "xmlns" && !attribute.0.starts_with("xmlns:") {
                element.attributes.push(attribute);
            }
        }
        self.content(&mut element, depth)?;
        Ok(element)
    }

    fn attribute(&mut self) -> Result<(&'a str, Cow<'a, str>), XmlError> {
        let name = self.name()?;
        self.blanks();
        if !self.eat("=") {
            return Err(self.error("an attribute without a value"));
        }
        self.blanks();
        let value = match (self.eat("\""), self.rest().starts_with('\'')) {
            (true, _) => self.until("\"")?,
            (false, true) => {
                self.at += 1;
                self.until("'")?
            }
            _ => return Err(self.error("an attribute's value without quotes")),
        };
        Ok((name, unescape(value)))
    }

    fn content(&mut self, element: &mut Element<'a>, depth: usize) -> Result<(), XmlError> {
        loop {
            let rest = self.rest();
            let end = rest.find('<').ok_or_else(|| self.error("it ends too early"))?;
            element.text.push_str(&unescape(rest.get(..end).unwrap_or_default()));
            self.at += end;
            if self.eat("</") {
                let name = self.name()?;
                if name != element.name {
                    return Err(self.error("another element ends here than began"));
                }
                self.until(">")?;
                return Ok(());
            } else if self.eat("<![CDATA[") {
                element.text.push_str(self.until("]]>")?);
            } else if self.eat("<!--") {
                self.until("-->")?;
            } else if self.eat("<?") {
                self.until("?>")?;
            } else {
                element.children.push(self.element(depth + 1)?);
            }
        }
    }
}

impl Element<'_> {
    fn write(&self, out: &mut String) {
        let text = self.text.trim();
        if self.attributes.is_empty() && self.children.is_empty() {
            return push_string(out, text);
        }
        let mut object = Object::new(out);
        if !self.attributes.is_empty() {
            object.object("#attributes", |out| {
                self.attributes.iter().for_each(|(name, value)| out.text(name, value));
            });
        }
        let mut groups: Vec<Vec<&Element<'_>>> = Vec::new();
        let mut known: HashMap<&str, usize> = HashMap::new();
        for child in &self.children {
            let at = *known.entry(child.key()).or_insert(groups.len());
            match groups.get_mut(at) {
                Some(group) => group.push(child),
                None => groups.push(vec![child]),
            }
        }
        for group in &groups {
            let key = group.first().map_or(self.name, |first| first.key());
            object.json(key, &values(group));
        }
        if !text.is_empty() {
            object.text("#text", text);
        }
        object.end();
    }

    /// Returns the name it has among its neighbours.
    fn key(&self) -> &str {
        match (self.name, &self.attributes[..]) {
            ("Data", [("Name", name)]) if !name.is_empty() && self.children.is_empty() => name,
            _ => self.name,
        }
    }

    fn is_named_data(&self) -> bool {
        self.key() != self.name
    }
}

fn values(same: &[&Element<'_>]) -> String {
    let mut json = String::new();
    let value = |element: &Element<'_>, json: &mut String| match element.is_named_data() {
        true => push_string(json, element.text.trim()),
        false => element.write(json),
    };
    if let [one] = same {
        value(one, &mut json);
        return json;
    }
    for (at, element) in same.iter().enumerate() {
        json.push(if at == 0 { '[' } else { ',' });
        value(element, &mut json);
    }
    json.push(']');
    json
}

fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once('&') {
        out.push_str(before);
        match tail.split_once(';').and_then(|(name, tail)| Some((entity(name)?, tail))) {
            Some((c, tail)) => {
                out.push(c);
                rest = tail;
            }
            None => {
                out.push('&');
                rest = tail;
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}
