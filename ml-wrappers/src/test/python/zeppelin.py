# SPDX-License-Identifier: Apache-2.0
"""Runs a note of Zeppelin: its paragraphs in order, in one JVM and one Spark session.

As Zeppelin's Spark interpreter does, but without Zeppelin: Scala goes through the compiler of Spark's
own shell in the JVM that PySpark has started, SQL through the session, and Python through exec::

    python zeppelin.py NOTE CONDITION

ends with 0 if all paragraphs run and the condition on Python's names holds.
"""

import json
import sys
import tempfile
from pathlib import Path

import sparkstrom
from pyspark.sql import SparkSession

# What Zeppelin, as spark-shell, begins with
PREAMBLE = """
@transient val spark = org.apache.spark.sql.SparkSession.active
@transient val sc = spark.sparkContext
import spark.implicits._
import spark.sql
import org.apache.spark.sql.functions._
"""


class Scala:
    """The compiler of the shell, whose classes Spark's tasks find in a folder."""

    def __init__(self, spark, folder):
        jvm = spark._jvm
        settings = jvm.scala.tools.nsc.Settings()
        options = ["-usejavacp", "-Yrepl-class-based", "-Yrepl-outdir", folder]
        options += ["-classpath", sparkstrom.jar()]
        settings.processArguments(jvm.PythonUtils.toSeq(options).toList(), True)
        settings.embeddedDefaults(jvm.java.lang.Thread.currentThread().getContextClassLoader())
        self._told = jvm.java.io.StringWriter()
        writer = jvm.java.io.PrintWriter(self._told)
        self._compiler = jvm.scala.tools.nsc.interpreter.IMain(settings, writer)
        self._compiler.initializeSynchronous()
        self.run(PREAMBLE)

    def run(self, code):
        result = self._compiler.interpret(code).toString()
        told = self._told.toString()
        self._told.getBuffer().setLength(0)
        print(told)
        if result != "Success":
            raise RuntimeError(f"Scala: {result}\n{told}")


def run(note, condition):
    with tempfile.TemporaryDirectory() as folder:
        spark = (
            SparkSession.builder.master("local[2]")
            .config("spark.jars", sparkstrom.jar())
            .config("spark.repl.class.outputDir", folder)
            .getOrCreate()
        )
        scala = Scala(spark, folder)
        names = {"spark": spark, "sc": spark.sparkContext}
        kinds = {
            "%md": lambda text: None,
            "%spark": scala.run,
            "%spark.sql": lambda text: spark.sql(text).show(),
            "%spark.pyspark": lambda text: exec(text, names),
        }
        for paragraph in json.loads(Path(note).read_text())["paragraphs"]:
            kind, text = paragraph["text"].split("\n", 1)
            print(paragraph["id"], kind, flush=True)
            kinds[kind](text)
        if not eval(condition, names):
            raise AssertionError(f"{condition} must hold at the end")
        spark.stop()


if __name__ == "__main__":
    run(*sys.argv[1:])
