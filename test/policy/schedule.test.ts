import assert from "node:assert/strict";
import { longestGap } from "../../policy/facts/schedule";

describe("the longest time between two runs of a schedule", () => {
  const [hour, day, week] = [60, 24 * 60, 7 * 24 * 60];
  for (const [event, expected] of [
    // calendar-events.adoc's own examples
    ["mon,tue,wed,thu,fri", 3 * day],
    ["mon..fri", 3 * day],
    ["sat..mon", 5 * day],
    ["12:05", day],
    ["*/5", 5],
    ["mon..wed 30/10", 4 * day + hour - 20],
    ["mon..fri 8..17,22:0/15", 2 * day + 8 * hour + hour + 15],
    ["fri 12..13:5/20", week - (hour + 40)],
    ["12,14,16,18,20,22:5", 14 * hour],
    ["*/1:5", hour],
    ["2015-10-21", undefined],
    // what estates say
    ["*/15", 15],
    ["02:00", day],
    ["sun 04:00", week],
    ["6,12,18:15", 12 * hour],
    ["*:0/30", 30],
    ["hourly", hour],
    ["weekly", week],
    ["monthly", 31 * day],
    ["*-*-01 04:00", 31 * day],
    ["yearly", 366 * day],
    ["*-02-29", 4 * 366 * day - 3 * day],
    ["Sat 03:30", week],
    ["saturday 03:30", week],
    // what is none
    ["", undefined],
    ["often", undefined],
    ["25:00", undefined],
    ["*/0", undefined],
    ["10..5", undefined],
    ["mon..", undefined],
    ["*-13-01", undefined],
    ["02:00 03:00 04:00", undefined],
  ] as const) {
    it(event === "" ? "nothing" : event, () => assert.equal(longestGap(event), expected));
  }
});
