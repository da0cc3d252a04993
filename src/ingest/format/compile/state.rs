//! The `[state]` section compiled.

use super::*;
use crate::domain::facts::Form;
use crate::ingest::format::glob::Glob;
use crate::ingest::format::state::{StateRule, StateRules};

impl Compiler {
    pub(super) fn state(&mut self, mut section: Section<'_>) -> Result<()> {
        let mut state = StateRules::default();
        if let Some(identity) = section.take("identity") {
            state.by_name = one_of(identity, "identity", &[("id", false), ("name", true)])?;
        }
        state.renames = section.texts("renames")?.into_iter().map(|(text, _)| text.to_owned()).collect();
        if let Some(types) = section.take("types") {
            state.untyped = !types.boolean().ok_or_else(|| types.expected("true or false"))?;
        }
        if let Some(ends) = section.take("ends") {
            state.ends_stated = true;
            for end in ends.each() {
                state.ends.push(self.conditions(Some(end))?);
            }
        }
        if let Some(idle) = section.take("idle") {
            for acts in idle.each() {
                state.idle.push(self.conditions(Some(acts))?);
            }
        }
        if let Some(blurs) = section.take("blurs") {
            state.blurs_stated = true;
            for acts in blurs.each() {
                state.blurs.push(self.conditions(Some(acts))?);
            }
        }
        state.without = section.texts("without")?.into_iter().map(|(text, _)| Glob::new(text)).collect();
        if let Some(changes) = section.take("changes") {
            state.changes = changes.boolean().ok_or_else(|| changes.expected("true or false"))?;
        }
        let under = section.take("under");
        state.under = self.rules(under)?;
        for rule in section.tables("rules")? {
            state.rules.push(self.state_rule(rule)?);
        }
        self.build.plan.state = state;
        section.finish()
    }

    fn state_rule(&mut self, mut section: Section<'_>) -> Result<StateRule> {
        let form = one_of(section.need("as")?, "form of state", Form::ALL)?;
        let when = section.take("when");
        let when = self.conditions(when)?;
        let at = section.texts("at")?;
        let value = section.take("value");
        if at.is_empty() == value.is_none() && form != Form::Gone {
            return Err(section.problem("a rule of [state] needs 'at' or 'value'"));
        }
        let at = self.paths(at)?;
        let value = self.rules(value)?;
        let under = section.take("under");
        if form == Form::Gone && under.is_none() {
            return Err(section
                .problem("a rule as 'gone' needs 'under': what ends the whole object stands in 'ends'"));
        }
        let under = self.rules(under)?;
        let without = section.texts("without")?.into_iter().map(|(text, _)| text.to_owned()).collect();
        section.finish()?;
        Ok(StateRule { when, form, at, value, under, without })
    }
}
