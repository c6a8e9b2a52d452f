// @ts-check
/**
 * Lists into which others put things while a leader is about to press. A row stays the same element wherever it ends
 * up, so that whatever has the focus keeps it; and after rows have moved, none takes a press for a moment.
 */
import { repeat } from "../../vendor/directives/repeat.js";

const MOMENT = 300; // ms: who presses within it meant the row that stood there before
/** @type {WeakMap<Element, Element[]>} each list as it was last drawn */
const known = new WeakMap();

/** A list by the `id` of what stands in it. @template {Record<string, any>} Row @param {Row[]} all @param {(row: Row) => unknown} row */
export const rows = (all, row) => repeat(all, ({ id }) => id, row);

/** To be called once the page was drawn: its lists are marked with `data-rows`. What only grew at its end did not move. */
export function settle() {
  for (const list of document.querySelectorAll("[data-rows]")) {
    const now = [...list.children];
    const moved = known.get(list)?.some((row, at) => row !== now[at]);
    known.set(list, now);
    if (moved) list.animate({ pointerEvents: ["none", "none"] }, MOMENT);
  }
}
