# SPDX-License-Identifier: Apache-2.0
"""Stages that Java's static methods make, and what stages tell beside their Params."""

import unittest

from pyspark.errors import IllegalArgumentException
from pyspark.ml.feature import Binarizer
from pyspark.ml.linalg import Vectors
from pyspark.sql.functions import when
from session import FROM_JAVA, FROM_PYTHON, PIXELS, digits, spark
from sparkstrom import ImageFolder
from sparkstrom.datavec import DataVecTransformer
from sparkstrom.datavec.image import ImagePreparer
from sparkstrom.datavec.lookup import TableLookup
from sparkstrom.datavec.spelling import NearDuplicates
from sparkstrom.ml import NetworkClassificationModel, ParallelPostFit


class MakingTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.towns = spark().createDataFrame(
            [("Bern", 46.95, 7.45), ("Oslo", 59.91, 10.75)], ["town", "latitude", "longitude"]
        )

    def test_a_lookup_of_a_table(self):
        data = spark().createDataFrame([("OSLO",), ("bern.",), ("Rome",)], ["town"])
        lookup = TableLookup.bySpelling(self.towns, "town").setHandleInvalid("skip")
        path = str(FROM_PYTHON / "lookup")
        lookup.write().overwrite().save(path)
        for stage in (lookup, TableLookup.load(path)):
            self.assertIsInstance(stage, TableLookup)
            self.assertEqual(stage.uid, lookup.uid)
            self.assertEqual(stage.getOutputCols(), ["latitude", "longitude"])
            found = [tuple(row) for row in stage.transform(data).collect()]
            self.assertEqual(found, [("OSLO", 59.91, 10.75), ("bern.", 46.95, 7.45)])

    def test_a_table_with_a_key_twice_is_refused(self):
        with self.assertRaisesRegex(IllegalArgumentException, "Bern"):
            TableLookup.exact(self.towns.union(self.towns), "town")

    def test_columns_of_another_stage(self):
        data = spark().createDataFrame([(0.2,), (0.7,)], ["x"])
        binarizer = Binarizer(threshold=0.5, inputCol="x", outputCol="y")
        stage = ParallelPostFit.ofStage(binarizer)
        self.assertEqual([row.y for row in stage.transform(data).collect()], [0.0, 1.0])

    def test_a_network_by_its_zip(self):
        (zip_file,) = (FROM_JAVA / "model/stages").glob("2_*/data/network.zip")
        (folder,) = (FROM_JAVA / "model/stages").glob("2_*")
        network = NetworkClassificationModel.load(str(folder))
        features = [Vectors.dense(row) for row in digits("test").select(*PIXELS).head(5)]
        data = spark().createDataFrame([(row,) for row in features], ["features"])
        stage = ParallelPostFit.ofNetwork(str(zip_file)).setInputCols(["features"])
        (output,) = set(stage.transform(data).columns) - {"features"}
        found = [row[output] for row in stage.transform(data).collect()]
        for row, probabilities in zip(features, found):
            for ours, other in zip(network.predictProbability(row), probabilities):
                self.assertAlmostEqual(ours, other, places=6)

    def test_a_network_as_a_sql_function(self):
        (zip_file,) = (FROM_JAVA / "model/stages").glob("2_*/data/network.zip")
        features = [Vectors.dense(row) for row in digits("test").select(*PIXELS).head(5)]
        data = spark().createDataFrame([(row,) for row in features], ["features"])
        stage = ParallelPostFit.ofNetwork(str(zip_file)).setInputCols(["features"])
        stage.setOutputCols(["score"]).registerFunction(spark(), "score_of_network")
        scored = stage.transform(data).selectExpr("score", "score_of_network(features) AS by_sql")
        for row in scored.collect():
            self.assertEqual(row.by_sql, row.score)

    def test_images_in_folders(self):
        folder = FROM_PYTHON / "pictures"
        for name in ("cats/1.png", "dogs/2.png", "dogs/notes.txt"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(b"no image")
        named = ImageFolder.read(spark(), str(folder), "*.png").select("label", "content").collect()
        found = sorted((row.label, bytes(row.content)) for row in named)
        self.assertEqual(found, [("cats", b"no image"), ("dogs", b"no image")])
        self.assertEqual(ImageFolder.read(spark(), str(folder)).count(), 3)
        stream = ImageFolder.readStream(spark(), str(folder))
        self.assertTrue(stream.isStreaming)
        preparer = ImagePreparer(height=2, width=2, handleInvalid="skip")
        self.assertEqual(preparer.transform(stream).columns[-1], "features")
        self.assertEqual(preparer.transform(ImageFolder.read(spark(), str(folder))).count(), 0)

    def test_what_stages_tell(self):
        few = digits("test").limit(5)
        broken = few.withColumn("p0", when(few.digit == few.first().digit, None).otherwise(few.p0))
        stage = DataVecTransformer(
            transformProcess=(FROM_JAVA / "process.json").read_text(),
            handleInvalid="skip",
            skippedCounter="rows without p0",
        )
        kept = stage.transform(broken).count()
        self.assertLess(kept, 5)
        self.assertEqual(stage.skippedCount, 5 - kept)
        names = spark().createDataFrame([("Oslo",), ("Oslo",), ("OSLO",)], ["name"])
        model = NearDuplicates(inputCol="name", outputCol="one").fit(names)
        self.assertEqual(model.representatives, {"oslo": "Oslo"})


if __name__ == "__main__":
    unittest.main()
