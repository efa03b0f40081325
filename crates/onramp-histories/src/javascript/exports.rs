use std::collections::HashMap;

use super::tokens::{Token, tokens};
use super::value::{Value, end_of, inner, of_function};

/// What a file of a migration exports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Exports {
    /// What leads up.
    pub(crate) up: Option<Value>,
    /// What leads back.
    pub(crate) down: Option<Value>,
    /// Whether what it exports is made of something that is called a migration.
    pub(crate) is_named: bool,
    /// Whether a way back may be there that nothing here says: what a class is made of may have one, and some tools need not
    /// be told.
    pub(crate) may_have_down: bool,
}

/// How often a name may stand for another one.
const HOPS: usize = 4;

/// How many exports are looked at, and how many tokens a declaration may take: more is no migration.
const MOST: usize = 100;
const FAR: usize = 500;

/// A reader that stands at the top of a file.
struct Reader<'t, 'a> {
    tokens: &'t [Token<'a>],
    /// Where the values of the file's own names begin: at a function, a class, or behind `=`.
    own: HashMap<&'a str, usize>,
    exports: Exports,
}

impl Exports {
    /// Reads the text of a file.
    pub(crate) fn of(text: &str) -> Self {
        let tokens = tokens(text);
        let mut reader = Reader { tokens: &tokens, own: HashMap::new(), exports: Self::default() };
        // Names may be exported before they are there.
        let mut exported = Vec::new();
        let mut place = 0;
        while place < tokens.len() {
            place = reader.statement(place, &mut exported);
        }
        exported.into_iter().filter(Export::matters).take(MOST).for_each(|export| reader.export(export));
        let is_of_pgm = |token: &Token<'_>| match token {
            Token::Word(word) => *word == "pgm",
            Token::Text(text) => *text == "node-pg-migrate",
            _ => false,
        };
        reader.exports.may_have_down |= tokens.iter().any(is_of_pgm);
        reader.exports
    }

    fn set(&mut self, name: &str, value: Value) {
        match name {
            "up" => self.up = Some(value),
            "down" => self.down = Some(value),
            _ => {}
        }
    }
}

/// Something that is exported, with the place where it begins.
enum Export<'a> {
    /// A value under a name.
    Named(&'a str, usize),
    /// What another name stands for, under a name.
    Alias(&'a str, &'a str),
    /// Something of another file, under a name.
    Foreign(&'a str),
    /// All that there is: an object, a class, or what makes one.
    Whole(usize),
    /// A class, which tools look for by themselves.
    Class(usize),
}

impl Export<'_> {
    fn matters(&self) -> bool {
        match self {
            Self::Named(name, _) | Self::Alias(name, _) | Self::Foreign(name) => {
                matches!(*name, "up" | "down" | "default")
            }
            Self::Whole(_) | Self::Class(_) => true,
        }
    }
}

