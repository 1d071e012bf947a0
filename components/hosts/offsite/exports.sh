#!/usr/bin/env bash
# offsite-exports: makes the newest backup of each guest that is to come back in AWS a set of raw disks in a bucket,
# from which images are made there.
#
#   offsite-exports [FOLDER]     FOLDER has settings and rclone.conf; /etc/hybrid-estate/offsite when absent
#
# A timer starts it. For each guest: finds its newest archive in the folders that this node copies from, unpacks it in
# the scratch folder, sends the disks, and then manifest.json, which is what starts the import: a set without it is not
# complete and nothing is made of it. Killed at any moment, the next run goes on: a disk that is there and the same is
# not sent again. Nothing is done for a backup that has been exported.
#
# settings beside those of offsite-copies, a line each:
#   scratch FOLDER                 target REMOTE BUCKET               export GUEST VMID
#
# Exit code 0: the newest backup of every guest is exported, or is another node's; 1 otherwise.
set -euo pipefail
export LC_ALL=C

SCRIPT=offsite-exports
LOCK=${HYBRID_ESTATE_LOCK:-/run/hybrid-estate-exports.lock}
source shared/node.sh

# Settings, read line by line: nothing of them is ever run.
read_settings() {
  local key rest whose folder
  while read -r key rest; do
    case $key in
      bandwidth) bandwidth=$rest ;;
      scratch) scratch=$rest ;;
      target) target=${rest/ /:} ;;
      export) guests+=("$rest") ;;
      copy)
        read -r _ whose _ _ _ _ folder <<<"$rest"
        if [[ $whose == own ]] || is_first; then folders+=("$folder"); fi
        ;;
      *) ;;
    esac
  done <"$FOLDER/settings"
  [[ -n $scratch && -n $target ]] || die 'settings: want scratch and target'
}

# The newest archive of a VM in the folders, by the time that vzdump put in its name.
newest_archive() {
  local id=$1 folder
  for folder in "${folders[@]}"; do
    find "$folder" -maxdepth 1 -type f -regextype posix-extended \
      -regex ".*/vzdump-qemu-$id-[0-9]{4}_[0-9]{2}_[0-9]{2}-[0-9]{2}_[0-9]{2}_[0-9]{2}\.vma(\.(gz|lzo|zst))?" -printf '%f %p\n' 2>/dev/null || true
  done | sort | tail -n 1 | cut -d ' ' -f 2-
}

# The moment that a backup was begun, in UTC; its name has the node's own time.
point_of() {
  local name=${1##*/}
  [[ $name =~ ([0-9]{4})_([0-9]{2})_([0-9]{2})-([0-9]{2})_([0-9]{2})_([0-9]{2}) ]] || return 1
  local -a part=("${BASH_REMATCH[@]:1}")
  local seconds
  seconds=$(date -d "${part[0]}-${part[1]}-${part[2]} ${part[3]}:${part[4]}:${part[5]}" +%s)
  date -u -d "@$seconds" "+%Y-%m-%dT%H:%M:%SZ"
}

unpack() {
  local archive=$1 folder=$2
  case $archive in
    *.zst) zstd -dcq -- "$archive" | vma extract - "$folder" ;;
    *.gz) gzip -dc -- "$archive" | vma extract - "$folder" ;;
    *.lzo) lzop -dc -- "$archive" | vma extract - "$folder" ;;
    *) vma extract "$archive" "$folder" ;;
  esac >/dev/null
}

