use super::{Recogniser, told};

#[test]
fn ordinary_lines_are_no_problems() {
    let output = "foo:12: everything is fine
foo:12:
2026-03-04T05:06:07 app.py:12 started
12:30:45: error: the clock
http://localhost:8080: error: refused
INFO:     127.0.0.1:5000 - \"GET / HTTP/1.1\" 200 OK
error: something went wrong
warning: unused
src/a.py:3: see there
  at Object.<anonymous> (/src/a.js:3:5)
thread 'main' has overflowed its stack
Would reformat:
In the beginning line 3: x
--> look at src/a.py:3:5
[1/3] building src/a.ts (3,5)
key: value: error: deep";
    assert_eq!(told(output), [""; 0]);
}

#[test]
fn the_same_problem_is_told_once() {
    let mut recogniser = Recogniser::new();
    let line = "a.py:1:8: F401 `os` imported but unused";
    assert_eq!(recogniser.line(line).len(), 1);
    assert_eq!(recogniser.line(line).len(), 0);
    assert_eq!(recogniser.line(&format!("\u{1b}[31m{line}\u{1b}[0m\r")).len(), 0);
    assert_eq!(recogniser.line("a.py:2:8: F401 `os` imported but unused").len(), 1);
}

#[test]
fn broken_and_huge_lines_do_no_harm() {
    let mut recogniser = Recogniser::new();
    for line in [
        "a".repeat(1_000_000),
        ":1".repeat(500_000),
        "\u{1b}[".repeat(500_000),
        "____ ä".to_owned(),
        "(((1,2): error".to_owned(),
        "ä:1:1: error: ü [ö]".to_owned(),
        "= FAILURES =".to_owned(),
        "_ _".to_owned(),
        "_".to_owned(),
        "\u{1b}]8;;".to_owned(),
    ] {
        drop(recogniser.line(&line));
    }
    drop(recogniser.finish());
}
