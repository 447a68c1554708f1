"""Contenders: each in a process of its own, prepared once, asked to run again and again.

So each has its own memory to be measured and its own threads, none pays for what another imported, and runs can be
taken in turn. What is run in here may have an interpreter of its own; this module needs nothing but Python.
"""

import importlib
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

_ROOT = Path(__file__).resolve().parent.parent.parent


class Run(NamedTuple):
    """One run of a contender."""

    wall: float
    """Seconds by the clock."""
    cpu: float
    """Seconds of all its threads."""
    memory: int
    """Most bytes its process has held in memory so far, from its start."""
    answer: Any
    """What it gave back, as JSON has it."""


class Failed(Exception):
    """A contender could not start, or broke; the message is the end of what it said."""


class Contender:
    """A process that has prepared one thing to be run."""

    def __init__(
        self, function: str, *arguments: object, python: str = sys.executable, environment: dict[str, str] | None = None
    ) -> None:
        """Start it.

        Args:
            function: `module:function`; given the arguments, it prepares and hands back what is to be run. That may
                hand back an answer, or a function that works it out and whose time does not count.
            arguments: As JSON has them.
            python: The interpreter.
            environment: Variables to set.
        """
        self.function = function
        path = os.pathsep.join(filter(None, (str(_ROOT / "src"), str(_ROOT), os.environ.get("PYTHONPATH"))))
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 -- closed with the process; a pipe that nobody reads would stop it once it is full
        self.process = subprocess.Popen(
            [python, "-m", "tools.bench.child", function, json.dumps(arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            cwd=_ROOT,
            env=os.environ | {"PYTHONPATH": path} | (environment or {}),
        )
        self._answer()

    def _answer(self) -> Any:
        line = self.process.stdout.readline() if self.process.stdout else ""
        if not line:
            self.process.communicate()
            self._errors.seek(0)
            said = self._errors.read().strip().splitlines()
            raise Failed(f"{self.function}: {said[-1] if said else 'ended without a word'}")
        return json.loads(line)

    def run(self) -> Run:
        """Run it once."""
        assert self.process.stdin
        self.process.stdin.write("run\n")
        self.process.stdin.flush()
        return Run(*self._answer())

    def close(self) -> None:
        """Let it end."""
        if self.process.poll() is None:
            self.process.communicate("end\n")
        self._errors.close()


def in_turn(contenders: dict[str, Contender], runs: int) -> dict[str, list[Run]]:
    """Run contenders one after the other, again and again; the first round warms and is not counted."""
    found: dict[str, list[Run]] = {name: [] for name in contenders}
    try:
        for number in range(runs + 1):
            for name, contender in contenders.items():
                one = contender.run()
                if number:
                    found[name].append(one)
    finally:
        for contender in contenders.values():
            contender.close()
    return found


def middle(runs: Sequence[Run]) -> Run:
    """Take the median times, the most memory and the last answer."""
    wall, cpu = (statistics.median(getattr(run, name) for run in runs) for name in ("wall", "cpu"))
    return Run(wall, cpu, max(run.memory for run in runs), runs[-1].answer)


def peak_memory() -> int:
    """Tell the most bytes this process has held; what a parent held before it started it does not count."""
    try:
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass  # not Linux: the next best thing
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _main(function: str, arguments: list[Any]) -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a library prints must not come between the answers
    module, _, name = function.partition(":")
    action: Callable[[], object] = getattr(importlib.import_module(module), name)(*arguments)
    print(json.dumps("ready"), file=answers, flush=True)
    for line in sys.stdin:
        if line.strip() != "run":
            return
        start, spent = perf_counter(), _spent()
        answer = action()
        took = perf_counter() - start, _spent() - spent
        if callable(answer):  # what is compared is worked out after the clock has stopped
            answer = answer()
        print(json.dumps([*took, peak_memory(), answer]), file=answers, flush=True)


if __name__ == "__main__":
    _main(sys.argv[1], json.loads(sys.argv[2]))
