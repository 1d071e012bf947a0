#!/usr/bin/env bash
# zfs-pool: makes a ZFS pool on whole disks that hold nothing, or adopts the pool that is there.
#
#   bash -s -- apply --pool NAME --raidlevel single|mirror|raid10|raidz|raidz2|raidz3|draid|draid2|draid3
#                    [--draid-data N --draid-spares N] --ashift N --compression VALUE --device PATH...
#
# A second run changes nothing. A pool of that name on these disks is adopted (imported if it is not) when its layout
# and sector size are the declared ones, and refused with what differs when they are not. raid10 mirrors the devices
# two by two; of a pool that is there, which two are a pair does not matter. draid has so many data disks in a group and
# so many distributed spares. A disk with anything on it is refused before anything is written to any disk. Nothing is
# ever forced, and there is no way to remove a pool: that is for a person to do.
# The body is a function called on the last line, so that a connection lost half way runs nothing.
set -euo pipefail
export LC_ALL=C

SCRIPT=zfs-pool
LOCK=/run/hybrid-estate-zfs-pool.lock
source shared/prelude.sh
source shared/disks.sh

check_new_pool() {
  check_pool "$1"
  [[ ! $1 =~ ^(mirror|raidz|draid|spare|log$|c[0-9]) ]] || die "refused pool $1: ZFS keeps that name for itself"
}

check_ashift() {
  [[ $1 =~ ^(9|1[0-6])$ ]] || refuse ashift "$1" 'a power of two from 9 to 16'
}

check_compression() {
  [[ $1 =~ ^(on|off|lz4|lzjb|zle|gzip(-[1-9])?|zstd(-fast)?(-[0-9]+)?)$ ]] || refuse compression "$1" 'on, off, lz4, zstd, gzip, ...'
}

# The least number of disks is the one that Proxmox VE asks for.
check_layout() {
  local level=$1 count=$2 least
  case $level in
    single) [[ $count -eq 1 ]] || die "single wants one device, got $count"; return ;;
    mirror) least=2 ;;
    raid10) least=4 ;;
    raidz | draid) least=3 ;;
    raidz2 | draid2) least=4 ;;
    raidz3 | draid3) least=5 ;;
    *) refuse 'raid level' "$level" 'single, mirror, raid10, raidz, raidz2, raidz3, draid, draid2 or draid3' ;;
  esac
  [[ $count -ge $least ]] || die "$level wants at least $least devices, got $count"
  [[ $level != raid10 || $((count % 2)) -eq 0 ]] || die "raid10 wants an even number of devices, got $count"
  [[ $level == draid* ]] || { [[ -z $data$spares ]] || die "only draid has --draid-data and --draid-spares"; return; }
  [[ $data =~ ^[1-9][0-9]{0,2}$ ]] || refuse draid-data "$data" 'a number from 1 to 999'
  [[ $spares =~ ^(0|[1-9][0-9]?)$ ]] || refuse draid-spares "$spares" 'a number from 0 to 99'
  least=$((data + $(parity_of "$level") + spares))
  [[ $count -ge $least ]] || die "$level of $data data disks and $spares spares wants at least $least devices, got $count"
}

parity_of() {
  case $1 in
    draid) printf 1 ;;
    *) printf '%s' "${1#draid}" ;;
  esac
}

# Whether a label is of a live (0) or exported (1) pool of that name, not what a destroyed one left behind.
names_pool() {
  [[ -n $1 && $(word pool "$1") == "$2" && $(word state "$1") == [01] ]]
}

# The top-level devices that a raid level makes of so many disks, such as `mirror(2) mirror(2)`.
declared_shape() {
  local level=$1 count=$2 pairs=''
  case $level in
    single) printf 'disk(1)' ;;
    raid10)
      for ((; count > 0; count -= 2)); do pairs+=' mirror(2)'; done
      printf '%s' "${pairs# }"
      ;;
    raidz) printf 'raidz1(%s)' "$count" ;;
    draid*) printf 'draid%s:%sd:%ss(%s)' "$(parity_of "$level")" "$data" "$spares" "$count" ;;
    *) printf '%s(%s)' "$level" "$count" ;;
  esac
}

