# shellcheck shell=bash
# What the programs of a node that copies share; `joinedText` puts it in the place of their line `source shared/node.sh`.
# A program sets SCRIPT to its name and LOCK to its lock file before that line; its first argument is the folder.

FOLDER=${1:-/etc/hybrid-estate/offsite}
METRICS=${HYBRID_ESTATE_METRICS:-/var/lib/prometheus/node-exporter}
MEMBERS=${HYBRID_ESTATE_MEMBERS:-/etc/pve/.members}

note() {
  printf '%s: %s\n' "$SCRIPT" "$*" >&2
}

die() {
  note "$*"
  exit 1
}

# Leaves the work to a run that is still at it.
alone() {
  exec {lock}>"$LOCK"
  flock -n "$lock" || { note 'another run is still at work'; exit 0; }
}

# Whether this node is the one that works on what all of them see: the first, by id, of those that are online.
is_first() {
  local name first
  name=$(jq -r '.nodename' "$MEMBERS") || return 1
  [[ $(jq -r '.cluster.quorate // 1' "$MEMBERS") == 1 ]] || return 1
  first=$(jq -r '[.nodelist // {} | to_entries[] | select(.value.online == 1)] | sort_by(.value.id) | .[0].key // empty' "$MEMBERS")
  # A node without a cluster has no list.
  [[ -z $first || $first == "$name" ]]
}

remote() {
  rclone --config "$FOLDER/rclone.conf" --retries 3 --low-level-retries 10 --contimeout 30s --timeout 5m "$@"
}

# Puts a file of metrics in its place in one step; for node_exporter everybody may read it.
publish() {
  local target=$METRICS/hybrid-estate-offsite-$1.prom
  [[ -d $METRICS ]] || return 0
  cat >"$target.new"
  chmod 0644 "$target.new"
  mv -f -- "$target.new" "$target"
}
