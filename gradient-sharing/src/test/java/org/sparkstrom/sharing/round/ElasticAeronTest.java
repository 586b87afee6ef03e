// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sparkstrom.sharing.transport.aeron.AeronConfig;
import org.sparkstrom.sharing.transport.aeron.AeronTransport;

/** A loss and a join over the transport that executors use. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ElasticAeronTest {

  @ParameterizedTest
  @EnumSource(names = {"SYNC", "PIPELINED"})
  void aWorkerDiesAndComesBack(Synchrony synchrony) throws Exception {
    AeronConfig local = AeronConfig.on("127.0.0.1");
    try (ElasticFit fit =
        new ElasticFit(
            3,
            2,
            ElasticExchangeTest.config(synchrony),
            40,
            ids -> AeronTransport.open(local, ids))) {
      List<ElasticWorker> all = new ArrayList<>();
      for (int rank = 0; rank < 3; rank++) {
        all.add(new ElasticWorker(fit, rank));
      }
      all.get(1).dieAt(10, 1);
      all.get(0).holdAt = 20;
      all.forEach(fit::start);
      fit.awaitGone(all.get(1));

      ElasticWorker second = fit.start(1);
      ElasticFit.await("it is in", () -> second.view != null);
      all.get(0).holdAt = Long.MAX_VALUE;
      second.awaitEnd();
      all.get(0).awaitEnd();
      all.get(2).awaitEnd();

      assertThat(second.firstStep).isBetween(10L, 22L);
      Ledger.of(fit.workers).check(synchrony, 40);
    }
  }
}
