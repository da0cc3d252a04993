//! A format file compiled: TOML in, [`Format`] with its plan out.

use std::ops::Range;

use super::build::Builder;
use super::glob::{Glob, Table};
use super::head::Head;
use super::plan::{
    ActorRules, Again, Codes, Condition, Cut, Demand, FieldRef, How, PathRef, Piece, RECORD, Row, Rule,
    Rules, ScopeKind, Source, TargetRules, Test, Unwrap,
};
use super::reader::{self, FormatError, Problem, Result, Section, Value, suggest};
use super::shape::Shape;
use super::time::{TimeRules, Unit};
use super::{Format, Sample};
use crate::domain::json::Path;
use crate::domain::{Action, ActorKind, Class, Outcome, Scope};

mod changes;
mod fields;
mod samples;
mod state;

/// Compiles the text of a format file.
pub(super) fn compile(file: &str, text: &str) -> std::result::Result<Format, FormatError> {
    read(text).map_err(|problem| problem.at(file, text))
}

/// Compiles the part of a format file that detection asks for.
pub(super) fn head(text: &str) -> Result<Head> {
    let root = reader::parse(text)?;
    let mut section = Section::new(root.get_ref(), 0..0, "the format");
    let mut compiler = Compiler { build: Builder::new(), item: None };
    compiler.heading(&mut section)?;
    Ok(Head {
        name: section.need("name")?.text()?.to_owned(),
        generic: section.flag("generic")?,
        envelope: section.flag("envelope")?,
        containers: paths(section.texts("containers")?)?,
        unwrap: compiler.build.plan.unwrap,
        detect: compiler.build.plan.detect,
    })
}

fn read(text: &str) -> Result<Format> {
    let root = reader::parse(text)?;
    let mut section = Section::new(root.get_ref(), 0..0, "the format");
    let mut format = describe(&mut section, text)?;
    let mut compiler = Compiler { build: Builder::new(), item: None };
    compiler.read(&mut section)?;
    format.containers = paths(section.texts("containers")?)?;
    section.finish()?;
    format.has_link = !compiler.build.plan.link.is_empty();
    format.plan = compiler.build.finish();
    // What nobody has corrected yet is a guess.
    format.plan.guessed = format.draft;
    Ok(format)
}

fn describe(section: &mut Section<'_>, text: &str) -> Result<Format> {
    section.need_all(&["name", "title", "vendor"])?;
    let name = section.need("name")?;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.text()?.is_empty() || !name.text()?.chars().all(plain) {
        return Err(name.problem("a name is lower-case letters, digits and hyphens"));
    }
    let own = |text: Option<&str>| text.map(str::to_owned);
    let list =
        |texts: Vec<(&str, Range<usize>)>| texts.into_iter().map(|(text, _)| text.to_owned()).collect();
    let cap = section.take("export_cap");
    let cap = cap.map(|cap| cap.number().ok_or_else(|| cap.expected("a number"))).transpose()?;
    Ok(Format {
        name: name.text()?.to_owned(),
        version: super::version_of(text),
        title: section.need("title")?.text()?.to_owned(),
        vendor: section.need("vendor")?.text()?.to_owned(),
        documentation: own(section.text("documentation")?),
        support: own(section.text("support")?),
        feedback: own(section.text("feedback")?),
        not_recorded: list(section.texts("not_recorded")?),
        retention: own(section.text("retention")?),
        export_cap: cap.and_then(|cap| u64::try_from(cap).ok()),
        newest_first: section.flag("newest_first")?,
        noise: list(section.texts("noise")?),
        secret: list(section.texts("secret")?),
        groups: list(section.texts("groups")?),
        has_link: false,
        generic: section.flag("generic")?,
        guess_rest: section.flag("guess_rest")?,
        envelope: section.flag("envelope")?,
        draft: section.take("draft").map(percent).transpose()?,
        containers: Vec::new(),
        samples: samples::read(section)?,
        plan: super::plan::Plan::default(),
        source: text.to_owned(),
    })
}

