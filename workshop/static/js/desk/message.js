// @ts-check
/** A message from the leader to everyone, or to one table. */
import { html, nothing, render } from "../draw.js";
import { t } from "../words.js";
import { dialog, open } from "./dialogs.js";
import { keep, sent, typedIn } from "./unsent.js";

/** @typedef {import("./press.js").Desk} Desk */

const LONGEST = 280;
const READY = ["message_back", "message_finish", "message_silence"]; // what leaders say most

/** @param {Desk} desk @param {any} [group] the table that it is for */
export function openMessage(desk, group) {
  const place = dialog("message");
  render(nothing, place);
  const { groups, shown } = desk.state;
  const form = html`
    <form class="stack" @submit=${(/** @type {SubmitEvent} */ event) => send(desk, event)}>
      <h2 id="message-title">${t("message_title")}</h2>
      <div class="field">
        <label for="message-to">${t("message_to")}</label>
        <select id="message-to" name="group">
          <option value="">${t("everyone")}</option>
          ${shown ? groups.map((one) => html`<option value=${one.id} ?selected=${one.id === group}>${t("table_n", { n: one.number })}</option>`) : nothing}
        </select>
      </div>
      <div class="field">
        <label for="message-text">${t("message_text")}</label>
        <p class="hint" id="message-hint">${t("message_hint")}</p>
        <textarea id="message-text" name="text" data-most=${LONGEST} required aria-describedby="message-hint" dir="auto" autofocus
          .value=${typedIn("message") ?? ""} @input=${(/** @type {any} */ event) => keep("message", event.target.value)}></textarea>
        <div class="row tight">${READY.map((key) => html`<button class="button small" type="button" @click=${() => fill(t(key))}>${t(key)}</button>`)}</div>
      </div>
      <div class="row">
        <button class="button primary" type="submit">${t("send")}</button>
        <button class="button" type="button" data-closes @click=${() => keep("message", null)}>${t("rather_not_send")}</button>
      </div>
    </form>
  `;
  render(form, place);
  open("message");
}

/** @param {string} text */
function fill(text) {
  const field = /** @type {HTMLTextAreaElement} */ (document.getElementById("message-text"));
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

/** @param {Desk} desk @param {SubmitEvent} event */
async function send(desk, event) {
  event.preventDefault();
  const { group, text } = Object.fromEntries(new FormData(/** @type {HTMLFormElement} */ (event.target)));
  if (!desk.orders.may("notice") || !String(text).trim()) return;
  const ack = await desk.orders.give("notice", { text, ...(group ? { group: Number(group) } : {}) });
  if (!ack.ok) return;
  sent("message", text);
  if (!typedIn("message")) dialog("message").close();
  desk.said.say(t("message_sent"), "good");
}
