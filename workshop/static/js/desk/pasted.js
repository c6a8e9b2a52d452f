// @ts-check
/** A list of names, pasted where one name is typed: several people, shown before they are added. */
import { html } from "../draw.js";
import { over } from "../most.js";
import { t } from "../words.js";
import { peopleIn } from "./listed.js";
import { leftOver } from "./unsent.js";

/** @typedef {import("./press.js").Desk} Desk */
/** @typedef {import("./listed.js").Someone} Someone */

const LONGEST = 40;
/** @type {Someone[]} shown, and not added yet */
let coming = [];

/** Are there several in what is pasted, or dropped? Then they are shown. @param {Desk} desk @param {DataTransfer | null} data */
export function take(desk, data) {
  const found = peopleIn(data?.getData("text/plain") ?? "");
  if (found.length < 2) return false;
  coming = [...coming, ...found];
  desk.draw();
  return true;
}

const forget = () => {
  coming = [];
};

/** Who cannot be added any more. @param {Desk} desk */
export const notAdded = (desk) => leftOver(desk, coming.map(({ name, team }) => [name, team].filter(Boolean).join(" · ")).join("\n"), forget);

/** @param {Someone} one */
const tooLong = ({ name, team }) => over(name, LONGEST) || over(team, LONGEST);

/** @param {Desk} desk */
export function pasted(desk) {
  if (!coming.length) return [];
  const leave = (/** @type {Someone} */ one) => {
    coming = coming.filter((other) => other !== one);
    desk.draw();
  };
  const row = (/** @type {Someone} */ one) => html`
    <li class="row tight nowrap">
      <input class="grow" aria-label=${t("name")} data-most=${LONGEST} required autocomplete="off" dir="auto" .value=${one.name}
        @input=${(/** @type {any} */ event) => {
          one.name = event.target.value;
          desk.draw();
        }}>
      ${one.team ? html`<span class="soft small" dir="auto">${one.team}</span>` : ""}
      <button class="button square quiet" type="button" aria-label=${t("not_this_one", { name: one.name })} @click=${() => leave(one)}>✕</button>
      ${tooLong(one) ? html`<p class="error">${t("error.long", { n: tooLong(one) })}</p>` : ""}
    </li>
  `;
  const none = () => {
    forget();
    desk.draw();
  };
  return html`
    <form class="stack tight pasted" novalidate @submit=${(/** @type {SubmitEvent} */ event) => add(desk, event)}>
      <p role="status">${t("pasted", { n: coming.length })}</p>
      <ul class="people">${coming.map(row)}</ul>
      <div class="row tight">
        <button class="button primary" type="submit" aria-disabled=${desk.orders.ready("add_person") ? "false" : "true"}>${t("add_all", { n: coming.length })}</button>
        <button class="button quiet" type="button" @click=${none}>${t("add_none")}</button>
      </div>
    </form>
  `;
}

/** One after another; who could not be added stays in the list. @param {Desk} desk @param {SubmitEvent} event */
async function add(desk, event) {
  event.preventDefault();
  let n = 0;
  for (const one of [...coming]) {
    if (!desk.orders.ready("add_person") || !one.name.trim() || tooLong(one)) continue;
    const ack = await desk.orders.give("add_person", { name: one.name, ...(one.team && { team: one.team }) });
    if (!ack.ok) break;
    n += 1;
    coming = coming.filter((other) => other !== one);
  }
  if (n) desk.said.say(t("added_all", { n }), "good");
  desk.draw();
}
