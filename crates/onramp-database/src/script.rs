//! SQL that nobody has vouched for: the scripts of a history that somebody looks at for the first time.
//!
//! A script is run by a [`Guest`], who may do with one database what a migration does, and nothing beyond it: it starts no
//! program, and reads and writes no file but the database's own. On a server of ours the user of a connection may do
//! everything, `COPY .. TO PROGRAM` included, so a guest gets a role without any right but those of the owner of that one
//! database, and on a server that gives none nothing is run; in SQLite, what opens another file is refused. What a script
//! leaves behind may be a trap, so the guest looks at it himself.
//!
//! A script may count on what the operator of its server has made beforehand: roles that it grants something to, extensions
//! that are installed. Such a role is made where a statement names it, on a server of ours alone: without login and without any
//! right, marked as ours, and dropped once no guest has named it any more. Two guests at once share it, and neither can change
//! it or is a member of it: on a server that is kept, the project's own revisions may meet it, and give it rights. What is about
//! roles of the whole server (`CREATE ROLE`, owners, `SET ROLE`, what another role will own) is not run, or run with the guest as
//! the owner (`instead.rs`); an extension that is not there is left out, and whatever needs it fails later. Where the
//! server refuses a statement for such a reason, the script goes on from where no transaction was open last. All of it is
//! told ([`Aside`]).

mod aside;
mod guest;
mod instead;
mod watch;

use std::io::Write;

use onramp_core::{Dialect, Failure, FailureKind};
use postgres::GenericClient;
use postgres::error::{ErrorPosition, SqlState};

use crate::Client;
use crate::client::{postgresql_failure, sqlite_failure};
use crate::sql::{Piece, PieceKind, Token, split};
use aside::Asides;
pub use aside::{Aside, Sort};
pub use guest::Guest;
use instead::Instead;

/// Whether the statements of a script are one transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transaction {
    /// They are, unless the script says otherwise itself.
    One,
    /// They are, unless the script says otherwise itself or has one that refuses to be one of several.
    IfAllowed,
    /// Each is one of its own.
    Each,
    /// They are, as of a tool that holds one around every script, whatever is in it: what cannot be in one is refused. On
    /// SQLite that is a BEGIN too; a server lets it pass, so there scripts that say themselves where theirs begin and end
    /// are let alone.
    Held,
}

/// What was seen just before a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Where the statement begins in the script, in bytes.
    pub start: usize,
    /// Whether foreign keys were enforced.
    pub foreign_keys: bool,
}

/// A script that did not come to its end.
#[derive(Clone, Debug)]
pub struct Stopped {
    /// The line of the script at which it stopped, from 1.
    pub line: u32,
    /// The same place in bytes: within the statement that was refused, or behind all of them.
    pub start: usize,
    /// Why.
    pub failure: Box<Failure>,
}

impl Stopped {
    /// Whether the script is to blame: without a server, or without room, none comes to its end.
    pub fn is_of_the_script(&self) -> bool {
        self.failure.kind == FailureKind::Task
    }
}

/// Runs a script, and ends the transaction that it may leave open.
fn run(
    client: &mut Client,
    script: &str,
    transaction: Transaction,
    seen: &mut Vec<Seen>,
    asides: &mut Asides,
) -> Result<(), Stopped> {
    let result = run_open(client, script, transaction, seen, asides);
    let is_open = end_transaction(client).map_err(|failure| stopped(script, 0, failure));
    result?;
    if is_open? {
        let failure = Failure::task("it leaves a transaction open, which ends with its client");
        return Err(stopped(script, script.trim_end().len(), failure));
    }
    Ok(())
}

/// Rolls back the transaction that is open, if there is one, and says whether there was.
fn end_transaction(client: &mut Client) -> Result<bool, Failure> {
    match client {
        Client::Sqlite(connection) => {
            if connection.is_autocommit() {
                return Ok(false);
            }
            connection.execute_batch("ROLLBACK").map_err(sqlite_failure)?;
        }
        Client::Postgresql(client) => return end_transaction_of_server(client),
    }
    Ok(true)
}

