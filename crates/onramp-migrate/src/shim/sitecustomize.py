"""Lets Alembic work on a copy of one versions folder, and keeps it running between the steps of a proof,
without a change to the project or to Alembic.

Python imports this module at its start, because its folder comes first on PYTHONPATH. It must cost nothing
where Alembic is not used, and must run on every Python since 3.7 with every Alembic since 1.8.
"""

import os
import sys


def _read_environment():
    """What this process is asked for. A forked one asks again."""
    global _FROM, _TO, _REDIRECTED, _ORDER, _REPORT, _SETTINGS, _STATEMENTS, _SCRATCH, _SOURCES_FROM, _SOURCES_TO
    global _FORK_SERVER, _STOP
    _FROM = os.environ.get("ONRAMP_ALEMBIC_VERSIONS_FROM")
    _TO = os.environ.get("ONRAMP_ALEMBIC_VERSIONS_TO")
    _REDIRECTED = os.environ.get("ONRAMP_ALEMBIC_REDIRECTED")
    _ORDER = os.environ.get("ONRAMP_ALEMBIC_ORDER")
    _REPORT = os.environ.get("ONRAMP_ALEMBIC_REPORT")
    _SETTINGS = os.environ.get("ONRAMP_ALEMBIC_SETTINGS")
    _STATEMENTS = os.environ.get("ONRAMP_ALEMBIC_STATEMENTS")
    _STOP = os.environ.get("ONRAMP_ALEMBIC_STOP")
    _SCRATCH = os.environ.get("ONRAMP_SCRATCH_DATABASE")
    _SOURCES_FROM = os.environ.get("ONRAMP_SOURCES_FROM")
    _SOURCES_TO = os.environ.get("ONRAMP_SOURCES_TO")
    _FORK_SERVER = os.environ.pop("ONRAMP_FORK_SERVER", None)


def _mark(path):
    with open(path, "w"):
        pass


def _redirect(location):
    """The copy, where `location` is the project's folder, else `location` itself."""
    try:
        path = os.fspath(location)
        if ":" in path and not os.path.exists(path):
            from alembic.util import coerce_resource_to_filename

            path = os.fspath(coerce_resource_to_filename(path))
        if os.path.realpath(path) != _FROM:
            return location
    except (TypeError, ValueError, ImportError):
        return location
    _mark(_REDIRECTED)
    return type(location)(_TO)


def _patch_script(module):
    """Makes `ScriptDirectory.version_locations` an attribute that redirects whatever is put into it, at its
    construction as well as later from env.py, and that knows the default location too."""

    def read(self):
        locations = self.__dict__.get("_onramp_locations")
        if locations:
            return locations
        default = os.path.join(str(getattr(self, "dir", "")), "versions")
        copy = _redirect(default)
        return locations if copy == default else [copy]

    def write(self, locations):
        if locations:
            locations = [_redirect(location) for location in locations]
        self.__dict__["_onramp_locations"] = locations

    module.ScriptDirectory.version_locations = property(read, write)


def _patch_autogenerate(module):
    import onramp_generation

    onramp_generation.patch(module, lambda: _ORDER, lambda: _REPORT)


def _watch_models(module):
    import onramp_models

    onramp_models.watch(module)


def _patch_hooks(module):
    import onramp_hooks

    onramp_hooks.patch(module, lambda: _ORDER, lambda: _TO)


def _require_scratch(context):
    """Refuses to touch any other database than the one that was made for this: an env.py that takes its URL from
    elsewhere would lead revisions that are only tried into the user's own."""
    from alembic.util import CommandError

    connection = context.connection
    if not _SCRATCH or connection is None:
        return
    raw = connection.connection
    cursor = raw.cursor()
    try:
        if context.dialect.name == "sqlite":
            cursor.execute("PRAGMA database_list")
            path = next((row[2] for row in cursor.fetchall() if row[1] == "main"), "")
            found = os.path.realpath(path) if path else "a database in memory"
        else:
            cursor.execute("SELECT current_database()")
            found = cursor.fetchone()[0]
    finally:
        cursor.close()
        if not connection.in_transaction():
            # The driver may have begun one for the question.
            raw.rollback()
    if found != _SCRATCH:
        raise CommandError(
            "env.py connects to " + found + ", and not to the scratch database: it must take its URL from the "
            "variable that [database] url-env names"
        )


