// Parts of a page, typed. What a template always writes must be there.

const LANGUAGE = document.documentElement.lang || undefined;
/** @type {Intl.NumberFormatOptions} */
const ONE_PLACE = { minimumFractionDigits: 1, maximumFractionDigits: 1 };

// The first that a selector finds, of a kind of element.
/**
 * @template {Element} T
 * @param {new () => T} Kind @param {ParentNode} within @param {string} selector @returns {T}
 */
export function partAs(Kind, within, selector) {
  const found = within.querySelector(selector);
  if (!(found instanceof Kind)) throw new TypeError(`no ${selector} here`);
  return found;
}

/** @param {ParentNode} within @param {string} selector */
export function part(within, selector) {
  return partAs(HTMLElement, within, selector);
}

/** @param {ParentNode} within @param {string} selector @returns {NodeListOf<HTMLElement>} */
export function parts(within, selector) {
  return within.querySelectorAll(selector);
}

// The element around where an event happened, if any: the document itself has none.
/** @param {Event} event @param {string} selector @returns {HTMLElement | null} */
export function around({ target }, selector) {
  return target instanceof Element ? target.closest(selector) : null;
}

// The data attributes of an element of which the template writes all that are asked for.
/** @param {HTMLElement} element */
export function words(element) {
  return /** @type {Record<string, string>} */ (element.dataset);
}

// A sentence with what its placeholders stand for: {title} is the fact "title".
/** @param {string} sentence @param {Record<string, string | number>} facts */
export function filled(sentence, facts) {
  return sentence.replace(/{(\w+)}/g, (_, name) => String(facts[name]));
}

/** @param {number} rating out of ten */
export function stars(rating) {
  return `★ ${rating.toLocaleString(LANGUAGE, ONE_PLACE)}`;
}

/** @param {HTMLCanvasElement} canvas @param {CanvasRenderingContext2DSettings} [settings] */
export function pen(canvas, settings) {
  const context = canvas.getContext("2d", settings);
  if (!context) throw new TypeError("no canvas to draw on");
  return context;
}

// An observer that calls act(element) once, as the element comes near the window.
/** @param {(element: HTMLElement) => void} act */
export function whenNear(act) {
  const near = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting || !(target instanceof HTMLElement)) continue;
        near.unobserve(target);
        act(target);
      }
    },
    { rootMargin: "400px" },
  );
  return near;
}

// What a form without files says, as an address has it.
/** @param {HTMLFormElement} form */
export function asQuery(form) {
  return new URLSearchParams([...new FormData(form)].map(([name, said]) => [name, String(said)]));
}
