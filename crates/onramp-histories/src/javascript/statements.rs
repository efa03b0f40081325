use std::collections::HashMap;

use super::tokens::Token;
use super::value::{end_of, inner};

/// How many tokens a declaration may take: more is no migration.
const FAR: usize = 500;

/// Something that is exported, with the place where it begins.
pub(super) enum Export<'a> {
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
    pub(super) fn matters(&self) -> bool {
        match self {
            Self::Named(name, _) | Self::Alias(name, _) | Self::Foreign(name) => {
                matches!(*name, "up" | "down" | "default")
            }
            Self::Whole(_) | Self::Class(_) => true,
        }
    }
}

/// The statements at the top of a file.
pub(super) struct Statements<'t, 'a> {
    tokens: &'t [Token<'a>],
    /// Where the values of the file's own names begin: at a function, a class, or behind `=`.
    pub(super) own: HashMap<&'a str, usize>,
    /// What is exported, in its order.
    pub(super) exported: Vec<Export<'a>>,
}

impl<'t, 'a> Statements<'t, 'a> {
    /// Reads those of a file.
    pub(super) fn of(tokens: &'t [Token<'a>]) -> Self {
        let mut statements = Self { tokens, own: HashMap::new(), exported: Vec::new() };
        let mut place = 0;
        while place < tokens.len() {
            place = statements.statement(place);
        }
        statements
    }

    /// What begins at a place.
    pub(super) fn at(&self, place: usize) -> &'t [Token<'a>] {
        &self.tokens[place.min(self.tokens.len())..]
    }

    /// Reads what begins at a place, and tells where the next may begin.
    fn statement(&mut self, place: usize) -> usize {
        let is_member = place > 0 && self.tokens[place - 1].is('.');
        if is_member {
            return place + 1;
        }
        if let Some((name, length)) = target(self.at(place)) {
            let value = place + length;
            self.exported.push(match name {
                Some(name) => Export::Named(name, value),
                None => Export::Whole(value),
            });
            // A value may be another of them: `exports.up = exports.down = void 0`.
            return if target(self.at(value)).is_some() { value } else { self.skip(value) };
        }
        match self.at(place) {
            [Token::Word("export"), Token::Word("default"), ..] => {
                self.exported.push(Export::Whole(place + 2));
                place + 2
            }
            [Token::Word("export"), Token::Mark('{'), ..] => self.list(place + 1),
            [Token::Word("export"), ..] => match self.declaration(place + 1) {
                Some(declared) => {
                    self.exported.push(Export::Named(declared.name, declared.value));
                    self.export_class(&declared);
                    declared.ends
                }
                None => place + 1,
            },
            _ => match self.declaration(place) {
                Some(declared) => {
                    self.export_class(&declared);
                    declared.ends
                }
                None => self.skip(place),
            },
        }
    }

    /// Tools look for classes by themselves.
    fn export_class(&mut self, declared: &Declared<'a>) {
        if declared.is_class {
            self.exported.push(Export::Class(declared.value));
        }
    }

    /// Behind what stands at a place: all of it, where it is a bracket.
    pub(super) fn skip(&self, place: usize) -> usize {
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
    fn list(&mut self, place: usize) -> usize {
        let ends = place + end_of(self.at(place));
        let is_foreign = self.at(ends).first().is_some_and(|token| token.is_word("from"));
        for part in inner(self.at(place)).split(|token| token.is(',')) {
            let (own, name) = match part {
                [Token::Word(name)] => (*name, *name),
                [Token::Word(own), Token::Word("as"), Token::Word(name) | Token::Text(name)] => (*own, *name),
                _ => continue,
            };
            self.exported.push(if is_foreign { Export::Foreign(name) } else { Export::Alias(name, own) });
        }
        ends
    }
}

/// A name that the file gives, where its value begins, and where the next statement may.
struct Declared<'a> {
    name: &'a str,
    value: usize,
    ends: usize,
    is_class: bool,
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
pub(super) fn assignment(tokens: &[Token<'_>]) -> Option<usize> {
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
