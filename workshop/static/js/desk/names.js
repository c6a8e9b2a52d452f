// @ts-check
/** People as a leader reads them: here, away or left, and two people with the same name told apart. Pure. */
import { looks } from "../screen/names.js";
import { plain } from "./letters.js";
export { namesOf as names } from "../screen/names.js";

/** Away is only ever a quiet dot; who was never here at all is told apart. @param {import("../wire.js").Person} person @returns {"here" | "away" | "left" | "never"} */
export function presence(person) {
  if (person.left) return "left";
  if (person.here) return "here";
  return person.came === false && !person.by_hand ? "never" : "away";
}

/**
 * Two entries that may well be one person who came in twice: one name, no two teams, and at most one of them is here.
 * @param {import("../wire.js").Person[]} people
 * @returns {[import("../wire.js").Person, import("../wire.js").Person][]} each with the one to keep first
 */
export function twice(people) {
  const alike = groupBy(
    people.filter((person) => !person.left && !person.stand_in),
    (person) => plain(looks(person.name)),
  );
  return [...alike.values()]
    .filter((same) => same.length === 2 && same.filter(({ here }) => here).length < 2)
    .filter(([one, other]) => !one.team || !other.team || one.team === other.team)
    .map((same) => /** @type {any} */ ([...same].sort((one, other) => Number(other.here) - Number(one.here))));
}

/** @template T @param {T[]} list @param {(one: T) => string} key @returns {Map<string, T[]>} */
function groupBy(list, key) {
  /** @type {Map<string, T[]>} */
  const groups = new Map();
  for (const one of list) groups.set(key(one), [...(groups.get(key(one)) ?? []), one]);
  return groups;
}
