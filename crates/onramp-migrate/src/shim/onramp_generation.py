"""What autogenerate found, told to Onramp: the operations, what the models ask for, and what was passed over.

An order says which operations to leave out of the revision and whether to write one at all; a report says what
was there. Both are JSON files, so that a process which lives for one command and one that is kept speak the same.
"""

import json
import os
import re
import sys
import warnings
from collections import Counter

import onramp_enums
import onramp_models


def patch(module, order_path, report_path):
    """`module` is `alembic.autogenerate.api`; the paths are asked for anew each time."""
    context = module.RevisionContext
    run, generate = context._run_environment, context.generate_scripts

    def run_environment(self, rev, migration_context, autogenerate):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            run(self, rev, migration_context, autogenerate)
        caught = _of_the_comparison(caught)
        self._onramp_order = _read(order_path())
        if autogenerate:
            onramp_enums.complete(self, _operations)
            report = _report(self, rev, caught, self._onramp_order)
            _leave_out(self, self._onramp_order, report)
            _write(report_path(), report)

    def generate_scripts(self):
        order = getattr(self, "_onramp_order", None)
        for script in self.generated_revisions:
            empty = not _operations(script.upgrade_ops_list) and not _operations(script.downgrade_ops_list)
            if order is not None and (empty or not order["write"]):
                continue
            yield self._to_script(script)

    def generate_or_keep(self):
        return generate(self) if getattr(self, "_onramp_order", None) is None else generate_scripts(self)

    context._run_environment = run_environment
    context.generate_scripts = generate_or_keep


def _of_the_comparison(caught):
    """The warnings that are about the comparison; all others are given as if nobody had caught them."""
    from sqlalchemy.exc import SAWarning

    own = []
    for warning in caught:
        in_alembic = os.sep + "alembic" + os.sep in warning.filename
        if in_alembic or issubclass(warning.category, SAWarning):
            own.append(warning)
        else:
            warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
    return own


def _read(path):
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return None


def _write(path, report):
    with open(path + ".partial", "w", encoding="utf-8") as file:
        json.dump(report, file)
    os.replace(path + ".partial", path)


def _report(revision_context, rev, caught, order):
    autogen = revision_context._last_autogen_context
    script = revision_context.script_directory
    scripts = revision_context.generated_revisions
    report = {
        "up": [],
        "down": [],
        "database_heads": [str(head) for head in (rev if isinstance(rev, (tuple, list)) else [rev]) if head],
        "script_heads": [str(head) for head in script.get_heads()],
        "warnings": [str(warning.message) for warning in caught],
    }
    for name, lists in (("up", "upgrade_ops_list"), ("down", "downgrade_ops_list")):
        for generated in scripts:
            leaves = _operations(getattr(generated, lists))
            report[name] += [{"text": _text(autogen, operation)} for operation, _ in leaves]
    if order is None or order["models"]:
        report.update(_models(autogen))
    else:
        report.update({"models": {}, "desired": [], "desired_trouble": None, "sources": [], "prefix": ""})
    return report


def _operations(containers):
    """The leaves of nested operations, each with the list that it stands in."""
    leaves, open_lists = [], [container.ops for container in containers]
    while open_lists:
        operations = open_lists.pop(0)
        for operation in operations:
            if hasattr(operation, "ops"):
                open_lists.append(operation.ops)
            else:
                leaves.append((operation, operations))
    return leaves


def _text(autogen, operation):
    """The operation as it would stand in the revision's file."""
    from alembic.autogenerate import render

    try:
        return "\n".join(render.render_op(autogen, operation))
    except Exception:
        # An operation of the project's own that renders only as part of a whole.
        return re.sub(" at 0x[0-9a-f]+", "", repr(operation))


def _key(schema, name):
    """The table as catalogs call it: those of the schema `public` by their name alone."""
    schema = None if schema == "public" else schema
    return schema + "." + name if schema else name


def _leave_out(revision_context, order, report):
    """Removes the operations that the order names, as often as it names them."""
    if order is None:
        return
    autogen = revision_context._last_autogen_context
    for name, lists in (("up", "upgrade_ops_list"), ("down", "downgrade_ops_list")):
        unwanted = Counter(order["leave_out"][name])
        left_out = []
        for script in revision_context.generated_revisions:
            for operation, container in _operations(getattr(script, lists)):
                text = _text(autogen, operation)
                if unwanted[text] > 0:
                    unwanted[text] -= 1
                    left_out.append(text)
                    # By identity: operations may compare equal.
                    container[:] = [other for other in container if other is not operation]
            for operations in getattr(script, lists):
                operations.ops[:] = [other for other in operations.ops if getattr(other, "ops", True)]
        report["left_out_" + name] = left_out


def _models(autogen):
    """The tables and columns of the models, and the statements that would make them from nothing."""
    metadata = autogen.metadata
    metadatas = metadata if isinstance(metadata, (list, tuple)) else [metadata]
    tables, statements, trouble = {}, [], None
    for one in metadatas:
        if one is None:
            continue
        for table in one.sorted_tables:
            if autogen.run_object_filters(table, table.name, "table", False, None):
                tables[_key(table.schema, table.name)] = [column.name for column in table.columns]
        try:
            statements += _statements(autogen, one)
        except Exception as error:
            trouble = type(error).__name__ + ": " + str(error)
    sources = onramp_models.sources(metadatas)
    prefix = os.path.realpath(sys.prefix)
    return {"models": tables, "desired": statements, "desired_trouble": trouble, "sources": sources, "prefix": prefix}


def _statements(autogen, metadata):
    from sqlalchemy.engine.mock import MockConnection
    from sqlalchemy.schema import CreateIndex, CreateTable

    dialect = autogen.dialect
    statements = []

    def wanted(element):
        item = getattr(element, "element", None)
        table = getattr(item, "table", item)
        if isinstance(element, (CreateTable, CreateIndex)):
            if not autogen.run_object_filters(table, table.name, "table", False, None):
                return False
        if isinstance(element, CreateIndex):
            return autogen.run_object_filters(item, item.name, "index", False, None)
        return True

    def take(element, *_, **__):
        if wanted(element):
            text = str(element.compile(dialect=dialect)) if hasattr(element, "compile") else str(element)
            if dialect.paramstyle in ("format", "pyformat"):
                # Where a driver's placeholders begin with a percent sign, the compiler doubles those in texts.
                text = text.replace("%%", "%")
            text = text.strip()
            if text and text not in statements:
                statements.append(text)

    metadata.create_all(MockConnection(dialect, take), checkfirst=False)
    return statements
