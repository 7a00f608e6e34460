#!/usr/bin/env bash
# The client scenarios with kcat (librdkafka of Debian). usage: kcat.sh host:port prefix [scenario ...]
# kcat has no admin calls: topics are made by asking for their metadata.
set -uo pipefail
b=$1 prefix=$2
shift 2
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
echo "VERSION kcat $(kcat -V 2>&1 | grep -o 'Version [^ ]*' | cut -d' ' -f2) ($(kcat -V 2>&1 | grep -o 'librdkafka [^ ]*' | head -1))"

values() { for i in $(seq 0 $(($2 - 1))); do printf '%s-%03d\n' "$1" "$i"; done; }
make_topic() {
  for _ in $(seq 50); do
    kcat -b "$b" -L -t "$1" -X allow.auto.create.topics=true 2>/dev/null | grep -q 'leader [0-9]' && { sleep 0.4; return 0; } # it may be named before it leads
    kcat -b "$b" -P -t "$1" </dev/null 2>/dev/null
    sleep 0.1
  done
  echo "the topic never had a leader" >&2
  return 1
}
same() { diff <(sort "$1") <(sort "$2") >"$tmp/diff" || { head -3 "$tmp/diff" >&2; return 1; }; }
round_trip() { # topic, options of the producer
  local t=$1; shift
  make_topic "$t" || return 1
  values v 50 >"$tmp/want"
  timeout 30 kcat -b "$b" -P -t "$t" "$@" <"$tmp/want" || return 1
  timeout 30 kcat -b "$b" -C -t "$t" -o beginning -c 50 -e -q >"$tmp/got" || return 1
  same "$tmp/want" "$tmp/got"
}
group() { # group, topic, count, output
  timeout 40 kcat -b "$b" -q -c "$3" -X auto.offset.reset=earliest -X session.timeout.ms=10000 -X heartbeat.interval.ms=300 -G "$1" "$2" >"$4"
}
offsets_restart() {
  make_topic "$1" || return 1
  for r in 0 1; do
    values "round$r" 10 >"$tmp/want"
    kcat -b "$b" -P -t "$1" <"$tmp/want" || return 1
    group "$1" "$1" 10 "$tmp/got" 2>/dev/null || return 1
    same "$tmp/want" "$tmp/got" || return 1
  done
}
by_time() {
  make_topic "$1" || return 1
  echo early | kcat -b "$b" -P -t "$1" || return 1
  sleep 1.2
  local at=$(date +%s%3N)
  sleep 0.2
  echo late | kcat -b "$b" -P -t "$1" || return 1
  kcat -b "$b" -Q -t "$1:0:$at" | grep -q 'offset 1$'
}
transactions() { # the commit marker stands behind the 50 records
  round_trip "$1" -X "transactional.id=$1" || return 1
  kcat -b "$b" -Q -t "$1:0:-1" | grep -q 'offset 51$'
}
rebalance() {
  make_topic "$1" || return 1
  local opts=(-X auto.offset.reset=earliest -X session.timeout.ms=10000 -X heartbeat.interval.ms=300)
  timeout 40 kcat -b "$b" "${opts[@]}" -G "$1" "$1" >/dev/null 2>"$tmp/first" &
  local p1=$!
  for _ in $(seq 100); do grep -q 'assigned: .*\[0\]' "$tmp/first" && break; sleep 0.1; done
  timeout 40 kcat -b "$b" "${opts[@]}" -G "$1" "$1" >/dev/null 2>"$tmp/second" &
  local p2=$! ok=1
  for _ in $(seq 200); do
    [ "$(grep -c 'rebalanced' "$tmp/first")" -ge 2 ] && grep -q 'rebalanced' "$tmp/second" && { ok=0; break; }
    sleep 0.1
  done
  kill $p1 $p2 2>/dev/null
  wait $p1 $p2 2>/dev/null
  return $ok
}
result() { # scenario, command...
  local name=$1; shift
  if [ ${#only[@]} -gt 0 ] && [[ " ${only[*]} " != *" $name "* ]]; then return; fi
  if [ "$1" = none ]; then echo "RESULT $name not-offered"; return; fi
  if "$@" >"$tmp/out" 2>&1; then echo "RESULT $name passed"; else echo "RESULT $name failed: $(tr '\n' ' ' <"$tmp/out" | cut -c1-200)"; fi
}
only=("$@")
for c in none gzip snappy lz4 zstd; do result "produce-$c" round_trip "$prefix-produce-$c" -z "$c"; done
for a in 0 1 all; do result "acks-$a" round_trip "$prefix-acks-$a" -X "acks=$a"; done
result group-rebalance rebalance "$prefix-group-rebalance"
result offsets-restart offsets_restart "$prefix-offsets-restart"
result admin none
result idempotent round_trip "$prefix-idempotent" -X enable.idempotence=true
result offsets-by-time by_time "$prefix-offsets-by-time"
result transactions transactions "$prefix-transactions"
result group-kip848 none
