// @ts-check
/** Who sits where: a plan of the tables. */
import { html, render } from "../../vendor/lit-html.js";
import { sign } from "../parts.js";
import { t } from "../words.js";
import { fit } from "./fit.js";
import { namesOf } from "./names.js";
import { moving } from "./turn.js";

/** @param {HTMLElement} slot @param {import("../state.js").State} state */
export function tables(slot, { groups, people }) {
  const names = namesOf(people);
  slot.style.setProperty("--columns", String(columns(groups.length)));
  moving(slot, () => {
    render(
      groups.length === 0
        ? html`<p class="empty">${sign()} ${t("no_groups")}</p>`
        : groups.map(
            (group) => html`
              <section class="table" aria-label=${t("table", { n: group.number })}>
                <p class="number">${group.number} ${sign()}</p>
                <ul class="names">
                  ${group.members.map(
                    (/** @type {any} */ member) => html`<li data-moves=${member.id} dir="auto">${names.get(member.id) ?? member.name}</li>`,
                  )}
                </ul>
              </section>
            `,
          ),
      slot,
    );
    fit(slot, { most: groups.length > 6 ? 1 : 1.5 });
  });
}

/** As many beside each other that the rows come out even, a little wider than high. @param {number} n */
export function columns(n) {
  const rows = Math.ceil(n / Math.ceil(Math.sqrt(n * 1.5)));
  return Math.ceil(n / rows) || 1;
}
