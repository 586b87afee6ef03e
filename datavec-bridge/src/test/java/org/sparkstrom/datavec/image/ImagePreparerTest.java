// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.datavec.api.transform.metadata.NDArrayMetaData;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkstrom.datavec.SparkSchemas;
import org.sparkstrom.datavec.column.LocalSpark;
import org.sparkstrom.datavec.column.StageContract;

class ImagePreparerTest {
  private static final long DEADLINE_MS = 120_000;
  private static final List<String> GOOD =
      List.of(
          "alpha.png",
          "animated.gif",
          "cmyk.jpg",
          "cmyk.tif",
          "exif-6.jpg",
          "gray16.png",
          "gray16.tif",
          "pattern.png");

  private final SparkSession spark = LocalSpark.session();

  @TempDir Path folder;
  private Path images;

  @BeforeEach
  void makeFiles() throws IOException {
    images = Files.createDirectories(folder.resolve("data"));
    Path good = Files.createDirectories(images.resolve("good ones"));
    for (String name : GOOD) {
      Files.write(good.resolve(name), TestImages.file(name));
    }
    Path bad = Files.createDirectories(images.resolve("bad.ones"));
    byte[] jpeg = TestImages.write(TestImages.noise(64, 64, 1), "jpg");
    Files.write(bad.resolve("truncated.jpg"), Arrays.copyOf(jpeg, jpeg.length / 2));
    Files.writeString(bad.resolve("text.png"), "no image", StandardCharsets.UTF_8);
    Files.write(bad.resolve("empty.gif"), new byte[0]);
    Files.write(bad.resolve("huge.png"), TestImages.write(TestImages.noise(70, 60, 2), "png"));
  }

  private ImagePreparer stage() {
    return new ImagePreparer().setSize(6, 5).setMaxPixels(4_100);
  }

  @Test
  void aFolderOfGoodAndBadFilesHasAStatedResultForEach() {
    Dataset<Row> files = ImageFolder.read(spark, images.toString());

    Map<String, String> reasons = new TreeMap<>();
    for (Row row :
        stage()
            .setHandleInvalid("keep")
            .setErrorCol("why")
            .transform(files)
            .select("path", "label", "features", "why")
            .collectAsList()) {
      String name = Path.of(row.getString(0)).getFileName().toString();
      boolean good = GOOD.contains(name);
      assertThat(row.getString(1)).isEqualTo(good ? "good ones" : "bad.ones");
      assertThat(row.isNullAt(2)).as(name).isEqualTo(!good);
      if (good) {
        assertThat(row.getList(2)).hasSize(3 * 6 * 5);
        assertThat(row.getString(3)).isNull();
      } else {
        reasons.put(name, row.getString(3));
      }
    }

    assertThat(reasons).as("Spark lists no empty files").hasSize(3);
    assertThat(reasons.get("truncated.jpg")).contains("damaged");
    assertThat(reasons.get("text.png")).contains("no image of a known format");
    assertThat(reasons.get("huge.png")).contains("70 x 60 pixels is over maxPixels, 4100");
  }

  @Test
  void skipLeavesBadFilesOutHoweverTheyAreCounted() {
    Dataset<Row> result =
        stage().setHandleInvalid("skip").transform(ImageFolder.read(spark, images.toString()));

    assertThat(result.count()).isEqualTo(GOOD.size());
    assertThat(result.select("label").distinct().collectAsList()).hasSize(1);
  }

  @Test
  void errorNamesTheFileTheReasonAndTheRemedy() {
    Dataset<Row> files = ImageFolder.read(spark, images.toString(), "text.*");

    assertThatThrownBy(() -> stage().transform(files).collectAsList())
        .rootCause()
        .hasMessageContaining("no image of a known format");
    assertThatThrownBy(() -> stage().transform(files).collectAsList())
        .hasStackTraceContaining("column 'content'")
        .hasStackTraceContaining("bad.ones/text.png")
        .hasStackTraceContaining("set handleInvalid to skip");
  }

  @Test
  void pathsGiveWhatContentGives() {
    Dataset<Row> files = ImageFolder.read(spark, images.toString()).orderBy("path");
    ImagePreparer byContent = stage().setHandleInvalid("keep");
    ImagePreparer byPath = stage().setHandleInvalid("keep").setInputCol("path");

    assertThat(byPath.transform(files.select("path")).select("features").collectAsList())
        .isEqualTo(byContent.transform(files).select("features").collectAsList());
  }

  @Test
  void missingAndLongFilesAreBadValues() throws IOException {
    Path small = Files.write(folder.resolve("small.gif"), TestImages.file("animated.gif"));
    Dataset<Row> paths =
        LocalSpark.frame(
            "path STRING",
            row(images.resolve("nothing.png")),
            row(images),
            row(images.resolve("bad.ones").resolve("huge.png")),
            row(small),
            row(images.resolve("bad.ones").resolve("empty.gif")),
            RowFactory.create((Object) null),
            RowFactory.create("nofs://x/y.png"));

    List<Row> rows =
        stage()
            .setInputCol("path")
            .setMaxFileBytes(1_000)
            .setHandleInvalid("keep")
            .setErrorCol("why")
            .transform(paths.limit(6))
            .collectAsList();

    assertThat(rows.get(0).<String>getAs("why")).isEqualTo("there is no such file");
    assertThat(rows.get(1).<String>getAs("why")).contains("folder of this name");
    assertThat(rows.get(2).<String>getAs("why")).contains("over maxFileBytes, 1000");
    assertThat(rows.get(3).<String>getAs("why")).isNull();
    assertThat(rows.get(4).<String>getAs("why")).contains("the file is empty");
    assertThat(rows.get(5).<String>getAs("why")).isEqualTo("the value is null");
    // Storage that fails is no bad value
    assertThatThrownBy(
            () ->
                stage()
                    .setInputCol("path")
                    .setHandleInvalid("skip")
                    .transform(paths)
                    .collectAsList())
        .hasStackTraceContaining("nofs");
  }

