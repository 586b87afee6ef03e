# SPDX-License-Identifier: Apache-2.0
"""What is in the columns of a DataFrame, and how far that has moved."""

from dataclasses import dataclass, field
from typing import Any, Callable, Dict, List, Optional, Sequence

from py4j.java_gateway import JavaObject
from pyspark import SparkContext
from pyspark.java_gateway import ensure_callback_server_started
from pyspark.ml.wrapper import JavaWrapper
from pyspark.sql import DataFrame, SparkSession

from sparkstrom._frame import framed
from sparkstrom._jar import java_class
from sparkstrom._plain import facts, plain

__all__ = [
    "ColumnAnalysis",
    "ColumnDrift",
    "DataAnalysis",
    "DriftMonitor",
    "DriftReport",
    "DriftWindow",
]

_PACKAGE = "org.sparkstrom.datavec.analysis."


@dataclass(frozen=True)
class ColumnAnalysis:
    """What an analysis found in one column, as plain values; None for what was not asked for, or has
    no values.

    Attributes
    ----------
    name : str
        the column
    type : str
        its Spark type
    kind : str
        number, time, text or boolean
    counts : dict
        rows, nulls, nans, infinities, zeros, negatives, min and max
    moments : dict
        mean, variance, skewness and kurtosis
    histogram : dict
        edges and counts
    distinct : dict
        estimate of the number of distinct values, with lower and upper bounds
    topValues : dict
        entries (value, count, atLeast), and whether they are complete
    """

    name: str
    type: str
    kind: str
    counts: Dict[str, Any]
    moments: Optional[Dict[str, float]]
    histogram: Optional[Dict[str, List[Any]]]
    distinct: Optional[Dict[str, int]]
    topValues: Optional[Dict[str, Any]]
    _java_obj: Any = field(repr=False, compare=False)

    def quantile(self, share: float) -> Optional[float]:
        """The value that a share of rows is not above, from 0 (the least) to 1 (the greatest); None
        without quantiles."""
        distribution = self._java_obj.distribution()
        return distribution.get().quantile(float(share)) if distribution.isPresent() else None

    def states(self) -> List[str]:
        """The values that the column has, sorted: the states of a categorical column.

        Raises IllegalArgumentException if the values are not all known, or there is none.
        """
        return plain(self._java_obj.states())


@dataclass(frozen=True)
class ColumnDrift:
    """How far one column has moved.

    Attributes
    ----------
    column : str
        its name
    psi : float
        the population stability index
    level : str
        what the index says: stable, moved or shifted
    ks : dict
        distance of the distributions by Kolmogorov and Smirnov, its error, and its probability; None
        for texts, booleans and columns without a finite value
    """

    column: str
    psi: float
    level: str
    ks: Optional[Dict[str, float]]


@dataclass(frozen=True)
class DriftReport:
    """How far columns have moved between two analyses.

    Attributes
    ----------
    columns : list of ColumnDrift
        those that both analyses have
    notCompared : list of str
        the others, each with the reason
    """

    columns: List[ColumnDrift]
    notCompared: List[str]
    _java_obj: Any = field(repr=False, compare=False)

    def toDataFrame(self) -> DataFrame:
        """One row for each column: column, psi, level, ks, ksError and ksProbability."""
        return _to_data_frame(self._java_obj)

    @classmethod
    def _from_java(cls, java: Any) -> "DriftReport":
        return cls(_drifts(java.columns()), plain(java.notCompared()), java)


def _drifts(java_columns: Any) -> List[ColumnDrift]:
    return [ColumnDrift(**plain(column)) for column in java_columns]


def _to_data_frame(java: Any) -> DataFrame:
    spark = SparkSession.active()
    return DataFrame(java.toDataFrame(spark._jsparkSession), spark)


