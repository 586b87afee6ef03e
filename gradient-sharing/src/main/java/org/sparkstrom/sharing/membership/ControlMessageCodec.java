// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import java.nio.BufferOverflowException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Control messages as bytes: one byte of kind, then the fields, little-endian.
 *
 * <p>What is decoded comes from a peer that holds the fit's secret, and is still checked: lengths
 * before allocating, ranges by the records, and that no bytes are left over.
 */
final class ControlMessageCodec {
  /** Longest message; a view of 1000 members takes about 100 KB. */
  static final int MAX_MESSAGE_BYTES = 1024 * 1024;

  private static final int FIRST_CAPACITY = 1024;
  private static final int MAX_TEXT_BYTES = 16 * 1024;
  private static final int MIN_MEMBER_BYTES = 28;

  /** Longest content of a vote or verdict. */
  static final int MAX_CONTENT_BYTES = 512 * 1024;

  private static final byte WELCOME = 1;
  private static final byte HELLO = 2;
  private static final byte HEARTBEAT = 3;
  private static final byte JOIN = 4;
  private static final byte JOINED = 5;
  private static final byte REFUSED = 6;
  private static final byte PROGRESS = 7;
  private static final byte FAIL = 8;
  private static final byte COMPLETE = 9;
  private static final byte ALL_COMPLETE = 10;
  private static final byte ABORT = 11;
  private static final byte GOODBYE = 12;
  private static final byte SUSPEND = 13;
  private static final byte SUSPENDED = 14;
  private static final byte PREPARE = 15;
  private static final byte READY = 16;
  private static final byte INSTALL = 17;
  private static final byte STALLED = 18;
  private static final byte END_FIT = 19;
  private static final byte VOTE = 20;
  private static final byte VERDICT = 21;

  private ControlMessageCodec() {}

