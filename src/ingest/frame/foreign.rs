//! Texts that hold a log in a shape that is not read, and how to get one that is.

use memchr::memmem;

/// Bytes of an answer that show what it is.
const HEAD: usize = 4096;

/// Returns what kind of answer of a log store this is, whose lines lie in lists of lists.
pub(super) fn answer(text: &[u8]) -> Option<String> {
    let head = text.get(..HEAD).unwrap_or(text);
    let has = |word: &str| memmem::find(head, word.as_bytes()).is_some();
    if has("\"resultType\"") && has("\"streams\"") && has("\"values\"") {
        let way = "jq -c '.data.result[].values[] | .[1] | fromjson? // {message: .}'";
        return Some(format!(
            "the answer of a Loki query, its lines in lists; export with logcli query --output=jsonl, or first: {way}"
        ));
    }
    if has("\"results\"") && has("\"field\"") && has("\"value\"") && has("\"@") {
        let way = "jq -c '.results[] | map({(.field): .value}) | add'";
        return Some(format!(
            "the answer of a CloudWatch Logs Insights query, its fields in lists; first: {way}"
        ));
    }
    None
}

/// Returns what kind of text this is that is no log as it stands.
pub(super) fn text(lines: &[&str]) -> Option<String> {
    let first = lines.first()?;
    if first.starts_with("****") && first.contains(". row ****") {
        return Some("records of mysql, one below the other (\\G); export with mysql --batch".to_owned());
    }
    if first.starts_with("-[ RECORD ") {
        return Some("records of psql, one below the other (\\x); export with psql --csv".to_owned());
    }
    if first.starts_with("HTTP/1.") || first.starts_with("HTTP/2") {
        return Some("an answer with its HTTP header; leave that out (curl without -i)".to_owned());
    }
    let item = |line: &&&str| {
        let line = line.strip_prefix("- ").unwrap_or(line);
        line.split_once(':').is_some_and(|(key, value)| {
            let key = key.trim();
            !key.is_empty()
                && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
                && key.starts_with(char::is_alphabetic)
                && (value.is_empty() || value.starts_with(' '))
        })
    };
    let yaml = *first == "---" || first.starts_with("- ");
    let pairs = lines.iter().filter(item).count();
    (yaml && pairs * 5 >= lines.len() * 4 - 4)
        .then(|| "YAML; make it JSON first (yq -o=json FILE)".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_that_are_not_read_are_named() {
        let check = |lines: &[&str], expect: &str| {
            let found = text(lines).unwrap_or_default();
            assert!(found.starts_with(expect) && found.is_empty() == expect.is_empty(), "{lines:?}: {found}");
        };
        check(
            &["*************************** 1. row ***************************", "a: 1"],
            "records of mysql",
        );
        check(&["-[ RECORD 1 ]---", "a | 1"], "records of psql");
        check(&["---", "- time: 2026-01-02T03:04:05Z", "actor: ana"], "YAML");
        check(&["HTTP/1.1 200 OK", "content-type: application/json"], "an answer");
        check(&["2026-01-02 03:04:05 ana: signed in"], "");
        check(&["- ana signed in", "- bo signed out"], "");
        assert!(answer(b"{\"data\":{\"resultType\":\"streams\",\"result\":[{\"values\":[]}]}}").is_some());
        assert_eq!(answer(b"{\"results\":[{\"field\":1}]}"), None);
    }
}
