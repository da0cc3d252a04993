//! Detection, fields, codes, actors and targets.

use super::*;

impl Compiler {
    /// Reads all that decides how a record is mapped.
    pub(super) fn read(&mut self, section: &mut Section<'_>) -> Result<()> {
        self.heading(section)?;
        self.each(section)?;
        self.again(section)?;
        // What a condition overrides is tried before what always holds.
        for when in section.tables("when")? {
            self.overrides(when)?;
        }
        if let Some(fields) = section.section("fields")? {
            self.fields(fields, &[])?;
        }
        for (key, on_behalf) in [("actor", false), ("on_behalf_of", true)] {
            if let Some(actor) = section.section(key)? {
                self.actor(actor, &[], on_behalf)?;
            }
        }
        for codes in section.tables("codes")? {
            self.codes(codes)?;
        }
        for target in section.tables("target")? {
            self.target(target)?;
        }
        for changes in section.tables("changes")? {
            self.changes(changes)?;
        }
        if let Some(state) = section.section("state")? {
            self.state(state)?;
        }
        if let Some(metadata) = section.section("metadata")? {
            for (label, _, value) in metadata.members() {
                let rules = self.rules(Some(value))?;
                self.build.plan.metadata.push((label.to_owned(), rules));
            }
        }
        let unguard = section.take("unguard");
        self.build.plan.unguard = self.conditions(unguard)?;
        let empty = section.texts("empty")?;
        self.build.plan.empty = empty.into_iter().map(|(text, _)| text.to_owned()).collect();
        Ok(())
    }

    /// Reads what decides which records are of the format.
    pub(super) fn heading(&mut self, section: &mut Section<'_>) -> Result<()> {
        self.unwraps(section)?;
        self.detection(section)
    }

    fn unwraps(&mut self, section: &mut Section<'_>) -> Result<()> {
        for (text, span) in section.texts("unwrap")? {
            let (path, how) = text.split_once('|').unwrap_or((text, ""));
            let (json, base64) = match how {
                "" => (false, false),
                "json" => (true, false),
                "base64" => (false, true),
                _ => {
                    let hint = suggest(how, &["json", "base64"]);
                    return Err(Problem::new(span, format!("unknown decoder '|{how}'{hint}")));
                }
            };
            let path = super::paths(vec![(path, span)])?.remove(0);
            self.build.plan.unwrap.push(Unwrap { path, json, base64 });
        }
        Ok(())
    }

    fn detection(&mut self, section: &mut Section<'_>) -> Result<()> {
        let Some(mut detect) = section.section("detect")? else { return Ok(()) };
        if let Some(all) = detect.take("all") {
            self.build.plan.detect.all = self.demands(all)?;
        }
        for any in detect.take("any").map(|any| any.each()).unwrap_or_default() {
            let group = self.demands(any)?;
            self.build.plan.detect.any.push(group);
        }
        if let Some(none) = detect.take("none") {
            self.build.plan.detect.none = self.demands(none)?;
        }
        detect.finish()
    }

