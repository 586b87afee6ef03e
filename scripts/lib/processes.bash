# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Processes that carry a mark: an environment variable with a random value, which all of their
# descendants inherit. So exactly what a script has started can be found and ended again, whatever
# has died in between, and a process number that now belongs to someone else is never touched.

readonly MARK_VARIABLE=SPARKSTROM_RUN

new_mark() {
  od -An -N12 -tx1 /dev/urandom | tr -d ' \n'
}

# marked_processes MARK: prints the numbers of the living processes with this mark.
marked_processes() {
  local file
  while IFS= read -r file; do
    file="${file#/proc/}"
    printf '%s\n' "${file%/environ}"
  done < <(grep -lsFxz -e "$MARK_VARIABLE=$1" /proc/[0-9]*/environ || true)
}

# end_marked MARK SECONDS: asks the marked processes to end, and after SECONDS kills the rest.
end_marked() {
  local mark="$1" patience="$2"
  signal_until_gone "$mark" TERM "$patience" || signal_until_gone "$mark" KILL 10
}

signal_until_gone() {
  local mark="$1" signal="$2" deadline=$((SECONDS + $3)) pid
  local -A told=()
  while true; do
    local -a pids=()
    mapfile -t pids < <(marked_processes "$mark")
    ((${#pids[@]} > 0)) || return 0
    for pid in "${pids[@]}"; do
      if [[ -z "${told[$pid]:-}" ]]; then
        kill -s "$signal" "$pid" 2>/dev/null || true
        told[$pid]=yes
      fi
    done
    ((SECONDS < deadline)) || return 1
    sleep 0.1
  done
}