impl<'t, 'a> Reader<'t, 'a> {
    fn at(&self, place: usize) -> &'t [Token<'a>] {
        &self.tokens[place.min(self.tokens.len())..]
    }

    /// Reads what begins at a place, and tells where the next may begin.
    fn statement(&mut self, place: usize, exported: &mut Vec<Export<'a>>) -> usize {
        let is_member = place > 0 && self.tokens[place - 1].is('.');
        if is_member {
            return place + 1;
        }
        if let Some((name, length)) = target(self.at(place)) {
            let value = place + length;
            exported.push(match name {
                Some(name) => Export::Named(name, value),
                None => Export::Whole(value),
            });
            // A value may be another of them: `exports.up = exports.down = void 0`.
            return if target(self.at(value)).is_some() { value } else { self.skip(value) };
        }
        match self.at(place) {
            [Token::Word("export"), Token::Word("default"), ..] => {
                exported.push(Export::Whole(place + 2));
                place + 2
            }
            [Token::Word("export"), Token::Mark('{'), ..] => self.list(place + 1, exported),
            [Token::Word("export"), ..] => match self.declaration(place + 1) {
                Some(declared) => {
                    exported.push(Export::Named(declared.name, declared.value));
                    declared.export_class(exported);
                    declared.ends
                }
                None => place + 1,
            },
            _ => match self.declaration(place) {
                Some(declared) => {
                    declared.export_class(exported);
                    declared.ends
                }
                None => self.skip(place),
            },
        }
    }

    /// Behind what stands at a place: all of it, where it is a bracket.
    fn skip(&self, place: usize) -> usize {
        match self.tokens.get(place) {
            Some(Token::Mark('(' | '[' | '{')) => place + end_of(self.at(place)),
            _ => place + 1,
        }
    }

    /// A name that the file gives to something.
    fn declaration(&mut self, place: usize) -> Option<Declared<'a>> {
        let (value, rest) = match self.at(place) {
            [Token::Word("async" | "abstract" | "declare"), rest @ ..] => (place + 1, rest),
            rest => (place, rest),
        };
        let rest = &rest[..rest.len().min(FAR)];
        let declared = match rest {
            [Token::Word("function"), Token::Word(name), ..] => {
                Declared { name, value, ends: value + 2, is_class: false }
            }
            [Token::Word("class"), name, ..] => {
                let name = if let Token::Word(name) = name { *name } else { "" };
                let block = value + rest.iter().position(|token| token.is('{'))?;
                Declared { name, value, ends: block + end_of(self.at(block)), is_class: true }
            }
            [Token::Word("const" | "let" | "var"), Token::Word(name), typed @ ..] => {
                let value = value + 2 + assignment(typed)? + 1;
                // A value may begin with what is exported: `const up = exports.up = () => {}`.
                let is_target = target(self.at(value)).is_some();
                let is_class = self.at(value).first().is_some_and(|token| token.is_word("class"));
                Declared { name, value, ends: if is_target { value } else { self.skip(value) }, is_class }
            }
            _ => return None,
        };
        self.own.insert(declared.name, declared.value);
        Some(declared)
    }

    /// `{ up, back as down }`, of this file or of another one.
    fn list(&self, place: usize, exported: &mut Vec<Export<'a>>) -> usize {
        let ends = place + end_of(self.at(place));
        let is_foreign = self.at(ends).first().is_some_and(|token| token.is_word("from"));
        for part in inner(self.at(place)).split(|token| token.is(',')) {
            let (own, name) = match part {
                [Token::Word(name)] => (*name, *name),
                [Token::Word(own), Token::Word("as"), Token::Word(name) | Token::Text(name)] => (*own, *name),
                _ => continue,
            };
            exported.push(if is_foreign { Export::Foreign(name) } else { Export::Alias(name, own) });
        }
        ends
    }

    fn export(&mut self, export: Export<'a>) {
        match export {
            Export::Named("default", place) => self.whole(place),
            Export::Named(name, place) => {
                let value = self.value(place);
                self.exports.set(name, value);
            }
            Export::Alias("default", own) => {
                if let Some(place) = self.own.get(own) {
                    self.whole(*place);
                }
            }
            Export::Alias(name, own) => {
                let value = self.own.get(own).map_or(Value::Code, |place| self.value(*place));
                self.exports.set(name, value);
            }
            Export::Foreign(name) => self.exports.set(name, Value::Code),
            Export::Whole(place) => self.whole(place),
            Export::Class(place) => self.class(place),
        }
    }

    /// What stands at a place, or what the name there stands for.
    fn value(&self, mut place: usize) -> Value {
        for _ in 0..HOPS {
            if let Some(value) = Value::of(self.at(place)) {
                return value;
            }
            match self.at(place) {
                [Token::Word(name), ..] if self.own.contains_key(name) => place = self.own[name],
                _ => break,
            }
        }
        Value::Code
    }

    /// An object, a class, a name for one of them, or a call that is handed one.
    fn whole(&mut self, mut place: usize) {
        for _ in 0..HOPS {
            match self.at(place) {
                [Token::Mark('{'), ..] => return self.object(place),
                [Token::Word("class"), ..] => return self.class(place),
                [Token::Word("abstract" | "async" | "new" | "await"), ..] => place += 1,
                [Token::Word(_), Token::Mark('(' | '.'), ..] => return self.call(place),
                [Token::Word(name), ..] => match self.own.get(name) {
                    Some(own) => place = *own,
                    None => return,
                },
                _ => return,
            }
        }
    }

    /// `defineMigration({ up() { } })`, `createMigration(async function up() { })`.
    fn call(&mut self, place: usize) {
        let rest = self.at(place);
        let Some(parameters) = rest.iter().position(|token| token.is('(')) else { return };
        let is_callee = |token: &Token<'_>| matches!(token, Token::Word(_)) || token.is('.');
        if !rest[..parameters].iter().all(is_callee) {
            return;
        }
        if let Some(Token::Word(name)) = rest.get(parameters.saturating_sub(1)) {
            self.exports.is_named |= is_name(name);
            self.exports.may_have_down |= is_name(name);
        }
        let begins = place + parameters + 1;
        let ends = place + parameters + end_of(&rest[parameters..]);
        let mut next = begins;
        while next < ends {
            match self.at(next) {
                [Token::Mark('{'), ..] => self.object(next),
                [Token::Word("function"), Token::Word(name @ ("up" | "down")), ..] => {
                    let value = of_function(self.at(next));
                    self.exports.set(name, value);
                }
                _ => {}
            }
            next = self.skip(next);
        }
    }

    /// The members of an object.
    fn object(&mut self, place: usize) {
        let members = inner(self.at(place));
        let begins = |before: Option<&Token<'_>>| {
            before.is_none_or(|token| token.is(',') || token.is('*') || token.is_word("async"))
        };
        for (name, own) in names(members, begins) {
            let place = place + 1 + own;
            let value = match self.at(place + 1) {
                [Token::Mark(':'), ..] => self.value(place + 2),
                [Token::Mark('(' | '<'), ..] => of_function(self.at(place + 1)),
                [Token::Mark(',' | '}'), ..] => self.value(place),
                _ => continue,
            };
            self.exports.set(name, value);
        }
    }

    /// The members of a class, and what it is made of.
    fn class(&mut self, place: usize) {
        let rest = self.at(place);
        let Some(block) = rest.iter().position(|token| token.is('{')) else { return };
        let made_of: Vec<&str> = rest[..block]
            .iter()
            .skip_while(|token| !token.is_word("extends") && !token.is_word("implements"))
            .filter_map(|token| if let Token::Word(word) = token { Some(*word) } else { None })
            .collect();
        self.exports.is_named |= made_of.iter().any(|word| is_name(word));
        self.exports.may_have_down = true;
        let is_irreversible = made_of.contains(&"IrreversibleMigration");
        let begins = |before: Option<&Token<'_>>| match before {
            None | Some(Token::Word(_)) => true,
            Some(token) => ['}', ';', ')', '*'].iter().any(|mark| token.is(*mark)),
        };
        let members: Vec<(&str, usize)> = names(inner(&rest[block..]), begins);
        for (name, own) in members {
            let place = place + block + 1 + own;
            let value = match self.at(place + 1) {
                [Token::Mark('(' | '<'), ..] => of_function(self.at(place + 1)),
                [Token::Mark('=' | ':'), ..] => match assignment(self.at(place + 1)) {
                    Some(equals) => self.value(place + 1 + equals + 1),
                    None => continue,
                },
                _ => continue,
            };
            self.exports.set(name, value);
        }
        if is_irreversible && self.exports.down.is_none() {
            self.exports.down = Some(Value::Refusal);
        }
    }
}

