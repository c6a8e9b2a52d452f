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
  const taken = new Set(namesakes.keys());
  return new Map([...namesakes.values()].flatMap((same) => (same.length > 1 ? toldApart(same, taken) : [[same[0].id, same[0].name]])));
}

/** A name as it looks: what nobody can see makes no difference, such as the joiners of some scripts. @param {string} name */
export const looks = (name) => name.replace(/\p{Default_Ignorable_Code_Point}/gu, "").toLowerCase();

/** May this name be broken within a word? Only where a word is too long for any line. @param {string} [name] */
export const isLong = (name = "") => /\S{16,}/u.test(name);

/** Would this name make its table twice as high as the others? */
export const isLengthy = (name = "") => [...name].length > 22;

/** @param {Row[]} same @param {Set<string>} taken what somebody is called already @returns {[number, string][]} */
function toldApart(same, taken) {
  let number = 0;
  return same.map(({ id, name, team }) => {
    number += 1;
    const alone = team && same.filter((other) => other.team === team).length === 1;
    let called = `${name} (${team})`;
    if (!alone || taken.has(looks(called))) {
      while (taken.has(looks(`${name} ${number}`))) number += 1;
      called = `${name} ${number}`;
    }
    taken.add(looks(called));
    return [id, called];
  });
}
