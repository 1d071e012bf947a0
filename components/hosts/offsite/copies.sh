#!/usr/bin/env bash
# offsite-copies: copies the backups of this node's storages to S3 buckets with rclone, and verifies what is there.
#
#   offsite-copies [FOLDER]      FOLDER has settings, rclone.conf and curl.conf; /etc/hybrid-estate/offsite when absent
#
# A timer starts it. Killed at any moment, the next run goes on: what is complete in the bucket is not sent again, and
# nothing counts as copied before its checksum was compared. An archive that is there already is never written over,
# except by the very same one whose copy was found damaged; so that what somebody did to an archive here afterwards does
# not reach its copy. From a storage that all nodes share, one node copies: the first one that is online.
#
# settings, a line each:
#   cluster NAME                            region REGION
#   bandwidth RATE                          of rclone, such as 20M (MiB/s); off when absent
#   window HH:MM HH:MM                      no file is begun outside; one that is under way is finished
#   verify DAYS GIB                         every copy is read back that often, and at most so many GiB a run
#   endpoint URL                            of CloudWatch; AWS' own when absent
#   copy NAME own|shared REMOTE BUCKET PREFIX EXPIRE FOLDER     EXPIRE: days until the bucket drops a copy; 0 never
#
# Exit code 0: every copy is there and sound, or it is another node's turn; 1 otherwise, and journal and metrics say why.
set -euo pipefail
export LC_ALL=C

SCRIPT=offsite-copies
LOCK=${HYBRID_ESTATE_LOCK:-/run/hybrid-estate-copies.lock}
source shared/node.sh

STATE=${HYBRID_ESTATE_STATE:-/var/lib/hybrid-estate/offsite}
NAMESPACE=HybridEstate
GIB=$((1024 * 1024 * 1024))
# What vzdump calls a finished archive; while it writes, the name is another one.
ARCHIVES=(--include 'vzdump-*.vma' --include 'vzdump-*.vma.{gz,lzo,zst}' --include 'vzdump-*.tar' --include 'vzdump-*.tar.{gz,lzo,zst}')
# Notes may change later; they are not counted.
NOTES=(--include 'vzdump-*.log' --include 'vzdump-*.notes')

# Settings, read line by line: nothing of them is ever run.
read_settings() {
  local key rest
  while read -r key rest; do
    case $key in
      cluster) cluster=$rest ;;
      region) region=$rest ;;
      bandwidth) bandwidth=$rest ;;
      window) window=$rest ;;
      verify) verify=$rest ;;
      endpoint) endpoint=$rest ;;
      copy) copies+=("$rest") ;;
      '' | '#'* | scratch | target | export) ;;
      *) die "settings: unknown key $(printf '%q' "$key")" ;;
    esac
  done <"$FOLDER/settings"
  [[ -n $cluster && -n $region ]] || die 'settings: want cluster and region'
}

