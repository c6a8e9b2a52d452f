// @ts-check
/** People as a leader reads them: here, away or left, and two with one name told apart. Pure. */

/** Away is only ever a quiet dot. @param {Record<string, any>} person @returns {"here" | "away" | "left"} */
export const presence = (person) => (person.left ? "left" : person.here ? "here" : "away");

/**
 * By id: the name, with the team or a number behind it where others have the same name.
 * @param {{ id: any, name: string, team?: string | null }[]} people
 * @returns {Map<any, string>}
 */
export function names(people) {
  const alike = groupBy(people, (person) => person.name.toLowerCase());
  return new Map(people.map((person) => [person.id, told(person, alike.get(person.name.toLowerCase()) ?? [])]));
}

/** @param {{ id: any, name: string, team?: string | null }} person @param {{ id: any, team?: string | null }[]} alike */
function told(person, alike) {
  if (alike.length === 1) return person.name;
  const sameTeam = alike.filter((other) => other.team === person.team);
  const behind = person.team && sameTeam.length === 1 ? person.team : String(alike.findIndex((other) => other.id === person.id) + 1);
  return `${person.name} (${behind})`;
}

/** @template T @param {T[]} list @param {(one: T) => string} key @returns {Map<string, T[]>} */
function groupBy(list, key) {
  /** @type {Map<string, T[]>} */
  const groups = new Map();
  for (const one of list) groups.set(key(one), [...(groups.get(key(one)) ?? []), one]);
  return groups;
}
