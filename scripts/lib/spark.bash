# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Runs Spark's own classes from a SPARK_HOME that has no bin/ folder, as one made of Maven jars has.
# Needs common.bash and processes.bash.

# use_spark SPARK_HOME STATE: sets the environment of all Spark processes started from here on.
# STATE takes all that they write. Settings for some other Spark must not leak in.
use_spark() {
  local home="$1" state="$2" name
  for name in "${!SPARK_@}" HADOOP_CONF_DIR YARN_CONF_DIR; do
    unset "$name"
  done
  compgen -G "$home/jars/spark-core_*.jar" >/dev/null \
    || fail "$home/jars has no spark-core jar. Build the project first (scripts/quickstart does), or name a Spark with --spark-home"
  export SPARK_HOME="$home"
  SPARK_SCALA_VERSION="$(basename "$home"/jars/spark-core_*.jar | sed 's/^spark-core_\([0-9.]*\)-.*/\1/')"
  export SPARK_SCALA_VERSION
  export SPARK_CONF_DIR="$state/conf"
  export SPARK_LOCAL_DIRS="$state/local"
  mkdir -p "$state/conf" "$state/local" "$state/logs" "$state/tmp" "$state/work"
  cp "${BASH_SOURCE[0]%/*}"/conf/* "$state/conf/"
}

# Spark on this machine only: nothing listens on another address.
use_loopback() {
  export SPARK_LOCAL_IP=127.0.0.1
  export SPARK_PUBLIC_DNS=127.0.0.1
}

# spark_command CLASS ARGUMENTS...: sets the array SPARK_COMMAND to the java command that runs CLASS
# with the class path and the flags that Spark's launcher gives it.
spark_command() {
  local java plan
  java="$(find_java)"
  plan="$(mktemp "$SPARK_CONF_DIR/command.XXXXXX")"
  "$java" -Xmx128m -cp "$SPARK_HOME/jars/*" org.apache.spark.launcher.Main "$@" >"$plan" \
    || fail "Spark's launcher refused to run $1"
  mapfile -d '' -t SPARK_COMMAND <"$plan"
  rm -f "$plan"
  # The launcher starts with an empty item and a line feed, to part it from what Java may print.
  SPARK_COMMAND=("${SPARK_COMMAND[@]:1}")
  SPARK_COMMAND[0]="${SPARK_COMMAND[0]#$'\n'}"
}
