// @ts-check
/** Keys for a leader who stands: space is the next thing. They can be switched off, for those whose speech or switch types letters. */
import { anyOpen } from "./dialogs.js";

const KEPT = "samen.keys";
const TAKES_KEYS = "input, textarea, select, button, a, summary, [contenteditable]";

/** @param {Record<string, () => unknown>} keys by `KeyboardEvent.key`, letters small, "Ctrl z" with Ctrl or Cmd; false: not now, the browser may have it */
export function listen(keys) {
  document.addEventListener("keydown", (event) => {
    const letter = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const act = keys[event.ctrlKey || event.metaKey ? `Ctrl ${letter}` : letter];
    if (!act || event.repeat || event.altKey || isOff() || anyOpen()) return;
    const focused = /** @type {Element} */ (event.target);
    const typing = focused.matches("input, textarea, select");
    if (typing || (event.key === " " && focused.matches(TAKES_KEYS))) return;
    if (act() !== false) event.preventDefault();
  });
  // After a click or a tap a button keeps the focus, and space would press it again instead of going on.
  document.addEventListener("click", (event) => {
    const button = event.detail > 0 && /** @type {Element} */ (event.target).closest?.("main button");
    if (button instanceof HTMLElement && !button.closest("form, dialog")) button.blur();
  });
  const choice = /** @type {HTMLInputElement} */ (document.getElementById("keys-on"));
  choice.checked = !isOff();
  choice.addEventListener("change", () => keep(choice.checked));
}

let off = remembered();
const isOff = () => off;

function remembered() {
  try {
    return localStorage.getItem(KEPT) === "off";
  } catch {
    return false;
  }
}

/** @param {boolean} on */
function keep(on) {
  off = !on;
  try {
    localStorage.setItem(KEPT, on ? "on" : "off");
  } catch {
    // Not allowed to remember: it holds for this visit.
  }
}
