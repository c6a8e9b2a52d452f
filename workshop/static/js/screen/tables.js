// @ts-check
/** Who sits where: a plan of the tables. */
import { html, render } from "../../vendor/lit-html.js";
import { sign } from "../parts.js";
import { t } from "../words.js";
import { fit } from "./fit.js";
import { namesOf } from "./names.js";
import { moving } from "./turn.js";

const ROOMY = 6; // so many tables leave room for the sign with the number in the middle of it

/** @param {HTMLElement} slot @param {import("../state.js").State} state */
export function tables(slot, { groups, people }) {
  const names = namesOf(people);
  const roomy = groups.length <= ROOMY;
  slot.classList.toggle("roomy", roomy);
  slot.style.setProperty("--columns", String(columns(groups.length)));
  moving(slot, () => {
    render(
      groups.length === 0
        ? html`<p class="empty">${sign()} ${t("no_groups")}</p>`
        : groups.map(
            (group) => html`
              <section class="table" aria-label=${t("table", { n: group.number })}>
                <p class="number"><span>${group.number}</span>${sign()}</p>
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
    fit(slot, { most: roomy ? 1.6 : 1 });
  });
}

/** As many beside each other that the rows come out even, a little wider than high. @param {number} n */
export function columns(n) {
  const rows = Math.ceil(n / Math.ceil(Math.sqrt(n * 1.5)));
  return Math.ceil(n / rows) || 1;
}
