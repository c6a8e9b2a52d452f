// @ts-check
/**
 * Steps have no number of their own: each is told by its place, and places change while a leader looks at one. Here each
 * has a mark, by which the desk finds it again after another was put in, moved or left out.
 */

/** @typedef {import("../wire.js").ProgrammeStep} Step */

/** @type {Step[]} */
let known = [];
/** @type {number[]} by the places in `known` */
let marks = [];
let last = 0;

/** To be called with each programme that is told. @param {Step[]} programme */
export function follow(programme) {
  if (programme === known) return;
  marks = places(known, programme).map((was) => marks[was] ?? ++last);
  known = programme;
}

/** @param {number} index */
export const markOf = (index) => marks[index];

/** Where this step is now; -1 where it is gone. @param {number} mark */
export const indexOf = (mark) => marks.indexOf(mark);

/**
 * For each step now its place before; -1 for one that is new. Pure.
 * @param {Step[]} before @param {Step[]} after
 */
export function places(before, after) {
  const found = after.map(() => -1);
  const free = new Set(before.keys());
  /** @param {number} now @param {number} was */
  const take = (now, was) => {
    found[now] = was;
    free.delete(was);
  };
  const most = Math.min(before.length, after.length);
  let ahead = 0;
  while (ahead < most && isSame(before[ahead], after[ahead])) take(ahead, ahead++);
  for (let n = 1; n <= most - ahead && isSame(before[before.length - n], after[after.length - n]); n += 1) take(after.length - n, before.length - n);
  for (const alike of [isSame, isLike]) {
    for (const [now, step] of after.entries()) {
      const was = found[now] < 0 ? [...free].find((was) => alike(before[was], step)) : undefined;
      if (was !== undefined) take(now, was);
    }
  }
  return found;
}

/** @param {Step} one @param {Step} other */
const isSame = (one, other) => isLike(one, other) && one.title === other.title;

/** But for its title, which can be changed. @param {Step} one @param {Step} other */
const isLike = (one, other) => one.kind === other.kind && one.round === other.round;
