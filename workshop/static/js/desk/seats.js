// @ts-check
/** Who sits where, in numbers and names: sizes, who counts in a draw, who has not had which role yet. Pure, but for the page's words. */
import { t } from "../words.js";
import { presence } from "./names.js";

/** @typedef {import("../wire.js").Group} Group */
/** @typedef {import("../wire.js").Person} Person */

const FEW = 4; // names in a sentence

/** So many names that nobody reads them are the first few and a number. @param {string[]} names */
export const few = (names) => (names.length > FEW + 1 ? [...names.slice(0, FEW), t("others", { n: names.length - FEW })] : names);

/** Who is in the draw: everyone who has not left, phone asleep or not; never a leader who sits in. @param {Person[]} people */
export const inDraw = (people) => people.filter((person) => !person.left && !person.stand_in);

/** Those of them who are not seen here now; told, so that nobody is left out or drawn along in silence. @param {Person[]} people */
export const unseen = (people) => inDraw(people).filter((person) => ["away", "never"].includes(presence(person)));

const NEEDS_GROUPS = ["groups", "brief", "conversation", "feedback", "notes"]; // entering one of these shows the groups

/** Would entering this step draw groups and show them at once, so that nobody sees a draft? @param {import("../state.js").State} state @param {{ kind: string }} step */
export const unformed = ({ groups, shown, people }, step) => NEEDS_GROUPS.includes(step.kind) && !shown && !groups.length && inDraw(people).length > 1;

/** Does a round run, or is one still to come? After the last one nobody needs a table any more. @param {import("../state.js").State} state */
export const toPractise = ({ programme, step }) => programme.slice(step?.index ?? 0).some(({ round }) => round);

/** The tables that are too small, as long as that matters. @param {import("../state.js").State} state */
export const small = (state) => (toPractise(state) ? state.groups.filter(({ mends }) => mends?.length) : []);

/** How many groups of which size there are. @param {Group[]} groups @returns {Record<string, number>} */
export function sizesOf(groups) {
  /** @type {Record<string, number>} */
  const counted = {};
  for (const { members } of groups) counted[members.length] = (counted[members.length] ?? 0) + 1;
  return counted;
}

/**
 * What large groups cost: how many people are never client (and as many never professional), and how many rounds more
 * would mend that.
 * @param {Record<string, number>} sizes @param {number} rounds
 */
export function price(sizes, rounds) {
  const large = Object.entries(sizes).map(([size, n]) => ({ n, left: Number(size) > 3 ? Math.max(Number(size) - rounds, 0) : 0 }));
  return { people: large.reduce((sum, { n, left }) => sum + n * left, 0), more: Math.max(0, ...large.map(({ left }) => left)) };
}

/**
 * Who has not had a role in the rounds up to this one, and whether it is still to come for them.
 * @param {Group[]} groups @param {import("../parts.js").Role} role @param {number} round
 * @returns {{ id: any, name: string, ever: boolean }[]}
 */
export const notYet = (groups, role, round) =>
  groups
    .flatMap((group) => group.members)
    .filter((member) => !member.roles.slice(0, round).includes(role))
    .map((member) => ({ id: member.id, name: member.name, ever: member.roles.includes(role) }));

/**
 * The table for someone who comes late: the one with the fewest people, a leader who sits in not counted, of those the first.
 * @param {Group[]} groups @param {Person[]} people @returns {Group | undefined}
 */
export function smallest(groups, people) {
  const leaders = new Set(people.filter((person) => person.stand_in).map(({ id }) => id));
  const sized = groups.map((group) => ({ group, size: group.members.filter((member) => !leaders.has(member.id)).length }));
  return sized.filter(({ size }) => size).sort((one, other) => one.size - other.size || one.group.id - other.group.id)[0]?.group;
}

/** The teams that people gave; from two on there is something to mix. @param {Person[]} people */
export const teams = (people) =>
  new Set(
    inDraw(people)
      .map(({ team }) => team?.trim().toLowerCase())
      .filter(Boolean),
  ).size;
