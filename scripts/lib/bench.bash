# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What benchmarks share: building under the Maven profile "bench", running its programs, finding the
# shared test data. Needs lib/common.bash.
: "${root:?must be the folder of the project}"

readonly EXIT_NO_DATA=3

# build_bench MODULE: compiles the module and those that it needs, with their benchmarks.
build_bench() {
  say "building $1 with its benchmarks ..."
  mvn -B -q -f "$root/pom.xml" -Pbench -pl "$1" -am process-test-classes \
    -Dspotless.check.skip=true -Dcheckstyle.skip=true >&2
}

# find_shared_data PATH: prints where PATH of the shared test data is; exits with 3 if it is nowhere.
find_shared_data() {
  local folder
  for folder in "$root/shared/data" "$root/../shared/data"; do
    if [[ -e "$folder/$1" ]]; then
      realpath -- "$folder/$1"
      return
    fi
  done
  say "${0##*/}: the test data $1 must be in shared/data, in the project's folder or beside it, but is in neither. It is not part of the repository; --data names another folder"
  exit "$EXIT_NO_DATA"
}

# print_environment: one line about commit, machine and JDK, without which figures mean little.
print_environment() {
  local commit java
  commit="$(git -C "$root" describe --always --dirty 2>/dev/null || printf 'unknown')"
  java="$("$(find_java)" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.runtime\.version = //p')"
  printf 'commit %s, JDK %s, %s cores of %s\n' "$commit" "$java" "$(nproc)" \
    "$(sed -n '/^model name/{s/^model name[^:]*: //p;q}' /proc/cpuinfo)"
}

# run_bench MODULE CLASS ARGUMENTS...: becomes the program, so that signals reach it. One thread
# does the arithmetic of a worker; Java's heap (1 GiB, or $bench_heap) and ND4J's memory are bounded. The parallel collector,
# because a dense frame fills more than half of a region of the default one, which then works hard.
run_bench() {
  local module="$1" class="$2" java
  shift 2
  java="$(find_java)"
  OMP_NUM_THREADS=1 exec "$java" "-Xmx${bench_heap:-1g}" \
    -XX:+UseParallelGC -XX:+ExitOnOutOfMemoryError \
    -Dorg.bytedeco.javacpp.maxphysicalbytes=4g \
    -Dorg.bytedeco.javacpp.cachedir="$root/$module/target/javacpp" \
    --add-opens=java.base/jdk.internal.misc=ALL-UNNAMED \
    --add-opens=java.base/sun.nio.ch=ALL-UNNAMED \
    -cp "$root/$module/target/test-classes:$root/$module/target/classes:$(<"$root/$module/target/bench-class-path")" \
    "$class" "$@"
}
