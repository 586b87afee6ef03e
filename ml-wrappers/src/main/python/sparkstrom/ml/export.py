# SPDX-License-Identifier: Apache-2.0
"""Fitted pipelines to take along."""

from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, Optional

from pyspark.ml import PipelineModel

from sparkstrom._jar import java_class
from sparkstrom._pipelines import to_java
from sparkstrom._plain import facts
from sparkstrom.ml.cache import RunRecord

__all__ = ["MlflowFolder", "ModelRecord", "PipelineArchive"]

_PACKAGE = "org.sparkstrom.ml.export."


@dataclass(frozen=True)
class ModelRecord:
    """What a fitted pipeline was made of, by what, and how good it is, as plain values.

    Attributes
    ----------
    format : int
        version of the record
    created : str
        in UTC, ISO 8601
    uid : str
        of the pipeline
    versions : dict
        of sparkstrom, spark and java
    stages : list of dict
        uid, type and params of each stage, defaults included
    seeds : dict
        by stage and Param, and those that were added
    data : dict
        fingerprints of the data by what it was used for
    metrics : dict
        by their names
    run : str
        how the pipeline was fitted, as JSON of a RunRecord; empty if not told
    """

    format: int
    created: str
    uid: str
    versions: Dict[str, str]
    stages: List[Dict[str, Any]]
    seeds: Dict[str, int]
    data: Dict[str, str]
    metrics: Dict[str, float]
    run: str
    _java_obj: Any = field(repr=False, compare=False)

    @classmethod
    def of(
        cls,
        model: PipelineModel,
        *,
        run: Optional[RunRecord] = None,
        data: Optional[Mapping[str, str]] = None,
        metrics: Optional[Mapping[str, float]] = None,
        seeds: Optional[Mapping[str, int]] = None,
    ) -> "ModelRecord":
        """What can be read from a pipeline itself, and what is told beside.

        Parameters
        ----------
        model : PipelineModel
            the fitted pipeline
        run : RunRecord, optional
            how it was fitted, with the fingerprint of the rows it was fitted on
        data : dict, optional
            fingerprints of data by what it was used for, such as validation
        metrics : dict, optional
            by their names; finite
        seeds : dict, optional
            that no Param holds, such as that of a split of the data
        """
        record = java_class(_PACKAGE + "ModelRecord").of(to_java(model, PipelineModel))
        if run is not None:
            record = record.withRun(run._java_obj)
        for use, fingerprint in (data or {}).items():
            record = record.withData(use, fingerprint)
        for name, metric in (metrics or {}).items():
            record = record.withMetric(name, float(metric))
        for name, seed in (seeds or {}).items():
            record = record.withSeed(name, seed)
        return cls._from_java(record)

    def toJson(self) -> str:
        """The record as JSON, names sorted."""
        return self._java_obj.toJson()

    @classmethod
    def _from_java(cls, java: Any) -> "ModelRecord":
        return cls(**facts(java, cls), _java_obj=java)


@dataclass(frozen=True)
class PipelineArchive:
    """A fitted pipeline and its record in one zip, on any Hadoop file system::

        record = ModelRecord.of(model, metrics={"accuracy": accuracy})
        PipelineArchive.write(model, record, "hdfs:///models/digits.zip")
        back = PipelineArchive.read("hdfs:///models/digits.zip", "hdfs:///tmp/digits")
        back.model.transform(rows)

    Attributes
    ----------
    model : PipelineModel
        the fitted pipeline
    record : ModelRecord
        what it was made of, by what, and how good it is
    """

    model: PipelineModel
    record: ModelRecord

    @staticmethod
    def write(model: PipelineModel, record: ModelRecord, path: str) -> None:
        """Writes an archive, whole or not at all.

        Raises IllegalArgumentException if something is at the path, and TypeError if a stage is
        written in Python alone.
        """
        _write("PipelineArchive", model, record, path)

    @classmethod
    def read(cls, path: str, folder: str) -> "PipelineArchive":
        """The archive at this path.

        Its model is unpacked to a folder that must not be there, that executors can read, and that
        stays, because some models read it as long as they are used. Load archives of people whom you
        trust: Spark makes objects of the classes that a pipeline names.

        Raises IllegalArgumentException if it is no archive or damaged, or something is at the folder.
        """
        java = java_class(_PACKAGE + "PipelineArchive").read(path, folder)
        return cls(
            PipelineModel._from_java(java.model()), ModelRecord._from_java(java.record())
        )


class MlflowFolder:
    """A fitted pipeline as a model folder of MLflow, with the flavors spark and python_function, so
    that MLflow can load, register and serve it. MLflow is not needed to write it."""

    @staticmethod
    def write(model: PipelineModel, record: ModelRecord, path: str) -> None:
        """Writes the folder, on any Hadoop file system, whole or not at all, with the record beside
        MLflow's own files; ``mlflow.spark.load_model`` reads it.

        Raises IllegalArgumentException if something is at the path, and TypeError if a stage is
        written in Python alone.
        """
        _write("MlflowFolder", model, record, path)


def _write(form: str, model: PipelineModel, record: ModelRecord, path: str) -> None:
    java_class(_PACKAGE + form).write(to_java(model, PipelineModel), record._java_obj, path)
