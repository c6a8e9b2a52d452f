// @ts-check
/** Two people may have the same name; they are told apart by team if that helps, otherwise by a number, as core/names.py does for phones. */

/** @typedef {Pick<import("../wire.js").Person, "id" | "name" | "team">} Row */

/**
 * @param {Row[]} people ids grow in the order in which they came
 * @returns {Map<number, string>} the name to show, by person
 */
export function namesOf(people) {
  /** @type {Map<string, Row[]>} */
  const namesakes = new Map();
  for (const person of [...people].sort((one, other) => one.id - other.id)) {
    const key = looks(person.name);
    namesakes.set(key, [...(namesakes.get(key) ?? []), person]);
  }
  return new Map([...namesakes.values()].flatMap((same) => same.map((person, i) => [person.id, shown(person, i, same)])));
}

/** A name as it looks: what nobody can see makes no difference, such as the joiners of some scripts. @param {string} name */
export const looks = (name) => name.replace(/\p{Default_Ignorable_Code_Point}/gu, "").toLowerCase();

/** May this name be broken within a word? Only where a word is too long for any line. @param {string} [name] */
export const isLong = (name = "") => /\S{16,}/u.test(name);

/** Would this name make its table twice as high as the others? */
export const isLengthy = (name = "") => [...name].length > 22;

/** @param {Row} person @param {number} i @param {Row[]} same */
function shown(person, i, same) {
  if (same.length === 1) return person.name;
  const ofOneTeam = same.filter((other) => (other.team ?? "") === (person.team ?? ""));
  return person.team && ofOneTeam.length === 1 ? `${person.name} (${person.team})` : `${person.name} ${i + 1}`;
}
