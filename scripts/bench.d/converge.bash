# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Summary: accuracy and bytes of each way to share updates, against dense training, on MNIST

bench_usage() {
  cat >&2 <<'END'
Usage: scripts/bench converge [--seeds N] [--epochs N] [--OPTION VALUE ...]

Trains a network 784-256-10 on MNIST with 8 workers in one process, for each seed once with whole
float32 updates in step, which is the oracle, and once with each other way of sharing. Prints a line
for each run, medians, and all values as one line of JSON. The last 10,000 training images are held
out and scored; the test images are not touched. Takes about 4 minutes a seed on 2 cores.

  --seeds N           number of seeds (default 5)
  --first-seed N      the first of them (default 1)
  --epochs N          passes over the 50,000 images (default 20)
  --modes LIST        ways of sharing beside dense, with commas between (default: all)
  --density D         share of the entries that a worker sends in a round (default 0.001)
  --warmup-rounds N   rounds in which the density falls from 25% to that (default 100)
  --data DIR          folder with train-images-idx3-ubyte.gz and train-labels-idx1-ubyte.gz
                      (default: images/mnist of shared/data)

Exit codes: 0 after a comparison, whatever it shows; 2 wrong options; 3 no data.
END
}

bench_main() {
  local data="" options=()
  while (($# > 0)); do
    if [[ "$1" == --data && $# -gt 1 ]]; then
      data="$2"
      shift 2
    else
      options+=("$1")
      shift
    fi
  done
  [[ -n "$data" ]] || data="$(find_shared_data images/mnist)"
  build_bench spark-dl
  print_environment
  run_bench spark-dl org.sparkstrom.spark.bench.Converge --data "$data" "${options[@]}"
}
