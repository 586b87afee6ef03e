// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KerasFileTest {

  private static final byte[] HDF5 = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
  private static final Duration LONG = Duration.ofMinutes(5);

  @TempDir Path folder;

  private String file(byte... bytes) throws IOException {
    return Files.write(folder.resolve("model"), bytes).toString();
  }

  @Test
  void keras3FilesAreRefusedWithTheRemedy() throws IOException {
    String path = file((byte) 'P', (byte) 'K', (byte) 3, (byte) 4, (byte) 0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KerasFile.read(path, new Configuration(), LONG))
        .withMessage(
            "'%s' must be a Keras model in the HDF5 format, but is a zip, as Keras 3 writes .keras files; save it with model.save('model.h5')"
                .formatted(path));
  }

  @Test
  void otherFilesAreRefused() throws IOException {
    String path = file();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KerasFile.read(path, new Configuration(), LONG))
        .withMessageContaining("but is something else");
  }

  @Test
  void aDamagedFileIsTheImportsErrorAndNoCrashHere() throws IOException {
    String path = file(HDF5);
    assertThat(catchThrowable(() -> KerasFile.read(path, new Configuration(), LONG)))
        .isInstanceOfAny(IllegalArgumentException.class, IllegalStateException.class)
        .hasMessageContaining("the Keras model '" + path + "'");
  }

  @Test
  void anImportThatTakesTooLongIsStopped() throws IOException {
    String path = file(HDF5);
    assertThatIllegalStateException()
        .isThrownBy(() -> KerasFile.read(path, new Configuration(), Duration.ofMillis(1)))
        .withMessageContaining("must end within 1 ms, but does not; it was stopped");
  }

  @Test
  void withoutTheImportTheErrorNamesTheJars() {
    assertThatIllegalStateException()
        .isThrownBy(() -> KerasFile.requireImport(ClassLoader.getPlatformClassLoader()))
        .withMessageContaining(
            "org.deeplearning4j:deeplearning4j-modelimport and org.bytedeco:hdf5");
  }

  @Test
  void jarsThatSparkHasAddedAreOnTheClassPathOfTheImport() throws IOException {
    URL jar = folder.resolve("with space.jar").toUri().toURL();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {jar})) {
      assertThat(KerasImportProcess.classPath(loader).split(":", -1))
          .contains(folder.resolve("with space.jar").toString())
          .contains(
              Path.of(System.getProperty("java.class.path").split(":", -1)[0])
                  .toAbsolutePath()
                  .toString());
    }
  }

  @Test
  void shapesOfInputsAreReadFromTheConfiguration() {
    KerasConfig old =
        KerasConfig.ofJson(
            "{\"class_name\":\"Sequential\",\"config\":[{\"class_name\":\"Dense\",\"config\":{\"name\":\"dense_1\",\"batch_input_shape\":[null,784]}}]}");
    assertThat(old.isSequential()).isTrue();
    assertThat(old.firstInput()).hasToString("'dense_1_input' FLOAT32 [any, 784]");
    KerasConfig graph =
        KerasConfig.ofJson(
            "{\"class_name\":\"Functional\",\"config\":{\"layers\":[{\"class_name\":\"InputLayer\",\"name\":\"a\",\"config\":{\"batch_input_shape\":[null,null,3]}},{\"class_name\":\"InputLayer\",\"name\":\"b\",\"config\":{\"batch_shape\":[8,28,28,1]}}]}}");
    assertThat(graph.isSequential()).isFalse();
    assertThat(graph.inputs(List.of("b", "a")))
        .extracting(Object::toString)
        .containsExactly("'b' FLOAT32 [any, 28, 28, 1]", "'a' FLOAT32 [any, any, 3]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> graph.inputs(List.of("c")))
        .withMessageContaining("its inputs are [c], but its configuration has only []");
  }
}