/// A name that the file gives, where its value begins, and where the next statement may.
struct Declared<'a> {
    name: &'a str,
    value: usize,
    ends: usize,
    is_class: bool,
}

impl<'a> Declared<'a> {
    /// Tools look for classes by themselves.
    fn export_class(&self, exported: &mut Vec<Export<'a>>) {
        if self.is_class {
            exported.push(Export::Class(self.value));
        }
    }
}

/// `exports.up =`, `module.exports["up"] =`, `module.exports =`: what is exported, if it is not all, and the length up to the
/// value.
fn target<'a>(tokens: &[Token<'a>]) -> Option<(Option<&'a str>, usize)> {
    let before = match tokens {
        [Token::Word("exports"), ..] => 1,
        [Token::Word("module"), Token::Mark('.'), Token::Word("exports"), ..] => 3,
        [Token::Word(_), Token::Mark('.'), Token::Word("prototype"), ..] => 3,
        _ => return None,
    };
    let (name, length) = match &tokens[before..] {
        [Token::Mark('.'), Token::Word(name), ..] => (Some(*name), before + 2),
        [Token::Mark('['), Token::Text(name), Token::Mark(']'), ..] => (Some(*name), before + 3),
        _ => (None, before),
    };
    match &tokens[length..] {
        [Token::Mark('='), Token::Mark('=' | '>'), ..] => None,
        [Token::Mark('='), ..] => Some((name, length + 1)),
        _ => None,
    }
}

/// The place of the `=` that gives a name its value, behind its type if it has one.
fn assignment(tokens: &[Token<'_>]) -> Option<usize> {
    let mut place = 0;
    while let Some(token) = tokens.get(place) {
        match token {
            Token::Mark('=') if tokens.get(place + 1).is_some_and(|next| next.is('>')) => place += 2,
            Token::Mark('=') => return Some(place),
            Token::Mark('(' | '[' | '{') => place += end_of(&tokens[place..]),
            Token::Mark(';' | ')' | ']' | '}') => return None,
            _ => place += 1,
        }
    }
    None
}

/// Where `up` and `down` are members, each behind a token with which one may begin.
fn names<'a>(members: &[Token<'a>], begins: impl Fn(Option<&Token<'a>>) -> bool) -> Vec<(&'a str, usize)> {
    let mut found = Vec::new();
    let mut place = 0;
    let mut before: Option<&Token<'a>> = None;
    while let Some(token) = members.get(place) {
        if let Token::Word(name @ ("up" | "down")) | Token::Text(name @ ("up" | "down")) = token
            && begins(before)
        {
            found.push((*name, place));
        }
        place += match token {
            Token::Mark('(' | '[' | '{') => end_of(&members[place..]),
            _ => 1,
        };
        before = members.get(place - 1);
    }
    found
}

/// Whether something is called a migration: `MigrationInterface`, `createTransactionalMigration`.
fn is_name(word: &str) -> bool {
    word.to_ascii_lowercase().contains("migration")
}

#[cfg(test)]
mod tests {
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
            (
                "exports = module.exports = {up: f, down: function() { throw new Error('no') }}",
                "code refusal",
            ),
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
            (
                "export default { up: async () => { a() }, down: async () => Promise.resolve() }",
                "code nothing",
            ),
            ("const m: Migration = { up: async () => { a() } }\nexport default m", "code -"),
            (
                "export default defineMigration({ async up() { a() }, async down() { } })",
                "code nothing named",
            ),
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
            (
                "A.prototype.up = function () { return 1 }; A.prototype.down = function () { };",
                "code nothing",
            ),
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
        Exports::of(&"(".repeat(500_000));
        Exports::of(&"exports.up = (".repeat(50_000));
        Exports::of("const a = b; const b = a; module.exports = a; exports.up = a");
    }
}
