# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# A Spark standalone cluster on 127.0.0.1: one master and some worker daemons, each with one core
# and 1 GiB for an executor. All ports are chosen by the system. Needs spark.bash.

readonly CLUSTER_START_SECONDS=60
readonly CLUSTER_STOP_SECONDS=10

# cluster_start STATE MARK WORKERS: returns when all workers are registered; the master's URL is then
# in STATE/master-url. Needs use_spark and use_loopback.
cluster_start() {
  local state="$1" mark="$2" workers="$3" number
  local -x SPARK_DAEMON_MEMORY=256m
  local -x SPARK_DAEMON_JAVA_OPTS="-Djava.io.tmpdir=\"$state/tmp\" -XX:+UseSerialGC"
  start_daemon "$state" "$mark" master org.apache.spark.deploy.master.Master \
    --host 127.0.0.1 --port 0 --webui-port 0
  await_log "$state" master 'Starting Spark master at ' >/dev/null
  sed -n 's/.*Starting Spark master at \(spark:[^ ]*\).*/\1/p' "$state/logs/master.log" >"$state/master-url"
  for ((number = 1; number <= workers; number++)); do
    start_daemon "$state" "$mark" "worker-$number" org.apache.spark.deploy.worker.Worker \
      --host 127.0.0.1 --port 0 --webui-port 0 --cores 1 --memory 1g --work-dir "$state/work" \
      "$(<"$state/master-url")"
  done
  for ((number = 1; number <= workers; number++)); do
    await_log "$state" "worker-$number" 'Successfully registered with master '
  done
}

# cluster_stop STATE MARK: ends all processes with the mark and removes STATE.
cluster_stop() {
  local state="$1" mark="$2"
  end_marked "$mark" "$CLUSTER_STOP_SECONDS" \
    || say "warning: these processes could not be ended: $(marked_processes "$mark" | tr '\n' ' ')"
  remove_driver_directories "$state"
  rm -rf -- "$state"
}

start_daemon() {
  local state="$1" mark="$2" name="$3"
  shift 3
  spark_command "$@"
  : >"$state/logs/$name.log"
  # A session of its own, so that Ctrl-C in the terminal does not reach it.
  env "$MARK_VARIABLE=$mark" setsid "${SPARK_COMMAND[@]}" \
    </dev/null >"$state/logs/$name.log" 2>&1 &
  printf '%s\n' "$!" >"$state/$name.pid"
}

await_log() {
  local state="$1" name="$2" text="$3" deadline=$((SECONDS + CLUSTER_START_SECONDS))
  until grep -qF -e "$text" "$state/logs/$name.log"; do
    if ! kill -0 "$(<"$state/$name.pid")" 2>/dev/null; then
      tail -n 20 "$state/logs/$name.log" >&2
      fail "the $name daemon ended while it started; its last lines stand above"
    fi
    if ((SECONDS >= deadline)); then
      tail -n 20 "$state/logs/$name.log" >&2
      fail "the $name daemon did not log '$text' within $CLUSTER_START_SECONDS s; its last lines stand above"
    fi
    sleep 0.1
  done
}

# An executor that was killed leaves its media driver's directory in /dev/shm until the next one of
# the same user starts. Removes those that the processes of this cluster have logged as theirs.
remove_driver_directories() {
  local state="$1" directory
  while IFS= read -r directory; do
    if [[ -O "$directory" ]]; then
      rm -rf -- "$directory"
    fi
  done < <(grep -rhoE '/dev/shm/sparkstrom-[A-Za-z0-9_]+-[0-9]+-[0-9a-f]{12}' \
    "$state/work" "$state/logs" 2>/dev/null | sort -u)
}
