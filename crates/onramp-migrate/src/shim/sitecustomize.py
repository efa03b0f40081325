"""Lets Alembic work on a copy of one versions folder, and keeps it running between the steps of a proof,
without a change to the project or to Alembic.

Python imports this module at its start, because its folder comes first on PYTHONPATH. It must cost nothing
where Alembic is not used, and must run on every Python since 3.7 with every Alembic since 1.8.
"""

import os
import sys

_FROM = os.environ.get("ONRAMP_ALEMBIC_VERSIONS_FROM")
_TO = os.environ.get("ONRAMP_ALEMBIC_VERSIONS_TO")
_REDIRECTED = os.environ.get("ONRAMP_ALEMBIC_REDIRECTED")
_COMPARED = os.environ.get("ONRAMP_ALEMBIC_COMPARED")


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
    """Leaves a mark when models and database have been compared: env.py may decide to write no file then."""
    original = module.RevisionContext.generate_scripts

    def generate_scripts(self):
        _mark(_COMPARED)
        return original(self)

    module.RevisionContext.generate_scripts = generate_scripts


def _patch_command(module):
    """After the first upgrade, takes further commands from the channel, in the same thread and with the same
    configuration. The signature is Alembic's own, because its command line is made from it."""
    original = module.upgrade

    def upgrade(config, revision, sql=False, tag=None):
        original(config, revision, sql=sql, tag=tag)
        channel = os.environ.pop("ONRAMP_ALEMBIC_CHANNEL", None)
        if channel:
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
    "alembic.script.base": _patch_script,
    "alembic.autogenerate.api": _patch_autogenerate,
    "alembic.command": _patch_command,
}


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
    from importlib import machinery, util

    here = os.path.dirname(os.path.abspath(__file__))
    others = [entry for entry in sys.path if os.path.abspath(entry or os.curdir) != here]
    spec = machinery.PathFinder.find_spec("sitecustomize", others)
    if spec is not None and spec.loader is not None:
        module = util.module_from_spec(spec)
        sys.modules["sitecustomize"] = module
        spec.loader.exec_module(module)


if _FROM and _TO and _REDIRECTED and _COMPARED:
    sys.meta_path.insert(0, _Finder)
_chain()
