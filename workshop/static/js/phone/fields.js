// @ts-check
/** Fields to write in: the question, the text, how far it is, and who may read it. */
import { html, nothing } from "../../vendor/lit-html.js";
import { t } from "../words.js";
import { fill } from "./stage.js";

/**
 * @typedef {import("../../phone.js").Page} Page
 * @typedef {import("./writing.js").Note} Note
 */

const MOST = 2000;
const ROUND_KINDS = ["brief", "conversation", "feedback", "notes"];

/** @param {Page} page */
export function drawFields(page) {
  const { view, writing } = page;
  const { round } = view;
  fill("prepare", asked(page, "prepare").map((prompt) => field(page, writing.slot(prompt, null), "card", [])));
  if (round) {
    const sheet = asked(page, "conversation", "observer").map((prompt) => writing.slot(prompt, round));
    const prompts = asked(page, "notes").map((prompt) => writing.slot(prompt, round));
    fill("sheet", sheet.map((note) => field(page, note, "sheet")));
    fill("notes", prompts.map((note) => field(page, note, "card")));
    fill("opened", [others(page, round), openSheet(page, sheet)]);
  }
  fill("agreed", agreements(page, (one) => one.round === round && one.by !== view.mine?.id));
  fill("prepared", view.role === "client" ? prepared(page) : nothing);
  fill("first_step", asked(page, "closing").map((prompt) => field(page, writing.slot(prompt, null), "card")));
  drawLists(page);
}

/** What the sheet and the end of the afternoon show: everything of mine. @param {Page} page */
function drawLists(page) {
  const { writing } = page;
  const atHand = asked(page, stepAtHand(page.hand)).map((prompt) => writing.slot(prompt, page.hand.round));
  const rest = writing.notes.filter((note) => !atHand.some((one) => one.id === note.id));
  const posts = writing.posts.filter((post) => !post.hidden);
  fill("at_hand", atHand.map((note) => field(page, note, "hand", isPrivate(page, note) ? [] : undefined)));
  fill("list", rest.length ? rest.map((note) => item(page, note, "list")) : html`<p class="soft">${t("nothing_yet")}</p>`);
  const mine = writing.notes.filter((note) => note.prompt !== "first_step" && note.text);
  fill("mine", mine.length || posts.length ? mine.map((note) => item(page, note, "mine")) : html`<p class="soft">${t("nothing_yet")}</p>`);
  fill("kept", [
    posts.length ? html`<h4>${t("on_the_wall")}</h4>${posts.map((post) => html`<article class="post"><p dir="auto">${post.text}</p></article>`)}` : nothing,
    agreements(page, (one) => one.by !== page.view.mine?.id),
    others(page, null),
  ]);
}

/** In the rounds one writes for the round, at the end a first step, before that one's own case. @param {import("./table.js").View} view */
function stepAtHand({ kind, round }) {
  if (round) return "notes";
  return kind === "plenary" || kind === "closing" ? "closing" : "prepare";
}

/** What someone in a role is asked in a kind of step. @param {Page} page @param {string} kind @param {string | null} [role] */
const asked = ({ pack, view }, kind, role = view.role) =>
  pack.prompts.filter((prompt) => prompt.asked.some((one) => one.step === kind && (!one.role || one.role === role)));

/** What is asked before the rounds stays with its writer while it is written. @param {Page} page @param {Note} note */
const isPrivate = (page, note) => asked(page, "prepare").some((prompt) => prompt.key === note.prompt);

/** Who may be let in: a group only where there was one, and the observer's sheet never leaves it. @param {Page} page @param {Note} note @returns {string[]} */
function readers(page, note) {
  if (isPrivate(page, note)) return ["me", "organiser"];
  const ofSheet = note.round && page.view.mine?.roles[note.round - 1] === "observer" && asked(page, "conversation", "observer").some((prompt) => prompt.key === note.prompt);
  return ofSheet ? ["me", "group"] : ["me", "group", "organiser"];
}

/**
 * @param {Page} page
 * @param {Note} note
 * @param {string} where told apart from the same note elsewhere on the page
 * @param {string[]} [who]
 */
function field(page, note, where, who = readers(page, note)) {
  const { pack, writing, writable } = page;
  const prompt = pack.prompts.find((one) => one.key === note.prompt);
  const id = `${where}-${note.id}`;
  const write = (/** @type {import("./writing.js").Edit} */ edit) => writing.write(note, edit);
  return html`
    <div class="field">
      <label for=${id}>${prompt?.label ?? note.prompt}</label>
      <p class="hint" id="${id}-hint">${prompt?.hint}</p>
      <textarea id=${id} maxlength=${MOST} rows="2" dir="auto" aria-describedby="${id}-hint ${id}-foot" ?readonly=${!writable} .value=${note.text}
        @input=${(/** @type {any} */ event) => write({ text: event.target.value })} @blur=${() => writing.send(note.id)}></textarea>
      <div class="foot" id="${id}-foot"><span>${pack.reminder}</span>${status(writing.status(note.id))}</div>
      ${note.visibility === "me" ? nothing : gentle(note.text, page.view.members)}
      ${who.length ? visibility(page, note, id, who, (chosen) => write({ visibility: chosen })) : nothing}
    </div>
  `;
}

