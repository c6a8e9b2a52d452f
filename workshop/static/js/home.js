// @ts-check
/** Makes typing a code easy, and leads back to a room that this phone has been in. */
import { t } from "./words.js";

const field = /** @type {HTMLInputElement} */ (document.getElementById("code"));

/** 12345678 as 1234 5678. @param {string} digits */
const shown = (digits) => digits.replace(/^(\d{4})(?=\d)/, "$1 ");

field.addEventListener("input", (event) => {
  const digits = field.value.replace(/\D/g, "").slice(0, 8);
  field.value = shown(digits);
  // Complete: no button needed. Deleting is not typing.
  if (digits.length === 8 && !(/** @type {InputEvent} */ (event).inputType?.startsWith("delete"))) field.form?.requestSubmit();
});

try {
  const codes = Object.keys(localStorage).flatMap((key) => key.match(/^samen\.(\d{8})$/)?.[1] ?? []);
  document.getElementById("again")?.append(
    ...codes.map((code) => {
      const link = document.createElement("a");
      link.className = "button block";
      link.href = `/r/${code}`;
      link.textContent = t("again", { code: shown(code) });
      return link;
    }),
  );
} catch {
  // This browser keeps nothing: then there is nothing to lead back to.
}
