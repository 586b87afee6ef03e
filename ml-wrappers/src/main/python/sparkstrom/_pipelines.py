# SPDX-License-Identifier: Apache-2.0
"""Pipelines of PySpark on their way to Java."""

from typing import Any, Iterator, Type, Union

from pyspark.ml import Pipeline, PipelineModel


def to_java(pipeline: Any, kind: Type[Union[Pipeline, PipelineModel]]) -> Any:
    """The Java object of a pipeline.

    Raises TypeError if it is of another kind, or a stage of it is written in Python alone.
    """
    if not isinstance(pipeline, kind):
        raise TypeError(
            f"a {kind.__name__} is needed, but given is {type(pipeline).__name__}; "
            f"make a {kind.__name__} of it"
        )
    for stage in _stages(pipeline):
        if not hasattr(stage, "_to_java"):
            raise TypeError(
                f"the stages of a {kind.__name__} must be of Java here, as those of pyspark.ml and "
                f"sparkstrom, but {type(stage).__name__} is written in Python alone; leave it out"
            )
    return pipeline._to_java()


def _stages(pipeline: Union[Pipeline, PipelineModel]) -> Iterator[Any]:
    """The stages, those of pipelines in it included."""
    for stage in pipeline.stages if isinstance(pipeline, PipelineModel) else pipeline.getStages():
        if isinstance(stage, (Pipeline, PipelineModel)):
            yield from _stages(stage)
        else:
            yield stage
