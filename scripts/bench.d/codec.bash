# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Summary: size and speed of encoded updates, beside the entropy, a plain loop and ND4J

bench_usage() {
  cat >&2 <<'END'
Usage: scripts/bench codec

Runs the JMH benchmarks of gradient-sharing: encoding of 10 million parameters beside a loop that only
adds, and beside ND4J; decoding beside adding alone; the share of cryptography in a round of a million
parameters; and counts bits against the entropy. One thread each. Takes about 5 minutes, for which the
machine should have nothing else to do. Ends with all values as one line of JSON:

  bitsPerNonZeroOverEntropy    bits per entry by their entropy, for each density
  maxBitsPerParameter          the most bits that a parameter takes at any density
  encodeOverAddLoop            speed of encoding by that of the loop; below 1
  encodeOverAddLoopFromMemory  the same with four pairs of arrays in turn, which no cache holds
  encodeOverNd4j               speed of encoding by that of ND4J's addition and threshold encoding
  encodeBytesAllocated         bytes of Java heap for one encoding
  decodeNonZerosPerSecond      entries decoded and added to sums
  decodeOverApplyOnly          speed of that by that of adding entries that stand in arrays
  sealShareOfRound             time to seal and open a frame by that of a round without waiting
END
}

bench_main() {
  (($# == 0)) || fail "bench codec takes no options, but got: $*"
  build_bench gradient-sharing
  print_environment
  run_bench gradient-sharing org.sparkstrom.sharing.bench.CodecBench
}
