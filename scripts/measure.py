#!/usr/bin/env python3
"""Measures commands for `cargo xtask bench`: processor time, wall time and memory of each with all its descendants.

    measure.py JOB RESULT

JOB is a JSON file:

    {"what": "a cached task",          what is measured, for lines about the progress
     "rounds": 5,                      how often each command is measured, after `warm-up` runs that do not count
     "warm-up": 1,
     "trash": "/folder",               where things are moved to, on the same file system
     "contestants": [
       {"name": "make", "directory": "/folder", "argv": ["make", "all"],
        "environment": {"PATH": "/usr/bin:/bin"},       complete: nothing is added
        "discard": [".state", "stamps/"],               moved away before each run; one with a slash at its end
                                                        is made anew, empty
        "before": ["./reset"],                          run before each run and not measured, with the same directory
                                                        and environment; may be left out
        "check": ["test", "-f", "all"]}]}               the same after each run; if it fails, the run has failed

The commands take turns (A B A B ..), so that whatever else the machine does hits all alike. Things are moved away
instead of deleted because ext4 is slow to make files for some seconds after it has deleted many.

RESULT gets one line for each contestant, its fields separated by tabs:

    NAME ok CPU CPU_LOWEST CPU_HIGHEST WALL RSS         CPU, WALL: medians in microseconds, RSS: median in KiB
    NAME failed WHY

and before them `floor RSS`: a process that a Python process starts is said to have needed at least that much memory
(the kernel counts what it was before it became another program), so a smaller figure cannot be told.
"""

import json
import os
import signal
import sys
import time

TIME_LIMIT = 60
GRACE = 5
PROGRESS_EVERY = 1.0


class Failed(Exception):
    """A run that is no measurement."""


def discard(contestant: dict, trash: str) -> None:
    """Moves away what a cold run must not find."""
    for name in contestant["discard"]:
        path = os.path.join(contestant["directory"], name.rstrip("/"))
        if os.path.lexists(path):
            os.rename(path, os.path.join(trash, str(time.monotonic_ns())))
        if name.endswith("/"):
            os.mkdir(path)


def attend(contestant: dict, part: str, output: str) -> None:
    """Runs what is to be done before or after a run, if anything is."""
    argv = contestant.get(part)
    if argv:
        try:
            run({**contestant, "argv": argv}, output)
        except Failed as failure:
            raise Failed(f"{part}: {failure}") from failure


def run(contestant: dict, output: str):
    """Runs the command once. Returns processor seconds, wall seconds and KiB."""
    os.chdir(contestant["directory"])
    writing = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, output, writing, 0o600),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    argv = contestant["argv"]
    started = time.monotonic()
    try:
        pid = os.posix_spawnp(argv[0], argv, contestant["environment"], file_actions=actions)
    except OSError as error:
        raise Failed(f"{argv[0]}: {error.strerror}") from error
    status, usage, is_late = wait(pid)
    wall = time.monotonic() - started
    if is_late:
        raise Failed(f"no end after {TIME_LIMIT} s")
    if status != 0:
        with open(output, errors="replace") as lines:
            said = [line.strip() for line in lines if line.strip()]
        # What a program says first about its failure tells more than its last line, where it repeats that it failed.
        telling = [line for line in said if "error" in line.lower() or "overflow" in line.lower()] or said[-1:]
        code = os.waitstatus_to_exitcode(status)
        how = f"exit code {code}" if code >= 0 else signal.Signals(-code).name
        raise Failed(": ".join([how, *telling[:1]]))
    # macOS counts bytes, Linux KiB.
    memory = usage.ru_maxrss // 1024 if sys.platform == "darwin" else usage.ru_maxrss
    return usage.ru_utime + usage.ru_stime, wall, memory


def wait(pid: int):
    """Waits for the process, and ends it when it takes too long. Returns status, usage, and whether it did."""
    late = []

    def end(_number, _frame):
        late.append(True)
        os.kill(pid, signal.SIGTERM)
        signal.signal(signal.SIGALRM, lambda *_: os.kill(pid, signal.SIGKILL))
        signal.alarm(GRACE)

    signal.signal(signal.SIGALRM, end)
    signal.alarm(TIME_LIMIT)
    _, status, usage = os.wait4(pid, 0)
    signal.alarm(0)
    return status, usage, bool(late)


def measure(job: dict):
    """All runs of all contestants. Returns samples by name, and reasons by name."""
    trash = job["trash"]
    samples: dict = {contestant["name"]: [] for contestant in job["contestants"]}
    failures: dict = {}
    turns = job["warm-up"] + job["rounds"]
    print(f"{job['what']}: {len(job['contestants'])} commands, {turns} times", flush=True)
    told = time.monotonic()
    for turn in range(turns):
        for contestant in job["contestants"]:
            name = contestant["name"]
            if name in failures:
                continue
            if time.monotonic() - told > PROGRESS_EVERY:
                told = time.monotonic()
                print(f"{job['what']}: turn {turn + 1} of {turns}, {name}", flush=True)
            discard(contestant, trash)
            output = os.path.join(trash, "output")
            try:
                attend(contestant, "before", output)
                sample = run(contestant, output)
                attend(contestant, "check", output)
            except Failed as failure:
                failures[name] = str(failure)
                continue
            if turn >= job["warm-up"]:
                samples[name].append(sample)
    return samples, failures


def median(values) -> float:
    """Written here because the standard module would raise the memory of this process, and with it the floor."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def microseconds(seconds: float) -> str:
    return str(round(seconds * 1_000_000))


def result_line(name: str, samples: list) -> str:
    processor, wall, memory = zip(*samples)
    times = [median(processor), min(processor), max(processor), median(wall)]
    return "\t".join([name, "ok", *map(microseconds, times), str(round(median(memory)))])


def memory_floor(trash: str) -> int:
    nothing = {"directory": trash, "argv": ["true"], "environment": {}, "discard": []}
    return run(nothing, os.path.join(trash, "output"))[2]


def main() -> int:
    with open(sys.argv[1]) as file:
        job = json.load(file)
    result = os.path.abspath(sys.argv[2])
    os.makedirs(job["trash"], exist_ok=True)
    lines = [f"floor\t{memory_floor(job['trash'])}"]
    samples, failures = measure(job)
    for contestant in job["contestants"]:
        name = contestant["name"]
        if name in failures:
            reason = failures[name].replace("\t", " ")
            lines.append(f"{name}\tfailed\t{reason}")
        else:
            lines.append(result_line(name, samples[name]))
    with open(result, "w") as file:
        file.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
