#!/usr/bin/env bash
# nfs-firewall: lets only the declared clients reach the NFS server of a Debian host.
#
#   bash -s -- apply  --client CIDR...
#   bash -s -- remove
#
# A table of nftables of its own drops what strangers send to the ports of NFS (2049) and of its port mapper (111), and
# says nothing of any other port: SSH stays as it is. Where ufw is on, which would drop the clients too, it gets a rule
# for each of them. A unit brings the table back after a boot. Starting, reloading or stopping nftables.service flushes
# every table, so that service brings ours back too. A second run changes nothing. `remove` takes away only what is ours.
# The body is a function called on the last line, so that a connection lost half way runs nothing.
set -euo pipefail
export LC_ALL=C

SCRIPT='nfs-firewall'
LOCK=/run/hybrid-estate-nfs-firewall.lock
TABLE=hybrid_estate_nfs
RULES=/etc/hybrid-estate/nfs-firewall.nft
UNIT=hybrid-estate-nfs-firewall.service
UNIT_FILE=/etc/systemd/system/$UNIT
# There while a file was written that was not loaded: a run that was cut off is finished by the next one.
PENDING=/run/hybrid-estate-nfs-firewall.pending
DROP_IN=/etc/systemd/system/nftables.service.d/hybrid-estate-nfs.conf
MARK='hybrid-estate nfs'
source shared/prelude.sh

rules_text() {
  local set
  set=$(printf ', %s' "${clients[@]}")
  cat <<RULES
# Written by hybrid-estate: only these clients reach the NFS server.
table inet $TABLE
delete table inet $TABLE
table inet $TABLE {
  set clients {
    type ipv4_addr
    flags interval
    auto-merge
    elements = { ${set#, } }
  }
  chain input {
    type filter hook input priority filter - 5; policy accept;
    iif "lo" accept
    tcp dport { 111, 2049 } ip saddr @clients accept
    udp dport { 111, 2049 } ip saddr @clients accept
    tcp dport { 111, 2049 } drop
    udp dport { 111, 2049 } drop
  }
}
RULES
}

unit_text() {
  cat <<UNIT
[Unit]
Description=Only the declared clients reach the NFS server
After=nftables.service ufw.service
Before=nfs-server.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=$(command -v nft) -f $RULES

[Install]
WantedBy=multi-user.target
UNIT
}

# With a minus: rules of ours that can't be loaded must not keep the host's own from being loaded.
drop_in_text() {
  local load
  load="-$(command -v nft) -f $RULES"
  printf '%s\n' "# $UNIT, after what flushes every table" '[Service]' "ExecStartPost=$load" "ExecReload=$load" "ExecStopPost=$load"
}

# Writes a file where it is not as given.
write() {
  local file=$1 text=$2
  [[ ! -f $file || $(<"$file") != "$text" ]] || return 0
  : >"$PENDING"
  install -d -m 0755 -- "$(dirname -- "$file")"
  printf '%s\n' "$text" >"$file.new"
  mv -f -- "$file.new" "$file"
}

ufw_is_on() {
  command -v ufw >/dev/null && [[ $(ufw status) == 'Status: active'* ]]
}

# The networks that ufw has rules of ours for.
ufw_clients() {
  ufw status | awk -v mark="# $MARK" 'index($0, mark) && $1 == "2049/tcp" { print $3 == "IN" ? $4 : $3 }' | sort -u
}

apply_ufw() {
  local client there
  there=$(ufw_clients)
  for client in "${clients[@]}"; do
    if grep -qFx -- "$client" <<<"$there"; then continue; fi
    ufw allow proto tcp from "$client" to any port 2049 comment "$MARK" >/dev/null
    note "ufw lets $client in"
  done
  while read -r client; do
    if [[ -z $client || " ${clients[*]} " == *" $client "* ]]; then continue; fi
    ufw delete allow proto tcp from "$client" to any port 2049 comment "$MARK" >/dev/null
    note "ufw no longer lets $client in"
  done <<<"$there"
}

apply() {
  [[ ${#clients[@]} -gt 0 ]] || die 'apply wants at least one --client'
  if ! command -v nft >/dev/null; then
    note 'installing nftables'
    DEBIAN_FRONTEND=noninteractive apt-get -qq update
    DEBIAN_FRONTEND=noninteractive apt-get -qq install -y nftables >/dev/null
  fi
  if ufw_is_on; then apply_ufw; fi
  write "$RULES" "$(rules_text)"
  # Rules that can't be loaded are found out before the unit has them.
  nft -c -f "$RULES" || die "nftables refuses $RULES"
  write "$UNIT_FILE" "$(unit_text)"
  write "$DROP_IN" "$(drop_in_text)"
  systemctl is-enabled --quiet "$UNIT" || systemctl enable --quiet "$UNIT"
  if [[ -e $PENDING ]] || ! nft list table inet "$TABLE" >/dev/null 2>&1; then
    systemctl daemon-reload
    systemctl restart "$UNIT"
    rm -f -- "$PENDING"
    note "only ${clients[*]} may reach the NFS server"
  fi
}

remove() {
  local client
  if ufw_is_on; then
    while read -r client; do
      if [[ -n $client ]]; then ufw delete allow proto tcp from "$client" to any port 2049 comment "$MARK" >/dev/null; fi
    done < <(ufw_clients)
  fi
  if [[ -e $UNIT_FILE ]]; then
    systemctl disable --quiet --now "$UNIT"
    rm -f -- "$UNIT_FILE" "$DROP_IN"
    systemctl daemon-reload
  fi
  rm -f -- "$RULES"
  if command -v nft >/dev/null && nft list table inet "$TABLE" >/dev/null 2>&1; then
    nft delete table inet "$TABLE"
    note 'the NFS server is no longer kept from anyone'
  fi
}

option() {
  case $1 in
    --client)
      check_client "$2"
      clients+=("$2")
      ;;
    *) unknown_option "$1" ;;
  esac
}

main() {
  local action=${1:-}
  local -a clients=()
  [[ $action == apply || $action == remove ]] || die "want apply or remove, got $(printf '%q' "$action")"
  shift
  each_option "$@"
  turn "$LOCK" 600 'the firewall of this host'
  "$action"
}

main "$@"
