"""Work in the background: a bounded queue on disk, one job at a time, clients in turn.

A job runs in a process of its own, so that cancelling or crashing gives its memory back. Its state
lies in the database: after a kill at any moment, what was queued is queued and what was running is
run again, once; a job that takes its process down twice is not tried a third time.
"""

from __future__ import annotations

import shutil
import threading
import time
from contextlib import suppress
from typing import Any

from sqlalchemy import func, select

from rosetail.studio.child import SPAWN
from rosetail.studio.database import Database
from rosetail.studio.problems import Problem, not_found
from rosetail.studio.render import run_job
from rosetail.studio.settings import Settings
from rosetail.studio.store import Store
from rosetail.studio.tables import Job

MOST_ATTEMPTS = 2
LOOK = 0.2  # seconds between looks at a running job
WAITING = ("queued", "running")


class Jobs:
    """The queue of one studio. :meth:`start` once, :meth:`stop` at the end."""

    def __init__(self, settings: Settings, database: Database, store: Store) -> None:
        self._settings, self._database, self._store = settings, database, store
        self._news, self._stopping = threading.Event(), threading.Event()
        self._cancelled: set[str] = set()
        self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)

    def start(self) -> None:
        """Take up what an earlier studio left, and go on."""
        with self._database.begin() as session:
            for job in session.scalars(select(Job).where(Job.state == "running")):
                again = job.attempts < MOST_ATTEMPTS
                job.state = "queued" if again else "failed"
                job.message = (
                    "the studio stopped meanwhile; begun again"
                    if again
                    else f"the studio stopped {job.attempts} times while it ran; queue it again"
                )
        self._thread.start()

    def stop(self) -> None:
        """Stop; a job that runs is queued again and loses no attempt."""
        self._stopping.set()
        self._news.set()
        self._thread.join()

    def add(self, kind: str, name: str, client: str, spec: dict[str, Any]) -> Job:
        """Queue a job. Raises Problem 429 where too many wait."""
        limits = self._settings.limits
        with self._database.begin() as session:
            waiting = select(func.count()).select_from(Job).where(Job.state.in_(WAITING))
            own = waiting.where(Job.client == client)
            if (session.scalar(waiting) or 0) >= limits.waiting_jobs or (
                session.scalar(own) or 0
            ) >= limits.waiting_jobs_each:
                raise Problem(
                    429, "busy", "too many renders are waiting; cancel one or wait", retry_after=30
                )
            job = Job(name=name, kind=kind, client=client, spec=spec)
            session.add(job)
        self._news.set()
        return job

    def get(self, id: str) -> Job:
        """The job, or 404."""
        with self._database.begin() as session:
            job = session.get(Job, id)
        if job is None:
            raise not_found("job")
        return job

    def all(self) -> list[Job]:
        """All jobs, newest first."""
        with self._database.begin() as session:
            return list(session.scalars(select(Job).order_by(Job.created.desc())))

    def cancel(self, id: str) -> Job:
        """Cancel what waits or runs; what has ended stays as it is."""
        with self._database.begin() as session:
            job = session.get(Job, id)
            if job is None:
                raise not_found("job")
            if job.state == "queued":
                job.state, job.finished = "cancelled", time.time()
            elif job.state == "running":
                self._cancelled.add(id)
        return job

    def again(self, id: str) -> Job:
        """Queue a failed or cancelled job once more."""
        with self._database.begin() as session:
            job = session.get(Job, id)
            if job is None:
                raise not_found("job")
            if job.state not in ("failed", "cancelled"):
                raise Problem(409, "state", f"the job is {job.state}; only an ended one can be run")
            job.state, job.attempts, job.message, job.done = "queued", 0, "", 0
        self._news.set()
        return job

    def remove(self, id: str) -> None:
        """Forget a job and delete what it made."""
        job = self.get(id)
        if job.state == "running":
            raise Problem(409, "state", "the job is running; cancel it first")
        with self._database.begin() as session:
            session.delete(job)
        self._store.remove("jobs", id)

    def _work(self) -> None:
        while not self._stopping.is_set():
            job = self._claim()
            if job is None:
                self._news.wait(5.0)
                self._news.clear()
                continue
            self._run(job)

    def _claim(self) -> Job | None:
        """The next job: of those that wait, the client who was served longest ago, then the first
        that came."""
        with self._database.begin() as session:
            waiting = list(
                session.scalars(select(Job).where(Job.state == "queued").order_by(Job.created))
            )
            if not waiting:
                return None
            asked = select(Job.client, func.max(Job.started)).group_by(Job.client)
            served = {row[0]: row[1] for row in session.execute(asked)}
            job = min(waiting, key=lambda each: served.get(each.client) or 0.0)
            job.state, job.started, job.done = "running", time.time(), 0
            job.attempts += 1
        return job

    def _run(self, job: Job) -> None:
        folder = self._store.path("jobs", job.id)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        ours, theirs = SPAWN.Pipe()
        process = SPAWN.Process(
            target=run_job,
            args=(theirs, job.kind, job.spec, str(folder), self._settings.backend),
            name="render",
            daemon=True,
        )
        process.start()
        theirs.close()
        ended: dict[str, Any] = {}
        reached: dict[str, Any] = {}
        written = 0.0
        while not ended and not self._stopping.is_set() and job.id not in self._cancelled:
            try:
                if not ours.poll(LOOK):
                    continue
                news = ours.recv()
            except (EOFError, OSError):
                break
            if "state" in news:
                ended = news
                continue
            reached = news
            if time.monotonic() - written > LOOK:
                written = time.monotonic()
                self._note(job.id, **reached)
        process.kill() if not ended else process.join(LOOK)
        process.join()
        ours.close()
        if ended:
            self._note(job.id, **reached, **ended, finished=time.time(), bytes=_size(folder))
            return
        shutil.rmtree(folder, ignore_errors=True)
        if self._stopping.is_set():
            self._note(job.id, state="queued", attempts=job.attempts - 1)
        elif job.id in self._cancelled:
            self._cancelled.discard(job.id)
            self._note(job.id, state="cancelled", finished=time.time())
        elif job.attempts < MOST_ATTEMPTS:
            self._note(job.id, state="queued", message="its process stopped; begun again")
        else:
            why = "its process stopped twice, perhaps for want of memory; try a smaller clip"
            self._note(job.id, state="failed", message=why, finished=time.time())

    def _note(self, id: str, **values: Any) -> None:
        with self._database.begin() as session:
            job = session.get(Job, id)
            if job is not None:
                for name, value in values.items():
                    setattr(job, name, value)


def _size(folder: Any) -> int:
    total = 0
    for name in folder.iterdir() if folder.is_dir() else ():
        with suppress(OSError):
            total += name.stat().st_size
    return total
