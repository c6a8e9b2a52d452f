// @ts-check
/** Fields to write in: the question, the text, how far along it is, and who may read it. */
import { html, nothing } from "../draw.js";
import { over } from "../most.js";
import { pointing, quoted } from "../pointing.js";
import { t } from "../words.js";
import { all, byId, fill } from "./stage.js";
import { quote } from "./wall.js";
import { NOTE, POST } from "./writing.js";

/**
 * @typedef {import("../phone.js").Page} Page
 * @typedef {import("./writing.js").Note} Note
 * @typedef {import("./writing.js").OwnPost} OwnPost
 * @typedef {import("./writing.js").Edit} Edit
 */

// As the page came: later a browser may have translated what stands there.
const headings = Object.fromEntries(all("[id^=ask-]").map(({ id, textContent }) => [id, textContent]));

/** @param {Page} page */
export function drawFields(page) {
  const { view, writing, pack, opened } = page;
  const before = slots(page, "prepare", null);
  const sheet = slots(page, "conversation", view.round, "observer");
  const atHand = slots(page, stepAtHand(opened), opened.round);
  write(page, "prepare", before);
  write(page, "sheet", sheet);
  write(page, "notes", slots(page, "notes", view.round));
  firstStep(page, slots(page, "closing", null));
  write(page, "at_hand", atHand);
  const own = view.role === "client" ? prepared(before) : nothing;
  fill("prepared", own);
  fill("own_case", own === nothing ? nothing : html`<details class="folded"><summary>${t("own_case")}</summary>${own}</details>`);
  fill("open_sheet", openSheet(page, sheet));
  fill("example", answer(page, pack.example));
  fill(
    "columns",
    pack.columns.map((column) => answer(page, column)),
  );
  fill("unsent", view.kind === "conversation" ? nothing : unsent(page, "on"));
  fill("unsent_list", unsent(page, "in"));
  list(
    page,
    "list",
    writing.notes.filter((note) => !atHand.some(({ id }) => id === note.id)),
  );
  list(
    page,
    "mine",
    writing.notes.filter((note) => note.prompt !== "first_step"),
  );
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
  asked(page, kind, role).map((prompt) => page.writing.slot({ ...prompt, visibility: offered(page, prompt, role === "observer") }, round));

/**
 * Who may read a note that is not begun yet: who was chosen last, save where nobody else ever may, and on the sheet.
 * @param {Page} page
 * @param {import("../phone.js").Prompt} prompt
 * @param {boolean} sheet
 */
function offered(page, { key, visibility }, sheet) {
  if (sheet || isSheet(page, {})) return visibility === "organiser" ? "me" : visibility;
  return (page.view.seated && !isAlone(page, key) && page.writing.lastReader) || visibility;
}

/** What one prepares is for oneself: there is no group yet. @param {Page} page @param {string} key of a prompt */
const isAlone = (page, key) => asked(page, "prepare", "").some((prompt) => prompt.key === key);

/** Who looks on writes the sheet, whatever the question: the server decides so, and refuses it to the organiser. @param {Page} page @param {{ sheet?: boolean }} note */
const isSheet = ({ view: { kind, role } }, note) =>
  note.sheet || ((kind === "conversation" || kind === "feedback") && role !== "client" && role !== "professional");

/**
 * Who may be let in: a group only where there was one, and the observer's sheet never leaves it.
 * @param {Page} page
 * @param {Note} note
 */
function readers(page, note) {
  return ["me", "group", "organiser"].filter((who) => !(who === "group" && isAlone(page, note.prompt)) && !(who === "organiser" && isSheet(page, note)));
}

/** The first question with its field, the others folded below it. @param {Page} page @param {string} slot @param {Note[]} notes */
function write(page, slot, notes) {
  const [first, ...others] = notes;
  const rest = others.map((note) => folded(page, note, slot));
  fill(slot, page.shut || !first ? readOnly(page, notes) : [field(page, first, slot), rest]);
}

/** Where nothing can be written any more nothing is asked: what stands there can be read. @param {Page} page @param {Note[]} notes */
const readOnly = (page, notes) => notes.map((note) => (note.text ? written(page, note, labelOf(page, note)) : nothing));

/** What did not arrive before the room was closed says so. @param {Page} page @param {Note} note @param {string} above */
const written = (page, note, above) => [quote(above, note.text), unsaved(page, note)];

/** That something old is saved goes without saying. @param {Page} page @param {Note} note */
function unsaved(page, note) {
  return page.writing.status(note.id) === "saved" ? nothing : mark(page, note);
}

/** How far a note is. @param {Page} page @param {Note} note */
function mark({ writing }, note) {
  const state = writing.status(note.id);
  return status(state === "forbidden" ? "sheet" : state, over(note.text, NOTE)); // forbidden for one reason only
}

/** What no pack asks is among the words of the page. @param {Page} page @param {Note} note */
const labelOf = ({ pack }, note) => pack.prompts.find(({ key }) => key === note.prompt)?.label ?? t(note.prompt);

/** What a note answers, and of which round it is; what was prepared is of none. @param {Page} page @param {Note} note */
export function titleOf(page, note) {
  const round = note.round && !isAlone(page, note.prompt) ? `${t("round", { n: note.round, of: page.view.rounds })} · ` : "";
  return round + labelOf(page, note);
}

/** What was written in it can be read while it is folded. @param {Page} page @param {Note} note @param {string} slot @param {string} [title] */
const folded = (page, note, slot, title = labelOf(page, note)) => html`
  <details class="folded"><summary>${title}<span class="soft" dir="auto">${note.text}</span>${unsaved(page, note)}</summary>${field(page, note, slot, true)}</details>
`;

/** Asked once: a line on the wall is a first step already. @param {Page} page @param {Note[]} steps */
function firstStep(page, steps) {
  const slot = "first_step";
  const [step] = steps;
  const walled = onWall(page, step).map((post) => quote(labelOf(page, step), post.text));
  if (!walled.length) write(page, slot, steps);
  else fill(slot, [walled, page.shut ? readOnly(page, steps) : steps.map((note) => folded(page, note, slot, note === step ? t("other") : undefined))]);
  byId("reminder").hidden = !firstSteps(page).length;
}

/** My lines on the wall that answer the question of a note. @param {Page} page @param {Note | undefined} note */
const onWall = ({ writing }, note) => writing.posts.filter((post) => post.column === note?.prompt);

/** My first step in words: as I wrote it for myself, else as I put it on the wall. @param {Page} page */
export const firstSteps = (page) => slots(page, "closing", null).flatMap((step) => (step.text ? [step.text] : onWall(page, step).map((post) => post.text)));

/** @param {Page} page @param {Note} note @param {string} where told apart from the same note elsewhere on the page @param {boolean} [titled] the question stands above it already */
function field(page, note, where, titled = false) {
  const { pack, writing, writable, view } = page;
  const label = labelOf(page, note);
  const id = `${where}-${note.id}`;
  const typed = (/** @type {any} */ event) => writing.write(note, { text: event.target.value });
  const above = titled || (where === "notes" && headings[`ask-${view.role}`] === label);
  return html`
    <div class="field">
      <label for=${id} class=${above ? "visually-hidden" : ""}>${label}</label>
      <p class="hint" id="${id}-hint">${pack.prompts.find(({ key }) => key === note.prompt)?.hint}</p>
      <textarea id=${id} rows="2" dir="auto" aria-describedby="${id}-hint ${id}-foot" ?readonly=${!writable}
        aria-invalid=${!!over(note.text, NOTE)} .value=${note.text} @input=${typed} @blur=${() => writing.send(note.id)}></textarea>
      <div class="foot" id="${id}-foot"><span>${pack.reminder}</span>${mark(page, note)}</div>
      ${note.visibility === "me" ? nothing : gentle(note.text, view.members)}
      ${where === "prepare" ? nothing : reader(page, note, id)}
    </div>
  `;
}

/** Said as it is: on this phone, with the server, or refused and why. @param {string} state @param {number} [n] characters too long */
function status(state, n = 0) {
  if (!state) return nothing;
  const known = ["saved", "waiting", "unsent"].includes(state);
  return html`<span class=${known ? "status" : "error"} role=${known || n ? nothing : "alert"} data-status=${state}>${t(known ? state : `error.${state}`, { n })}</span>`;
}

/** One line that says who reads it, and after a tap lets one change that. @param {Page} page @param {Note} note @param {string} id */
function reader(page, note, id) {
  const { pack, writing, writable } = page;
  const choose = (/** @type {string} */ visibility) => {
    writing.write(note, { visibility });
    if (!isSheet(page, note)) writing.lastReader = visibility;
  };
  const choice = (/** @type {string} */ key) => html`
    <label class="choice">
      <input type="radio" name="${id}-who" data-on=${String(note.visibility === key)} @change=${() => choose(key)}>
      <span>${pack.visibility[key].label}</span>
    </label>
  `;
  return html`
    <details class="reader">
      <summary><span>${pack.visibility[note.visibility]?.means}</span> <span class="change">${t("change")}</span></summary>
      <fieldset ?disabled=${!writable}>
        <legend class="visually-hidden">${t("who")}</legend>
        <div class="segments">${readers(page, note).map(choice)}</div>
        ${note.visibility === "organiser" ? html`<p class="soft">${t("in_batches")}</p>` : nothing}
        ${isSheet(page, note) ? html`<p class="soft">${t("stays")}</p>` : nothing}
      </fieldset>
    </details>
  `;
}

/** A quiet word before something is shared that looks like a name or a number. @param {string} text @param {{ name: string }[]} members */
function gentle(text, members) {
  const what = pointing(
    text,
    members.map(({ name }) => name),
  );
  return what.length ? html`<p class="gentle" role="status">${t("looks_like", { what: quoted(what) })}</p>` : nothing;
}

/** Notes to read, and after a tap to change. @param {Page} page @param {string} slot @param {Note[]} notes */
function list(page, slot, notes) {
  const { pack, writing } = page;
  const item = (/** @type {Note} */ note) =>
    page.shut
      ? written(page, note, titleOf(page, note))
      : html`
    <details class="card written">
      <summary>
        <span class="soft">${titleOf(page, note)}</span>
        <span class="text" dir="auto">${note.text}</span>
        <span class="row tight">
          <span class="chip">${pack.visibility[note.visibility]?.label}</span>${unsaved(page, note)}<span class="change">${t("change")}</span>
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
function openSheet({ view, writing, writable, shut }, sheet) {
  const written = sheet.filter((note) => note.text);
  if (view.role !== "observer" || !written.length || shut) return nothing;
  if (written.every((note) => note.visibility === "group")) return html`<p class="notice">${t("shown_sheet")}</p>`;
  const open = () => {
    for (const note of written) {
      writing.write(note, { visibility: "group" });
      writing.send(note.id);
    }
  };
  return html`<button class="button primary block" type="button" ?disabled=${!writable} @click=${open}>${t("show_sheet")}</button>`;
}

/** What was asked about before it goes on the wall, by column: whoever types on is asked anew. @type {Map<string, string>} */
const asking = new Map();

/** After the check-in the leader asks each table for an example. @param {Page} page */
export const areExamples = ({ step }) => Boolean(step.extras?.includes("examples") && step.wall?.column === "example");

/**
 * What was typed and not sent when the room went on, with its button; it stays until it is put or thrown away.
 * @param {Page} page
 * @param {string} where told apart from the same line elsewhere on the page
 */
function unsent(page, where) {
  const { pack, writing, view, shut, writable } = page;
  const atHand = view.kind === "plenary" ? pack.columns : view.kind === "check_in" && areExamples(page) ? [pack.example] : [];
  const typed = new Map(
    writing.unsent.filter(
      ([field]) => (shut || !atHand.some(({ key }) => field === `post.${key}`)) && !(field === "need" && !shut && view.kind === "brief" && view.round === 1),
    ),
  );
  const away = (/** @type {string} */ field) => {
    writing.keep(field, null);
    writing.onChange();
  };
  const one = (/** @type {string} */ field, /** @type {unknown} */ what) =>
    typed.has(field) || document.activeElement?.id === `${where}-${field}`
      ? html`<article class="card stack tight">${status("unsent")}${what}<button class="button quiet" type="button" @click=${() => away(field)}>${t("throw_away")}</button></article>`
      : nothing;
  const said = writing.safe(view.mine?.safe ?? []);
  const need = () => writing.need(said.keys, typed.get("need") ?? "", said.own);
  return [
    ...[pack.example, ...pack.columns].flatMap((column) => {
      const refused = Object.keys(writing.drafts).filter((field) => field.startsWith(`post.${column.key}.`));
      const places = [column.key, ...refused.map((field) => field.slice("post.".length))];
      return places.map((key) => one(`post.${key}`, answer(page, { ...column, key }, where)));
    }),
    one(
      "need",
      html`${quote(t("own_need"), typed.get("need") ?? "")}${shut || !view.seated ? nothing : html`<button class="button primary" type="button" ?disabled=${!writable} @click=${need}>${t("add_need")}</button>`}`,
    ),
  ];
}

/**
 * A short answer for the wall: it goes when one says so, as everyone will see it.
 * @param {Page} page
 * @param {{ key: string, title: string, question: string }} column
 * @param {string} [where] beside the place where it is asked: without what went already
 */
function answer(page, { key, title, question }, where = "") {
  const { writing, writable, pack, view, step, shut } = page;
  const looks = (/** @type {string} */ text) =>
    pointing(
      text,
      view.members.map(({ name }) => name),
    );
  const { text = "", signed = false } = writing.postDraft(key);
  const own = writing.posts.filter((post) => post.column === key);
  if (shut && where) return text ? quote(question, text) : nothing;
  if (shut) return own.map((post) => [quote(question, post.text), post.status === "saved" ? nothing : status(post.status)]);
  const id = where ? `${where}-post.${key}` : `post-${key}`;
  const more = over(text, POST);
  const asks = asking.get(key) === text && looks(text).length > 0;
  const put = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (asks || !looks(text).length) {
      asking.delete(key);
      return void writing.post(key);
    }
    asking.set(key, text);
    writing.onChange();
    requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById(`${id}-change`)?.focus())); // not what a second tap would press
  };
  const change = () => {
    asking.delete(key);
    writing.onChange();
    byId(id).focus();
  };
  const edit = (/** @type {Edit} */ change) => writing.draftPost(key, change);
  const typed = (/** @type {any} */ event) => edit({ text: event.target.value });
  const sign = (/** @type {any} */ event) => edit({ signed: event.target.checked });
  return html`
    <form class="field" @submit=${put}>
      <label for=${id}><span class="above">${title}</span><br>${question}</label>
      <textarea id=${id} rows="2" dir="auto" aria-describedby="${id}-foot" ?readonly=${!writable} .value=${text} @input=${typed}></textarea>
      <div class="foot" id="${id}-foot"><span>${pack.reminder}</span>${more ? status("long", more) : text.length > POST - 80 ? POST - text.length : nothing}</div>
      ${asks ? nothing : gentle(text, view.members)}
      ${
        asks
          ? html`<div class="gentle stack tight" role="group" aria-labelledby="${id}-asks">
              <p id="${id}-asks" dir="auto">${t(step.extras?.includes("look_first") ? "asks_leader" : "asks_room", { what: quoted(looks(text)) })}</p>
              <div class="row tight">
                <button class="button primary" type="button" id="${id}-change" @click=${change}>${t("rather_change")}</button>
                <button class="button quiet" ?disabled=${!writable}>${t("put_all_the_same")}</button>
              </div>
            </div>`
          : html`<div class="row spread">
              <label class="row tight plain"><input type="checkbox" .checked=${signed} ?disabled=${!writable} @change=${sign}>${t("sign")}</label>
              <button class="button primary" ?disabled=${!writable || !text.trim() || more}>${t("put")}</button>
            </div>`
      }
      ${(where ? [] : own).map((post) => ownPost(post, writable, () => writing.takeOff(post), step.extras?.includes("look_first")))}
    </form>
  `;
}

/** @param {OwnPost} post @param {boolean} writable @param {() => void} takeOff @param {boolean} looked the leader looks first; whether it waits or was taken off, only they know */
const ownPost = (post, writable, takeOff, looked) => html`
  <article class="post" ?data-hidden=${post.hidden}>
    <p dir="auto">${post.text}</p>
    ${post.hidden ? html`<p class="soft">${t(looked ? "looked_at_first" : "hidden")}</p>` : nothing}
    <footer>${status(post.status)}<button class="button quiet" type="button" ?disabled=${!writable} @click=${takeOff}>${t("take_off")}</button></footer>
  </article>
`;
