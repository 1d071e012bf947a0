#!/usr/bin/env bash
# watchdog-module: chooses the kernel module that fences a Proxmox VE node when it has lost the cluster.
#
#   bash -s -- apply --module NAME
#
# Writes WATCHDOG_MODULE to /etc/default/pve-ha-manager, which watchdog-mux reads when the node boots. Nothing is loaded,
# restarted or rebooted here: stopping watchdog-mux under a running HA stack resets the node. A second run changes
# nothing and says nothing; every other line of the file is kept.
# The body is a function called on the last line, so that a connection lost half way runs nothing.
set -euo pipefail
export LC_ALL=C

FILE=/etc/default/pve-ha-manager
# What watchdog-mux takes where nothing is set.
DEFAULT=softdog

die() {
  printf 'watchdog-module: %s\n' "$*" >&2
  exit 1
}

apply() {
  local module=$1 current=''
  [[ $(id -u) == 0 ]] || die 'wants root'
  [[ -d /etc/pve ]] || die 'there is no /etc/pve here: this is no Proxmox VE node'
  modinfo -n -- "$module" >/dev/null 2>&1 || die "the kernel of this node has no module $module; nothing was changed"
  # The file is read by a shell's rules: the last setting counts, with or without quotes.
  if [[ -f $FILE ]]; then
    current=$(awk -F= '/^[ \t]*WATCHDOG_MODULE=/ { value = $2 } END { gsub(/["\047 \t\r]/, "", value); print value }' "$FILE")
  fi
  [[ ${current:-$DEFAULT} != "$module" ]] || return 0
  {
    if [[ -f $FILE ]]; then sed '/^[ \t]*WATCHDOG_MODULE=/d' "$FILE"; fi
    printf 'WATCHDOG_MODULE=%s\n' "$module"
  } >"$FILE.new"
  chmod 0644 "$FILE.new"
  mv -f -- "$FILE.new" "$FILE"
  printf 'watchdog-module: %s in place of %s from the next reboot on; the node was not rebooted\n' "$module" "${current:-$DEFAULT}" >&2
}

main() {
  local action=${1:-} module=''
  [[ $action == apply ]] || die "want apply, got $(printf '%q' "$action")"
  shift
  while [[ $# -gt 0 ]]; do
    [[ $# -ge 2 ]] || die "$(printf '%q' "$1") wants a value"
    case $1 in
      --module) module=$2 ;;
      *) die "unknown option $(printf '%q' "$1")" ;;
    esac
    shift 2
  done
  [[ $module =~ ^[A-Za-z0-9][A-Za-z0-9_-]*$ ]] || die "refused module $(printf '%q' "$module"): want the name of a kernel module"
  apply "$module"
}

main "$@"
