import assert from "node:assert/strict";
import { DirectConnect } from "../../components/aws/direct-connect";
import { TransitHub } from "../../components/aws/transit-hub";
import { TUNNEL_CIPHERS, VpnLink, type VpnLinkArgs } from "../../components/aws/vpn-link";
import { gatewayFiles } from "../../components/hosts/vpn/gateway-files";
import { swanctlConnections } from "../../components/hosts/vpn/swanctl";
import { valueAt } from "../../estate/paths";
import { declare, only } from "../support/declared";
import { BGP_PLAN, KEYS, SHARED_PLAN, STATIC_PLAN } from "../vpn/plan";

const CONNECTION = "aws:ec2/vpnConnection:VpnConnection";
const CUSTOMER = "aws:ec2/customerGateway:CustomerGateway";

const ARGS: VpnLinkArgs = {
  end: { vpnGatewayId: "vgw-1" },
  publicAddress: "198.51.100.7",
  asn: 65_010,
  routing: "bgp",
  siteNetworks: ["192.0.2.0/24", "10.20.0.0/20"],
  insideCidrs: ["169.254.10.0/30", "169.254.10.4/30"],
  keys: KEYS,
  startup: "add",
  logGroupName: "/aws/vendedlogs/c/vpn/office",
  logRetentionDays: 30,
};

const link = (more: Partial<VpnLinkArgs> = {}) => declare(() => new VpnLink("office", { ...ARGS, ...more }));

describe("components: VpnLink", () => {
  it("pins both tunnels, takes IKEv2 and strong ciphers only, and is protected", async () => {
    const { resources } = await link();
    const { inputs, options } = only(resources, CONNECTION);
    assert.equal(options.protect, true);
    for (const [index, tunnel] of ["tunnel1", "tunnel2"].entries()) {
      const of = (name: string) => inputs[`${tunnel}${name}`];
      assert.equal(of("InsideCidr"), ARGS.insideCidrs[index]);
      // Pulumi's mark of a secret.
      assert.equal(valueAt(of("PresharedKey"), ["value"]), KEYS[index]);
      assert.deepEqual(of("IkeVersions"), ["ikev2"]);
      for (const phase of ["Phase1", "Phase2"]) {
        assert.deepEqual(of(`${phase}EncryptionAlgorithms`), ["AES256-GCM-16"]);
        assert.deepEqual(of(`${phase}IntegrityAlgorithms`), ["SHA2-384", "SHA2-512"]);
        assert.deepEqual(of(`${phase}DhGroupNumbers`), [20, 21]);
      }
      assert.equal(of("DpdTimeoutAction"), "restart");
      assert.equal(of("StartupAction"), "add");
      assert.deepEqual(of("LogOptions"), {
        cloudwatchLogOptions: { logEnabled: true, logGroupArn: "arn:aws:::office", logOutputFormat: "json" },
      });
    }
    assert.equal(inputs.staticRoutesOnly, false);
    assert.equal(inputs.vpnGatewayId, "vgw-1");
    assert.ok(!resources.some(({ type }) => type.endsWith(":VpnConnectionRoute")));
    assert.deepEqual(only(resources, CUSTOMER).inputs, {
      type: "ipsec.1",
      ipAddress: "198.51.100.7",
      bgpAsn: "65010",
      deviceName: "office",
      tags: { Name: "office" },
    });
  });

  it("takes a new public address under the same connection: the customer gateway is not protected", async () => {
    const { resources } = await link();
    assert.equal(only(resources, CUSTOMER).options.protect, false);
  });

  it("with static routes, has one for each network of the site", async () => {
    const { resources } = await link({ routing: "static" });
    assert.equal(only(resources, CONNECTION).inputs.staticRoutesOnly, true);
    assert.deepEqual(
      resources
        .filter(({ type }) => type.endsWith(":VpnConnectionRoute"))
        .map(({ inputs }) => inputs.destinationCidrBlock),
      ARGS.siteNetworks,
    );
  });

  it("says numbers of four bytes in AWS's other property", async () => {
    const { resources } = await link({ asn: 4_200_000_001 });
    const { bgpAsn, bgpAsnExtended } = only(resources, CUSTOMER).inputs;
    assert.deepEqual([bgpAsn, bgpAsnExtended], [undefined, "4200000001"]);
  });

  it("says the same as strongSwan at the other end", () => {
    const lines = swanctlConnections(BGP_PLAN).split("\n");
    const values = (key: string) =>
      lines.filter((line) => line.trim().startsWith(`${key} =`)).map((line) => line.split("= ")[1]);
    assert.deepEqual(
      new Set(values("proposals")),
      new Set(["aes256gcm16-prfsha384-ecp384,aes256gcm16-prfsha512-ecp521"]),
    );
    assert.deepEqual(new Set(values("esp_proposals")), new Set(["aes256gcm16-ecp384,aes256gcm16-ecp521"]));
    // Groups 20 and 21 are those curves.
    assert.deepEqual(TUNNEL_CIPHERS, {
      ikeVersions: ["ikev2"],
      encryption: ["AES256-GCM-16"],
      integrity: ["SHA2-384", "SHA2-512"],
      dhGroups: [20, 21],
    });
    assert.deepEqual(new Set(values("version")), new Set(["2"]));
  });
});

