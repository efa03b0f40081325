use super::*;
use Dialect::{Postgresql, Sqlite};

/// Expects these statements, commands (behind `>`) and rows (behind `=`).
#[track_caller]
fn check(script: &str, dialect: Dialect, expected: &[&str]) {
    let pieces = split(script, dialect);
    let found = pieces.iter().filter_map(|piece| match piece.kind {
        PieceKind::Statement => Some(piece.text.to_owned()),
        PieceKind::Command => Some(format!(">{}", piece.text)),
        PieceKind::Rows => Some(format!("={}", piece.text)),
        PieceKind::Nothing => None,
    });
    assert_eq!(found.collect::<Vec<_>>(), expected, "{script}");
    require_whole(script, &pieces);
}

/// The pieces, one behind the other, are the script, and each lies where it says.
#[track_caller]
fn require_whole(script: &str, pieces: &[Piece<'_>]) {
    let mut end = 0;
    for piece in pieces {
        assert_eq!(piece.whole.start, end, "{script:?}");
        assert!(piece.whole.end > piece.whole.start, "{script:?}");
        assert!(
            piece.whole.start <= piece.start && piece.start + piece.text.len() <= piece.whole.end,
            "{script:?}"
        );
        assert_eq!(&script[piece.start..piece.start + piece.text.len()], piece.text);
        assert_eq!(piece.tokens.is_empty(), piece.kind != PieceKind::Statement);
        for token in &piece.tokens {
            assert_eq!(&script[token.start..token.end()], token.text);
        }
        end = piece.whole.end;
    }
    assert_eq!(end, script.len(), "{script:?}");
}

#[test]
fn statements_end_at_their_semicolons_alone() {
    check(" a ; -- c;\n b 'x;y' ;; ", Postgresql, &["a", "b 'x;y'"]);
    check("-- a;\nA /* b; /* c; */ d; */ 1;; B", Postgresql, &["A /* b; /* c; */ d; */ 1", "B"]);
    check("A /* /* */; B */;", Sqlite, &["A", "B */"]);
    check(r"A 'it''s;' E'\';' '\'; B", Postgresql, &[r"A 'it''s;' E'\';' '\'", "B"]);
    check("DO $x$ a; $$ b; $$ $x$; B $1;", Postgresql, &["DO $x$ a; $$ b; $$ $x$", "B $1"]);
    check("do $$ a; b; $$; c", Postgresql, &["do $$ a; b; $$", "c"]);
    check("A \"b;\"; [c;] `d;`;", Sqlite, &["A \"b;\"", "[c;] `d;`"]);
    check(
        "BEGIN; CREATE TABLE a (b int); COMMIT",
        Postgresql,
        &["BEGIN", "CREATE TABLE a (b int)", "COMMIT"],
    );
    check("\u{feff}\n", Sqlite, &[]);
    check("\u{feff}A;\r\nB\r\n;\r\n-- c", Postgresql, &["A", "B"]);
    check("ä'ö", Postgresql, &["ä'ö"]);
    check("", Postgresql, &[]);
    check(";;;", Sqlite, &[]);
}

#[test]
fn only_signs_and_the_words_of_bodies_count() {
    check(
        "insert into sep values (2, '('); update sep set s = ')'; delete from sep;",
        Sqlite,
        &["insert into sep values (2, '(')", "update sep set s = ')'", "delete from sep"],
    );
    for dialect in [Sqlite, Postgresql] {
        check(
            "create table a (begin int, \"(\" int); create index i on a (begin); create view v as select begin from a; x",
            dialect,
            &[
                "create table a (begin int, \"(\" int)",
                "create index i on a (begin)",
                "create view v as select begin from a",
                "x",
            ],
        );
    }
    let rule = "CREATE RULE r AS ON DELETE TO a DO INSTEAD (DELETE FROM b; DELETE FROM c)";
    check(&format!("{rule}; x"), Postgresql, &[rule, "x"]);
    // Nothing of SQLite has a semicolon in parentheses, so a mistake ends with its statement.
    check("CREATE TABLE a (b; x", Sqlite, &["CREATE TABLE a (b", "x"]);
}

#[test]
fn bodies_of_triggers_end_with_their_end() {
    for trigger in [
        "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT CASE 1 WHEN 1 THEN 2 END; DELETE FROM b; END",
        "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET b = CASE WHEN 1 THEN 2 END; SELECT 1; END",
        "CREATE TRIGGER t AFTER UPDATE OF end ON a BEGIN UPDATE a SET end = NEW.end; SELECT NEW.begin, OLD . END; END",
        "CREATE TEMP TRIGGER t AFTER UPDATE OF begin ON a BEGIN SELECT begin, a.end FROM a; END",
        "create temporary trigger if not exists t after insert on a when new.b begin select 1; /* c */ end",
    ] {
        check(&format!("{trigger}; BEGIN; A; END;"), Sqlite, &[trigger, "BEGIN", "A", "END"]);
    }
    for trigger in [
        "CREATE TRIGGER t BEFORE INSERT ON a EXECUTE FUNCTION f()",
        "create trigger t after insert on a for each row execute function begin()",
    ] {
        check(&format!("{trigger}; BEGIN; COMMIT;"), Postgresql, &[trigger, "BEGIN", "COMMIT"]);
    }
}

#[test]
fn bodies_of_functions_end_with_their_end() {
    for function in [
        "CREATE PROCEDURE p() BEGIN ATOMIC END",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END",
        "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END",
        "create or replace procedure f(begin int) begin atomic select a.end, case 1 when 1 then 2 end as end from a; end",
        "CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $f$ BEGIN; RETURN $$;$$; END; $f$",
        "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS 'SELECT 1; SELECT ''2;'''",
    ] {
        check(&format!("{function}; B;"), Postgresql, &[function, "B"]);
    }
}

#[test]
fn rows_of_a_copy_are_no_statements() {
    check(
        "COPY a (b) FROM stdin;\n1;\t'x\n\\\\.\n\\.\nSELECT 1;\nCOPY b FROM STDIN WITH (FORMAT csv);\r\n\"a;\r\n\\.\r\nx",
        Postgresql,
        &[
            "COPY a (b) FROM stdin",
            "=1;\t'x\n\\\\.\n",
            "SELECT 1",
            "COPY b FROM STDIN WITH (FORMAT csv)",
            "=\"a;\r\n",
            "x",
        ],
    );
    check("COPY a FROM stdin;\n1\n2", Postgresql, &["COPY a FROM stdin", "=1\n2"]);
    check("COPY a FROM stdin;", Postgresql, &["COPY a FROM stdin"]);
    check(
        "COPY a FROM '/x'; COPY a TO stdout; b",
        Postgresql,
        &["COPY a FROM '/x'", "COPY a TO stdout", "b"],
    );
    check("COPY a FROM stdin; -- it's\n'1\n\\.\nb", Postgresql, &["COPY a FROM stdin", "='1\n", "b"]);
    check("COPY a FROM stdin; b;\nc", Postgresql, &["COPY a FROM stdin", "b", "c"]);
}

#[test]
fn commands_of_clients_are_no_statements() {
    check(
        "\\connect other\nSELECT 1;\n  \\i 'a;b.sql'\nSELECT 2 \\gexec\nSELECT ':a', :b \\; c;",
        Postgresql,
        &[
            ">\\connect other",
            "SELECT 1",
            ">\\i 'a;b.sql'",
            "SELECT 2",
            ">\\gexec",
            "SELECT ':a', :b",
            ">\\; c;",
        ],
    );
    check(
        "\\restrict Ab1\nSELECT '\\d', $$\n\\q\n$$;\n\\unrestrict Ab1",
        Postgresql,
        &[">\\restrict Ab1", "SELECT '\\d', $$\n\\q\n$$", ">\\unrestrict Ab1"],
    );
    check(".bail on\nSELECT\n.5;\n.read x\r\n", Sqlite, &[">.bail on", "SELECT\n.5", ">.read x"]);
    check("A;.read x", Sqlite, &["A", ".read x"]);
}

#[test]
fn marks_of_tools_are_comments() {
    let function = "CREATE FUNCTION f() RETURNS int AS $$ BEGIN; END; $$ LANGUAGE plpgsql";
    check(
        &format!("-- +goose Up\n-- +goose StatementBegin\n{function};\nA;\n-- +goose StatementEnd\n"),
        Postgresql,
        &[function, "A"],
    );
    let trigger = "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END";
    check(
        &format!("-- +migrate StatementBegin\n{trigger};\n-- +migrate StatementEnd\nB;"),
        Sqlite,
        &[trigger, "B"],
    );
}

/// A generator that gives the same with the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit).unwrap()).unwrap()
    }
}

