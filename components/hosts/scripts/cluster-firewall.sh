#!/usr/bin/env bash
# cluster-firewall: keeps the firewall of a Proxmox VE cluster from locking this program out. Runs on one node.
#
#   bash -s -- arm --allow CIDR [--allow CIDR]...
#       Before rules change: the address that this SSH connection comes from must be in one of the networks that may
#       manage the nodes. Where the firewall is still off, it is to turn itself off again in ten minutes.
#   bash -s -- settle
#       After it was turned on: waits until the node filters by the new rules, which takes Proxmox some seconds. Who
#       connects before that has shown nothing.
#   bash -s -- confirm --expect on|off
#       After that, in a connection of its own: that this runs at all shows that there is a way in, so it may stay as
#       it is. One that is to be on and is off has turned itself off, as this came too late (or somebody else has): it
#       is turned on and armed once more, and this fails, so that another run confirms it.
#   bash -s -- off
#       Before its rules are taken away: turns the firewall off, as else nothing but Proxmox's own rules would be left.
#
# The body is a function called on the last line, so that a connection lost half way runs nothing.
set -euo pipefail
export LC_ALL=C
SCRIPT=cluster-firewall
source shared/prelude.sh

readonly TIMER=hybrid-estate-firewall-off
readonly OPTIONS=/cluster/firewall/options

readonly OCTET='(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])'
readonly ADDRESS="$OCTET\\.$OCTET\\.$OCTET\\.$OCTET"

# number ADDRESS: the address as a number
number() {
  local -a parts
  IFS=. read -r -a parts <<<"$1"
  printf '%d' $(((parts[0] << 24) + (parts[1] << 16) + (parts[2] << 8) + parts[3]))
}

# within ADDRESS CIDR
within() {
  local bits=32 mask
  [[ $2 != */* ]] || bits=${2#*/}
  mask=$((bits == 0 ? 0 : (0xffffffff << (32 - bits)) & 0xffffffff))
  (( ($(number "$1") & mask) == ($(number "${2%/*}") & mask) ))
}

is_on() {
  pvesh get "$OPTIONS" --output-format json | grep -Eq '"enable" *: *"?[1-9]'
}

switch_to() {
  pvesh set "$OPTIONS" --enable "$1" >/dev/null
}

start_timer() {
  systemd-run --quiet --collect --unit="$TIMER" --on-active=10min pvesh set "$OPTIONS" --enable 0
}

# Whether systemd knows a unit: one that runs, but also one that has failed, or was stopped a moment ago.
is_known() {
  [[ $(systemctl show --property LoadState --value -- "$1") == loaded ]]
}

# Takes the timer and what it starts away, until systemd knows neither: what is left of them, such as a run that has
# failed, would be in the way of the next timer.
disarm() {
  local unit known try
  for try in {1..100}; do
    known=''
    # The timer first, so that it does not start the service any more.
    for unit in "$TIMER.timer" "$TIMER.service"; do
      is_known "$unit" || continue
      known=$unit
      # That it is gone meanwhile is no error; whether it is gone is asked above.
      systemctl stop "$unit" 2>/dev/null || true
      systemctl reset-failed "$unit" 2>/dev/null || true
    done
    [[ -n $known ]] || return 0
    [[ $try -eq 1 ]] || sleep "${HYBRID_ESTATE_PAUSE:-0.1}"
  done
  die "systemd does not let go of $known, which turns the firewall off: see systemctl status $known"
}

arm() {
  local client=${SSH_CONNECTION:-} network
  client=${client%% *}
  client=${client#::ffff:}
  [[ $# -gt 0 ]] || die "arm wants at least one --allow"
  [[ $client =~ ^$ADDRESS$ ]] || die "cannot tell which IPv4 address this connection comes from; nothing was changed"
  for network; do
    if within "$client" "$network"; then
      client=''
      break
    fi
  done
  [[ -z $client ]] || die "this program comes from $client, which none of the management sets holds ($*); nothing was changed"
  if ! is_on; then
    disarm
    start_timer
    note "the firewall turns itself off in ten minutes unless it is confirmed"
  fi
}

settle() {
  local status try
  for try in {1..60}; do
    status=$(pve-firewall status)
    [[ $status == *'pending changes'* ]] || return 0
    [[ $try -eq 60 ]] || sleep "${HYBRID_ESTATE_PAUSE:-1}"
  done
  die "the node does not take over the rules of its firewall: see systemctl status pve-firewall"
}

confirm() {
  # First, so that the timer cannot go off after the look.
  disarm
  [[ $expected == on ]] || return 0
  ! is_on || return 0
  start_timer
  switch_to 1
  die "the firewall was off: it turned itself off before it was confirmed (ten minutes after it was armed), or somebody did. It is on again, for ten minutes: the next run confirms it"
}

off() {
  disarm
  if is_on; then
    switch_to 0
    note "turned off, as its rules are about to go"
  fi
}

main() {
  local action=${1:-} expected=''
  local -a networks=()
  [[ $action =~ ^(arm|settle|confirm|off)$ ]] || die "want arm, settle, confirm or off, got $(printf '%q' "$action")"
  shift
  while [[ $# -gt 0 ]]; do
    [[ $# -ge 2 ]] || die "$(printf '%q' "$1") wants a value"
    case $1 in
      --allow)
        [[ $2 =~ ^$ADDRESS(/(3[0-2]|[12]?[0-9]))?$ ]] || die "refused network $(printf '%q' "$2"): want an IPv4 network"
        networks+=("$2")
        ;;
      --expect)
        [[ $2 == on || $2 == off ]] || die "refused $(printf '%q' "$2"): want --expect on or off"
        expected=$2
        ;;
      # Only tells one set of rules from another, so that a change of them is armed and confirmed again.
      --revision) [[ $2 =~ ^[0-9a-f]+$ ]] || die "refused revision $(printf '%q' "$2"): want hexadecimal digits" ;;
      *) die "unknown option $(printf '%q' "$1")" ;;
    esac
    shift 2
  done
  [[ $action != confirm || -n $expected ]] || die "confirm wants --expect"
  "$action" "${networks[@]}"
}

main "$@"