describe("components: TransitHub", () => {
  it("attaches the VPC, and each table has a route to each network of the site", async () => {
    const { resources } = await declare(
      () =>
        new TransitHub("dr", {
          vpcId: "vpc-1",
          subnetIds: ["subnet-1"],
          amazonAsn: 64_512,
          routeTableIds: { a: "rtb-a", b: "rtb-b" },
          siteNetworks: ["192.0.2.0/24"],
        }),
    );
    assert.deepEqual(
      resources.filter(({ type }) => type === "aws:ec2/route:Route").map(({ inputs }) => inputs),
      ["rtb-a", "rtb-b"].map((routeTableId) => ({
        routeTableId,
        destinationCidrBlock: "192.0.2.0/24",
        transitGatewayId: "dr-id",
      })),
    );
    assert.equal(
      only(resources, "aws:ec2transitgateway/transitGateway:TransitGateway").options.protect,
      true,
    );
  });
});

describe("components: DirectConnect", () => {
  it("is a protected interface on the line, whose key is a secret, and the VPC's gateway behind it", async () => {
    const { resources } = await declare(
      () =>
        new DirectConnect("dr", {
          connectionId: "dxcon-abcd1234",
          vlan: 101,
          asn: 65_010,
          amazonAsn: 64_512,
          bgpKey: "bgp-key",
          mtu: 1500,
          vpnGatewayId: "vgw-1",
          vpcCidr: "10.42.0.0/16",
        }),
    );
    const { inputs, options } = only(
      resources,
      "aws:directconnect/privateVirtualInterface:PrivateVirtualInterface",
    );
    assert.equal(options.protect, true);
    assert.ok(options.additionalSecretOutputs.includes("bgpAuthKey"));
    assert.deepEqual(
      [inputs.connectionId, inputs.vlan, inputs.bgpAsn, inputs.dxGatewayId],
      ["dxcon-abcd1234", 101, 65_010, "dr-id"],
    );
    assert.deepEqual(
      only(resources, "aws:directconnect/gatewayAssociation:GatewayAssociation").inputs.allowedPrefixes,
      ["10.42.0.0/16"],
    );
  });
});

describe("files of a VPN gateway", () => {
  const file = (plan: typeof BGP_PLAN, path: string) =>
    gatewayFiles(plan, KEYS).find((one) => one.path === path);

  it("keys are in one file, for root only", () => {
    for (const plan of [BGP_PLAN, STATIC_PLAN, SHARED_PLAN]) {
      const holding = gatewayFiles(plan, KEYS).filter(({ text }) => KEYS.some((key) => text.includes(key)));
      assert.deepEqual(
        holding.map(({ path, mode }) => [path, mode]),
        [["/etc/swanctl/conf.d/hybrid-estate-keys.conf", "0600"]],
      );
    }
  });

  it("a key that AWS would not take, or that could end its quotes, is refused", () => {
    assert.throws(() => gatewayFiles(BGP_PLAN, ['x"; }', KEYS[1]]), /key of office-1 is not one of AWS's/);
  });

  it("BGP: AWS's session in each tunnel, only declared networks, the first tunnel preferred both ways", () => {
    const text = file(BGP_PLAN, "/etc/frr/frr.conf")?.text ?? "";
    assert.match(text, /neighbor 169\.254\.10\.1 remote-as 64512\n/);
    assert.match(text, /neighbor 169\.254\.10\.5 remote-as 64512\n/);
    assert.match(text, /permit 10\.42\.0\.0\/16 le 28\n/);
    assert.match(text, /route-map to-aws1 permit 10\n.*\n set metric 100\n/);
    assert.match(text, /route-map to-aws2 permit 10\n.*\n set metric 200\n/);
    assert.match(text, /route-map from-aws1 permit 10\n.*\n set local-preference 200\n/);
    assert.equal(file(STATIC_PLAN, "/etc/frr/frr.conf"), undefined);
  });

  it("the second gateway's tunnels come after the first one's", () => {
    const text = file(SHARED_PLAN, "/etc/frr/frr.conf")?.text ?? "";
    assert.match(text, /route-map to-aws1 permit 10\n.*\n set metric 300\n/);
    assert.match(file(SHARED_PLAN, "/etc/keepalived/keepalived.conf")?.text ?? "", /priority 240\n/);
  });

  it("static: a route a tunnel, with a metric each", () => {
    assert.equal(
      file(STATIC_PLAN, "/etc/hybrid-estate/vpn/routes")?.text,
      "aws1 101 100 192.0.2.5 10.42.0.0/16\naws2 102 200 192.0.2.5 10.42.0.0/16\n",
    );
  });
});
