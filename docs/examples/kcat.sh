#!/bin/sh
# Shows time, place, key, headers and size of every record in the media log, without decoding any. Debian: apt install kcat
set -eu
kcat -b "${1:-localhost:9092}" -t weir.media.v1 -C -o beginning -e -q \
  -f '%T partition=%p offset=%o key=%k %h %S bytes\n'
