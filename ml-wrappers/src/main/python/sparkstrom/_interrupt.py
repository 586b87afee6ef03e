# SPDX-License-Identifier: Apache-2.0
"""The interrupt of a fit, so that what is interrupted in Python does not go on in the JVM.

PySpark cancels all jobs on SIGINT, but the kernel of a notebook puts a handler of its own in its
place.
"""

from contextlib import contextmanager
from typing import Any, Iterator
from uuid import uuid4

from py4j.clientserver import ClientServer
from pyspark import SparkContext


@contextmanager
def interruptible() -> Iterator[None]:
    """Ends the fit that the body runs if a KeyboardInterrupt does."""
    context: Any = SparkContext._active_spark_context
    if context is None or not isinstance(context._gateway, ClientServer):
        yield  # a thread of Python then has no thread of its own in the JVM
        return
    spark = context._jsc
    thread = context._jvm.java.lang.Thread.currentThread()
    tag = f"fit-{uuid4()}"
    spark.addJobTag(tag)
    try:
        yield
    except KeyboardInterrupt:  # py4j has closed the connection that waits for the fit
        thread.interrupt()  # where the fit waits on the driver
        spark.cancelJobsWithTag(tag)
        raise
    finally:
        spark.removeJobTag(tag)