/** Said as it is: on this phone, with the server, or refused and why. @param {string} state */
export function status(state) {
  if (!state) return nothing;
  if (state === "saved") return html`<span class="status" data-status="saved">${t("saved")}</span>`;
  return state === "waiting" ? html`<span class="status" data-status="waiting">${t("waiting")}</span>` : html`<span class="error">${t(`error.${state}`)}</span>`;
}

/** @param {Page} page @param {Note} note @param {string} id @param {string[]} who @param {(chosen: string) => void} choose */
const visibility = ({ pack, writable }, note, id, who, choose) => html`
  <fieldset class="who" ?disabled=${!writable}>
    <legend class="small">${t("who")}</legend>
    <div class="segments">
      ${who.map(
        (key) => html`<label class="choice"><input type="radio" name="${id}-who" .checked=${note.visibility === key} @change=${() => choose(key)}><span>${pack.visibility[key].label}</span></label>`,
      )}
    </div>
    <p class="small soft">${pack.visibility[note.visibility]?.means}</p>
  </fieldset>
`;

/** A quiet word before something is shared that looks like a name or a number. @param {string} text @param {{ name: string }[]} members */
export function gentle(text, members) {
  const found = givesAway(text, members.map((member) => member.name));
  return found ? html`<p class="small gentle" role="status">${t("looks_like", { what: found })}</p>` : nothing;
}

/** What could point to someone: an address, a long number, a name in the group, a capital in the middle of a sentence. @param {string} text @param {string[]} names @returns {string | undefined} */
export function givesAway(text, names) {
  const words = text.split(/[^\p{L}\p{M}\p{N}'’-]+/u);
  return (
    text.match(/\S+@\S+\.\S+/)?.[0] ??
    text.match(/\d(?:[ .-]?\d){5,}/)?.[0] ??
    names.find((name) => words.includes(name)) ??
    text.match(/[\p{L}\p{N},;]\s+(\p{Lu}\p{Ll}[\p{L}'’-]*)/u)?.[1]
  );
}

/** A note in a list: to read, and after a tap to change. @param {Page} page @param {Note} note @param {string} where */
function item(page, note, where) {
  const { pack, writing, view } = page;
  const label = pack.prompts.find((one) => one.key === note.prompt)?.label ?? note.prompt;
  const round = note.round ? t("round", { n: note.round, of: view.rounds }) : "";
  return html`
    <details class="card written">
      <summary><span class="small soft">${round} ${label}</span><span class="text" dir="auto">${note.text}</span>
        <span class="row tight small"><span class="chip">${pack.visibility[note.visibility]?.label}</span>${status(writing.status(note.id))}</span></summary>
      ${field(page, note, where)}
    </details>
  `;
}

/** What the others of my group opened to me; of the round that runs only once the feedback has begun. @param {Page} page @param {number | null} only this round, or all */
function others({ line, pack, view }, only) {
  const { notes, me } = line.state;
  const early = ["brief", "conversation"].includes(view.kind) ? view.round : null;
  const open = notes.filter((note) => note.by !== me?.id && note.prompt !== "agreed" && note.round !== early && (only === null || note.round === only));
  if (!open.length) return nothing;
  return html`
    ${only === null ? html`<h4>${t("of_group")}</h4>` : nothing}
    ${open.map((note) => {
      const name = view.members.find((member) => member.id === note.by)?.name ?? "";
      const label = pack.prompts.find((prompt) => prompt.key === note.prompt)?.label ?? note.prompt;
      return html`<article class="post"><p class="small soft">${t("wrote", { name })} · ${label}</p><p dir="auto">${note.text}</p></article>`;
    })}
  `;
}

/** The observer lets the group read the sheet; nobody else can. @param {Page} page @param {Note[]} sheet */
function openSheet({ view, writing, writable }, sheet) {
  const written = sheet.filter((note) => note.text);
  if (view.role !== "observer" || view.kind !== "feedback" || !written.length) return nothing;
  if (written.every((note) => note.visibility === "group")) return html`<p class="notice">${t("shown_sheet")}</p>`;
  const open = () => written.forEach((note) => (writing.write(note, { visibility: "group" }), writing.send(note.id)));
  return html`<button class="button primary block" type="button" ?disabled=${!writable} @click=${open}>${t("show_sheet")}</button>`;
}

/** @param {Page} page @param {(one: any) => boolean} which */
function agreements({ line, view }, which) {
  const found = (line.state.group?.agreed ?? []).filter(which);
  if (!found.length) return nothing;
  return html`<h4>${t("agreed")}</h4>${found.map((/** @type {any} */ one) => {
    const name = view.members.find((member) => member.id === one.by)?.name ?? "";
    return html`<article class="post"><p class="small soft">${t("wrote", { name })}</p><p dir="auto">${one.text}</p></article>`;
  })}`;
}

/** The client's own case at hand, while telling it. @param {Page} page */
function prepared(page) {
  const { writing } = page;
  const written = asked(page, "prepare").map((prompt) => writing.slot(prompt, null)).filter((note) => note.text);
  return written.length ? html`<div class="card sunk"><p class="small soft">${t("prepared")}</p>${written.map((note) => html`<p dir="auto">${note.text}</p>`)}</div>` : nothing;
}
