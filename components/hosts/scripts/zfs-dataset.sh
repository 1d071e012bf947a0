#!/usr/bin/env bash
# zfs-dataset: makes a ZFS dataset in a pool that is there, with its properties.
#
#   bash -s -- apply --pool POOL --dataset NAME [--property KEY=VALUE]...
#
# A second run changes nothing; an existing dataset is adopted and keeps what is in it. A volume of that name is
# refused. There is no way to remove a dataset: that is for a person to do.
# The body is a function called on the last line, so that a connection lost half way runs nothing.
set -euo pipefail
export LC_ALL=C

die() {
  printf 'zfs-dataset: %s\n' "$*" >&2
  exit 1
}

note() {
  printf 'zfs-dataset: %s\n' "$*" >&2
}

check_pool() {
  [[ $1 =~ ^[A-Za-z][A-Za-z0-9_.:-]*$ ]] || die "refused pool $(printf '%q' "$1"): want a letter, then letters, digits and _ . : -"
}

check_dataset() {
  local part='[A-Za-z0-9][A-Za-z0-9_.:-]*'
  [[ $1 =~ ^$part(/$part)*$ ]] || die "refused dataset $(printf '%q' "$1"): want a name below the pool, such as guests/web"
}

check_property() {
  [[ $1 =~ ^[a-z][a-z0-9:._-]*=[A-Za-z0-9:._/-]+$ ]] || die "refused property $(printf '%q' "$1"): want name=value"
}

apply() {
  local name=$1 property key value type
  zpool list -H -o name -- "${name%%/*}" >/dev/null 2>&1 || die "there is no pool ${name%%/*} on this host"
  if type=$(zfs get -H -o value type "$name" 2>/dev/null); then
    [[ $type == filesystem ]] || die "$name is there already, as a $type"
  else
    zfs create -p -- "$name"
    note "$name created"
  fi
  for property in "${properties[@]}"; do
    key=${property%%=*}
    value=${property#*=}
    if [[ $(zfs get -H -o value "$key" "$name") != "$value" ]]; then
      zfs set "$key=$value" "$name"
      note "$name: $key set to $value"
    fi
  done
}

main() {
  local action=${1:-} pool='' dataset=''
  local -a properties=()
  [[ $action == apply ]] || die "want apply, got $(printf '%q' "$action")"
  shift
  while [[ $# -gt 0 ]]; do
    [[ $# -ge 2 ]] || die "$(printf '%q' "$1") wants a value"
    case $1 in
      --pool) pool=$2 ;;
      --dataset) dataset=$2 ;;
      --property)
        check_property "$2"
        properties+=("$2")
        ;;
      *) die "unknown option $(printf '%q' "$1")" ;;
    esac
    shift 2
  done
  check_pool "$pool"
  check_dataset "$dataset"
  apply "$pool/$dataset"
}

main "$@"