def _dispose_engines():
    """Closes what pools keep open: nobody can copy a database that somebody is connected to."""
    import gc

    from sqlalchemy.engine import Engine

    for candidate in gc.get_objects():
        try:
            if isinstance(candidate, Engine):
                candidate.dispose()
        except Exception:
            # One that needs a loop that is gone; its connections go with the process.
            continue


def _tell_settings(context):
    import json

    import alembic
    import onramp_fork_server
    import sqlalchemy

    # Catalogs call the schema `public` by no name.
    schema = context.version_table_schema if context.version_table_schema != "public" else None
    name = context.version_table
    folder = getattr(getattr(context, "script", None), "dir", None)
    settings = getattr(getattr(context, "config", None), "config_file_name", None)
    files = {os.path.realpath(str(settings))} if settings else set()
    if folder:
        folder = os.path.realpath(str(folder))
        files.add(os.path.join(folder, "env.py"))
        loaded = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
        loaded = [onramp_fork_server.real(path) for path in loaded if path]
        versions = (_FROM + os.sep, os.path.realpath(_TO) + os.sep)
        files.update(
            path for path in loaded if path.startswith(folder + os.sep) and not path.startswith(versions)
        )
    told = {
        "version_table": schema + "." + name if schema else name,
        "files": sorted(files),
        "versions": " ".join((alembic.__version__, sqlalchemy.__version__, sys.version.split()[0])),
        "modules": onramp_fork_server.installed(),
    }
    with open(_SETTINGS + ".partial", "w", encoding="utf-8") as file:
        json.dump(told, file)
    os.replace(_SETTINGS + ".partial", _SETTINGS)


def _patch_migration(module):
    """Tells in which table Alembic keeps the database's revision, because no rows of ours may get into it, and which
    files beside the history decide what it makes of it. Has written down what revisions execute, and how one ends that
    fails."""
    import onramp_statements

    original = module.MigrationContext.run_migrations

    def run_migrations(self, **arguments):
        _require_scratch(self)
        # Revisions are among the modules that it loads, and what they import.
        onramp_statements.watch(_STATEMENTS, _TO, _STOP)
        onramp_statements.guard(self)
        try:
            return original(self, **arguments)
        except BaseException as error:
            onramp_statements.tell_end(error)
            raise
        finally:
            onramp_statements.watch(None, _TO)
            _tell_settings(self)

    module.MigrationContext.run_migrations = run_migrations


def _patch_command(module):
    """After the first upgrade, takes further commands from the channel, in the same thread and with the same
    configuration. A database that is known to be at the head needs no upgrade first. The signature is Alembic's
    own, because its command line is made from it."""
    original = module.upgrade

    def upgrade(config, revision, sql=False, tag=None):
        channel = os.environ.pop("ONRAMP_ALEMBIC_CHANNEL", None)
        at_head = os.environ.pop("ONRAMP_ALEMBIC_AT_HEAD", None)
        if not (channel and at_head):
            original(config, revision, sql=sql, tag=tag)
        if channel:
            if not at_head:
                _dispose_engines()
            _follow(channel, module, original, config)

    upgrade.__doc__ = original.__doc__
    upgrade.__module__ = original.__module__
    module.upgrade = upgrade


