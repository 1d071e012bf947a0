const NAME = "[A-Za-z0-9._-]+";
/** Places of Proxmox VE 9 that rights can be given on (`check_path` of PVE/AccessControl.pm). */
const PLACES = [
  "/",
  `/access(/(groups|realm)(/${NAME})?)?`,
  `/nodes(/${NAME})?`,
  `/pool(/${NAME}){0,3}`,
  "/sdn",
  `/sdn/(controllers|dns|fabrics|ipams|prefix-lists|route-maps)(/${NAME})?`,
  `/sdn/zones(/${NAME}){0,2}`,
  `/sdn/zones/${NAME}/${NAME}/[1-9][0-9]{0,3}`,
  `/storage(/${NAME})?`,
  "/vms(/[1-9][0-9]{2,})?",
  `/mapping(/${NAME}){0,2}`,
];

export const aclPathPattern = new RegExp(`^(${PLACES.join("|")})$`);
