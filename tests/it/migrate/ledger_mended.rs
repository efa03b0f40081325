//! What `migrate ledger --fix` does to the example's ledger, and what it leaves to a person.

use onramp_tests::TestEnv;

use super::branches::{COLOR, OWNER, begin, branch, git, hinted, try_git};
use super::flowline;

const NOTES: &str = "MIGRATION-NOTES.md";
const CRASHED: &str = "## Add the crashed state\nSQLite: `none`\nPostgres: `b6f07e3d2519`\n\n";

/// The answer of `migrate ledger`.
fn ledger(env: &TestEnv, words: &[&str]) -> serde_json::Value {
    let run = env.onramp(["migrate", "ledger", "--format", "json"].iter().chain(words));
    let answer = run.stdout.lines().find(|line| line.contains("\"event\":\"ledger-compared\""));
    serde_json::from_str(answer.expect("an answer")).expect("JSON")
}

#[test]
fn a_forgotten_twin_is_no_revision_that_nobody_needs() {
    let Some(flowline) = flowline() else { return };
    let env = &flowline.env;
    let notes = env.read(NOTES);
    let start = notes.find("## Add the crashed state\n").expect("the entry");
    let end = start + notes[start..].find("\n\n").expect("its end") + 2;
    let entry = notes[start..end].to_owned();
    let lacking = notes.replace(&entry, "");
    env.write(NOTES, &lacking);
    for words in [&["migrate", "ledger"][..], &["migrate", "ledger", "--fix"]] {
        env.onramp(words)
            .exits(1)
            .says("revision `b6f07e3d2519` of Postgres has no entry in MIGRATION-NOTES.md, and SQLite has no revision called \"Add the crashed state\"")
            .says("hint: onramp migrate --dialect sqlite -m 'Add the crashed state'")
            .says("[[database.only]]")
            .says("revision = \"b6f07e3d2519\"");
        assert_eq!(env.read(NOTES), lacking);
    }
    let only = "\n[[database.only]]\nrevision = \"b6f07e3d2519\"\ndialect = \"postgresql\"\nreason = \"SQLite has no enums\"\n";
    env.write("onramp.toml", &(env.read("onramp.toml") + only));
    env.onramp(["migrate", "ledger", "--fix"]).exits(0).says("wrote \"Add the crashed state\"");
    assert_eq!(env.read(NOTES), notes.replace(&entry, CRASHED));
}

#[test]
fn entries_in_a_wrong_place_are_moved_as_far_as_that_is_clear() {
    let Some(flowline) = flowline() else { return };
    let env = &flowline.env;
    let notes = env.read(NOTES);
    let entry = "## Index due runs\nSQLite: `3c94d07b6ea8`\nPostgres: `f83a6c1e0b57`\n\n";
    let remark = "It takes a minute on large tables.  \n\n";
    let rest = notes.replacen(entry, "", 1);
    let below = notes.replacen(entry, &format!("{entry}{remark}"), 1);
    let moved = rest.replacen("## Add flows and", &format!("{entry}{remark}## Add flows and"), 1);
    assert_ne!(moved, rest);
    env.write(NOTES, &moved);
    let run = env.onramp(["migrate", "ledger"]).exits(1).says("[ledger-order]");
    env.onramp(["migrate", "ledger", "--fix", "--dry-run"]).exits(0).says("would move \"Index due runs\"");
    assert_eq!(env.read(NOTES), moved);
    env.onramp(hinted(&run)).exits(0).says("moved \"Index due runs\" in MIGRATION-NOTES.md");
    assert_eq!(env.read(NOTES), below);
    env.onramp(["migrate", "ledger", "--fix"]).exits(0).says("every revision is listed once");
    assert_eq!(env.read(NOTES), below);

    let chapter = moved.replacen("## Add flows and", "# The beginning\n\n## Add flows and", 1);
    let chapter = chapter.replacen(&format!("{entry}{remark}"), "", 1) + "\n" + entry.trim_end() + "\n";
    env.write(NOTES, &chapter);
    let answer = ledger(env, &["--fix"]);
    assert_eq!((&answer["moved"], &answer["written"]), (&serde_json::json!([]), &serde_json::json!([])));
    let message = answer["findings"][0]["message"].as_str().expect("a finding");
    assert!(message.contains("it has to be moved by hand: line"), "{message}");
    assert_eq!(env.read(NOTES), chapter);
}

