// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlasKernelTest {

  private static final Set<String> AVX2_CPU = Set.of("sse4_2", "avx", "avx2");
  private static final Set<String> AVX512_CPU = Set.of("avx", "avx2", "avx512f", "avx512dq");

  @Test
  void theKernelInUseTellsItsName() {
    BlasKernel kernel = BlasKernel.inUse().orElseThrow();
    assertThat(kernel.core()).isNotBlank();
    assertThat(kernel.config()).contains("OpenBLAS").contains(kernel.core());
  }

  @ParameterizedTest
  @CsvSource({"Barcelona", "Nehalem", "Sandybridge", "generic"})
  void oldKernelsOnANewCpuAreNamedWithTheSetting(String core) {
    assertThat(new BlasKernel(core, "").misfit(AVX2_CPU).orElseThrow())
        .contains(core)
        .contains("OPENBLAS_CORETYPE=Haswell");
    assertThat(new BlasKernel(core, "").misfit(AVX512_CPU).orElseThrow())
        .contains("OPENBLAS_CORETYPE=SkylakeX");
  }

  @Test
  void kernelsThatUseWhatTheCpuHasAreFine() {
    assertThat(new BlasKernel("Zen", "").misfit(AVX2_CPU)).isEmpty();
    assertThat(new BlasKernel("Haswell", "").misfit(AVX2_CPU)).isEmpty();
    assertThat(new BlasKernel("SkylakeX", "").misfit(AVX512_CPU)).isEmpty();
    assertThat(new BlasKernel("Nehalem", "").misfit(Set.of("sse4_2"))).isEmpty();
    assertThat(new BlasKernel("Nehalem", "").misfit(Set.of())).isEmpty();
  }

  @Test
  void narrowKernelsOnAWideCpuAreNamed() {
    assertThat(new BlasKernel("Zen", "").misfit(AVX512_CPU).orElseThrow()).contains("SkylakeX");
  }
}
