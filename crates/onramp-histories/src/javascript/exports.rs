#[cfg(test)]
mod tests;

use super::statements::{Export, Statements, assignment};
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

/// How many exports are looked at, and how many members of them all: more is no migration, and to find the end of one may take
/// a look at all that follows.
const MOST: usize = 100;

impl Exports {
    /// Reads the text of a file.
    pub(crate) fn of(text: &str) -> Self {
        let tokens = tokens(text);
        let mut file = Statements::of(&tokens);
        // Names may be exported before they are there.
        let exported = std::mem::take(&mut file.exported);
        let mut reader = Reader { file, exports: Self::default(), left: MOST };
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

/// Reads what names, objects and classes stand for.
struct Reader<'t, 'a> {
    file: Statements<'t, 'a>,
    exports: Exports,
    /// How many more members are looked at.
    left: usize,
}

impl<'t, 'a> Reader<'t, 'a> {
    fn at(&self, place: usize) -> &'t [Token<'a>] {
        self.file.at(place)
    }

    /// Whether one more member may be looked at.
    fn may_read(&mut self) -> bool {
        self.left = self.left.saturating_sub(1);
        self.left > 0
    }

    fn export(&mut self, export: Export<'a>) {
        match export {
            Export::Named("default", place) => self.whole(place),
            Export::Named(name, place) => {
                let value = self.value(place);
                self.exports.set(name, value);
            }
            Export::Alias("default", own) => {
                if let Some(place) = self.file.own.get(own) {
                    self.whole(*place);
                }
            }
            Export::Alias(name, own) => {
                let value = self.file.own.get(own).map_or(Value::Code, |place| self.value(*place));
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
                [Token::Word(name), ..] if self.file.own.contains_key(name) => place = self.file.own[name],
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
                [Token::Word(name), ..] => match self.file.own.get(name) {
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
                [Token::Word("function"), Token::Word(name @ ("up" | "down")), ..] if self.may_read() => {
                    let value = of_function(self.at(next));
                    self.exports.set(name, value);
                }
                _ => {}
            }
            next = self.file.skip(next);
        }
    }

    /// The members of an object.
    fn object(&mut self, place: usize) {
        let members = inner(self.at(place));
        let begins = |before: Option<&Token<'_>>| {
            before.is_none_or(|token| token.is(',') || token.is('*') || token.is_word("async"))
        };
        for (name, own) in names(members, begins) {
            if !self.may_read() {
                return;
            }
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
            if !self.may_read() {
                break;
            }
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

/// Where `up` and `down` are members, each behind a token with which one may begin.
fn names<'a>(members: &[Token<'a>], begins: impl Fn(Option<&Token<'a>>) -> bool) -> Vec<(&'a str, usize)> {
    let mut found = Vec::new();
    let mut place = 0;
    let mut before: Option<&Token<'a>> = None;
    while let Some(token) = members.get(place).filter(|_| found.len() < MOST) {
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
