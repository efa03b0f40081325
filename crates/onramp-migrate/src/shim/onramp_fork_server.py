"""A Python that has imported what the project's Alembic imports from elsewhere, and forks itself for each run.

To import SQLAlchemy and Alembic takes longer than most of what is done with them. What is imported here comes from
the standard library and from installed packages alone, and is looked at again before each fork: the project's own
modules are imported by each run, and a package that has changed ends the server.

A folder belongs to it: `order.json` says what to import and how long to wait, `socket` is where it listens, and
`unsuitable` says why it gave up. Linux only: what ends with its lifeline does so by a signal.
"""

import importlib
import json
import os
import select
import socket
import stat
import struct
import sys
import time

# How often it looks whether anybody still wants it, in seconds.
_TICK = 1.0

# How long whoever has connected may take to say what for, in seconds.
_PATIENCE = 2.0


_PLACES = []


def _places():
    """The folders whose modules are not the project's, links resolved and not."""
    if not _PLACES:
        import sysconfig

        paths = sysconfig.get_paths()
        for name in ("stdlib", "platstdlib", "purelib", "platlib"):
            for path in (paths[name], os.path.realpath(paths[name])) if name in paths else ():
                _PLACES.append(path + os.sep)
    return tuple(_PLACES)


_REAL = {}


def real(path):
    """The path without links. To find out takes a look at each folder on the way, and there are a thousand modules."""
    if path not in _REAL:
        _REAL[path] = os.path.realpath(path)
    return _REAL[path]


def installed():
    """The names of the modules that came from elsewhere, in the order of their import."""
    places = _places()
    names = []
    for name, module in list(sys.modules.items()):
        origin = getattr(getattr(module, "__spec__", None), "origin", None)
        if origin and name != "__main__" and origin.startswith(places):
            names.append(name)
    return names


def _from_local_folders():
    """The top-level names of packages that were installed from a folder of this machine: the project, most likely."""
    from importlib import metadata

    names = set()
    for distribution in metadata.distributions():
        try:
            source = json.loads(distribution.read_text("direct_url.json") or "{}").get("url", "")
        except ValueError:
            source = "file:"
        if source.startswith("file:"):
            names.update(file.parts[0].split(".")[0] for file in distribution.files or ())
    return names


def _preload(names):
    """Imports; says why the result must not be forked, if so."""
    local = _from_local_folders()
    for name in names:
        if name.split(".")[0] in local:
            continue
        try:
            importlib.import_module(name)
        except Exception:
            # The project gets the same error, if it wants the module at all.
            continue
    here = os.path.dirname(os.path.abspath(__file__)) + os.sep
    places = _places() + (here,)
    for name, module in list(sys.modules.items()):
        origin = getattr(getattr(module, "__spec__", None), "origin", None)
        if not origin or not os.path.isabs(origin):
            continue
        if not real(origin).startswith(places) and not origin.startswith(places):
            return "it imports " + name + " from " + origin
    threads = len(os.listdir("/proc/self/task"))
    if threads != 1:
        return "what it imports has started " + str(threads - 1) + " threads"
    return None


def _load_ours():
    """Imports every module beside this one: while a forked process runs, its folder may be another one's."""
    for name in sorted(os.listdir(os.path.dirname(os.path.abspath(__file__)))):
        if name.endswith(".py"):
            importlib.import_module(name[: -len(".py")])


def _stamps():
    """What is known of every file that was imported, and what is in every folder that modules are looked for in."""
    files = [getattr(getattr(module, "__spec__", None), "origin", None) for module in list(sys.modules.values())]
    places = _places()
    folders = [entry for entry in sys.path if (entry + os.sep).startswith(places)]
    stamps = {}
    for path in files + folders:
        if path and os.path.isabs(path) and path not in stamps:
            stamps[path] = _stamp(path)
    return stamps


def _stamp(path):
    try:
        found = os.stat(path)
        if stat.S_ISDIR(found.st_mode):
            # Its time changes with the compiled forms of what is in it, too.
            return sorted(name for name in os.listdir(path) if name != "__pycache__")
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _opener(directory):
    """Opens files of that folder, whatever it is called by now."""
    return lambda name, flags: os.open(name, flags, 0o666, dir_fd=directory)


def _write(directory, name, text):
    with open(name + ".partial", "w", encoding="utf-8", opener=_opener(directory)) as file:
        file.write(text)
    os.replace(name + ".partial", name, src_dir_fd=directory, dst_dir_fd=directory)


def _silence():
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.close(null)


