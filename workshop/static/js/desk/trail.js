// @ts-check
/** What was done with phones, names and files, newest first: so that people who lead together know what the others did. */
import { html } from "../draw.js";
import { t } from "../words.js";
import { momentOf } from "./lengths.js";
import { names } from "./names.js";

/** @param {import("./press.js").Desk} desk */
export function trail({ state }) {
  if (!state.trail.length) return html`<p class="soft">${t("trail_empty")}</p>`;
  const called = names(state.people);
  const line = (/** @type {import("../wire.js").LeadersTrace} */ { at, did, by, person }) => {
    const name = called.get(person ?? 0) ?? t("someone");
    return html`<li>${momentOf(at)} · ${t(`did.${did}`, { name })}${by === "server" ? ` (${t("by_server")})` : ""}</li>`;
  };
  return html`<ul class="lines small">${[...state.trail].reverse().map(line)}</ul>`;
}
