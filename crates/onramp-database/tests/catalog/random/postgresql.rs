use onramp_database::Client;
use onramp_testing::Scratch;

use super::dump::{Dump, entries, statements};
use super::grammar::{Dice, Grammar};
use super::{State, Verdicts, seeds};
use crate::read;

/// The order of columns where some are inherited: pg_dump writes down only the others.
const ORDER: &str =
    "SELECT concat_ws(' ', 'columns of', attrelid::regclass, string_agg(attname, ', ' ORDER BY attnum))
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE EXISTS (SELECT FROM pg_inherits WHERE inhrelid = attrelid) AND relkind IN ('r', 'f')
        AND attnum > 0 AND NOT attisdropped
    GROUP BY attrelid ORDER BY 1";

/// What is run.
const RULES: &str = include_str!("postgresql.rules");

/// How many statements a schema is made by, of which many are refused.
const FIRST: usize = 150;

/// How many more there are, each of which makes a state of its own if it is not refused.
const MORE: usize = 60;

/// How many changed states a family has at most.
const STATES: usize = 4;

#[test]
fn a_catalog_tells_apart_what_pg_dump_does() {
    let Some(dump) = Dump::find() else { return };
    let Some(()) = Scratch::roles(&["reader", "writer"]) else { return };
    let grammar = Grammar::parse(RULES);
    let mut verdicts = Verdicts::default();
    for seed in seeds(6) {
        let states = family(&dump, &grammar, seed);
        verdicts.compare(seed, &states);
    }
    verdicts.conclude();
}

fn family(dump: &Dump, grammar: &Grammar, seed: u64) -> Vec<State> {
    let mut dice = Dice::new(seed);
    let mut scratch = Scratch::postgresql("").unwrap();
    let mut story = String::new();
    for _ in 0..FIRST {
        attempt(&mut scratch.client, grammar, &mut dice, &mut story);
    }
    let text = dump.of(scratch.connection());
    let mut states = vec![state(&text, &mut scratch.client, &story), restored(dump, &text)];
    for _ in 0..MORE {
        if states.len() < 2 + STATES && attempt(&mut scratch.client, grammar, &mut dice, &mut story) {
            states.push(state(&dump.of(scratch.connection()), &mut scratch.client, &story));
        }
    }
    states
}

/// The schema as `pg_dump` makes it: by other statements, in another order, without what was dropped.
fn restored(dump: &Dump, text: &str) -> State {
    let mut scratch = Scratch::postgresql("").unwrap();
    scratch.execute(&statements(text).replace("CREATE SCHEMA public;", ""));
    // What the dump sets for its session is not for us.
    scratch.client = scratch.another();
    state(&dump.of(scratch.connection()), &mut scratch.client, "restored")
}

fn state(dump: &str, client: &mut Client, story: &str) -> State {
    let catalog = read(client);
    let mut reference = entries(dump);
    let Client::Postgresql(client) = client else { panic!("a client of PostgreSQL") };
    reference.extend(client.query(ORDER, &[]).unwrap().iter().map(|row| row.get::<_, String>(0)));
    State { catalog, reference, story: story.to_owned() }
}

/// Runs a random statement. The server refuses what makes no sense, and nothing has changed then.
fn attempt(client: &mut Client, grammar: &Grammar, dice: &mut Dice, story: &mut String) -> bool {
    let statement = grammar.sentence("{statement}", dice);
    let is_done = client.execute(&statement).is_ok();
    if is_done {
        story.push_str(&statement);
        story.push_str(";\n");
    }
    is_done
}
