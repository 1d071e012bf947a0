import { stringify } from "yaml";
import type { HostFile } from "./files";
import { LISTEN } from "./prometheus";

const PASSWORD_FILE = "/etc/grafana/hybrid-estate-password";
const DASHBOARDS = "/etc/grafana/hybrid-estate-dashboards";

/** The data source's identity: the dashboard refers to it. */
export const DATA_SOURCE = "hybrid-estate-prometheus";

/** Grafana over HTTPS with one data source and one dashboard, both provisioned: nothing is clicked together. */
export function grafanaFiles(port: number, password: string, dashboard: string): HostFile[] {
  const settings = {
    SERVER_PROTOCOL: "https",
    SERVER_HTTP_PORT: String(port),
    SERVER_CERT_FILE: "/etc/grafana/hybrid-estate.crt",
    SERVER_CERT_KEY: "/etc/grafana/hybrid-estate.key",
    SERVER_MIN_TLS_VERSION: "TLS1.2",
    SECURITY_ADMIN_PASSWORD__FILE: PASSWORD_FILE,
    SECURITY_COOKIE_SECURE: "true",
    SECURITY_DISABLE_GRAVATAR: "true",
    AUTH_ANONYMOUS_ENABLED: "false",
    USERS_ALLOW_SIGN_UP: "false",
    ANALYTICS_REPORTING_ENABLED: "false",
    ANALYTICS_CHECK_FOR_UPDATES: "false",
    DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: `${DASHBOARDS}/cluster.json`,
  };
  return [
    {
      path: "/etc/systemd/system/grafana-server.service.d/hybrid-estate.conf",
      text: `[Service]\n${Object.entries(settings)
        .map(([name, value]) => `Environment=GF_${name}=${value}\n`)
        .join("")}`,
    },
    { path: PASSWORD_FILE, text: password, mode: "0640", group: "grafana" },
    {
      path: "/etc/grafana/provisioning/datasources/hybrid-estate.yml",
      text: stringify({
        apiVersion: 1,
        datasources: [
          {
            name: "Prometheus",
            uid: DATA_SOURCE,
            type: "prometheus",
            access: "proxy",
            url: `http://${LISTEN.prometheus}`,
            isDefault: true,
            editable: false,
          },
        ],
      }),
    },
    {
      path: "/etc/grafana/provisioning/dashboards/hybrid-estate.yml",
      text: stringify({
        apiVersion: 1,
        providers: [
          {
            name: "hybrid-estate",
            type: "file",
            disableDeletion: true,
            allowUiUpdates: false,
            options: { path: DASHBOARDS },
          },
        ],
      }),
    },
    { path: `${DASHBOARDS}/cluster.json`, text: dashboard },
  ];
}
