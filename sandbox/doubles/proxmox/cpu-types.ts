/** CPU models that the bpg provider takes for a VM, by vendor and line. */
const MODELS = {
  generic: "host kvm32 kvm64 max qemu32 qemu64 x86-64-v2 x86-64-v2-AES x86-64-v3 x86-64-v4",
  early:
    "486 Conroe KnightsMill Nehalem Nehalem-IBRS Penryn athlon core2duo coreduo pentium pentium2 pentium3 phenom",
  amd: "EPYC EPYC-Genoa EPYC-IBPB EPYC-Milan EPYC-Rome EPYC-Rome-v2 EPYC-Rome-v3 EPYC-Rome-v4 EPYC-v3 EPYC-v4",
  opteron: "Opteron_G1 Opteron_G2 Opteron_G3 Opteron_G4 Opteron_G5",
  westmereToHaswell:
    "Westmere Westmere-IBRS SandyBridge SandyBridge-IBRS IvyBridge IvyBridge-IBRS Haswell Haswell-IBRS Haswell-noTSX Haswell-noTSX-IBRS",
  broadwell: "Broadwell Broadwell-IBRS Broadwell-noTSX Broadwell-noTSX-IBRS",
  skylakeClient: "Skylake-Client Skylake-Client-IBRS Skylake-Client-noTSX-IBRS Skylake-Client-v4",
  skylakeServer:
    "Skylake-Server Skylake-Server-IBRS Skylake-Server-noTSX-IBRS Skylake-Server-v4 Skylake-Server-v5",
  cascadeLake:
    "Cascadelake-Server Cascadelake-Server-noTSX Cascadelake-Server-v2 Cascadelake-Server-v4 Cascadelake-Server-v5 Cooperlake Cooperlake-v2",
  iceLake:
    "Icelake-Client Icelake-Client-noTSX Icelake-Server Icelake-Server-noTSX Icelake-Server-v3 Icelake-Server-v4 Icelake-Server-v5 Icelake-Server-v6 SapphireRapids",
};

export const CPU_TYPES: readonly string[] = Object.values(MODELS).flatMap((models) => models.split(" "));
