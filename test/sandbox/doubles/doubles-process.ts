import { parseFaults, startDoubles } from "../../../sandbox/doubles";
import { openWorld } from "../../../sandbox/world";
import { INSTALLED } from "./site";

/** Doubles in a process of their own, to be killed: `doubles-process.ts FOLDER FAULTS` prints Proxmox's port. */
const [folder = "", faults] = process.argv.slice(2);
startDoubles({ world: openWorld({ folder, installed: INSTALLED }), faults: parseFaults(faults) }).then(
  ({ ports }) => console.log(ports.proxmoxve),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
