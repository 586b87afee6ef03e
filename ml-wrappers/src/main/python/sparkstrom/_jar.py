# SPDX-License-Identifier: Apache-2.0
"""The jar, and whether a Spark session has it."""

from pathlib import Path
from typing import Any

from py4j.java_gateway import JavaClass
from pyspark import SparkContext

_HOW = 'SparkSession.builder.config("spark.jars", sparkstrom.jar()).getOrCreate()'


def jar() -> str:
    """Path of the one jar with all that Spark does not bring, for the setting ``spark.jars``.

    Raises FileNotFoundError if this package was installed without it.
    """
    jars = sorted((Path(__file__).parent / "jars").glob("*.jar"))
    if len(jars) != 1:
        raise FileNotFoundError(
            f"one jar must be in {Path(__file__).parent / 'jars'}, but there are {len(jars)}; "
            "install the wheel that scripts/package makes, or name a jar yourself in spark.jars"
        )
    return str(jars[0])


def java_class(name: str) -> Any:
    """The Java class of this name in the running Spark session.

    Raises RuntimeError if there is no session, or it was started without the jar.
    """
    context = SparkContext._active_spark_context
    if context is None or context._jvm is None:
        raise RuntimeError(
            f"{name} needs a Spark session, but none is running; start one with {_HOW}"
        )
    found = context._jvm
    for part in name.split("."):
        found = getattr(found, part)
    if not isinstance(found, JavaClass):
        raise RuntimeError(
            f"{name} must be on Spark's class path, but is not; stop this session and start one "
            f"with {_HOW}. The setting is read when the JVM of a session starts"
        )
    return found
