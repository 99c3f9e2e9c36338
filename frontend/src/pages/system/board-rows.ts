/** The boards of the camera network as rows: those that have an address, and those that are set and not there. Pure. */
import type { Schemas } from "../../api/client.js";

type Lease = Schemas["Lease"];
type NamedBoard = Schemas["NamedBoard"];

export interface Row {
  mac: string;
  /** What the owner calls it, else what it calls itself. */
  name: string | null;
  /** Undefined: it is not there. */
  lease: Lease | undefined;
  /** Undefined: nothing is set for it. */
  board: NamedBoard | undefined;
  /** The address that it gets when it asks again. */
  coming: string | undefined;
}

/** Those that are there by address, then the others by name. */
export function rowsOf(leases: readonly Lease[], boards: readonly NamedBoard[]): readonly Row[] {
  const known = new Map(boards.map((board) => [board.mac, board]));
  const here = leases.map((lease) => rowOf(lease.mac, lease, known.get(lease.mac)));
  const macs = new Set(leases.map((lease) => lease.mac));
  const away = boards.filter((board) => !macs.has(board.mac)).map((board) => rowOf(board.mac, undefined, board));
  return [...here, ...away.sort((one, other) => (one.name ?? one.mac).localeCompare(other.name ?? other.mac))];
}

function rowOf(mac: string, lease: Lease | undefined, board: NamedBoard | undefined): Row {
  const counts = board !== undefined && board.problem === null;
  const wanted = counts ? (board.address ?? undefined) : undefined;
  const name = lease?.name ?? board?.name ?? null;
  return { mac, name, lease, board, coming: lease !== undefined && lease.address !== wanted ? wanted : undefined };
}
