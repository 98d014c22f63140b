"""Grade jobs on a Slurm cluster through submitit: an array, a few submissions in each task.

The folder of the run, the submissions and this project lie on a file system that all nodes share.
A task that reaches its time limit or whose node is lost is queued again and goes on where it was.
"""

from __future__ import annotations

import io
import shlex
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.backends.batch import PROJECT, Batch
from autograder.backends.jobs import Job, Report
from autograder.backends.rounds import grade_in_rounds
from autograder.course.machines import SlurmTable
from autograder.errors import KitError
from autograder.grade.settings import Settings
from autograder.result import Result

RESTARTS = 5  # of a task that reaches its time limit
_WARNING_SECONDS = 20  # that Slurm gives a task before the limit
_HELD = "held"  # in the reason of a job that Slurm will not start by itself


@dataclass(frozen=True)
class Slurm:
    """A backend: what the tasks of an array may use, and how many run at a time."""

    table: SlurmTable
    pause: float = 1.0

    def grade_all(self, jobs: Sequence[Job], settings: Settings, report: Report) -> list[Result]:
        """Grade ``jobs`` and return their results in order; ``report`` is called for each."""
        return grade_in_rounds(self, jobs, settings, report)

    def start(self, jobs: Sequence[Job], settings: Settings, folder: Path) -> RunningArray:
        """Submit an array that grades ``jobs``."""
        size = self.table.submissions
        groups = [jobs[i : i + size] for i in range(0, len(jobs), size)]
        batches = [
            Batch.write(folder / f"batch{number}", group, settings, self.table.cpus)
            for number, group in enumerate(groups, 1)
        ]
        submitit = _submitit()
        try:
            executor = submitit.SlurmExecutor(folder / "slurm", max_num_timeout=RESTARTS)
            executor.update_parameters(**self.parameters())
            with redirect_stderr(io.StringIO()):  # where submitit repeats what Slurm says
                tasks = executor.map_array(Task(), [str(batch.folder) for batch in batches])
        except submitit.core.utils.FailedJobError as error:
            raise KitError(f"Slurm refused the jobs: {_reason(str(error))}.") from None
        except (OSError, RuntimeError) as error:
            raise KitError(f"Slurm could not be reached: {error}.") from None
        return RunningArray(batches, tasks)

    def parameters(self) -> dict[str, Any]:
        """Return what submitit is told about every task."""
        table = self.table
        chosen = {
            "partition": table.partition,
            "account": table.account,
            "gpus_per_node": table.gpus_per_node,
        }
        return {
            "job_name": "grading",
            "time": table.minutes,
            "mem": f"{table.memory_mb}MB",
            "cpus_per_task": table.cpus,
            "array_parallelism": table.most_running,
            "signal_delay_s": _WARNING_SECONDS,
            "setup": [f"export PYTHONPATH={shlex.quote(str(PROJECT))}"],
            "additional_parameters": {"requeue": True, "open_mode": "append"},
        } | {key: value for key, value in chosen.items() if value is not None}


class Task:
    """What a task of the array does; submitit stores it and calls it on the node."""

    def __call__(self, folder: str) -> None:
        """Grade the batch in ``folder`` in a process of its own.

        Slurm's warning before the time limit reaches all processes of a task; only this one may
        act on it.
        """
        command = Batch.read(Path(folder)).command(sys.executable)
        before = signal.signal(signal.SIGUSR2, signal.SIG_IGN)
        with subprocess.Popen(command, stdin=subprocess.PIPE) as process:  # noqa: S603
            signal.signal(signal.SIGUSR2, before)
            process.wait()
        if process.returncode:
            raise SystemExit(process.returncode)

    def checkpoint(self, folder: str) -> Any:
        """Return what to do when the task is queued again: the same; finished jobs are kept."""
        return _submitit().helpers.DelayedSubmission(self, folder)


class RunningArray:
    """An array of which some tasks may still run."""

    def __init__(self, batches: Sequence[Batch], tasks: Sequence[Any]) -> None:
        self.batches = batches
        self._tasks = tasks
        self._array = str(tasks[0].job_id).partition("_")[0]

    def is_alive(self) -> bool:
        """Tell whether the queue still has a task that runs or will start."""
        done = subprocess.run(  # noqa: S603
            ["squeue", "--noheader", f"--jobs={self._array}", "--format=%T %r"],  # noqa: S607
            capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        if done.returncode:  # a controller that does not answer is asked again
            return "Invalid job id" not in done.stderr
        return any(_HELD not in line.lower() for line in done.stdout.splitlines())

    def stop(self) -> None:
        """Cancel what is still in the queue."""
        subprocess.run(["scancel", self._array], capture_output=True)  # noqa: S603, S607

    def last_words(self) -> str:
        """Return a sentence on where the tasks have written their logs."""
        return f"Read the logs of Slurm's job {self._array} in {self._tasks[0].paths.folder}."


def _reason(text: str) -> str:
    """Return what Slurm says last, without the name of its program."""
    lines = [line for line in text.splitlines() if "error:" in line] or [text.strip()]
    return lines[-1].rpartition("error:")[2].strip().rstrip(".")


def _submitit() -> Any:
    try:
        import submitit
    except ImportError:
        raise KitError(
            "Grading on Slurm needs submitit; run: pip install 'deep-learning-assignments[slurm]'."
        ) from None
    return submitit
