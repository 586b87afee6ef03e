// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.sparkstrom.sharing.transport.Transport;

/**
 * The program of the second JVM: sends every frame back until its control connection closes.
 *
 * <p>Argument: the TCP port on which the first JVM tells its UDP port and hears ours.
 */
final class EchoPeer {
  private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(60);

  private EchoPeer() {}

  public static void main(String[] arguments) throws Exception {
    long startNs = System.nanoTime();
    try (Socket control =
            new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0]));
        Transport transport = AeronTransport.open(AeronConfig.on("127.0.0.1"), TestKeys.ids(1))) {
      DataOutputStream out = new DataOutputStream(control.getOutputStream());
      DataInputStream in = new DataInputStream(control.getInputStream());
      out.writeInt(transport.endpoint().port());
      transport.connect(List.of(TestKeys.peer(0, in.readInt())));
      Deque<ByteBuffer> echoes = new ArrayDeque<>();
      while (System.nanoTime() - startNs < DEADLINE_NS && in.available() == 0) {
        int work =
            transport.poll(
                frame -> echoes.add(ByteBuffer.allocate(frame.remaining()).put(frame).flip()));
        while (!echoes.isEmpty()) {
          transport.send(0, echoes.remove());
        }
        if (work == 0) {
          LockSupport.parkNanos(50_000);
        }
      }
    }
  }
}
