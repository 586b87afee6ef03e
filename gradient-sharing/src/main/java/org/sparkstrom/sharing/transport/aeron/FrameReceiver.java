// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.Header;
import java.util.HashSet;
import java.util.Set;
import org.agrona.DirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;
import org.sparkstrom.sharing.transport.Transport.FrameHandler;

/** Makes frames of the packets of all streams that arrive at one port. Not thread-safe. */
final class FrameReceiver {
  private static final int FRAGMENTS_PER_TURN = 128;

  private final Subscription subscription;
  private final int maxFrameBytes;
  private final Long2ObjectHashMap<FrameAssembly> assemblies = new Long2ObjectHashMap<>();
  private final FragmentHandler fragmentHandler = this::onFragment;
  private FrameHandler frameHandler;
  private long droppedChunkCount;

  FrameReceiver(Subscription subscription, int maxFrameBytes) {
    this.subscription = subscription;
    this.maxFrameBytes = maxFrameBytes;
  }

  /** Takes what has arrived, gives whole frames to the handler, returns the number of packets. */
  int poll(FrameHandler handler) {
    frameHandler = handler;
    int packets = subscription.poll(fragmentHandler, FRAGMENTS_PER_TURN);
    if (assemblies.size() > subscription.imageCount()) {
      forgetClosedStreams();
    }
    return packets;
  }

  /** True if the peer of that path has a stream to us. */
  boolean hasStreamOf(int path) {
    return subscription.images().stream()
        .anyMatch(image -> StreamIds.path(image.sessionId()) == path);
  }

  long droppedChunkCount() {
    return droppedChunkCount;
  }

  private void onFragment(DirectBuffer buffer, int offset, int length, Header header) {
    long stream = ((Image) header.context()).correlationId();
    FrameAssembly assembly = assemblies.get(stream);
    if (assembly == null) {
      assembly = new FrameAssembly(maxFrameBytes);
      assemblies.put(stream, assembly);
    }
    switch (assembly.add(buffer, offset, length)) {
      case COMPLETE -> frameHandler.onFrame(assembly.frame());
      case DROPPED -> droppedChunkCount++;
      case INCOMPLETE -> {}
    }
  }

  private void forgetClosedStreams() {
    Set<Long> open = new HashSet<>();
    subscription.forEachImage(image -> open.add(image.correlationId()));
    assemblies.keySet().retainAll(open);
  }
}
