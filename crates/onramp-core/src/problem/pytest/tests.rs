use crate::problem::told;

/// pytest's default form, with the program's own print in it.
const LONG: &str = r#"FFF.EE                                                                   [100%]
==================================== ERRORS ====================================
________________________ ERROR at setup of test_fixture ________________________
file /src/py/tests/test_a.py, line 19
  def test_fixture(nope):
E       fixture 'nope' not found
>       available fixtures: broken, cache, capfd
>       use 'pytest --fixtures [testpath]' for help on them.

/src/py/tests/test_a.py:19
_________________________ ERROR at setup of test_setup _________________________

    @pytest.fixture
    def broken():
>       raise RuntimeError("no database")
E       RuntimeError: no database

tests/test_a.py:25: RuntimeError
=================================== FAILURES ===================================
___________________________________ test_sum ___________________________________

    def test_sum():
>       assert 1 + 1 == 3
E       assert (1 + 1) == 3

tests/test_a.py:6: AssertionError
____________________________ TestBasket.test_price _____________________________

self = <test_a.TestBasket object at 0x7f59abfbaf50>

    def test_price(self):
>       assert price(-1) == 0
               ^^^^^^^^^

tests/test_a.py:11: 
_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ 

n = -1

    def price(n):
        if n < 0:
>           raise ValueError("negative")
E           ValueError: negative

src/shop.py:3: ValueError
___________________________ TestBasket.test_even[1] ____________________________

self = <test_a.TestBasket object at 0x7f59abfc2c90>, n = 1

    @pytest.mark.parametrize("n", [1, 2])
    def test_even(self, n):
        print("log.txt:12: not a problem")
>       assert n % 2 == 0, f"{n} is odd"
E       AssertionError: 1 is odd
E       assert (1 % 2) == 0

tests/test_a.py:16: AssertionError
----------------------------- Captured stdout call -----------------------------
log.txt:12: not a problem
=========================== short test summary info ============================
FAILED tests/test_a.py::test_sum - assert (1 + 1) == 3
FAILED tests/test_a.py::TestBasket::test_price - ValueError: negative
FAILED tests/test_a.py::TestBasket::test_even[1] - AssertionError: 1 is odd
ERROR tests/test_a.py::test_fixture
ERROR tests/test_a.py::test_setup - RuntimeError: no database
3 failed, 1 passed, 2 errors in 0.04s
"#;

#[test]
fn the_default_form() {
    assert_eq!(
        told(LONG),
        [
            "/src/py/tests/test_a.py:19: error: test_fixture: fixture 'nope' not found",
            "tests/test_a.py:25: error: test_setup: RuntimeError: no database",
            "tests/test_a.py:6: error: test_sum: assert (1 + 1) == 3",
            "src/shop.py:3: error: TestBasket.test_price: ValueError: negative",
            "tests/test_a.py:16: error: TestBasket.test_even[1]: AssertionError: 1 is odd",
        ]
    );
}

#[test]
fn short_tracebacks() {
    let output = r#"=================================== FAILURES ===================================
____________________________ TestBasket.test_price _____________________________
tests/test_a.py:11: in test_price
    assert price(-1) == 0
           ^^^^^^^^^
src/shop.py:3: in price
    raise ValueError("negative")
E   ValueError: negative
=========================== short test summary info ============================
FAILED tests/test_a.py::TestBasket::test_price - ValueError: negative
1 failed in 0.04s
"#;
    assert_eq!(told(output), ["src/shop.py:3: error: TestBasket.test_price: ValueError: negative"]);
}

#[test]
fn one_line_for_each() {
    let output = r#"=================================== FAILURES ===================================
E   assert (1 + 1) == 3
/src/py/tests/test_a.py:6: assert (1 + 1) == 3
E   ValueError: negative
/src/py/src/shop.py:3: ValueError: negative
=========================== short test summary info ============================
FAILED tests/test_a.py::test_sum - assert (1 + 1) == 3
FAILED tests/test_a.py::TestBasket::test_price - ValueError: negative
2 failed in 0.02s
"#;
    assert_eq!(
        told(output),
        [
            "/src/py/tests/test_a.py:6: error: assert (1 + 1) == 3",
            "/src/py/src/shop.py:3: error: ValueError: negative",
        ]
    );
}

#[test]
fn tracebacks_as_python_writes_them() {
    let output = r#"=================================== FAILURES ===================================
___________________________________ test_sum ___________________________________
Traceback (most recent call last):
  File "/src/py/.venv/lib/python3.11/site-packages/_pytest/runner.py", line 361, in from_call
    result: TResult | None = func()
  File "/src/py/tests/test_a.py", line 6, in test_sum
    assert 1 + 1 == 3
AssertionError: assert (1 + 1) == 3
=========================== short test summary info ============================
FAILED tests/test_a.py::test_sum - assert (1 + 1) == 3
"#;
    assert_eq!(
        told(output),
        ["/src/py/tests/test_a.py:6: error: test_sum: AssertionError: assert (1 + 1) == 3"]
    );
}

