// @ts-check
/** Who came late and who left, as a desk sees it happen once the groups are shown. Pure. */

import { names } from "./names.js";

/** @typedef {import("../state.js").State} State */
/** @typedef {{ what: "came" | "went", id: any, name: string, number: number | undefined, group: any, at: number }} Turn `group`, `number`: the table that they left */

const KEPT = 60;

/**
 * What happened between two states, as far as it is to be told.
 * @param {State} before @param {State} after @param {number} at ms
 * @returns {Turn[]}
 */
export function turns(before, after, at) {
  if (!before.ready || !before.shown || !after.shown || before.people === after.people) return [];
  const [was, is] = [before, after].map(
    ({ people }) => new Map(people.filter(({ left, stand_in }) => !left && !stand_in).map((person) => [person.id, person])),
  );
  const there = new Set(after.people.map(({ id }) => id));
  const numbers = new Map([...after.groups, ...before.groups].map(({ id, number }) => [id, number]));
  /** @param {"came" | "went"} what @param {State} state in which they are @param {any} one @param {any} group @returns {Turn} */
  const turn = (what, state, { id, name }, group) => ({
    what,
    id,
    name: names(state.people).get(id) ?? name,
    group,
    number: numbers.get(group),
    at,
  });
  return [
    ...[...is.values()].filter(({ id }) => !was.has(id)).map((one) => turn("came", after, one, null)),
    // Whoever is simulated and not there at all was sent away by a leader, with all the others.
    ...[...was.values()].filter(({ id, simulated }) => !is.has(id) && !(simulated && !there.has(id))).map((one) => turn("went", before, one, one.group)),
  ];
}

/** With what is new; who went and came, or the other way round, is told the last only. @param {Turn[]} known @param {Turn[]} fresh */
export const added = (known, fresh) => (fresh.length ? [...known.filter(({ id }) => !fresh.some((one) => one.id === id)), ...fresh].slice(-KEPT) : known);
