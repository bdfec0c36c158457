#!/bin/sh
# Runs Weir and GStreamer in a network namespace of their own: libnice ignores loopback, and a virtual
# interface there touches nothing of this machine. Arguments: the launcher, the data folder, seconds.
set -eu
ip link set lo up
ip link add live0 type veth peer name live1
ip address add 10.77.0.1/24 dev live0
ip link set live0 up
ip link set live1 up
WEIR_BUILD=never "$1" demo --insecure --http 10.77.0.1:8080 --data "$2" > "$2.log" 2>&1 &
weir=$!
trap 'kill $weir 2> /dev/null; wait $weir || true' EXIT
tries=0
until grep -qs ready "$2.log"; do
  tries=$((tries + 1))
  if [ "$tries" -gt 600 ] || ! kill -0 $weir 2> /dev/null; then cat "$2.log"; exit 1; fi
  sleep 0.1
done
/usr/bin/python3 "$(dirname "$0")/gstreamer-whip.py" http://10.77.0.1:8080/whip/gstreamer "$3"
# Let the archive drain before everything is stopped.
tries=0
until cat "$2"/archive/gstreamer/*/*.json 2> /dev/null | grep -q '"final" : true' || [ "$tries" -gt 200 ]; do
  tries=$((tries + 1))
  sleep 0.1
done
