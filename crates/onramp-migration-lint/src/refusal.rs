/// Why a database did not take a revision that somebody has tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What it was due to.
    pub cause: Cause,
    /// The statement that was refused, by its place among those of the revision; `None` where it was none of them, or
    /// nobody knows which.
    pub statement: Option<usize>,
    /// The line of the revision's file.
    pub line: Option<u32>,
    /// In the words of the database, or of the tool.
    pub message: String,
}

/// What a refusal is due to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// There were rows in the tables: without any it is taken, or gets further.
    Rows,
    /// The revision itself. From the statement that was refused on, none has changed anything, and the catalog behind it is that
    /// of the moment before.
    Revision,
    /// The revision itself, and which of the statements were executed nobody knows.
    Somewhere,
    /// Something else: no server was given it. All that is known is its text, if that.
    Untried,
}
