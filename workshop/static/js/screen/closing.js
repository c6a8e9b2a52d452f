// @ts-check
/** What was gathered this afternoon, in numbers. */
import { html, nothing, render } from "../draw.js";
import { t } from "../words.js";

/** Lines that people wrote: a title over lines that were put together is the leader's. @param {import("../state.js").Row[]} posts */
function written(posts) {
  const titles = new Set(posts.map(({ bundle }) => bundle));
  return posts.filter(({ id }) => !titles.has(id)).length;
}

/** @param {HTMLElement} slot @param {import("../state.js").State} state */
export function gathered(slot, { people, groups, step, wall }) {
  /** Once the room is real nothing simulated counts. @param {import("../state.js").Row} one */
  const counts = (one) => !(step?.real && one.simulated);
  const tables = groups.filter(({ members }) => members.some(counts));
  const figures = {
    people: people.filter((person) => !person.stand_in && counts(person)).length,
    conversations: tables.length * (step?.held ?? 0),
    posts: written(wall.posts.filter(counts)),
  };
  render(
    html`<ul class="figures">
      ${Object.entries(figures).map(([what, n]) => (n ? html`<li><b>${n}</b> ${t(`gathered_${what}`, { n })}</li>` : nothing))}
    </ul>`,
    slot,
  );
}
