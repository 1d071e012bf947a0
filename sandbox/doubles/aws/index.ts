import pkg = require("@pulumi/aws/package.json");

import { type ProviderDouble, Refusal } from "../behaviour";
import { alertBehaviours } from "./alerts";
import { connectEndpoint } from "./connect-endpoint";
import { directConnectGateway, gatewayAssociation, privateVirtualInterface } from "./direct-connect";
import { dnsRecord } from "./dns";
import { awsFunctions } from "./functions";
import { guardrailBehaviours } from "./guardrails";
import { iamBehaviours } from "./iam";
import { importBehaviours } from "./imports";
import { eip, internetGateway, natGateway } from "./internet";
import { kmsBehaviours } from "./kms";
import { lambdaFunction } from "./lambda";
import { launchTemplate } from "./launch-template";
import { loadBalancingBehaviours } from "./load-balancing";
import { flowLog, logGroup } from "./logs";
import { route } from "./route";
import { routeTable, routeTableAssociation, vpcEndpoint } from "./routing";
import { s3Behaviours } from "./s3";
import { scalingGroup } from "./scaling";
import { scalingSchedule } from "./scaling-schedule";
import { schedulerBehaviours } from "./scheduler";
import { defaultSecurityGroup, securityGroup, securityGroupRules } from "./security-groups";
import { stateMachine } from "./states";
import { transitAttachment, transitGateway, transitRoute } from "./transit";
import { subnet, vpc } from "./vpc";
import { customerGateway, routePropagation, vpnConnection, vpnConnectionRoute, vpnGateway } from "./vpn";

/** AWS behind pulumi-aws 7. */
export const awsDouble: ProviderDouble = {
  name: "aws",
  version: pkg.version,
  behaviours: [
    ...alertBehaviours,
    ...guardrailBehaviours,
    ...iamBehaviours,
    ...importBehaviours,
    ...kmsBehaviours,
    ...s3Behaviours,
    ...schedulerBehaviours,
    ...securityGroupRules,
    connectEndpoint,
    customerGateway,
    defaultSecurityGroup,
    directConnectGateway,
    eip,
    flowLog,
    gatewayAssociation,
    internetGateway,
    dnsRecord,
    ...loadBalancingBehaviours,
    lambdaFunction,
    launchTemplate,
    logGroup,
    natGateway,
    privateVirtualInterface,
    route,
    routePropagation,
    routeTable,
    routeTableAssociation,
    scalingGroup,
    scalingSchedule,
    securityGroup,
    stateMachine,
    subnet,
    transitAttachment,
    transitGateway,
    transitRoute,
    vpc,
    vpcEndpoint,
    vpnConnection,
    vpnConnectionRoute,
    vpnGateway,
  ],
  functions: awsFunctions,
  replacedBy: ["region"],
  configure: (config, world) => {
    const account = world.installed.awsAccount?.account;
    const allowed = config.texts("allowedAccountIds");
    if (account === undefined) return;
    if (
      (allowed.length > 0 && !allowed.includes(account)) ||
      config.texts("forbiddenAccountIds").includes(account)
    ) {
      throw new Refusal(`AWS account ID not allowed: ${account}`);
    }
  },
};
