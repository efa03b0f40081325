"""Which files the models' tables are defined in.

A table does not know that. But it is made while the module runs that defines it, whatever class, mixin or function of
SQLAlchemy's or of a library above it does the making.
"""

import os
import sys
import weakref

# By metadata, for the key of each table the module and its file.
_ORIGINS = weakref.WeakKeyDictionary()


def watch(sqlalchemy):
    try:
        sqlalchemy.event.listen(sqlalchemy.Table, "after_parent_attach", _attached)
    except Exception:
        # One that has no such event keeps its secret; the project must work all the same.
        return


def _attached(table, parent):
    try:
        origins = _ORIGINS.setdefault(parent, {})
    except TypeError:
        # What cannot be remembered is not told.
        return
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_name == "<module>":
            names = frame.f_globals
            origins[table.key] = names.get("__name__", ""), names.get("__file__") or frame.f_code.co_filename
            return
        frame = frame.f_back


def sources(metadatas):
    """The modules that the tables of some metadata come from."""
    import onramp_fork_server

    found = set()
    for metadata in metadatas:
        origins = _ORIGINS.get(metadata, {}) if metadata is not None else {}
        found.update(origin for key, origin in origins.items() if key in metadata.tables)
    places = onramp_fork_server._places()
    told = []
    for module, path in sorted(found):
        file = onramp_fork_server.real(os.path.abspath(path))
        told.append({"module": module, "file": file, "installed": file.startswith(places)})
    return told
