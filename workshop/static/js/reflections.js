// @ts-check
/** Finds lines among the reflections: by a word in them, by the question that they answer. What is not shown is not printed. */
import { plain } from "./desk/letters.js";
import { heed } from "./most.js";
import { sorting } from "./sorting.js";
import { t } from "./words.js";

heed();

/** @template {HTMLElement} E @param {string} id @returns {E} */
const byId = (id) => /** @type {E} */ (document.getElementById(id));

const form = byId("find");
const typed = /** @type {HTMLInputElement} */ (byId("words-in"));
const chosen = /** @type {HTMLSelectElement} */ (byId("of-question"));
/** @typedef {{ post: HTMLElement, question: Element, text: string, holds: number }} Line */

/** @type {Element[]} */
let questions = [];
/** @type {Line[]} */
let lines = [];

/** Looks at what stands on the page. */
function look() {
  questions = [...document.querySelectorAll("section.question")];
  lines = questions.flatMap((question) =>
    [...question.querySelectorAll(".post")].map((post) => {
      const texts = [...post.querySelectorAll("p, footer span:first-child")].map((part) => part.textContent ?? "");
      return { post: /** @type {HTMLElement} */ (post), question, text: plain(texts.join("\n")), holds: post.querySelectorAll("li").length || 1 };
    }),
  );
}

/** Shows the lines that have what was asked for, the questions that then have a line, and says how many lines those are. */
function find() {
  const word = plain(typed.value.trim());
  const loose = chosen.value === "loose"; // under no theme yet
  const asked = (/** @type {Element} */ question) => loose || !chosen.value || question.getAttribute("aria-labelledby") === chosen.value;
  let found = 0;
  for (const { post, question, text, holds } of lines) {
    post.hidden = !(asked(question) && text.includes(word) && (!loose || "loose" in post.dataset));
    if (!post.hidden) found += holds;
  }
  for (const question of /** @type {HTMLElement[]} */ (questions)) {
    question.hidden = !asked(question) || ((word !== "" || loose) && !question.querySelector(".post:not([hidden])"));
  }
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("section.part"))) {
    part.hidden = (word !== "" || chosen.value !== "") && !part.querySelector(".question:not([hidden])");
  }
  byId("found").textContent = found ? t("found", { n: found }) : t("none");
}

form.addEventListener("input", () => {
  find();
  countTicked();
});
form.addEventListener("submit", (event) => event.preventDefault());
byId("print").addEventListener("click", () => print());
look();
form.hidden = lines.length === 0;
find();
const countTicked = sorting(() => {
  look();
  find();
});
