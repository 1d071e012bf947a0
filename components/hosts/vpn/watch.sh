#!/usr/bin/env bash
# tunnel-watch: the timer hybrid-estate-tunnel-watch runs it on a VPN gateway.
#
#   tunnel-watch FILE
#
# FILE has the name of a tunnel a line. strongSwan tries for ever where nobody answers, but gives up where the other end
# refuses it (AUTHENTICATION_FAILED, NO_PROPOSAL_CHOSEN): after a key was changed on one end before the other, or while
# AWS mends its end, the tunnel would stay down until somebody begins it again. This begins it again. What is up, or being
# tried, is left alone, and nothing is said of it.
set -euo pipefail
export LC_ALL=C

# How `swanctl --list-sas` shows a tunnel: a line `NAME: #1, ESTABLISHED, ...`, and further in one a child.
is_tried() {
  grep -qE "^$1: #[0-9]+, (CONNECTING|CREATED|REKEYING)," <<<"$2"
}

is_up() {
  grep -qE "^$1: #[0-9]+, ESTABLISHED," <<<"$2" && grep -qE "^ +$1: #[0-9]+, .*, (INSTALLED|REKEYING|REKEYED|UPDATING)," <<<"$2"
}

main() {
  local name associations
  # Without the daemon there is nothing to begin; it begins everything itself when it starts.
  associations=$(swanctl --list-sas 2>/dev/null) || return 0
  while read -r name; do
    [[ $name =~ ^[A-Za-z0-9][A-Za-z0-9-]*$ ]] || continue
    if is_up "$name" "$associations" || is_tried "$name" "$associations"; then continue; fi
    printf 'tunnel %s is down and not tried: it is begun again\n' "$name"
    # What it says may quote what it read; the daemon's own log has the reason.
    swanctl --initiate --child "$name" --timeout 15 >/dev/null 2>&1 </dev/null || true
  done <"$1"
}

main "$@"