  /** The bytes of the message, between position and limit. */
  static ByteBuffer encode(ControlMessage message) {
    for (int capacity = FIRST_CAPACITY; capacity <= MAX_MESSAGE_BYTES; capacity *= 2) {
      ByteBuffer out = ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN);
      try {
        put(message, out);
        return out.flip();
      } catch (BufferOverflowException e) {
        // Once more, with twice the room.
      }
    }
    throw new IllegalArgumentException(
        "a control message must fit " + MAX_MESSAGE_BYTES + " bytes, but is longer");
  }

  /**
   * Reads one message that takes the whole buffer.
   *
   * @throws IllegalArgumentException if the bytes are no message; the text says what is wrong
   */
  static ControlMessage decode(ByteBuffer in) {
    in.order(ByteOrder.LITTLE_ENDIAN);
    ControlMessage message;
    try {
      message = get(in);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("a control message ends too early", e);
    }
    if (in.hasRemaining()) {
      throw new IllegalArgumentException(
          "a control message has " + in.remaining() + " bytes too many");
    }
    return message;
  }

  private static void put(ControlMessage message, ByteBuffer out) {
    if (message instanceof ControlMessage.Welcome welcome) {
      out.put(WELCOME).putLong(welcome.livenessTimeoutMs()).putInt(welcome.minWorkers());
    } else if (message instanceof ControlMessage.Hello) {
      out.put(HELLO);
    } else if (message instanceof ControlMessage.Heartbeat) {
      out.put(HEARTBEAT);
    } else if (message instanceof ControlMessage.Join join) {
      putMember(join.member(), out.put(JOIN));
    } else if (message instanceof ControlMessage.Joined joined) {
      putView(joined.view(), out.put(JOINED));
    } else if (message instanceof ControlMessage.Refused refused) {
      putText(refused.reason(), out.put(REFUSED).put((byte) (refused.rankTaken() ? 1 : 0)));
    } else if (message instanceof ControlMessage.Progress progress) {
      putProgress(progress.progress(), out.put(PROGRESS));
    } else if (message instanceof ControlMessage.Fail fail) {
      putText(fail.reason(), out.put(FAIL));
    } else if (message instanceof ControlMessage.Complete complete) {
      putText(complete.parametersSha256(), out.put(COMPLETE));
    } else if (message instanceof ControlMessage.AllComplete all) {
      putRanks(all.members(), out.put(ALL_COMPLETE));
    } else if (message instanceof ControlMessage.Abort abort) {
      putText(abort.reason(), out.put(ABORT));
    } else if (message instanceof ControlMessage.EndFit end) {
      putText(end.reason(), out.put(END_FIT));
    } else if (message instanceof ControlMessage.Goodbye) {
      out.put(GOODBYE);
    } else {
      putViewMessage(message, out);
    }
  }

  private static void putViewMessage(ControlMessage message, ByteBuffer out) {
    if (message instanceof ControlMessage.Suspend suspend) {
      out.put(SUSPEND).putInt(suspend.number());
    } else if (message instanceof ControlMessage.Suspended suspended) {
      out.put(SUSPENDED).putInt(suspended.number()).putLong(suspended.frontier());
    } else if (message instanceof ControlMessage.Prepare prepare) {
      putChange(prepare.change(), out.put(PREPARE));
    } else if (message instanceof ControlMessage.Ready ready) {
      out.put(READY).putInt(ready.number());
    } else if (message instanceof ControlMessage.Install install) {
      out.put(INSTALL).putInt(install.number());
    } else if (message instanceof ControlMessage.Stalled stalled) {
      out.put(STALLED).putInt(stalled.view()).putLong(stalled.round());
      putRanks(stalled.missing(), out);
    } else if (message instanceof ControlMessage.Vote vote) {
      putText(vote.ballot(), out.put(VOTE));
      putContent(vote.content(), out.put((byte) (vote.awaited() ? 1 : 0)));
    } else if (message instanceof ControlMessage.Verdict verdict) {
      putText(verdict.ballot(), out.put(VERDICT));
      putContent(verdict.content(), out);
    }
  }

  private static ControlMessage get(ByteBuffer in) {
    byte kind = in.get();
    return switch (kind) {
      case WELCOME -> new ControlMessage.Welcome(in.getLong(), in.getInt());
      case HELLO -> new ControlMessage.Hello();
      case HEARTBEAT -> new ControlMessage.Heartbeat();
      case JOIN -> new ControlMessage.Join(getMember(in));
      case JOINED -> new ControlMessage.Joined(getView(in));
      case REFUSED -> new ControlMessage.Refused(in.get() != 0, getText(in));
      case PROGRESS -> new ControlMessage.Progress(getProgress(in));
      case FAIL -> new ControlMessage.Fail(getText(in));
      case COMPLETE -> new ControlMessage.Complete(getText(in));
      case ALL_COMPLETE -> new ControlMessage.AllComplete(getRanks(in));
      case ABORT -> new ControlMessage.Abort(getText(in));
      case GOODBYE -> new ControlMessage.Goodbye();
      case SUSPEND -> new ControlMessage.Suspend(in.getInt());
      case SUSPENDED -> new ControlMessage.Suspended(in.getInt(), in.getLong());
      case PREPARE -> new ControlMessage.Prepare(getChange(in));
      case READY -> new ControlMessage.Ready(in.getInt());
      case INSTALL -> new ControlMessage.Install(in.getInt());
      case STALLED -> new ControlMessage.Stalled(in.getInt(), in.getLong(), getRanks(in));
      case END_FIT -> new ControlMessage.EndFit(getText(in));
      case VOTE -> new ControlMessage.Vote(getText(in), in.get() != 0, getContent(in));
      case VERDICT -> new ControlMessage.Verdict(getText(in), getContent(in));
      default -> throw new IllegalArgumentException("there is no control message of kind " + kind);
    };
  }

  private static void putMember(Member member, ByteBuffer out) {
    out.putInt(member.rank())
        .putLong(member.salt())
        .putInt(member.port())
        .putLong(member.rowCount());
    putText(member.host(), out);
    putText(member.label(), out);
  }

  private static Member getMember(ByteBuffer in) {
    int rank = in.getInt();
    long salt = in.getLong();
    int port = in.getInt();
    long rowCount = in.getLong();
    String host = getText(in);
    return new Member(rank, salt, host, port, rowCount, getText(in));
  }

  private static void putView(View view, ByteBuffer out) {
    out.putLong(view.sessionId()).putInt(view.number()).putInt(view.size());
    view.members().forEach(member -> putMember(member, out));
  }

  private static View getView(ByteBuffer in) {
    long sessionId = in.getLong();
    int number = in.getInt();
    int size = in.getInt();
    if (size < 1 || size > in.remaining() / MIN_MEMBER_BYTES) {
      throw new IllegalArgumentException(
          "a view of " + size + " members cannot lie in " + in.remaining() + " bytes");
    }
    List<Member> members = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      members.add(getMember(in));
    }
    return new View(sessionId, number, members);
  }

  private static void putChange(ViewChange change, ByteBuffer out) {
    putView(change.view(), out);
    out.putLong(change.lastRound()).putInt(change.helper()).putInt(change.donor());
    putRanks(change.behind(), out);
    putRanks(change.joiners(), out);
  }

  private static ViewChange getChange(ByteBuffer in) {
    View view = getView(in);
    long lastRound = in.getLong();
    int helper = in.getInt();
    int donor = in.getInt();
    List<Integer> behind = getRanks(in);
    return new ViewChange(view, lastRound, helper, behind, donor, getRanks(in));
  }

  private static void putRanks(List<Integer> ranks, ByteBuffer out) {
    out.putInt(ranks.size());
    ranks.forEach(out::putInt);
  }

  private static List<Integer> getRanks(ByteBuffer in) {
    int count = in.getInt();
    if (count < 0 || count > in.remaining() / Integer.BYTES) {
      throw new IllegalArgumentException(
          count + " ranks cannot lie in " + in.remaining() + " bytes");
    }
    List<Integer> ranks = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      ranks.add(in.getInt());
    }
    return ranks;
  }

  private static void putProgress(MemberProgress progress, ByteBuffer out) {
    out.putInt(progress.rank())
        .putLong(progress.round())
        .putInt(progress.epoch())
        .putDouble(progress.loss())
        .putLong(progress.rows())
        .putLong(progress.bytesSent())
        .putLong(progress.denseBytes())
        .putLong(progress.entriesSent());
  }

  private static MemberProgress getProgress(ByteBuffer in) {
    return new MemberProgress(
        in.getInt(),
        in.getLong(),
        in.getInt(),
        in.getDouble(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong());
  }

  private static void putContent(ByteBuffer content, ByteBuffer out) {
    if (content.remaining() > MAX_CONTENT_BYTES) {
      throw new IllegalArgumentException(
          "a vote or verdict must have at most "
              + MAX_CONTENT_BYTES
              + " bytes, but has "
              + content.remaining());
    }
    out.putInt(content.remaining()).put(content.duplicate());
  }

  private static ByteBuffer getContent(ByteBuffer in) {
    int length = in.getInt();
    if (length < 0 || length > Math.min(MAX_CONTENT_BYTES, in.remaining())) {
      throw new IllegalArgumentException(
          "a vote or verdict of " + length + " bytes cannot lie in " + in.remaining());
    }
    byte[] content = new byte[length];
    in.get(content);
    return ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Text is UTF-8 with its length before it; what is too long loses its end. */
  private static void putText(String text, ByteBuffer out) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(bytes.length, MAX_TEXT_BYTES);
    out.putShort((short) length).put(bytes, 0, length);
  }

  private static String getText(ByteBuffer in) {
    int length = Short.toUnsignedInt(in.getShort());
    if (length > Math.min(MAX_TEXT_BYTES, in.remaining())) {
      throw new IllegalArgumentException(
          "a text of " + length + " bytes cannot lie in " + in.remaining());
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
