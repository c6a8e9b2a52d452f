// @ts-check
/** Whose turn it is in the feedback, by the times that the pack hints at. It stops nobody, and makes no sound. Pure. */

/** @typedef {{ role: string, seconds: number }} Turn */

/**
 * Who speaks: each as long, of the whole, as hinted; after the last turn the last one goes on.
 * @param {Turn[]} turns of the roles that there are, in their order
 * @param {import("./countdown.js").Clock | undefined} clock
 * @param {number} now ms on the server's clock
 * @returns {string | null} null where no clock has begun
 */
export function speaking(turns, clock, now) {
  if (!clock || clock.state === "idle" || !clock.length || !turns.length) return null;
  const left = clock.state === "running" && clock.ends_at !== null ? clock.ends_at - now : clock.remaining * 1000;
  const all = turns.reduce((sum, { seconds }) => sum + seconds, 0);
  // As the figures show it: a second lasts until it has passed.
  const gone = (clock.length - Math.ceil(left / 1000)) * all;
  let end = 0;
  for (const { role, seconds } of turns) {
    end += seconds * clock.length;
    if (gone < end) return role;
  }
  return turns[turns.length - 1].role;
}
