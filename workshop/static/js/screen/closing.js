// @ts-check
/** What was gathered this afternoon, in numbers. */
import { html, nothing, render } from "../../vendor/lit-html.js";
import { t } from "../words.js";

/** @param {HTMLElement} slot @param {import("../state.js").State} state */
export function gathered(slot, { people, groups, programme, wall }) {
  const rounds = programme.filter((step) => step.kind === "conversation").length;
  const figures = { people: people.length, conversations: groups.length * rounds, posts: wall.posts.length };
  render(
    html`<ul class="figures">
      ${Object.entries(figures).map(([what, n]) => (n ? html`<li><b>${n}</b> ${t(`gathered_${what}`, { n })}</li>` : nothing))}
    </ul>`,
    slot,
  );
}
