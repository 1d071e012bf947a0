#!/usr/bin/env bash
# volume-group: makes an LVM volume group on whole disks that hold nothing, or adopts the one that is there; and a
# thin pool in it.
#
#   bash -s -- apply --group NAME [--activate STORAGE] --device PATH... [--thin-pool NAME [--thin-pool-gib N]]
#
# `--activate` names the storage that brings the disks, such as an iSCSI target: Proxmox connects it first. A second
# run changes nothing. A group of that name on exactly these disks is adopted, another one refused. A disk or LUN with
# anything on it is refused before anything is written to any. A thin pool takes all of the room, or so many GiB; one
# that is there keeps its size. Nothing is ever forced, and there is no way to remove either: that is for a person.
# The body is a function called on the last line, so that a connection lost half way runs nothing.
set -euo pipefail
export LC_ALL=C

SCRIPT='volume-group'
LOCK=/run/hybrid-estate-volume-group.lock
source shared/prelude.sh
source shared/disks.sh
# LVM tells of every file that it inherits open: the lock.
export LVM_SUPPRESS_FD_WARNINGS=1

check_name() {
  [[ $2 =~ ^[A-Za-z0-9_][A-Za-z0-9_.+-]*$ && ! $2 =~ ^\.\.?$ ]] || refuse "$1" "$2" 'letters, digits and _ . + -'
}

# Proxmox connects the disks that come over the network, and udev then makes their paths.
activate() {
  local device tries
  pvesm status --storage "$1" </dev/null >/dev/null || die "the storage $1 can't be activated on this host"
  for device in "${devices[@]}"; do
    for ((tries = 0; tries < 30; tries++)); do
      if [[ -e $device ]]; then break; fi
      sleep 1
    done
  done
}

# Prints, a line each, how a group that is there differs from the declared one.
differences() {
  local volume disk index
  local -A members=() declared=()
  while read -r volume; do
    disk=$(readlink -e -- "$volume") || disk=$volume
    members[$disk]=$volume
  done < <(pvs --noheadings -o pv_name -S "vg_name=$1")
  for index in "${!disks[@]}"; do
    declared[${disks[index]}]=${devices[index]}
    [[ -n ${members[${disks[index]}]:-} ]] || printf '%s is not one of its disks\n' "${devices[index]}"
  done
  for disk in "${!members[@]}"; do
    [[ -n ${declared[$disk]:-} ]] || printf 'it has %s, which is not declared\n' "${members[$disk]}"
  done
}

make_group() {
  local name=$1 index different
  if vgs --noheadings -o vg_name -- "$name" >/dev/null 2>&1; then
    different=$(differences "$name")
    [[ -z $different ]] || die "there is a volume group $name already, and it is not the declared one: ${different//$'\n'/; }; nothing was changed"
    return
  fi
  for index in "${!devices[@]}"; do
    check_free "${devices[index]}" "${disks[index]}" "$(label_of "${disks[index]}")"
  done
  # What it might ask is answered by nobody: the standard input is this script.
  vgcreate -- "$name" "${devices[@]}" </dev/null >&2
  note "$name created"
}

make_thin_pool() {
  local group=$1 name=$2 gib=$3 type
  local -a size=(--extents 100%FREE)
  type=$(lvs --noheadings -o segtype -S "lv_name=$name" -- "$group" | tr -d ' ')
  if [[ -n $type ]]; then
    [[ $type == thin-pool ]] || die "there is a volume $group/$name already, and it is no thin pool but $type; nothing was changed"
    return
  fi
  if [[ -n $gib ]]; then size=(--size "${gib}g"); fi
  lvcreate --type thin-pool "${size[@]}" --name "$name" -- "$group" </dev/null >&2
  note "$group/$name created"
}

apply() {
  local -a disks=()
  turn "$LOCK" 300 'the volume groups of this host'
  if [[ -n $storage ]]; then activate "$storage"; fi
  resolve_devices disk mpath
  make_group "$group"
  if [[ -n $pool ]]; then make_thin_pool "$group" "$pool" "$gib"; fi
}

option() {
  case $1 in
    --group) group=$2 ;;
    --activate)
      [[ $2 =~ ^[A-Za-z][A-Za-z0-9_-]{1,99}$ ]] || refuse storage "$2" 'a letter, then letters, digits, - or _'
      storage=$2
      ;;
    --thin-pool)
      check_name 'thin pool' "$2"
      pool=$2
      ;;
    --thin-pool-gib)
      [[ $2 =~ ^[1-9][0-9]{0,6}$ ]] || refuse size "$2" 'a number of GiB'
      gib=$2
      ;;
    --device)
      check_device "$2"
      devices+=("$2")
      ;;
    *) unknown_option "$1" ;;
  esac
}

main() {
  local action=${1:-} group='' storage='' pool='' gib=''
  local -a devices=()
  [[ $action == apply ]] || die "want apply, got $(printf '%q' "$action")"
  shift
  each_option "$@"
  check_name group "$group"
  [[ ${#devices[@]} -gt 0 ]] || die 'apply wants at least one --device'
  [[ -z $gib || -n $pool ]] || die '--thin-pool-gib wants a --thin-pool'
  apply
}

main "$@"