/// What scripts are made of, and what they are broken by.
const PARTS: [&str; 46] = [
    "'",
    "\"",
    "`",
    "[",
    "]",
    "(",
    ")",
    ";",
    "$",
    "$$",
    "$a$",
    "$1",
    "E'",
    "e'\\'",
    "\\",
    "\\.",
    "\n",
    "\r\n",
    " ",
    "--",
    "/*",
    "*/",
    "ä",
    "\u{feff}",
    "\0",
    "x'",
    "U&\"",
    "b'",
    "0",
    "1e+",
    ".",
    "COPY a FROM stdin;\n",
    "CREATE ",
    "OR ",
    "REPLACE ",
    "TRIGGER ",
    "FUNCTION ",
    "BEGIN ",
    "ATOMIC ",
    "CASE ",
    "END",
    ";END",
    "::",
    "\u{a0}",
    "a",
    "TEMP ",
];

#[test]
fn the_pieces_of_whatever_it_is_are_the_whole() {
    let mut random = Random(0x5eed);
    for _ in 0..20_000 {
        let length = random.below(24);
        let script: String = (0..length).map(|_| PARTS[random.below(PARTS.len())]).collect();
        let bytes: Vec<u8> = (0..length).map(|_| u8::try_from(random.below(256)).unwrap()).collect();
        for text in [script.as_str(), &String::from_utf8_lossy(&bytes)] {
            for dialect in Dialect::ALL {
                let pieces = split(text, dialect);
                require_whole(text, &pieces);
                // Without rows and commands, the statements' tokens are those of the text.
                if pieces.iter().all(|piece| matches!(piece.kind, PieceKind::Statement | PieceKind::Nothing))
                {
                    let own = pieces.iter().flat_map(|piece| &piece.tokens).count();
                    let all = crate::sql::tokens(text, dialect).into_iter().filter(|token| !token.is(";"));
                    assert!(all.count() <= own, "{text:?}");
                }
                for token in pieces.iter().flat_map(|piece| &piece.tokens) {
                    let _ = token.value();
                }
            }
        }
    }
}

