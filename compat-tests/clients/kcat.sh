#!/usr/bin/env bash
# The client scenarios with kcat (librdkafka of Debian). usage: kcat.sh host:port prefix [scenario ...]
# kcat has no admin calls: topics are made by asking for their metadata.
set -uo pipefail
b=$1 prefix=$2
shift 2
exec 3>&1 # the runner's ear, also from within a scenario
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
  values "$(printf 'v%.0s' $(seq 60))" 50 >"$tmp/want" # every codec makes them smaller
  timeout 30 kcat -b "$b" -P -t "$t" "$@" -K : < <(sed 's/.*/&:&/' "$tmp/want") || return 1
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
records() { # it has no way to set a record's time; null is length -1
  make_topic "$1" || return 1
  local p=(kcat -b "$b" -P -t "$1" -p 0)
  printf 'k0:v0\n' | "${p[@]}" -K : -H a=1 -H b= || return 1
  printf 'v1\n' | "${p[@]}" || return 1
  printf 'k2:\n' | "${p[@]}" -K : -Z || return 1
  printf ':\n' | "${p[@]}" -K : || return 1
  kcat -b "$b" -C -t "$1" -o beginning -c 4 -e -q -f '%K/%k %S/%s %h\n' >"$tmp/got" || return 1
  printf '%s\n' '2/k0 2/v0 a=1,b=' '-1/ 2/v1 ' '2/k2 -1/ ' '0/ 0/ ' >"$tmp/want"
  diff "$tmp/want" "$tmp/got"
}
large() {
  make_topic "$1" || return 1
  printf '0123456789%.0s' $(seq 110000) >"$tmp/large"
  head -c 1000000 "$tmp/large" >"$tmp/fits"
  kcat -b "$b" -P -t "$1" -p 0 -X message.max.bytes=3000000 "$tmp/large" 2>"$tmp/err"
  grep -q 'Message size too large' "$tmp/err" || { echo "a record that is too large:"; cat "$tmp/err"; return 1; }
  kcat -b "$b" -P -t "$1" -p 0 -X message.max.bytes=3000000 "$tmp/fits" || return 1
  kcat -b "$b" -C -t "$1" -o beginning -c 1 -e -q -D '' >"$tmp/got" || return 1
  cmp "$tmp/fits" "$tmp/got"
}
broker_restart() { # a kcat's life is one command: what has to last is the records and the offset
  make_topic "$1" || return 1
  values before 10 >"$tmp/want"
  kcat -b "$b" -P -t "$1" <"$tmp/want" || return 1
  group "$1" "$1" 10 "$tmp/got" 2>/dev/null || return 1
  same "$tmp/want" "$tmp/got" || return 1
  echo RESTART >&3
  read -r _
  values after 10 >"$tmp/want"
  kcat -b "$b" -P -t "$1" <"$tmp/want" || return 1
  timeout 40 kcat -b "$b" -q -c 10 -X auto.offset.reset=earliest -X enable.auto.commit=false -X enable.auto.offset.store=false -G "$1" "$1" >"$tmp/got" 2>/dev/null || return 1
  same "$tmp/want" "$tmp/got"
}
member() { # group and topic, file of what it says, more options
  timeout 40 kcat -b "$b" -X auto.offset.reset=earliest -X session.timeout.ms=10000 -X heartbeat.interval.ms=300 "${@:3}" -G "$1" "$1" </dev/null >/dev/null 2>"$2" &
}
owned() { # the partitions of the last assignment that a member told of
  grep -oE '(assigned:|incremental assignment of) .*' "$1" | tail -1 | grep -o '\[[0-9]*\]' | sort | tr -d '\n' # [0][1]...
}
until_owned() { # file, count
  for _ in $(seq 200); do [ "$(owned "$1" | tr -cd '[' | wc -c)" = "$2" ] && return 0; sleep 0.1; done
  echo "$1 never had $2 partitions: $(owned "$1")"
  return 1
}
static() { # a member that was killed comes back under its instance id and has its partition without waiting for a session to end
  make_topic "$1" || return 1
  local ok=1 p1 p2
  member "$1" "$tmp/first" -X group.instance.id=a; p1=$!
  until_owned "$tmp/first" 1 || return 1
  kill -9 $p1; wait $p1 2>/dev/null
  member "$1" "$tmp/again" -X group.instance.id=a; p2=$!
  until_owned "$tmp/again" 1 && ok=0
  kill $p2; wait $p2 2>/dev/null
  return $ok
}
cooperative() {
  make_topic "$1" || return 1
  local ok=1 p1 p2
  member "$1" "$tmp/first" -X partition.assignment.strategy=cooperative-sticky; p1=$!
  until_owned "$tmp/first" 1 || return 1
  member "$1" "$tmp/second" -X partition.assignment.strategy=cooperative-sticky; p2=$!
  for _ in $(seq 200); do grep -q rebalanced "$tmp/second" && { ok=0; break; }; sleep 0.1; done
  grep -q revoke "$tmp/first" && { cat "$tmp/first"; ok=1; } # the only partition stays where it is
  kill $p1 $p2; wait $p1 $p2 2>/dev/null
  return $ok
}
result() { # scenario, command...
  local name=$1; shift
  if [ ${#only[@]} -gt 0 ] && [[ " ${only[*]} " != *" $name "* ]]; then return; fi
  if "$@" >"$tmp/out" 2>&1; then echo "RESULT $name passed"; else echo "RESULT $name failed: $(tr '\n' ' ' <"$tmp/out" | cut -c1-200)"; fi
}
only=("$@")
for c in none gzip snappy lz4 zstd; do result "produce-$c" round_trip "$prefix-produce-$c" -z "$c"; done
for a in 0 1 all; do result "acks-$a" round_trip "$prefix-acks-$a" -X "acks=$a"; done
result group-rebalance rebalance "$prefix-group-rebalance"
result offsets-restart offsets_restart "$prefix-offsets-restart"
result group-static static "$prefix-group-static"
result group-cooperative cooperative "$prefix-group-cooperative"
result broker-restart broker_restart "$prefix-broker-restart"
result records records "$prefix-records"
result large-record large "$prefix-large-record"
result idempotent round_trip "$prefix-idempotent" -X enable.idempotence=true
result offsets-by-time by_time "$prefix-offsets-by-time"
result transactions transactions "$prefix-transactions"
