#!/bin/sh
# Runs the gateway and libwebrtc in a network namespace of their own, where IPv6 has an address and a kernel does the
# 1:1 NAT from 198.51.100.7 to 10.77.0.1. Arguments: the launcher, a folder, "ipv6" or "nat".
set -eu
ip link set lo up
ip link add live0 type veth peer name live1
ip address add 10.77.0.1/24 dev live0
ip address add fd00:77::1/64 dev live0 nodad
ip link set live0 up
ip link set live1 up
ip route add default dev live0
nft add table ip nat
nft 'add chain ip nat output { type nat hook output priority -100; }'
nft add rule ip nat output ip daddr 198.51.100.7 dnat to 10.77.0.1

case $3 in
  ipv6) media='--set udp.addresses=fd00:77::1' ;;
  nat) media='--set udp.addresses=10.77.0.1 --set udp.public-address=198.51.100.7' ;;
esac
log=$2/gateway.log
export WEIR_BUILD=never
# shellcheck disable=SC2086 # one word each
"$1" gateway --http 127.0.0.1:8080 $media > "$log" 2>&1 &
weir=$!
trap 'kill $weir 2> /dev/null; wait $weir || true' EXIT
await() {
  tries=0
  until grep -qs "$1" "$log"; do
    tries=$((tries + 1))
    if [ "$tries" -gt 600 ] || ! kill -0 $weir 2> /dev/null; then cat "$log"; exit 1; fi
    sleep 0.1
  done
}
await ready
"$1" publish --url http://127.0.0.1:8080/whip/there --for 3s --json
await 'stream=there.* ended'
grep 'stream=there.* ended' "$log"
