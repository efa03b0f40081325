//! Migrations in JavaScript and TypeScript, which are read and never run.

use expect_test::expect;

use super::{files, findings, histories};

#[test]
fn what_leads_back_is_read_from_the_code() {
    let env = files(&[
        ("knex/migrations/20240101000001_a.js", "exports.up=k=>k.schema.x();exports.down=k=>k.schema.y()"),
        (
            "knex/migrations/20240101000002_b.js",
            "exports[\"up\"] = async (k) => { await k.x() }\nexports.down = async () => {}",
        ),
        (
            "knex/migrations/20240101000003_c.js",
            "module.exports = { up, down }\nfunction up(k) { k.x() }\nfunction down(k) { k.y() }",
        ),
        (
            "knex/migrations/20240101000004_d.js",
            "exports.up = (k) => k.x()\n// exports.down = (k) => k.y()\nconst s = 'exports.down = 1'",
        ),
        (
            "knex/migrations/20240101000005_e.js",
            "exports.up = () => { }\nexports.down = () => { throw new Error('no') }",
        ),
        (
            "knex/migrations/20240101000006_f.mjs",
            "export async function up(k) { k.x() }\nexport const down = (k) => { k.y() }",
        ),
        ("pgm/migrations/1700000000001_a.js", "exports.up = (pgm) => { pgm.x() }"),
        ("pgm/migrations/1700000000002_b.js", "exports.up = (pgm) => { pgm.x() }\nexports.down = false"),
        (
            "typeorm/migrations/1700000000001-A.ts",
            "export class A1 implements MigrationInterface {\n public async up(q: Q): Promise<void> { await q.query('x') }\n public async down(q: Q): Promise<void> { }\n}",
        ),
        (
            "sequelize/migrations/20240101000001-a.js",
            "'use strict';\n/** @type {import('sequelize-cli').Migration} */\nmodule.exports = {\n async up (q, S) { await q.x() },\n async down (q, S) { await q.y() }\n};",
        ),
        (
            "mikro/migrations/Migration20240101000001.ts",
            "export class Migration20240101000001 extends Migration { async up() { this.addSql('x') } }",
        ),
        (
            "mikro/migrations/Migration20240101000002_x.ts",
            "export class M extends Migration { async up() { this.addSql('x') } }",
        ),
    ]);
    let run = env.onramp(["migrate", "audit", "."]);
    expect![[r#"
        knex/migrations code - 6 entries head 20240101000006_f
        mikro/migrations code - 2 entries head Migration20240101000002_x
        pgm/migrations code - 2 entries head 1700000000002_b
        sequelize/migrations code - 1 entry head 20240101000001-a
        typeorm/migrations code - 1 entry head 1700000000001-A
    "#]]
    .assert_eq(&histories(&run));
    expect![[r#"
        warning  20240101000004_d.js: nothing leads back from 20240101000004_d, as it does from 5 of 6 [missing-down]
        note     20240101000002_b.js: reverting 20240101000002_b does nothing [empty-down]
        note     20240101000005_e.js: is declared irreversible [irreversible]
        note     20240101000005_e.js: 20240101000005_e does nothing [empty-up]
        note     1700000000002_b.js: is declared irreversible [irreversible]
        note     1700000000001-A.ts: reverting 1700000000001-A does nothing [empty-down]
    "#]].assert_eq(&findings(&env));
}

#[test]
fn words_make_no_migration() {
    let env = files(&[
        (
            "migrations/001_notes.js",
            "// exports.up = () => {} is what a migration says\nconsole.log('export function up() {} Migration')",
        ),
        (
            "migrations/002_run.ts",
            "import { up } from './x'; up(); const Migration = `exports.up = 1`; y.change()",
        ),
    ]);
    env.onramp(["migrate", "audit", "."]).exits(2).says("no migration history was found");
}

#[test]
fn folders_that_are_called_after_releases_are_one_history() {
    let up = "exports.up = (k) => k.x(); exports.down = (k) => k.y();";
    let env = files(&[
        ("migrations/versions/5.9/2024-01-01-00-00-a.js", up),
        ("migrations/versions/5.40/2024-02-01-00-00-b.js", up),
        ("migrations/versions/5.40/2024-02-02-00-00-c.js", up),
    ]);
    let run = env.onramp(["migrate", "audit", "."]).exits(0);
    expect![[r#"
        migrations/versions code - 3 entries head 5.40/2024-02-02-00-00-c
    "#]]
    .assert_eq(&histories(&run));
}