# The same for the pool that labels describe.
labelled_shape() {
  local label type parity members groups
  local -A tops=()
  for label in "$@"; do
    type=$(word type "$label")
    parity=$(word parity "$label")
    members=$(word members "$label")
    members=${members//[!,]/}
    if [[ $parity == 0 ]]; then parity=''; fi
    groups=''
    if [[ $type == draid ]]; then groups=":$(word data "$label")d:$(word spares "$label")s"; fi
    tops[$(word top "$label")]="$type$parity$groups($((${#members} + 1)))"
  done
  printf '%s\n' "${tops[@]}" | sort | paste -sd ' '
}

# Prints, a line each, how the pool that the disks' labels describe differs from the declared one.
differences() {
  local name=$1 level=$2 ashift=$3 index device label shape want guid member
  local -a ours=() tops=()
  local -A declared=() members=()
  for index in "${!devices[@]}"; do
    if ! names_pool "${labels[index]}" "$name"; then
      printf '%s is not one of its disks\n' "${devices[index]}"
      continue
    fi
    ours+=("${labels[index]}")
    declared[$(word own "${labels[index]}")]=${devices[index]}
  done
  guid=$(word guid "${ours[0]}")
  for label in "${ours[@]}"; do
    device=${declared[$(word own "$label")]}
    [[ $(word guid "$label") == "$guid" ]] || printf '%s belongs to another pool of that name\n' "$device"
    [[ $(word whole "$label") == 1 ]] || printf 'it has only a part of %s\n' "$device"
    [[ $(word ashift "$label") == "$ashift" ]] || printf 'its ashift on %s is %s, declared is %s\n' "$device" "$(word ashift "$label")" "$ashift"
    for member in $(word members "$label" | tr , ' '); do members[$member]=1; done
  done
  shape=$(labelled_shape "${ours[@]}")
  want=$(declared_shape "$level" "${#devices[@]}")
  [[ $shape == "$want" ]] || printf 'its layout is %s, declared is %s\n' "$shape" "$want"
  read -ra tops <<<"$shape"
  [[ $(word tops "${ours[0]}") -eq ${#tops[@]} ]] || printf 'it has %s top-level devices, %s of them on the declared disks\n' "$(word tops "${ours[0]}")" "${#tops[@]}"
  for member in "${!members[@]}"; do
    [[ -n ${declared[$member]:-} ]] || printf 'it has a disk that is not declared, with the guid %s\n' "$member"
  done
  for member in "${!declared[@]}"; do
    [[ -n ${members[$member]:-} ]] || printf '%s is being replaced, or no longer one of its disks\n' "${declared[$member]}"
  done
}

# Refuses to make a second pool of a name: imported here, or on other disks of this host.
check_name() {
  local name=$1 found
  if zpool list -H -o name -- "$name" >/dev/null 2>&1; then
    die "there is a pool $name already, on other disks: $(zpool list -vHP -- "$name" | awk '$1 ~ "^/" { print $1 }' | paste -sd ' '); nothing was changed"
  fi
  found=$(zpool import 2>&1) || [[ $found == *'no pools available'* ]] || die "zpool import can't look for pools: $found"
  if awk -v name="$name" '$1 == "pool:" && $2 == name { found = 1 } END { exit !found }' <<<"$found"; then
    die "there is a pool $name already, not imported and on other disks; nothing was changed"
  fi
}

create() {
  local name=$1 level=$2 ashift=$3 compression=$4 index
  local -a layout=()
  check_name "$name"
  for index in "${!devices[@]}"; do check_free "${devices[index]}" "${disks[index]}" "${labels[index]}"; done
  case $level in
    single) layout=("${devices[@]}") ;;
    raid10) for ((index = 0; index < ${#devices[@]}; index += 2)); do layout+=(mirror "${devices[@]:index:2}"); done ;;
    draid*) layout=("$level:${data}d:${#devices[@]}c:${spares}s" "${devices[@]}") ;;
    *) layout=("$level" "${devices[@]}") ;;
  esac
  zpool create -o ashift="$ashift" -O compression="$compression" -- "$name" "${layout[@]}"
  note "$name created"
}

adopt() {
  local name=$1 level=$2 ashift=$3 guid=$4 different
  different=$(differences "$name" "$level" "$ashift")
  [[ -z $different ]] || die "there is a pool $name already, and it is not the declared one: ${different//$'\n'/; }; nothing was changed"
  if ! zpool list -H -o name -- "$name" >/dev/null 2>&1; then
    # By its guid: another pool may have the same name. Paths by id outlive a change of the cabling.
    zpool import -d /dev/disk/by-id -d /dev -- "$guid"
    note "$name imported"
  elif [[ $(zpool get -H -o value guid "$name") != "$guid" ]]; then
    die "the pool $name that is imported is another one than that on the declared disks; nothing was changed"
  fi
}

apply() {
  local name=$1 level=$2 ashift=$3 compression=$4 index guid='' health
  local -a disks=() labels=()
  resolve_devices disk
  turn "$LOCK" 300 'the pools of this host'
  for index in "${!disks[@]}"; do
    labels+=("$(label_of "${disks[index]}")")
    if [[ -z $guid ]] && names_pool "${labels[index]}" "$name"; then guid=$(word guid "${labels[index]}"); fi
  done
  if [[ -z $guid ]]; then
    create "$name" "$level" "$ashift" "$compression"
  else
    adopt "$name" "$level" "$ashift" "$guid"
  fi
  if [[ $(zfs get -H -o value compression "$name") != "$compression" ]]; then
    zfs set "compression=$compression" "$name"
    note "$name: compression set to $compression"
  fi
  health=$(zpool list -H -o health -- "$name")
  [[ $health == ONLINE ]] || note "$name is $health: see zpool status"
}

option() {
  case $1 in
    --pool) pool=$2 ;;
    --raidlevel) level=$2 ;;
    --draid-data) data=$2 ;;
    --draid-spares) spares=$2 ;;
    --ashift) ashift=$2 ;;
    --compression) compression=$2 ;;
    --device)
      check_device "$2"
      devices+=("$2")
      ;;
    *) unknown_option "$1" ;;
  esac
}

main() {
  local action=${1:-} pool='' level='' data='' spares='' ashift='' compression=''
  local -a devices=()
  [[ $action == apply ]] || die "want apply, got $(printf '%q' "$action")"
  shift
  each_option "$@"
  check_new_pool "$pool"
  check_layout "$level" "${#devices[@]}"
  check_ashift "$ashift"
  check_compression "$compression"
  apply "$pool" "$level" "$ashift" "$compression"
}

main "$@"