#[test]
fn without_tracebacks_the_summary_knows_the_file() {
    let output = r#"=========================== short test summary info ============================
FAILED tests/test_a.py::TestBasket::test_price - ValueError: negative
FAILED tests/test_a.py::test_sum
ERROR tests/test_b.py - ModuleNotFoundError: No module named 'nope'
ERROR tests/test_c.py
"#;
    assert_eq!(
        told(output),
        [
            "tests/test_a.py: error: TestBasket.test_price: ValueError: negative",
            "tests/test_a.py: error: test_sum failed",
            "tests/test_b.py: error: ModuleNotFoundError: No module named 'nope'",
            "tests/test_c.py: error: could not be collected",
        ]
    );
}

#[test]
fn files_that_cannot_be_collected() {
    let output = r#"collected 0 items / 2 errors

==================================== ERRORS ====================================
________________________ ERROR collecting col/test_b.py ________________________
ImportError while importing test module '/src/py/col/test_b.py'.
Hint: make sure your test modules/packages have valid Python names.
Traceback:
/usr/lib/python3.11/importlib/__init__.py:126: in import_module
    return _bootstrap._gcd_import(name[level:], package, level)
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
col/test_b.py:1: in <module>
    import nope
E   ModuleNotFoundError: No module named 'nope'
________________________ ERROR collecting col/test_c.py ________________________
.venv/lib/python3.11/site-packages/_pytest/python.py:528: in importtestmodule
    mod = import_path(
<frozen importlib._bootstrap>:1204: in _gcd_import
    ???
/usr/lib/python3.11/ast.py:50: in parse
    return compile(source, filename, mode, flags,
E     File "/src/py/col/test_c.py", line 1
E       def test_x(:
E                  ^
E   SyntaxError: invalid syntax
=========================== short test summary info ============================
ERROR col/test_b.py
ERROR col/test_c.py
!!!!!!!!!!!!!!!!!!! Interrupted: 2 errors during collection !!!!!!!!!!!!!!!!!!!!
============================== 2 errors in 0.30s ===============================
"#;
    assert_eq!(
        told(output),
        [
            "col/test_b.py:1: error: ModuleNotFoundError: No module named 'nope'",
            "col/test_c.py:1: error: SyntaxError: invalid syntax",
        ]
    );
}

#[test]
fn colours_change_nothing() {
    let output = "=================================== FAILURES ===================================
\u{1b}[31m\u{1b}[1m___________________________________ test_sum ___________________________________\u{1b}[0m

    \u{1b}[0m\u{1b}[94mdef\u{1b}[39;49;00m\u{1b}[90m \u{1b}[39;49;00m\u{1b}[92mtest_sum\u{1b}[39;49;00m():
>       \u{1b}[94massert\u{1b}[39;49;00m \u{1b}[94m1\u{1b}[39;49;00m
\u{1b}[1m\u{1b}[31mE       assert (1 + 1) == 3\u{1b}[0m

\u{1b}[1m\u{1b}[31mtests/test_a.py\u{1b}[0m:6: AssertionError
\u{1b}[36m\u{1b}[1m=========================== short test summary info ============================\u{1b}[0m
\u{1b}[31mFAILED\u{1b}[0m tests/test_a.py::\u{1b}[1mtest_sum\u{1b}[0m - assert (1 + 1) == 3
\u{1b}[31m\u{1b}[31m\u{1b}[1m1 failed\u{1b}[0m\u{1b}[31m in 0.04s\u{1b}[0m\u{1b}[0m";
    assert_eq!(told(output), ["tests/test_a.py:6: error: test_sum: assert (1 + 1) == 3"]);
}

#[test]
fn an_exception_behind_another_one_is_the_one_that_counts() {
    let output = r#"=================================== FAILURES ===================================
____________________________________ test_x ____________________________________
tests/test_a.py:3: in test_x
    {}["a"]
E   KeyError: 'a'

The above exception was the direct cause of the following exception:
tests/test_a.py:5: in test_x
    raise ValueError("b") from error
E   ValueError: b
"#;
    assert_eq!(told(output), ["tests/test_a.py:5: error: test_x: ValueError: b"]);
}

#[test]
fn places_outside_of_reports_mean_nothing() {
    assert_eq!(told("tests/test_a.py:6: AssertionError\nFAILED tests/test_a.py::x - y"), [""; 0]);
}
