/** What is wrong with a screen that nobody can scroll: what is outside it, cut, too small to read from the back, or under something else. */
() => {
  const faults = [];
  const least = innerHeight / 50 - 0.3; // px
  const page = document.scrollingElement;
  if (page.scrollHeight > innerHeight + 1 || page.scrollWidth > innerWidth + 1) faults.push("it scrolls");

  const seen = (element) => element.checkVisibility() && !element.closest(".visually-hidden, .controls, .turning .about");
  const around = (element) => {
    const range = document.createRange();
    const texts = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    const rects = element.matches("img")
      ? [element.getBoundingClientRect()]
      : texts.flatMap((text) => (range.selectNodeContents(text), [...range.getClientRects()]));
    const filled = rects.filter(({ width, height }) => width > 1 && height > 1);
    if (!filled.length) return null;
    const box = {
      left: Math.min(...filled.map(({ left }) => left)),
      top: Math.min(...filled.map(({ top }) => top)),
      right: Math.max(...filled.map(({ right }) => right)),
      bottom: Math.max(...filled.map(({ bottom }) => bottom)),
    };
    const air = element.closest(".time") ? (box.bottom - box.top) * 0.2 : 0; // above and below the figures
    return { ...box, top: box.top + air, bottom: box.bottom - air };
  };

  const things = [];
  for (const element of document.querySelectorAll("body *")) {
    const box = seen(element) ? around(element) : null;
    if (!box || getComputedStyle(element).textOverflow === "ellipsis") continue; // that was said in whole before
    const what = (element.alt || element.textContent.trim()).slice(0, 30);
    things.push({ element, box, what });
    if (box.left < -1 || box.top < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1) faults.push(`outside: ${what}`);
    if (!element.matches("img") && Number.parseFloat(getComputedStyle(element).fontSize) < least) faults.push(`too small: ${what}`);
    for (let up = element.parentElement; up; up = up.parentElement) {
      const { overflowX } = getComputedStyle(up);
      const { right, bottom, top } = up.getBoundingClientRect();
      if (overflowX === "hidden" && (box.right > right + 3 || box.bottom > bottom + 3 || box.top < top - 3)) faults.push(`cut: ${what}`);
    }
  }
  const line = "p, li, h1, h2";
  for (const [at, one] of things.entries()) {
    for (const other of things.slice(at + 1)) {
      const together = one.element.closest(line);
      if (together && together === other.element.closest(line)) continue;
      const wide = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const high = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
      const lower = Math.min(one.box.bottom - one.box.top, other.box.bottom - other.box.top);
      if (wide > 2 && high > lower * 0.3) faults.push(`over each other: ${one.what} / ${other.what}`);
    }
  }
  return faults;
};
