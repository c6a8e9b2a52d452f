// @ts-check
/**
 * Keys for a leader who stands: space is the next thing. They can be switched off, for those whose speech or switch types
 * letters; and those of a remote for slides can be switched on, for a leader who walks around.
 */
import { samen } from "../root.js";
import { anyOpen } from "./dialogs.js";

const TAKES_KEYS = "input, textarea, select, button, a, summary, [contenteditable]";

/** What this browser was told before. */
const on = { keys: remembered(`${samen}.keys`) !== "off", remote: remembered(`${samen}.remote`) === "on" };

/** @typedef {Record<string, () => unknown>} Keys by `KeyboardEvent.key`, letters small, "Ctrl z" with Ctrl or Cmd; false: not now, the browser may have it */

/** What the keyboard stood on; once it is out of sight, space is nobody's. @type {Element | null} */
let held = null;

/** By a key that presses, or by Tab: not what a dialog gives the focus back to after a click. */
function hold() {
  const here = document.activeElement;
  if (here && here !== document.body && !here.closest("dialog")) held = here;
}

/** @param {Keys} keys @param {Keys} remote what those of a remote do instead, where they were switched on */
export function listen(keys, remote) {
  document.addEventListener("keydown", (event) => {
    const { key = "" } = event; // a password manager tells of keys without saying which
    if (key === " " || key === "Enter") hold();
    const letter = key.length === 1 ? key.toLowerCase() : key;
    const name = event.ctrlKey || event.metaKey ? `Ctrl ${letter}` : letter;
    if (name !== letter && event.shiftKey) return; // Ctrl Shift Z brings back elsewhere, and must not take back here
    const act = (on.remote && remote[name]) || (on.keys && keys[name]);
    if (!act || event.repeat || event.altKey || anyOpen()) return;
    const focused = event.target instanceof Element ? event.target : document.body;
    const typing = focused.matches("input, textarea, select");
    const gone = focused === document.body && held?.getClientRects().length === 0;
    if (typing || (key === " " && (gone || focused.matches(TAKES_KEYS)))) return;
    if (act() !== false) event.preventDefault();
  });
  document.addEventListener("keyup", ({ key }) => key === "Tab" && hold());
  // After a click or a tap a button keeps the focus, and space would press it again instead of going on.
  document.addEventListener("click", (event) => {
    if (event.detail > 0) held = null;
    const button = event.detail > 0 && /** @type {Element} */ (event.target).closest?.("main button");
    if (button instanceof HTMLElement && !button.closest("form, dialog")) button.blur();
  });
  choice("keys-on", "keys", `${samen}.keys`);
  choice("remote-on", "remote", `${samen}.remote`);
}

/** @param {string} id of its box @param {"keys" | "remote"} which @param {string} kept under which name */
function choice(id, which, kept) {
  const box = /** @type {HTMLInputElement} */ (document.getElementById(id));
  box.checked = on[which];
  box.addEventListener("change", () => {
    on[which] = box.checked;
    try {
      localStorage.setItem(kept, box.checked ? "on" : "off");
    } catch {
      // Not allowed to remember: it holds for this visit.
    }
  });
}

/** @param {string} kept */
function remembered(kept) {
  try {
    return localStorage.getItem(kept);
  } catch {
    return null;
  }
}
