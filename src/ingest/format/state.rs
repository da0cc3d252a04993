//! The `[state]` section: what a record says of the object it acts on, so that a history can be folded.
//!
//! ```toml
//! [state]
//! identity = "name"           # objects are told apart by their name; else by id, the name where there is none
//! renames = ["UpdateUser"]    # action codes by which an object gets another name, which identifies it; `*` allowed
//! types = false               # one id is one object, whatever type its entries tell; else the type counts too
//! ends = [{ verb = "delete" }]   # acts after which the object is gone; else those with the action `deleted`
//! changes = false             # the listed changes do not carry over from one entry to the next
//! under = "params.{action}"   # the part of the object that the listed changes are of
//! without = ["Role.*"]        # listed changes that are of no field of the object, so they do not carry over
//! idle = [{ dry_run = true }]    # acts that change nothing, whatever they list
//! blurs = [{ verb = "patch" }]   # acts that change the object; where the record shows nothing, all may be new
//! rules = [
//!   { as = "whole", at = ["responseObject", "body|json"], when = { verb = ["create", "update"] } },
//!   { as = "strategic", at = "requestObject", when = { verb = "patch" } },
//!   { as = "sparse", at = "request.data", under = "policies.{request.name}", without = ["name"] },
//!   { as = "sparse", value = { from = "event", words = { "*.lock" = "LOCKED" } }, under = "=status" },
//! ]
//! ```
//!
//! **`as`**: `whole` (the object, or all of the part named by `under`, as it is after the act; what it does not
//! hold is not there), `before` (the same, as it was), `sparse` (some fields that were asked to be set), `shown`
//! (some fields as they are after, be they set by this act or before), `patch` (a JSON Patch where it is an array, a merge patch where it is an object), `strategic` (a patch that may be a strategic
//! merge patch), `gone` (the part named by `under` ceased to be; it needs no `at`). In place of `at`, `value` is a value
//! of the language, as an event of a lifecycle means one; `true` and `false` are booleans, anything else is a text. All
//! rules that apply are taken, in their order. `without` leaves members out that are no state.
//!
//! **`renames`**: the target of such an entry has the old name as its `id` and the new one as its `name`. What was done
//! under either name is then of one object, until another gets the old name. Where ids stay, nothing need be said.
//!
//! Where a format states no `blurs` and has no rules, an update that lists no change is taken for one.
//!
//! An act that enabled or disabled something and shows nothing of its state makes fields like `status` and `enabled`
//! unknown, unless a rule says what they are then.
//!
//! Nothing of an act that failed or was refused is taken. A part is named by a path; a text that is none is one
//! key.

use super::glob::Glob;
use super::plan::{PathRef, Rules};
use crate::domain::facts::Form;

/// What records of a format say of their objects.
#[derive(Debug)]
pub(crate) struct StateRules {
    /// Objects are told apart by name.
    pub(crate) by_name: bool,
    /// Action codes by which an object gets another name.
    pub(crate) renames: Vec<String>,
    /// What identifies an object does so whatever its type.
    pub(crate) untyped: bool,
    /// Conditions of which one says that the object is gone; empty where the action says it.
    pub(crate) ends: Vec<Vec<u16>>,
    /// The format says itself what ends an object.
    pub(crate) ends_stated: bool,
    /// Listed changes carry over.
    pub(crate) changes: bool,
    /// The part that listed changes are of.
    pub(crate) under: Rules,
    /// Names of listed changes that are of no field of the object.
    pub(crate) without: Vec<Glob>,
    /// Conditions of which one says that the act changed nothing.
    pub(crate) idle: Vec<Vec<u16>>,
    /// Conditions of which one says that the object changed, be it told how or not.
    pub(crate) blurs: Vec<Vec<u16>>,
    /// The format says itself which acts are such.
    pub(crate) blurs_stated: bool,
    pub(crate) rules: Vec<StateRule>,
}

impl Default for StateRules {
    fn default() -> StateRules {
        StateRules {
            by_name: false,
            renames: Vec::new(),
            untyped: false,
            ends: Vec::new(),
            ends_stated: false,
            changes: true,
            under: Rules::default(),
            without: Vec::new(),
            idle: Vec::new(),
            blurs: Vec::new(),
            blurs_stated: false,
            rules: Vec::new(),
        }
    }
}

/// One place where a record speaks of its object.
#[derive(Debug)]
pub(crate) struct StateRule {
    pub(crate) when: Vec<u16>,
    pub(crate) form: Form,
    pub(crate) at: Vec<PathRef>,
    /// What is so after the act, in place of what lies at `at`.
    pub(crate) value: Rules,
    pub(crate) under: Rules,
    /// Members that are no state.
    pub(crate) without: Vec<String>,
}

impl super::Format {
    /// Whether what identifies an object does so whatever its type.
    pub fn untyped_objects(&self) -> bool {
        self.plan.state.untyped
    }

    /// Returns the action codes by which an object gets another name, where that identifies it.
    pub fn renames(&self) -> &[String] {
        &self.plan.state.renames
    }

    /// Whether objects are told apart by their names, since ids come and go.
    pub fn named_objects(&self) -> bool {
        self.plan.state.by_name
    }
}
