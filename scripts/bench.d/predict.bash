# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Summary: rows predicted in a second, beside the matrix products alone, MLlib, DL4J and PyTorch

: "${root:?must be the folder of the project}"

bench_usage() {
  cat >&2 <<'END'
Usage: scripts/bench predict [--OPTION VALUE ...]

Predicts rows of MNIST with a network 784-256-10 in Spark's local mode on all cores, from Spark's cache into
a sink that drops them; beside it the bare matrix products of the network in as many threads, MLlib's
perceptron, DL4J's output() row by row, and PyTorch on tensors in memory, if python3 has it. Each for 40
seconds of warmth, once at least, and three times on the clock. Prints a table, writes it to
ml-wrappers/benchmarks, and ends with one line of JSON. Takes about 10 minutes on 2 cores, for which the
machine should have nothing else to do.

  --rows N              rows, a multiple of 200000 (default 1000000)
  --python PROGRAM      a Python that has torch (default python3)
  --data DIR            folder with train-images-idx3-ubyte.gz (default: images/mnist of shared/data)
  --output FILE         where the table is appended (default: a new file in ml-wrappers/benchmarks)

Exit codes: 0 after a comparison, whatever it shows; 2 wrong options; 3 no data.
END
}

bench_main() {
  local data="" output="" options=()
  while (($# > 0)); do
    case "$1" in
      --data | --output)
        (($# > 1)) || fail "$1 needs a value"
        case "$1" in
          --data) data="$2" ;;
          --output) output="$2" ;;
        esac
        shift 2
        ;;
      *)
        options+=("$1")
        shift
        ;;
    esac
  done
  [[ -n "$data" ]] || data="$(find_shared_data images/mnist)"
  build_bench ml-wrappers
  if [[ -z "$output" ]]; then
    mkdir -p "$root/ml-wrappers/benchmarks"
    output="$root/ml-wrappers/benchmarks/predict-$(date -u +%Y-%m-%d).txt"
  fi
  output="$(realpath -m -- "$output")"
  # shellcheck disable=SC2034 # read by run_bench
  local bench_heap=4g
  # what Spark needs of a JVM, as the tests have it
  JDK_JAVA_OPTIONS="$(sed -n 's|.*<spark.addOpens>\(.*\)</spark.addOpens>.*|\1|p' "$root/pom.xml")"
  export JDK_JAVA_OPTIONS
  print_environment 2>/dev/null | tee -a "$output"
  run_bench ml-wrappers org.sparkstrom.ml.bench.Predict --data "$data" --output "$output" \
    --pytorch-program "$root/scripts/bench.d/predict_pytorch.py" "${options[@]}"
}
