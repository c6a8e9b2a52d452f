// @ts-check
/** Who is already at their table, as they said on their phones. Pure. */

/**
 * Of how many this can be known at a table, and how many of them sit: those with a phone of their own, and once the room
 * is real nobody simulated.
 * @param {{ members: import("./wire.js").Member[] }} group @param {Pick<import("./state.js").State, "people" | "step">} state
 */
export function sitting({ members }, { people, step }) {
  const known = members.flatMap(({ id }) => people.find((person) => person.id === id && !person.by_hand && !(step?.real && person.simulated)) ?? []);
  return { n: known.filter(({ sits }) => sits).length, of: known.length };
}

/** The same for the whole room. @param {Pick<import("./state.js").State, "groups" | "people" | "step">} state */
export function sittingInAll(state) {
  const tables = state.groups.map((group) => sitting(group, state));
  return { n: tables.reduce((sum, { n }) => sum + n, 0), of: tables.reduce((sum, { of }) => sum + of, 0) };
}

/** Is this the moment at which people look for their table? @param {{ kind: string, round: number | null } | null} step */
export const isSeating = (step) => step?.kind === "groups" || (step?.kind === "brief" && step.round === 1);
