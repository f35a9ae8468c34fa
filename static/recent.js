// Recent searches, in this browser only: an answer puts itself in, the first page lists them.

import { part, partAs, words } from "./parts.js";

const KEY = "onesheet-recent";
const MOST = 12;
/** @type {HTMLElement | null} */
const asked = document.querySelector("[data-searched]");
/** @type {HTMLElement | null} */
const list = document.querySelector("[data-recent]");

if (asked) remember(JSON.parse(words(asked).searched));
if (list) wire(list);

// An upload that its uploader deletes is no search to come back to, nor are its other answers, by a
// part of it: they are kept to the same moment.
document.addEventListener("submit", ({ target }) => {
  if (!(target instanceof HTMLFormElement)) return;
  const [, deleted] = /\/r\/([^/]+)\/delete$/.exec(target.action) ?? [];
  if (!deleted) return;
  const searches = recent();
  const until = searches.find(({ id }) => id === deleted)?.until;
  keep(searches.filter((each) => each.id !== deleted && !(until && each.until === until)));
});

/** @returns {RecentSearch[]} */
function recent() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    const now = new Date().toISOString();
    return Array.isArray(found)
      ? found.filter((each) => each?.id && each.title && !(each.until && each.until < now))
      : [];
  } catch {
    return [];
  }
}

/** @param {RecentSearch[]} searches */
function keep(searches) {
  try {
    localStorage.setItem(KEY, JSON.stringify(searches.slice(0, MOST)));
  } catch {
    // Without storage none is kept.
  }
}

/** @param {RecentSearch} search */
function remember(search) {
  keep([search, ...recent().filter(({ id }) => id !== search.id)]);
}

/** @param {HTMLElement} list */
function wire(list) {
  part(list, "[data-forget]").addEventListener("click", () => {
    keep([]);
    show(list);
  });
  window.addEventListener("pageshow", () => show(list));
  show(list);
}

/** @param {HTMLElement} list */
function show(list) {
  const item = partAs(HTMLTemplateElement, list, "template");
  const searches = recent();
  list.classList.toggle("none", !searches.length);
  if (!searches.length) list.removeAttribute("open");
  part(list, "ul").replaceChildren(
    ...searches.map(({ id, title, look }) => {
      const made = /** @type {DocumentFragment} */ (item.content.cloneNode(true));
      const link = partAs(HTMLAnchorElement, made, "a");
      link.href = `/r/${encodeURIComponent(id)}`;
      part(link, "span").textContent = title;
      const image = partAs(HTMLImageElement, link, "img");
      if (look.startsWith("data:image/")) image.src = look;
      return made;
    }),
  );
}
