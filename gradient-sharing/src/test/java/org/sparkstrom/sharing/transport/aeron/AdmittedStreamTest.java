// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import org.junit.jupiter.api.Test;

class AdmittedStreamTest {

  @Test
  void admitsTheSendersOfTheLastCallOnly() {
    AdmittedStream stream = new AdmittedStream(2000, 1);
    assertThat(stream.admits(0x1200)).isFalse();

    stream.admit(List.of(0x7fff_ff00, 0x1200, -256));
    assertThat(stream.senders()).isEqualTo(3);
    assertThat(stream.admits(0x1234)).as("any counter").isTrue();
    assertThat(stream.admits(-1)).isTrue();
    assertThat(stream.admits(0x1300)).isFalse();

    stream.admit(List.of(0x1300));
    assertThat(stream.admits(0x1234)).isFalse();
  }

  @Test
  void tellsARefusalOnceItHasLasted() {
    AdmittedStream stream = new AdmittedStream(2000, 1);
    stream.refused("first", 100);
    stream.refused("second", 140);

    assertThat(stream.refusal(149, 50)).isEmpty();
    assertThat(stream.refusal(150, 50)).contains("second");
    stream.accepted();
    assertThat(stream.refusal(1000, 50)).isEmpty();
  }

  @Test
  void sendersHaveTwoLogsEachAndFourMoreAndAllTogetherTheBudget() {
    AdmittedStream stream = new AdmittedStream(2000, 1000);
    stream.admit(List.of(0x100));
    assertThat(stream.tooMuch(1000)).isEmpty();
    stream.imageOpened(0x101, 400);
    assertThat(stream.tooMuch(600)).isEmpty();
    assertThat(stream.tooMuch(601))
        .contains(
            "a log of 601 bytes beside the 400 of other peers would pass 1000 bytes, what"
                + " memoryBudgetBytes leaves for logs");
    for (int i = 0; i < 5; i++) {
      assertThat(stream.tooMuch(1)).isEmpty();
      stream.imageOpened(0x102 + i, 1);
    }
    assertThat(stream.tooMuch(1)).contains("1 peers have 6 streams already");
    stream.imageClosed(0x101, 400);
    assertThat(stream.tooMuch(995)).isEmpty();
  }

  @Test
  void logsOfPeersThatAreGoneKeepNobodyOutWhileThereAreBytes() {
    AdmittedStream stream = new AdmittedStream(2000, 1000);
    for (int peer = 1; peer <= 50; peer++) {
      stream.admit(List.of(peer << 8));
      assertThat(stream.tooMuch(10)).isEmpty();
      stream.imageOpened(peer << 8 | 1, 10);
    }
    assertThat(stream.images()).isEqualTo(50);
    assertThat(stream.tooMuch(501)).isPresent();
    stream.imageClosed(1 << 8 | 1, 10);
    assertThat(stream.tooMuch(501)).isEmpty();
  }

  @Test
  void theDriverKnowsTheStreamsOfAllTransports() {
    StreamAdmission admission = new StreamAdmission();
    AdmittedStream one = admission.open(2000, 5);
    AdmittedStream other = admission.open(3000, 7);
    one.admit(List.of(0x100));

    assertThat(admission.admits(2000, 0x101)).isTrue();
    assertThat(admission.admits(3000, 0x101)).isFalse();
    assertThat(admission.admits(4000, 0x101)).isFalse();
    assertThat(admission.find(3000)).containsSame(other);
    assertThatIllegalStateException()
        .isThrownBy(() -> admission.open(2000, 1))
        .withMessage("stream 2000 is received on already; each join must have a salt of its own");

    admission.close(one);
    admission.close(one);
    assertThat(admission.admits(2000, 0x101)).isFalse();
    assertThat(admission.find(2000)).isEmpty();
  }
}
