//! Dialects of one project, each with a history of its own.

use expect_test::expect;

use super::{files, findings};

const A: &str = "CREATE TABLE a (id INTEGER);\n";

fn folders(names: &[&str]) -> Vec<(String, &'static str)> {
    names
        .iter()
        .flat_map(|name| [(format!("{name}/up.sql"), A), (format!("{name}/down.sql"), "DROP TABLE a;\n")])
        .collect()
}

fn found(paths: &[(String, &'static str)]) -> String {
    let files_: Vec<(&str, &str)> = paths.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    findings(&files(&files_))
}

#[test]
fn names_with_typos_ids_with_other_separators_and_a_dialect_that_begins_later() {
    let env = found(&folders(&[
        "migrations/mysql/2018-01-14-171611_create_tables",
        "migrations/mysql/2018-02-17-205753_create_orgs",
        "migrations/mysql/2019-05-26-216651_twofactor",
        "migrations/mysql/2024-03-13-170000_sso_users_cascade",
        "migrations/mysql/2024-05-01-000000_icons",
        "migrations/postgresql/2019-05-26-216651_twofactor",
        "migrations/postgresql/2024-03-13_170000_sso_userscascade",
        "migrations/sqlite/2018-01-14-171611_create_tables",
        "migrations/sqlite/2018-02-17-205753_create_orgs",
        "migrations/sqlite/2019-05-26-216651_twofactor",
        "migrations/sqlite/2024-03-13-170000_sso_users_cascade",
        "migrations/sqlite/2024-05-01-000001_icons",
    ]));
    expect![[r#"
        warning  2019-05-26-216651_twofactor/up.sql: 2019-05-26-216651 is no time, unlike the numbers of the others [invalid-time]
        warning  2024-05-01-000000_icons/up.sql: `2024-05-01-000000` (icons) is in mysql and not in postgresql [missing-twin]
        warning  2024-03-13_170000_sso_userscascade/up.sql: 2024-03-13_170000 is called `sso_userscascade`, and in sqlite `sso_users_cascade` [likely-twin]
        note     2019-05-26-216651_twofactor/up.sql: postgresql begins here, at 2019-05-26-216651; mysql has 2 before it [later-start]
        warning  2019-05-26-216651_twofactor/up.sql: 2019-05-26-216651 is no time, unlike the numbers of the others [invalid-time]
        warning  2024-05-01-000001_icons/up.sql: `2024-05-01-000001` (icons) is in sqlite and not in postgresql [missing-twin]
        warning  2024-05-01-000001_icons/up.sql: `2024-05-01-000001` (icons) is probably the twin of `2024-05-01-000000` (icons) of mysql [likely-twin]
    "#]]
    .assert_eq(&env);
}

#[test]
fn other_ids_and_the_same_names() {
    let revision = |id: &str, down: &str| {
        format!("revision = '{id}'\ndown_revision = {down}\ndef upgrade(): op.x()\ndef downgrade(): op.y()\n")
    };
    let env = files(&[
        ("versions/sqlite/2024_aaaaaaaaaaa1_init.py", &revision("aaaaaaaaaaa1", "None")),
        ("versions/sqlite/2024_aaaaaaaaaaa2_add_users.py", &revision("aaaaaaaaaaa2", "'aaaaaaaaaaa1'")),
        (
            "versions/sqlite/2024_aaaaaaaaaaa3_add_artifact_idx.py",
            &revision("aaaaaaaaaaa3", "'aaaaaaaaaaa2'"),
        ),
        ("versions/sqlite/2024_aaaaaaaaaaa4_roles.py", &revision("aaaaaaaaaaa4", "'aaaaaaaaaaa3'")),
        ("versions/sqlite/2024_aaaaaaaaaaa9_rights.py", &revision("aaaaaaaaaaa5", "'aaaaaaaaaaa4'")),
        ("versions/postgresql/2024_bbbbbbbbbbb1_init.py", &revision("bbbbbbbbbbb1", "None")),
        ("versions/postgresql/2024_bbbbbbbbbbb2_add_users.py", &revision("bbbbbbbbbbb2", "'bbbbbbbbbbb1'")),
        (
            "versions/postgresql/2024_bbbbbbbbbbb3_index_on_artifact.py",
            &revision("bbbbbbbbbbb3", "'bbbbbbbbbbb2'"),
        ),
        ("versions/postgresql/2024_bbbbbbbbbbb4_enum.py", &revision("bbbbbbbbbbb4", "'bbbbbbbbbbb3'")),
        ("versions/postgresql/2024_bbbbbbbbbbb5_roles.py", &revision("bbbbbbbbbbb5", "'bbbbbbbbbbb4'")),
        ("versions/postgresql/2024_bbbbbbbbbbb6_rights.py", &revision("bbbbbbbbbbb6", "'bbbbbbbbbbb5'")),
    ]);
    expect![[r#"
        warning  2024_bbbbbbbbbbb4_enum.py: `bbbbbbbbbbb4` (enum) is in postgresql and not in sqlite [missing-twin]
        warning  2024_aaaaaaaaaaa9_rights.py: is called after revision `aaaaaaaaaaa9`, and is `aaaaaaaaaaa5` [id-in-name]
        note     2024_aaaaaaaaaaa3_add_artifact_idx.py: `aaaaaaaaaaa3` (add_artifact_idx) is probably the twin of `bbbbbbbbbbb3` (index_on_artifact) of postgresql [likely-twin]
    "#]]
    .assert_eq(&findings(&env));
}

#[test]
fn a_number_that_another_dialect_has_is_no_gap_and_two_projects_are_not_compared() {
    let env = files(&[
        ("migrations_sqlite/0001_a.up.sql", A),
        ("migrations_sqlite/0002_b.up.sql", A),
        ("migrations_sqlite/0004_d.up.sql", A),
        ("migrations_sqlite/0005_e.up.sql", A),
        ("migrations_pg/0001_a.up.sql", A),
        ("migrations_pg/0002_b.up.sql", A),
        ("migrations_pg/0003_c.up.sql", A),
        ("migrations_pg/0004_d.up.sql", A),
        ("migrations_pg/0005_e.up.sql", A),
    ]);
    expect![[r#"
        warning  0003_c.up.sql: `0003` (c) is in postgresql and not in sqlite [missing-twin]
    "#]]
    .assert_eq(&findings(&env));
    let env = files(&[
        ("mysql/migrations/0001_apples.up.sql", A),
        ("mysql/migrations/0002_pears.up.sql", A),
        ("sqlite/migrations/0001_cars.up.sql", A),
        ("sqlite/migrations/0002_trucks.up.sql", A),
    ]);
    expect![[r#"
        note     .: has neither ids nor names in common with that of mysql, so nothing is compared [unpaired]
    "#]]
    .assert_eq(&findings(&env));
}

#[test]
fn a_folder_for_all_dialects_has_the_twins_of_each() {
    let ts = "export class X implements MigrationInterface { up() { x() } }";
    let env = files(&[
        ("migrations/common/1600000000004-Shared.ts", ts),
        ("migrations/sqlite/1600000000001-A.ts", ts),
        ("migrations/sqlite/1600000000002-B.ts", ts),
        ("migrations/sqlite/1600000000004-Shared.ts", ts),
        ("migrations/postgresdb/1600000000001-A.ts", ts),
        ("migrations/postgresdb/1600000000002-B.ts", ts),
        ("migrations/postgresdb/1600000000003-Types.ts", ts),
    ]);
    expect![[r#"
        note     1600000000003-Types.ts: `1600000000003-Types` is in postgresdb and not in sqlite [missing-twin]
    "#]]
    .assert_eq(&findings(&env));
}

#[test]
fn of_an_id_that_is_there_twice_one_is_the_twin() {
    let names = ["0001_users", "0002_tags", "0003_posts"];
    let of = |folder: &'static str| {
        names.map(|name| (format!("{folder}/{name}.up.sql"), "CREATE TABLE a (id INT);"))
    };
    let all: Vec<(String, &str)> =
        of("sqlite").into_iter().chain(of("mysql")).chain(of("postgres")).collect();
    let mut all: Vec<(&str, &str)> = all.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    all.push(("postgres/0003_posts2.up.sql", "CREATE TABLE b (id INT);"));
    let found = super::findings(&super::files(&all));
    assert!(found.contains("[duplicate-id]") && !found.contains("is called `posts`"), "{found}");
}
