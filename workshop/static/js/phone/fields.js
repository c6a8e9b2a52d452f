// @ts-check
/** Fields to write in: the question, the text, how far it is, and who may read it. */
import { html, nothing } from "../../vendor/lit-html.js";
import { t } from "../words.js";
import { all, fill } from "./stage.js";
import { givesAway } from "./writing.js";

/**
 * @typedef {import("../phone.js").Page} Page
 * @typedef {import("./writing.js").Note} Note
 * @typedef {import("./writing.js").OwnPost} OwnPost
 * @typedef {import("./writing.js").Edit} Edit
 */

const NOTE = 2000; // characters, at most
const POST = 280;

/** @param {Page} page */
export function drawFields(page) {
  const { view, writing, pack, opened } = page;
  const before = slots(page, "prepare", null);
  const sheet = slots(page, "conversation", view.round, "observer");
  const atHand = slots(page, stepAtHand(opened), opened.round);
  write(page, "prepare", before, true);
  write(page, "sheet", sheet);
  write(page, "notes", slots(page, "notes", view.round));
  write(page, "first_step", slots(page, "closing", null));
  write(page, "at_hand", atHand);
  fill("prepared", view.role === "client" ? prepared(before) : nothing);
  fill("open_sheet", openSheet(page, sheet));
  fill("example", answer(page, pack.example));
  fill("columns", pack.columns.map((column) => answer(page, column)));
  list(page, "list", writing.notes.filter((note) => !atHand.some(({ id }) => id === note.id)));
  list(page, "mine", writing.notes.filter((note) => note.prompt !== "first_step"));
  // Not by the template: a field that is used for another note takes its radio buttons to another group, which unchecks them.
  for (const choice of all("[data-on]")) /** @type {HTMLInputElement} */ (choice).checked = choice.dataset.on === "true";
}

/** In the rounds one writes for the round, at the end a first step, before that one's own case. @param {import("./table.js").View} view */
function stepAtHand({ kind, round }) {
  if (round) return "notes";
  return kind === "plenary" || kind === "closing" ? "closing" : "prepare";
}

/** What someone in a role is asked in a kind of step. @param {Page} page @param {string} kind @param {string | null} [role] */
const asked = ({ pack, view }, kind, role = view.role) =>
  pack.prompts.filter((prompt) => prompt.asked.some((one) => one.step === kind && (!one.role || one.role === role)));

/** The notes that answer what is asked. @param {Page} page @param {string} kind @param {number | null} round @param {string} [role] */
const slots = (page, kind, round, role) =>
  asked(page, kind, role).map((prompt) => page.writing.slot(isSheet(page, {}) && prompt.visibility === "organiser" ? { ...prompt, visibility: "me" } : prompt, round));

/** Who looks on writes the sheet, whatever the question: the server decides so, and refuses it to the organiser. @param {Page} page @param {{ sheet?: boolean }} note */
const isSheet = ({ view: { kind, role } }, note) =>
  note.sheet || ((kind === "conversation" || kind === "feedback") && role !== "client" && role !== "professional");

/**
 * Who may be let in: a group only where there was one, and the observer's sheet never leaves it.
 * @param {Page} page
 * @param {Note} note
 */
function readers(page, note) {
  const alone = asked(page, "prepare", "").some(({ key }) => key === note.prompt);
  return ["me", "group", "organiser"].filter((who) => !(who === "group" && alone) && !(who === "organiser" && isSheet(page, note)));
}

/**
 * Fields for these notes.
 * @param {Page} page
 * @param {string} slot
 * @param {Note[]} notes
 * @param {boolean} [quiet] without the question who may read it: nobody yet
 */
const write = (page, slot, notes, quiet = false) => fill(slot, notes.map((note) => field(page, note, slot, quiet)));

/** @param {Page} page @param {Note} note @param {string} where told apart from the same note elsewhere on the page @param {boolean} [quiet] */
function field(page, note, where, quiet = false) {
  const { pack, writing, writable, view } = page;
  const prompt = pack.prompts.find(({ key }) => key === note.prompt);
  const id = `${where}-${note.id}`;
  const typed = (/** @type {any} */ event) => writing.write(note, { text: event.target.value });
  return html`
    <div class="field">
      <label for=${id}>${prompt?.label ?? note.prompt}</label>
      <p class="hint" id="${id}-hint">${prompt?.hint}</p>
      <textarea id=${id} maxlength=${NOTE} rows="2" dir="auto" aria-describedby="${id}-hint ${id}-foot" ?readonly=${!writable}
        .value=${note.text} @input=${typed} @blur=${() => writing.send(note.id)}></textarea>
      <div class="foot" id="${id}-foot"><span>${pack.reminder}</span>${status(told(writing.status(note.id)))}</div>
      ${note.visibility === "me" ? nothing : gentle(note.text, view.members)}
      ${quiet ? nothing : visibility(page, note, id)}
    </div>
  `;
}

/** Said as it is: on this phone, with the server, or refused and why. @param {string} state */
function status(state) {
  if (!state) return nothing;
  const known = state === "saved" || state === "waiting";
  return html`<span class=${known ? "status" : "error"} data-status=${state}>${t(known ? state : `error.${state}`)}</span>`;
}

/** A note is forbidden for one reason only. @param {string} state */
const told = (state) => (state === "forbidden" ? "sheet" : state);

