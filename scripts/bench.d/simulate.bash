# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Summary: traffic and efficiency of the topologies for 2 to 256 workers, in virtual time

bench_usage() {
  cat >&2 <<'END'
Usage: scripts/bench simulate [--OPTION NUMBER ...]

Simulates 2 to 256 workers over regions, in a full mesh, and in a dense ring with float32 and float16,
at 1 and 10 Gb/s, for a network of 1 million parameters and one of 25 million. The round code and the
codec are the real ones; their times, and what a frame takes from JVM to JVM besides the wire, are
measured at start. Clock, network and processors are virtual. Then runs 2 and 4 JVMs on this machine
and compares them with their simulation: rounds one after the other, and rounds with a step of
--compute-ms-1m in which the worker sleeps, as if an accelerator computed. Prints tables, how traffic
grows from 8 to 256 workers, and all results as one line of JSON. The real runs take about 8 minutes, up to
twice that while other work disturbs them.

  --compute-ms-1m N   time of a step of the 1M network (default 50)
  --compute-ms-25m N  time of a step of the 25M network (default 500)
  --latency-us N      of the network (default 50)
  --loss P            share of packets that are lost (default 0)
  --stragglers S      standard deviation of the logarithm of a worker's compute time (default 0)
  --common C          share of the updates' variance that all workers have in common (default 0.1)
  --sample N          parameters that are really computed for each worker (default 131072); densities
                      come from them, sizes and times are those of the whole network. 0: real runs only
  --rounds N          rounds of each real run (default 200). 0: no real runs

Exit codes: 0 after a simulation, whatever it shows; 2 wrong options.
END
}

bench_main() {
  build_bench gradient-sharing
  print_environment
  run_bench gradient-sharing org.sparkstrom.sharing.simulation.Simulate "$@"
}
