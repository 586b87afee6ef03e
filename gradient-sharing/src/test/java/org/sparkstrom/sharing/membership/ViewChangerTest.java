// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sparkstrom.sharing.membership.CoordinatorFixture.member;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparkstrom.sharing.security.FitSecret;

/** How the coordinator leads members from view to view, message by message. */
class ViewChangerTest {
  private static final long SECOND = 1_000_000_000L;

  private final List<String> effects = new ArrayList<>();

  @Test
  void leadsTheSurvivorsOfALossThroughThreeSteps() {
    ViewChanger changer = started(3, 2);

    changer.lose(member(1), "lost", "gone", 0);
    assertThat(taken())
        .containsExactly(
            "evict 1: evicted: lost worker 1 (executor 1, attempt 0), before it reported any round:"
                + " gone",
            "0 <- Suspend[number=2]",
            "2 <- Suspend[number=2]");
    changer.suspended(member(0), 2, 7, 0);
    assertThat(taken()).isEmpty();
    changer.suspended(member(2), 2, 8, 0);
    ViewChange change = new ViewChange(view(2, 0, 2), 8, 2, List.of(0), 0, List.of());
    assertThat(taken())
        .containsExactly(
            "0 <- " + new ControlMessage.Prepare(change),
            "2 <- " + new ControlMessage.Prepare(change));
    changer.ready(member(2), 2, 0);
    assertThat(taken()).isEmpty();
    changer.ready(member(0), 2, 0);
    assertThat(taken()).containsExactly("0 <- Install[number=2]", "2 <- Install[number=2]");
  }

  @Test
  void beginsAnewWhenAnotherIsLostMeanwhileAndIgnoresAnswersToTheOldChange() {
    ViewChanger changer = started(4, 2);
    changer.lose(member(1), "lost", "gone", 0);
    changer.suspended(member(0), 2, 7, 0);
    changer.suspended(member(2), 2, 7, 0);
    changer.suspended(member(3), 2, 7, 0);
    changer.ready(member(0), 2, 0);
    taken();

    changer.lose(member(3), "lost", "gone too", 0);
    changer.ready(member(2), 2, 0);
    changer.suspended(member(2), 2, 7, 0);

    assertThat(taken())
        .filteredOn(effect -> effect.contains("<-"))
        .containsExactly("0 <- Suspend[number=3]", "2 <- Suspend[number=3]");
    finish(changer, 3, 8, 0, 2);
    assertThat(taken()).contains("0 <- Install[number=3]", "2 <- Install[number=3]");
  }

  @Test
  void takesANewAttemptInAndGivesItADonor() {
    ViewChanger changer = started(3, 2);
    changer.lose(member(0), "lost", "gone", 0);
    finish(changer, 2, 5, 1, 2);
    taken();
    Member again = new Member(0, 9, "127.0.0.1", 5, 10, "executor 9, attempt 1");

    assertThat(changer.join(again, 0)).isEmpty();
    assertThat(taken()).containsExactly("1 <- Suspend[number=3]", "2 <- Suspend[number=3]");
    changer.suspended(member(1), 3, 6, 0);
    changer.suspended(member(2), 3, 6, 0);
    ViewChange change =
        new ViewChange(
            new View(CoordinatorFixture.SESSION, 3, List.of(again, member(1), member(2))),
            6,
            1,
            List.of(),
            1,
            List.of(0));
    assertThat(taken()).hasSize(3).allMatch(effect -> effect.endsWith("" + change + "]"));
    changer.ready(member(1), 3, 0);
    changer.ready(member(2), 3, 0);
    assertThat(taken()).contains("0 <- Install[number=3]").hasSize(3);
  }

  @Test
  void tellsWhomItHasLostAndWhoHasCome() {
    ViewChanger changer = started(3, 1);
    changer.lose(member(0), "lost", "gone", 0);
    finish(changer, 2, 5, 1, 2);
    Member again = new Member(0, 9, "127.0.0.1", 5, 10, "executor 9, attempt 1");
    changer.join(again, 0);
    finish(changer, 3, 6, 1, 2);

    assertThat(changer.state().events())
        .extracting(MembershipEvent::toString)
        .containsExactly(
            "lost worker 0 (executor 0, attempt 0) after round 0; 2 go on: gone",
            "worker 0 (executor 9, attempt 1) has joined after round 6; 3 go on");
  }

  @Test
  void aNewAttemptTakesPartOnceItsComingIsTold() {
    ViewChanger changer = started(3, 1);
    changer.lose(member(0), "lost", "gone", 0);
    Member again = new Member(0, 9, "127.0.0.1", 5, 10, "executor 9, attempt 1");
    changer.join(again, 0);

    MembershipState before = changer.state();
    assertThat(before.members()).containsExactly(member(1), member(2));
    assertThat(before.waiting()).containsExactly(again);
    assertThat(before.events()).hasSize(1);

    finish(changer, 2, 5, 1, 2);
    MembershipState after = changer.state();
    assertThat(after.members()).containsExactly(again, member(1), member(2));
    assertThat(after.waiting()).isEmpty();
    assertThat(after.events())
        .extracting(MembershipEvent::kind)
        .containsExactly(MembershipEvent.Kind.LOST, MembershipEvent.Kind.JOINED);
  }