/// Reads how sure a draft's guess was.
fn percent(value: Value<'_>) -> Result<u8> {
    let percent =
        value.number().and_then(|number| u8::try_from(number).ok()).filter(|percent| *percent <= 100);
    percent.ok_or_else(|| value.expected("how sure the guess was, in percent"))
}

fn paths(texts: Vec<(&str, Range<usize>)>) -> Result<Vec<Path>> {
    let read = |(text, span): (&str, Range<usize>)| {
        text.parse::<Path>().map_err(|error| Problem::new(span, format!("'{text}' is no path: {error}")))
    };
    texts.into_iter().map(read).collect()
}

/// What is known while a file is read.
struct Compiler {
    build: Builder,
    /// The scope that `@` means.
    item: Option<u16>,
}

impl Compiler {
    fn path(&mut self, text: &str, span: Range<usize>) -> Result<super::plan::PathRef> {
        let fault = |fault| Problem::new(span, format!("'{text}' is no path: {fault}"));
        self.build.path(text, self.item).map_err(fault)
    }

    fn paths(&mut self, texts: Vec<(&str, Range<usize>)>) -> Result<Vec<super::plan::PathRef>> {
        texts.into_iter().map(|(text, span)| self.path(text, span)).collect()
    }

    /// Reads the conditions of `when = {path = "glob" | ["globs"] | true | false}`.
    fn conditions(&mut self, value: Option<Value<'_>>) -> Result<Vec<u16>> {
        let Some(value) = value else { return Ok(Vec::new()) };
        let mut all = Vec::new();
        for (key, span, value) in value.table("when")?.members() {
            let (key, negated) = key.strip_prefix('!').map_or((key, false), |key| (key, true));
            let source = self.source(key, span)?;
            let test = match value.boolean() {
                Some(present) => Test::Present(present != negated),
                None => {
                    let globs: Result<Vec<_>> =
                        value.each().iter().map(|v| Ok(Glob::new(v.text()?))).collect();
                    if negated { Test::NoneOf(globs?) } else { Test::AnyOf(globs?) }
                }
            };
            self.build.plan.conditions.push(Condition { source, test });
            all.push((self.build.plan.conditions.len() - 1) as u16);
        }
        Ok(all)
    }

    /// Reads where a value comes from: `=constant`, `$field`, a template with `{..}`, or a path.
    fn source(&mut self, text: &str, span: Range<usize>) -> Result<Source> {
        if let Some(constant) = text.strip_prefix('=') {
            return Ok(Source::Constant(constant.into()));
        }
        if let Some(field) = text.strip_prefix('$') {
            return field_ref(field, span).map(Source::Field);
        }
        if text.contains('{') {
            return self.template(text, span);
        }
        Ok(Source::Path(self.path(text, span)?))
    }

    fn template(&mut self, text: &str, span: Range<usize>) -> Result<Source> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once('{') {
            if !before.is_empty() {
                pieces.push(Piece::Text(before.into()));
            }
            let unclosed = || Problem::new(span.clone(), "unclosed '{' in a template");
            let (inner, tail) = behind.split_once('}').ok_or_else(unclosed)?;
            let (inner, optional) = inner.strip_suffix('?').map_or((inner, false), |inner| (inner, true));
            pieces.push(Piece::Value(self.source(inner, span.clone())?, optional));
            rest = tail;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.into()));
        }
        Ok(Source::Template(pieces.into()))
    }

    /// Reads the rules of a field: a text, a table, or a list of these.
    fn rules(&mut self, value: Option<Value<'_>>) -> Result<Rules> {
        self.rules_when(value, &[])
    }

    fn rules_when(&mut self, value: Option<Value<'_>>, when: &[u16]) -> Result<Rules> {
        let mut rules = Rules::default();
        for value in value.map(|value| value.each()).unwrap_or_default() {
            if value.is_table() {
                self.long_rule(value, &mut rules)?;
            } else {
                rules.push(Rule::of(self.source(value.text()?, value.span())?));
            }
        }
        for rule in rules.iter_mut() {
            rule.when.splice(0..0, when.iter().copied());
        }
        Ok(rules)
    }

    fn long_rule(&mut self, value: Value<'_>, rules: &mut Rules) -> Result<()> {
        let mut section = value.table("a rule")?;
        let sources = section.texts("from")?;
        let when = section.take("when");
        let when = self.conditions(when)?;
        let how = how(section.take("as"))?;
        let cut = cut(&mut section)?;
        let time = time_rules(&mut section)?;
        let fold = section.flag("fold")?;
        let words = match section.take("words") {
            Some(words) => Some(self.words(words, fold)?),
            None => None,
        };
        let otherwise = section.text("otherwise")?;
        for (text, span) in sources {
            let source = self.source(text, span)?;
            rules.push(Rule { when: when.clone(), source, cut: cut.clone(), words, how, time });
        }
        if let Some(text) = otherwise {
            let rule = Rule::of(Source::Constant(text.into()));
            rules.push(Rule { when, ..rule });
        }
        section.finish()
    }

    fn words(&mut self, value: Value<'_>, fold: bool) -> Result<u16> {
        let mut table = Table::new(fold);
        for (key, _, value) in value.table("words")?.members() {
            table.add(key, value.text()?.to_owned());
        }
        self.build.plan.words.push(table);
        Ok((self.build.plan.words.len() - 1) as u16)
    }
}

