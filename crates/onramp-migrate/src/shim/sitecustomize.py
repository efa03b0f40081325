"""Lets Alembic work on a copy of one versions folder, without a change to the project or to Alembic.

Python imports this module at its start, because its folder comes first on PYTHONPATH. It must cost nothing
where Alembic is not used, and must run on every Python since 3.7.
"""

import os
import sys

_MODULE = "alembic.script.base"
_FROM = os.environ.get("ONRAMP_ALEMBIC_VERSIONS_FROM")
_TO = os.environ.get("ONRAMP_ALEMBIC_VERSIONS_TO")
_MARKER = os.environ.get("ONRAMP_ALEMBIC_MARKER")


def _redirected(location):
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
    with open(_MARKER, "w"):
        pass
    return type(location)(_TO)


def _patch(module):
    """Makes `ScriptDirectory.version_locations` an attribute that redirects whatever is put into it, at its
    construction as well as later from env.py, and that knows the default location too."""
    directory = module.ScriptDirectory

    def read(self):
        locations = self.__dict__.get("_onramp_locations")
        if locations:
            return locations
        default = os.path.join(str(getattr(self, "dir", "")), "versions")
        copy = _redirected(default)
        return locations if copy == default else [copy]

    def write(self, locations):
        if locations:
            locations = [_redirected(location) for location in locations]
        self.__dict__["_onramp_locations"] = locations

    directory.version_locations = property(read, write)


class _Loader:
    """The module's own loader, with the patch after the module's execution."""

    def __init__(self, loader):
        self._loader = loader

    def __getattr__(self, name):
        return getattr(self._loader, name)

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        self._loader.exec_module(module)
        _patch(module)


class _Finder:
    """Finds the one module as Python would, and replaces its loader."""

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name != _MODULE:
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


if _FROM and _TO and _MARKER:
    if _MODULE in sys.modules:
        _patch(sys.modules[_MODULE])
    else:
        sys.meta_path.insert(0, _Finder)
_chain()