  @Test
  void aMemberWithoutASnapshotStaysAJoinerInTheNextView() {
    ViewChanger changer = started(3, 1);
    changer.lose(member(0), "lost", "gone", 0);
    finish(changer, 2, 5, 1, 2);
    Member again = new Member(0, 9, "127.0.0.1", 5, 10, "executor 9, attempt 1");
    changer.join(again, 0);
    finish(changer, 3, 5, 1, 2);
    taken();

    changer.lose(member(1), "lost", "the donor died", 0);
    changer.suspended(again, 4, ViewChanges.NO_STATE, 0);
    changer.suspended(member(2), 4, 6, 0);

    assertThat(taken()).anyMatch(effect -> effect.contains("donor=2, joiners=[0]"));
  }

  @Test
  void endsTheFitWhenOnlyJoinersAreLeft() {
    ViewChanger changer = started(2, 1);
    changer.lose(member(0), "lost", "gone", 0);
    finish(changer, 2, 5, 1);
    Member again = new Member(0, 9, "127.0.0.1", 5, 10, "executor 9, attempt 1");
    changer.join(again, 0);
    finish(changer, 3, 5, 1);
    changer.lose(member(1), "lost", "the donor died", 0);
    taken();

    changer.suspended(again, 4, ViewChanges.NO_STATE, 0);

    assertThat(taken())
        .singleElement()
        .asString()
        .startsWith("fail: nobody is left who has the state of the fit: lost worker 0")
        .contains("the donor died");
  }

  @Test
  void losesWhoDoesNotAnswerInTime() {
    ViewChanger changer = started(3, 1);
    changer.lose(member(0), "lost", "gone", 0);
    changer.suspended(member(1), 2, 5, 0);
    changer.tick(9 * SECOND);
    taken();

    changer.tick(11 * SECOND);

    assertThat(taken())
        .first()
        .asString()
        .startsWith("evict 2: evicted: lost worker 2")
        .endsWith("view 2 could not be begun because of it within 10.0 s");
  }

  @Test
  void losesAHelperWhomNobodyHears() {
    ViewChanger changer = started(4, 1);
    changer.lose(member(0), "lost", "gone", 0);
    changer.suspended(member(1), 2, 5, 0);
    changer.suspended(member(2), 2, 6, 0);
    changer.suspended(member(3), 2, 5, 0);
    changer.ready(member(2), 2, 0);
    taken();

    changer.tick(11 * SECOND);

    assertThat(taken())
        .filteredOn(effect -> effect.startsWith("evict"))
        .singleElement()
        .asString()
        .startsWith("evict 2: evicted: lost worker 2")
        .endsWith("view 2 could not be prepared because of it within 10.0 s");
  }

  @Test
  void oneSurvivorIsEnoughIfTheFitSaysSoAndItGoesOnAlone() {
    ViewChanger changer = started(2, 1);

    changer.lose(member(1), "lost", "gone", 0);
    finish(changer, 2, 5, 0);

    assertThat(taken()).contains("0 <- Install[number=2]");
  }

  @Test
  void isCompleteWhenAllWhoAreLeftAreDone() {
    ViewChanger changer = started(3, 1);
    changer.complete(member(0), "aa");
    changer.complete(member(2), "aa");
    assertThat(taken()).isEmpty();

    changer.lose(member(1), "lost", "gone", 0);

    assertThat(taken()).last().isEqualTo("complete");
  }

  @Test
  void evictsTheOneThatAllOthersWaitFor() {
    ViewChanger changer = started(3, 2);
    changer.stalled(member(0), 1, List.of(1), 0);
    assertThat(taken()).isEmpty();

    changer.stalled(member(2), 1, List.of(1), 0);

    assertThat(taken()).first().asString().startsWith("evict 1:").endsWith("others wait for it");
  }

  @Test
  void ignoresStallsOfAViewThatIsOver() {
    ViewChanger changer = started(3, 1);
    changer.lose(member(0), "lost", "gone", 0);
    finish(changer, 2, 5, 1, 2);
    taken();

    changer.stalled(member(1), 1, List.of(2), 0);
    changer.tick(5 * SECOND);

    assertThat(taken()).isEmpty();
  }

  private ViewChanger started(int workers, int minWorkers) {
    CoordinatorConfig config =
        new CoordinatorConfig(
            CoordinatorFixture.SESSION,
            FitSecret.random(new SecureRandom()),
            "127.0.0.1",
            "127.0.0.1",
            0,
            workers,
            minWorkers,
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofSeconds(10));
    ViewChanger changer =
        new ViewChanger(config, new Roster(CoordinatorFixture.SESSION, workers), new Recorder());
    for (int rank = 0; rank < workers; rank++) {
      assertThat(changer.join(member(rank), 0)).isEmpty();
    }
    assertThat(taken()).hasSize(workers).allMatch(effect -> effect.contains("<- Joined"));
    return changer;
  }

  private static void finish(ViewChanger changer, int number, long round, int... survivors) {
    for (int rank : survivors) {
      changer.suspended(member(rank), number, round, 0);
    }
    for (int rank : survivors) {
      changer.ready(member(rank), number, 0);
    }
  }

  private static View view(int number, int... ranks) {
    List<Member> members = new ArrayList<>();
    for (int rank : ranks) {
      members.add(member(rank));
    }
    return new View(CoordinatorFixture.SESSION, number, members);
  }

  private List<String> taken() {
    List<String> taken = List.copyOf(effects);
    effects.clear();
    return taken;
  }

  /** Notes effects as text. */
  private final class Recorder implements ViewChanger.Effects {
    @Override
    public void send(Member to, ControlMessage message) {
      effects.add(to.rank() + " <- " + message);
    }

    @Override
    public void evict(Member member, String reason) {
      effects.add("evict " + member.rank() + ": " + reason);
    }

    @Override
    public void fail(String reason) {
      effects.add("fail: " + reason);
    }

    @Override
    public void complete() {
      effects.add("complete");
    }
  }
}
