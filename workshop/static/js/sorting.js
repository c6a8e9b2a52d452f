// @ts-check
/**
 * Puts lines under themes without leaving one's place on the page. Each form of the page does the same by itself: here it
 * is sent, and what comes back takes the place of what stood there.
 */
import { within } from "./patience.js";
import { t } from "./words.js";

/** What is different after a form was sent; all else stays, with its words and focus. */
const PARTS = ["#themes", ".wall"];

/** @param {string} selector @returns {HTMLElement | null} */
const one = (selector) => document.querySelector(selector);
/** @param {ParentNode | null} part @returns {HTMLInputElement[]} */
const boxes = (part) => [...(part?.querySelectorAll(".choose input") ?? [])].map((box) => /** @type {HTMLInputElement} */ (box));
/** A title stands for the lines under it. @param {HTMLInputElement} box */
const isTitle = (box) => "all" in box.dataset;
/** @param {Element} box */
const isAway = (box) => box.closest("[hidden]") !== null;
/** The lines that are ticked. */
const ticked = () => boxes(document).filter((box) => box.checked && !isTitle(box));

/**
 * @param {() => void} changed called when other lines stand on the page
 * @returns {() => void} says how many lines are ticked; to call when others are shown
 */
export function sorting(changed) {
  const form = one("#sort");
  if (!(form instanceof HTMLFormElement)) return () => {};
  const said = /** @type {HTMLElement} */ (one("#ticked"));
  const select = /** @type {HTMLSelectElement} */ (one("#under-theme"));
  const name = /** @type {HTMLInputElement} */ (one("#new-theme"));
  let busy = false;

  function count() {
    const all = ticked();
    const away = all.filter(isAway).length;
    said.textContent = t("ticked", { n: all.length }) + (away ? ` ${t("away", { n: away })}` : "");
  }

  /** A new theme has a name to fill in; where there is none yet there is nothing to choose. */
  function ask() {
    name.disabled = select.value !== "0"; // what is too long there must not hold up the others
    /** @type {HTMLElement} */ (one("#new")).hidden = name.disabled;
    /** @type {HTMLElement} */ (one("#which")).hidden = select.options.length < 2;
  }

  /** @param {(box: HTMLInputElement) => boolean} wanted */
  function tick(wanted) {
    for (const box of boxes(document)) box.checked = wanted(box);
    count();
  }

  /** Takes over what came back, but for the ticks of lines that were not put anywhere. @param {Document} page @param {Set<string>} kept */
  function takeOver(page, kept) {
    for (const part of PARTS) {
      const now = page.querySelector(part);
      if (now) one(part)?.replaceWith(document.adoptNode(now));
    }
    const was = select.value;
    select.replaceChildren(...(page.querySelector("#under-theme")?.children ?? []));
    select.value = [...select.options].some((option) => option.value === was) ? was : "0";
    changed();
    tick((box) => kept.has(box.value));
    ask();
  }

  /** @param {HTMLFormElement} sent @param {HTMLButtonElement | null} by */
  async function send(sent, by) {
    const fields = new URLSearchParams(/** @type {any} */ (new FormData(sent)));
    if (by?.name) fields.append(by.name, by.value);
    const own = sent === form;
    const n = ticked().length;
    const theme = select.value === "0" ? name.value.trim() : select.selectedOptions[0].text;
    const chosen = new Set(boxes(document).flatMap((box) => (box.checked ? [box.value] : [])));
    const answer = await fetch(sent.action, { method: "POST", body: fields, signal: within() });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!page.querySelector("#sort")) throw new Error("another page");
    const wrong = page.querySelector("#wrong")?.textContent?.trim();
    const card = sent.closest(".theme")?.id;
    if (wrong) {
      const stale = own || !page.getElementById(card ?? ""); // lines read otherwise by now, or the theme is gone
      if (stale) takeOver(page, chosen);
      return complain(stale ? /** @type {HTMLFormElement} */ (form) : sent, wrong);
    }
    takeOver(page, own ? new Set() : chosen);
    if (own) {
      complain(sent, "");
      name.value = "";
      said.textContent = t("put", { n, theme });
    } else {
      ((card && one(`#${card}`)) || one("#themes"))?.focus();
    }
  }

  document.addEventListener("submit", async (event) => {
    const sent = event.target;
    if (!(sent instanceof HTMLFormElement) || !("sorts" in sent.dataset)) return;
    event.preventDefault();
    if (busy) return;
    const by = /** @type {HTMLButtonElement | null} */ (event.submitter);
    busy = true;
    try {
      await send(sent, by);
    } catch {
      delete sent.dataset.sorts; // no longer let in, no network, or no answer: the browser says so itself
      if (by) by.click();
      else sent.submit();
    } finally {
      busy = false;
    }
  });
  document.addEventListener("change", ({ target }) => {
    if (!(target instanceof HTMLInputElement) || !target.matches(".choose input")) return;
    const post = target.closest(".post");
    const under = boxes(post).filter((box) => !isTitle(box));
    for (const box of boxes(post)) {
      if (isTitle(target)) box.checked = target.checked;
      else if (isTitle(box)) box.checked = under.every((line) => line.checked);
    }
    count();
  });
  select.addEventListener("change", ask);
  one("#tick-all")?.addEventListener("click", () => tick((box) => box.checked || !isAway(box)));
  one("#tick-none")?.addEventListener("click", () => tick(() => false));
  /** @type {HTMLElement} */ (one("#ticking")).hidden = false;
  ask();
  count();
  return count;
}

/** What is wrong stands at the end of the form that was sent. @param {HTMLFormElement} form @param {string} text */
function complain(form, text) {
  const told = form.querySelector(".error") ?? form.appendChild(document.createElement("p"));
  told.className = "error";
  told.setAttribute("role", "alert");
  told.textContent = text;
  /** @type {HTMLElement} */ (told).hidden = text === "";
}
