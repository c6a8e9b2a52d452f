// @ts-check
/** Lengths of time and numbers of people, in words. */
import { clockIn, momentIn } from "../hours.js";
import { t } from "../words.js";
import { facts } from "./facts.js";

/** @param {number} seconds */
export function lengthOf(seconds) {
  const rest = seconds % 60;
  if (seconds < 120 && rest) return t("seconds", { n: seconds });
  const minutes = t("minutes", { n: (seconds - rest) / 60 });
  return rest ? listOf([minutes, t("seconds", { n: rest })]) : minutes;
}

/** An afternoon, in hours and minutes: "3 hours 10 minutes". @param {number} seconds */
export function lasting(seconds) {
  const all = Math.round(seconds / 60);
  const [hours, minutes] = [Math.floor(all / 60), all % 60];
  return [hours && t("hours", { n: hours }), (minutes || !hours) && t("minutes", { n: minutes })].filter(Boolean).join(" ");
}

/** Names or parts, as a language strings them together. @param {string[]} parts */
export const listOf = (parts) => new Intl.ListFormat(document.documentElement.lang, { type: "conjunction" }).format(parts);

/** Sorts what has a name as people of this language would. @param {{ name: string }} one @param {{ name: string }} other */
export const byName = (one, other) => names.compare(one.name, other.name);
const names = new Intl.Collator(document.documentElement.lang, { sensitivity: "base", numeric: true });

/** "09:35", on the clock on the wall of the room. @param {number} at ms */
export const timeOf = (at) => clock.format(at);
const clock = clockIn(facts.zone);

/** The same of what may have been on another day, which it then says. @param {number} at ms */
export const momentOf = momentIn(facts.zone);
