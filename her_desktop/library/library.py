"""What is done with models while the window goes on: fetched, checked, removed, brought in.

Two lanes: one for the network, where a download may take an hour and a few run side by side, and
one for the disk, so that nothing waits an hour for it. What is under way outlives the page that
shows it.
Rule: every method is called on the window's thread and returns at once; what happens is told in
events, which come from the lanes' threads.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from her_desktop.catalogue import HUB, Model
from her_desktop.conversation.events import Event
from her_desktop.downloads.faults import DownloadError
from her_desktop.downloads.fetch import Patience
from her_desktop.downloads.install import check, install, install_from_folder, remove
from her_desktop.downloads.progress import Progress, Report, State
from her_desktop.downloads.space import Space
from her_desktop.downloads.stop import Stop
from her_desktop.inference.opening import Opened
from her_desktop.inference.protocols import ModelError
from her_desktop.library.arrival import bring_in
from her_desktop.library.cache import cache_folder, cached, search
from her_desktop.library.lane import Lane
from her_desktop.library.news import CacheSearched, Found, ModelsChanged, Task, TaskMoved

UNDER_WAY = (State.WAITING, State.DOWNLOADING, State.VERIFYING)
_IMPORT = "import-"
IN_USE = "{name} is in use; choose another in the settings first."
UNFORESEEN = "Something went wrong inside; the log has the details. Please try again."

_SIDE_BY_SIDE = 3
"""Downloads at once: one slow server does not hold up the others, and a profile is three models."""


@dataclass(frozen=True)
class Shelves:
    """Where models are and how they are known; the calls come from the lanes' threads too.

    `known` reads them anew each time, as the user may have brought one; `in_use` gives the ids of
    those that are chosen.
    """

    models_dir: Path
    known: Callable[[], Mapping[str, Model]]
    locate: Callable[[Model], Path | None]
    in_use: Callable[[], Collection[str]]
    opened: Opened


@dataclass
class _Errand:
    """One thing that is done with one model, and how far it is; `begun` once it left the line."""

    task: Task
    progress: Progress
    stop: Stop = field(default_factory=Stop)
    begun: bool = False


class Library:
    """Owns the two lanes and what is known of everything under way."""

    def __init__(
        self,
        shelves: Shelves,
        tell: Callable[[Event], None],
        *,
        hub: str = HUB,
        cache: Path | None = None,
        patience: Patience | None = None,
    ) -> None:
        """Begin with nothing to do. `tell` is called on any thread and must return at once."""
        self._shelves = shelves
        self._tell = tell
        self._hub = hub
        self._cache = cache or cache_folder()
        self._patience = patience
        self._errands: dict[str, _Errand] = {}
        self._guard = Lock()
        self._space = Space()
        self._network = Lane("downloads", _SIDE_BY_SIDE)
        self._disk = Lane("models")
        self._imports: list[Path] = []
        self.found: tuple[Found, ...] = ()
        """What the last search of the cache gave."""

    # --- what is known -------------------------------------------------------------------------

    @property
    def models_dir(self) -> Path:
        """Where models are brought to."""
        return self._shelves.models_dir

    def known(self) -> Mapping[str, Model]:
        """Return every model by id, those that the user brought among them."""
        return self._shelves.known()

    def place(self, model: Model) -> Path | None:
        """Return the folder that holds a model whole, None where it is not here."""
        return self._shelves.locate(model)

    def can_remove(self, model: Model) -> bool:
        """Tell whether a model lies where this program put it, and is not in use."""
        where = self.place(model)
        is_ours = where == self.models_dir / model.kind / model.id
        return is_ours and model.id not in self._shelves.in_use()

    def under_way(self) -> dict[str, tuple[Task, Progress]]:
        """Return what is being done, or ended without success, by the model's id."""
        with self._guard:
            return {key: (errand.task, errand.progress) for key, errand in self._errands.items()}

    def import_name(self, key: str) -> str:
        """Return the name of the file or folder that is taken in under `key`."""
        return self._imports[int(key.removeprefix(_IMPORT))].name

    # --- what the user wants -------------------------------------------------------------------

    def download(self, model_id: str) -> None:
        """Fetch a model, or go on where it was left, beside others and after those that wait."""
        model = self.known()[model_id]

        def fetch(stop: Stop, report: Report) -> Progress:
            ended = self._fetch(model, stop, report)
            if ended.state is State.DONE:
                # Every byte was compared with the catalogue: it needs no trial of its own.
                self._shelves.opened.remember(model.paths(self._place_of(model)))
            return ended

        self._run(self._network, model, Task.DOWNLOAD, fetch)

    def pause(self, model_id: str) -> None:
        """Stop a download to go on later."""
        self._end(model_id, paused=True)

    def cancel(self, model_id: str) -> None:
        """Give up what is being done; what has arrived stays, should the user think again."""
        self._end(model_id, paused=False)

    def verify(self, model_id: str) -> None:
        """Compare every byte of a model with what it should be."""
        model = self.known()[model_id]

        def compare(stop: Stop, report: Report) -> Progress:
            where = self.place(model) or self._place_of(model)
            return check(model, where, stop=stop, report=report)

        self._run(self._disk, model, Task.VERIFY, compare)

    def remove(self, model_id: str) -> None:
        """Take a model off the disk, unless it is in use."""
        model = self.known()[model_id]

        def take_away(_stop: Stop, _report: Report) -> Progress:
            if model.id in self._shelves.in_use():
                return Progress(State.FAILED, 0, model.size, message=IN_USE.format(name=model.name))
            try:
                remove(model, self.models_dir)
            except DownloadError as error:
                return Progress(State.FAILED, 0, model.size, message=str(error))
            return Progress(State.DONE, model.size, model.size)

        self._run(self._disk, model, Task.REMOVE, take_away)

    def bring_in(self, path: Path) -> str:
        """Take in a file or folder of the user's; return the name that its progress goes by."""
        key = f"{_IMPORT}{len(self._imports)}"
        self._imports.append(path)
        brought: list[str] = []

        def take(stop: Stop, report: Report) -> Progress:
            shelves = self._shelves
            taken = shelves.known().keys()
            try:
                model, ended = bring_in(
                    path,
                    self.models_dir,
                    taken,
                    shelves.opened,
                    stop=stop,
                    report=report,
                    space=self._space,
                )
            except ModelError as error:
                return Progress(State.FAILED, 0, 0, message=str(error))
            if ended.state is State.DONE and model is not None:
                brought.append(model.id)
            return ended

        self._begin(self._disk, key, Task.IMPORT, 0, take, brought)
        return key

    def search_cache(self) -> None:
        """Look for models that other programs fetched; `CacheSearched` tells what there is."""

        def look() -> None:
            self.found = tuple(search(self._cache))
            self._tell(CacheSearched(at=time.monotonic(), found=self.found))

        self._disk.put(look)

    def dismiss(self, key: str) -> None:
        """Forget how something ended, once it was read."""
        with self._guard:
            errand = self._errands.get(key)
            if errand and errand.progress.state not in UNDER_WAY:
                del self._errands[key]

    def stop(self, timeout: float | None = None) -> bool:
        """End everything; False where a thread still runs after `timeout` seconds."""
        with self._guard:
            under_way = list(self._errands.values())
        for errand in under_way:
            errand.stop.pause()
        lanes = (self._network, self._disk)
        for lane in lanes:
            lane.stop()
        deadline = None if timeout is None else time.monotonic() + timeout
        ended = [
            lane.join(None if deadline is None else max(0.0, deadline - time.monotonic()))
            for lane in lanes
        ]
        return all(ended)

    # --- on the lanes --------------------------------------------------------------------------

    def _run(
        self, lane: Lane, model: Model, task: Task, work: Callable[[Stop, Report], Progress]
    ) -> None:
        self._begin(lane, model.id, task, model.size, work, [])

    def _begin(
        self,
        lane: Lane,
        key: str,
        task: Task,
        size: int,
        work: Callable[[Stop, Report], Progress],
        brought: list[str],
    ) -> None:
        """Put work on a lane, unless something is being done with that model already."""
        errand = _Errand(task, Progress(State.WAITING, 0, size))
        with self._guard:
            before = self._errands.get(key)
            if before and before.progress.state in UNDER_WAY:
                return
            self._errands[key] = errand
        self._say(key, errand)

        def report(progress: Progress) -> None:
            if progress.state in UNDER_WAY:
                self._note(key, errand, progress)

        def carry_out() -> None:
            with self._guard:
                if errand.progress.state not in UNDER_WAY:
                    return
                errand.begun = True
            # What nobody foresaw goes to the lane's log; here it must not look as if it went on.
            ended = Progress(State.FAILED, 0, size, message=UNFORESEEN)
            try:
                ended = work(errand.stop, report)
                if ended.state is State.DONE and task is not Task.VERIFY:
                    new = brought[0] if brought else ""
                    self._tell(ModelsChanged(at=time.monotonic(), brought=new))
            finally:
                self._note(key, errand, ended)

        lane.put(carry_out)

    def _end(self, key: str, *, paused: bool) -> None:
        with self._guard:
            errand = self._errands.get(key)
            if errand is None:
                return
            if paused:
                errand.stop.pause()
            else:
                errand.stop.cancel()
            progress = errand.progress
            # What has not begun, or rests, ends here; the rest ends where it is at work.
            is_in_line = progress.state in UNDER_WAY and not errand.begun
            if not is_in_line and (paused or progress.state is not State.PAUSED):
                return
            ended = State.PAUSED if paused else State.CANCELLED
            errand.progress = Progress(ended, progress.done, progress.total)
        self._say(key, errand)

    def _note(self, key: str, errand: _Errand, progress: Progress) -> None:
        with self._guard:
            if self._errands.get(key) is not errand:
                return
            errand.progress = progress
        self._say(key, errand)

    def _say(self, key: str, errand: _Errand) -> None:
        at = time.monotonic()
        self._tell(TaskMoved(at=at, model=key, task=errand.task, progress=errand.progress))

    def _fetch(self, model: Model, stop: Stop, report: Report) -> Progress:
        """Take a model out of the cache of other programs where it lies there, else download it."""
        folder = cached(model, self._cache)
        if folder is not None:
            ended = install_from_folder(
                model,
                folder,
                self.models_dir,
                stop=stop,
                report=report,
                patience=self._patience,
                space=self._space,
            )
            if ended.state is not State.FAILED:
                return ended
        return install(
            model,
            self.models_dir,
            stop=stop,
            report=report,
            hub=self._hub,
            patience=self._patience,
            space=self._space,
        )

    def _place_of(self, model: Model) -> Path:
        return self.models_dir / model.kind / model.id
