#!/usr/bin/env bash
# pve-storage: an entry of the cluster's storage.cfg, for kinds of storage that the API's provider does not know.
#
#   bash -s -- apply  --storage ID --type rbd|cephfs|iscsi --set KEY=VALUE...
#   bash -s -- remove --storage ID --type rbd|cephfs|iscsi
#
# What the storage is (pool, file system, portal and target) can't be changed: an entry of that id that is another
# storage is refused. The other settings become the declared ones; one that is not named goes back to Proxmox's
# default. A second run changes nothing; an entry that is there is adopted. `remove` takes the entry away and leaves
# the data.
# The body is a function called on the last line, so that a connection lost half way runs nothing.
set -euo pipefail
export LC_ALL=C

SCRIPT=pve-storage
LOCK=/run/hybrid-estate-pve-storage.lock
CONFIG=/etc/pve/storage.cfg
source shared/prelude.sh

# What a storage of each kind is, and how it may be set.
declare -A IDENTITY=([rbd]='pool namespace' [cephfs]='fs-name' [iscsi]='portal target')
declare -A SETTINGS=(
  [rbd]='content nodes krbd disable'
  [cephfs]='content nodes prune-backups disable'
  [iscsi]='content nodes disable'
)

check_storage() {
  [[ $1 =~ ^[A-Za-z][A-Za-z0-9_-]{1,99}$ ]] || refuse storage "$1" 'a letter, then letters, digits, - or _'
}

check_type() {
  [[ -n $1 && -n ${IDENTITY[$1]:-} ]] || refuse type "$1" 'rbd, cephfs or iscsi'
}

check_setting() {
  local key=${1%%=*}
  [[ $1 =~ ^[a-z][a-z-]*=[A-Za-z0-9][A-Za-z0-9_.:,=/-]*$ ]] || refuse setting "$1" key=value
  [[ " ${IDENTITY[$type]} ${SETTINGS[$type]} " == *" $key "* ]] || die "refused setting $1: $type has ${IDENTITY[$type]} ${SETTINGS[$type]}"
}

# The entry of an id as lines: its type, then key=value.
entry_of() {
  [[ ! -e $CONFIG ]] || awk -v id="$1" '
    /^[a-z]/ { inside = $2 == id; if (inside) print substr($1, 1, length($1) - 1) }
    inside && /^[ \t]/ && NF { key = $1; sub(/^[ \t]*[^ \t]+[ \t]*/, ""); print key "=" $0 }
  ' "$CONFIG"
}

# Lists mean the same in any order.
same() {
  [[ $(tr , '\n' <<<"$1" | sort) == "$(tr , '\n' <<<"$2" | sort)" ]]
}

# Fills `there` with the settings of the entry; fails where there is none, and ends where it is of another type.
find_entry() {
  local found line
  found=$(entry_of "$storage")
  [[ -n $found ]] || return 1
  [[ ${found%%$'\n'*} == "$type" ]] || die "there is a storage $storage already, of type ${found%%$'\n'*}; nothing was changed"
  while IFS= read -r line; do
    if [[ $line == *=* ]]; then there[${line%%=*}]=${line#*=}; fi
  done <<<"$found"
}

apply() {
  local key value
  local -A there=()
  local -a changes=()
  for key in ${IDENTITY[$type]}; do
    [[ -n ${wanted[$key]:-} || $key == namespace ]] || die "apply wants --set $key=... for $type"
  done
  if ! find_entry; then
    for key in "${!wanted[@]}"; do changes+=("--$key" "${wanted[$key]}"); done
    pvesm add "$type" "$storage" "${changes[@]}" </dev/null >&2
    note "$storage added"
    return
  fi
  for key in ${IDENTITY[$type]}; do
    same "${there[$key]:-}" "${wanted[$key]:-}" ||
      die "there is a storage $storage already, with $key ${there[$key]:-(none)}, declared is ${wanted[$key]:-none}; nothing was changed"
  done
  for key in ${SETTINGS[$type]}; do
    value=${wanted[$key]:-}
    if same "${there[$key]:-}" "$value"; then continue; fi
    if [[ -n $value ]]; then changes+=("--$key" "$value"); else changes+=(--delete "$key"); fi
    note "$storage: $key ${there[$key]:-(none)} becomes ${value:-the default}"
  done
  [[ ${#changes[@]} -eq 0 ]] || pvesm set "$storage" "${changes[@]}" </dev/null >&2
}

remove() {
  local -A there=()
  if find_entry; then
    pvesm remove "$storage" </dev/null >&2
    note "$storage removed; the data is left as it is"
  fi
}

option() {
  case $1 in
    --storage) storage=$2 ;;
    --type)
      check_type "$2"
      type=$2
      ;;
    --set)
      [[ -n $type ]] || die '--type comes before --set'
      check_setting "$2"
      wanted[${2%%=*}]=${2#*=}
      ;;
    *) unknown_option "$1" ;;
  esac
}

main() {
  local action=${1:-} storage='' type=''
  local -A wanted=()
  [[ $action == apply || $action == remove ]] || die "want apply or remove, got $(printf '%q' "$action")"
  shift
  each_option "$@"
  check_storage "$storage"
  check_type "$type"
  turn "$LOCK" 300 'the storages of this cluster'
  "$action"
}

main "$@"
