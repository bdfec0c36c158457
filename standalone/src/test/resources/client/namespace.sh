#!/bin/sh
# Runs a command in the network namespace it is in, with one address that is not loopback and a default route:
# Firefox and libnice gather no candidates otherwise. The virtual interface touches nothing of this machine.
set -eu
ip link set lo up
ip link add live0 type veth peer name live1
ip address add 10.77.0.1/24 dev live0
ip link set live0 up
ip link set live1 up
ip route add default via 10.77.0.2
exec "$@"
