#!/usr/bin/env bash
# vpn-gateway: makes a Debian 13 machine the site's end of a site-to-site VPN of AWS.
#
#   bash -s -- apply  --address ADDRESS --routing bgp|static
#   bash -s -- remove
#
# apply reads the files to write from its standard input, behind this text: lines `file MODE GROUP PATH BASE64`, then
# `end COUNT`. strongSwan holds the tunnels on XFRM interfaces, a timer begins again what the other end refused, FRR
# speaks BGP in them (or a small service keeps static routes to those that are up), nftables guards them, and where
# gateways share an address keepalived moves it. The configuration is checked by the tools that will read it before it
# replaces the one that runs; strongSwan's is taken back if it refuses it. Tunnels that a change is not about stay up.
# A second run changes nothing and says nothing. remove stops what apply started, takes the keys away, and leaves the
# packages.
# The body is a function called on the last line, so that a connection lost half way runs nothing.
set -euo pipefail
export LC_ALL=C

TOLD=/var/lib/hybrid-estate/vpn
FOLDER=/etc/hybrid-estate/vpn
SYSCTL=/etc/sysctl.d/60-hybrid-estate-vpn.conf
UNITS=/etc/systemd/system
DROP_IN=$UNITS/nftables.service.d/hybrid-estate-vpn.conf
CONNECTIONS=/etc/swanctl/conf.d/hybrid-estate.conf
KEYS=/etc/swanctl/conf.d/hybrid-estate-keys.conf
CHARON=/etc/strongswan.d/hybrid-estate.conf
KEEPALIVED=/etc/keepalived/keepalived.conf
TRACK=/usr/local/lib/hybrid-estate/tunnel-track
ROUTES=/usr/local/lib/hybrid-estate/tunnel-routes
WATCH=/usr/local/lib/hybrid-estate/tunnel-watch

SCRIPT=vpn-gateway
source shared/prelude.sh
source shared/files.sh

# Files that a gateway of a kind of routing may write; nothing else is ever written.
may_write() {
  case $1:$2 in
    *:"$SYSCTL" | *:"$FOLDER/up.ip" | *:"$FOLDER/down.ip" | *:"$FOLDER/firewall.nft") ;;
    *:"$DROP_IN" | *:"$UNITS/hybrid-estate-tunnels.service" | *:"$UNITS/hybrid-estate-tunnel-firewall.service") ;;
    *:"$FOLDER/tunnels" | *:"$WATCH" | *:"$UNITS/hybrid-estate-tunnel-watch.service" | *:"$UNITS/hybrid-estate-tunnel-watch.timer") ;;
    *:"$CHARON" | *:"$CONNECTIONS" | *:"$KEYS" | *:"$KEEPALIVED" | *:"$TRACK") ;;
    bgp:/etc/frr/daemons | bgp:/etc/frr/frr.conf) ;;
    static:"$FOLDER/routes" | static:"$ROUTES" | static:"$UNITS/hybrid-estate-tunnel-routes.service") ;;
    *) return 1 ;;
  esac
}

# A container has its node's kernel, and may not load what that has not loaded.
check_kernel() {
  modprobe xfrm_interface 2>/dev/null || [[ -d /sys/module/xfrm_interface ]] ||
    die 'the kernel has no XFRM interfaces (module xfrm_interface): a gateway has to be a virtual machine; nothing was changed'
}

# The interface that has the gateway's address, in the place that keepalived's configuration has for it.
name_device() {
  local address=$1 device
  device=$(ip -4 -o address show to "$address" | awk 'NR == 1 { print $2 }')
  [[ $device =~ ^[A-Za-z0-9._-]{1,15}$ ]] || die "no interface has the address $address; nothing was changed"
  if sent "$KEEPALIVED"; then sed -i "s/@SITE_DEVICE@/$device/" "$stage$KEEPALIVED"; fi
}

check_files() {
  local said
  said=$(nft -c -f "$stage$FOLDER/firewall.nft" 2>&1) || refuse_config nft "$said"
  check_tunnels
  if sent /etc/frr/frr.conf; then
    said=$(vtysh -C -f "$stage/etc/frr/frr.conf" 2>&1) || refuse_config vtysh "$said"
  fi
  if sent "$KEEPALIVED"; then
    # It looks for the script that it is to call.
    said=$(sed "s#\"$TRACK\"#\"$stage$TRACK\"#" "$stage$KEEPALIVED" >"$stage/keepalived" && chmod 0755 "$stage$TRACK" &&
      keepalived --config-test="$stage/test" --use-file="$stage/keepalived" 2>&1) ||
      refuse_config keepalived "$said $(cat "$stage/test" 2>/dev/null)"
  fi
}

