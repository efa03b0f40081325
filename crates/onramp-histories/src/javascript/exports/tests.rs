use super::*;

fn told(text: &str) -> String {
    let exports = Exports::of(text);
    let value = |value: Option<Value>| match value {
        None => "-",
        Some(Value::Code) => "code",
        Some(Value::Nothing) => "nothing",
        Some(Value::Refusal) => "refusal",
    };
    let named = if exports.is_named { " named" } else { "" };
    format!("{} {}{named}", value(exports.up), value(exports.down))
}

#[test]
fn commonjs() {
    for (text, expected) in [
        ("exports.up=async(k)=>{await k.x()};exports.down=k=>k.y()", "code code"),
        ("module.exports={up,down};function up(k){return k.x()} async function down(){}", "code nothing"),
        (
            "module.exports = { async up (q, S) { await q.x() }, 'down': async (q) => { /* x */ } }",
            "code nothing",
        ),
        ("exports[\"up\"] = function(pgm) { pgm.x() }\nexports.down = false", "code refusal"),
        ("exports = module.exports = {up: f, down: function() { throw new Error('no') }}", "code refusal"),
        (
            "exports.up = exports.down = void 0; function up(k) { } exports.up = up; exports.down = down;",
            "nothing code",
        ),
        ("const m = { up() { a() }, down() { return null; } }; module.exports = m;", "code nothing"),
        ("module.exports = createAddColumnMigration('t', {up: 1})", "code - named"),
        (
            "module.exports = createMigration(async function up(k) { k.x() }, async function down() {})",
            "code nothing named",
        ),
        (
            "var dbm; exports.up = function(db) { return db.x(); };\nexports.down = function(db) { return null; };",
            "code nothing",
        ),
    ] {
        assert_eq!(told(text), expected, "{text}");
    }
}

#[test]
fn modules() {
    for (text, expected) in [
        (
            "export async function up(k: Knex): Promise<{a: 1}> { await k.x(); }\nexport async function down(): Promise<void> {}",
            "code nothing",
        ),
        (
            "export const up = async (k: Knex): Promise<void> => k.x();\nexport const down: (k: K) => P<void> = async () => {};",
            "code nothing",
        ),
        ("const up = () => { a() }; const back = up; export { up, back as down }", "code code"),
        ("export { up, down } from './other'", "code code"),
        ("export default { up: async () => { a() }, down: async () => Promise.resolve() }", "code nothing"),
        ("const m: Migration = { up: async () => { a() } }\nexport default m", "code -"),
        ("export default defineMigration({ async up() { a() }, async down() { } })", "code nothing named"),
    ] {
        assert_eq!(told(text), expected, "{text}");
    }
}

#[test]
fn classes() {
    for (text, expected) in [
        (
            "export class A1 implements MigrationInterface {\n name = 'A1'\n public async up(q: Q): Promise<void> { await q.x('up()') }\n public async down(q: Q): Promise<void> {}\n}",
            "code nothing named",
        ),
        (
            "module.exports = class A1 { async up(q) { a() } async down(q) { throw new Error() } }",
            "code refusal",
        ),
        ("class A1 extends Migration { up() { } }\nexports.A1 = A1;", "nothing - named"),
        ("export class A implements IrreversibleMigration { async up() { a() } }", "code refusal named"),
        ("export class A implements I { up = async () => { a() }; down = () => {} }", "code nothing"),
        ("export class A extends AMigration {}", "- - named"),
        ("A.prototype.up = function () { return 1 }; A.prototype.down = function () { };", "code nothing"),
    ] {
        assert_eq!(told(text), expected, "{text}");
    }
}

#[test]
fn what_only_looks_like_it() {
    for text in [
        "// exports.up = () => {}\n/* module.exports = { up, down } */",
        "const text = 'exports.up = 1'; const more = `exports.up = ${x} export function up() {}`;",
        "x.exports.up = 1; if (exports.up == 1) { } y.up(); up(); const up = 1;",
        "function f() { exports.up = 1; }\nclass A { go() { this.up(); const o = { up() {} } } }",
        "export default { setup() {}, a: { up() {} } }",
        "const re = /exports.up = (/; ",
        "",
    ] {
        assert_eq!(told(text), "- -", "{text}");
    }
}

#[test]
fn what_is_made_to_break_readers() {
    for text in [
        "export ",
        "export {",
        "class",
        "export class A {",
        "exports.up =",
        "module.exports = {up:",
        "async ",
    ] {
        Exports::of(text);
        Exports::of(&text.repeat(20_000));
    }
    // Members whose ends have to be looked for.
    for member in ["up<,", "up:(),", "up(", "down:async <T", "function up,", "{up<},"] {
        for (begin, end) in [("export default {", "}"), ("export default f(", ")"), ("export class A {", "}")]
        {
            Exports::of(&format!("{begin}{}{end}", member.repeat(200_000)));
        }
    }
    Exports::of(&"export default f({up<});".repeat(100_000));
    Exports::of(&"(".repeat(500_000));
    Exports::of(&"exports.up = (".repeat(50_000));
    Exports::of("const a = b; const b = a; module.exports = a; exports.up = a");
}