/** @param {Page} page @param {Note} note @param {string} id */
function visibility(page, note, id) {
  const { pack, writing, writable } = page;
  const choice = (/** @type {string} */ key) => html`
    <label class="choice">
      <input type="radio" name="${id}-who" data-on=${String(note.visibility === key)} @change=${() => writing.write(note, { visibility: key })}>
      <span>${pack.visibility[key].label}</span>
    </label>
  `;
  return html`
    <fieldset ?disabled=${!writable}>
      <legend>${t("who")}</legend>
      <div class="segments">${readers(page, note).map(choice)}</div>
      <p class="soft">${pack.visibility[note.visibility]?.means}</p>
      ${note.visibility === "organiser" ? html`<p class="soft">${t("in_batches")}</p>` : nothing}
      ${isSheet(page, note) ? html`<p class="soft">${t("stays")}</p>` : nothing}
    </fieldset>
  `;
}

/** A quiet word before something is shared that looks like a name or a number. @param {string} text @param {{ name: string }[]} members */
function gentle(text, members) {
  const what = givesAway(text, members.map(({ name }) => name));
  return what ? html`<p class="gentle" role="status">${t("looks_like", { what })}</p>` : nothing;
}

/** Notes to read, and after a tap to change. @param {Page} page @param {string} slot @param {Note[]} notes */
function list(page, slot, notes) {
  const { pack, writing, view } = page;
  const labels = Object.fromEntries(pack.prompts.map(({ key, label }) => [key, label]));
  const item = (/** @type {Note} */ note) => html`
    <details class="card written">
      <summary>
        <span class="soft">${note.round ? t("round", { n: note.round, of: view.rounds }) : nothing} ${labels[note.prompt] ?? note.prompt}</span>
        <span class="text" dir="auto">${note.text}</span>
        <span class="row tight">
          <span class="chip">${pack.visibility[note.visibility]?.label}</span>${status(told(writing.status(note.id)))}<span class="change">${t("change")}</span>
        </span>
      </summary>
      ${field(page, note, slot)}
    </details>
  `;
  const begun = notes.filter((note) => writing.status(note.id));
  const nothingAtAll = !begun.length && !(slot === "mine" && (writing.posts.length || page.line.state.group?.agreed.length));
  fill(slot, nothingAtAll ? html`<p class="soft">${t("nothing_yet")}</p>` : begun.map(item));
}

/** One's own case at hand, while telling it. @param {Note[]} notes */
function prepared(notes) {
  const written = notes.filter((note) => note.text);
  if (!written.length) return nothing;
  return html`<div class="card sunk"><p class="soft">${t("prepared")}</p>${written.map((note) => html`<p dir="auto">${note.text}</p>`)}</div>`;
}

/** The observer lets the group read the sheet; nobody else can. @param {Page} page @param {Note[]} sheet */
function openSheet({ view, writing, writable }, sheet) {
  const written = sheet.filter((note) => note.text);
  if (view.role !== "observer" || !written.length) return nothing;
  if (written.every((note) => note.visibility === "group")) return html`<p class="notice">${t("shown_sheet")}</p>`;
  const open = () => written.forEach((note) => (writing.write(note, { visibility: "group" }), writing.send(note.id)));
  return html`<button class="button primary block" type="button" ?disabled=${!writable} @click=${open}>${t("show_sheet")}</button>`;
}

/**
 * A short answer for the wall: it goes when one says so, as everyone will see it.
 * @param {Page} page
 * @param {{ key: string, title: string, question: string }} column
 */
function answer({ writing, writable, pack, view }, { key, title, question }) {
  const { text = "", signed = false } = writing.postDraft(key);
  const id = `post-${key}`;
  const put = (/** @type {Event} */ event) => (event.preventDefault(), writing.post(key));
  const edit = (/** @type {Edit} */ change) => writing.draftPost(key, change);
  const typed = (/** @type {any} */ event) => edit({ text: event.target.value });
  const sign = (/** @type {any} */ event) => edit({ signed: event.target.checked });
  return html`
    <form class="field" @submit=${put}>
      <label for=${id}><span class="above">${title}</span><br>${question}</label>
      <textarea id=${id} maxlength=${POST} rows="2" dir="auto" aria-describedby="${id}-foot" ?readonly=${!writable} .value=${text} @input=${typed}></textarea>
      <div class="foot" id="${id}-foot"><span>${pack.reminder}</span>${text.length > POST - 80 ? POST - text.length : nothing}</div>
      ${gentle(text, view.members)}
      <div class="row spread">
        <label class="row tight plain"><input type="checkbox" .checked=${signed} ?disabled=${!writable} @change=${sign}>${t("sign")}</label>
        <button class="button primary" ?disabled=${!writable || !text.trim()}>${t("put")}</button>
      </div>
      ${writing.posts.filter((post) => post.column === key).map((post) => ownPost(post, writable, () => writing.takeOff(post)))}
    </form>
  `;
}

/** @param {OwnPost} post @param {boolean} writable @param {() => void} takeOff */
const ownPost = (post, writable, takeOff) => html`
  <article class="post" ?data-hidden=${post.hidden}>
    <p dir="auto">${post.text}</p>
    ${post.hidden ? html`<p class="soft">${t("hidden")}</p>` : nothing}
    <footer>${status(post.status)}<button class="button quiet" type="button" ?disabled=${!writable} @click=${takeOff}>${t("take_off")}</button></footer>
  </article>
`;
