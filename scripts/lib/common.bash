# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What every script here needs: messages and checks of the machine. Messages go to standard error,
# so that standard output carries results only.

say() {
  printf '%s\n' "$*" >&2
}

fail() {
  say "${0##*/}: $*"
  exit 1
}

# Prints the java launcher to use: JAVA_HOME's, or else the one on the PATH.
find_java() {
  if [[ -n "${JAVA_HOME:-}" ]]; then
    [[ -x "$JAVA_HOME/bin/java" ]] || fail "JAVA_HOME is $JAVA_HOME, which has no bin/java; correct it or unset it"
    printf '%s\n' "$JAVA_HOME/bin/java"
  else
    command -v java || fail "no java on the PATH. Install a JDK 17, on Debian and Ubuntu: sudo apt install openjdk-17-jdk-headless"
  fi
}

require_java_17() {
  local java version
  java="$(find_java)"
  version="$("$java" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.specification\.version = //p')"
  [[ "$version" =~ ^[0-9]+$ && "$version" -ge 17 ]] \
    || fail "Java 17 or newer is needed, but $java is Java ${version:-unknown}. On Debian and Ubuntu: sudo apt install openjdk-17-jdk-headless"
}

require_build_tools() {
  require_java_17
  local java
  java="$(find_java)"
  [[ -x "${java%java}javac" ]] \
    || fail "$java comes without the compiler javac. Install a whole JDK, on Debian and Ubuntu: sudo apt install openjdk-17-jdk-headless"
  command -v mvn >/dev/null \
    || fail "no mvn on the PATH. Install Maven 3.8 or newer, on Debian and Ubuntu: sudo apt install maven"
}

# ND4J's native libraries are taken for the platform of this machine: see native.platform in pom.xml.
require_native_platform() {
  local system
  system="$(uname -sm)"
  [[ "$system" == "Linux x86_64" || "$system" == "Linux aarch64" ]] \
    || fail "the native libraries are for Linux x86_64 and Linux aarch64 (arm64), but this machine is $system"
}