#[test]
fn a_statement_by_itself_is_one_statement() {
    let mut random = Random(0xcafe);
    for _ in 0..20_000 {
        let length = random.below(24);
        let script: String = (0..length).map(|_| PARTS[random.below(PARTS.len())]).collect();
        for dialect in Dialect::ALL {
            // In the middle of a line, a point begins a statement.
            let is_meant =
                |piece: &&Piece<'_>| piece.kind == PieceKind::Statement && !piece.text.starts_with('.');
            for piece in split(&script, dialect).iter().filter(is_meant) {
                let again = split(piece.text, dialect);
                assert_eq!(again.len(), 1, "{script:?}: {:?}", piece.text);
                assert_eq!(again[0].text, piece.text);
            }
        }
    }
}

/// Each would take minutes if its time grew with the square of its length.
#[test]
fn long_scripts_take_no_longer_than_their_length_says() {
    const TIMES: usize = 100_000;
    for part in [
        "$",
        "$a",
        "$a$b",
        "'",
        "''",
        "E'\\'",
        "/*",
        "/*/",
        "*/",
        "(",
        ")",
        ";",
        "[",
        "\"",
        "--",
        "begin ",
        "case ",
        "e'a'\n",
        "\\",
        "\\\n",
        ".\n",
        "COPY a FROM stdin;\n",
        "from stdin ",
        "\u{feff}",
        "0",
        "1e",
        "::",
        "\r",
        ";\n",
        "COPY a FROM stdin;x;",
    ] {
        for before in [
            "",
            "create or replace function f() begin atomic ",
            "create trigger begin ",
            "copy ",
            "$x$",
            "/*",
        ] {
            let script = format!("{before}{}", part.repeat(TIMES / part.len()));
            for dialect in Dialect::ALL {
                let pieces = split(&script, dialect);
                assert_eq!(pieces.last().map_or(0, |last| last.whole.end), script.len());
            }
        }
    }
}
