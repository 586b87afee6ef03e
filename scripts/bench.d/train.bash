# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Summary: time to a target accuracy of Sparkstrom, DL4J, its Spark masters, MLlib and PyTorch

: "${root:?must be the folder of the project}"

bench_usage() {
  cat >&2 <<'END'
Usage: scripts/bench train [--OPTION VALUE ...]

Trains a network 784-256-10 (Adam 1e-3, batches of 64 per worker) on MNIST until it recognizes 97.5% of
10,000 held-out training images, and a LeNet-5 until 98%: with Sparkstrom on 2 executors of a standalone
cluster, which add their updates up or take the mean, with one worker of it, with one process of DL4J with its own dependencies, with DL4J's
ParameterAveraging and SharedTrainingMaster and MLlib's perceptron on such a cluster, and with PyTorch, if
python3 has it, in one process and in two (DDP). Each has processes of its own and one thread for each
worker. Each trains for a minute first, untimed, so that its code is compiled. After that training is
timed: of Sparkstrom the whole fit, with its evaluations, of the others training alone. Prints a table with
times, rows a second of the epochs, bytes sent and peak memory, writes it to spark-dl/benchmarks, and ends with one line
of JSON, in which null is a target that was not reached. Takes about 40 minutes on 2 cores, for which the
machine should have nothing else to do.

  --problem LIST        perceptron, lenet, or both with a comma between (default: both)
  --contestants LIST    of sparkstrom, sparkstromMean, sparkstromOneWorker, dl4j, dl4jSharedTraining,
                        dl4jParameterAveraging, mllib, pytorch, pytorchDdp (default: all)
  --limit-seconds N     time of training after which a contestant gives up (default 300)
  --rows N              training images, from 2048 on; fewer than 50000 for a quick try (default 50000)
  --seed N              of weights and order (default 1)
  --python PROGRAM      a Python that has torch (default python3)
  --data DIR            folder with train-images-idx3-ubyte.gz and train-labels-idx1-ubyte.gz
                        (default: images/mnist of shared/data)
  --output FILE         where the table is appended (default: a new file in spark-dl/benchmarks)

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
  build_bench spark-dl
  local stock="$root/spark-dl/target/stock-dl4j-class-path" classes="$root/spark-dl/target"
  say "resolving DL4J with its own dependencies ..."
  mvn -B -q -f "$root/scripts/bench.d/stock-dl4j/pom.xml" dependency:build-classpath \
    -Dmdep.outputFile="$stock" >&2
  if [[ -z "$output" ]]; then
    mkdir -p "$root/spark-dl/benchmarks"
    output="$root/spark-dl/benchmarks/train-$(date -u +%Y-%m-%d).txt"
  fi
  output="$(realpath -m -- "$output")"
  print_environment | tee -a "$output"
  run_bench spark-dl org.sparkstrom.spark.bench.Train --data "$data" --output "$output" \
    --pytorch-program "$root/scripts/bench.d/train_pytorch.py" \
    --stock-class-path "$classes/test-classes:$classes/classes:$(<"$stock")" "${options[@]}"
}
