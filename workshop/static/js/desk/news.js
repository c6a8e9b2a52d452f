// @ts-check
/** What is going on: what was said to the room and how many saw it, and how far people are. */
import { html, nothing } from "../draw.js";
import { stands } from "../state.js";
import { t } from "../words.js";
import { press } from "./press.js";
import { progressed } from "./progress.js";
import { real } from "./real.js";
import { rows } from "./rows.js";

/** @typedef {import("./press.js").Desk} Desk */

const SHOWN = 2; // messages
const STAYS = 20 * 60_000; // ms that a message is looked after
/** @type {Set<any>} messages that this leader has seen enough of */
const enough = new Set();

/** @param {Desk} desk */
export function news(desk) {
  const far = progressed(desk.state);
  return html`${real(desk)} ${messages(desk)} ${far ? html`<p class="progress">${far}</p>` : nothing}`;
}

/** What was said lately, and how many saw it. @param {Desk} desk */
function messages(desk) {
  const { notices, groups } = desk.state;
  const counted = notices.filter((notice) => "of" in notice);
  const known = counted.filter((notice) => !enough.has(notice.id) && desk.now() - notice.at < STAYS).slice(-SHOWN);
  if (!known.length) return nothing;
  return html`<ul class="sent" data-rows aria-label=${t("messages")}>${rows(known, (notice) => {
    const table = groups.find(({ id }) => id === notice.group)?.number;
    const showing = stands(desk.state)(notice);
    return html`
      <li data-notice=${notice.id}>
        <p class="grow" dir="auto">“${notice.text}” <span class="soft small">${t(table ? "to_table" : "to_all", { n: table ?? 0 })} · <span class="seen">${t("seen_by", { n: Math.min(notice.seen, notice.of), of: notice.of })}</span>${showing ? nothing : html` · ${t("said_over")}`}</span></p>
        ${showing ? press(desk, t("unsay"), "unsay", { more: { notice: notice.id }, looks: "quiet small", label: t("unsay_label", { text: notice.text }) }) : nothing}
        <button class="button quiet square" type="button" aria-label=${t("away_with", { text: notice.text })} @click=${() => {
          enough.add(notice.id);
          desk.draw();
        }}>×</button>
      </li>
    `;
  })}</ul>`;
}
