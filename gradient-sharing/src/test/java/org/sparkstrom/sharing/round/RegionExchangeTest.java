// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.membership.Liveness;
import org.sparkstrom.sharing.membership.SharingAbortedException;
import org.sparkstrom.sharing.membership.View;
import org.sparkstrom.sharing.membership.ViewChange;
import org.sparkstrom.sharing.membership.ViewChanges;
import org.sparkstrom.sharing.membership.ViewInstruction;
import org.sparkstrom.sharing.threshold.FixedThreshold;
import org.sparkstrom.sharing.threshold.TargetDensity;
import org.sparkstrom.sharing.topology.RegionPlan;
import org.sparkstrom.sharing.topology.Topology;
import org.sparkstrom.sharing.transport.Transport;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class RegionExchangeTest {
  private static final BlockLayout LAYOUT = BlockLayout.of(3000, 20, 500, 10);
  private static final int LENGTH = LAYOUT.parameterCount();
  private static final ExchangeConfig CONFIG =
      Mesh.thresholdConfig(new TargetDensity(0.02, 10, -4), Aggregation.MEAN);

  private static final RegionPlan MIXED = RegionPlan.ofFactors(List.of(3), List.of(2));

  /** Plans that leave the range whole, that split it, and that do both. */
  static Stream<RegionPlan> plans() {
    Stream<RegionPlan> chosen =
        IntStream.of(2, 3, 4, 5, 6, 8, 12)
            .boxed()
            .flatMap(w -> Stream.of(RegionPlan.of(w, LENGTH), RegionPlan.of(w, 25_000_000)));
    return Stream.concat(chosen, Stream.of(MIXED, RegionPlan.ofFactors(List.of(2, 2), List.of(3))));
  }

  @ParameterizedTest
  @MethodSource("plans")
  void allReplicasApplyTheSameBits(RegionPlan plan) throws Exception {
    int workers = plan.workers();
    try (Mesh mesh = new Mesh(workers)) {
      List<RegionExchange> exchanges = exchanges(mesh, plan);
      float[][] replicas = run(exchanges, 40, 7);
      assertThat(replicas[0]).isNotEqualTo(new float[LENGTH]);
      for (float[] replica : replicas) {
        assertThat(replica).isEqualTo(replicas[0]);
      }
      for (RegionExchange exchange : exchanges) {
        ExchangeCounters counters = exchange.counters();
        assertThat(counters.rounds()).isEqualTo(40);
        assertThat(counters.rejectedFrames()).isZero();
        assertThat(counters.bytesSent()).isPositive();
        long dense = sentParameters(plan);
        assertThat(counters.denseBytes() / 40 / 4).isBetween(dense - 40L, dense + 40L);
      }
    }
  }

  private static long sentParameters(RegionPlan plan) {
    long sent = 0;
    for (int level = 0; level < plan.levels(); level++) {
      int kept = plan.regionEnd(0, level + 1, LENGTH) - plan.regionStart(0, level + 1, LENGTH);
      int messages = (plan.isSplit(level) ? 2 : 1) * (plan.factor(level) - 1);
      sent += (long) messages * kept;
    }
    return sent;
  }

  @ParameterizedTest
  @MethodSource("plans")
  void goesOnFromWhatItHasSaved(RegionPlan plan) throws Exception {
    int workers = plan.workers();
    float[][] whole = new float[workers][LENGTH];
    float[][] parts = new float[workers][LENGTH];
    List<ExchangeState> states = new ArrayList<>();
    try (Mesh mesh = new Mesh(workers)) {
      List<RegionExchange> exchanges = exchanges(mesh, plan);
      add(whole, run(exchanges, 12, 3));
      exchanges.forEach(exchange -> states.add(exchange.save()));
      add(parts, whole);
      add(whole, run(exchanges, 12, 4));
    }
    try (Mesh mesh = new Mesh(workers)) {
      List<RegionExchange> exchanges = exchanges(mesh, plan);
      for (int rank = 0; rank < workers; rank++) {
        exchanges.get(rank).restore(states.get(rank));
      }
      add(parts, run(exchanges, 12, 4));
    }
    assertThat(parts).isDeepEqualTo(whole);
    assertThat(whole[0]).isNotEqualTo(new float[LENGTH]);
  }

  @Test
  void refusesTheStateOfAnotherPlan() {
    try (Mesh mesh = new Mesh(6)) {
      RegionPlan split = RegionPlan.ofFactors(List.of(3, 2));
      ExchangeState state = new RegionExchange(mesh.peering(0), LAYOUT, CONFIG, split).save();
      RegionExchange other = new RegionExchange(mesh.peering(1), LAYOUT, CONFIG, MIXED);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> other.restore(state))
          .withMessageContaining("another version chose other regions; resume with the version");
    }
  }

  private static void add(float[][] sums, float[][] values) {
    for (int row = 0; row < sums.length; row++) {
      for (int i = 0; i < LENGTH; i++) {
        sums[row][i] += values[row][i];
      }
    }
  }

  @Test
  void aLoneWorkerUsesTheSameCodecAndNoTransport() {
    try (Mesh mesh = new Mesh(1)) {
      RegionExchange exchange =
          new RegionExchange(
              mesh.peering(0),
              LAYOUT,
              Mesh.thresholdConfig(new FixedThreshold(1), Aggregation.MEAN));
      mesh.peering(0).transport().close();
      float[] update = new float[LENGTH];
      update[0] = 0.75f;
      exchange.exchange(update);
      assertThat(update[0]).isZero();
      update[0] = 0.75f;
      exchange.exchange(update);
      assertThat(update[0]).isEqualTo(1);
      assertThat(exchange.counters().bytesSent()).isZero();
      exchange.drain(update);
      assertThat(update).containsOnly(0f);
      assertThatIllegalStateException()
          .isThrownBy(() -> exchange.exchange(update))
          .withMessage("the exchange of worker 0 (thread 0) is drained");
    }
  }

  @Test
  void damagedReplayedAndForeignFramesChangeNothing() throws Exception {
    AtomicInteger transports = new AtomicInteger();
    float[][] quiet = run(transport -> transport, 0);
    float[][] disturbed =
        run(
            transport -> new HostileTransport(transport, new Random(transports.incrementAndGet())),
            1);
    assertThat(disturbed).isDeepEqualTo(quiet);
  }

  @Test
  void framesOnTheirWayToOthersAreRefused() throws Exception {
    CopyOnWriteArrayList<EavesdroppingTransport> all = new CopyOnWriteArrayList<>();
    float[][] quiet = run(transport -> transport, 0);
    float[][] disturbed = run(transport -> new EavesdroppingTransport(transport, all), 1);
    assertThat(disturbed).isDeepEqualTo(quiet);
  }

  static Stream<Arguments> plansOfFour() {
    return Stream.of(
        Arguments.of(
            RegionPlan.ofFactors(List.of(2, 2)),
            "phase 2 of 4 (reduce-scatter, level 2)",
            "phase 1 of 4 (reduce-scatter, level 1)"),
        Arguments.of(
            RegionPlan.ofFactors(List.of(2), List.of(2)),
            "phase 2 of 3 (sums of whole regions, level 2)",
            "phase 1 of 3 (reduce-scatter, level 1)"));
  }

  @ParameterizedTest
  @MethodSource("plansOfFour")
  void aRoundThatTimesOutNamesPhaseAndMissingWorkers(RegionPlan plan, String second, String first)
      throws Exception {
    try (Mesh mesh = new Mesh(4)) {
      ExchangeConfig config = Mesh.impatientConfig(Duration.ofSeconds(3));
      List<RegionExchange> exchanges =
          IntStream.range(0, 4)
              .mapToObj(rank -> new RegionExchange(mesh.peering(rank), LAYOUT, config, plan))
              .toList();
      // Worker 3 is silent: worker 2 awaits it at once, worker 1 later, worker 0 awaits worker 2.
      String[] expected = {
        second + " of: [worker 2 (thread 2)]",
        second + " of: [worker 3 (thread 3)]",
        first + " of: [worker 3 (thread 3)]"
      };
      Mesh.inParallel(
          3,
          rank ->
              assertThatExceptionOfType(RoundFailedException.class)
                  .isThrownBy(() -> exchanges.get(rank).exchange(new float[LENGTH]))
                  .withMessageContaining("round 1 on worker " + rank)
                  .withMessageContaining("roundTimeout = PT3S")
                  .withMessageContaining(expected[rank])
                  .withMessageContaining("rejected frames: none"));
    }
  }

  @Test
  void theCoordinatorsReasonEndsTheWaitBeforeTheDeadline() {
    AtomicInteger checks = new AtomicInteger();
    Liveness liveness =
        () -> {
          if (checks.incrementAndGet() > 5) {
            throw new SharingAbortedException("worker 1 was lost");
          }
        };
    try (Mesh mesh = new Mesh(2, UnaryOperator.identity(), liveness)) {
      RegionExchange exchange = new RegionExchange(mesh.peering(0), LAYOUT, CONFIG);
      assertThatExceptionOfType(SharingAbortedException.class)
          .isThrownBy(() -> exchange.exchange(new float[LENGTH]))
          .withMessage("worker 1 was lost");
      assertThatIllegalStateException()
          .isThrownBy(() -> exchange.exchange(new float[LENGTH]))
          .withMessage("the exchange of worker 0 (thread 0) is closed");
    }
  }

  @Test
  void regionsNeedThresholdsInStepAndAViewThatStays() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Mesh.denseConfig(Aggregation.MEAN).with(Topology.REGIONS))
        .withMessageContaining("REGIONS needs the quantizer THRESHOLD and the synchrony SYNC");
    try (Mesh mesh = new Mesh(2)) {
      Peering fixed = mesh.peering(0);
      assertThat(open(fixed, Topology.REGIONS)).isInstanceOf(RegionExchange.class);
      assertThat(open(fixed, Topology.AUTO)).isInstanceOf(SynchronousExchange.class);
      Peering elastic =
          new Peering(
              fixed.view(),
              0,
              fixed.keys(),
              fixed.transport(),
              fixed.liveness(),
              new StillViewChanges());
      assertThatIllegalArgumentException()
          .isThrownBy(() -> open(elastic, Topology.REGIONS))
          .withMessageContaining("needs a view that does not change");
    }
    try (Mesh mesh = new Mesh(Topology.LARGEST_MESH + 1)) {
      assertThat(open(mesh.peering(0), Topology.AUTO)).isInstanceOf(RegionExchange.class);
      assertThat(open(mesh.peering(0), Topology.MESH)).isInstanceOf(SynchronousExchange.class);
    }
  }

  private static UpdateExchange open(Peering peering, Topology topology) {
    return UpdateExchange.open(
        peering, LAYOUT, CONFIG.with(topology), new float[LENGTH], ReplicaState.NONE);
  }

  private static float[][] run(UnaryOperator<Transport> disturbance, int least) throws Exception {
    try (Mesh mesh = new Mesh(MIXED.workers(), disturbance, Liveness.ALWAYS)) {
      List<RegionExchange> exchanges = exchanges(mesh, MIXED);
      float[][] replicas = run(exchanges, 25, 11);
      for (RegionExchange exchange : exchanges) {
        long rejected = exchange.counters().rejectedFrames();
        assertThat(rejected).isBetween((long) least, least * Long.MAX_VALUE);
      }
      return replicas;
    }
  }

  private static List<RegionExchange> exchanges(Mesh mesh, RegionPlan plan) {
    return IntStream.range(0, plan.workers())
        .mapToObj(rank -> new RegionExchange(mesh.peering(rank), LAYOUT, CONFIG, plan))
        .toList();
  }

  private static float[][] run(List<RegionExchange> exchanges, int rounds, long seed)
      throws Exception {
    float[][] replicas = new float[exchanges.size()][LENGTH];
    Mesh.inParallel(
        exchanges.size(),
        rank -> {
          Random random = new Random(seed * 100 + rank);
          float[] update = new float[LENGTH];
          for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < LENGTH; i++) {
              update[i] = (float) (0.1 * random.nextGaussian());
            }
            exchanges.get(rank).exchange(update);
            for (int i = 0; i < LENGTH; i++) {
              replicas[rank][i] -= update[i];
            }
          }
        });
    return replicas;
  }

  /** Changes that may come, but do not. */
  private static final class StillViewChanges implements ViewChanges {
    @Override
    public Optional<ViewChange> admission() {
      return Optional.empty();
    }

    @Override
    public Optional<ViewInstruction> poll() {
      return Optional.empty();
    }

    @Override
    public void suspended(int number, long frontier) {}

    @Override
    public void ready(int number) {}

    @Override
    public Verdict stalled(View view, long round, List<Integer> missing) {
      return Verdict.WAIT;
    }
  }
}
