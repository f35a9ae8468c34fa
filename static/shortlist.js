// Films kept for later, in this browser only; any element with data-keep puts one in or takes it out.

const KEY = "onesheet-shortlist";

export function kept() {
  try {
    const films = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(films) ? films.filter((film) => film?.poster && film?.title) : [];
  } catch {
    return [];
  }
}

export function keep(films) {
  try {
    localStorage.setItem(KEY, JSON.stringify(films));
  } catch {
    // Without storage nothing is kept, and the buttons stay as they were.
  }
  show();
}

export function without(film) {
  return kept().filter((each) => each.poster !== film.poster);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-keep]");
  if (!button) return;
  const film = JSON.parse(button.dataset.keep);
  const others = without(film);
  keep(others.length < kept().length ? others : [...others, film]);
});
window.addEventListener("storage", (event) => event.key === KEY && show());
window.addEventListener("pageshow", show);
show();

function show() {
  const films = kept();
  const posters = new Set(films.map((film) => film.poster));
  for (const button of document.querySelectorAll("[data-keep]")) {
    button.ariaPressed = String(posters.has(JSON.parse(button.dataset.keep).poster));
  }
  for (const count of document.querySelectorAll("[data-kept-count]")) {
    count.textContent = films.length || "";
  }
  document.dispatchEvent(new CustomEvent("shortlist", { detail: films }));
}
