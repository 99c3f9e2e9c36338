import { describe, expect, it } from "vitest";
import type { Schemas } from "../../api/client.js";
import { rowsOf } from "./board-rows.js";

const HERE = { mac: "24:6f:28:00:00:01", address: "10.77.0.20", name: "esp32-1", is_fixed: false, expires_at: 1, camera_id: null };
const SET: Schemas["NamedBoard"] = { mac: HERE.mac, name: "gate", address: "10.77.0.20", is_given: false, problem: null, problem_said: null };

describe("the boards of the camera network", () => {
  it("are those that are there by address, then those that are set by name", () => {
    const shed = { ...SET, mac: "24:6f:28:00:00:02", name: "shed", address: null };
    const gate = { ...SET, mac: "24:6f:28:00:00:03" };
    const rows = rowsOf([HERE], [shed, gate]);
    expect(rows.map((row) => [row.name, row.lease?.address])).toEqual([["esp32-1", "10.77.0.20"], ["gate", undefined], ["shed", undefined]]);
    expect(rows.map((row) => row.board)).toEqual([undefined, gate, shed]);
  });

  it("are told the address that they get when they ask again", () => {
    const coming = (board: Partial<Schemas["NamedBoard"]>, lease = HERE) => rowsOf([lease], [{ ...SET, ...board }])[0]?.coming;
    expect(coming({})).toBeUndefined();
    expect(coming({ address: "10.77.0.30" })).toBe("10.77.0.30");
    expect(coming({ address: null })).toBeUndefined();
    expect(coming({ address: "10.88.0.9", problem: "it is of another network" })).toBeUndefined();
    expect(rowsOf([], [SET])[0]?.coming).toBeUndefined();
  });
});
