#!/usr/bin/env bash
# zfs-dataset: makes a ZFS dataset in a pool that is there, with its properties.
#
#   bash -s -- apply --pool POOL --dataset NAME [--property KEY=VALUE]...
#
# A second run changes nothing, and leaves properties that are not named as they are. An existing dataset is adopted and keeps what is in it. A volume of that name is
# refused. There is no way to remove a dataset: that is for a person to do.
# The body is a function called on the last line, so that a connection lost half way runs nothing.
set -euo pipefail
export LC_ALL=C

SCRIPT=zfs-dataset
source shared/prelude.sh

check_dataset() {
  local part='[A-Za-z0-9][A-Za-z0-9_.:-]*'
  [[ $1 =~ ^$part(/$part)*$ ]] || refuse dataset "$1" 'a name below the pool, such as guests/web'
}

check_property() {
  [[ $1 =~ ^[a-z][a-z0-9:._-]*=[A-Za-z0-9:._/-]+$ ]] || refuse property "$1" name=value
}

# Whether a property has a value, however the two are written: ZFS prints 1048576 as 1M, and 0 as none.
has() {
  local name=$1 key=$2 value=$3 shown exact
  shown=$(zfs get -H -o value "$key" "$name")
  [[ $shown != "$value" ]] || return 0
  exact=$(zfs get -H -p -o value "$key" "$name")
  [[ $exact == "$value" ]] || { [[ $exact =~ ^[0-9]+$ ]] && [[ $(in_bytes "$value") == "$exact" ]]; }
}

# A size such as 32M or 1.5G as a number; nothing for what is none.
in_bytes() {
  awk -v size="${1^^}" 'BEGIN {
    if (size !~ /^[0-9]+([.][0-9]+)?([KMGTPE](I?B)?|B)?$/) exit
    unit = match(size, /[KMGTPE]/) ? index("KMGTPE", substr(size, RSTART, 1)) : 0
    printf "%.0f", (size + 0) * 1024 ^ unit
  }'
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
    if ! has "$name" "$key" "$value"; then
      zfs set "$key=$value" "$name"
      note "$name: $key set to $value"
    fi
  done
}

option() {
  case $1 in
    --pool) pool=$2 ;;
    --dataset) dataset=$2 ;;
    --property)
      check_property "$2"
      properties+=("$2")
      ;;
    *) unknown_option "$1" ;;
  esac
}

main() {
  local action=${1:-} pool='' dataset=''
  local -a properties=()
  [[ $action == apply ]] || die "want apply, got $(printf '%q' "$action")"
  shift
  each_option "$@"
  check_pool "$pool"
  check_dataset "$dataset"
  apply "$pool/$dataset"
}

main "$@"