# Minutes until the window closes; `always` where there is none, nothing where it is closed.
window_left() {
  local now=$1 from to
  [[ -n $window ]] || { printf always; return; }
  from=${window% *} to=${window#* }
  from=$((10#${from%:*} * 60 + 10#${from#*:})) to=$((10#${to%:*} * 60 + 10#${to#*:}))
  local day=1440
  # Counted from the window's beginning, so that it may go over midnight.
  local length=$(((to - from + day) % day)) since=$(((now - from + day) % day))
  if [[ $since -lt $length ]]; then printf '%s' $((length - since)); fi
}

# Follows a transfer: rclone's figures every few seconds, as metrics that say how far it is.
follow() {
  local name=$1 line
  while IFS= read -r line; do
    if [[ $line == *'"stats"'* ]]; then
      jq -r --arg name "$name" '.stats // empty |
        "hybrid_estate_offsite_progress_bytes{copy=\"\($name)\"} \(.bytes)",
        "hybrid_estate_offsite_progress_total_bytes{copy=\"\($name)\"} \(.totalBytes)",
        "hybrid_estate_offsite_progress_bytes_per_second{copy=\"\($name)\"} \(.speed)"' <<<"$line" >"$work/progress" 2>/dev/null || continue
      publish "$name-progress" <"$work/progress"
    elif [[ $line == *'"level":"error"'* ]]; then
      note "$name: $(jq -r '.msg' <<<"$line" 2>/dev/null | head -c 300)"
    fi
  done
}

# Sends what is not there yet, newest first: what is worth most goes first.
send() {
  local name=$1 target=$2 folder=$3 left=$4 code=0
  local -a limits=(--bwlimit "$bandwidth" --transfers 2 --s3-chunk-size 16M --s3-upload-concurrency 2) codes=()
  if [[ $left != always ]]; then limits+=(--max-duration "${left}m" --cutoff-mode soft); fi
  remote copy "$folder" "$target" --max-depth 1 "${ARCHIVES[@]}" --immutable --order-by modtime,descending \
    "${limits[@]}" --stats 10s --stats-log-level NOTICE --use-json-log 2>&1 | follow "$name" || codes=("${PIPESTATUS[@]}")
  # 10: the window has closed; what is not sent yet is counted later.
  if [[ ${codes[0]:-0} -ne 0 && ${codes[0]:-0} -ne 10 ]]; then code=1; fi
  remote copy "$folder" "$target" --max-depth 1 "${NOTES[@]}" --bwlimit "$bandwidth" --quiet 2>/dev/null || code=1
  return "$code"
}

# What this node knows about copies, a line each: `EPOCH MD5 SIZE WRITTEN NAME`, when it was last verified, what it must
# be, and when the backup was written. What is no longer here stays known, so that its copy is still looked at.
ledger_of() {
  printf '%s/%s.ledger' "$STATE" "$1"
}

known() {
  awk -v name="$2" '$5 == name { found = 1 } END { exit !found }' "$(ledger_of "$1")"
}

# Writes a line of the ledger, in the place of the one that there was.
record() {
  local name=$1 file=$2 ledger
  ledger=$(ledger_of "$name")
  awk -v name="$file" '$5 != name' "$ledger" >"$ledger.new"
  printf '%s %s %s %s %s\n' "$3" "$4" "$5" "$6" "$file" >>"$ledger.new"
  mv -f -- "$ledger.new" "$ledger"
}

# Compares every archive that is not in the ledger with its copy, by MD5: what was read here with what S3 was given. One
# whose copy is not the same is sent again, once; the damaged version stays behind it.
verify_new() {
  local name=$1 target=$2 folder=$3 file mark code=0
  local -a new=()
  for file in "$folder"/vzdump-*; do
    file=${file##*/}
    [[ $file =~ ^vzdump-[A-Za-z0-9_-]+\.(vma|tar)(\.(gz|lzo|zst))?$ ]] || continue
    known "$name" "$file" || new+=("$file")
  done
  [[ ${#new[@]} -gt 0 ]] || return 0
  compare "$target" "$folder" all "${new[@]}"
  while read -r mark file; do
    if [[ $mark == '=' ]]; then
      if confirm "$name" "$target" "$folder" "$file"; then continue; fi
      mark='*'
    fi
    if [[ $mark == '*' ]]; then
      note "$name: the copy of $file differs from it: it is sent again"
      corrupt=$((corrupt + 1))
      remote copyto "$folder/$file" "$target/$file" --ignore-times --bwlimit "$bandwidth" --quiet 2>/dev/null || true
      compare "$target" "$folder" one "$file"
      read -r mark _ <"$work/one" || mark='!'
      if [[ $mark == '=' ]] && confirm "$name" "$target" "$folder" "$file"; then continue; fi
    fi
    if [[ $mark == '+' ]]; then
      pending=$((pending + 1))
    else
      note "$name: the copy of $file is not what is here, or can't be compared"
      code=1
    fi
  done <"$work/all"
  return "$code"
}

# compare REMOTE FOLDER RESULT FILE...: a line each: `= FILE` the same, `* FILE` different, `+ FILE` not there, `! FILE`
# an error.
compare() {
  local target=$1 folder=$2 result=$work/$3
  shift 3
  printf '%s\n' "$@" >"$work/asked"
  : >"$result"
  remote check "$folder" "$target" --one-way --files-from "$work/asked" --combined "$result" >/dev/null 2>&1 || true
}

confirm() {
  local name=$1 target=$2 folder=$3 file=$4 sum
  sum=$(remote md5sum "$target/$file" 2>/dev/null | cut -d ' ' -f 1)
  # A copy that somebody else put there says no checksum: then it was compared by its size alone, which proves nothing.
  if [[ ! $sum =~ ^[0-9a-f]{32}$ ]]; then
    sum=$(md5sum <"$folder/$file" | cut -d ' ' -f 1)
    [[ $(remote md5sum --download "$target/$file" 2>/dev/null | cut -d ' ' -f 1) == "$sum" ]] || return 1
  fi
  record "$name" "$file" "$now" "$sum" "$(stat -c %s -- "$folder/$file")" "$(stat -c %Y -- "$folder/$file")"
}

# Looks whether every copy is still there, as large as it was. The bucket's lifecycle takes copies in the end; whatever
# is gone before was taken by somebody else.
check_listing() {
  local name=$1 target=$2 expire=$3 at sum size written file found code=0
  if ! remote lsf "$target" --files-only --format ps --separator ' ' >"$work/listed" 2>/dev/null; then
    note "$name: the bucket does not answer"
    return 1
  fi
  cp -- "$(ledger_of "$name")" "$work/ledger"
  while read -r at sum size written file; do
    found=$(awk -v name="$file" '$1 == name { print $2 }' "$work/listed")
    [[ $found != "$size" ]] || continue
    if [[ -z $found && $expire -gt 0 && $((now - written)) -ge $((expire * 86400)) ]]; then
      forget "$name" "$file"
      continue
    fi
    if [[ -z $found ]]; then note "$name: the copy of $file is gone"; else note "$name: the copy of $file has $found bytes, not $size"; fi
    corrupt=$((corrupt + 1))
    code=1
    # Where it is still here, it is compared and sent again by the next run.
    if [[ -f $folder/$file ]]; then forget "$name" "$file"; fi
  done <"$work/ledger"
  return "$code"
}

# Reads copies back that have not been read for long, oldest first, as far as the run's share goes. S3 reports what it
# has lost; this finds what was written over, or was never what it says.
verify_old() {
  local name=$1 target=$2 days=$3 share=$(($4 * GIB)) at sum size written file found code=0
  sort -n "$(ledger_of "$name")" >"$work/ledger"
  while read -r at sum size written file; do
    [[ $((now - at)) -ge $((days * 86400)) ]] || break
    share=$((share - size))
    [[ $share -ge 0 ]] || break
    found=$(remote md5sum --download "$target/$file" --bwlimit "$bandwidth" 2>/dev/null | cut -d ' ' -f 1) || found=''
    if [[ $found == "$sum" ]]; then
      record "$name" "$file" "$now" "$sum" "$size" "$written"
    else
      note "$name: the copy of $file is damaged: its MD5 is ${found:-unreadable}, not $sum"
      corrupt=$((corrupt + 1))
      code=1
    fi
  done <"$work/ledger"
  return "$code"
}

forget() {
  local ledger
  ledger=$(ledger_of "$1")
  awk -v name="$2" '$5 != name' "$ledger" >"$ledger.new"
  mv -f -- "$ledger.new" "$ledger"
}

# Newest backup by guest: `VMID WRITTEN`, of what was verified.
points() {
  awk '{ split($5, part, "-"); if ($4 > newest[part[3]]) newest[part[3]] = $4 } END { for (id in newest) print id, newest[id] }' "$(ledger_of "$1")" | sort -n
}

tell_metrics() {
  local name=$1 bucket=$2 code=$3 labels id written newest=0
  labels="copy=\"$name\",bucket=\"$bucket\""
  {
    printf 'hybrid_estate_offsite_last_run_success{%s} %s\n' "$labels" $((code == 0))
    printf 'hybrid_estate_offsite_last_run_timestamp_seconds{%s} %s\n' "$labels" "$now"
    printf 'hybrid_estate_offsite_corrupt_copies{%s} %s\n' "$labels" "$corrupt"
    printf 'hybrid_estate_offsite_pending_archives{%s} %s\n' "$labels" "$pending"
    printf 'hybrid_estate_offsite_verified_copies{%s} %s\n' "$labels" "$(wc -l <"$(ledger_of "$name")")"
    if [[ $code -eq 0 ]]; then printf '%s\n' "$now" >"$STATE/$name.success"; fi
    if [[ -s $STATE/$name.success ]]; then
      printf 'hybrid_estate_offsite_last_success_timestamp_seconds{%s} %s\n' "$labels" "$(<"$STATE/$name.success")"
    fi
    while read -r id written; do
      printf 'hybrid_estate_offsite_newest_point_timestamp_seconds{%s,vmid="%s"} %s\n' "$labels" "$id" "$written"
      if [[ $written -gt $newest ]]; then newest=$written; fi
    done < <(points "$name")
    if [[ $newest -gt 0 ]]; then printf 'hybrid_estate_offsite_newest_copy_timestamp_seconds{%s} %s\n' "$labels" "$newest"; fi
  } >"$work/metrics"
  publish "$name" <"$work/metrics"
  tell_cloudwatch "$bucket" "$newest" || note "$name: CloudWatch was not told"
}

# The age of the newest copy and the damaged ones, for alarms that work when this site does not. The keys are in
# curl.conf, which nobody else may read, and never on a command line.
tell_cloudwatch() {
  local bucket=$1 newest=$2
  [[ -f $FOLDER/curl.conf ]] || return 0
  local -a form=(--data-urlencode Action=PutMetricData --data-urlencode Version=2010-08-01 --data-urlencode "Namespace=$NAMESPACE")
  local index=1
  if [[ $newest -gt 0 ]]; then
    datum NewestCopyAge $((now - newest)) Seconds "$bucket"
    index=2
  fi
  datum CorruptCopies "$corrupt" Count "$bucket"
  # Dimensions are matched as a whole: what is asked for by cluster has to be told by cluster.
  index=$((index + 1))
  if [[ $newest -gt 0 ]]; then datum NewestCopyAge $((now - newest)) Seconds; fi
  curl --silent --show-error --fail --max-time 30 --config "$FOLDER/curl.conf" --aws-sigv4 "aws:amz:$region:monitoring" \
    "${form[@]}" "${endpoint:-https://monitoring.$region.amazonaws.com}/" >/dev/null
}

# Adds a metric to `form`: NAME VALUE UNIT [BUCKET].
datum() {
  local member=MetricData.member.$index
  form+=(--data-urlencode "$member.MetricName=$1" --data-urlencode "$member.Value=$2" --data-urlencode "$member.Unit=$3"
    --data-urlencode "$member.Dimensions.member.1.Name=Cluster" --data-urlencode "$member.Dimensions.member.1.Value=$cluster")
  if [[ $# -gt 3 ]]; then
    form+=(--data-urlencode "$member.Dimensions.member.2.Name=Bucket" --data-urlencode "$member.Dimensions.member.2.Value=$4")
  fi
}

# One copy: send, compare, read back, tell.
work_on() {
  local name=$1 whose=$2 remote_name=$3 bucket=$4 prefix=$5 expire=$6 folder=$7 left target code=0
  target=$remote_name:$bucket/$prefix
  corrupt=0 pending=0
  if [[ $whose == shared ]] && ! is_first; then
    # Another node tells about it now.
    rm -f -- "$METRICS/hybrid-estate-offsite-$name.prom" "$METRICS/hybrid-estate-offsite-$name-progress.prom"
    return 0
  fi
  [[ -e $(ledger_of "$name") ]] || : >"$(ledger_of "$name")"
  check_listing "$name" "$target" "$expire" || code=1
  if [[ ! -d $folder ]]; then
    note "$name: there is no $folder: is its storage mounted?"
    code=1
  else
    left=$(window_left $((10#$(date +%H) * 60 + 10#$(date +%M))))
    if [[ -n $left ]]; then send "$name" "$target" "$folder" "$left" || code=1; fi
    verify_new "$name" "$target" "$folder" || code=1
  fi
  verify_old "$name" "$target" "${verify% *}" "${verify#* }" || code=1
  rm -f -- "$METRICS/hybrid-estate-offsite-$name-progress.prom"
  tell_metrics "$name" "$bucket" "$code"
  return "$code"
}

main() {
  local cluster='' region='' bandwidth=off window='' verify='30 50' endpoint='' copy failed=0 now corrupt=0 pending=0
  local -a copies=()
  [[ -r $FOLDER/settings && -r $FOLDER/rclone.conf ]] || die "there are no settings in $FOLDER"
  read_settings
  alone
  install -d -m 0700 -- "$STATE"
  now=$(date +%s)
  # Not local: the trap outlives this function.
  work=$(mktemp -d "$STATE/run.XXXXXX")
  trap 'rm -rf -- "$work"' EXIT
  for copy in "${copies[@]}"; do
    # The last of the words is the folder; none has a blank in it.
    # shellcheck disable=SC2086
    work_on $copy || failed=1
  done
  exit "$failed"
}

main "$@"