# Disks of a backup as `SLOT FILE`, the one that it boots from first; EFI variables and TPM state are none.
disks_of() {
  local folder=$1 boot file slot
  # What it tries to boot from, in its order; a guest that was made long ago has it as `bootdisk`, or not at all.
  boot=$(sed -n -e 's/^boot:.*order=\([a-z0-9;]*\).*/\1/p' -e 's/^bootdisk: *\([a-z0-9]*\)$/\1/p' "$folder/qemu-server.conf" | tr ';' '\n' |
    { while read -r slot; do
      if [[ $slot =~ ^(scsi|virtio|sata|ide)[0-9]+$ && -e $folder/disk-drive-$slot.raw ]]; then printf '%s\n' "$slot"; break; fi
    done; cat >/dev/null; })
  for file in "$folder"/disk-drive-*.raw; do
    slot=${file##*/disk-drive-}
    slot=${slot%.raw}
    [[ $slot =~ ^(scsi|virtio|sata|ide)[0-9]+$ ]] || continue
    if [[ $slot == "$boot" ]]; then printf '0 %s %s\n' "$slot" "$file"; else printf '1 %s %s\n' "$slot" "$file"; fi
  done | sort -V | cut -d ' ' -f 2-
}

export_guest() {
  local guest=$1 id=$2 archive point place room size slot file mode list=''
  archive=$(newest_archive "$id")
  # Its backups are where another node sees them.
  [[ -n $archive ]] || return 0
  point=$(point_of "$archive") || { note "$guest: $archive has no time in its name"; return 1; }
  place=images/$guest/${point//[-:]/}
  if [[ $(remote lsf "$target/$place/manifest.json" 2>/dev/null) == manifest.json ]]; then
    tell "$guest" "$point"
    return 0
  fi
  size=$(stat -c %s -- "$archive")
  room=$(df --output=avail -B1 -- "$scratch" | tail -n 1)
  # What it unpacks to is not known before; less room than the archive itself takes is surely too little.
  [[ $room -gt $size ]] || { note "$guest: $scratch has $room bytes left, its archive alone has $size"; return 1; }
  rm -rf -- "$work/guest"
  unpack "$archive" "$work/guest" || { note "$guest: $archive can't be unpacked"; return 1; }
  mode=legacy-bios
  if grep -q '^bios: *ovmf' "$work/guest/qemu-server.conf"; then mode=uefi; fi
  while read -r slot file; do
    remote copyto "$file" "$target/$place/$slot.raw" --checksum --bwlimit "$bandwidth" --s3-chunk-size 64M --quiet ||
      { note "$guest: $slot was not sent"; return 1; }
    # What is imported is what was unpacked.
    same "$file" "$place/$slot.raw" ||
      { note "$guest: the copy of $slot is not what was sent"; return 1; }
    list+=$(jq -cn --arg key "$place/$slot.raw" --arg slot "$slot" '{key: $key, slot: $slot}')
  done < <(disks_of "$work/guest")
  [[ -n $list ]] || { note "$guest: there is no disk in $archive"; return 1; }
  jq -s --arg guest "$guest" --arg point "$point" --arg mode "$mode" --arg archive "${archive##*/}" \
    '{guest: $guest, point: $point, bootMode: $mode, archive: $archive, disks: .}' <<<"$list" >"$work/manifest.json"
  remote copyto "$work/manifest.json" "$target/$place/manifest.json" --quiet || { note "$guest: the manifest was not sent"; return 1; }
  rm -rf -- "$work/guest"
  note "$guest: $point exported"
  tell "$guest" "$point"
}

same() {
  local sum
  sum=$(md5sum <"$1" | cut -d ' ' -f 1)
  [[ $(remote md5sum "$target/$2" 2>/dev/null | cut -d ' ' -f 1) == "$sum" ]]
}

tell() {
  publish "export-$1" <<<"hybrid_estate_offsite_newest_export_timestamp_seconds{guest=\"$1\"} $(date -d "$2" +%s)"
}

main() {
  local bandwidth=off scratch='' target='' guest failed=0
  local -a guests=() folders=()
  [[ -r $FOLDER/settings && -r $FOLDER/rclone.conf ]] || die "there are no settings in $FOLDER"
  read_settings
  [[ ${#folders[@]} -gt 0 ]] || exit 0
  alone
  [[ -d $scratch ]] || die "there is no folder $scratch to unpack in"
  # What a run that was killed left behind; nobody else is at work now.
  rm -rf -- "$scratch"/hybrid-estate-export.??????
  work=$(mktemp -d "$scratch/hybrid-estate-export.XXXXXX")
  trap 'rm -rf -- "$work"' EXIT
  for guest in "${guests[@]}"; do
    # Name and id; neither has a blank in it.
    # shellcheck disable=SC2086
    export_guest $guest || failed=1
  done
  exit "$failed"
}

main "$@"