def _follow(channel, module, upgrade, config):
    import json
    import socket

    def revision(_, message):
        # Alembic's command line leaves these here, and env.py may look at them.
        if getattr(config, "cmd_opts", None) is not None:
            config.cmd_opts.autogenerate = True
            config.cmd_opts.message = message
        module.revision(config, message=message, autogenerate=True)

    commands = {"upgrade": upgrade, "downgrade": module.downgrade, "revision": revision}
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(channel)
        with connection.makefile("rw", encoding="utf-8") as lines:
            for line in lines:
                name, argument = json.loads(line)
                # An error ends the process as it would have ended the command; the closed channel tells.
                commands[name](config, argument)
                lines.write("done\n")
                lines.flush()


_PATCHES = {
    "sqlalchemy": _watch_models,
    "alembic.script.base": _patch_script,
    "alembic.script.write_hooks": _patch_hooks,
    "alembic.autogenerate.api": _patch_autogenerate,
    "alembic.runtime.migration": _patch_migration,
    "alembic.command": _patch_command,
}


def _elsewhere(path):
    """The path in another tree of sources, where `path` lies in the project and the other tree has it as its own:
    what is only linked there, such as an environment, is the project's."""
    path = os.path.realpath(path)
    if not path.startswith(_SOURCES_FROM + os.sep):
        return None
    other = _SOURCES_TO + path[len(_SOURCES_FROM) :]
    return other if os.path.exists(other) and os.path.realpath(other) == other else None


class _SourceFinder:
    """Has the project's modules imported from another tree of sources, however they are found: by a path, by
    what an editable installation put there, or by a finder of its own."""

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        for finder in sys.meta_path:
            find = None if finder in (cls, _Finder) else getattr(finder, "find_spec", None)
            spec = find(name, path, target) if find else None
            if spec is None:
                continue
            other = _elsewhere(spec.origin) if spec.origin and spec.has_location else None
            if other is None:
                return None
            package = [os.path.dirname(other)] if spec.submodule_search_locations is not None else None
            return cls.spec_from_file_location(name, other, submodule_search_locations=package)
        return None


class _Loader:
    """A module's own loader, with the patch after the module's execution."""

    def __init__(self, loader):
        self._loader = loader

    def __getattr__(self, name):
        return getattr(self._loader, name)

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        self._loader.exec_module(module)
        _PATCHES[module.__name__](module)


class _Finder:
    """Finds the modules to patch as Python would, and replaces their loaders."""

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name not in _PATCHES:
            return None
        for finder in sys.meta_path:
            find = None if finder is cls else getattr(finder, "find_spec", None)
            spec = find(name, path, target) if find else None
            if spec is not None:
                if hasattr(spec.loader, "exec_module"):
                    spec.loader = _Loader(spec.loader)
                return spec
        return None


def _chain():
    """Runs the `sitecustomize` that this one hides: distributions and environments bring their own."""
    from importlib import machinery

    here = os.path.dirname(os.path.abspath(__file__))
    others = [entry for entry in sys.path if os.path.abspath(entry or os.curdir) != here]
    spec = machinery.PathFinder.find_spec("sitecustomize", others)
    if spec is not None and spec.loader is not None:
        from importlib import util

        module = util.module_from_spec(spec)
        sys.modules["sitecustomize"] = module
        spec.loader.exec_module(module)


_read_environment()
if _SOURCES_FROM and _SOURCES_TO:
    # The import must not wait until a module is looked for.
    from importlib.util import spec_from_file_location

    _SourceFinder.spec_from_file_location = staticmethod(spec_from_file_location)
    sys.path[:] = [entry and _elsewhere(entry) or entry for entry in sys.path]
    sys.meta_path.insert(0, _SourceFinder)
if _FORK_SERVER or _FROM and _TO and _REDIRECTED and _ORDER and _REPORT and _SETTINGS:
    sys.meta_path.insert(0, _Finder)
_chain()
if _FORK_SERVER:
    import onramp_fork_server

    onramp_fork_server.serve(_FORK_SERVER)
    _read_environment()
