# SPDX-License-Identifier: Apache-2.0
"""Folders of images."""

from typing import Optional

from pyspark.sql import DataFrame, SparkSession

from sparkstrom._jar import java_class

_IMAGE_FOLDER = "org.sparkstrom.datavec.image.ImageFolder"


class ImageFolder:
    """A folder tree of image files as a DataFrame, for ``ImagePreparer``: Spark's binaryFile source,
    and the name of each file's folder as its label.

    Columns: path, modificationTime, length, content and label (string). A file that is no image is a
    row like all others; an empty file is none.
    """

    @staticmethod
    def read(spark: SparkSession, path: str, namePattern: Optional[str] = None) -> DataFrame:
        """All files under a folder of any Hadoop file system, or those whose names match a glob such
        as ``*.{jpg,jpeg,png}``."""
        chosen = () if namePattern is None else (namePattern,)
        java = java_class(_IMAGE_FOLDER).read(spark._jsparkSession, path, *chosen)
        return DataFrame(java, spark)

    @staticmethod
    def readStream(spark: SparkSession, path: str) -> DataFrame:
        """The files under a folder, and those that will come, as a stream."""
        return DataFrame(java_class(_IMAGE_FOLDER).readStream(spark._jsparkSession, path), spark)
