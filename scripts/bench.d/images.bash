# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Summary: images made into features in a second on one core, beside ImageIO's bare decoding

bench_usage() {
  cat >&2 <<'END'
Usage: scripts/bench images

Runs the JMH benchmark of ImagePreparer: a JPEG of 500 x 375 pixels to 3 x 224 x 224 floats, in one
thread, beside what ImageIO needs to decode it and no more. Takes about 45 seconds. Ends with one line
of JSON:

  imagesPerSecondPerCore  median of 10 seconds in 2 JVMs
  prepareOverDecode       that by the images that ImageIO decodes in a second; below 1
END
}

bench_main() {
  (($# == 0)) || fail "bench images takes no options, but got: $*"
  build_bench datavec-bridge
  print_environment
  run_bench datavec-bridge org.sparkstrom.datavec.image.ImageBench
}
