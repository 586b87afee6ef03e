# SPDX-License-Identifier: Apache-2.0
"""How far fits are, live in a notebook.

A recorder in the JVM listens to the fit, as the one of the page in Spark's UI does. A thread asks it
twice a second while the fit runs in the thread of the caller, and ends with it. Whatever goes wrong
here ends the showing and not the fit.
"""

import html
import logging
import sys
import threading
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any, Dict, Iterator, List, Optional

from pyspark import InheritableThread

from sparkstrom._jar import java_class

_LOG = logging.getLogger(__name__)
_SECONDS = 0.5
_LAST_SECONDS = 30  # for the last look; then the fit ends without it
_MOST_ENDED = 5


def _shell() -> Optional[Any]:
    """The shell of IPython, if it runs in the kernel of a notebook."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell if hasattr(shell, "kernel") else None


class _Fit:
    """A fit as its recorder in the JVM has it."""

    def __init__(self, name: str):
        self._name = name
        self.recorder = java_class("org.sparkstrom.spark.training.history.FitRecorder")(name)
        self._ended = ""
        self.look()

    def look(self) -> None:
        history = self.recorder.history()
        state, curves = history.state(), history.curves()
        self._epoch, self._epochs = state.epoch(), state.epochs()
        self._seconds = state.seconds()
        losses, rows = curves.loss(), curves.rows()
        self._loss = losses[len(losses) - 1] if losses else None
        self._rows = rows[len(rows) - 1] if rows else 0
        if state.phase().name() == "COMPLETED":
            measured = history.epochs().measured()
            self._loss = measured[len(measured) - 1].loss() if measured else self._loss

    def end(self, failed: bool) -> None:
        """The last look, at what it has come to."""
        self.look()
        self._ended = "failed" if failed else "fitted"

    def text(self) -> str:
        if not self._epochs:
            return f"{self._name}: {self._ended or 'looks at the data'}"
        at = self._epoch if self._ended else min(self._epoch + 1, self._epochs)
        told = [f"epoch {at}/{self._epochs}"]
        if self._loss is not None:
            told.append(f"loss {self._loss:.4f}")
        if self._rows and self._seconds:
            told.append(f"{self._rows / self._seconds:,.0f} rows/s")
        if self._ended:
            told.append(f"{self._ended} after {self._seconds:.1f} s")
        return f"{self._name}: {', '.join(told)}"

    def html(self) -> str:
        share = f'value="{self._epoch}" max="{self._epochs}"' if self._epochs else 'value="0"'
        return (
            f'<div style="white-space: nowrap"><progress {share}></progress> '
            f"{html.escape(self.text())}</div>"
        )


class _Board:
    """The fits of one cell, in one display: those that run, and the latest that have ended."""

    def __init__(self) -> None:
        self._running: List[_Fit] = []
        self._ended: List[_Fit] = []
        self._earlier = 0
        self._drawn: Dict[str, str] = {}
        self._handle: Any = None

    def add(self, fit: _Fit) -> None:
        self._running.append(fit)
        self.draw()

    def end(self, fit: _Fit) -> None:
        self._running.remove(fit)
        self._ended.append(fit)
        self._earlier += len(self._ended[:-_MOST_ENDED])
        del self._ended[:-_MOST_ENDED]  # with what the JVM has recorded of them
        self.draw()

    def draw(self) -> None:
        from IPython.display import display

        picture = self._picture()
        if self._handle is None:
            self._handle = display(picture, raw=True, display_id=True)
        elif picture != self._drawn:
            self._handle.update(picture, raw=True)
        self._drawn = picture

    def _picture(self) -> Dict[str, str]:
        shown = self._ended + self._running
        before = [f"{self._earlier} fits before"] if self._earlier else []
        return {
            "text/plain": "\n".join(before + [fit.text() for fit in shown]),
            "text/html": "".join(
                [f"<div>{line}</div>" for line in before] + [fit.html() for fit in shown]
            ),
        }


class _Boards:
    """The board of the cell that runs, for the fits of all threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cell: Any = None
        self._board: Optional[_Board] = None

    def begin(self, fit: _Fit, cell: Any) -> _Board:
        with self._lock:
            if self._board is None or self._cell != cell:
                self._cell, self._board = cell, _Board()
            self._board.add(fit)
            return self._board

    def draw(self, board: _Board) -> None:
        with self._lock:
            board.draw()

    def end(self, fit: _Fit, board: _Board) -> None:
        with self._lock:
            board.end(fit)


_BOARDS = _Boards()


class _Watch:
    """Shows one fit until it is closed.

    The thread of the caller asks the JVM for nothing once the fit has begun: where the user has
    interrupted it, its connection is in the middle of an answer.
    """

    def __init__(self, stage: Any, cell: Any):
        self._java = stage._java_obj
        self._fit = _Fit(stage.uid)
        self._java.setListeners([self._fit.recorder])
        self._board = _BOARDS.begin(self._fit, cell)
        self._over = threading.Event()
        self._failed = False
        context = copy_context()  # which cell the kernel shows it in
        self._thread = InheritableThread(
            target=lambda: context.run(self._follow), name=f"progress of {stage.uid}", daemon=True
        )
        self._thread.start()

    def _follow(self) -> None:
        try:
            while not self._over.wait(_SECONDS):
                self._fit.look()
                _BOARDS.draw(self._board)
            self._fit.end(self._failed)
            _BOARDS.end(self._fit, self._board)
            self._java.setListeners([])
        except Exception:
            _LOG.warning("a fit is shown no more", exc_info=True)

    def close(self, failed: bool) -> None:
        self._failed = failed
        self._over.set()
        self._thread.join(_LAST_SECONDS)


def _watch(stage: Any) -> Optional[_Watch]:
    try:
        shell = _shell()
        if shell is None or not stage.hasParam("progress") or stage.getProgress() != "auto":
            return None
        return _Watch(stage, shell.execution_count)
    except Exception:
        _LOG.warning("the fit is not shown", exc_info=True)
        return None


@contextmanager
def shown(stage: Any) -> Iterator[None]:
    """Shows the fit of a network that the body runs, in a notebook, unless ``progress`` says
    otherwise."""
    watch = _watch(stage)
    failed = True
    try:
        yield
        failed = False
    finally:
        if watch is not None:
            watch.close(failed)