fn end_transaction_of_server(client: &mut postgres::Client) -> Result<bool, Failure> {
    // The one statement that is refused only where none is open, but for where it has failed already.
    match client.batch_execute("SAVEPOINT onramp") {
        Err(error) if error.code() == Some(&SqlState::NO_ACTIVE_SQL_TRANSACTION) => return Ok(false),
        Err(error) if error.code().is_none() => return Err(postgresql_failure(&error)),
        _ => {}
    }
    client.batch_execute("ROLLBACK").map_err(|error| postgresql_failure(&error))?;
    Ok(true)
}

fn run_open(
    client: &mut Client,
    script: &str,
    transaction: Transaction,
    seen: &mut Vec<Seen>,
    asides: &mut Asides,
) -> Result<(), Stopped> {
    let dialect = client.dialect();
    let mut pieces = split(script, dialect);
    pieces.retain(|piece| piece.kind != PieceKind::Nothing && !is_of_no_account(piece));
    if let Some(command) = pieces.iter().find(|piece| piece.kind == PieceKind::Command) {
        let program = match dialect {
            Dialect::Sqlite => "sqlite3",
            Dialect::Postgresql => "psql",
        };
        let failure = Failure::task(format!("{program} alone knows the command `{}`", command.text));
        return Err(stopped(script, command.start, failure));
    }
    // A script that says itself where its transactions begin and end is not told.
    let is_told = pieces.iter().any(|piece| begins_or_ends(&piece.tokens));
    match client {
        Client::Sqlite(connection) => {
            // But for a tool that holds one, whether its statements are one transaction makes no difference to a schema,
            // and the pragmas of a script mean something outside of one alone.
            let is_held = transaction == Transaction::Held
                || transaction != Transaction::Each && begins_with_an_end(&pieces);
            let frame = |connection: &rusqlite::Connection, statement: &str, place: usize| match is_held {
                true => connection
                    .execute_batch(statement)
                    .map_err(|error| stopped(script, place, of_the_tool(sqlite_failure(error)))),
                false => Ok(()),
            };
            frame(connection, "BEGIN", 0)?;
            let run = |piece: &Piece<'_>| one_of_sqlite(connection, script, piece, seen);
            pieces.iter().try_for_each(run).map_err(|stopped| match is_held {
                true => Stopped { failure: Box::new(of_the_tool(*stopped.failure)), ..stopped },
                false => stopped,
            })?;
            frame(connection, "COMMIT", script.trim_end().len())
        }
        Client::Postgresql(client) => {
            // Some statements refuse to be one of several.
            let refuses = || pieces.iter().any(|piece| refuses_company(&piece.tokens));
            let is_each = match transaction {
                Transaction::One => pieces.len() < 2,
                Transaction::IfAllowed => pieces.len() < 2 || refuses(),
                Transaction::Each => true,
                Transaction::Held => false,
            };
            let frame = if is_each || is_told { Frame::Own } else { Frame::Whole };
            of_server(client, script, &pieces, frame, asides)
        }
    }
}

/// Whether a script ends a transaction before it begins one: it counts on a tool that holds one.
fn begins_with_an_end(pieces: &[Piece<'_>]) -> bool {
    pieces.iter().find_map(|piece| opens_transaction(&piece.tokens)) == Some(false)
}

/// A failure of SQLite, with the tool's part in it where it is about transactions.
fn of_the_tool(mut failure: Failure) -> Failure {
    let is_about = |words: &str| failure.message.contains(words);
    if is_about("within a transaction") || is_about("no transaction is active") {
        failure.message += ": the tool begins one around each script, and commits it";
    }
    failure
}

/// Who says where the transactions of a script begin and end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Frame {
    /// The script.
    Own,
    /// It is one.
    Whole,
}