/// Reads which part of a text is meant, where one is.
fn cut(section: &mut Section<'_>) -> Result<Option<Cut>> {
    let text = |value: Option<&str>| value.map(Box::from);
    let cut = Cut {
        after: text(section.text("after")?),
        after_first: section.texts("after_first")?.into_iter().map(|(mark, _)| mark.into()).collect(),
        before: text(section.text("before")?),
        before_last: text(section.text("before_last")?),
        needs_mark: section.flag("needs_mark")?,
    };
    let marked = [&cut.after, &cut.before, &cut.before_last].iter().any(|mark| mark.is_some());
    if !marked && cut.after_first.is_empty() {
        return match cut.needs_mark {
            true => Err(section
                .problem("'needs_mark' asks for a mark: 'after', 'after_first', 'before' or 'before_last'")),
            false => Ok(None),
        };
    }
    Ok(Some(cut))
}

fn field_ref(name: &str, span: Range<usize>) -> Result<FieldRef> {
    const FIELDS: &[(&str, FieldRef)] = FieldRef::ALL;
    let found = FIELDS.iter().find(|(known, _)| *known == name).map(|&(_, field)| field);
    let known: Vec<_> = FIELDS.iter().map(|&(known, _)| known).collect();
    found.ok_or_else(|| Problem::new(span, format!("unknown field '${name}'{}", suggest(name, &known))))
}

fn how(value: Option<Value<'_>>) -> Result<How> {
    let Some(value) = value else { return Ok(How::Plain) };
    one_of(value, "conversion", How::ALL)
}

fn one_of<T: Copy>(value: Value<'_>, what: &str, words: &[(&str, T)]) -> Result<T> {
    let text = value.text()?;
    let known: Vec<_> = words.iter().map(|&(word, _)| word).collect();
    let found = words.iter().find(|(word, _)| *word == text).map(|&(_, found)| found);
    found.ok_or_else(|| value.problem(format!("unknown {what} '{text}'{}", suggest(text, &known))))
}

fn time_rules(section: &mut Section<'_>) -> Result<TimeRules> {
    const UNITS: &[(&str, Unit)] =
        &[("s", Unit::Seconds), ("ms", Unit::Millis), ("us", Unit::Micros), ("ns", Unit::Nanos)];
    const ORDERS: &[(&str, bool)] = &[("month-first", false), ("day-first", true)];
    let unit = section.take("unit").map(|value| one_of(value, "unit", UNITS)).transpose()?;
    let day_first = section.take("order").map(|value| one_of(value, "order", ORDERS)).transpose()?;
    let zone = match section.take("zone") {
        None => None,
        Some(value) => {
            let text = value.text()?;
            Some(text.parse().map_err(|_| value.problem(format!("unknown time zone '{text}'")))?)
        }
    };
    Ok(TimeRules { zone, day_first, unit, near: None })
}
