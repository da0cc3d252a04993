//! Everything a user can ask for on the screen, as one flat list.
//!
//! The key map, the help screen, the hint bar and the palette are made from this table alone, so none of
//! them can know an action that the others do not. Knows no key and no state.

/// Where an action is meant: its keys work there, before those of [`Context::Global`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Context {
    /// Anywhere but in a dialog.
    Global,
    /// The table of entries.
    Table,
    /// The filters.
    Sidebar,
    /// The detail pane, whatever it shows.
    Detail,
    /// The detail pane while it shows a diff; its keys come before those of the detail.
    Diff,
    /// Any dialog or input line.
    Prompt,
}

impl Context {
    /// Every context.
    pub const ALL: &'static [Context] =
        &[Context::Global, Context::Table, Context::Sidebar, Context::Detail, Context::Diff, Context::Prompt];

    /// Returns the name of its section in the key map's file.
    pub fn name(self) -> &'static str {
        match self {
            Context::Global => "global",
            Context::Table => "table",
            Context::Sidebar => "sidebar",
            Context::Detail => "detail",
            Context::Diff => "diff",
            Context::Prompt => "prompt",
        }
    }

    /// Returns its heading in the help.
    pub fn title(self) -> &'static str {
        match self {
            Context::Global => "Everywhere",
            Context::Table => "In the entries",
            Context::Sidebar => "In the filters",
            Context::Detail => "In the detail",
            Context::Diff => "In a diff",
            Context::Prompt => "In dialogs",
        }
    }

    /// Returns the context with this name.
    pub fn parse(name: &str) -> Option<Context> {
        Context::ALL.iter().copied().find(|context| context.name() == name)
    }

    /// Returns the contexts whose keys work here, the nearest first.
    pub fn chain(self) -> &'static [Context] {
        match self {
            Context::Global => &[Context::Global],
            Context::Table => &[Context::Table, Context::Global],
            Context::Sidebar => &[Context::Sidebar, Context::Global],
            Context::Detail => &[Context::Detail, Context::Global],
            Context::Diff => &[Context::Diff, Context::Detail, Context::Global],
            Context::Prompt => &[Context::Prompt],
        }
    }
}

/// How an action shows in the hint bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hint {
    /// Place from the left; smaller ones are dropped later.
    pub place: u8,
    /// One word.
    pub label: &'static str,
}

/// Declares the actions: variant, name in files, context, title, help; then the hint bar's place and word,
/// and `menu` where it opens something to choose in.
macro_rules! actions {
    ($($variant:ident $name:literal $context:ident $title:literal $help:literal
       $(hint $place:literal $label:literal)? $(menu $menu:literal)?;)+) => {
        /// One thing a user can ask for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Action { $(#[doc = $help] $variant,)+ }

        impl Action {
            /// Every action, in the order of the help.
            pub const ALL: &'static [Action] = &[$(Action::$variant,)+];

            /// Returns the name used in the key map's file.
            pub fn name(self) -> &'static str {
                match self { $(Action::$variant => $name,)+ }
            }

            /// Returns where its keys work.
            pub fn context(self) -> Context {
                match self { $(Action::$variant => Context::$context,)+ }
            }

            /// Returns its name in the palette and the help.
            pub fn title(self) -> &'static str {
                match self { $(Action::$variant => $title,)+ }
            }

            /// Returns what it does, as one sentence.
            pub fn help(self) -> &'static str {
                match self { $(Action::$variant => $help,)+ }
            }

            /// Returns how it shows in the hint bar, if at all.
            pub fn hint(self) -> Option<Hint> {
                match self {
                    $($(Action::$variant => Some(Hint { place: $place, label: $label }),)?)+
                    _ => None,
                }
            }

            /// Whether it opens something to choose in, shown by "..." behind its name.
            pub fn opens_menu(self) -> bool {
                match self {
                    $($(Action::$variant => $menu,)?)+
                    _ => false,
                }
            }
        }
    };
}

