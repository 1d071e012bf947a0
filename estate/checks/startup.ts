import { entry } from "../paths";
import { type Finding, problem } from "../problems";
import type { Estate } from "../schema";
import { cycles, startupOrders } from "../startup";

/** Mistakes in the order that guests start in. Group entries stand for all of their guests. */
export function checkStartup(estate: Estate): Finding[] {
  const circles = cycles(estate.guests).map((names) =>
    problem(
      ["guests", names[0] ?? "", "after"],
      names.join(" after "),
      "guests that do not start after it themselves",
      [["guests", "*", "after", "*"]],
    ),
  );
  return [
    ...circles,
    ...(circles.length > 0 ? [] : ordersAgainst(estate)),
    ...neverStarted(estate),
    ...startedByHa(estate),
  ];
}

/** An order of its own that is not behind those that the guest starts after. */
function ordersAgainst({ guests }: Estate): Finding[] {
  const orders = startupOrders(guests);
  return Object.entries(guests).flatMap(([name, { after, startup }]) => {
    const own = startup?.order;
    if (own === undefined) return [];
    return after.flatMap((other) => {
      const order = orders.get(other);
      return order === undefined || order < own
        ? []
        : [
            problem(
              ["guests", name, "startup", "order"],
              own,
              `more than ${order}, as it starts after ${other}, whose order is ${order}`,
              [
                ["guests", name, "after", "*"],
                ["guests", "*", "startup", "order"],
                ["guests", "*", "after", "*"],
              ],
            ),
          ];
    });
  });
}

function neverStarted({ guests }: Estate): Finding[] {
  return Object.entries(guests).flatMap(([name, { after, startOnBoot }]) =>
    after.flatMap((other, index) =>
      startOnBoot && entry(guests, other)?.startOnBoot === false
        ? [
            problem(
              ["guests", name, "after", index],
              other,
              `a guest that starts with its node, as ${name} does; ${other} has startOnBoot: false`,
              [
                ["guests", name, "startOnBoot"],
                ["guests", other, "startOnBoot"],
              ],
            ),
          ]
        : [],
    ),
  );
}

/** Proxmox's startup order is for guests that the node starts; HA's are started by HA, in no order. */
function startedByHa({ guests }: Estate): Finding[] {
  return Object.entries(guests).flatMap(([name, guest]) =>
    guest.kind === "vm" && guest.ha !== undefined && guest.startup !== undefined
      ? [
          problem(["guests", name, "startup"], guest.startup, "none, as HA starts the guest, in no order", [
            ["guests", name, "ha"],
          ]),
        ]
      : [],
  );
}
