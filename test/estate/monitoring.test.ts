import assert from "node:assert/strict";
import { monitoringAddress, monitoringPlan } from "../../components/proxmox/site/monitoring-plan";
import { devEstate, GONE, refusesEach } from "../support/description";

const at = (...steps: (number | string)[]) => ["monitoring", ...steps];

describe("estate: monitoring", () => {
  refusesEach([
    {
      what: "a guest that there is none of",
      changes: [[at("guest"), "monitorng"]],
      mistakes: [["monitoring.guest", "(did you mean monitoring?)"]],
    },
    {
      what: "a guest without a static address",
      changes: [[["guests", "monitoring", "nics", "eth0", "address"], "dhcp"]],
      mistakes: [["guests.monitoring.nics", "an interface with a static address"]],
    },
    {
      what: "a guest that nobody can log in to",
      changes: [[["guests", "monitoring", "sshKeys"], []]],
      mistakes: [["guests.monitoring.sshKeys", "the public key of secrets.sshPrivateKey"]],
    },
    {
      what: "a container of another distribution",
      changes: [[["guests", "monitoring", "os"], "alpine"]],
      mistakes: [["guests.monitoring.os", 'found "alpine"; allowed: debian']],
    },
    {
      what: "a container whose services could not start",
      changes: [[["guests", "monitoring", "nesting"], false]],
      mistakes: [["guests.monitoring.nesting", "true, as the services"]],
    },
    {
      what: "a token that there is none of",
      changes: [[at("token"), "monitoring@pve!prometeus"]],
      mistakes: [["monitoring.token", "(did you mean monitoring@pve!prometheus?)"]],
    },
    {
      what: "a token that does not see the cluster",
      changes: [[["access", "acl", 1, "role"], "PVEVMUser"]],
      mistakes: [["monitoring.token", "the role PVEAuditor on / in access.acl"]],
    },
    {
      what: "objectives for what there is not",
      changes: [
        [at("objectives", "backupAgeOfJobs"), { nightli: 30 }],
        [at("objectives", "backupAgeOfGuests"), { web: 4 }],
      ],
      mistakes: [
        ["monitoring.objectives.backupAgeOfJobs.nightli", "(did you mean nightly?)"],
        ["monitoring.objectives.backupAgeOfGuests.web", "one of guests"],
      ],
    },
    {
      what: "an objective for a guest that no job saves",
      changes: [
        // Images are made of backups.
        [["aws", "images"], undefined],
        [
          ["backupJobs"],
          {
            nightly: {
              schedule: "02:00",
              storage: "Backup-pool",
              guests: ["Ubuntu"],
              retention: { last: 1 },
            },
          },
        ],
        [at("objectives", "backupAgeOfGuests"), { alpine: 4 }],
      ],
      mistakes: [
        ["monitoring.objectives.backupAgeOfGuests.alpine", "a guest that a backup job saves: Ubuntu"],
      ],
    },
    {
      what: "nobody who hears of what is critical",
      changes: [[at("receivers", "operators", "severities"), ["warning"]]],
      mistakes: [["monitoring.receivers", "one at least that gets critical alerts"]],
    },
    {
      what: "values that are none",
      changes: [
        [at("scrapeSeconds"), 1],
        [at("retentionDays"), 0],
        [at("objectives", "storageFullPercent"), 100],
        [at("probes", "internet", "latencyMs"), 0],
        [at("grafana", "keyFingerprint"), "b53ae77b"],
        [at("grafana", "aptRepository"), "http://apt.grafana.com"],
        [at("certificateAuthority"), "/etc/pve/pve-root-ca.pem"],
      ],
      mistakes: [
        ["monitoring.scrapeSeconds", "from 10"],
        ["monitoring.retentionDays", "from 1"],
        ["monitoring.objectives.storageFullPercent", "up to 98"],
        ["monitoring.probes.internet.latencyMs", "from 1"],
        ["monitoring.grafana.keyFingerprint", "40 hex digits"],
        ["monitoring.grafana.aptRepository", "an https URL"],
        ["monitoring.certificateAuthority", "a certificate in PEM form"],
      ],
    },
    {
      what: "names and addresses that would be read as something else",
      changes: [
        [
          at("probes"),
          {
            pa: { type: "icmp", address: "1.1.1.1; reboot" },
            pb: { type: "tcp", server: "$(reboot)", port: 22 },
            pc: { type: "http", url: "https://user:hush@example.org/" },
            pd: { type: "http", url: "file:///etc/shadow" },
          },
        ],
        [
          at("receivers"),
          {
            ops: {
              type: "email",
              to: "ops@example.org\nbcc: x@example.org",
              from: "{{ .x }}",
              smtpServer: "mail example",
              user: "u",
            },
          },
        ],
      ],
      mistakes: [
        ["monitoring.probes.pa.address", "an IPv4 address"],
        ["monitoring.probes.pb.server", "an IPv4 address or a DNS name"],
        ["monitoring.probes.pc.url", "without a password in it"],
        ["monitoring.probes.pd.url", "an http(s) URL"],
        ["monitoring.receivers.ops.to", "a mail address"],
        ["monitoring.receivers.ops.from", "a mail address"],
        ["monitoring.receivers.ops.smtpServer", "an IPv4 address or a DNS name"],
      ],
    },
    {
      what: "metric servers that there are none of",
      changes: [
        [
          ["metricServers"],
          {
            a: { type: "influx", server: "192.0.2.1" },
            b: { type: "graphite", server: "192.0.2.1", path: "a..b" },
            c: { type: "opentelemetry", server: "otel.example.org", path: "v1" },
            d: { type: "influxdb", server: "http://metrics" },
          },
        ],
      ],
      mistakes: [
        ["metricServers.a.type", "influxdb"],
        ["metricServers.b.path", "a path such as proxmox.cluster"],
        ["metricServers.c.path", "a path such as /v1/metrics"],
        ["metricServers.d.server", "an IPv4 address or a DNS name"],
      ],
    },
  ]);

  it("the age of a backup: a guest's own, or the shortest of its jobs', or that of all", () => {
    const job = { schedule: "02:00", storage: "Backup-pool", retention: { last: 1 } };
    const { monitoring, ...estate } = devEstate(
      [["backupJobs"], { nightly: job, hourly: { ...job, guests: ["Ubuntu", "alpine"] } }],
      [
        at("objectives"),
        { backupAgeHours: 30, backupAgeOfJobs: { hourly: 2 }, backupAgeOfGuests: { alpine: 50 } },
      ],
    );
    assert.ok(monitoring);
    assert.deepEqual(monitoringPlan({ monitoring, ...estate }, monitoring).backups, [
      { guest: "alpine", vmId: 100, hours: 50 },
      { guest: "Ubuntu", vmId: 101, hours: 2 },
      { guest: "monitoring", vmId: 102, hours: 30 },
      { guest: "vpn", vmId: 110, hours: 30 },
    ]);
  });

  it("of a group, the first guest watches, and objectives are for all of its guests", () => {
    const { monitoring, ...estate } = devEstate(
      [["guests", "monitoring", "count"], 2],
      [at("objectives", "backupAgeOfGuests"), { monitoring: 5 }],
    );
    assert.ok(monitoring);
    assert.equal(monitoring.guest, "monitoring-1");
    const hours = monitoringPlan({ monitoring, ...estate }, monitoring).backups.map((one) => [
      one.guest,
      one.hours,
    ]);
    assert.deepEqual(
      hours.filter(([guest]) => String(guest).startsWith("monitoring")),
      [
        ["monitoring-1", 5],
        ["monitoring-2", 5],
      ],
    );
  });

  it("is reached in the management network, where it has an address there", () => {
    const storage = { bridge: "vmbr1", address: "192.168.1.30/24" };
    const { monitoring, ...estate } = devEstate([
      ["guests", "monitoring", "nics"],
      { eth0: storage, eth1: { bridge: "vmbr0", address: "192.168.137.21/24" } },
    ]);
    assert.ok(monitoring);
    assert.equal(monitoringAddress({ monitoring, ...estate }, monitoring), "192.168.137.21");
  });

  it("can be left out", () => {
    assert.equal(devEstate([["monitoring"], GONE]).monitoring, undefined);
  });
});
