// @ts-check
/** Who sits where: a plan of the tables. */
import { html, nothing, render } from "../../vendor/lit-html.js";
import { sign } from "../parts.js";
import { t } from "../words.js";
import { fit } from "./fit.js";
import { isLengthy, isLong, namesOf } from "./names.js";
import { moving } from "./turn.js";

const ROOMY = 6; // so many tables leave room for the sign with the number in the middle of it
const MOST = 20; // at once; a larger hall sees them in turns
const TURN = 10_000; // ms

/** @type {ReturnType<typeof setTimeout>} */
let turning;

/** @param {HTMLElement} slot @param {import("../state.js").State} state */
export function tables(slot, state) {
  clearTimeout(turning);
  if (!slot.offsetParent) return; // another scene came
  const { groups } = state;
  const pages = Math.ceil(groups.length / MOST) || 1;
  if (pages > 1) turning = setTimeout(() => tables(slot, state), TURN - (Date.now() % TURN));
  const many = Math.ceil(groups.length / pages);
  const from = (Math.floor(Date.now() / TURN) % pages) * many;
  const seen = groups.slice(from, from + many);
  const names = namesOf(state.people);
  slot.classList.toggle("roomy", seen.length <= ROOMY);
  slot.style.setProperty("--columns", String(columns(seen.length)));
  moving(slot, () => {
    render(
      html`
        ${groups.length ? nothing : html`<p class="empty">${sign()} ${t("no_groups")}</p>`}
        ${seen.map((group) => table(group, names))}
        ${pages > 1 ? html`<p class="page">${t("tables", { from: from + 1, to: from + seen.length, n: groups.length })}</p>` : nothing}
      `,
      slot,
    );
    fit(slot, { most: seen.length <= ROOMY ? 1.6 : 1, boxes: [slot, ...slot.querySelectorAll("ul")] });
  });
}

/** @param {import("../state.js").Row} group @param {Map<number, string>} names */
const table = ({ number, members }, names) => html`
  <section class="table" aria-label=${t("table", { n: number })}>
    <p class="number"><span>${number}</span>${sign()}</p>
    <ul class="names">
      ${members.map(
        (/** @type {any} */ { id, name }) => html`<li data-moves=${id} ?data-long=${isLong(name)} ?data-lengthy=${isLengthy(name)} dir="auto">${names.get(id) ?? name}</li>`,
      )}
    </ul>
  </section>
`;

/** As many beside each other that the rows come out even, a little wider than high. @param {number} n */
export function columns(n) {
  const rows = Math.ceil(n / Math.ceil(Math.sqrt(n * 1.5)));
  return Math.ceil(n / rows) || 1;
}