actions! {
    Help "help" Global "Help" "Lists every key, those of this place first; Enter runs one." hint 0 "help";
    Palette "palette" Global "Commands" "Finds any command by a few of its letters." hint 1 "commands";
    Search "search" Global "Search" "Finds text in the pane with the focus and marks every hit." hint 4 "search";
    SearchNext "search-next" Global "Next hit" "Goes to the next hit of the search.";
    SearchPrevious "search-previous" Global "Previous hit" "Goes to the previous hit of the search.";
    Query "query" Global "Query" "Edits the filters as one line of text, with a live count." hint 5 "query";
    Range "range" Global "Time range" "Chooses the time range: a preset or free text like 7d or 2026-01." hint 13 "range" menu true;
    KeepValue "keep-value" Global "Keep only this value" "Filters by the value under the cursor." hint 15 "keep";
    DropValue "drop-value" Global "Drop this value" "Leaves out entries with the value under the cursor." hint 16 "drop";
    Pivot "pivot" Global "Everything with this value" "Shows all with this value and drops other filters; on a time, the hours around." hint 17 "pivot";
    ToggleFilters "toggle-filters" Global "All filters off and on" "Switches all filters off, or back on, and stays on the entry.";
    Undo "undo" Global "Undo" "Takes back the last change of filters." hint 18 "undo";
    Redo "redo" Global "Redo" "Does again what was undone.";
    NextLog "next-log" Global "Next log" "Goes to the next log: all, the account, each workspace.";
    PreviousLog "previous-log" Global "Previous log" "Goes to the previous log: all, the account, each workspace.";

    MoveDown "move-down" Global "Down" "Moves one line down.";
    MoveUp "move-up" Global "Up" "Moves one line up.";
    MoveLeft "move-left" Global "Left" "Scrolls left, or folds in a tree.";
    MoveRight "move-right" Global "Right" "Scrolls right, or unfolds in a tree.";
    First "first" Global "First" "Goes to the first line.";
    Last "last" Global "Last" "Goes to the last line.";
    HalfPageDown "half-page-down" Global "Half a page down" "Moves half a page down.";
    HalfPageUp "half-page-up" Global "Half a page up" "Moves half a page up.";
    PageDown "page-down" Global "Page down" "Moves one page down.";
    PageUp "page-up" Global "Page up" "Moves one page up.";
    NextPane "next-pane" Global "Next pane" "Moves the focus to the next pane.";
    PreviousPane "previous-pane" Global "Previous pane" "Moves the focus to the previous pane.";
    FocusFilters "focus-filters" Global "Go to the filters" "Moves the focus to the filters and shows them.";
    FocusEntries "focus-entries" Global "Go to the entries" "Moves the focus to the entries.";
    FocusDetail "focus-detail" Global "Go to the detail" "Moves the focus to the detail and shows it.";
    Zoom "zoom" Global "Zoom" "Gives the pane with the focus the whole screen, or takes it back.";
    ToggleDetail "toggle-detail" Global "Detail on and off" "Shows or hides the detail pane.";
    ToggleSidebar "toggle-sidebar" Global "Filters on and off" "Shows or hides the filters." hint 14 "filters";
    Back "back" Global "One step back" "Closes what was opened last, then clears the search; never quits.";
    Close "close" Global "Close" "Closes what is open; quits where nothing is." hint 19 "quit";

    ShowDiff "show-diff" Global "Diff" "Shows what changed; with two marked entries, compares them." hint 8 "diff";
    ShowRaw "show-raw" Global "Raw data" "Shows the vendor's record as it came." hint 9 "raw";
    ShowMetadata "show-metadata" Global "Metadata" "Shows what surrounds the act: address, client, request, source." hint 10 "metadata";
    ShowHistory "show-history" Global "History" "Shows the object's entries and what each changed; Enter shows the state then.";
    ShowBlame "show-blame" Global "Blame" "Shows who set each field of the object; Enter goes to the entry that did.";
    Compare "compare" Global "Compare with" "Compares the object with another one, or with itself at another time." menu true;
    NetChange "net-change" Global "Net change" "Shows what is different after the time range, object by object.";
    LookDeeper "look-deeper" Global "Derived changes, too" "With changed:, from: or to: in the filter, looks through more derived changes.";
    NextOfObject "next-of-object" Global "Next entry of this object" "Goes to the next, newer entry of the same object.";
    PreviousOfObject "previous-of-object" Global "Previous entry of this object" "Goes to the previous, older entry of the same object.";

    CopyEntry "copy-entry" Global "Copy the entry" "Copies the entry as readable text." hint 11 "copy";
    CopyRaw "copy-raw" Global "Copy the raw data" "Copies the vendor's record as it came.";
    CopyMetadata "copy-metadata" Global "Copy the metadata" "Copies the metadata as text.";
    CopyDiff "copy-diff" Global "Copy the diff" "Copies the diff as text with + - ~ signs.";
    CopyPatch "copy-patch" Global "Copy the diff as JSON Patch" "Copies the steps of RFC 6902 that make the value after of the one before.";
    CopyDiffMarkdown "copy-diff-markdown" Global "Copy the diff as Markdown" "Copies the diff as a block of Markdown, for a ticket or a mail.";
    CopyValue "copy-value" Global "Copy the value" "Copies the value under the cursor.";
    CopyPath "copy-path" Global "Copy the path" "Copies the path of the value under the cursor.";
    CopyLink "copy-link" Global "Copy the link" "Copies a link that opens this entry for whoever imported the same record.";
    CopyVendorLink "copy-vendor-link" Global "Copy the vendor's link" "Copies the address of the vendor's own page about it.";
    CopyId "copy-id" Global "Copy the id" "Copies the entry's full id.";
    CopyCsv "copy-csv" Global "Copy rows as CSV" "Copies the marked rows, else this one, as CSV; the plan's export limit holds.";
    CopyMarkdown "copy-markdown" Global "Copy as Markdown" "Copies the marked rows, else this one, as a Markdown table.";
    CopyUndo "copy-undo" Global "Copy what would undo it" "Copies what would set the object back, as text and merge patch; not executed.";
    CopyCommand "copy-command" Global "Copy the command line" "Copies the command that shows the same entries.";

    Export "export" Global "Export" "Writes entries to a file: which, from when, what columns and where." hint 12 "export" menu true;
    Import "import" Global "Import" "Imports a file, a folder or a pattern into the store." menu true;
    GoTo "go-to" Global "Go to" "Goes to a link, an id or a point in time." menu true;
    OpenVendorPage "open-vendor-page" Global "Open the vendor's page" "Opens the vendor's own page about it in the browser.";
    Sort "sort" Global "Sort" "Chooses what the entries are sorted by." menu true;
    ReverseSort "reverse-sort" Global "Reverse the order" "Turns the order of the entries around.";
    Columns "columns" Global "Columns" "Chooses the columns and their order." menu true;
    Views "views" Global "Views" "Shows a view kept by name: query, columns and order; keeps what is shown now." menu true;
    Note "note" Global "Note" "Writes a note on the entry, kept in the store." menu true;
    Bookmark "bookmark" Global "Bookmark" "Sets or takes away a bookmark, kept in the store.";
    Rejects "rejects" Global "Records not parsed" "Lists the records that could not be read, and why." menu true;
    CycleZone "cycle-zone" Global "Time zone" "Shows times in UTC, in local time, or relative to now.";
    Reload "reload" Global "Reload" "Reads the store again.";
    CycleTheme "cycle-theme" Global "Next theme" "Tries the next theme.";
    CycleHints "cycle-hints" Global "Hint bar: full, short, off" "Changes how much the hint bar says.";
    ToggleMouse "toggle-mouse" Global "Mouse on and off" "Lets the program use the mouse, or leaves it to the terminal.";
    Redraw "redraw" Global "Redraw" "Draws the whole screen anew.";
    Suspend "suspend" Global "Suspend" "Stops the program until the shell's fg brings it back.";
    Interrupt "interrupt" Global "Stop" "Stops what is running; quits where nothing runs.";

    Open "open" Table "Open" "Opens the entry in the detail pane; folds or unfolds a change set." hint 6 "open";
    ToggleSets "toggle-sets" Table "Change sets on and off" "Folds entries of one request or bulk action into a line, or shows each.";
    Mark "mark" Table "Mark" "Marks the entry, or takes the mark away." hint 7 "mark";
    MarkRange "mark-range" Table "Mark a range" "Starts a range of marks here, or ends it.";
    ClearMarks "clear-marks" Table "Clear the marks" "Takes all marks away.";
    NextDay "next-day" Table "Next day" "Goes down to where the next day begins.";
    PreviousDay "previous-day" Table "Previous day" "Goes up to where the day before begins.";

    ToggleValue "toggle-value" Sidebar "Toggle the value" "Adds the value to the filter, or takes it out." hint 2 "toggle";
    OnlyValue "only-value" Sidebar "Only this value" "Makes this value the only one of its group, and folds or unfolds a heading." hint 3 "only";
    ExcludeValue "exclude-value" Sidebar "Exclude the value" "Leaves out entries with this value." hint 4 "exclude";
    FindValue "find-value" Sidebar "Find a value" "Finds a value of the group by its letters." hint 5 "find" menu true;
    ClearGroup "clear-group" Sidebar "Clear the group" "Takes the filter of this group away." hint 6 "clear group";
    ClearAll "clear-all" Sidebar "Clear all filters" "Takes every filter away." hint 7 "clear all";

    ToggleFold "toggle-fold" Detail "Fold and unfold" "Folds or unfolds the part under the cursor." hint 6 "fold";

    NextChange "next-change" Diff "Next change" "Goes to the next change; in the blame to the next entry that changed the field." hint 2 "next change";
    PreviousChange "previous-change" Diff "Previous change" "Goes to the previous change.";
    ToggleUnchanged "toggle-unchanged" Diff "Unchanged parts" "Shows or folds the parts that did not change." hint 3 "unchanged";
    ToggleNoise "toggle-noise" Diff "Noise fields" "Shows or dims fields that change with every edit." hint 4 "noise";
    CycleLayout "cycle-layout" Diff "Layout" "Shows the diff as fields, unified, or side by side where there is room." hint 5 "layout";
    ToggleArrays "toggle-arrays" Diff "Array matching" "Matches the elements of arrays by key, by content, or strictly by position.";
    ToggleWrap "toggle-wrap" Diff "Wrap or cut long lines" "Breaks lines that are too long, or cuts them at the edge.";
    MarkMoment "mark-moment" Diff "Mark the moment" "Marks an entry of the history: d compares the states of two; else folds.";

    Accept "accept" Prompt "Accept" "Does what the dialog offers.";
    Cancel "cancel" Prompt "Cancel" "Closes the dialog and changes nothing.";
    Complete "complete" Prompt "Complete, next field" "Completes the word, or goes to the next field.";
    PreviousField "previous-field" Prompt "Previous field" "Goes to the previous field.";
    NextItem "next-item" Prompt "Next" "Goes to the next item, or the next line of the history.";
    PreviousItem "previous-item" Prompt "Previous" "Goes to the previous item, or the previous line of the history.";
    NextPage "next-page" Prompt "Next page" "Goes one page of items down.";
    PreviousPage "previous-page" Prompt "Previous page" "Goes one page of items up.";
}

impl Action {
    /// Returns the action with this name.
    pub fn parse(name: &str) -> Option<Action> {
        Action::ALL.iter().copied().find(|action| action.name() == name)
    }

    /// Returns its title, with "..." where it opens a menu.
    pub fn label(self) -> String {
        let more = if self.opens_menu() { "..." } else { "" };
        format!("{}{more}", self.title())
    }

    /// Whether the palette lists it: everything but the keys inside dialogs and the palette itself.
    pub fn in_palette(self) -> bool {
        self.context() != Context::Prompt && self != Action::Palette
    }
}

#[cfg(test)]
mod tests;
