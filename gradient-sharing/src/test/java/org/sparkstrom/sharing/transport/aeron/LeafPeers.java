// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.sparkstrom.sharing.transport.Transport;

/**
 * The program of a second JVM: many workers that have the first JVM's worker as their only peer.
 *
 * <p>Arguments: the TCP port on which the first JVM hears the UDP ports and tells its own, the
 * number of workers, and the length of their terms. Ends when the connection does.
 */
final class LeafPeers {
  private LeafPeers() {}

  public static void main(String[] arguments) throws Exception {
    int count = Integer.parseInt(arguments[1]);
    long budgetBytes =
        LogBudget.DRIVER_BYTES + LogBudget.streamBytes(1, Integer.parseInt(arguments[2]));
    AeronConfig config = AeronConfig.on("127.0.0.1").withMemoryBudgetBytes(budgetBytes);
    List<Transport> leaves = new ArrayList<>();
    try (Socket control =
        new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0]))) {
      DataOutputStream out = new DataOutputStream(control.getOutputStream());
      DataInputStream in = new DataInputStream(control.getInputStream());
      for (int rank = 1; rank <= count; rank++) {
        Transport leaf = AeronTransport.open(config, TestKeys.ids(rank));
        leaves.add(leaf);
        out.writeInt(leaf.endpoint().port());
      }
      int hubPort = in.readInt();
      leaves.forEach(leaf -> leaf.connect(List.of(TestKeys.peer(0, hubPort))));
      in.read();
    } finally {
      leaves.forEach(Transport::close);
    }
  }
}
