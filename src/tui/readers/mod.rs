//! What the workers answer with: pages, an entry with its lines, counts, and what is looked for. Runs on the
//! workers' threads; knows no model and no terminal.

mod compare;
mod counts;
mod detail;
mod errand;
mod history;
mod page;
mod quest;

pub use counts::CountsAnswers;
pub use detail::DetailAnswers;
pub use errand::ErrandAnswers;
pub use page::PageAnswers;
pub use quest::QuestAnswers;