  @Test
  void outputTypesHoldTheSameSamples() {
    Dataset<Row> files = ImageFolder.read(spark, images.toString(), "pattern.png");
    List<Float> floats =
        stage().setScale(1.0).transform(files).select("features").head().getList(0);
    Dataset<Row> vectors = stage().setScale(1.0).setOutputType("vector").transform(files);
    Vector vector = vectors.select("features").head().getAs(0);
    byte[] bytes =
        (byte[]) stage().setOutputType("uint8").transform(files).select("features").head().get(0);

    assertThat(floats).hasSize(90);
    for (int i = 0; i < 90; i++) {
      assertThat(vector.apply(i)).isEqualTo((double) floats.get(i));
      assertThat((float) (bytes[i] & 0xff)).isCloseTo(floats.get(i), within(0.5f));
    }
    assertThat(AttributeGroup.fromStructField(vectors.schema().apply("features")).size())
        .isEqualTo(90);
    NDArrayMetaData shape =
        (NDArrayMetaData)
            SparkSchemas.toDataVec(vectors.select("features").schema()).getMetaData(0);
    assertThat(shape.getShape()).containsExactly(3, 6, 5);
  }

  @Test
  void itIsAStageLikeOthers() {
    Dataset<Row> files =
        ImageFolder.read(spark, images.toString(), "{pattern,alpha,exif-6}*")
            .select("path", "content");
    StageContract.check(
        stage()
            .setFit("pad")
            .setColorMode("bgr")
            .setMean(0.4, 0.5, 0.6)
            .setStd(0.2)
            .setBackground(9)
            .setCropFraction(0.75)
            .setOutputType("vector"),
        files,
        folder);
  }

  @Test
  void aStreamGivesTheRowsThatTheBatchGives() throws Exception {
    ImagePreparer stage = stage().setHandleInvalid("skip");
    StreamingQuery query =
        stage
            .transform(ImageFolder.readStream(spark, images.toString()))
            .select("path", "label", "features")
            .writeStream()
            .format("memory")
            .queryName("images")
            .option("checkpointLocation", folder.resolve("checkpoint").toString())
            .trigger(Trigger.AvailableNow())
            .start();
    assertThat(query.awaitTermination(DEADLINE_MS)).isTrue();

    assertThat(spark.table("images").orderBy("path").collectAsList())
        .hasSize(GOOD.size())
        .isEqualTo(
            stage
                .transform(ImageFolder.read(spark, images.toString()))
                .select("path", "label", "features")
                .orderBy("path")
                .collectAsList());
  }

  @Test
  void badParamsAreRefusedWithTheRule() {
    ImagePreparer stage = new ImagePreparer("p");

    assertThatThrownBy(() -> stage.setHeight(0))
        .hasMessageContaining("height must be from 1 to 16384");
    assertThatThrownBy(() -> stage.setFit("squeeze"))
        .hasMessageContaining("fit must be one of [stretch, crop, pad], but is 'squeeze'");
    assertThatThrownBy(() -> stage.setStd(1, 0, 1)).hasMessageContaining("std must be above 0");
    assertThatThrownBy(() -> stage.setMean(Double.NaN)).hasMessageContaining("finite");
    assertThatThrownBy(() -> stage.setCropFraction(1.5)).hasMessageContaining("cropFraction");
    Dataset<Row> files = ImageFolder.read(spark, images.toString());
    assertThatThrownBy(() -> new ImagePreparer().setInputCol("length").transform(files))
        .hasMessageContaining("'length' must be binary")
        .hasMessageContaining("bigint");
    assertThatThrownBy(
            () -> new ImagePreparer().setOutputType("uint8").setMean(0.5).transform(files))
        .hasMessageContaining("uint8 holds samples from 0 to 255");
    assertThatThrownBy(() -> new ImagePreparer().setMean(1, 2).transform(files))
        .hasMessageContaining("mean must have one value or one for each of the 3 channels");
  }

  @Test
  void labelsAreTheFoldersNames() {
    Dataset<Row> paths =
        LocalSpark.frame(
            "path STRING",
            RowFactory.create("hdfs://h:9000/a/b c/d%20.e/1.jpg"),
            RowFactory.create("s3a://bucket/cats/2.png"),
            RowFactory.create("plain.png"));

    assertThat(
            paths
                .select(ImageFolder.label(paths.col("path")))
                .as(Encoders.STRING())
                .collectAsList())
        .containsExactly("d%20.e", "cats", "");
  }

  private static Row row(Path path) {
    return RowFactory.create(path.toString());
  }
}
