//! The `[[sample]]` blocks: a record of one's own, and the entry it must become.

use std::ops::Range;

use super::super::Expected;
use super::*;
use crate::domain::json::Doc;
use crate::ingest::text;

/// Reads the samples: `record` as JSON text or `text` as a line, `expect` as a table of fields (a list of them where the record
/// gives several entries).
pub(super) fn read(section: &mut Section<'_>) -> Result<Vec<Sample>> {
    let mut samples = Vec::new();
    for mut sample in section.tables("sample")? {
        let given = if sample.has("text") { "text" } else { "record" };
        sample.need_all(&[given, "expect"])?;
        let (record, span) = record(&mut sample)?;
        let about = sample.text("about")?.unwrap_or_default().to_owned();
        let mut expected = Vec::new();
        for entry in sample.need("expect")?.each() {
            expected.push(expectation(entry)?);
        }
        samples.push(Sample { about, record, expected, span });
        sample.finish()?;
    }
    Ok(samples)
}

/// Reads what a sample is of: `record`, JSON text, or `text`, a line that is decoded as one of a text file.
fn record(sample: &mut Section<'_>) -> Result<(String, Range<usize>)> {
    let mut doc = Doc::new();
    if let Some(line) = sample.take("text") {
        let mut out = String::new();
        let read = text::read(line.text()?.trim(), &mut doc, &mut out);
        let (_, read) = read.map_err(|error| line.problem(format!("the sample's text: {error}")))?;
        let record = match read {
            text::Read::Part(part) => part.to_owned(),
            text::Read::Written => out,
        };
        return Ok((record, line.span()));
    }
    let record = sample.need("record")?;
    doc.parse(record.text()?)
        .map_err(|error| record.problem(format!("the sample's record is not JSON: {error}")))?;
    Ok((record.text()?.to_owned(), record.span()))
}

fn expectation(value: Value<'_>) -> Result<Expected> {
    let mut fields = Vec::new();
    for (key, span, value) in value.table("expect")?.members() {
        if !Expected::FIELDS.contains(&key) {
            return Err(Problem::new(
                span,
                format!("unknown field '{key}'{}", suggest(key, Expected::FIELDS)),
            ));
        }
        let text = match value.list() {
            None => value.text()?.to_owned(),
            Some(list) => {
                let texts: Result<Vec<_>> = list.iter().map(Value::text).collect();
                texts?.join("\n")
            }
        };
        fields.push((key.to_owned(), text));
    }
    Ok(Expected { fields })
}
