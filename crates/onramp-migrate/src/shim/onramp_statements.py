"""Writes down what revisions execute: each statement without its parameters, whether a transaction is open, on SQLite
before the drop of a table whether foreign keys are enforced, and the line of the revision's file. Behind them, how a
revision has ended that failed: its id, the line that the error came from, which of the statements was refused, from 0, and
what the database said of it, where the error speaks of another one: a revision that goes on behind a refusal finds its
transaction aborted.

What Alembic does for itself comes from no line of a revision, and is left out.

A revision can be left before its end, as if it ended there: its transaction is committed, so that others see what it has
done so far.
"""

import json
import os
import sys

_PLACE = {"file": None, "versions": None, "stop": None, "is_listening": False}

# What is known of the revision that is at work: how many statements it has executed, how many it may, which of them the
# database has refused and with which errors, and whether it was told how the revision ended.
_NOW = {}


def _begin(limit=None):
    _NOW.update(count=0, limit=limit, is_ours=False, refused=None, errors=(), said=None, is_told=False)


_begin()


class Stop(BaseException):
    """A revision is left. No `except Exception` of its own is meant."""


def watch(file, versions, stop=None):
    """Writes to `file` from now on, or to nothing. `stop` is the file that may tell of a revision to leave."""
    _PLACE["file"] = file
    _PLACE["stop"] = stop
    _begin()
    if not file:
        return
    _PLACE["versions"] = os.path.realpath(versions) + os.sep
    if not _PLACE["is_listening"]:
        from sqlalchemy import event
        from sqlalchemy.engine import Engine

        _PLACE["is_listening"] = True
        event.listen(Engine, "before_cursor_execute", _tell)
        event.listen(Engine, "handle_error", _note)


def guard(context):
    """Has the end of each revision seen, and the one left that is to be left."""
    original = getattr(context, "_migrations_fn", None)
    if original is None or not _PLACE["file"]:
        return

    def migrations(*arguments):
        for step in original(*arguments):
            function = getattr(step, "migration_fn", None)
            if function is not None and hasattr(step, "revision"):
                step.migration_fn = _guarded(function, getattr(step.revision, "revision", None))
            yield step

    context._migrations_fn = migrations


def _guarded(function, revision):
    def run(*arguments, **named):
        order = _order(revision)
        _begin(order and order["statements"])
        try:
            return function(*arguments, **named)
        except Stop:
            return None
        except BaseException as error:
            tell_end(error, revision)
            if order is None or order["statements"] is not None or not isinstance(error, Exception):
                raise
            return None

    return run


def _order(revision):
    """What the revision is to be left at, if it is."""
    try:
        with open(_PLACE["stop"], encoding="utf-8") as file:
            order = json.load(file)
    except (OSError, TypeError, ValueError):
        return None
    return order if order["revision"] == revision else None


def tell_end(error, revision=None):
    """Writes down how a revision ended, once. Without an id the error came from no revision's own code."""
    if not _PLACE["file"] or _NOW["is_told"]:
        return
    _NOW["is_told"] = True
    line = None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.startswith(_PLACE["versions"]):
            line = trace.tb_lineno
        trace = trace.tb_next
    cause, seen = error, set()
    while cause is not None and cause not in _NOW["errors"] and id(cause) not in seen:
        seen.add(id(cause))
        cause = cause.__cause__ or cause.__context__
    is_refused = cause is not None and cause in _NOW["errors"]
    _write(
        {
            "raised": line,
            "refused": _NOW["refused"] if is_refused else None,
            "revision": revision,
            "said": _NOW["said"] if is_refused and _is_aborted(cause) else None,
        }
    )


def _write(told):
    with open(_PLACE["file"], "a", encoding="utf-8") as file:
        file.write(json.dumps(told) + "\n")


def _line():
    """The line of the revision that is at work. Of several frames in its file the innermost one counts."""
    frame = sys._getframe(2)
    while frame is not None:
        if frame.f_code.co_filename.startswith(_PLACE["versions"]):
            return frame.f_lineno
        frame = frame.f_back
    return None


def _tell(connection, cursor, statement, parameters, context, executemany):
    line = _line() if _PLACE["file"] else None
    _NOW["is_ours"] = line is not None
    if line is None:
        return
    if _NOW["limit"] is not None and _NOW["count"] >= _NOW["limit"]:
        raise Stop()
    _NOW["count"] += 1
    _write(
        {
            "text": statement,
            "in_transaction": _in_transaction(connection),
            "foreign_keys": _foreign_keys(connection, statement),
            "line": line,
        }
    )


def _note(context):
    """Remembers a statement that the database refuses; the revision may go on with others before it ends."""
    errors = (context.original_exception, context.sqlalchemy_exception)
    if _NOW["refused"] is not None and _is_aborted(context.original_exception):
        # What was refused is what has aborted the transaction, be it for Alembic itself.
        _NOW["errors"] += errors
        return
    if not _NOW["is_ours"] or context.statement is None:
        return
    _NOW["refused"] = _NOW["count"] - 1
    _NOW["errors"] = errors
    _NOW["said"] = _words(context.sqlalchemy_exception or context.original_exception)


def _is_aborted(error):
    """Whether the database takes nothing more in this transaction."""
    origin = getattr(error, "orig", None) or error
    states = [getattr(origin, name, None) for name in ("sqlstate", "pgcode")]
    states += [part.get("C") for part in getattr(origin, "args", ()) if isinstance(part, dict)]
    return "25P02" in states


def _words(error):
    """An error as Python prints it, in one line."""
    kind = type(error)
    return " ".join((kind.__module__ + "." + kind.__name__ + ": " + str(error)).split())


def _in_transaction(connection):
    """Whether the database has a transaction open. What is told here must not fail a revision."""
    try:
        raw = connection.connection
        if connection.dialect.name == "sqlite":
            driver = getattr(raw, "driver_connection", None) or raw
            return bool(driver.in_transaction)
        level = connection.get_execution_options().get("isolation_level")
        if level is None:
            level = getattr(connection.dialect, "_on_connect_isolation_level", None)
        if str(level).upper() == "AUTOCOMMIT" or getattr(raw, "autocommit", None) is True:
            return False
        return True
    except Exception:
        return None


def _foreign_keys(connection, statement):
    if connection.dialect.name != "sqlite" or not statement.lstrip()[:10].upper().startswith("DROP TABLE"):
        return None
    try:
        cursor = connection.connection.cursor()
        try:
            cursor.execute("PRAGMA foreign_keys")
            return bool(cursor.fetchone()[0])
        finally:
            cursor.close()
    except Exception:
        return None
