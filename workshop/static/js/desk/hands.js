// @ts-check
/** *Help*: tables that ask for the leader, the longest wait first. */
import { html, nothing } from "../draw.js";
import { t } from "../words.js";
import { listOf } from "./lengths.js";
import { names } from "./names.js";
import { press } from "./press.js";
import { rows } from "./rows.js";

/** @typedef {import("./press.js").Desk} Desk */
/** @typedef {import("../wire.js").Group} Group */

/** Who asks for the leader. @param {Group[]} groups */
export const waiting = (groups) => groups.filter((group) => group.hand_at).sort((one, other) => (one.hand_at ?? 0) - (other.hand_at ?? 0));

/** @param {Desk} desk */
export function queue(desk) {
  const up = waiting(desk.state.groups);
  if (!up.length) return nothing;
  const called = names(desk.state.people);
  return html`
    <section class="queue" aria-labelledby="queue-title">
      <h2 id="queue-title" class="visually-hidden">${t("hands_up", { n: up.length })}</h2>
      <ol class="hands" data-rows>${rows(up, (group) => hand(desk, group, called))}</ol>
    </section>
  `;
}

/** @param {Desk} desk @param {Group} group @param {Map<any, string>} called */
const hand = (desk, group, called) => html`
  <li class="hand-up" data-hand=${group.id} ?data-coming=${group.coming_at != null}>
    <p class="grow">
      <a href="#table-${group.id}" @click=${() => desk.show("triads")}>${t("table_asks", { n: group.number })}</a>
      <span class="waits"><span class="visually-hidden">${t("waits")}</span> <span data-since=${group.hand_at}></span></span>
      ${group.coming_at != null ? html`<span class="chip" data-tone="good">${t("you_come")}</span>` : nothing}
      <span class="small soft" dir="auto">${listOf(group.members.map((member) => called.get(member.id) ?? member.name))}</span>
    </p>
    ${answers(desk, group)}
  </li>
`;

/** What can be done about a hand: on the way, and done. @param {Desk} desk @param {Group} group */
export const answers = (desk, group) => html`
  <div class="row tight">
    ${
      group.coming_at == null
        ? press(desk, t("coming"), "coming", { more: { group: group.id }, key: `hand ${group.id}`, label: t("coming_label", { n: group.number }) })
        : nothing
    }
    ${press(desk, t("lower"), "lower", { more: { group: group.id }, key: `hand ${group.id}`, looks: group.coming_at == null ? "quiet" : "", label: t("lower_label", { n: group.number }) })}
  </div>
`;
