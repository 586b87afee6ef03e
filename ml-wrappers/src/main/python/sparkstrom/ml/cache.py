# SPDX-License-Identifier: Apache-2.0
"""Pipelines of which only what changed is fitted."""

import html
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Callable, Dict, List, Optional

from pyspark.ml import Pipeline, PipelineModel
from pyspark.sql import DataFrame

from sparkstrom._interrupt import interruptible
from sparkstrom._jar import java_class
from sparkstrom._pipelines import to_java
from sparkstrom._plain import facts, plain
from sparkstrom.errors import readable

__all__ = ["CachedRun", "InputFingerprint", "Pruned", "RunCache", "RunRecord"]

_PACKAGE = "org.sparkstrom.ml.cache."
_CHOICES = ("none", "before_estimators")


class InputFingerprint:
    """Tells by a text whether two runs have the same rows before them.

    Made by ``files()``, ``content()`` or ``given(version)``, or of a function that gives the text for
    a DataFrame::

        InputFingerprint(lambda rows: f"orders {rows.agg({'day': 'max'}).first()[0]}")
    """

    def __init__(self, function: Callable[[DataFrame], str]) -> None:
        self._of: Callable[[DataFrame], Any] = lambda rows: _fingerprints().given(function(rows))

    @classmethod
    def files(cls) -> "InputFingerprint":
        """By the files that are read: path, length and time of modification of each, format, options,
        schema, and what Spark does with them. Reads no row; refuses rows that do not come from files
        alone, functions of users, and what is not deterministic."""
        return cls._made_by(lambda: _fingerprints().files())

    @classmethod
    def content(cls) -> "InputFingerprint":
        """By the rows themselves, in one pass; their order and partitions do not matter."""
        return cls._made_by(lambda: _fingerprints().content())

    @classmethod
    def given(cls, version: str) -> "InputFingerprint":
        """By what the caller knows, such as the name and the version of a table. Asks nothing."""
        return cls(lambda _: version)

    @classmethod
    def _made_by(cls, java: Callable[[], Any]) -> "InputFingerprint":
        made = cls.__new__(cls)
        made._of = lambda _: java()
        return made


def _fingerprints() -> Any:
    return java_class(_PACKAGE + "InputFingerprint")


@dataclass(frozen=True)
class RunRecord:
    """How a run went, as plain values.

    Attributes
    ----------
    format : int
        version of the record
    id : str
        of the run
    rerunOf : str
        the run whose pipeline it took; empty if it was given one
    started : str
        in UTC, ISO 8601
    seconds : float
        the run took
    code : dict
        versions that it was made with
    input : str
        fingerprint of its rows; empty if it could not be made
    inputSeconds : float
        to make the fingerprint
    stages : list of dict
        in the order of the pipeline: uid, type, state (reused, fitted, applied, failed or
        not_reached), seconds, the run that fitted the model (madeBy), and others
    failure : str
        why it failed; empty if it was completed
    """

    format: int
    id: str
    rerunOf: str
    started: str
    seconds: float
    code: Dict[str, Any]
    input: str
    inputSeconds: float
    stages: List[Dict[str, Any]]
    failure: str
    _tree: str = field(repr=False, compare=False)
    _java_obj: Any = field(repr=False, compare=False)

    def tree(self) -> str:
        """The run as text: a line for it, one for its input, and one for each stage, as a tree."""
        return self._tree

    def toJson(self) -> str:
        """The record as JSON."""
        return self._java_obj.toJson()

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self._tree)}</pre>"

    @classmethod
    def _from_java(cls, java: Any) -> "RunRecord":
        return cls(**facts(java, cls), _tree=java.tree(), _java_obj=java)


@dataclass(frozen=True)
class CachedRun:
    """A run that was completed; a notebook shows its tree.

    Attributes
    ----------
    model : PipelineModel
        the fitted pipeline, the stages of pipelines inside it one after the other
    record : RunRecord
        how it went
    """

    model: PipelineModel
    record: RunRecord

    def tree(self) -> str:
        """The run as text; see ``RunRecord.tree``."""
        return self.record.tree()

    def _repr_html_(self) -> str:
        return self.record._repr_html_()


@dataclass(frozen=True)
class Pruned:
    """What was deleted from a cache.

    Attributes
    ----------
    runs : int
        records of runs with their pipelines
    models : int
        fitted models
    rows : int
        rows that were kept between stages
    leftovers : int
        of runs that broke off while they saved something
    """

    runs: int
    models: int
    rows: int
    leftovers: int


