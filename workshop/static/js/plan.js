// @ts-check
/** What we are going to do, as phones and screen show it. */
import { html } from "./draw.js";
import { lines } from "./glance.js";
import { t } from "./words.js";

/** @param {import("./glance.js").Step[]} programme @param {Record<string, string>} [titles] what its steps are called in another language */
export const plan = (programme, titles = {}) => html`
  <ol class="plan">
    ${lines(programme).map(
      ({ title, seconds, rounds }) => html`<li>
        <span dir="auto">${rounds ? t("practice", { n: rounds }) : (titles[title] ?? title)}</span>
        <span class="soft">${seconds ? t("minutes", { n: Math.round(seconds / 60) || 1 }) : ""}</span>
      </li>`,
    )}
  </ol>
`;