# A file with a slip in its form makes swanctl forget every connection, with exit code 0. Its own settings have the same
# form, so it is asked whether it could begin with the new file as such; AppArmor lets it read below /etc/swanctl alone.
check_tunnels() {
  local said code=0 candidate=/etc/swanctl/hybrid-estate-new
  cat -- "$stage$CONNECTIONS" "$stage$KEYS" >"$stage/tunnels"
  install -m 0600 -- "$stage/tunnels" "$candidate"
  said=$(STRONGSWAN_CONF=$candidate swanctl --help 2>&1 >/dev/null) || code=$?
  rm -f -- "$candidate"
  [[ $code -eq 0 ]] || refuse_config swanctl "$(grep -E 'error|invalid' <<<"$said" | head -2)"
}

# Whether values are good is known to the daemon alone: it loads what it is told, and keeps what it has where that is no
# good. Until it has taken the new files, the old ones are kept beside them.
load_tunnels() {
  local now said file old="$FOLDER/before"
  now=$(digest "$CONNECTIONS" "$KEYS")
  if [[ -f $TOLD/swanctl && $(<"$TOLD/swanctl") == "$now" ]]; then return; fi
  if ! said=$(swanctl --load-all --noprompt 2>&1) || [[ $said == *'invalid config file'* ]]; then
    for file in "$CONNECTIONS" "$KEYS"; do
      rm -f -- "$file"
      if [[ -f $old/${file##*/} ]]; then mv -f -- "$old/${file##*/}" "$file"; fi
    done
    rm -rf -- "$old"
    swanctl --load-all --noprompt >/dev/null 2>&1 || true
    # What it says may quote what it read.
    die "swanctl refuses the new tunnels; the old ones stay: $(grep -E 'failed|error|invalid' <<<"$said" | grep -vi secret | head -3 | tr '\n' ';')"
  fi
  rm -rf -- "$old"
  tell swanctl "$now"
  note 'tunnels loaded'
}

# The files of the tunnels as they are, for load_tunnels; a run that was cut off has left them there already.
keep_old() {
  local file old="$FOLDER/before"
  if [[ -d $old ]]; then return; fi
  if [[ -f $CONNECTIONS && -f $KEYS ]] && cmp -s -- "$stage$CONNECTIONS" "$CONNECTIONS" && cmp -s -- "$stage$KEYS" "$KEYS"; then return; fi
  install -d -m 0700 -- "$old.new"
  for file in "$CONNECTIONS" "$KEYS"; do
    if [[ -f $file ]]; then install -m 0600 -- "$file" "$old.new/${file##*/}"; fi
  done
  mv -T -- "$old.new" "$old"
}

apply() {
  local routing=$1 address=$2
  local -a packages=(strongswan-swanctl charon-systemd libstrongswan-standard-plugins nftables iproute2)
  check_kernel
  name_device "$address"
  if [[ $routing == bgp ]]; then packages+=(frr frr-pythontools); fi
  if sent "$KEEPALIVED"; then packages+=(keepalived); fi
  ensure_packages "${packages[@]}"
  check_files
  rm -rf -- "$FOLDER/before.new"

  write_files "$SYSCTL"
  now=$(digest "$SYSCTL")
  if [[ ! -f $TOLD/sysctl || $(<"$TOLD/sysctl") != "$now" ]]; then
    systemctl restart systemd-sysctl
    tell sysctl "$now"
  fi
  write_files "$FOLDER/"
  write_files /usr/local/lib/
  write_files "$UNITS/"
  reload_units gateway "$UNITS/hybrid-estate-tunnels.service" "$UNITS/hybrid-estate-tunnel-firewall.service" \
    "$UNITS/hybrid-estate-tunnel-routes.service" "$UNITS/hybrid-estate-tunnel-watch.service" \
    "$UNITS/hybrid-estate-tunnel-watch.timer" "$DROP_IN"
  # The filter first: nothing comes in or is passed on before it stands.
  settle hybrid-estate-tunnel-firewall "$UNITS/hybrid-estate-tunnel-firewall.service" -- "$FOLDER/firewall.nft"
  nft list table inet hybrid_estate_vpn >/dev/null 2>&1 || systemctl restart hybrid-estate-tunnel-firewall
  settle hybrid-estate-tunnels "$UNITS/hybrid-estate-tunnels.service" "$FOLDER/up.ip" -- /dev/null

  write_files "$CHARON"
  settle strongswan "$CHARON" -- /dev/null
  keep_old
  write_files /etc/swanctl/
  load_tunnels
  # Last of the tunnels: it would begin what has just been loaded a second time.
  settle hybrid-estate-tunnel-watch.timer "$UNITS/hybrid-estate-tunnel-watch.timer" -- /dev/null

  if [[ $routing == bgp ]]; then
    stop hybrid-estate-tunnel-routes
    rm -f -- "$UNITS/hybrid-estate-tunnel-routes.service" "$FOLDER/routes" "$ROUTES"
    write_files /etc/frr/
    settle frr /etc/frr/daemons -- /etc/frr/frr.conf
  else
    if [[ -f $TOLD/frr ]]; then stop frr; fi
    settle hybrid-estate-tunnel-routes "$UNITS/hybrid-estate-tunnel-routes.service" "$ROUTES" "$FOLDER/routes" -- /dev/null
  fi
  if sent "$KEEPALIVED"; then
    write_files "$KEEPALIVED"
    settle keepalived /dev/null -- "$KEEPALIVED" "$TRACK"
  elif [[ -f $TOLD/keepalived ]]; then
    stop keepalived
    rm -f -- "$KEEPALIVED" "$TRACK"
  fi
}

remove() {
  local file
  # In this order: whoever has the shared address gives it away before the tunnels go.
  if [[ -f $TOLD/keepalived ]]; then stop keepalived; fi
  if [[ -f $TOLD/frr ]]; then stop frr; fi
  stop hybrid-estate-tunnel-routes hybrid-estate-tunnel-watch.timer
  if [[ -e $CONNECTIONS || -e $KEYS ]]; then
    rm -f -- "$CONNECTIONS" "$KEYS" "$CHARON"
    rm -rf -- "$FOLDER/before"
    # It forgets the connections; what is up of them ends.
    systemctl try-restart strongswan
    note 'tunnels and their keys removed'
  fi
  stop hybrid-estate-tunnels hybrid-estate-tunnel-firewall
  if command -v nft >/dev/null && nft list table inet hybrid_estate_vpn >/dev/null 2>&1; then
    nft delete table inet hybrid_estate_vpn
  fi
  for file in "$SYSCTL" "$DROP_IN" "$KEEPALIVED" "$TRACK" "$ROUTES" "$WATCH" /etc/frr/frr.conf \
    "$UNITS/hybrid-estate-tunnel-watch.service" "$UNITS/hybrid-estate-tunnel-watch.timer" \
    "$UNITS/hybrid-estate-tunnels.service" "$UNITS/hybrid-estate-tunnel-firewall.service" "$UNITS/hybrid-estate-tunnel-routes.service"; do
    # What others use too is taken away only where it is ours.
    if [[ -f $file ]] && { [[ $file != /etc/* || $file == *hybrid-estate* ]] || grep -q 'Written by hybrid-estate' "$file"; }; then rm -f -- "$file"; fi
  done
  if [[ -d $FOLDER ]]; then
    rm -rf -- "$FOLDER"
    systemctl daemon-reload
  fi
  rm -rf -- "$TOLD"
}

option() {
  case $1 in
    --address) address=$2 ;;
    --routing) routing=$2 ;;
    *) unknown_option "$1" ;;
  esac
}

main() {
  local action=${1:-} address='' routing='' now
  [[ $action == apply || $action == remove ]] || die "want apply or remove, got $(printf '%q' "$action")"
  shift
  each_option "$@"
  if [[ $action == remove ]]; then
    turn /run/hybrid-estate-vpn.lock 900 'the VPN of this host'
    remove
    return
  fi
  check_address "$address"
  [[ $routing == bgp || $routing == static ]] || refuse routing "$routing" 'bgp or static'
  turn /run/hybrid-estate-vpn.lock 900 'the VPN of this host'
  local -a paths=()
  local -A modes=() groups=()
  # What a run that was killed left behind holds keys; nobody else is at work now.
  rm -rf -- /run/hybrid-estate-vpn.??????
  # Not local: the trap outlives this function.
  stage=$(mktemp -d /run/hybrid-estate-vpn.XXXXXX)
  trap 'rm -rf -- "$stage"' EXIT
  umask 077
  read_files "$routing"
  umask 022
  apply "$routing" "$address"
}

main "$@"; exit
