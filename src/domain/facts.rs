//! What a record says of the object it acts on, beside the changes that it lists.

/// How a record speaks of its object's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// The whole object, or all of a part of it, as it is after the act.
    Whole,
    /// The same as it was before.
    Before,
    /// Some fields that were asked to be set.
    Sparse,
    /// Some fields as they are after, set by this act or before.
    Shown,
    /// A JSON Patch or a merge patch.
    Patch,
    /// A patch that may be a strategic merge patch of Kubernetes.
    Strategic,
    /// The part ceased to be.
    Gone,
}

impl Form {
    /// Every form by its name in format files.
    pub const ALL: &'static [(&'static str, Form)] = &[
        ("whole", Form::Whole),
        ("before", Form::Before),
        ("sparse", Form::Sparse),
        ("shown", Form::Shown),
        ("patch", Form::Patch),
        ("strategic", Form::Strategic),
        ("gone", Form::Gone),
    ];

    /// Returns its name in format files.
    pub fn name(self) -> &'static str {
        Form::ALL.iter().find(|(_, form)| *form == self).map_or("", |(name, _)| name)
    }
}

/// One such word of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// How it is meant.
    pub form: Form,
    /// Path of the part of the object; empty for the whole.
    pub under: String,
    /// JSON text.
    pub json: String,
}

/// What a record says of its object.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ObjectFacts {
    /// Whether the object is gone after the act; `None` where the action says it.
    pub ends: Option<bool>,
    /// Path of the part of the object that the listed changes are of; `None` where they do not carry over
    /// from one entry to the next.
    pub changes: Option<String>,
    /// The words, in their order.
    pub words: Vec<Word>,
    /// Fields that the record shows on both sides, the same.
    pub stays: Vec<crate::domain::Change<'static>>,
    /// Listed changes, by number, that say what came into a list or went from it, not what the list is.
    pub elements: Vec<usize>,
    /// Listed changes, by number, that are of no field of the object.
    pub aside: Vec<usize>,
    /// The act changed nothing, whatever it lists.
    pub idle: bool,
    /// The object was changed, and the record does not say what of it.
    pub blurs: bool,
}
