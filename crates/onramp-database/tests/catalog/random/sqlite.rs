use onramp_database::Client;
use onramp_testing::Scratch;

use super::grammar::{Dice, Grammar};
use super::stored::{normalised, pieces};
use super::{State, Verdicts, seeds};
use crate::read;

/// What is run.
const RULES: &str = include_str!("sqlite.rules");

/// How many statements a schema is made by, of which many are refused.
const FIRST: usize = 60;

/// How many more there are, each of which makes a state of its own if it is not refused.
const MORE: usize = 40;

/// How many states a family has at most.
const STATES: usize = 8;

#[test]
fn a_catalog_tells_apart_what_the_stored_statements_do() {
    let grammar = Grammar::parse(RULES);
    let mut verdicts = Verdicts::default();
    for seed in seeds(100) {
        verdicts.compare(seed, &family(&grammar, seed));
    }
    verdicts.conclude();
}

fn family(grammar: &Grammar, seed: u64) -> Vec<State> {
    let mut dice = Dice::new(seed);
    let mut scratch = Scratch::sqlite("");
    let client = &mut scratch.client;
    let mut story = String::new();
    for _ in 0..FIRST {
        attempt(client, grammar, &mut dice, &mut story);
    }
    let mut states = vec![state(client, &story), respelled(client, &mut dice)];
    for _ in 0..MORE {
        if states.len() < STATES && attempt(client, grammar, &mut dice, &mut story) {
            states.push(state(client, &story));
        }
    }
    states
}

/// A database made by the stored statements in another spelling.
fn respelled(client: &mut Client, dice: &mut Dice) -> State {
    let mut statements = stored(client);
    for sql in statements.iter_mut().filter(|sql| !sql.starts_with("CREATE VIRTUAL")) {
        *sql = respell(sql, dice);
    }
    // Tables first, then what needs them: `CREATE INDEX`, `CREATE TABLE`, `CREATE TRIGGER`, ...
    statements.sort_by_key(|sql| !sql.to_uppercase().starts_with("CREATE TABLE"));
    let story = statements.join(";\n");
    state(&mut Scratch::sqlite(&story).client, &story)
}

/// The statement with other spaces, quotes and cases.
fn respell(sql: &str, dice: &mut Dice) -> String {
    let mut text = String::new();
    for (index, piece) in pieces(sql).into_iter().enumerate() {
        let is_name = piece.len() == 1 && piece.starts_with(|letter: char| letter.is_ascii_lowercase());
        let is_keyword = piece.chars().all(|letter| letter.is_ascii_uppercase());
        // Behind a blob's letter and between the two quotes of one nothing may stand.
        let is_whole = piece.starts_with('\'') && text.ends_with('\'');
        // SQLite takes these two words for a part of the type where anything but one space is before them.
        let is_fixed = piece == "GENERATED" || piece == "ALWAYS";
        if index > 1 && !is_whole && !is_fixed {
            let spaces = [" ", "\n", "\t ", " -- why\n", " /* so */ "];
            text.push_str(spaces[dice.below(spaces.len())]);
        } else if !is_whole {
            text.push(' ');
        }
        match dice.below(4) {
            0 if is_name => text.push_str(&format!("\"{piece}\"")),
            1 if is_name => text.push_str(&format!("[{piece}]")),
            0 if is_keyword => text.push_str(&piece.to_lowercase()),
            _ => text.push_str(&piece),
        }
    }
    text.trim().to_owned()
}

fn state(client: &mut Client, story: &str) -> State {
    State { catalog: read(client), reference: normalised(&stored(client)), story: story.to_owned() }
}

fn stored(client: &mut Client) -> Vec<String> {
    let Client::Sqlite(connection) = client else { panic!("a client of SQLite") };
    // Without the tables that a virtual one keeps its content in.
    let query = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'
        AND tbl_name NOT GLOB 'words?_*'";
    let mut statement = connection.prepare(query).unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// Runs a random statement, all of it or nothing.
fn attempt(client: &mut Client, grammar: &Grammar, dice: &mut Dice, story: &mut String) -> bool {
    let statement = grammar.sentence("{statement}", dice);
    client.execute("BEGIN").unwrap();
    let is_done = client.execute(&statement).is_ok();
    client.execute(if is_done { "COMMIT" } else { "ROLLBACK" }).unwrap();
    if is_done {
        story.push_str(&statement);
        story.push_str(";\n");
    }
    is_done
}
