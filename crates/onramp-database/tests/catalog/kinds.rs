//! One change of each kind of object: the catalog must differ in exactly that, and be the same again once the
//! change is taken back.

mod postgresql;
mod postgresql_tables;
mod postgresql_versions;
mod sqlite;

use onramp_database::catalog::Difference;

use onramp_testing::Scratch;

use crate::read;

/// What a change is, what takes it back, and the difference that it makes; only its beginning where `...` follows.
type Case = (&'static str, &'static str, &'static str);

/// Runs each change in turn on one database.
#[track_caller]
fn check(scratch: &mut Scratch, cases: &[Case]) {
    let before = read(&mut scratch.client);
    let mut wrong = String::new();
    for (change, back, expected) in cases {
        scratch.execute(change);
        let after = read(&mut scratch.client);
        let difference = Difference::between(&before, &after).to_string();
        let is_expected = match expected.strip_suffix("...") {
            Some(beginning) => difference.starts_with(beginning) && difference.lines().count() == 1,
            None => difference.trim() == *expected,
        };
        if !is_expected {
            wrong.push_str(&format!("\n{change}\n--- expected\n{expected}\n--- got\n{difference}"));
        }
        scratch.execute(back);
        let left = Difference::between(&before, &read(&mut scratch.client)).to_string();
        assert!(left.is_empty(), "{change}\n{back}\n{left}");
    }
    assert!(wrong.is_empty(), "{wrong}");
}