class DataAnalysis:
    """What an analysis of a DataFrame found; a notebook shows its page.

    It can be kept as JSON and later be compared with an analysis of newer data::

        january = DataAnalysis.of(rows, columns=["age", "city"], topValues=50)
        january.toDataFrame().show()
        january.column("age").quantile(0.5)
        Path("january.json").write_text(january.toJson())

        drift = february.driftFrom(DataAnalysis.fromJson(Path("january.json").read_text()))
        drift.toDataFrame().show()
    """

    def __init__(self, java_analysis: JavaObject) -> None:
        self._java_obj = java_analysis

    @classmethod
    def of(
        cls,
        data: DataFrame,
        *,
        columns: Optional[Sequence[str]] = None,
        statistics: Optional[Sequence[str]] = None,
        sketchSize: Optional[int] = None,
        histogramBins: Optional[int] = None,
        topValues: Optional[int] = None,
    ) -> "DataAnalysis":
        """Analyses a DataFrame, in one pass over it.

        Raises IllegalArgumentException if a named column is missing, there twice, or of a type that
        cannot be analysed, or the data is a stream.

        Parameters
        ----------
        data : DataFrame
            what is analysed
        columns : list of str, optional
            names of columns; all that can be analysed unless given
        statistics : list of str, optional
            of moments, quantiles, histogram, distinct and top_values; all unless given
        sketchSize : int, optional
            up to about so many values quantiles are exact, beyond that their rank is off by up to
            about 2.3 / sketchSize of all values (99 of 100 times); 800 unless given
        histogramBins : int, optional
            bins of a histogram; 30 unless given
        topValues : int, optional
            how many of the most frequent values are told; 20 unless given
        """
        plan = java_class(_PACKAGE + "AnalysisPlan").ALL
        if columns is not None:
            plan = plan.withColumns(_array("java.lang.String", list(columns)))
        if statistics is not None:
            chosen = [_statistic(name) for name in statistics]
            plan = plan.withStatistics(_array(_PACKAGE + "Statistic", chosen))
        if sketchSize is not None:
            plan = plan.withSketchSize(sketchSize)
        if histogramBins is not None:
            plan = plan.withHistogramBins(histogramBins)
        if topValues is not None:
            plan = plan.withTopValues(topValues)
        return cls(java_class(_PACKAGE + "DataAnalysis").of(data._jdf, plan))

    @classmethod
    def fromJson(cls, json: str) -> "DataAnalysis":
        """An analysis from its JSON.

        Raises IllegalArgumentException if the text is not the JSON of an analysis.
        """
        return cls(java_class(_PACKAGE + "DataAnalysis").fromJson(json))

    @property
    def columns(self) -> List[ColumnAnalysis]:
        """The columns, in the order they were asked for."""
        return [
            ColumnAnalysis(**facts(column, ColumnAnalysis), _java_obj=column)
            for column in self._java_obj.columns()
        ]

    @property
    def leftOut(self) -> List[str]:
        """Columns of types that cannot be analysed, with the type; empty if columns were named."""
        return plain(self._java_obj.leftOut())

    def column(self, name: str) -> ColumnAnalysis:
        """The analysis of the column of this name.

        Raises KeyError if there is none.
        """
        found = {column.name: column for column in self.columns}
        if name not in found:
            raise KeyError(f"column must be one of {', '.join(found)}, but is {name!r}")
        return found[name]

    def toDataFrame(self) -> DataFrame:
        """One row for each column, with nulls for what is not there."""
        return _to_data_frame(self._java_obj)

    def toJson(self) -> str:
        """All of it as JSON, for ``fromJson``."""
        return self._java_obj.toJson()

    def toHtml(self, earlier: "Optional[DataAnalysis]" = None) -> str:
        """A page with tables and plots that needs no network and runs no script, with the drift
        against an earlier analysis if one is given."""
        return self._java_obj.toHtml(*([] if earlier is None else [earlier._java_obj]))

    def driftFrom(self, earlier: "DataAnalysis") -> DriftReport:
        """How far the columns have moved since an earlier analysis."""
        return DriftReport._from_java(self._java_obj.driftFrom(earlier._java_obj))

    def _repr_html_(self) -> str:
        return framed(self.toHtml(), title="analysis", height=600)


def _array(java_type: str, values: List[Any]) -> Any:
    return JavaWrapper._new_java_array(values, java_class(java_type))


def _statistic(name: str) -> Any:
    known = {each.name().lower(): each for each in java_class(_PACKAGE + "Statistic").values()}
    if name not in known:
        raise ValueError(f"statistics must be of {', '.join(known)}, but one is {name!r}")
    return known[name]


