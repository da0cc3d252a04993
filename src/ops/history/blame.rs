//! Who set each field.

use crate::diff::state::Blame;

use super::History;

impl History {
    /// Returns who set each field there is after so many entries.
    pub fn blame(&self, moment: usize) -> Vec<Blame> {
        self.timeline.blame(moment)
    }

    /// Returns how many fields have a value that is not known after so many entries.
    pub fn unknown(&self, moment: usize) -> Vec<String> {
        let fields = self.timeline.at(moment).unwrap_or_default();
        fields.into_iter().filter(|field| !field.value.is_known()).map(|field| field.path).collect()
    }
}
