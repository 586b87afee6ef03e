# SPDX-License-Identifier: Apache-2.0
"""Errors of fits, with the message that Java gave."""

import re
from contextlib import contextmanager
from typing import Any, Iterator, List

from py4j.protocol import Py4JJavaError

_STACK = re.compile(r"\n\tat .*?(\n\nDriver stacktrace:|\Z)", re.DOTALL)


class TrainingError(RuntimeError):
    """A fit that ended with a failure in Java; the message is Java's, with its causes.

    ``java_exception`` is the Java exception. Wrong Params and data are not this error: PySpark
    raises its own IllegalArgumentException for those.
    """

    def __init__(self, message: str, java_exception: Any):
        super().__init__(message)
        self.java_exception = java_exception


def messages(java_exception: Any) -> str:
    """The message of an exception and of its causes, as far as each says something new.

    Spark writes the stack of a task into the message of a failed job; that is left out, and what our
    own messages say behind Spark's is kept.
    """
    told: List[str] = []
    cause = java_exception
    while cause is not None:
        message = cause.getMessage()
        text = _STACK.sub("", message) if message else cause.getClass().getName()
        if not any(text in earlier for earlier in told):
            told.append(text)
        cause = cause.getCause()
    return "\ncaused by: ".join(told)


@contextmanager
def readable() -> Iterator[None]:
    """Raises a failure of Java as a TrainingError, so that its message is what one sees last."""
    try:
        yield
    except Py4JJavaError as error:
        java = error.java_exception
        raise TrainingError(messages(java), java) from error