def serve(folder):
    """Returns in each process that is forked, and nowhere else."""
    try:
        _silence()
        # It stays ours where another one takes the name.
        directory = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except BaseException:
        os._exit(1)
    try:
        with open("order.json", encoding="utf-8", opener=_opener(directory)) as file:
            order = json.load(file)
        if order["key"] != os.environ.pop("ONRAMP_FORK_SERVER_KEY", None):
            # It was written for one that was started later, with another environment.
            os._exit(0)
        _load_ours()
        for name in order["without"]:
            os.environ.pop(name, None)
        # Python has looked at the variable already.
        sys.dont_write_bytecode = bool(os.environ.get("PYTHONDONTWRITEBYTECODE"))
        begun = time.time_ns()
        reason = _preload(order["modules"])
        stamps = _stamps()
        if any(isinstance(stamp, tuple) and stamp[0] > begun for stamp in stamps.values()):
            reason = reason or "a package changed while it was imported"
        if reason is None:
            listener, mark = _bind(directory)
    except BaseException as error:
        reason = type(error).__name__ + ": " + str(error)
    if reason is None:
        try:
            return _listen(folder, directory, listener, mark, order["idle"], stamps)
        except BaseException:
            # Whoever was asked for may be gone. That says nothing of what was imported.
            os._exit(1)
    try:
        _write(directory, "unsuitable", reason)
    finally:
        os._exit(1)


def _bind(directory):
    """A socket in the folder, and how to know it again."""
    listener = socket.socket(socket.AF_UNIX)
    # By a short name: the address of a socket may have about a hundred bytes.
    back = os.getcwd()
    os.fchdir(directory)
    listener.bind("socket.partial")
    os.rename("socket.partial", "socket")
    mark = _stamp("socket")[2]
    os.chdir(back)
    listener.listen(8)
    return listener, mark


def _listen(folder, directory, listener, mark, idle, stamps):
    import gc

    place = os.path.join(folder, "socket")
    # What is here stays, so that a forked process has nothing to collect, and shares its memory.
    gc.collect()
    gc.freeze()
    deadline = time.monotonic() + idle
    while time.monotonic() < deadline:
        found = _stamp(place)
        if found is None or found[2] != mark:
            # We were told to end before we listened, the worktree is gone, or another one has taken over.
            os._exit(0)
        ready, _, _ = select.select([listener], [], [], _TICK)
        _reap()
        if not ready:
            continue
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(_PATIENCE)
            try:
                request = _receive(connection)
            except (OSError, ValueError):
                continue
            if request == "end":
                _end(directory)
            if request is None:
                continue
            if any(_stamp(path) != stamp for path, stamp in stamps.items()):
                connection.sendall(b"stale\n")
                _end(directory)
            if os.fork() == 0:
                listener.close()
                os.close(directory)
                _become(connection, *request)
                return
            for descriptor in request[1]:
                os.close(descriptor)
        os.utime("socket", dir_fd=directory)
        deadline = time.monotonic() + idle
    _end(directory)


def _end(directory):
    """Whoever waits for that sees it by the end of the connection, which is open until then. Another one may listen under
    our name by now, so the socket is that of our own folder."""
    try:
        os.unlink("socket", dir_fd=directory)
    finally:
        os._exit(0)


def _reap():
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def _receive(connection):
    """An environment and descriptors to run with, or `end`; `None` where somebody only wanted to know whether we are
    here."""
    descriptors = []
    kind, ancillary, _, _ = connection.recvmsg(1, socket.CMSG_SPACE(4 * struct.calcsize("i")))
    for level, sort, data in ancillary:
        if level == socket.SOL_SOCKET and sort == socket.SCM_RIGHTS:
            count = len(data) // struct.calcsize("i")
            descriptors += struct.unpack("%di" % count, data[: count * struct.calcsize("i")])
    if kind == b"e":
        return "end"
    if kind != b"f":
        return None
    try:
        (length,) = struct.unpack("<I", _exactly(connection, 4))
        directory, *variables = _exactly(connection, length).split(b"\0")
        if len(descriptors) != 4:
            raise ValueError("descriptors are missing")
    except Exception:
        for descriptor in descriptors:
            os.close(descriptor)
        raise
    return directory, descriptors, variables


def _exactly(connection, length):
    parts = []
    while length > 0:
        part = connection.recv(min(length, 1 << 16))
        if not part:
            raise ValueError("the request ends too early")
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def _become(connection, directory, descriptors, variables):
    """Makes this process what whoever asked would have started."""
    import fcntl

    os.setsid()
    lifeline = descriptors[3]
    # The system sends IO, which ends us, when the other side closes; what is closed already is read as an end.
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([lifeline], [], [], 0)[0]:
        os._exit(1)
    for target, descriptor in enumerate(descriptors[:3]):
        os.dup2(descriptor, target)
        os.close(descriptor)
    os.chdir(directory)
    os.environ.clear()
    for variable in variables:
        name, _, value = variable.partition(b"=")
        os.environb[name] = value
    connection.sendall(b"%d\n" % os.getpid())
    connection.close()
