"""What becomes of the project's post-write hooks, as an order says.

Hooks that do what the project's formatters do anyway are left to those, which are faster to start. Others may work on a
second copy of the revision, in a thread of their own, while the revision as it was written is tried.
"""

import json
import os
import shlex
import shutil
import sys
import threading


def patch(module, order_path, versions):
    """`module` is `alembic.script.write_hooks`; the paths are asked for anew each time."""
    original = module._run_hooks

    def run_hooks(path, hooks):
        order = _read(order_path())
        if _are_left_to(order.get("formatters") or [], hooks):
            return
        copy = order.get("copy")
        if copy is None:
            return original(path, hooks)
        place = os.path.join(copy["versions"], os.path.relpath(path, versions()))
        os.makedirs(os.path.dirname(place), exist_ok=True)
        shutil.copyfile(path, place)
        threading.Thread(target=work, args=(place, hooks, copy["done"]), daemon=True).start()

    def work(place, hooks, done):
        outcome = ""
        try:
            original(place, hooks)
        except BaseException as error:
            outcome = str(error) or type(error).__name__
        with open(done + ".partial", "w", encoding="utf-8") as file:
            file.write(outcome)
        os.replace(done + ".partial", done)

    module._run_hooks = run_hooks


def _read(path):
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, TypeError):
        return {}


def _are_left_to(formatters, hooks):
    """Whether the formatters, commands without the file's name, are the hooks: the same programs of this Python's
    environment with the same arguments, in the same order."""
    try:
        wanted = [_command(options) for options in _options(hooks)]
    except (AttributeError, KeyError, TypeError, ValueError):
        return False
    given = []
    for program, *arguments in formatters:
        if not _is_of_this_environment(program):
            return False
        given.append((os.path.basename(program), sorted(arguments)))
    return bool(wanted) and wanted == given


def _options(hooks):
    """The hooks as Alembic has them since 1.16, a table each; before that all were in one."""
    if isinstance(hooks, list):
        return hooks
    names = [name.strip() for name in hooks["hooks"].split(",")]
    tables = []
    for name in names:
        start = name + "."
        tables.append({key[len(start) :]: hooks[key] for key in hooks if key.startswith(start)})
    return tables


def _command(options):
    if "cwd" in options:
        raise ValueError("it runs elsewhere")
    program = options[{"console_scripts": "entrypoint", "exec": "executable", "module": "module"}[options["type"]]]
    words = shlex.split(options.get("options", "REVISION_SCRIPT_FILENAME"))
    if words.count("REVISION_SCRIPT_FILENAME") != 1:
        raise ValueError("the file is named in another way")
    words.remove("REVISION_SCRIPT_FILENAME")
    if os.path.dirname(program) and not _is_of_this_environment(program):
        raise ValueError("it is another program")
    return os.path.basename(program), sorted(words)


def _is_of_this_environment(program):
    folders = [os.path.realpath(os.path.dirname(path)) for path in (program, sys.executable)]
    return folders[0] == folders[1]
