#!/usr/bin/env bash
# nfs-check: proves that a host can mount an NFS export with the declared options, and write to it where it should.
#
#   bash -s -- apply --server ADDRESS --export PATH --options OPTIONS --access ro|rw
#
# It mounts the export below /run, reads it, writes, reads back and removes a file of its own where that is wanted, and
# unmounts. Nothing stays, whether it succeeds or not, so that every run does the same.
# The body is a function called on the last line, so that a connection lost half way runs nothing.
set -euo pipefail
export LC_ALL=C

SCRIPT='nfs-check'
# A server that doesn't answer is a refusal within a minute or two, not a mount that hangs for ever.
PATIENCE='soft,timeo=50,retrans=2,retry=0'
# What there is to clean up.
folder=''
file=''
source shared/prelude.sh

check_options() {
  [[ $1 =~ ^[A-Za-z0-9][A-Za-z0-9_.:=,/-]*$ ]] || refuse options "$1" 'mount options with commas and no blanks'
}

clean_up() {
  local status=$?
  trap - EXIT
  if [[ -n $file ]]; then timeout 30 rm -f -- "$file" || true; fi
  if [[ -n $folder ]]; then
    if mountpoint -q -- "$folder"; then umount -- "$folder" 2>/dev/null || umount -l -- "$folder" || true; fi
    rmdir -- "$folder" 2>/dev/null || true
  fi
  exit "$status"
}

apply() {
  local said word
  command -v mount.nfs >/dev/null || die 'this host has no mount.nfs: install nfs-common'
  trap clean_up EXIT
  folder=$(mktemp -d /run/hybrid-estate-nfs-check.XXXXXX)
  said=$(timeout 120 mount -t nfs -o "$options,$PATIENCE" -- "$server:$path" "$folder" 2>&1) ||
    die "$server:$path can't be mounted with $options: ${said:-no answer in two minutes}"
  timeout 30 ls -- "$folder" >/dev/null || die "$server:$path was mounted, but can't be read"
  [[ $access == rw ]] || return 0
  word=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  file=$folder/.hybrid-estate-check-$word
  timeout 30 tee -- "$file" <<<"$word" >/dev/null 2>&1 ||
    die "root of this host can't write to $server:$path: exported ro, or without no_root_squash"
  [[ $(timeout 30 cat -- "$file") == "$word" ]] || die "$server:$path does not give back what was written to it"
}

option() {
  case $1 in
    --server)
      check_address "$2"
      server=$2
      ;;
    --export)
      check_path "$2"
      path=$2
      ;;
    --options)
      check_options "$2"
      options=$2
      ;;
    --access)
      [[ $2 == ro || $2 == rw ]] || refuse access "$2" 'ro or rw'
      access=$2
      ;;
    *) unknown_option "$1" ;;
  esac
}

main() {
  local action=${1:-} server='' path='' options='' access=''
  [[ $action == apply ]] || die "want apply, got $(printf '%q' "$action")"
  shift
  each_option "$@"
  [[ -n $server && -n $path && -n $options && -n $access ]] || die 'apply wants --server, --export, --options and --access'
  apply
}

main "$@"