#[test]
fn a_merge_that_only_added_entries_is_mended_and_any_other_is_told() {
    let Some(flowline) = flowline() else { return };
    let env = &flowline.env;
    begin(env);
    branch(env);
    for style in ["merge", "diff3", "zdiff3"] {
        try_git(env, &["-c", &format!("merge.conflictStyle={style}"), "merge", "-q", "main"]);
        let marked = env.read(NOTES);
        assert!(marked.contains("<<<<<<< "), "{style}: {marked}");
        let run = env
            .onramp(["migrate", "ledger"])
            .exits(1)
            .says("a merge has left its marks in lines ")
            .says("both sides have only added entries [ledger-conflict]");
        env.onramp(["migrate", "check", "--keep-going"]).exits(1).says("[ledger-conflict]");
        env.onramp(["migrate", "pairs"]).exits(1).says("a merge has left its marks");
        assert_eq!(env.read(NOTES), marked);
        env.onramp(hinted(&run))
            .exits(0)
            .says(&format!("kept \"{}\" in {NOTES}", OWNER.title()))
            .says(&format!("kept \"{}\" in {NOTES}", COLOR.title()))
            .says("git add MIGRATION-NOTES.md");
        let notes = env.read(NOTES);
        assert!(notes.contains(&COLOR.entry()) && notes.contains(&OWNER.entry()), "{style}: {notes}");
        assert_eq!(
            notes.replace(&COLOR.entry(), ""),
            git(env, &["show", "feature:./MIGRATION-NOTES.md"]).stdout
        );
        env.onramp(["migrate", "ledger"]).exits(0);

        // One side has changed the title of an entry that the other has as well.
        let edited =
            marked.replacen(">>>>>>>", &format!("{}>>>>>>>", OWNER.entry().replace("owner", "owners")), 1);
        env.write(NOTES, &edited);
        for words in [&["migrate", "ledger"][..], &["migrate", "ledger", "--fix"]] {
            env.onramp(words)
                .exits(1)
                .says("a person has to solve that: `aaaa00000001` is listed in two entries then")
                .says("hint: git diff MIGRATION-NOTES.md");
            assert_eq!(env.read(NOTES), edited);
        }
        let answer = ledger(env, &[]);
        let line = marked.lines().position(|line| line.starts_with("<<<<<<< ")).unwrap() + 1;
        assert_eq!(answer["findings"][0]["line"], line);
        git(env, &["merge", "--abort"]);
    }
    // No entry goes into a file that nobody knows the state of.
    try_git(env, &["merge", "-q", "main"]);
    git(env, &["checkout", "-q", "--ours", "src"]);
    let theirs = [COLOR.file(0), COLOR.file(1)];
    git(env, &["rm", "-qf", &theirs[0], &theirs[1]]);
    let before = env.snapshot();
    env.onramp(["migrate", "--all-dialects", "-m", "more"])
        .exits(1)
        .says("MIGRATION-NOTES.md:")
        .says("a merge has left its marks")
        .says("hint: onramp migrate ledger --fix");
    assert_eq!(env.snapshot(), before);
}

#[test]
fn a_file_that_is_not_there_is_told_once_and_made() {
    let Some(flowline) = flowline() else { return };
    let env = &flowline.env;
    let place = "docs/list/NOTES.md";
    env.write("onramp.toml", &env.read("onramp.toml").replace(NOTES, place));
    let answered = ledger(env, &[]);
    let codes: Vec<&serde_json::Value> =
        answered["findings"].as_array().expect("findings").iter().map(|finding| &finding["code"]).collect();
    assert_eq!(codes.iter().filter(|code| **code == "ledger-file").count(), 1, "{answered:#}");
    assert!(!codes.contains(&&"ledger-missing".into()), "{answered:#}");
    let run = env.onramp(["migrate", "ledger"]).exits(1).says(place).says("there is no such file, and");
    env.onramp(hinted(&run)).says(&format!("in {place}"));
    assert!(env.read(place).contains("## Add flows and"), "{}", env.read(place));
}

#[test]
fn a_ledger_is_looked_at_where_nothing_can_be_kept() {
    let Some(flowline) = flowline() else { return };
    let env = &flowline.env;
    let told = ledger(env, &[])["findings"].clone();
    std::fs::remove_dir_all(env.root().join(".onramp")).expect("a folder that may go");
    env.write(".onramp", "no folder");
    assert_eq!(ledger(env, &[])["findings"], told);
    env.onramp(["migrate", "ledger", "--fix"]).exits(4).says("could not be made").says("hint: ls -ld");
}
