# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Summary: a DataVec process on a DataFrame beside hand-written Spark SQL and datavec-spark

: "${root:?must be the folder of the project}"

bench_usage() {
  cat >&2 <<'END'
Usage: scripts/bench datavec [--OPTION VALUE ...]

Prepares a table of 20 columns by a DataVec process of the 12 steps that are used most: with the bridge,
which compiles them to columns of Spark SQL, with a query written by hand, and with datavec-spark's
SparkTransformExecutor, from DataFrame to DataFrame and its records alone. All read the same Parquet
files, in one process and on all cores; that they give the same rows is checked first. How long it takes
to read the columns alone is measured beside them. Prints a table, writes it to datavec-bridge/benchmarks,
and ends with one line of JSON: {"seconds":{"bridge":..,"sparkSql":..,"datavecSpark":..,
"datavecSparkRecords":..,"reading":..}}. Takes some minutes on 2 cores, for which the machine should have
nothing else to do, and 500 MB of the folder for temporary files.

  --rows N       rows of the table, at least 1000 (default 5000000)
  --rounds N     times that each is on the clock, in turn (default 3)
  --output FILE  where the table is appended (default: a new file in datavec-bridge/benchmarks)

Exit codes: 0 after a comparison, whatever it shows; 2 wrong options.
END
}

bench_main() {
  local output="" options=()
  while (($# > 0)); do
    if [[ "$1" == --output && $# -gt 1 ]]; then
      output="$2"
      shift 2
    else
      options+=("$1")
      shift
    fi
  done
  build_bench datavec-bridge
  if [[ -z "$output" ]]; then
    mkdir -p "$root/datavec-bridge/benchmarks"
    output="$root/datavec-bridge/benchmarks/datavec-$(date -u +%Y-%m-%d).txt"
  fi
  output="$(realpath -m -- "$output")"
  # shellcheck disable=SC2034 # read by run_bench
  local bench_heap=3g
  # what Spark needs of a JVM, as the tests have it
  JDK_JAVA_OPTIONS="$(sed -n 's|.*<spark.addOpens>\(.*\)</spark.addOpens>.*|\1|p' "$root/pom.xml")"
  export JDK_JAVA_OPTIONS SPARK_LOCAL_IP=127.0.0.1
  print_environment 2>/dev/null | tee -a "$output"
  run_bench datavec-bridge org.sparkstrom.datavec.bench.Preparation --output "$output" "${options[@]}"
}
