#!/usr/bin/env bash
# offsite-copies: has a Proxmox VE node copy its backups to S3 buckets on a timer, and export guests' disks.
#
#   bash -s -- apply
#   bash -s -- remove
#
# apply reads the files to write from its standard input, behind this text: lines `file MODE GROUP PATH BASE64`, then
# `end COUNT`. It writes only the paths that it knows; keys come in files of mode 0600. The timers start with the next
# event; a copy that is under way is not disturbed. A second run changes nothing and says nothing. remove stops the
# timers and takes the keys away; what was copied stays, and what is known about it.
# The body is a function called on the last line, so that a connection lost half way runs nothing.
set -euo pipefail
export LC_ALL=C

# The functions of shared/files.sh read it.
# shellcheck disable=SC2034
TOLD=/var/lib/hybrid-estate/offsite-told
FOLDER=/etc/hybrid-estate/offsite
LIBRARY=/usr/local/lib/hybrid-estate
UNITS=/etc/systemd/system
LOCK=/run/hybrid-estate-offsite-setup.lock
JOBS=(copies exports)

SCRIPT=offsite-copies
source shared/prelude.sh
source shared/files.sh

# Files that may be written; nothing else ever is.
may_write() {
  case $2 in
    "$FOLDER/rclone.conf" | "$FOLDER/curl.conf" | "$FOLDER/settings") ;;
    "$LIBRARY/offsite-copies" | "$LIBRARY/offsite-exports") ;;
    "$UNITS/hybrid-estate-copies.service" | "$UNITS/hybrid-estate-copies.timer") ;;
    "$UNITS/hybrid-estate-exports.service" | "$UNITS/hybrid-estate-exports.timer") ;;
    *) return 1 ;;
  esac
}

check_files() {
  local path
  for path in "$FOLDER/rclone.conf" "$FOLDER/settings" "$LIBRARY/offsite-copies" "$UNITS/hybrid-estate-copies.timer"; do
    sent "$path" || die "$path is missing among the files; nothing was changed"
  done
  for path in "$FOLDER/rclone.conf" "$FOLDER/curl.conf"; do
    if sent "$path"; then
      [[ ${modes[$path]} == 0600 ]] || die "refused mode ${modes[$path]} of $path: it holds keys; nothing was changed"
    fi
  done
}

apply() {
  local job unit
  ensure_packages rclone curl jq zstd
  # It may quote what it reads, and that holds keys.
  rclone --config "$stage$FOLDER/rclone.conf" listremotes >/dev/null 2>&1 || refuse_config rclone 'rclone.conf is not sound'
  install -d -m 0700 -- "$FOLDER"
  write_files /
  reload_units offsite "$UNITS"/hybrid-estate-{copies,exports}.{service,timer}
  for job in "${JOBS[@]}"; do
    unit=hybrid-estate-$job.timer
    if sent "$UNITS/$unit"; then
      settle "$unit" "$UNITS/$unit" "$UNITS/hybrid-estate-$job.service" -- /dev/null
    else
      drop "$job"
    fi
  done
}

# Stops a job that is no longer declared; the run that is under way ends by itself.
drop() {
  local job=$1 file
  stop "hybrid-estate-$job.timer"
  for file in "$UNITS/hybrid-estate-$job.timer" "$UNITS/hybrid-estate-$job.service" "$LIBRARY/offsite-$job"; do
    if [[ -e $file ]]; then
      rm -f -- "$file"
      systemctl daemon-reload
    fi
  done
}

remove() {
  local job file
  for job in "${JOBS[@]}"; do drop "$job"; done
  for file in "$FOLDER/rclone.conf" "$FOLDER/curl.conf" "$FOLDER/settings" /var/lib/prometheus/node-exporter/hybrid-estate-offsite-*.prom; do
    if [[ -e $file ]]; then rm -f -- "$file"; fi
  done
}

main() {
  local action=${1:-}
  [[ $action == apply || $action == remove ]] || die "want apply or remove, got $(printf '%q' "$action")"
  [[ $# -eq 1 ]] || die "want nothing after $action, got $(printf '%q' "$2")"
  turn "$LOCK" 900 'the copies of this host'
  if [[ $action == remove ]]; then
    remove
    return
  fi
  local -a paths=()
  local -A modes=() groups=()
  # What a run that was killed left behind holds keys; nobody else is at work now.
  rm -rf -- /run/hybrid-estate-offsite.??????
  # Not local: the trap outlives this function.
  stage=$(mktemp -d /run/hybrid-estate-offsite.XXXXXX)
  trap 'rm -rf -- "$stage"' EXIT
  umask 077
  read_files node
  umask 022
  check_files
  apply
}

main "$@"; exit