@dataclass(frozen=True)
class DriftWindow:
    """How far the rows of some micro-batches are from those of training.

    Attributes
    ----------
    firstBatch : int
        id of the first micro-batch of the window
    lastBatch : int
        id of its last one
    rows : int
        rows of the window
    report : DriftReport
        the drift of each column
    beyond : list of ColumnDrift
        the columns whose PSI is above the monitor's limit
    """

    firstBatch: int
    lastBatch: int
    rows: int
    report: DriftReport
    beyond: List[ColumnDrift]
    _text: str = field(repr=False, compare=False)

    def describe(self) -> str:
        """Batches, rows, and the columns beyond the limit with their PSI, for people."""
        return self._text

    @classmethod
    def _from_java(cls, java: Any) -> "DriftWindow":
        return cls(
            java.firstBatch(),
            java.lastBatch(),
            java.rows(),
            DriftReport._from_java(java.report()),
            _drifts(java.beyond()),
            java.describe(),
        )


class _Ended:
    """The windows that have ended during a call, as a Consumer of Java."""

    def __init__(self) -> None:
        self.windows: List[Any] = []

    def accept(self, window: Any) -> None:
        self.windows.append(window)

    class Java:
        implements = ["java.util.function.Consumer"]


class DriftMonitor:
    """Compares the columns of a stream with an earlier analysis, window after window, so that a model
    whose world has moved is seen before its errors are.

    It is a function for ``foreachBatch``::

        training = DataAnalysis.of(model.transform(train), columns=["age", "income", "prediction"])
        with DriftMonitor("churn", training, window=50_000, limit=0.2,
                onAlert=lambda window: alert(window.describe())) as monitor:
            (model.transform(stream).writeStream.foreachBatch(monitor)
                .option("checkpointLocation", "hdfs:///checkpoints/churn")
                .start().awaitTermination())

    Each window is logged, as a warning where a column is beyond the limit, told to the functions
    given, and shown as gauges in Spark's metrics. One query at a time may use a monitor. A function
    that raises stops the query. ``close()``, or the end of ``with``, takes the gauges away.

    Parameters
    ----------
    name : str
        of the monitor in Spark's metrics, without dots, and its own while it is open
    training : DataAnalysis
        of the rows that a model was trained on, predictions among them where those are to be watched
    window : int, optional
        the least rows of a window, which ends with a batch; 10,000 unless given
    limit : float, optional
        the PSI beyond which a column is an alert; 0.25 unless given
    onWindow : function of a DriftWindow, optional
        called for each window
    onAlert : function of a DriftWindow, optional
        called for each window in which a column is beyond the limit
    """

    def __init__(
        self,
        name: str,
        training: DataAnalysis,
        *,
        window: Optional[int] = None,
        limit: Optional[float] = None,
        onWindow: Optional[Callable[[DriftWindow], Any]] = None,
        onAlert: Optional[Callable[[DriftWindow], Any]] = None,
    ) -> None:
        java = java_class(_PACKAGE + "DriftMonitor").of(name, training._java_obj)
        if window is not None:
            java.withWindow(window)
        if limit is not None:
            java.withLimit(float(limit))
        self._on_window = onWindow
        self._on_alert = onAlert
        self._ended = _Ended()
        if onWindow is not None or onAlert is not None:
            context: Any = SparkContext._active_spark_context
            ensure_callback_server_started(context._gateway)
            java.onWindow(self._ended)
        self._java_obj = java

    def __call__(self, batch: DataFrame, batchId: int) -> None:
        """Takes a micro-batch; for foreachBatch.

        Raises IllegalArgumentException if it lacks a column of the earlier analysis, or has it as
        something else; or if another open monitor has this one's name.
        """
        self._java_obj.call(batch._jdf, batchId)
        # Here and not within Java, so that what a function raises is raised as it is
        while self._ended.windows:
            window = DriftWindow._from_java(self._ended.windows.pop(0))
            if self._on_window is not None:
                self._on_window(window)
            if self._on_alert is not None and window.beyond:
                self._on_alert(window)

    def last(self) -> Optional[DriftWindow]:
        """The newest window that has ended; None before the first."""
        last = self._java_obj.last()
        return DriftWindow._from_java(last.get()) if last.isPresent() else None

    def close(self) -> None:
        """Takes the gauges out of Spark's metrics."""
        self._java_obj.close()

    def __enter__(self) -> "DriftMonitor":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()
