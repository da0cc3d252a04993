//! A plan applied to one record: rules into texts, times, addresses and words.

use std::borrow::Cow;

use hashbrown::HashMap;

use super::memo::{Found, find, remember};
use super::text::{cut_text, first_address, has_content, node_text, percent_decode, without_guard};
use super::words;
use crate::domain::ip::parse_addr;
use crate::domain::json::{Node, quote};
use crate::domain::{Action, Class, Entry, Ip, Moment, Outcome, Str};
use crate::ingest::format::plan::{
    Condition, FieldRef, How, PathRef, Piece, Plan, ROOT, Row, Rule, Rules, Source, Test,
};
use crate::ingest::format::trie::NOWHERE;
use crate::ingest::format::{MapContext, Want, shape, time};

/// What is kept from record to record.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    /// Place of every slot's value in its document.
    pub(crate) found: Vec<u32>,
    /// Content of the record less white space.
    pub(crate) content: String,
    verbs: HashMap<String, Option<Action>>,
    rows: Found,
    words: Found,
}

impl Scratch {
    /// Forgets what was looked up in another plan's tables.
    pub(crate) fn forget(&mut self) {
        self.rows.clear();
        self.words.clear();
    }
}

/// Rules by whether they have conditions.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    All,
    Conditional,
    Open,
}

impl Which {
    fn has(self, rule: &Rule) -> bool {
        match self {
            Which::All => true,
            Which::Conditional => !rule.when.is_empty(),
            Which::Open => rule.when.is_empty(),
        }
    }
}

/// Which path filled which field, with what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// The field, as samples name it.
    pub field: &'static str,
    /// Where its value comes from, as a format file says it.
    pub path: String,
    /// What was made of it: the word behind `as`; `text` where nothing was.
    pub how: &'static str,
    /// The value.
    pub value: String,
}

pub(crate) type Trace = Vec<Filled>;

/// The state of mapping one entry.
pub(crate) struct Eval<'a, 's> {
    pub(crate) plan: &'a Plan,
    pub(crate) entry: Entry<'a>,
    /// What each scope begins at.
    pub(crate) nodes: Vec<Option<Node<'a>>>,
    pub(crate) scratch: &'s mut Scratch,
    pub(crate) context: &'a MapContext,
    pub(crate) want: Want,
    pub(crate) trace: Option<&'s mut Trace>,
    /// Rows of the code tables that apply.
    pub(crate) rows: [Option<&'a Row>; 8],
    /// Guards before formulas are taken off.
    pub(crate) unguard: bool,
    /// Keys are looked up whatever their case.
    pub(crate) any_case: bool,
    /// The list whose element `@` is, for the trace.
    pub(crate) list: String,
    /// The value found last is the format's own word, and none of the record.
    pub(crate) constant: bool,
}

impl<'a> Eval<'a, '_> {
    pub(crate) fn want(&self) -> Want {
        self.want
    }

    /// Notes where the values of a scope lie.
    pub(crate) fn enter(&mut self, scope: u16, node: Node<'a>) {
        let plan = &self.plan.scopes[usize::from(scope)];
        let found = &mut self.scratch.found[plan.base..plan.base + plan.count];
        found.fill(NOWHERE);
        match self.any_case {
            true => plan.trie.walk_any_case(node, found),
            false => plan.trie.walk(node, found),
        }
        self.nodes[usize::from(scope)] = Some(node);
    }

