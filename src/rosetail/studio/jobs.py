"""Background jobs: a bounded queue in the database, one job at a time, clients in turn.

Each job runs in a separate process, so cancelling or a crash frees its memory. If the studio is
killed, queued jobs stay queued and a running one continues; a job whose process dies twice without
finishing more of it is not retried.
"""

from __future__ import annotations

import shutil
import threading
import time
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from rosetail.studio.child import SPAWN
from rosetail.studio.database import Database
from rosetail.studio.problems import Problem
from rosetail.studio.render import finished_parts, run_job
from rosetail.studio.settings import StudioSettings
from rosetail.studio.store import Store
from rosetail.studio.tables import DeletedRow, JobRow

MOST_ATTEMPTS = 2
POLL_SECONDS = 0.2
PROXY = "proxy"  # kind of the jobs that make clips playable
WAITING = ("queued", "running")


class Jobs:
    """The queue of one studio. Call :meth:`start` once and :meth:`stop` at the end."""

    def __init__(self, settings: StudioSettings, database: Database, store: Store) -> None:
        self._settings, self._database, self._store = settings, database, store
        self._changed, self._stopping = threading.Event(), threading.Event()
        self._cancelled: set[str] = set()
        self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)

    def start(self) -> None:
        """Requeue jobs that were interrupted, and start working."""
        for job in self._database.all(JobRow, JobRow.state == "running"):
            if job.attempts < MOST_ATTEMPTS:
                self._update(job.id, state="queued", message="the studio stopped; continued")
            else:
                message = f"the studio stopped {job.attempts} times during this job; try again"
                self._update(job.id, state="failed", message=message)
        self._thread.start()

    def stop(self) -> None:
        """Stop; a running job is queued again and the attempt is not counted."""
        self._stopping.set()
        self._changed.set()
        self._thread.join()

    def add(self, kind: str, name: str, client: str, spec: dict[str, Any]) -> JobRow:
        """Queue a job. Raises Problem 429 if too many wait."""
        limits = self._settings.limits
        waiting = [job.client for job in self._database.all(JobRow, JobRow.state.in_(WAITING))]
        if len(waiting) >= limits.waiting_jobs or waiting.count(client) >= limits.waiting_jobs_each:
            raise Problem(
                429, "busy", "too many jobs are waiting; cancel one or wait", retry_after=30
            )
        job = self._database.add(JobRow(name=name, kind=kind, client=client, spec=spec))
        self._changed.set()
        return job

    def cancel(self, id: str) -> JobRow:
        """Cancel a waiting or running job; an ended job is unchanged."""
        with self._database.edit(JobRow, id) as job:
            if job.state == "queued":
                job.state, job.finished = "cancelled", time.time()
            elif job.state == "running":
                self._cancelled.add(id)
        return job

    def retry(self, id: str) -> JobRow:
        """Queue a failed or cancelled job again."""
        with self._database.edit(JobRow, id) as job:
            if job.state not in ("failed", "cancelled"):
                raise Problem(
                    409, "state", f"the job is {job.state}; only failed or cancelled jobs run again"
                )
            job.state, job.attempts, job.message, job.done = "queued", 0, "", 0
        self._changed.set()
        return job

    def _work(self) -> None:
        while not self._stopping.is_set():
            job = self._claim()
            if job is None:
                self._changed.wait(5.0)
                self._changed.clear()
                continue
            self._run(job)

    def _claim(self) -> JobRow | None:
        """Start the next job: the oldest of the client that was served least recently."""
        with self._database.begin() as session:
            hidden = JobRow.id.in_(select(DeletedRow.id))
            queued = select(JobRow).where(JobRow.state == "queued", ~hidden)
            queued = queued.order_by(JobRow.created)
            jobs = list(session.scalars(queued))
            if not jobs:
                return None
            last_served = select(JobRow.client, func.max(JobRow.started)).group_by(JobRow.client)
            served = {row[0]: row[1] for row in session.execute(last_served)}
            # A proxy comes first: somebody waits for it to see the clip.
            job = min(jobs, key=lambda job: (job.kind != PROXY, served.get(job.client) or 0.0))
            job.state, job.started, job.done = "running", time.time(), 0
            job.attempts += 1
        return job

    def _run(self, job: JobRow) -> None:
        folder = self._store.path("jobs", job.id)
        folder.mkdir(exist_ok=True)
        before = finished_parts(folder)
        ours, theirs = SPAWN.Pipe()
        process = SPAWN.Process(
            target=run_job,
            args=(theirs, job.kind, job.spec, str(folder), self._settings.backend),
            name="render",
            daemon=True,
        )
        process.start()
        theirs.close()
        result = self._follow(job.id, ours)
        process.join(POLL_SECONDS) if result else process.kill()
        process.join()
        ours.close()
        if result:
            self._update(job.id, **result, finished=time.time(), bytes=_size(folder))
            return
        if self._stopping.is_set():
            self._update(job.id, state="queued", attempts=job.attempts - 1)
        elif job.id in self._cancelled:
            self._cancelled.discard(job.id)
            shutil.rmtree(folder, ignore_errors=True)
            self._update(job.id, state="cancelled", finished=time.time())
        elif finished_parts(folder) > before:
            message = "its process stopped; continued"
            self._update(job.id, state="queued", attempts=0, message=message)
        elif job.attempts < MOST_ATTEMPTS:
            self._update(job.id, state="queued", message="its process stopped; started again")
        else:
            message = "its process stopped twice, perhaps out of memory; try a smaller clip"
            self._update(job.id, state="failed", message=message, finished=time.time())

    def _follow(self, id: str, pipe: Connection) -> dict[str, Any]:
        """Store the progress of a running job until it ends; its last state, or {} without one."""
        progress: dict[str, Any] = {}
        written = 0.0
        while not self._stopping.is_set() and id not in self._cancelled:
            try:
                if not pipe.poll(POLL_SECONDS):
                    continue
                message = pipe.recv()
            except (EOFError, OSError):
                break
            if "state" in message:
                return progress | message
            progress = message
            if time.monotonic() - written > POLL_SECONDS:
                written = time.monotonic()
                self._update(id, **progress)
        return {}

    def _update(self, id: str, **values: Any) -> None:
        with self._database.begin() as session:
            job = session.get(JobRow, id)
            if job is not None:
                for name, value in values.items():
                    setattr(job, name, value)


def _size(folder: Path) -> int:
    total = 0
    for path in folder.iterdir() if folder.is_dir() else ():
        with suppress(OSError):
            total += path.stat().st_size
    return total
