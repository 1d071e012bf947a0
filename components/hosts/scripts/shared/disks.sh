# shellcheck shell=bash
# Disks of a host, for scripts that put something on whole disks; put in the place of `source shared/disks.sh`.

check_device() {
  [[ $1 =~ ^/dev(/[A-Za-z0-9._:+@=-]+)+$ ]] || refuse device "$1" 'a path below /dev'
  [[ $1/ != */../* && $1/ != */./* ]] || die "refused device $(printf '%q' "$1"): it has . or .. in it"
}

# Fills `disks` with the kernel's paths, in the order of `devices`; they must be of one of the given kinds of lsblk.
resolve_devices() {
  local device disk kind
  local -A seen=()
  for device in "${devices[@]}"; do
    disk=$(readlink -e -- "$device") || die "there is no disk $device on this host"
    kind=$(lsblk -dno TYPE -- "$disk" 2>/dev/null) || kind=nothing
    [[ " $* " == *" $kind "* ]] || die "$device is not a whole disk"
    [[ -z ${seen[$disk]:-} ]] || die "$device and ${seen[$disk]} are the same disk $disk"
    seen[$disk]=$device
    disks+=("$disk")
  done
}

# What ZFS itself wrote about a disk, as words: pool, state, guid, top (its top-level device), tops (how many the pool
# has), own (this disk's guid), type, parity, members (guids in its top-level device, with commas), data and spares (of
# draid), ashift, whole (1 for a whole disk). Nothing when there is no label. ZFS puts the label of a whole disk on its first partition.
label_of() {
  local disk=$1 part where=$1
  for part in /sys/class/block/"${disk##*/}"/*/partition; do
    if [[ -f $part && $(<"$part") == 1 ]]; then where=/dev/$(basename "${part%/partition}"); fi
  done
  # Where there is no label zdb ends with an error; of a disk's copies the first will do.
  { zdb -l -- "$where" 2>/dev/null || true; } | awk '
    /^LABEL / { labels++ }
    labels != 1 || NF < 2 { next }
    {
      depth = match($0, /[^ ]/) - 1
      key = substr($1, 1, length($1) - 1)
      value = substr($0, index($0, ": ") + 2)
      gsub(/^\047|\047$/, "", value)
      gsub(/[^A-Za-z0-9_.:-]/, "?", value)
    }
    depth == 4 { pool[key] = value }
    depth == 8 { top[key] = value }
    depth == 12 && key == "guid" { members = members "," value }
    (depth == 8 || depth == 12) && key == "guid" { own = value == pool["guid"] }
    (depth == 8 || depth == 12) && key == "whole_disk" && own { whole = value }
    END {
      if ("pool_guid" in pool)
        printf "pool=%s state=%s guid=%s top=%s tops=%s own=%s type=%s parity=%d data=%d spares=%d members=%s ashift=%s whole=%d\n",
          pool["name"], pool["state"], pool["pool_guid"], pool["top_guid"], pool["vdev_children"], pool["guid"],
          top["type"], top["nparity"], top["draid_ndata"], top["draid_nspares"], members == "" ? top["guid"] : substr(members, 2), top["ashift"], whole
    }'
}

# The value of one word of a label.
word() {
  [[ " $2 " =~ \ $1=([^ ]*)\  ]]
  printf '%s' "${BASH_REMATCH[1]}"
}

# Refuses a disk that anything has written its mark on, or that is in use.
check_free() {
  local device=$1 disk=$2 label=$3 used
  if [[ -n $label ]]; then
    used="it belongs to the ZFS pool $(word pool "$label")"
    if [[ $(word state "$label") == 2 ]]; then used="it holds the destroyed ZFS pool $(word pool "$label")"; fi
    die "refused $device: $used; nothing was changed"
  fi
  used=$(lsblk -nro MOUNTPOINT -- "$disk" | awk 'NF' | paste -sd ' ')
  [[ -z $used ]] || die "refused $device: it is in use at $used; nothing was changed"
  used=$(lsblk -nro NAME -- "$disk" | tail -n +2 | paste -sd ' ')
  [[ -z $used ]] || die "refused $device: it holds $used; nothing was changed"
  used=$(wipefs --no-act --noheadings --output TYPE -- "$disk" | sort -u | paste -sd ' ')
  [[ -z $used ]] || die "refused $device: it has a signature ($used); nothing was changed"
  # 2 means that there is nothing that blkid knows; 8, for one, that there is more than one thing.
  local status=0
  used=$(blkid -p -o value -s TYPE -s PTTYPE -- "$disk") || status=$?
  [[ $status -eq 2 ]] || die "refused $device: blkid finds something on it (${used:-status $status}); nothing was changed"
}
