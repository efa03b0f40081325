//! Changelogs that include one another.

use std::fs;
use std::os::unix::fs::symlink;

use expect_test::expect;
use serde_json::Value;

use super::{files, findings, histories};

/// The ids of the first history, in their order.
fn ids(env: &onramp_tests::TestEnv, folder: &str) -> Vec<String> {
    let run = env.onramp(["migrate", "audit", folder, "--format", "json"]);
    let value: Value = serde_json::from_str(&run.stdout).expect("an answer in JSON");
    let entries = value["histories"][0]["entries"].as_array().into_iter().flatten();
    entries.filter_map(|entry| entry["id"].as_str().map(str::to_owned)).collect()
}

fn set(id: &str) -> String {
    format!("<changeSet id=\"{id}\" author=\"ann\"/>\n")
}

fn changelog(inner: &str) -> String {
    format!("<databaseChangeLog>\n{inner}</databaseChangeLog>\n")
}

#[test]
fn the_order_is_that_of_the_changelog_that_nobody_includes() {
    let env = files(&[
        (
            "src/main/resources/db/changelog/master.xml",
            &changelog(&format!(
                "{}<include file=\"db/changelog/v2/b.yaml\"/>\n{}<includeAll path=\"v1\" relativeToChangelogFile=\"true\"/>\n\
                 <include file=\"classpath:/db/changelog/../tables/t.json\"/>\n",
                set("first"),
                set("second")
            )),
        ),
        (
            "src/main/resources/db/changelog/v2/b.yaml",
            "databaseChangeLog:\n- changeSet: {id: b1, author: bob}\n- include: {file: c.sql, relativeToChangelogFile: true}\n\
             - changeSet: {id: b2, author: bob}\n",
        ),
        (
            "src/main/resources/db/changelog/v2/c.sql",
            "--liquibase formatted sql logicalFilePath:old/c.sql\n--changeset cid:c1\nSELECT 1;\n--changeset cid:c2 \
             logicalFilePath:x\nSELECT 2;\n",
        ),
        ("src/main/resources/db/changelog/v1/2.sql", "CREATE TABLE a (id INT);\n"),
        ("src/main/resources/db/changelog/v1/1.xml", &changelog(&set("one"))),
        ("src/main/resources/db/changelog/v1/10/deep.xml", &changelog(&set("deep"))),
        ("src/main/resources/db/changelog/v1/README.md", ""),
        (
            "src/main/resources/db/tables/t.json",
            "{\"databaseChangeLog\": [{\"changeSet\": {\"id\": 1, \"author\": \"j\"}}]}",
        ),
    ]);
    let expected = [
        "changelog/master.xml::first::ann",
        "changelog/v2/b.yaml::b1::bob",
        "old/c.sql::c1::cid",
        "x::c2::cid",
        "changelog/v2/b.yaml::b2::bob",
        "changelog/master.xml::second::ann",
        "changelog/v1/1.xml::one::ann",
        "changelog/v1/10/deep.xml::deep::ann",
        "changelog/v1/2.sql::raw::includeAll",
        "tables/t.json::1::j",
    ];
    assert_eq!(ids(&env, "."), expected);
    assert_eq!(findings(&env), "");
    // Seen from further inside, the root that the application has is outside, and its files are not.
    let run = env.onramp(["migrate", "audit", "src/main/resources/db"]).exits(0);
    expect![[r#"
        src/main/resources/db liquibase - 10 entries head tables/t.json::1::j
    "#]]
    .assert_eq(&histories(&run));
    assert_eq!(ids(&env, "src/main/resources/db"), expected);
}

#[test]
fn includes_that_lead_nowhere_or_out_or_in_circles() {
    let env = files(&[
        (
            "db/changelog/master.xml",
            &changelog(
                "<include file=\"gone.xml\" relativeToChangelogFile=\"true\"/>\n<include file=\"gone.xml\" errorIfMissing=\"false\"/>\n\
                 <includeAll path=\"none\"/>\n<include file=\"../../../outside.xml\" relativeToChangelogFile=\"true\"/>\n\
                 <include file=\"${dir}/a.xml\"/>\n<include file=\"link.xml\" relativeToChangelogFile=\"true\"/>\n\
                 <includeAll path=\"folder\" relativeToChangelogFile=\"true\"/>\n<include file=\"a.xml\" relativeToChangelogFile=\"true\"/>\n\
                 <include file=\"a.xml\" relativeToChangelogFile=\"true\"/>\n<include file=\"pom.xml\" relativeToChangelogFile=\"true\"/>\n\
                 <include file=\"https://example.org/a.xml\"/>\n<include file=\"own.xml\" relativeToChangelogFile=\"true\"/>\n",
            ),
        ),
        (
            "db/changelog/a.xml",
            &changelog(&(set("1") + "<include file=\"master.xml\" relativeToChangelogFile=\"true\"/>\n")),
        ),
        ("db/changelog/pom.xml", "<project/>"),
        ("db/changelog/own.xml", &changelog(&(set("1") + &set("1")))),
        ("db/changelog/forgotten.xml", &changelog(&set("2"))),
        (
            "circle/changelog/a.xml",
            &changelog("<include file=\"b.xml\" relativeToChangelogFile=\"true\"/>\n"),
        ),
        (
            "circle/changelog/b.xml",
            &changelog(&(set("b") + "<include file=\"a.xml\" relativeToChangelogFile=\"true\"/>\n")),
        ),
        ("self/changelog/a.xml", &changelog(&(set("b") + "<include file=\"changelog/a.xml\"/>\n"))),
    ]);
    fs::write(env.outside().join("outside.xml"), changelog(&set("secret"))).unwrap();
    fs::create_dir(env.outside().join("folder")).unwrap();
    fs::write(env.outside().join("folder/a.xml"), changelog(&set("secret"))).unwrap();
    symlink(env.outside().join("outside.xml"), env.root().join("db/changelog/link.xml")).unwrap();
    symlink(env.outside().join("folder"), env.root().join("db/changelog/folder")).unwrap();
    let found = findings(&env);
    assert!(!found.contains("secret"), "{found}");
    expect![[r#"
        error    b.xml:3: includes `a.xml`, which includes it, so Liquibase comes to no end [circle]
        error    master.xml:2: includes `gone.xml`, which is not there [missing-include]
        error    master.xml:4: includes `none`, which is not there [missing-include]
        error    master.xml:9: includes `a.xml`, which includes it, so Liquibase comes to no end [circle]
        error    master.xml:10: includes `a.xml`, which includes it, so Liquibase comes to no end [circle]
        error    master.xml:11: includes `pom.xml`, which is no changelog [missing-include]
        error    own.xml:3: has the id `1`, and so has own.xml, line 2 [duplicate-id]
        warning  forgotten.xml: belongs to no migration: no changelog includes it [stray]
        warning  master.xml:5: includes `../../../outside.xml`, which was not read: it lies outside of the folder that is looked at [outside-include]
        warning  master.xml:6: includes `${dir}/a.xml`, which was not read: a property is a part of its path [outside-include]
        warning  master.xml:7: includes `link.xml`, which was not read: a link leads out of the folder that is looked at [outside-include]
        warning  master.xml:8: includes `folder`, which was not read: it is no regular file, or behind a link [outside-include]
        warning  master.xml:12: includes `https://example.org/a.xml`, which was not read: it lies on another machine [outside-include]
        error    a.xml:3: includes itself, so Liquibase comes to no end [circle]
    "#]].assert_eq(&found);
}

#[test]
fn changelogs_without_includes_are_one_history_in_the_order_of_their_names() {
    let env = files(&[
        ("db/changelog/b.sql", "--liquibase formatted sql\n--changeset \"ann b\":\"1:2\"\nSELECT 1;\n"),
        ("db/changelog/a.xml", &changelog(&set("2"))),
        ("db/changelog/sub/c.yaml", "databaseChangeLog:\n- changeSet: {id: 1, author: a}\n"),
        ("src/pom.xml", "<project/>"),
    ]);
    assert_eq!(ids(&env, "."), ["a.xml::2::ann", "b.sql::1:2::ann b", "sub/c.yaml::1::a"]);
}

#[test]
fn including_all_of_a_folder_costs_something_where_nothing_in_it_is_meant() {
    let none = "<includeAll path=\"sub\" relativeToChangelogFile=\"true\" endsWithFilter=\"none\"/>\n";
    let names: Vec<String> = (0..200).map(|number| format!("db/changelog/sub/{number}.sql")).collect();
    let all = changelog(&none.repeat(5_000));
    let files_of = names.iter().map(|name| (name.as_str(), "SELECT 1;\n"));
    let env = files(&files_of.chain([("db/changelog/all.xml", all.as_str())]).collect::<Vec<_>>());
    env.onramp(["migrate", "audit", "."]).exits(1).says("[missing-include]").says("too many are included");
}

#[test]
fn a_folder_in_which_each_includes_all_comes_to_an_end() {
    let all =
        changelog(&(set("1") + &"<includeAll path=\".\" relativeToChangelogFile=\"true\"/>\n".repeat(20)));
    let names: Vec<String> = (0..300).map(|number| format!("db/changelog/{number:04}.xml")).collect();
    let env = files(&names.iter().map(|name| (name.as_str(), all.as_str())).collect::<Vec<_>>());
    let run = env.onramp(["migrate", "audit", "."]).exits(1);
    run.says("300 entries").says("[circle]").says("too many are included");
}

#[test]
fn changelogs_are_found_by_what_they_say() {
    let licence = format!("<!-- {} -->\n", "words ".repeat(100));
    let env = files(&[
        (
            "db/steps/all.xml",
            &format!("{licence}{}", changelog(&(set("1") + "<includeAll path=\"db/more\"/>"))),
        ),
        ("db/more/plain.sql", "SELECT 1;\n"),
        ("b/other/start.yml", "databaseChangeLog:\n- changeSet: {id: a, author: b}\n"),
        ("c/third/one.sql", "--liquibase formatted sql\n--changeset a:1\nSELECT 1;\n"),
        ("c/third/two.json", "{\"databaseChange\": 1}"),
        ("pom.xml", "<project/>"),
    ]);
    let run = env.onramp(["migrate", "audit", "."]).exits(0);
    expect![[r#"
        b/other liquibase - 1 entry head start.yml::a::b
        c/third liquibase - 1 entry head one.sql::1::a
        db liquibase - 2 entries head more/plain.sql::raw::includeAll
    "#]]
    .assert_eq(&histories(&run));
}

#[test]
fn all_of_a_folder_is_what_depth_and_filters_leave() {
    let include = |more: &str| changelog(&format!("<includeAll path=\"db/v\" {more}/>\n"));
    let env = files(&[
        ("changelog/depth.xml", &include("minDepth=\"2\" maxDepth=\"2\"")),
        ("changelog/ending.xml", &include("endsWithFilter=\"/B/2.SQL\"")),
        ("changelog/flat.xml", &include("maxDepth=\"1\"")),
        (
            "changelog/filter.xml",
            &include(
                "maxDepth=\"${deep}\" resourceFilter=\"com.example.Only\" resourceComparator=\"com.example.Order\"",
            ),
        ),
        ("db/v/1.sql", "SELECT 1;\n"),
        ("db/v/b/2.sql", "SELECT 2;\n"),
        ("db/v/b/c/3.sql", "SELECT 3;\n"),
    ]);
    let run = env.onramp(["migrate", "audit", ".", "--format", "json"]);
    let value: Value = serde_json::from_str(&run.stdout).expect("an answer in JSON");
    let told = value["histories"].as_array().unwrap().iter().map(|history| {
        let ids = history["entries"].as_array().unwrap().iter();
        let mut ids: Vec<&str> = ids.filter_map(|entry| entry["id"].as_str()?.split("::").next()).collect();
        ids.sort_unstable();
        ids.join(" ")
    });
    let mut told: Vec<String> = told.collect();
    told.sort();
    expect![[r#"
        [
            "db/v/1.sql",
            "db/v/1.sql db/v/b/2.sql db/v/b/c/3.sql",
            "db/v/b/2.sql",
            "db/v/b/2.sql",
        ]
    "#]]
    .assert_debug_eq(&told);
    let found = findings(&env);
    for words in [
        "maxDepth `${deep}` is no number here, so files of every depth were taken; ",
        "; resourceFilter `com.example.Only` is code, so what it leaves out was taken too; ",
        "; resourceComparator `com.example.Order` is code, so the order of the files is that of their names [outside-include]",
    ] {
        assert!(found.contains(words), "{found}");
    }
}

#[test]
fn a_configuration_around_tells_the_dialect() {
    let env = files(&[
        ("db/all.xml", &changelog(&set("1"))),
        (
            "onramp.toml",
            "[project]\nname = \"x\"\n[database]\nengine = \"command\"\nurl-env = \"URL\"\n[database.command]\nupgrade = \"true {versions}\"\ndowngrade = \"true {versions}\"\nrevision = \"true {versions}\"\n\
             [database.dialects.postgresql]\nversions = \"db\"\nurl = \"postgresql://{user}:{password}@{host}:{port}/{database}\"\n",
        ),
    ]);
    let run = env.onramp(["migrate", "audit", "."]).exits(0);
    expect![[r#"
        db liquibase postgresql 1 entry head all.xml::1::ann
    "#]]
    .assert_eq(&histories(&run));
}

#[test]
fn a_changelog_that_is_too_long_says_where_it_was_left() {
    let many = "1, ".repeat(200_000);
    let text = format!(
        "databaseChangeLog:\n- changeSet: {{id: a, author: b}}\n- property: {{x: [{many}]}}\n- changeSet: {{id: b, author: b}}\n"
    );
    let env = files(&[("db/changelog/a.yaml", &text)]);
    let run = env.onramp(["migrate", "audit", "."]).exits(0);
    run.says("a.yaml:3: it has more than 200000 values, and what comes from here on was not read [too-long]");
}
