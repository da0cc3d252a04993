//! The `[[sample]]` blocks: a record of one's own, and the entry it must become.

use super::super::Expected;
use super::*;

/// Reads the samples: `record` as JSON text, `expect` as a table of fields (a list of them where the record
/// gives several entries).
pub(super) fn read(section: &mut Section<'_>) -> Result<Vec<Sample>> {
    let mut samples = Vec::new();
    for mut sample in section.tables("sample")? {
        let record = sample.need("record")?;
        crate::domain::json::Doc::new()
            .parse(record.text()?)
            .map_err(|error| record.problem(format!("the sample's record is not JSON: {error}")))?;
        let about = sample.text("about")?.unwrap_or_default().to_owned();
        let mut expected = Vec::new();
        for entry in sample.need("expect")?.each() {
            expected.push(expectation(entry)?);
        }
        samples.push(Sample { about, record: record.text()?.to_owned(), expected, span: record.span() });
        sample.finish()?;
    }
    Ok(samples)
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
