// @ts-check
/** What was typed on the desk and not sent: it stays until it is sent, or thrown away by hand. */
import { html, nothing } from "../draw.js";
import { t } from "../words.js";

/** @type {Map<string, string>} by the field in which it is typed */
const typed = new Map();

/** @param {string} field */
export const typedIn = (field) => typed.get(field);

/** @param {string} field @param {string | null} text null: it was sent, or thrown away */
export function keep(field, text) {
  if (text === null) typed.delete(field);
  else typed.set(field, text);
}

/** A form says how lines end in another way than its fields, in some browsers. @param {unknown} text */
const asTyped = (text) => String(text).replaceAll("\r\n", "\n");

/** This was sent, and may be forgotten; not so what was typed there while it was on its way. @param {string} field @param {unknown} text */
export function sent(field, text) {
  if (typed.get(field) === asTyped(text)) keep(field, null);
}

/**
 * @typedef {(text: string) => Promise<import("./orders.js").Ack>} Say
 * @typedef {{ text: string, say: Say, stays: boolean }} Due
 */
const LATER = ["offline", "timeout", "busy", "too_fast", "failed"]; // what is refused so may be taken another time
const AGAIN = 5000; // ms
/** What fields that save themselves have to say still: in each only the latest. @type {Map<string, Due>} */
const due = new Map();
/** @type {Set<string>} those of which an answer is on its way */
const underWay = new Set();
/** @type {Set<string>} those that were not saved when they were last tried */
const late = new Set();

/**
 * Saves a field that has no button for that. While an answer is on its way the latest waits for it; without a connection, for that.
 * @param {string} field @param {string} text @param {Say} say
 * @param {{ stays?: boolean }} [options] `stays`: someone wrote it, so it is theirs to throw away, also where the room does not take it
 */
export function save(field, text, say, { stays = false } = {}) {
  keep(field, text);
  due.set(field, { text, say, stays });
  return deliver(field);
}

/** @param {string} field */
async function deliver(field) {
  if (underWay.has(field)) return;
  underWay.add(field);
  for (let one = due.get(field); one; one = due.get(field)) {
    const { ok, code = "" } = await one.say(one.text);
    if (ok) late.delete(field);
    else late.add(field);
    if (LATER.includes(code)) {
      if (code !== "offline") setTimeout(() => deliver(field), AGAIN); // of a line that is lost the next snapshot tells
      break;
    }
    if (due.get(field) === one) due.delete(field);
    if (ok) sent(field, one.text);
    else if (!one.stays && !due.has(field)) {
      keep(field, null);
      late.delete(field);
    }
  }
  underWay.delete(field);
}

/** The room is heard again: says what could not be said. */
export const saveAgain = () => [...due.keys()].forEach(deliver);

/** Is there something that would be lost with this page? */
export const isDue = () => due.size > 0;

/** Beside a field that could not be saved. @param {string} field */
export const notSaved = (field) => html`<span class="soft small" role="status">${late.has(field) ? t("not_saved") : nothing}</span>`;

/** Empties a form for what comes next, where nothing was typed meanwhile: is it? @param {HTMLFormElement} form @param {Record<string, unknown>} texts by the names of their fields */
export function emptied(form, texts) {
  const fields = Object.keys(texts).map((name) => /** @type {HTMLInputElement | HTMLTextAreaElement} */ (form.elements.namedItem(name)));
  if (fields.some(({ name, value }) => value !== asTyped(texts[name]))) return false;
  for (const field of fields) {
    field.value = "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  return true;
}

/** Where it cannot be sent any more: to read and to copy. @param {import("./press.js").Desk} desk @param {string} field */
export const unsent = (desk, field) => leftOver(desk, typedIn(field), () => keep(field, null));

/** @param {import("./press.js").Desk} desk @param {string | undefined} text @param {() => void} forget */
export function leftOver(desk, text, forget) {
  if (!text?.trim()) return nothing;
  const away = () => {
    forget();
    desk.draw();
  };
  return html`
    <div class="notice asks" data-unsent>
      <p class="soft small">${t("unsent")}</p>
      <p class="own" dir="auto">${text}</p>
      <button class="button quiet start" type="button" @click=${away}>${t("throw_away")}</button>
    </div>
  `;
}

/** What a dialog was about is gone: is something left that was typed in it? @param {import("./press.js").Desk} desk @param {string[]} fields @param {string} id of its title */
export const leftBehind = (desk, fields, id) =>
  fields.some((field) => typedIn(field)?.trim())
    ? html`<div class="stack"><h2 id=${id}>${t("unsent")}</h2>${fields.map((field) => unsent(desk, field))}<button class="button quiet start" type="button" data-closes>${t("done")}</button></div>`
    : null;
