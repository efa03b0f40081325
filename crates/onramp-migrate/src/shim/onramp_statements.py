"""Writes down what revisions execute: each statement without its parameters, whether a transaction is open, on SQLite
before the drop of a table whether foreign keys are enforced, and the line of the revision's file.

What Alembic does for itself comes from no line of a revision, and is left out.
"""

import json
import os
import sys

_PLACE = {"file": None, "versions": None, "is_listening": False}


def watch(file, versions):
    """Writes to `file` from now on, or to nothing."""
    _PLACE["file"] = file
    if not file:
        return
    _PLACE["versions"] = os.path.realpath(versions) + os.sep
    if not _PLACE["is_listening"]:
        from sqlalchemy import event
        from sqlalchemy.engine import Engine

        _PLACE["is_listening"] = True
        event.listen(Engine, "before_cursor_execute", _tell)


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
    if line is None:
        return
    told = {
        "text": statement,
        "in_transaction": _in_transaction(connection),
        "foreign_keys": _foreign_keys(connection, statement),
        "line": line,
    }
    with open(_PLACE["file"], "a", encoding="utf-8") as file:
        file.write(json.dumps(told) + "\n")


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