class RunCache:
    """Fits pipelines and keeps what was fitted in a folder, so that a run fits only what changed
    since an earlier one::

        cache = RunCache("hdfs:///runs", InputFingerprint.files(), keptRows="before_estimators")
        run = cache.fit(pipeline, spark.read.parquet("hdfs:///data/digits"))
        print(run.tree())
        run.model.transform(rows)

    A model is taken from the cache if the rows, all stages before it and the stage itself are the
    same: its class, its code, and all its Params. Stages must be of Java, as those of pyspark.ml and
    sparkstrom. The folder may be used by several programs at once. Nothing is deleted but by
    ``prune``. Needs a running Spark session.

    Parameters
    ----------
    folder : str
        on any Hadoop file system; made when it is first written to
    input : InputFingerprint
        how the rows of two runs are known to be the same
    keptRows : str
        which rows between stages are kept too: none or before_estimators
    webhook : str, optional
        address that the tree of each run is posted to when it has ended
    codeVersion : str
        version of code of the caller's own that stages call
    """

    def __init__(
        self,
        folder: str,
        input: InputFingerprint,
        *,
        keptRows: str = "none",
        webhook: Optional[str] = None,
        codeVersion: str = "",
    ) -> None:
        if not isinstance(input, InputFingerprint):
            raise TypeError(
                f"input must be an InputFingerprint, but is {input!r}; take "
                "InputFingerprint.files(), .content() or .given(version)"
            )
        if keptRows not in _CHOICES:
            raise ValueError(f"keptRows must be one of {', '.join(_CHOICES)}, but is {keptRows!r}")
        self._folder = folder
        self._input = input
        self._rows = keptRows
        self._webhook = webhook
        self._code_version = codeVersion

    def fit(self, pipeline: Pipeline, data: DataFrame) -> CachedRun:
        """Fits a pipeline, as far as it was not fitted before. Blocks until it has ended.

        Raises TrainingError if a stage fails, with the tree in its message; what was fitted before it
        is kept. Raises TypeError if a stage is written in Python alone, and IllegalArgumentException
        if the data is a stream, does not fit the pipeline, or a stage cannot be told from others.
        """
        java_pipeline = to_java(pipeline, Pipeline)
        return self._run(data, lambda cache: cache.fit(java_pipeline, data._jdf))

    def rerun(self, id: str, data: DataFrame) -> CachedRun:
        """Fits the pipeline of an earlier run, completed or failed, on these rows.

        Raises what ``fit`` raises, and IllegalArgumentException if there is no such run.
        """
        return self._run(data, lambda cache: cache.rerun(id, data._jdf))

    def model(self, id: str) -> PipelineModel:
        """The model of an earlier run, without fitting.

        Raises IllegalArgumentException if the run was not completed, or a model of it is no longer
        there or is damaged.
        """
        return PipelineModel._from_java(self._cache().model(id))

    def run(self, id: str) -> RunRecord:
        """How an earlier run went.

        Raises IllegalArgumentException if there is no such run.
        """
        return RunRecord._from_java(self._cache().run(id))

    def runs(self) -> List[RunRecord]:
        """All runs, in the order in which they began."""
        return [RunRecord._from_java(run) for run in self._cache().runs()]

    def prune(self, olderThan: timedelta) -> Pruned:
        """Deletes runs that are older, and of models and rows that are older those that no remaining
        run has fitted or taken. Not for while another program's run goes on with what is deleted."""
        span = java_class("java.time.Duration").ofMillis(olderThan // timedelta(milliseconds=1))
        return Pruned(**plain(self._cache().prune(span)))

    def _run(self, data: DataFrame, fit: Callable[[Any], Any]) -> CachedRun:
        cache = self._cache(self._input._of(data))
        with readable(), interruptible():
            java = fit(cache)
        return CachedRun(
            PipelineModel._from_java(java.model()), RunRecord._from_java(java.record())
        )

    def _cache(self, fingerprint: Optional[Any] = None) -> Any:
        """The cache in Java; what reads it alone needs no fingerprint."""
        cache = java_class(_PACKAGE + "RunCache").at(
            self._folder, fingerprint or _fingerprints().files()
        )
        # The name of Java's method is a word of Python's own
        kept = getattr(java_class(_PACKAGE + "KeptRows"), self._rows.upper())
        cache = getattr(cache, "with")(kept).withCodeVersion(self._code_version)
        if self._webhook is not None:
            cache = getattr(cache, "with")(java_class(_PACKAGE + "Webhook").to(self._webhook))
        return cache