/// Runs the statements of a script, and goes on where it was refused for something that can be seen to.
fn of_server(
    client: &mut postgres::Client,
    script: &str,
    pieces: &[Piece<'_>],
    frame: Frame,
    asides: &mut Asides,
) -> Result<(), Stopped> {
    let mut from = 0;
    loop {
        let refused = match frame {
            Frame::Own => match all(client, script, pieces, from, asides) {
                Ok(()) => return Ok(()),
                Err(refused) => refused,
            },
            Frame::Whole => {
                let failed =
                    |place, error: &postgres::Error| stopped(script, place, postgresql_failure(error));
                let mut whole = client.transaction().map_err(|error| failed(0, &error))?;
                match all(&mut whole, script, pieces, 0, asides) {
                    Ok(()) => return whole.commit().map_err(|error| failed(script.len(), &error)),
                    Err(refused) => refused,
                }
            }
        };
        let (place, stopped) = *refused;
        let Some(begin) = begin_of_transaction(pieces, place) else { return Err(stopped) };
        if !asides.sees_to(script, &pieces[place], &stopped) {
            return Err(stopped);
        }
        end_transaction_of_server(client).map_err(|failure| self::stopped(script, 0, failure))?;
        from = begin;
    }
}

/// Where the transaction has begun that is open at a piece, or the piece itself where none is. `None` where it has begun with
/// the end of the one before (`COMMIT AND CHAIN`): nobody can go back to that.
fn begin_of_transaction(pieces: &[Piece<'_>], place: usize) -> Option<usize> {
    let mut begin = Some(place);
    let mut is_open = false;
    for (number, piece) in pieces.iter().enumerate().take(place) {
        let Some(opens) = opens_transaction(&piece.tokens) else { continue };
        if !opens {
            begin = Some(place);
        } else if is_chain(&piece.tokens) {
            begin = None;
        } else if !is_open {
            begin = Some(number);
        }
        is_open = opens;
    }
    begin
}

/// Whether a statement ends a transaction and begins the next one.
fn is_chain(tokens: &[Token<'_>]) -> bool {
    let ends = ["commit", "end", "rollback", "abort"];
    let and_chain = |pair: &[Token<'_>]| pair[0].is("and") && pair[1].is("chain");
    tokens.first().is_some_and(|first| ends.iter().any(|word| first.is(word)))
        && tokens.windows(2).any(and_chain)
}

/// Whether a transaction is open behind a statement that begins or ends one; `None` where it is another one.
pub fn opens_transaction(tokens: &[Token<'_>]) -> Option<bool> {
    let first = |words: &[&str]| tokens.first().is_some_and(|token| words.iter().any(|word| token.is(word)));
    let is_partial = || tokens.iter().any(|token| token.is("to"));
    if first(&["begin", "start"]) || is_chain(tokens) {
        Some(true)
    } else if first(&["commit", "end", "abort"]) || first(&["rollback"]) && !is_partial() {
        Some(false)
    } else {
        None
    }
}

fn one_of_sqlite(
    connection: &rusqlite::Connection,
    script: &str,
    piece: &Piece<'_>,
    seen: &mut Vec<Seen>,
) -> Result<(), Stopped> {
    if let [drop, table, ..] = piece.tokens[..]
        && drop.is("drop")
        && table.is("table")
        && let Ok(foreign_keys) = connection.pragma_query_value(None, "foreign_keys", |row| row.get(0))
    {
        seen.push(Seen { start: piece.start, foreign_keys });
    }
    connection.execute_batch(piece.text).map_err(|error| {
        let within = match &error {
            rusqlite::Error::SqlInputError { offset, .. } => usize::try_from(*offset).unwrap_or(0),
            _ => 0,
        };
        stopped(script, piece.start + within_piece(piece, within), sqlite_failure(error))
    })
}

/// Whether a command of a client changes nothing for whoever is no client: `pg_dump` forbids all others by one.
fn is_of_no_account(piece: &Piece<'_>) -> bool {
    let name = piece.text.split_whitespace().next().unwrap_or_default();
    piece.kind == PieceKind::Command && matches!(name, "\\restrict" | "\\unrestrict")
}

/// Whether a statement begins or ends a transaction.
pub fn begins_or_ends(tokens: &[Token<'_>]) -> bool {
    let words = ["BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT"];
    tokens.first().is_some_and(|first| words.iter().any(|word| first.is(word)))
}

/// Whether a statement is one that a server runs in no transaction of several.
pub fn refuses_company(tokens: &[Token<'_>]) -> bool {
    let is_at = |place: usize, words: &[&str]| {
        tokens.get(place).is_some_and(|token| words.iter().any(|word| token.is(word)))
    };
    is_at(0, &["VACUUM"])
        || is_at(0, &["ALTER"]) && is_at(1, &["SYSTEM"])
        || is_at(0, &["CREATE", "DROP"]) && is_at(1, &["DATABASE", "TABLESPACE"])
        || is_at(0, &["CREATE", "DROP", "REINDEX"]) && (1..6).any(|place| is_at(place, &["CONCURRENTLY"]))
        || is_at(0, &["ALTER"]) && is_at(1, &["TABLE"]) && detaches_concurrently(tokens)
}

/// `ALTER TABLE flow DETACH PARTITION old CONCURRENTLY`
fn detaches_concurrently(tokens: &[Token<'_>]) -> bool {
    let detaches = tokens.windows(2).any(|pair| pair[0].is("DETACH") && pair[1].is("PARTITION"));
    detaches && tokens.last().is_some_and(|last| last.is("CONCURRENTLY"))
}

/// Runs the statements of a script from a piece on, each with the rows behind it. The error is a piece and what stopped it.
fn all(
    client: &mut impl GenericClient,
    script: &str,
    pieces: &[Piece<'_>],
    from: usize,
    asides: &mut Asides,
) -> Result<(), Box<(usize, Stopped)>> {
    let statements = pieces.iter().enumerate().skip(from);
    for (place, piece) in statements.filter(|(_, piece)| piece.kind == PieceKind::Statement) {
        let result = match pieces.get(place + 1).filter(|next| next.kind == PieceKind::Rows) {
            Some(rows) => copy(client, script, piece, rows),
            None => match asides.instead(script, piece) {
                Instead::Itself => {
                    client.batch_execute(piece.text).map_err(|error| refused(script, piece, &error))
                }
                // Places in another text mean nothing.
                Instead::Own(text) => client
                    .batch_execute(&text)
                    .map_err(|error| stopped(script, piece.start, postgresql_failure(&error))),
                Instead::Nothing => Ok(()),
            },
        };
        result.map_err(|stopped| Box::new((place, stopped)))?;
    }
    Ok(())
}

/// Runs a `COPY .. FROM stdin` with its rows.
fn copy(
    client: &mut impl GenericClient,
    script: &str,
    piece: &Piece<'_>,
    rows: &Piece<'_>,
) -> Result<(), Stopped> {
    let mut writer = client.copy_in(piece.text).map_err(|error| refused(script, piece, &error))?;
    writer
        .write_all(rows.text.as_bytes())
        .map_err(|error| stopped(script, rows.start, Failure::task(error.to_string())))?;
    writer.finish().map(drop).map_err(|error| refused(script, piece, &error))
}

/// Where and why a server has refused a statement.
fn refused(script: &str, piece: &Piece<'_>, error: &postgres::Error) -> Stopped {
    let within = match error.as_db_error().and_then(|said| said.position()) {
        Some(ErrorPosition::Original(letter)) => place_of(piece.text, *letter),
        _ => 0,
    };
    stopped(script, piece.start + within_piece(piece, within), postgresql_failure(error))
}

/// A place in a statement: what misses its end is told behind it.
fn within_piece(piece: &Piece<'_>, place: usize) -> usize {
    place.min(piece.text.len().saturating_sub(1))
}

/// Where a letter begins that is counted from 1.
fn place_of(text: &str, letter: u32) -> usize {
    let letter = usize::try_from(letter).unwrap_or(usize::MAX);
    text.char_indices().nth(letter.saturating_sub(1)).map_or(text.len(), |(place, _)| place)
}

fn stopped(script: &str, place: usize, failure: Failure) -> Stopped {
    Stopped { line: line_of(script, place), start: place, failure: Box::new(failure) }
}

/// The line of a place, from 1.
fn line_of(script: &str, place: usize) -> u32 {
    let before = script.as_bytes().iter().take(place).filter(|byte| **byte == b'\n').count();
    u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1)
}
