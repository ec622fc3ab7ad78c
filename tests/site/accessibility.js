// What test_quality.py asks of a page, as lists of faults. It is put into every page before the page's own scripts.
const named = (e) => [e.localName, e.id && `#${e.id}`, ...[...e.classList].map((c) => `.${c}`)].join("");
const styleOf = (e, part) => getComputedStyle(e, part);
const hides = (overflow) => overflow === "hidden" || overflow === "clip";

// Whether an element, or one around it, is hidden from the eye and left to screen readers.
const unseen = (e) =>
  e && (styleOf(e).clipPath !== "none" || (hides(styleOf(e).overflowX) && e.offsetWidth <= 1) || unseen(e.parentElement));

const cuts = (e) =>
  (hides(styleOf(e).overflowX) && e.scrollWidth > e.clientWidth + 1) ||
  (hides(styleOf(e).overflowY) && e.scrollHeight > e.clientHeight + 1);

const shifts = [];
new PerformanceObserver((list) => shifts.push(...list.getEntries().filter((one) => !one.hadRecentInput))).observe({
  type: "layout-shift",
  buffered: true,
});

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

async function violations(options) {
  const { violations } = await axe.run({ ...options, resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
}

let stops;

window.quality = {
  // With target-size, which axe leaves out unless it is asked.
  axe() {
    return violations({ runOnly: TAGS, rules: { "target-size": { enabled: true } } });
  },

  // Of the same, what depends on colours.
  axeOfColours() {
    const rules = axe.getRules(["cat.color"]).filter(({ tags }) => tags.some((tag) => TAGS.includes(tag)));
    return violations({ runOnly: rules.map(({ ruleId }) => ruleId) });
  },

  // What a scheme of colours sets beside colours.
  otherThanColours() {
    const within = (rule) => [rule, ...[...(rule.cssRules ?? [])].flatMap(within)];
    const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules].flatMap(within));
    const schemes = rules.filter(({ media }) => media?.mediaText.includes("prefers-color-scheme"));
    const styles = schemes.flatMap(within).flatMap(({ style }) => style ?? []);
    const sets = styles.flatMap((style) => [...style].map((name) => [name, style.getPropertyValue(name)]));
    const wrong = sets.filter(([name, value]) => !name.startsWith("--") || !CSS.supports("color", value.trim()));
    return sets.length ? wrong.map(([name, value]) => `${name}: ${value}`) : ["no scheme of colours"];
  },

  // The text spacing of WCAG 1.4.12, by a way that a strict policy lets pass.
  space() {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
      * { line-height: 1.5em !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
      p { margin-block-end: 2em !important; }`);
    document.adoptedStyleSheets.push(sheet);
  },

  // Text that is cut off, and what makes the page wider than the window. The text of a field scrolls with its caret.
  lost() {
    const text = [...document.querySelectorAll("html, body, body *")].filter(
      (e) => e.innerText?.trim() && e.checkVisibility() && !e.matches("input, textarea") && !unseen(e),
    );
    const wide = document.documentElement.scrollWidth > innerWidth;
    const outside = (e) => e.getBoundingClientRect().right + scrollX > innerWidth;
    return [
      ...(wide ? [`is ${document.documentElement.scrollWidth} px wide`] : []),
      ...text
        .filter((e) => wide && outside(e) && ![...e.children].some(outside))
        .map((e) => `${named(e)} in ${named(e.parentElement)} ends outside`),
      ...text.filter(cuts).map((e) => `${named(e)} cuts its text off`),
    ];
  },

  // How many stops of the Tab key the page should have; `stop` tells which is the present one, and its faults.
  stops() {
    const kinds = "a[href], area[href], button, input, select, textarea, summary, iframe, [contenteditable], [tabindex]";
    const reachable = (e) => e.tabIndex >= 0 && !e.disabled && !e.closest("[inert]");
    stops = [...document.querySelectorAll(kinds)]
      .filter((e) => reachable(e) && e.checkVisibility({ visibilityProperty: true }))
      .map((e) => ({ e, shadow: styleOf(e).boxShadow }));
    return stops.length;
  },
  // How many of the stops stand before the focus.
  passed() {
    const precedes = (e) => document.activeElement.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_PRECEDING;
    return stops.filter(({ e }) => precedes(e)).length;
  },
  stop() {
    const e = document.activeElement;
    if (e === document.body) return ["the end", []];
    const at = stops.findIndex((stop) => stop.e === e);
    const label = `${named(e)} “${(e.innerText || e.name || "").trim().slice(0, 30)}”`;
    const { outlineStyle, outlineWidth, boxShadow } = styleOf(e);
    const outlined = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
    const [{ left, top, width, height }] = e.getClientRects();
    const front = document.elementFromPoint(left + width / 2, top + height / 2);
    const faults = [];
    if (!outlined && boxShadow === stops[at]?.shadow) faults.push(`${label} does not show its focus`);
    if (!front) faults.push(`${label} is focused out of sight`);
    else if (!e.contains(front) && !front.contains(e)) faults.push(`${label} is focused behind ${named(front)}`);
    return [at >= 0 ? at : label, faults];
  },

  moving() {
    const longest = (times) => Math.max(...times.split(",").map(parseFloat));
    const running = document.getAnimations().filter((one) => one.effect.getComputedTiming().duration > 10);
    const styled = [...document.querySelectorAll("*")].flatMap((e) =>
      ["", "::before", "::after"].flatMap((part) => {
        const style = styleOf(e, part);
        return [
          longest(style.transitionDuration) > 0.01 && `${named(e)}${part} has a transition`,
          style.animationName !== "none" && longest(style.animationDuration) > 0.01 && `${named(e)}${part} is animated`,
          style.scrollBehavior !== "auto" && `${named(e)}${part} scrolls smoothly`,
        ].filter(Boolean);
      }),
    );
    return [...running.map((one) => `${named(one.effect.target)} moves`), ...styled];
  },

  async shifted() {
    await document.fonts.ready;
    // What a frame moves is reported after the next one.
    for (let i = 0; i < 3; i++) await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    const sum = shifts.reduce((all, { value }) => all + value, 0);
    const nodes = shifts.flatMap(({ sources }) => sources.map(({ node }) => node?.className || node?.nodeName));
    return sum < 0.01 ? [] : [`moves by ${sum.toFixed(3)}: ${nodes.join(", ")}`];
  },
};
