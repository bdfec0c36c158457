#!/bin/sh
# Runs Weir and GStreamer behind namespace.sh. Arguments: the launcher, the data folder, seconds.
set -eu
WEIR_BUILD=never "$1" demo --insecure --http 10.77.0.1:8080 --data "$2" > "$2.log" 2>&1 &
weir=$!
trap 'kill $weir 2> /dev/null; wait $weir || true' EXIT
tries=0
until grep -qs ready "$2.log"; do
  tries=$((tries + 1))
  if [ "$tries" -gt 600 ] || ! kill -0 $weir 2> /dev/null; then cat "$2.log"; exit 1; fi
  sleep 0.1
done
publish() {
  /usr/bin/python3 "$(dirname "$0")/gstreamer.py" publish "http://10.77.0.1:8080/whip/gstreamer-$1" "$2" "$1"
}
publish H265 "$3" &
h265=$!
publish H264 "$3"
wait $h265
# Let the archive drain before everything is stopped.
tries=0
for codec in H264 H265; do
  until cat "$2"/archive/gstreamer-$codec/*/*.json 2> /dev/null | grep -q '"final" : true' || [ "$tries" -gt 200 ]; do
    tries=$((tries + 1))
    sleep 0.1
  done
done