    /// Reads `{path = "shape"}`, or a list of paths that must be there.
    fn demands(&mut self, value: Value<'_>) -> Result<Vec<Demand>> {
        if !value.is_table() {
            let present = |one: &Value<'_>| {
                Ok(Demand { path: self.demanded(one.text()?, one.span())?, shapes: vec![Shape::Any] })
            };
            return value.each().iter().map(present).collect();
        }
        let mut demands = Vec::new();
        for (path, span, value) in value.table("detect")?.members() {
            let path = self.demanded(path, span)?;
            let shapes: Result<Vec<_>> =
                value.each().iter().map(|one| Ok(Shape::read(one.text()?))).collect();
            demands.push(Demand { path, shapes: shapes? });
        }
        Ok(demands)
    }

    /// Reads a path that detection looks at: only into the record as it is, for it is done for every record.
    fn demanded(&mut self, text: &str, span: Range<usize>) -> Result<PathRef> {
        let path = self.path(text, span.clone())?;
        match path.scope {
            RECORD => Ok(path),
            _ => Err(Problem::new(span, "[detect] cannot look into JSON inside a text; use 'unwrap'")),
        }
    }

    fn each(&mut self, section: &mut Section<'_>) -> Result<()> {
        if let Some(each) = section.take("each") {
            let path = self.path(each.text()?, each.span())?;
            let scope = self.build.scope(ScopeKind::Element);
            self.build.plan.each = Some((path, scope));
            self.item = Some(scope);
        }
        Ok(())
    }

    fn again(&mut self, section: &mut Section<'_>) -> Result<()> {
        let Some(mut again) = section.section("again")? else { return Ok(()) };
        let records = again.texts("record")?;
        let record = self.paths(records)?;
        let format = self.taken(&mut again, "format")?;
        let part = self.taken(&mut again, "part")?;
        let id = self.taken(&mut again, "id")?;
        let redacted = self.taken(&mut again, "redacted")?;
        self.build.plan.again = Some(Again { record, format, part, id, redacted });
        again.finish()
    }

    fn taken(&mut self, section: &mut Section<'_>, key: &'static str) -> Result<Rules> {
        let value = section.take(key);
        self.rules(value)
    }

    fn overrides(&mut self, mut section: Section<'_>) -> Result<()> {
        let condition = section.need("if")?;
        let when = self.conditions(Some(condition))?;
        if let Some(fields) = section.section("fields")? {
            self.fields(fields, &when)?;
        }
        for (key, on_behalf) in [("actor", false), ("on_behalf_of", true)] {
            if let Some(actor) = section.section(key)? {
                self.actor(actor, &when, on_behalf)?;
            }
        }
        section.finish()
    }

    fn fields(&mut self, mut section: Section<'_>, when: &[u16]) -> Result<()> {
        macro_rules! field {
            ($key:literal, $field:ident) => {
                let value = section.take($key);
                let rules = self.rules_when(value, when)?;
                self.build.plan.$field.extend(rules);
            };
            ($key:literal, $field:ident, $check:expr) => {
                let value = section.take($key);
                let rules = self.rules_when(value, when)?;
                if let Some(value) = value {
                    self.check_words(&rules, value, $key, &$check)?;
                }
                self.build.plan.$field.extend(rules);
            };
        }
        field!("id", id);
        field!("time", time);
        field!("scope", scope, |word: &str| Scope::parse(word).is_some());
        field!("workspace", workspace);
        field!("event_type", event_type);
        field!("class", class, |word: &str| Class::parse(word).is_some());
        field!("activity", activity);
        field!("action", action, |word: &str| Action::parse(word).is_some());
        field!("action_code", action_code);
        field!("summary", summary);
        field!("ip", ip);
        field!("country", country);
        field!("user_agent", user_agent);
        field!("outcome", outcome, |word: &str| Outcome::parse(word).is_some());
        field!("reason", reason);
        field!("request", request);
        field!("session", session);
        field!("link", link);
        section.finish()
    }

    fn actor(&mut self, mut section: Section<'_>, when: &[u16], on_behalf: bool) -> Result<()> {
        let kind_value = section.take("kind");
        let kind = self.rules_when(kind_value, when)?;
        if let Some(value) = kind_value {
            self.check_words(&kind, value, "kind", &|word| ActorKind::parse(word).is_some())?;
        }
        let mut part = |key: &'static str| {
            let value = section.take(key);
            self.rules_when(value, when)
        };
        let found = ActorRules { kind, name: part("name")?, email: part("email")?, id: part("id")? };
        let plan = &mut self.build.plan;
        let actor = if on_behalf { &mut plan.on_behalf_of } else { &mut plan.actor };
        actor.kind.extend(found.kind);
        actor.name.extend(found.name);
        actor.email.extend(found.email);
        actor.id.extend(found.id);
        section.finish()
    }

    /// Refuses constants and table entries that are no word of a closed list.
    fn check_words(
        &self,
        rules: &Rules,
        value: Value<'_>,
        field: &str,
        valid: &dyn Fn(&str) -> bool,
    ) -> Result<()> {
        let check = |word: &str| {
            if valid(word) { Ok(()) } else { Err(value.problem(wrong_word(field, word))) }
        };
        for rule in rules.iter() {
            if let (Source::Constant(word), None) = (&rule.source, rule.words) {
                check(word)?;
            }
            let table = rule.words.and_then(|at| self.build.plan.words.get(usize::from(at)));
            for word in table.map(Table::rows).unwrap_or_default() {
                check(word)?;
            }
        }
        Ok(())
    }

    fn codes(&mut self, mut section: Section<'_>) -> Result<()> {
        let from = section.take("from");
        let from = self.rules(from)?;
        let fold = section.flag("fold")?;
        let mut table = Table::new(fold);
        for (code, _, value) in section.need("rows")?.table("rows")?.members() {
            table.add(code, row(value)?);
        }
        self.build.plan.codes.push(Codes { from, table });
        section.finish()
    }

    fn target(&mut self, mut section: Section<'_>) -> Result<()> {
        let when = section.take("when");
        let when = self.conditions(when)?;
        let otherwise = section.flag("otherwise")?;
        let outer = self.item;
        let each = match section.take("each") {
            None => None,
            Some(each) => {
                let path = self.path(each.text()?, each.span())?;
                let scope = self.build.scope(ScopeKind::Element);
                self.item = Some(scope);
                Some((path, scope))
            }
        };
        let kind = self.taken(&mut section, "type")?;
        let id = self.taken(&mut section, "id")?;
        let name = self.taken(&mut section, "name")?;
        self.item = outer;
        self.build.plan.targets.push(TargetRules { when, otherwise, each, kind, id, name });
        section.finish()
    }
}

fn wrong_word(field: &str, word: &str) -> String {
    fn all<T: Copy + std::fmt::Display>(values: &[T]) -> Vec<String> {
        values.iter().map(ToString::to_string).collect()
    }
    let known = match field {
        "action" => all(Action::ALL),
        "class" => all(Class::ALL),
        "outcome" => all(Outcome::ALL),
        "scope" => all(Scope::ALL),
        _ => all(ActorKind::ALL),
    };
    let known: Vec<_> = known.iter().map(String::as_str).collect();
    format!("'{word}' is no {field}{}", suggest(word, &known))
}

/// Reads what a code means: a table, or the action alone.
fn row(value: Value<'_>) -> Result<Row> {
    fn word<T>(value: Option<Value<'_>>, field: &str, parse: fn(&str) -> Option<T>) -> Result<Option<T>> {
        let Some(value) = value else { return Ok(None) };
        let text = value.text()?;
        parse(text).map(Some).ok_or_else(|| value.problem(wrong_word(field, text)))
    }
    if !value.is_table() {
        return Ok(Row { action: word(Some(value), "action", Action::parse)?, ..Row::default() });
    }
    let mut section = value.table("a row")?;
    let text = |value: Option<&str>| value.map(Box::from);
    let row = Row {
        action: word(section.take("action"), "action", Action::parse)?,
        class: word(section.take("class"), "class", Class::parse)?,
        outcome: word(section.take("outcome"), "outcome", Outcome::parse)?,
        scope: word(section.take("scope"), "scope", Scope::parse)?,
        event_type: text(section.text("event_type")?),
        activity: text(section.text("activity")?),
        summary: text(section.text("summary")?),
    };
    section.finish()?;
    Ok(row)
}
