// @ts-check
/** Who is in a list of names. Pure. */

/** @typedef {{ name: string, team: string }} Someone */

/** The people in a list: one a line, with a team behind a tab; or on one line between commas. @param {string} text @returns {Someone[]} */
export function peopleIn(text) {
  const lines = text.split(/[\r\n\u2028\u2029]+/).filter((line) => line.trim());
  const parts = lines.length === 1 && !lines[0].includes("\t") ? lines[0].split(/[,;]/) : lines;
  return parts
    .map((part) => part.split("\t").map((cell) => cell.trim()))
    .map(([name, team = ""]) => ({ name: name.replace(/^(?:\d{1,3}[.)]|[-*•–])(?:\s+|$)/, ""), team }))
    .filter(({ name }) => name);
}
