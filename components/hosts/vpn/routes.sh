#!/usr/bin/env bash
# tunnel-routes: the unit hybrid-estate-tunnel-routes runs it on a VPN gateway whose routes are static.
#
#   tunnel-routes FILE
#
# FILE has a line `DEVICE INTERFACE-ID METRIC SOURCE CIDR` a route. A route is there while its tunnel has security
# associations: strongSwan takes them away when the other end no longer answers, and then the other tunnel's route,
# with a higher metric, is what is left. Without this, a dead tunnel would go on swallowing packets.
set -euo pipefail
export LC_ALL=C

# Whether packets that leave through the interface are protected by something.
is_up() {
  local states
  states=$(ip -o xfrm state list)
  grep -qE "if_id $(printf '0x%x' "$1")( |$|\\\\)" <<<"$states"
}

settle() {
  local device id metric source cidr there
  while read -r device id metric source cidr; do
    [[ -n $cidr ]] || continue
    there=$(ip -4 route show "$cidr" dev "$device" metric "$metric" proto static 2>/dev/null) || there=''
    if is_up "$id"; then
      if [[ -z $there ]] && ip -4 route replace "$cidr" dev "$device" metric "$metric" proto static src "$source"; then
        printf 'tunnel %s is up: %s goes through it\n' "$device" "$cidr"
      fi
    elif [[ -n $there ]] && ip -4 route del "$cidr" dev "$device" metric "$metric" proto static; then
      printf 'tunnel %s is down: %s no longer goes through it\n' "$device" "$cidr"
    fi
  done <"$1"
}

main() {
  while true; do
    settle "$1"
    sleep "${HYBRID_ESTATE_PAUSE:-5}"
  done
}

main "$@"
