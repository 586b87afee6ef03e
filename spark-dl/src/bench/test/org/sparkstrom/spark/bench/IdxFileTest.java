// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxFileTest {

  @TempDir private Path folder;

  @Test
  void readsSizesAndBytes() throws IOException {
    Path file =
        IdxFiles.write(folder.resolve("idx"), 0x0803, new int[] {1, 2, 2}, 0, 127, 128, 255);
    IdxFile idx = IdxFile.read(file, 3);
    assertThat(new int[] {idx.size(0), idx.size(1), idx.size(2)}).containsExactly(1, 2, 2);
    assertThat(idx.bytes()).containsExactly(0, 127, (byte) 128, (byte) 255);
  }

  @Test
  void refusesAnotherNumberOfDimensions() throws IOException {
    Path file = IdxFiles.write(folder.resolve("idx"), 0x0801, new int[] {1}, 0);
    assertThatThrownBy(() -> IdxFile.read(file, 3))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("magic 0x00000803")
        .hasMessageContaining("starts with 0x00000801");
  }

  @Test
  void refusesFilesThatAreTooShortTooLongOrAbsurd() throws IOException {
    Path shorter = IdxFiles.write(folder.resolve("short"), 0x0801, new int[] {3}, 1, 2);
    assertThatThrownBy(() -> IdxFile.read(shorter, 1)).hasMessageContaining("ends early");
    Path longer = IdxFiles.write(folder.resolve("long"), 0x0801, new int[] {1}, 1, 2);
    assertThatThrownBy(() -> IdxFile.read(longer, 1)).hasMessageContaining("more bytes follow");
    Path absurd = IdxFiles.write(folder.resolve("absurd"), 0x0803, new int[] {1 << 30, 1 << 30, 4});
    assertThatThrownBy(() -> IdxFile.read(absurd, 3)).hasMessageContaining("1073741824");
    Path negative = IdxFiles.write(folder.resolve("negative"), 0x0801, new int[] {-1});
    assertThatThrownBy(() -> IdxFile.read(negative, 1)).hasMessageContaining("[-1]");
  }
}