    /// Returns the value that a path's keys lead to, before its other steps.
    #[inline]
    fn slot(&self, path: &PathRef) -> Option<Node<'a>> {
        let scope = usize::from(path.scope);
        let root = (*self.nodes.get(scope)?)?;
        if path.slot == ROOT {
            return Some(root);
        }
        let place = self.scratch.found[self.plan.scopes[scope].base + usize::from(path.slot)];
        if place == NOWHERE { None } else { root.at_ordinal(place as usize) }
    }

    /// Returns the first value at a path.
    #[inline]
    pub(crate) fn node(&self, path: &PathRef) -> Option<Node<'a>> {
        let node = self.slot(path)?;
        match &path.rest {
            None => Some(node),
            Some(rest) => rest.first(node),
        }
    }

    /// Calls `each` with every value at a path.
    pub(crate) fn visit(&self, path: &PathRef, each: &mut dyn FnMut(Node<'a>)) {
        let Some(node) = self.slot(path) else { return };
        match &path.rest {
            None => each(node),
            Some(rest) => {
                rest.visit(node, &mut |node| {
                    each(node);
                    false
                });
            }
        }
    }

    /// Returns the first text that the rules give.
    pub(crate) fn text(&mut self, field: &'static str, rules: &'a Rules) -> Option<Str<'a>> {
        self.text_of(field, rules, Which::All)
    }

    fn text_of(&mut self, field: &'static str, rules: &'a Rules, which: Which) -> Option<Str<'a>> {
        let plainly = self.trace.is_none() && !self.unguard;
        let mut at = 0;
        while let Some(next) = rules.next(at, &self.scratch.found) {
            at = next + 1;
            let text = match rules.place(next).filter(|_| plainly) {
                // No condition is among them. Most values are read so, without a look at the rule.
                Some(_) if which == Which::Conditional => continue,
                Some((scope, place)) => self.placed_text(scope, place),
                None if which.has(&rules[next]) => self.rule_text(field, &rules[next]),
                None => continue,
            };
            if text.is_some() {
                return text;
            }
        }
        None
    }

    /// Returns the text of a value by its place in the table of what was found.
    #[inline]
    fn placed_text(&self, scope: usize, place: usize) -> Option<Str<'a>> {
        let root = (*self.nodes.get(scope)?)?;
        let node = root.at_ordinal(*self.scratch.found.get(place)? as usize)?;
        match node.plain() {
            Some(text) => (has_content(text) && !self.means_nothing(text)).then_some(Cow::Borrowed(text)),
            None => node_text(node).filter(|text| !self.means_nothing(text)),
        }
    }

    /// Returns the text of a field with code tables: rules with conditions stand above the tables, rules
    /// without below them.
    pub(crate) fn coded(
        &mut self,
        field: &'static str,
        rules: &'a Rules,
        row: fn(&'a Row) -> Option<&'a str>,
    ) -> Option<Str<'a>> {
        if self.rows.iter().all(Option::is_none) && !rules.are_conditional() {
            return self.text(field, rules);
        }
        let stated = match rules.are_conditional() {
            true => self.text_of(field, rules, Which::Conditional),
            false => None,
        };
        if stated.is_some() {
            return stated;
        }
        if let Some(word) = self.rows.iter().flatten().find_map(|&found| row(found)) {
            self.constant = true;
            return Some(Cow::Borrowed(word));
        }
        self.text_of(field, rules, Which::Open)
    }

    pub(crate) fn rule_text(&mut self, field: &'static str, rule: &'a Rule) -> Option<Str<'a>> {
        if !self.holds(&rule.when) {
            return None;
        }
        let text = self.source_text(&rule.source, rule.how)?;
        let text = self.convert(text, rule)?;
        self.constant = matches!(rule.source, Source::Constant(_));
        self.note(field, &rule.source, rule.how, &text);
        Some(text)
    }

    /// Remembers what filled a field, where somebody asked.
    fn note(&mut self, field: &'static str, source: &Source, how: How, value: &str) {
        if self.trace.is_some() {
            self.note_path(field, source.describe(), how.name(), value.to_owned());
        }
    }

    /// The same for what is not one of the rules; `@` is the element of the list at hand.
    pub(crate) fn note_path(&mut self, field: &'static str, path: String, how: &'static str, value: String) {
        let Some(trace) = self.trace.as_deref_mut() else { return };
        let path = match path.strip_prefix('@') {
            Some(below) if !self.list.is_empty() => format!("{}[*]{below}", self.list),
            _ => path,
        };
        trace.push(Filled { field, path, how, value });
    }

    /// Whether all conditions hold.
    pub(crate) fn holds(&mut self, when: &'a [u16]) -> bool {
        let plan = self.plan;
        when.iter()
            .all(|&at| plan.conditions.get(usize::from(at)).is_none_or(|condition| self.meets(condition)))
    }

    fn meets(&mut self, condition: &'a Condition) -> bool {
        if let (Test::Present(wanted), Source::Path(path)) = (&condition.test, &condition.source) {
            return self.node(path).is_some_and(shape::is_present) == *wanted;
        }
        let text = self.source_text(&condition.source, How::Plain);
        match &condition.test {
            Test::Present(wanted) => text.is_some() == *wanted,
            Test::AnyOf(globs) => text.is_some_and(|text| globs.iter().any(|glob| glob.matches(&text))),
            Test::NoneOf(globs) => !text.is_some_and(|text| globs.iter().any(|glob| glob.matches(&text))),
        }
    }

    /// Returns the first value that the rules' paths lead to.
    pub(crate) fn value(&mut self, rules: &'a Rules) -> Option<Node<'a>> {
        rules.iter().find_map(|rule| match &rule.source {
            Source::Path(path) if self.holds(&rule.when) => self.node(path).filter(|node| !node.is_null()),
            _ => None,
        })
    }

    fn source_text(&mut self, source: &'a Source, how: How) -> Option<Str<'a>> {
        match source {
            Source::Path(path) if how == How::Json => {
                self.node(path).filter(|node| shape::is_present(*node)).map(|node| Cow::Borrowed(node.raw()))
            }
            Source::Path(path) => self.path_text(path),
            Source::Constant(text) => Some(Cow::Borrowed(&**text)),
            Source::Field(field) => self.field(*field),
            Source::Template(pieces) => self.template(pieces),
        }
    }

    /// Returns the text at a path.
    fn path_text(&self, path: &PathRef) -> Option<Str<'a>> {
        let node = self.node(path)?;
        // Most values are taken as they stand in the record.
        if let (Some(text), false) = (node.plain(), self.unguard) {
            return (has_content(text) && !self.means_nothing(text)).then_some(Cow::Borrowed(text));
        }
        let text = node_text(node)?;
        let text = if self.unguard { without_guard(text) } else { text };
        (!self.means_nothing(&text)).then_some(text)
    }

    #[inline]
    fn means_nothing(&self, text: &str) -> bool {
        text.len() <= self.plan.longest_empty.min(32) && self.plan.empty.iter().any(|empty| *empty == *text)
    }

    fn template(&mut self, pieces: &'a [Piece]) -> Option<Str<'a>> {
        let mut out = String::new();
        for piece in pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Value(source, optional) => match self.source_text(source, How::Plain) {
                    Some(text) => out.push_str(&text),
                    None if *optional => {}
                    None => return None,
                },
            }
        }
        let trimmed = out.trim();
        (!trimmed.is_empty()).then(|| Cow::Owned(trimmed.to_owned()))
    }

    fn field(&self, field: FieldRef) -> Option<Str<'a>> {
        let entry = &self.entry;
        let owned = |text: &str| Cow::Owned(text.to_owned());
        let known = |is: bool, word: &'static str| is.then_some(Cow::Borrowed(word));
        match field {
            FieldRef::ActionCode => entry.action_code.clone(),
            FieldRef::Action => Some(Cow::Borrowed(entry.action.as_str())),
            FieldRef::Class => known(entry.class != Class::Other, entry.class.as_str()),
            FieldRef::Outcome => known(entry.outcome != Outcome::Unknown, entry.outcome.as_str()),
            FieldRef::Activity => entry.activity.clone(),
            FieldRef::EventType => entry.event_type.clone(),
            FieldRef::Actor => entry.actor.as_ref().map(|actor| owned(actor.label())),
            FieldRef::Target => entry.target().and_then(|target| target.label()).map(owned),
            FieldRef::TargetKind => entry.target().and_then(|target| target.kind.clone()),
            FieldRef::TargetId => entry.target().and_then(|target| target.id.clone()),
            FieldRef::Workspace => entry.workspace.clone(),
            FieldRef::Id => Some(Cow::Owned(entry.id.to_string())),
        }
    }

    fn convert(&mut self, text: Str<'a>, rule: &'a Rule) -> Option<Str<'a>> {
        let text = match &rule.cut {
            Some(cut) => cut_text(text, cut)?,
            None => text,
        };
        let text = match rule.words {
            Some(table) => self.word(table, &text)?,
            None => text,
        };
        if text.is_empty() {
            return None;
        }
        Some(match rule.how {
            How::Plain | How::Json => text,
            How::Lower => Cow::Owned(text.to_lowercase()),
            How::Upper => Cow::Owned(text.to_uppercase()),
            How::Title => Cow::Owned(words::title(&text)),
            How::Subject => Cow::Owned(words::subject(&text)?),
            How::Verb => Cow::Borrowed(self.verb(&text)?.as_str()),
            How::Outcome => Cow::Borrowed(words::outcome(&text)?.as_str()),
            How::Failure => Cow::Borrowed(words::failure(&text)?.as_str()),
            How::Told => Cow::Borrowed(words::told(&text)?.as_str()),
            How::Class => Cow::Borrowed(words::class(&text)?.as_str()),
            How::Kind => Cow::Borrowed(words::kind(&text)?.as_str()),
            How::Address => {
                parse_addr(first_address(&text))?;
                text
            }
            How::Email => Some(text).filter(|text| shape::is_email(text))?,
            How::Name => Some(text).filter(|text| !shape::is_email(text) && !shape::is_id(text))?,
            How::Somebody => Cow::Owned(crate::ingest::text::somebody(&text)?.to_owned()),
            How::Url => Cow::Owned(percent_decode(&text)),
        })
    }

    fn word(&mut self, at: u16, text: &str) -> Option<Str<'a>> {
        let table = self.plan.words.get(usize::from(at))?;
        let row = find(table, at, text, &mut self.scratch.words)?;
        table.rows().get(row as usize).map(|word| Cow::Borrowed(word.as_str()))
    }

    /// Finds the row of a code table.
    pub(crate) fn row(&mut self, at: u16, text: &str) -> Option<&'a Row> {
        let table = &self.plan.codes.get(usize::from(at))?.table;
        let row = find(table, at, text, &mut self.scratch.rows)?;
        table.rows().get(row as usize)
    }

    fn verb(&mut self, code: &str) -> Option<Action> {
        if let Some(known) = self.scratch.verbs.get(code) {
            return *known;
        }
        let action = words::action(code);
        remember(&mut self.scratch.verbs, code.to_owned(), action);
        action
    }

    /// Returns the first time that the rules give.
    pub(crate) fn time(&mut self, rules: &'a Rules) -> Option<Moment<'a>> {
        for rule in rules.iter() {
            if !self.holds(&rule.when) {
                continue;
            }
            let how = Plan::zone_or(&rule.time, self.context.assume_tz);
            let how = time::TimeRules {
                day_first: self.context.day_first.or(how.day_first),
                near: self.context.near,
                ..how
            };
            let moment = match (&rule.source, &rule.cut) {
                (Source::Path(path), None) => self.node(path).and_then(|node| time::read(node, &how)),
                _ => self.source_text(&rule.source, How::Plain).and_then(|text| {
                    let text = self.convert(text, rule)?;
                    time::read_text(text, &how)
                }),
            };
            if let Some(moment) = moment {
                self.note("time", &rule.source, How::Plain, &moment.text);
                return Some(moment);
            }
        }
        None
    }

    /// Returns the first address that the rules give, or the text in its place.
    pub(crate) fn ip(&mut self, rules: &'a Rules) -> Option<Ip<'a>> {
        let text = self.text("ip", rules)?;
        if text.contains(',')
            && let Some(addr) = parse_addr(first_address(&text))
        {
            return Some(Ip::Addr(addr));
        }
        Ip::read(text)
    }
}

/// Returns a value as JSON text: as it is spelled where it lies in the record.
pub(crate) fn json_value<'a>(eval: &mut Eval<'a, '_>, rules: &'a Rules) -> Option<Str<'a>> {
    for rule in rules.iter() {
        if !eval.holds(&rule.when) {
            continue;
        }
        if let Some(path) = rule.whole_path() {
            match eval.node(path).filter(|node| shape::is_present(*node)) {
                Some(node) => {
                    eval.note("metadata", &rule.source, How::Plain, node.raw());
                    return Some(Cow::Borrowed(node.raw()));
                }
                None => continue,
            }
        }
        if let Some(text) = eval.rule_text("metadata", rule) {
            return Some(Cow::Owned(quote(&text)));
        }
    }
    None
}
